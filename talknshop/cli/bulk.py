"""`talknshop bulk`: many listings from one file."""

import asyncio
from pathlib import Path

from rich.console import Console

from talknshop.bulk import BulkMode, BulkStatus, BulkView
from talknshop.cli.errors import CommandError
from talknshop.cli.gateway import Gateway, gateway_at
from talknshop.messages import in_words

POLL_INTERVAL = 0.5  # seconds
RESTING = (BulkStatus.AWAITING_CONFIRMATION, BulkStatus.PAUSED)


async def bulk(
    url: str, file: Path, *, key: str, mode: BulkMode, marketplaces: str, as_json: bool
) -> None:
    """Follow the upload until it has ended or waits for a person.

    Raises CommandError when the file can't be used or nothing went live.
    """
    data = _read(file)
    async with gateway_at(url) as gateway:
        await gateway.sign_in()
        bulk_id = await gateway.bulk(file.name, data, key=key, mode=mode, marketplaces=marketplaces)
        await _follow(gateway, bulk_id, as_json=as_json)


async def steer(url: str, bulk_id: str, how: str, *, as_json: bool) -> None:
    """`how`: confirm, resume and status follow on; pause and cancel do not."""
    async with gateway_at(url) as gateway:
        await gateway.sign_in()
        if how != "status":
            await gateway.steer_bulk(bulk_id, how)
        if how in ("pause", "cancel"):
            _show(await gateway.bulk_upload(bulk_id), as_json=as_json)
        else:
            await _follow(gateway, bulk_id, as_json=as_json)


async def result(url: str, bulk_id: str, file: Path) -> None:
    async with gateway_at(url) as gateway:
        await gateway.sign_in()
        data = await gateway.bulk_result(bulk_id)
    _write(file, data)
    print(f"Wrote {file}.")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error


def _write(file: Path, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}.") from error


async def _follow(gateway: Gateway, bulk_id: str, *, as_json: bool) -> None:
    said = ""
    while True:
        view = await gateway.bulk_upload(bulk_id)
        if not as_json and (line := _progress(view)) != said:
            print(said := line, flush=True)
        if view.status.is_final or view.status in RESTING:
            break
        await asyncio.sleep(POLL_INTERVAL)
    _show(view, as_json=as_json)
    if view.status.is_final and not view.live:
        raise CommandError(in_words(view.message, "en") or "Nothing went live.", exit_code=1)


def _progress(view: BulkView) -> str:
    return (
        f"{view.status.value.replace('_', ' ')}: {view.total} rows, {view.bad} bad,"
        f" {view.started} started, {view.live} live, {view.needs_action} need you,"
        f" {view.failed} failed"
    )


def _show(view: BulkView, *, as_json: bool) -> None:
    if as_json:
        print(view.model_dump_json(indent=2))
        return
    console = Console()
    for error in view.errors:
        where = f"line {error.line}" + (f", {error.field}" if error.field else "")
        console.print(f"{where}: {error.rule}", markup=False)
    if view.ignored_columns:
        console.print(f"Not used: {', '.join(view.ignored_columns)}", markup=False)
    if view.status is BulkStatus.AWAITING_CONFIRMATION:
        print(f"Post the {view.good} good rows: talknshop bulk {view.bulk_id} --do confirm")
    if view.has_result:
        print(f"All of it: talknshop bulk {view.bulk_id} --result FILE.csv")

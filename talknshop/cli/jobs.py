"""`talknshop post` and `talknshop jobs`: crosspost jobs without a conversation."""

import asyncio
import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from talknshop.cli.errors import CommandError
from talknshop.cli.gateway import Gateway, gateway_at
from talknshop.cli.render import job_table
from talknshop.fields import path_of
from talknshop.jobs import JobView
from talknshop.listing import ListingSpec

POLL_INTERVAL = 0.5  # seconds


async def post(url: str, file: Path, *, key: str, wait: bool, as_json: bool) -> None:
    """`key`: the same one again finds the first job. Raises CommandError when nothing went live."""
    listing = _listing(file)
    async with gateway_at(url) as gateway:
        await gateway.sign_in()
        job_id = await gateway.post(listing, key=key)
        if not wait:
            print(json.dumps({"job_id": job_id}) if as_json else f"Accepted as job {job_id}.")
            return
        job = await _settled(gateway, job_id)
    _show(job, as_json=as_json)
    if not job.live:
        raise CommandError("It is not live anywhere.", exit_code=1)


async def list_jobs(url: str, *, as_json: bool) -> None:
    async with gateway_at(url) as gateway:
        await gateway.sign_in()
        found = await gateway.jobs()
    if as_json:
        print(json.dumps([job.model_dump(mode="json") for job in found], indent=2))
        return
    table = Table(box=None)
    for column in ("job", "title", "state", "live"):
        table.add_column(column)
    for job in found:
        live = f"{len(job.live)} of {len(job.marketplace_jobs)}"
        table.add_row(job.job_id, job.title, job.status.value, live)
    Console().print(table)


async def show(url: str, job_id: str, *, as_json: bool) -> None:
    async with gateway_at(url) as gateway:
        await gateway.sign_in()
        _show(await gateway.job(job_id), as_json=as_json)


async def act(url: str, job_id: str, *action: str, as_json: bool, **content: Any) -> None:
    """Does it, and shows where the job stands then. The rest as `Gateway.act` takes it."""
    async with gateway_at(url) as gateway:
        await gateway.sign_in()
        await gateway.act(job_id, *action, **content)
        _show(await gateway.job(job_id), as_json=as_json)


async def retry_all(url: str, marketplace: str | None, error: str | None, *, as_json: bool) -> None:
    async with gateway_at(url) as gateway:
        await gateway.sign_in()
        done = await gateway.retry_all(marketplace, error)
    if as_json:
        print(json.dumps(done))
    else:
        print(f"{done['retried']} tried again; {done['refused']} need more than that.")


async def _settled(gateway: Gateway, job_id: str) -> JobView:
    while True:
        job = await gateway.job(job_id)
        if job.marketplace_jobs and all(each.status.is_settled for each in job.marketplace_jobs):
            return job
        await asyncio.sleep(POLL_INTERVAL)


def _listing(file: Path) -> ListingSpec:
    try:
        return ListingSpec.model_validate_json(file.read_bytes())
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        problem = error.errors()[0]
        where = path_of(problem) or "it"
        raise CommandError(f"{file} is not a listing: {where}: {problem['msg']}.") from error


def _show(job: JobView, *, as_json: bool) -> None:
    if as_json:
        print(job.model_dump_json(indent=2))
    else:
        Console().print(job_table(job))

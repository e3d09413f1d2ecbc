"""`talknshop selfcheck`: buys and sells once on a stack of its own, and looks at both ends."""

import asyncio
import io
import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
from PIL import Image, ImageDraw
from rich.console import Console
from rich.table import Table
from rich.text import Text

from talknshop.cli.client import Conversation, Frame
from talknshop.cli.errors import CommandError
from talknshop.cli.gateway import Gateway, gateway_at
from talknshop.cli.lifeline import ends_with_parent
from talknshop.events import JobData, ResultsData
from talknshop.jobs import ListingStatus

STARTING_TAKES = 180.0  # seconds, at most: a cold start on a slow machine
TALKING_TAKES = 60.0
STOPPING_TAKES = 20.0
LOG_LINES = 20

BUDGET = Decimal(1000)
SEARCHED = {"ebay", "amazon", "walmart", "bestbuy"}
POSTED = ("ebay", "craigslist", "facebook")
HANDED_OVER = "poshmark"
ANSWERS = {"title": "iPhone 13", "price": "650", "condition": "Good"}


@dataclass(frozen=True)
class Finding:
    """What one check found. `seconds` is how long it took."""

    name: str
    ok: bool
    seconds: float
    detail: str


class _Failed(Exception):  # noqa: N818
    """A check did not find what it expects."""


class _Checks:
    """Runs checks one after the other; after a failure the rest would only fail for its sake."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    @property
    def ok(self) -> bool:
        return all(finding.ok for finding in self.findings)

    async def run(self, name: str, check: Callable[[], Awaitable[str]], patience: float) -> None:
        if not self.ok:
            return
        began = time.monotonic()
        try:
            async with asyncio.timeout(patience):
                ok, detail = True, await check()
        except TimeoutError:
            ok, detail = False, f"nothing after {patience:g} s"
        except (_Failed, CommandError, httpx.HTTPError) as failure:
            ok, detail = False, str(failure)
        self.findings.append(Finding(name, ok, round(time.monotonic() - began, 3), detail))


async def selfcheck(*, as_json: bool) -> None:
    """Raises CommandError when a check failed."""
    checks = _Checks()
    with tempfile.TemporaryDirectory(prefix="talknshop-selfcheck-") as folder:
        async with _embedded_stack(Path(folder)) as stack:
            await checks.run("the stack starts", stack.until_ready, STARTING_TAKES)
            if checks.ok:
                urls = stack.status()["urls"]
                async with gateway_at(urls["web"]) as gateway:
                    await _buy_and_sell(checks, gateway, urls["sandbox"])
            await checks.run("the stack stops", stack.stop, STOPPING_TAKES)
            if not checks.ok:
                stack.show_logs()
    _report(checks, as_json=as_json)
    if not checks.ok:
        raise CommandError("Something does not work: see above.", exit_code=1)


async def _buy_and_sell(checks: _Checks, gateway: Gateway, sandbox_url: str) -> None:
    async def buy() -> str:
        return await _buy(gateway)

    async def sell() -> str:
        return await _sell(gateway)

    async def look() -> str:
        return await _look_at_marketplaces(sandbox_url)

    await checks.run("a buyer finds a laptop under $1000", buy, TALKING_TAKES)
    await checks.run("a seller posts an iPhone with a photo", sell, TALKING_TAKES)
    await checks.run("each marketplace has it exactly once", look, TALKING_TAKES)


async def _buy(gateway: Gateway) -> str:
    guest = await gateway.new_session()
    async with Conversation(gateway.url, guest.session_id, guest.token) as conversation:
        await conversation.send_message("find me a laptop under $1000")
        results = ResultsData.model_validate((await _next(conversation, "results")).data)
        await _next(conversation, "done")
    if not results.products:
        raise _Failed("no product was found")
    if dear := [each.title for each in results.products if each.price > BUDGET]:
        raise _Failed(f"over the budget: {', '.join(dear)}")
    answered = {source.marketplace for source in results.sources if not source.error}
    if missing := SEARCHED - answered:
        raise _Failed(f"no answer from {', '.join(sorted(missing))}")
    return f"{len(results.products)} products from {len(answered)} marketplaces"


async def _sell(gateway: Gateway) -> str:
    guest = await gateway.new_session()
    photo = await gateway.upload("iphone.jpg", _photo(), "image/jpeg")
    async with Conversation(gateway.url, guest.session_id, guest.token) as conversation:
        await conversation.send_message("sell my iPhone 13, $650, good condition", media=[photo])
        while (frame := await _next(conversation, "clarification", "listing_preview")).type == (
            "clarification"
        ):
            options = frame.data["options"] or ["Yes"]
            answer = ANSWERS.get(frame.data["field"], options[0])
            await conversation.answer(frame.data["question_id"], answer)
        await conversation.act("confirm_listing")
        # All listings are settled some time before, or some time after, the person is told.
        told, posted = False, False
        while not (told and posted):
            frame = await _next(conversation, "job", "notification")
            told = told or frame.type == "notification"
            posted = posted or (frame.type == "job" and _is_posted(frame))
    return f"live on {len(POSTED)} marketplaces, handed over for {HANDED_OVER}, and told so"


def _is_posted(frame: Frame) -> bool:
    job = JobData.model_validate(frame.data)
    if not all(listing.status.is_settled for listing in job.marketplace_jobs):
        return False
    found = {listing.marketplace: listing.status for listing in job.marketplace_jobs}
    expected = dict.fromkeys(POSTED, ListingStatus.LIVE)
    expected[HANDED_OVER] = ListingStatus.NEEDS_ACTION
    if found != expected:
        words = ", ".join(f"{name} is {status.value}" for name, status in found.items())
        raise _Failed(words)
    return True


async def _look_at_marketplaces(sandbox_url: str) -> str:
    async with httpx.AsyncClient(trust_env=False) as client:
        reply = (await client.get(f"{sandbox_url}/_sandbox/listings")).raise_for_status()
    live = Counter(each["marketplace"] for each in reply.json() if each["status"] == "live")
    if live != dict.fromkeys(POSTED, 1):
        raise _Failed(f"live listings: {dict(live)}")
    return ", ".join(POSTED)


async def _next(conversation: Conversation, *types: str) -> Frame:
    """The next frame of one of these types; raises _Failed for an error on the way."""
    async for frame in conversation:
        if frame.type in types:
            return frame
        if frame.type == "error":
            raise _Failed(frame.data["error"]["message"])
    raise AssertionError("a conversation's frames have no end")


def _photo() -> bytes:
    """A dark telephone on a light table."""
    image = Image.new("RGB", (800, 600), (222, 214, 200))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((300, 60, 500, 540), radius=32, fill=(24, 26, 34))
    draw.rounded_rectangle((312, 90, 488, 510), radius=8, fill=(58, 92, 140))
    content = io.BytesIO()
    image.save(content, "JPEG")
    return content.getvalue()


class _Stack:
    """`talknshop dev` as a process of its own, seen through its status file."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self._process = process
        self._folder = folder

    def status(self) -> dict[str, Any]:
        try:
            status: dict[str, Any] = json.loads((self._folder / "status.json").read_text())
        except FileNotFoundError:
            return {"ready": False, "processes": []}
        return status

    async def until_ready(self) -> str:
        while not self.status()["ready"]:
            if self._process.returncode is not None:
                raise _Failed((self._folder / "supervisor.log").read_text().strip())
            await asyncio.sleep(0.1)
        return f"{len(self.status()['processes'])} processes"

    async def stop(self) -> str:
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        if code := await self._process.wait():
            raise _Failed(f"exit code {code}")
        return "all processes ended"

    def show_logs(self) -> None:
        """The last lines of each, for whoever has to find out why: the folder goes away."""
        for log in [self._folder / "supervisor.log", *(self._folder / "data/logs").glob("*.log")]:
            lines = log.read_text(errors="replace").splitlines()[-LOG_LINES:]
            print(f"--- {log.name}", *lines, sep="\n", file=sys.stderr)


@asynccontextmanager
async def _embedded_stack(folder: Path) -> AsyncIterator[_Stack]:
    """Never what the settings say is running already: the check must not touch a person's data."""
    embedded = {
        f"TALKNSHOP_{name}": "" for name in ("TEMPORAL__ADDRESS", "REDIS_URL", "SANDBOX_URL")
    }
    options = ["--free-ports", "--plain", "--latency", "none", "--data-dir", str(folder / "data")]
    options += ["--status-file", str(folder / "status.json")]
    with (folder / "supervisor.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "talknshop.cli.main", "dev", *options),
            env={**os.environ, **embedded},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=ends_with_parent(signal.SIGTERM),  # so that it ends in good order
        )
    try:
        yield _Stack(process, folder)
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


def _report(checks: _Checks, *, as_json: bool) -> None:
    if as_json:
        findings = [asdict(finding) for finding in checks.findings]
        print(json.dumps({"ok": checks.ok, "checks": findings}, indent=2))
        return
    table = Table(box=None)
    for column in ("", "check", "took", ""):
        table.add_column(column, justify="right" if column == "took" else "left")
    for finding in checks.findings:
        mark = Text("✓", style="green") if finding.ok else Text("✗", style="bold red")
        table.add_row(mark, finding.name, f"{finding.seconds:.2f} s", Text(finding.detail))
    Console().print(table)

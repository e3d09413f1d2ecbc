"""A disaster drill: loses something on a real stack and tells what is seen, which alarms come, and
what mends itself: `python -m tests.chaos.drill [redis] [store] [marketplace] [buyers] [sellers]
[model]`. What the pages of the alarms tell to look at is asked, and the number of answers told.

Prometheus runs beside the stack with the product's own rules, made sixty times faster: a minute of
theirs is a second here. Ends with 1 when an alarm that a drill is about stays away.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from talknshop.cli.ports import free_ports
from talknshop.cli.prometheus import RULES
from talknshop.settings import ROLES as WORKERS
from tests.chaos.test_alarms import GOES_WRONG
from tests.running import Running, bearer, eventually, running_stack
from tests.selling import by_marketplace, post_bookshelf, upload_photo
from tests.wire.language import bedrock_wire
from tests.wire.marketplaces.scripted_server import Asked, scripted
from tests.wire.media.test_store_on_s3 import Bucket, serving

LOST_FOR_S = 25
BACK_WITHIN_S = 240
WRITING = bedrock_wire.streaming("Here is ", "what I ", "found.")
SCRAPED = ("gateway", "sandbox", *WORKERS)
# `buyers` fails turns, `sellers` posts, for long enough that a budget burns.
BURNS_FOR_S = 90
PAGES = Path(__file__).parents[2] / "docs" / "runbooks"
_OF_THE_READER = re.compile(r"\b(QUEUE|ROLE|BUILD|JOB|ID)\b")  # to be filled in
_WORDS = re.compile(r"find me an? ([a-z ]+) under \$(\d+)")
# Not in the name of a series, as that of ratio_1h: an underscore is no boundary of a word.
_DURATION = re.compile(r"\b(\d+)([mhd])\b")


async def reading(request: Asked, writer: asyncio.StreamWriter) -> None:
    """What a model makes of the message: a thing and a limit."""
    said = json.loads(request.body)["messages"][-1]["content"][0]["text"]
    thing, limit = _WORDS.findall(said)[-1]
    form = bedrock_wire.form(intent="buy", wish={"product_type": thing, "price_max": int(limit)})
    await form(request, writer)


def hurried(rules: str) -> str:
    """The same rules, sixty times faster: minutes become seconds, hours minutes."""

    loaded = yaml.safe_load(rules)
    for group in loaded["groups"]:
        group["interval"] = "1s"
        for rule in group["rules"]:
            rule["expr"] = _DURATION.sub(_shorter, rule["expr"])
            if "for" in rule:
                rule["for"] = _DURATION.sub(_shorter, rule["for"])
    return yaml.safe_dump(loaded)


def _shorter(match: re.Match[str]) -> str:
    number, unit = int(match[1]), match[2]
    return f"{number * 24}m" if unit == "d" else f"{number}{'s' if unit == 'm' else 'm'}"


@asynccontextmanager
async def prometheus(folder: Path, stack: Running) -> AsyncIterator[str]:
    """Its address. Scrapes each second what `make observe` scrapes each five."""
    (port,) = free_ports(1)
    rules, config = folder / "rules.yml", folder / "prometheus.yml"
    rules.write_text(hurried(RULES.read_text()))
    jobs: dict[str, list[dict[str, Any]]] = {}
    for role in SCRAPED:
        job, labels = ("worker", {"role": role}) if role in WORKERS else (role, {})
        target = stack.process(role)["url"].partition("//")[2]
        jobs.setdefault(job, []).append({"targets": [target], "labels": labels})
    config.write_text(
        yaml.safe_dump(
            {
                "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
                "rule_files": [str(rules)],
                "scrape_configs": [
                    {"job_name": job, "static_configs": targets} for job, targets in jobs.items()
                ],
            }
        )
    )
    program = shutil.which("prometheus")
    if program is None:
        raise SystemExit("Prometheus is not installed: apt-get install prometheus")
    process = await asyncio.create_subprocess_exec(
        *(program, f"--config.file={config}", f"--storage.tsdb.path={folder / 'series'}"),
        *(f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"),
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


@dataclass
class Drill:
    """What a drill works with, and what it has seen."""

    stack: Running
    alarms_at: str
    bucket: Bucket
    model: AsyncExitStack
    seen: list[str] = field(default_factory=list)

    def tell(self, line: str) -> None:
        self.seen.append(line)
        print(f"- {line}", flush=True)

    async def ask(self, query: str) -> list[dict[str, Any]]:
        reply = await self.stack.http.get(f"{self.alarms_at}/api/v1/query", params={"query": query})
        found: list[dict[str, Any]] = reply.raise_for_status().json()["data"]["result"]
        return found

    async def firing(self) -> set[str]:
        found = await self.ask('ALERTS{alertstate="firing"}')
        return {each["metric"]["alertname"] for each in found}

    async def search(self, words: str) -> dict[str, Any]:
        """One turn as a person sees it."""
        began = time.monotonic()
        async with self.stack.chat() as chat:
            await chat.say(words)
            done = (await chat.next("done", "error", seconds=120))["data"]
            results = [event["data"] for event in chat.events if event["type"] == "results"]
            pieces = sum(event["type"] == "token" for event in chat.others)
        found = results[-1] if results else {}
        silent = [s["marketplace"] for s in found.get("sources", []) if s["status"] == "failed"]
        return {
            "seconds": round(time.monotonic() - began, 1),
            "offers": len(found.get("products", [])),
            "pieces": pieces,
            "missing": silent,
            "partial": found.get("partial"),
            "degraded": done.get("degraded"),
            "says": done.get("message") or done,
        }

    async def ready(self) -> dict[str, Any]:
        reply: dict[str, Any] = (await self.stack.http.get(f"{self.stack.web}/health/ready")).json()
        return reply

    async def walk(self, alarm: str) -> None:
        """Asks what the alarm's page says to look at first, and how many answers there are."""
        page = (PAGES / f"{alarm}.md").read_text()
        looks = page.partition("**First look**")[2].partition("**Causes")[0]
        for text in re.findall(r"`([^`]+)`", looks):
            if _OF_THE_READER.search(text):
                continue
            if text.startswith("temporal "):
                self.tell(f"{alarm}: `{text}`: {await self._run(text)}")
            elif re.match(r"(sum|max|min|histogram_quantile)\b|talknshop_\w+", text):
                found = await self.ask(_DURATION.sub(_shorter, text))
                self.tell(f"{alarm}: `{text}`: {len(found)} series")

    async def _run(self, command: str) -> str:
        process = await asyncio.create_subprocess_exec(
            *("bash", "-euo", "pipefail", "-c", command),
            env={
                **os.environ,
                "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
                "TEMPORAL_ADDRESS": self.stack.access.address or "",
            },
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        lines = said.decode().splitlines()
        if process.returncode:
            raise SystemExit(f"{command} ended with {process.returncode}: {said.decode()}")
        return lines[0] if len(lines) == 1 else f"{len(lines) - 1} rows"


async def _people(drill: Drill) -> None:
    """Who go on buying and uploading, whatever happens."""
    number = 500
    while True:
        number += 1
        with contextlib.suppress(*GOES_WRONG):
            async with drill.stack.chat() as chat:
                await chat.say(f"find me a laptop under ${number}")
                await chat.next("done", "error", seconds=20)
                await upload_photo(drill.stack, chat.session)


async def _alarms(drill: Drill, wanted: set[str], seconds: float = LOST_FOR_S) -> None:
    """Waits for them, tells when each came, and walks their pages."""
    began, at = time.monotonic(), dict[str, float]()
    while time.monotonic() - began < seconds or (
        not wanted <= at.keys() and time.monotonic() - began < 2 * seconds
    ):
        for name in await drill.firing() - at.keys():
            at[name] = time.monotonic() - began
        await asyncio.sleep(0.5)
    for name, after in at.items():
        drill.tell(f"alarm {name}, after {after:.0f} s (minutes by the real rules)")
        await drill.walk(name)
    if not wanted <= at.keys():
        raise SystemExit(f"these alarms stayed away: {wanted - at.keys()}")


async def _over(drill: Drill, names: set[str]) -> None:
    began = time.monotonic()

    async def is_over() -> bool:
        return not names & await drill.firing()

    await eventually(is_over, f"{names} end", BACK_WITHIN_S)
    drill.tell(f"the alarms end by themselves, {time.monotonic() - began:.0f} s after it is back")


async def _job(drill: Drill, session: dict[str, Any], job_id: str) -> dict[str, str]:
    reply = await drill.stack.http.get(
        f"{drill.stack.web}/api/v1/jobs/{job_id}", headers=bearer(session)
    )
    entries = by_marketplace({"data": reply.raise_for_status().json()})
    return {name: entry["status"] for name, entry in entries.items()}


async def _goes_live(drill: Drill, session: dict[str, Any], job_id: str) -> None:
    began = time.monotonic()

    async def is_live() -> bool:
        return set((await _job(drill, session, job_id)).values()) == {"live"}

    await eventually(is_live, "the listings are live", BACK_WITHIN_S)
    drill.tell(f"listings go live by themselves, {time.monotonic() - began:.0f} s after it is back")


async def redis(drill: Drill) -> None:
    pid = drill.stack.process("valkey")["pid"]
    os.kill(pid, signal.SIGSTOP)
    try:
        drill.tell(f"a search: {await drill.search('find me a tablet under $700')}")
        await _alarms(drill, {"RedisDown"})
        drill.tell(f"/health/ready: {await drill.ready()}")
    finally:
        os.kill(pid, signal.SIGCONT)
    await _over(drill, {"RedisDown"})
    drill.tell(f"a search: {await drill.search('find me a tablet under $710')}")


async def store(drill: Drill) -> None:
    session = await drill.stack.guest()
    photo = (await upload_photo(drill.stack, session))["media_id"]
    drill.bucket.status = 503
    try:
        try:
            await upload_photo(drill.stack, session)
        except httpx.HTTPStatusError as error:
            drill.tell(f"an upload: {error.response.status_code} {error.response.text}")
        drill.tell(f"a search: {await drill.search('find me a camera under $700')}")
        job_id = await post_bookshelf(drill.stack, session, "ebay", "facebook", photo=photo)
        await _alarms(drill, {"GatewayErrors"})
        drill.tell(f"a job with a photo: {await _job(drill, session, job_id)}")
    finally:
        drill.bucket.status = None
    await _goes_live(drill, session, job_id)
    await _over(drill, {"GatewayErrors"})


async def marketplace(drill: Drill) -> None:
    session = await drill.stack.guest()
    photo = (await upload_photo(drill.stack, session))["media_id"]
    await drill.stack.fault(marketplace="ebay", match="", kind="status", status=503, count=10_000)
    try:
        drill.tell(f"a search: {await drill.search('find me a mountain bike under $3000')}")
        job_id = await post_bookshelf(drill.stack, session, "ebay", "facebook", photo=photo)
        await _alarms(drill, {"MarketplaceFailing"})
        drill.tell(f"a job: {await _job(drill, session, job_id)}")
        resting = await drill.ask("max by (marketplace) (talknshop_marketplace_resting) == 1")
        drill.tell(f"left alone: {[each['metric']['marketplace'] for each in resting]}")
    finally:
        await drill.stack.clear_faults()
    await _goes_live(drill, session, job_id)
    await _over(drill, {"MarketplaceFailing"})
    drill.tell(f"a search: {await drill.search('find me a mountain bike under $3010')}")


async def buyers(drill: Drill) -> None:
    """The buyer worker hangs: neither dead nor at work."""

    async def ask() -> None:
        for number in itertools.count(1500):
            async with drill.stack.chat() as chat:  # and does not wait for the answer
                await chat.say(f"find me a phone under ${number}")
            await asyncio.sleep(0.5)

    pid = drill.stack.process("buyer")["pid"]
    asking = asyncio.create_task(ask())
    os.kill(pid, signal.SIGSTOP)
    try:
        drill.tell(f"a search: {await drill.search('find me a camera under $720')}")
        await _alarms(drill, {"BuyerBudgetBurnsFast", "BuyerBudgetBurnsSlowly"}, BURNS_FOR_S)
    finally:
        os.kill(pid, signal.SIGCONT)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    await _over(drill, {"BuyerBudgetBurnsFast"})
    drill.tell(f"a search: {await drill.search('find me a camera under $730')}")


async def sellers(drill: Drill) -> None:
    """A marketplace changed a rule: it refuses whatever is posted."""
    session = await drill.stack.guest()
    photo = (await upload_photo(drill.stack, session))["media_id"]
    await drill.stack.fault(marketplace="ebay", match="PUT ", kind="status", status=400, count=9999)
    await drill.stack.fault(
        marketplace="ebay", match="POST /sell", kind="status", status=400, count=9999
    )
    jobs: list[str] = []

    async def post() -> None:
        while True:
            jobs.append(await post_bookshelf(drill.stack, session, "ebay", photo=photo))
            await asyncio.sleep(1)

    posting = asyncio.create_task(post())
    try:
        wanted = {"JobFailureRate", "SellerBudgetBurnsFast", "SellerBudgetBurnsSlowly"}
        await _alarms(drill, wanted, BURNS_FOR_S)
        drill.tell(f"a job: {await _job(drill, session, jobs[0])}")
    finally:
        posting.cancel()
        await asyncio.gather(posting, return_exceptions=True)
        await drill.stack.clear_faults()
    reply = await drill.stack.http.post(
        f"{drill.stack.web}/api/v1/jobs/retry", json={"error": "rejected"}, headers=bearer(session)
    )
    drill.tell(f"POST /api/v1/jobs/retry: {reply.status_code} {reply.text[:200]}")
    await _goes_live(drill, session, jobs[0])
    await _over(drill, {"JobFailureRate", "SellerBudgetBurnsFast"})


async def model(drill: Drill) -> None:
    """Last: a model that is gone stays gone in this drill."""
    drill.tell(f"a search before: {await drill.search('find me a watch under $290')}")
    await drill.model.aclose()
    drill.tell(f"a search: {await drill.search('find me a watch under $300')}")
    await _alarms(drill, {"ModelDegraded"})


DRILLS: dict[str, Callable[[Drill], Awaitable[None]]] = {
    "redis": redis,
    "store": store,
    "marketplace": marketplace,
    "buyers": buyers,
    "sellers": sellers,
    "model": model,
}


async def run(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as environment:
        bucket = Bucket()
        (Path(folder) / "prometheus").mkdir()
        async with AsyncExitStack() as running, AsyncExitStack() as model_server:
            running.enter_context(serving(bucket.app, environment))
            server = await model_server.enter_async_context(
                scripted(bedrock_wire.model(reading, WRITING))
            )
            stack = await running.enter_async_context(
                running_stack(
                    Path(folder),
                    TALKNSHOP_STORAGE_URL="s3://shop/uploads",
                    TALKNSHOP_LANGUAGE__MODEL="bedrock_converse:global.anthropic.claude-haiku-5-5",
                    TALKNSHOP_LANGUAGE__BASE_URL=server.url,
                    TALKNSHOP_LANGUAGE__REGION="us-east-1",
                    TALKNSHOP_LANGUAGE__TIMEOUT="PT5S",
                )
            )
            alarms = await running.enter_async_context(
                prometheus(Path(folder) / "prometheus", stack)
            )
            drill = Drill(stack, alarms, bucket, model_server)
            load = asyncio.create_task(_people(drill))
            try:
                await eventually(lambda: not load.done(), "people are there")
                await asyncio.sleep(10)  # a rate needs a while of values
                print(f"before: alarms {await drill.firing() or 'none'}")
                for name in names:
                    print(f"\n## {name}")
                    await DRILLS[name](drill)
            finally:
                load.cancel()
                await asyncio.gather(load, return_exceptions=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("drills", nargs="*", choices=[*DRILLS, []], metavar="DRILL")
    arguments = parser.parse_args()
    # In this order: the model does not come back.
    asyncio.run(run([name for name in DRILLS if name in (arguments.drills or DRILLS)]))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()

"""kill -9 of one process of each role under load: what was recorded of it raises the right alarm.

The numbers are scraped while it happens, and then replayed through the rules by promtool. One
scrape of the recording, a quarter of a second of real time, stands for fifteen seconds.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field

import httpx
import pytest
import yaml
from websockets.exceptions import WebSocketException

from talknshop.settings import ROLES as WORKERS
from tests.promtool import RULES, verify_alarms
from tests.running import Running, eventually, running_stack
from tests.scraping import Samples, scrape
from tests.selling import preview, settled

pytestmark = pytest.mark.timeout(300)

TICK_S = 0.25
INTERVAL_S = 15
# Long enough for `for: 1m`, after the symptom is seen, or after there was none.
SEEN_FOR = 6
ROLES = ("gateway", *WORKERS, "sandbox", "valkey", "temporal")
# Those of processes; what else goes wrong meanwhile (slow searches, …) is not looked at here.
OF_PROCESSES = ".*Down"
# How a person's doings end while processes die.
GOES_WRONG = (OSError, WebSocketException, httpx.HTTPError, AssertionError, EOFError, KeyError)


@dataclass
class Recording:
    """Series by name and labels, with one value for each tick; None where there was none."""

    ticks: int = 0
    series: dict[tuple[str, frozenset[tuple[str, str]]], dict[int, float]] = field(
        default_factory=dict
    )
    dead_at: dict[str, int] = field(default_factory=dict)  # the last tick of each one's death

    def add(self, samples: Samples) -> None:
        for name, value in samples.items():
            self.series.setdefault(name, {})[self.ticks] = value
        self.ticks += 1

    def value(self, name: str, **labels: str) -> float | None:
        """Of the latest tick, the smallest of those series."""
        found = [
            values[self.ticks - 1]
            for (known, have), values in self.series.items()
            if known == name and labels.items() <= have and self.ticks - 1 in values
        ]
        return min(found, default=None)

    def as_promtool(self, wanted: set[str]) -> dict[str, str]:
        return {
            f"{name}{{{_labels(labels)}}}": " ".join(self._notation(values))
            for (name, labels), values in self.series.items()
            if name in wanted
        }

    def _notation(self, values: dict[int, float]) -> Iterator[str]:
        """A series that ends is marked as stale, as Prometheus does."""
        for tick in range(self.ticks):
            if tick in values:
                yield f"{values[tick]:g}"
            else:
                yield "stale" if tick - 1 in values else "_"


def _labels(labels: frozenset[tuple[str, str]]) -> str:
    return ", ".join(f'{name}="{value}"' for name, value in sorted(labels))


def series_of_rules() -> set[str]:
    rules = yaml.safe_load(RULES.read_text())
    text = " ".join(rule["expr"] for group in rules["groups"] for rule in group["rules"])
    cut = text.replace("{", " ").replace("(", " ").replace("[", " ").replace(")", " ")
    return {word for word in cut.split() if word.startswith(("talknshop_", "temporal_", "up"))}


@pytest.fixture(scope="module")
async def recording(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Recording]:
    async with running_stack(tmp_path_factory.mktemp("dying")) as stack:
        load = [asyncio.create_task(_buy(stack)), asyncio.create_task(_sell(stack))]
        targets = {
            role: {"job": role if role in ("gateway", "sandbox") else "worker"}
            | ({"role": role} if role in WORKERS else {})
            for role in ("gateway", "sandbox", *WORKERS)
        }
        recording = Recording()
        recorder = _Recorder(stack, recording, targets)
        try:
            await recorder.until(lambda: recording.ticks >= SEEN_FOR)
            for role in ROLES:
                await recorder.while_dead(role)
        finally:
            for task in load:
                task.cancel()
            await asyncio.gather(*load, return_exceptions=True)
        yield recording


class _Recorder:
    def __init__(
        self, stack: Running, recording: Recording, targets: dict[str, dict[str, str]]
    ) -> None:
        self._stack = stack
        self._recording = recording
        self._targets = targets

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(90):
            while not condition():
                await self._tick()

    async def while_dead(self, role: str) -> None:
        """Kills it whenever it comes back, until its symptom was seen long enough; then waits
        until all is well."""
        seen = 0
        async with asyncio.timeout(90):
            while seen < SEEN_FOR:
                self._kill(role)
                await self._tick()
                seen = seen + 1 if self._is_missed(role) else 0
        self._recording.dead_at[role] = self._recording.ticks - 1
        await self.until(lambda: not self._is_missed(role))
        await eventually(lambda: bool(self._stack.status()["ready"]), f"{role} is back", 60)

    def _is_missed(self, role: str) -> bool:
        match role:
            case "valkey":
                return self._recording.value("talknshop_gateway_live_feed") == 0
            case "temporal":
                return self._recording.value("talknshop_gateway_temporal_up") == 0
            case _:
                return self._recording.value("up", **self._targets[role]) == 0

    def _kill(self, role: str) -> None:
        pid = self._stack.process(role)["pid"]
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    async def _tick(self) -> None:
        pages = await asyncio.gather(
            *(
                scrape(self._stack.http, self._stack.process(role)["url"], labels)
                for role, labels in self._targets.items()
            ),
            asyncio.sleep(TICK_S, {}),
        )
        together: Samples = {}
        for page in pages:
            together |= page
        self._recording.add(together)


async def _buy(stack: Running) -> None:
    number = 500
    while True:
        number += 1
        with contextlib.suppress(*GOES_WRONG):
            async with stack.chat() as chat:
                await chat.say(f"find me a laptop under ${number}")
                await chat.next("done", seconds=10)
        await asyncio.sleep(0.1)


async def _sell(stack: Running) -> None:
    while True:
        with contextlib.suppress(*GOES_WRONG):
            async with stack.chat() as chat:
                await preview(stack, chat, "sell my iPhone 13, $650, good condition")
                await chat.act("confirm_listing")
                await chat.next_where(settled, "a settled job", 10)
        await asyncio.sleep(0.1)


def _alarm(role: str) -> dict[str, str]:
    match role:
        case "gateway":
            return {"alertname": "GatewayDown", "severity": "page"}
        case "valkey":
            return {"alertname": "RedisDown", "severity": "ticket"}
        case "temporal":
            return {"alertname": "TemporalDown", "severity": "page"}
        case "sandbox":
            return {"alertname": "SandboxDown", "severity": "ticket", "job": "sandbox"}
        case _:
            return {"alertname": "WorkerDown", "severity": "page", "role": role}


@pytest.mark.parametrize("role", ROLES)
async def test_the_death_of_a_role_raises_its_alarm(recording: Recording, role: str) -> None:
    at = recording.dead_at[role] * INTERVAL_S
    series = recording.as_promtool(series_of_rules())
    verify_alarms(series, f"{INTERVAL_S}s", {f"{at}s": [_alarm(role)]}, among=OF_PROCESSES)


async def test_before_any_death_no_alarm_is_raised(recording: Recording) -> None:
    series = recording.as_promtool(series_of_rules())
    at = (SEEN_FOR - 1) * INTERVAL_S
    verify_alarms(series, f"{INTERVAL_S}s", {f"{at}s": []}, among=OF_PROCESSES)

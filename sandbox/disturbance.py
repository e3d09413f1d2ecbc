"""How the sandbox misbehaves on request: latency, throttling, failures, lost replies."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from typing import Literal

from pydantic import BaseModel, Field
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.connection import CLOSE_CONNECTION
from sandbox.traffic import Call, call_of, marketplace_of

LatencyMode = Literal["none", "default"]
OutageReply = Callable[[int], Response]
ThrottleReply = Callable[[int | None], Response]

_LATENCY_SECONDS = {
    Call.SEARCH: (0.4, 1.2),
    Call.POST: (0.3, 0.8),
    Call.READ: (0.1, 0.3),
    Call.OTHER: (0.0, 0.0),
}


class Fault(BaseModel):
    """`match` is "METHOD /path-prefix"; empty matches every request of the marketplace."""

    marketplace: str
    match: str = ""
    kind: Literal["status", "throttle", "hang", "malformed", "drop_reply"]
    status: int = Field(503, ge=400, le=599)
    retry_after: int | None = Field(None, ge=0)  # seconds
    count: int = Field(1, ge=1)  # how many requests it still strikes

    def strikes(self, marketplace: str, method: str, path: str) -> bool:
        if self.marketplace != marketplace:
            return False
        wanted_method, _, prefix = self.match.partition(" ")
        return not self.match or (wanted_method == method and path.startswith(prefix))


class Disturbances:
    """What is asked for at the moment. Kept in memory: a restarted sandbox behaves well again."""

    def __init__(self, seed: int, latency: LatencyMode) -> None:
        self._seed = seed
        self._default: LatencyMode = latency
        self._of_marketplace: dict[str, LatencyMode] = {}
        self._chance: dict[str, random.Random] = {}
        self.faults: list[Fault] = []
        self.requests: Counter[str] = Counter()
        self.requests_by_path: dict[str, Counter[str]] = {}

    def set_latency(self, mode: LatencyMode, marketplace: str | None = None) -> None:
        if marketplace is None:
            self._default = mode
            self._of_marketplace.clear()
        else:
            self._of_marketplace[marketplace] = mode

    def latency_mode(self, marketplace: str) -> LatencyMode:
        return self._of_marketplace.get(marketplace, self._default)

    def delay(self, marketplace: str, call: Call) -> float:
        """Seconds. The n-th delay of a marketplace is the same in every run with the same seed."""
        if self.latency_mode(marketplace) == "none":
            return 0.0
        chance = self._chance.setdefault(
            marketplace,
            random.Random(f"{self._seed}/{marketplace}"),  # noqa: S311
        )
        return chance.uniform(*_LATENCY_SECONDS[call])

    def count(self, marketplace: str, method: str, path: str) -> None:
        self.requests[marketplace] += 1
        self.requests_by_path.setdefault(marketplace, Counter())[f"{method} {path}"] += 1

    def next_fault(self, marketplace: str, method: str, path: str) -> Fault | None:
        """The oldest fault that strikes this request, used up by one."""
        for fault in self.faults:
            if fault.strikes(marketplace, method, path):
                fault.count -= 1
                if fault.count == 0:
                    self.faults.remove(fault)
                return fault
        return None

    def forget(self) -> None:
        """Faults and counts; latency stays as it was set."""
        self.faults.clear()
        self.requests.clear()
        self.requests_by_path.clear()


class DisturbingMiddleware:
    """Counts, delays and spoils the marketplaces' requests; pages and control pass untouched."""

    def __init__(
        self,
        app: ASGIApp,
        disturbances: Disturbances,
        outages: dict[str, OutageReply],
        throttles: dict[str, ThrottleReply],
    ) -> None:
        self._app = app
        self._disturbances = disturbances
        self._outages = outages
        self._throttles = throttles

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        marketplace = marketplace_of(scope["path"]) if scope["type"] == "http" else None
        if marketplace is None:
            await self._app(scope, receive, send)
            return
        method, path = scope["method"], scope["path"]
        self._disturbances.count(marketplace, method, path)
        fault = self._disturbances.next_fault(marketplace, method, path)
        await asyncio.sleep(self._disturbances.delay(marketplace, call_of(method, path)))
        if fault is None:
            await self._app(scope, receive, send)
        elif fault.kind == "hang":
            await _until_disconnected(receive)
        elif fault.kind == "drop_reply":
            await self._app(scope, receive, _swallow)
            scope["extensions"][CLOSE_CONNECTION]["close"]()
            await _until_disconnected(receive)
        else:
            await self._reply_of(marketplace, fault)(scope, receive, send)

    def _reply_of(self, marketplace: str, fault: Fault) -> Response:
        match fault.kind:
            case "status":
                return self._outages[marketplace](fault.status)
            case "throttle":
                return self._throttles[marketplace](fault.retry_after)
            case _:
                return Response(b'{"unfinished": [', media_type="application/json")


async def _until_disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _swallow(message: Message) -> None:
    pass

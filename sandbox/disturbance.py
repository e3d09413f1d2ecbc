"""How the sandbox misbehaves on request: which faults there are, and whom they strike when."""

import math
import random
import time
from collections import Counter, deque
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

from pydantic import BaseModel, Field

from sandbox.traffic import Call

LatencyMode = Literal["none", "default"]
RequestKind = Literal[
    "status", "throttle", "hang", "malformed", "hostile", "drop_reply", "expire_token"
]
NoticeKind = Literal["duplicate_notice", "reorder_notice", "lose_notice", "forge_notice"]

REQUEST_KINDS: Collection[str] = get_args(RequestKind)

_LATENCY_SECONDS = {
    Call.SEARCH: (0.4, 1.2),
    Call.POST: (0.3, 0.8),
    Call.READ: (0.1, 0.3),
    Call.OTHER: (0.0, 0.0),
}
_P95 = 1.645  # standard deviations above the mean, of a normal distribution


class Fault(BaseModel):
    """`match` is "METHOD /path-prefix"; empty matches every request of the marketplace.

    `count` is how often it still strikes, None until it is cleared; `rate` is the chance that it
    strikes a matching request, and `burst` how many of them in a row it then strikes. The first
    `after` matching requests are let through.
    """

    marketplace: str
    match: str = ""
    kind: RequestKind | NoticeKind
    status: int = Field(503, ge=400, le=599)
    retry_after: int | None = Field(None, ge=0)  # seconds
    count: int | None = Field(1, ge=1)
    rate: float = Field(1.0, gt=0, le=1)
    burst: int = Field(1, ge=1)
    after: int = Field(0, ge=0)

    def matches(self, marketplace: str, method: str, path: str) -> bool:
        if self.marketplace != marketplace:
            return False
        wanted_method, _, prefix = self.match.partition(" ")
        return not self.match or (wanted_method == method and path.startswith(prefix))


class Spread(BaseModel):
    """A log-normal distribution of answering times, in seconds."""

    median: float = Field(gt=0, le=60)
    p95: float = Field(gt=0, le=600)

    def draw(self, chance: random.Random) -> float:
        return chance.lognormvariate(math.log(self.median), self._sigma)

    @property
    def _sigma(self) -> float:
        return max(0.0, math.log(self.p95 / self.median) / _P95)


@dataclass
class _Standing:
    """A fault that was asked for, and how far it is."""

    fault: Fault
    chance: random.Random
    left_in_burst: int = 0

    def strikes(self) -> bool:
        if self.fault.after:
            self.fault.after -= 1
            return False
        if self.left_in_burst:
            self.left_in_burst -= 1
        elif self.chance.random() < self.fault.rate:
            self.left_in_burst = self.fault.burst - 1
        else:
            return False
        return True


class Disturbances:
    """What is asked for at the moment. Kept in memory: a restarted sandbox behaves well again.

    The same seed and the same requests give the same faults and delays.
    """

    def __init__(self, seed: int, latency: LatencyMode) -> None:
        self._default: LatencyMode | Spread = latency
        self._of_marketplace: dict[str, LatencyMode | Spread] = {}
        self._standing: list[_Standing] = []
        self.requests: Counter[str] = Counter()
        self.requests_by_path: dict[str, Counter[str]] = {}
        self.busiest_second: dict[str, Counter[str]] = {}
        self._last_second: dict[tuple[str, str], deque[float]] = {}
        self.reseed(seed)

    def reseed(self, seed: int) -> None:
        """From here on as after a start with that seed."""
        self._seed = seed
        self._chances: dict[str, random.Random] = {}
        self._added = 0

    def chance(self, purpose: str) -> random.Random:
        """One sequence for each purpose: what happens elsewhere does not shift it."""
        if purpose not in self._chances:
            self._chances[purpose] = random.Random(f"{self._seed}/{purpose}")  # noqa: S311
        return self._chances[purpose]

    def set_latency(self, latency: LatencyMode | Spread, marketplace: str | None = None) -> None:
        if marketplace is None:
            self._default = latency
            self._of_marketplace.clear()
        else:
            self._of_marketplace[marketplace] = latency

    def latency(self, marketplace: str) -> LatencyMode | Spread:
        return self._of_marketplace.get(marketplace, self._default)

    def delay(self, marketplace: str, call: Call) -> float:
        """Seconds."""
        latency = self.latency(marketplace)
        if latency == "none" or call is Call.OTHER:
            return 0.0
        chance = self.chance(f"{marketplace}/latency")
        if isinstance(latency, Spread):
            return latency.draw(chance)
        return chance.uniform(*_LATENCY_SECONDS[call])

    def count(self, marketplace: str, method: str, path: str) -> None:
        self.requests[marketplace] += 1
        called = f"{method} {path}"
        self.requests_by_path.setdefault(marketplace, Counter())[called] += 1
        now = time.monotonic()
        last = self._last_second.setdefault((marketplace, called), deque())
        while last and last[0] <= now - 1:
            last.popleft()
        last.append(now)
        busiest = self.busiest_second.setdefault(marketplace, Counter())
        busiest[called] = max(busiest[called], len(last))

    @property
    def faults(self) -> list[Fault]:
        return [standing.fault for standing in self._standing]

    def add_fault(self, fault: Fault) -> None:
        self._added += 1
        chance = self.chance(f"{fault.marketplace}/fault {self._added}")
        self._standing.append(_Standing(fault, chance))

    def clear_faults(self, marketplace: str | None = None) -> None:
        self._standing = [
            standing
            for standing in self._standing
            if marketplace is not None and standing.fault.marketplace != marketplace
        ]

    def next_fault(
        self, marketplace: str, method: str, path: str, kinds: Collection[str] = REQUEST_KINDS
    ) -> Fault | None:
        """The oldest fault that strikes this request, used up by one."""
        for standing in self._standing:
            fault = standing.fault
            if (
                fault.kind in kinds
                and fault.matches(marketplace, method, path)
                and standing.strikes()
            ):
                if fault.count is not None:
                    fault.count -= 1
                    if fault.count == 0:
                        self._standing.remove(standing)
                return fault
        return None

    def forget(self) -> None:
        """Faults and counts; latency stays as it was set."""
        self.clear_faults()
        self.requests.clear()
        self.requests_by_path.clear()
        self.busiest_second.clear()
        self._last_second.clear()

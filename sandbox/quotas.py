"""How often a key may call a marketplace: counted in fixed windows, refused when one is full.

Kept in memory: a restarted sandbox counts from nought again.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field
from starlette.responses import Response

from sandbox.refusal import RefusalError

QuotaMode = Literal["generous", "real"]

DAY = 86_400
_HOUR, _MINUTE = 3600, 60
_GENEROUS = 10_000_000  # a day: more than any test calls, so that there is something to report


class Window(BaseModel):
    limit: int = Field(ge=1)
    seconds: int = Field(ge=1, le=DAY)


# By marketplace and resource, as published or as public clients report them; see docs/sandbox.md.
# Craigslist publishes none, Poshmark has no API.
_REAL: dict[str, dict[str, list[Window]]] = {
    "ebay": {
        "buy.browse": [Window(limit=5_000, seconds=DAY)],
        "sell.inventory": [Window(limit=2_000_000, seconds=DAY)],
        "sell.fulfillment": [Window(limit=100_000, seconds=DAY)],
        "sell.account": [Window(limit=25_000, seconds=DAY)],
        "commerce.notification": [Window(limit=10_000, seconds=DAY)],
        "commerce.media": [Window(limit=50, seconds=5)],
        "developer.analytics": [Window(limit=5_000, seconds=DAY)],
    },
    "amazon": {"": [Window(limit=1, seconds=1), Window(limit=8_640, seconds=DAY)]},
    "walmart": {"": [Window(limit=5, seconds=1), Window(limit=5_000, seconds=DAY)]},
    "bestbuy": {"": [Window(limit=5, seconds=1), Window(limit=50_000, seconds=DAY)]},
    "craigslist": {"": []},
    "facebook": {
        "catalog_batch": [Window(limit=8, seconds=_MINUTE)],
        "catalog_management": [Window(limit=20_000, seconds=_HOUR)],
    },
}
# eBay's days begin at midnight there; the others' are taken to begin at midnight UTC.
_CLOCKS: dict[str, tzinfo] = {"ebay": ZoneInfo("America/Los_Angeles")}


@dataclass(frozen=True)
class Usage:
    """Of one window by one key."""

    window: Window
    used: int
    resets_at: datetime

    @property
    def remaining(self) -> int:
        return max(0, self.window.limit - self.used)

    @property
    def percent(self) -> int:
        return min(100, math.ceil(self.used * 100 / self.window.limit))


class Quotas:
    def __init__(self, mode: QuotaMode = "generous") -> None:
        self._mode: QuotaMode = mode
        self._windows: dict[str, dict[str, list[Window]]] = {}
        # By marketplace, resource, key and seconds: the window's start, and how many calls in it.
        self._used: dict[tuple[str, str, str, int], tuple[datetime, int]] = {}
        self.forget()

    def forget(self) -> None:
        """All counts, and what was set since the start."""
        self._used.clear()
        for marketplace in _REAL:
            self.set_mode(marketplace, self._mode)

    def set_mode(self, marketplace: str, mode: QuotaMode) -> None:
        generous = [Window(limit=_GENEROUS, seconds=DAY)]
        self._windows[marketplace] = {
            resource: list(windows) if mode == "real" or not windows else generous
            for resource, windows in _REAL.get(marketplace, {}).items()
        }

    def set(self, marketplace: str, windows: list[Window], resource: str | None = None) -> None:
        """For one resource, or all of them. Raises KeyError for one that is not counted."""
        held = self._windows.get(marketplace, {})
        for name in held if resource is None else [resource]:
            if name not in held:
                raise KeyError(name)
            held[name] = windows

    def windows(self, marketplace: str) -> dict[str, list[Window]]:
        """By resource; empty for a marketplace whose calls are not counted."""
        return self._windows.get(marketplace, {})

    def spend(
        self,
        marketplace: str,
        resource: str,
        key: str,
        throttled: Callable[[int | None], Response],
    ) -> None:
        """Counts a call. Raises the marketplace's own refusal, which is not counted, if it is one
        too many."""
        usages = self.usage(marketplace, resource, key)
        full = [usage for usage in usages if not usage.remaining]
        if full:
            wait = max(usage.resets_at for usage in full) - _now()
            raise RefusalError(throttled(max(1, math.ceil(wait.total_seconds()))))
        for usage in usages:
            self._count(marketplace, resource, key, usage.window.seconds)

    def usage(self, marketplace: str, resource: str, key: str) -> list[Usage]:
        found = []
        for window in self._windows.get(marketplace, {}).get(resource, []):
            start = _start(marketplace, window.seconds)
            counted = self._used.get((marketplace, resource, key, window.seconds))
            used = counted[1] if counted and counted[0] == start else 0
            found.append(Usage(window, used, _end(marketplace, start, window.seconds)))
        return found

    def busiest(self, marketplace: str, resource: str) -> list[Usage]:
        """By the key that has called most."""
        keys = {key for of, name, key, _ in self._used if (of, name) == (marketplace, resource)}
        usages = [self.usage(marketplace, resource, key) for key in keys or {""}]
        return max(usages, key=lambda found: sum(usage.used for usage in found))

    def _count(self, marketplace: str, resource: str, key: str, seconds: int) -> None:
        start = _start(marketplace, seconds)
        place = (marketplace, resource, key, seconds)
        counted = self._used.get(place)
        used = counted[1] if counted and counted[0] == start else 0
        self._used[place] = (start, used + 1)


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


def _start(marketplace: str, seconds: int) -> datetime:
    if seconds == DAY:
        today = _now().astimezone(_CLOCKS.get(marketplace, UTC))
        return today.replace(hour=0, minute=0, second=0, microsecond=0)
    return datetime.fromtimestamp(time.time() // seconds * seconds, UTC)


def _end(marketplace: str, start: datetime, seconds: int) -> datetime:
    if seconds == DAY:
        # The next midnight there, even when the clocks are changed in between.
        day = start.date() + timedelta(days=1)
        return datetime(day.year, day.month, day.day, tzinfo=_CLOCKS.get(marketplace, UTC))
    return start + timedelta(seconds=seconds)

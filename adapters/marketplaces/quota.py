"""How often a vendor may be called, and who sees to it."""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, runtime_checkable


@dataclass(frozen=True)
class Quota:
    """None: not limited. `at_once` is for one process, the others for the whole installation."""

    per_second: int | None = None
    per_day: int | None = None
    at_once: int = 16


@runtime_checkable
class HasQuota(Protocol):
    """A marketplace may say what its vendor allows; one that does not is called at will."""

    @property
    def quota(self) -> Quota: ...


class RateLimit(Protocol):
    """Counts calls for all processes of an installation."""

    async def take(self, marketplace: str, quota: Quota, patience: timedelta) -> None:
        """Waits for the marketplace's turn. Raises Throttled when that takes over `patience`."""


class NoRateLimit:
    async def take(self, marketplace: str, quota: Quota, patience: timedelta) -> None: ...


async def _granted() -> None: ...


# Awaited before each further call that one search makes. Raises Throttled.
further_call: ContextVar[Callable[[], Awaitable[None]]] = ContextVar(
    "further_call", default=_granted
)

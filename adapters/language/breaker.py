"""A circuit breaker: who keeps failing is left alone for a while."""

import time
from collections.abc import Callable

FAILURES = 3
# Throttling and outages pass in seconds to minutes; keys and retired models wait for a person.
PAUSE_S = 30.0
LONG_PAUSE_S = 300.0


class Breaker:
    """Open after three failures in a row; when the pause is over, one call tries it out."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._open_until: float | None = None

    def lets_through(self) -> bool:
        """Whether to call now. The call that tries it out holds off the others."""
        if self._open_until is None:
            return True
        if self._clock() < self._open_until:
            return False
        self._open_until = self._clock() + PAUSE_S
        return True

    def succeeded(self) -> None:
        self._failures, self._open_until = 0, None

    def failed(self, *, for_long: bool = False) -> None:
        """`for_long`: another call would certainly fail as well."""
        self._failures += 1
        if for_long or self._failures >= FAILURES:
            self._open_until = self._clock() + (LONG_PAUSE_S if for_long else PAUSE_S)

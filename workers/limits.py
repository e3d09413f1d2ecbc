"""How much one worker takes on, with the reasons."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Limits:
    # A cached conversation holds about 135 kB; one that was evicted comes back in some 10 ms.
    cached_workflows: int = 300
    # Activities mostly wait for others.
    activities: int = 200
    # Workflows of a killed worker wait this long for it; the default is 10 s.
    sticky_timeout: timedelta = timedelta(seconds=1)
    # Half of the shortest heartbeat timeout at most, or live steps look dead.
    heartbeat_throttle: timedelta = timedelta(seconds=1)


LIMITS = Limits()

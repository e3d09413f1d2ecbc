"""Leaves alone what keeps failing, and lets one call try whether it is well again."""

# Failures in a row: more than one search makes with its repetitions.
TOLERATED = 5
FIRST_REST_S = 5.0
LONGEST_REST_S = 60.0


class Breaker:
    """Closed; open for a rest that doubles; half-open, when one probe decides. Times in seconds."""

    def __init__(self) -> None:
        self._failures = 0
        self._rest = FIRST_REST_S
        self._open_until = 0.0
        self._is_probing = False

    @property
    def is_open(self) -> bool:
        return self._failures >= TOLERATED

    def admits(self, now: float) -> bool:
        """Ask before each call, and report its end."""
        if not self.is_open:
            return True
        if self._is_probing or now < self._open_until:
            return False
        self._is_probing = True
        return True

    def wait(self, now: float) -> float:
        return max(0.0, self._open_until - now)

    def succeeded(self) -> None:
        self._failures, self._rest, self._is_probing = 0, FIRST_REST_S, False

    def failed(self, now: float) -> None:
        self._failures += 1
        self._is_probing = False
        if self.is_open:
            self._open_until = now + self._rest
            self._rest = min(self._rest * 2, LONGEST_REST_S)

    def abandoned(self) -> None:
        """The call was given up for reasons of our own: it tells nothing."""
        self._is_probing = False

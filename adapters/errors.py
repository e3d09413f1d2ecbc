"""Every way in which the outside can fail us: one family, so that activities can type it."""

# ruff: noqa: N818 -- each is named after what happened, and most of them pass by waiting.

from datetime import timedelta

from talknshop.errors import FailureCode
from talknshop.listing import ListingProblem


class AdapterError(Exception):
    """The base; its message is one sentence for a person, without secrets."""

    code = FailureCode.INTERNAL
    retry_after: timedelta | None = None


class Throttled(AdapterError):
    """Asked to slow down; `retry_after` when the vendor said how long."""

    code = FailureCode.THROTTLED

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(AdapterError):
    """Down or refusing, and certainly nothing was changed there. Retry."""

    code = FailureCode.UNAVAILABLE


class OutcomeUnknown(AdapterError):
    """A write was sent and no reply came: it may have taken effect. Look before repeating."""

    code = FailureCode.OUTCOME_UNKNOWN


class Rejected(AdapterError):
    """Refused for what it says; the same request will be refused again."""

    code = FailureCode.REJECTED

    def __init__(self, message: str, problems: list[ListingProblem] | None = None) -> None:
        super().__init__(message)
        self.problems = problems or []


class Unauthorized(AdapterError):
    """Keys, token or account connection are not accepted."""

    code = FailureCode.UNAUTHORIZED


class Unintelligible(AdapterError):
    """The answer is not in the documented format."""

    code = FailureCode.UNINTELLIGIBLE


class Unsupported(AdapterError):
    """Not possible with this vendor or this installation."""

    code = FailureCode.UNSUPPORTED


class NotFound(AdapterError):
    """No such thing there."""

    code = FailureCode.NOT_FOUND

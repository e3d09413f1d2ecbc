"""Every way in which the outside can fail us: one family, so that activities can type it."""

# ruff: noqa: N818 -- each is named after what happened, and most of them pass by waiting.

from datetime import timedelta

from talknshop.errors import FailureCode
from talknshop.listing import ListingProblem
from talknshop.messages import Said, Sentence, in_words


class AdapterError(Exception):
    """The base. `said` is for a person, without secrets; its English is the exception's text.

    Of a plain string, English, people of other languages are told what its code means.
    """

    code = FailureCode.INTERNAL
    retry_after: timedelta | None = None

    def __init__(self, said: Said) -> None:
        super().__init__(in_words(said, "en"))
        plainly = Sentence(
            key=f"failure_{self.code}", english=said if isinstance(said, str) else ""
        )
        self.said = said if isinstance(said, Sentence) else plainly


class Throttled(AdapterError):
    """Asked to slow down; `retry_after` when the vendor said how long."""

    code = FailureCode.THROTTLED

    def __init__(self, said: Said, retry_after: timedelta | None = None) -> None:
        super().__init__(said)
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

    def __init__(self, said: Said, problems: list[ListingProblem] | None = None) -> None:
        super().__init__(said)
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

"""Failures as codes that survive serialization."""

from enum import StrEnum


class FailureCode(StrEnum):
    """Why something outside did not work; decides who retries and when."""

    THROTTLED = "throttled"  # asked to wait
    UNAVAILABLE = "unavailable"  # down or slow; nothing was changed there
    OUTCOME_UNKNOWN = "outcome_unknown"  # the request went out, the reply was lost
    IN_DOUBT = "in_doubt"  # outcome unknown, and only a person can find it out
    REJECTED = "rejected"  # refused: a person must change something
    UNAUTHORIZED = "unauthorized"  # keys or the account's connection are not accepted
    UNINTELLIGIBLE = "unintelligible"  # an answer that is not in the documented format
    UNSUPPORTED = "unsupported"  # this installation or marketplace cannot do that
    HANDOFF = "handoff"  # the marketplace has no posting API: a person posts
    NOT_FOUND = "not_found"
    INTERNAL = "internal"  # our own mistake

    @property
    def is_final(self) -> bool:
        """Whether the same request, sent again, would fail again."""
        return self not in (
            FailureCode.THROTTLED,
            FailureCode.UNAVAILABLE,
            FailureCode.OUTCOME_UNKNOWN,
            FailureCode.UNINTELLIGIBLE,
        )

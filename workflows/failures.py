"""What a failed activity comes to for the person: a code and a sentence."""

from collections.abc import Mapping

from temporalio.exceptions import ActivityError, ApplicationError, TimeoutError

from activities.failures import said_by
from talknshop.errors import FailureCode
from talknshop.messages import Said, in_words, say, sentence


def code_of(error: ActivityError) -> FailureCode:
    """The adapter's code; a step that nobody finished in time counts as unavailable."""
    cause = error.cause
    if isinstance(cause, TimeoutError):
        return FailureCode.UNAVAILABLE
    if isinstance(cause, ApplicationError) and cause.type in set(FailureCode):
        return FailureCode(cause.type)
    return FailureCode.INTERNAL


def sentence_of(error: ActivityError) -> Said:
    """The adapter's own sentence; for our own mistakes one that gives nothing away."""
    code, cause = code_of(error), error.cause
    if code is FailureCode.INTERNAL:
        return sentence("failure_internal")
    if not isinstance(cause, ApplicationError):
        return sentence("failure_too_late")
    return said_by(cause)


def told(error: ActivityError, language: str) -> str:
    """For the person; English that is all there is gives way to what its code means."""
    said = sentence_of(error)
    if isinstance(said, str) and language != "en":
        return say(language, f"failure_{code_of(error)}")
    return in_words(said, language)


def logged(error: ActivityError) -> str:
    """For whoever runs this."""
    return error.cause.message if isinstance(error.cause, ApplicationError) else str(error.cause)


def refused(code: str, said: Said, *fields: Mapping[str, Said]) -> ApplicationError:
    """What a validator raises; `code` is stable, and the gateway says the rest.

    `fields`: `field` and `rule` of what is wrong.
    """
    return ApplicationError(in_words(said, "en"), said, *fields, type=code)

"""What a failed activity comes to for the person: a code and a sentence."""

from temporalio.exceptions import ActivityError, ApplicationError, TimeoutError

from talknshop.errors import FailureCode
from talknshop.listing import ListingProblem
from talknshop.messages import say


def code_of(error: ActivityError) -> FailureCode:
    """The adapter's code; a step that nobody finished in time counts as unavailable."""
    cause = error.cause
    if isinstance(cause, TimeoutError):
        return FailureCode.UNAVAILABLE
    if isinstance(cause, ApplicationError) and cause.type in set(FailureCode):
        return FailureCode(cause.type)
    return FailureCode.INTERNAL


def sentence_of(error: ActivityError) -> str:
    """The adapter's own sentence; for our own mistakes one that gives nothing away."""
    if code_of(error) is FailureCode.INTERNAL:
        return "Something went wrong on our side."
    if isinstance(error.cause, ApplicationError):
        return error.cause.message
    return "It took too long."


def told(error: ActivityError, language: str) -> str:
    """For the person: the adapter's sentence is the more exact one, and English."""
    return sentence_of(error) if language == "en" else say(language, f"failure_{code_of(error)}")


def problems_of(error: ActivityError) -> list[ListingProblem]:
    """The rules that a refused listing breaks, where the adapter named them."""
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.type == FailureCode.REJECTED and cause.details:
        return [ListingProblem.model_validate(problem) for problem in cause.details[0]]
    return []

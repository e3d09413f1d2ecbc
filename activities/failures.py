"""Turns adapter errors into typed Temporal failures that say whether and when to retry."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from adapters.errors import AdapterError
from talknshop.messages import Said, Sentence


@contextmanager
def typed_failures(patience: timedelta = timedelta.max, tries: int | None = None) -> Iterator[None]:
    """`type` is the FailureCode; a wait longer than `patience` is not worth a retry.

    With `tries`, a failure of that attempt or a later one is final, whatever the policy allows.

    What a person is told of it travels as the failure's details.
    """
    try:
        yield
    except AdapterError as error:
        wait = error.retry_after
        given_up = tries is not None and activity.info().attempt >= tries
        raise ApplicationError(
            str(error),
            error.said,
            type=error.code,
            non_retryable=(
                error.code.is_final or given_up or (wait is not None and wait > patience)
            ),
            next_retry_delay=wait,
        ) from error


def said_by(failure: ApplicationError) -> Said:
    """What it says to a person: its own text where it is of before failures had translations."""
    match next(iter(failure.details), None):
        case Sentence() | dict() as said:
            return Sentence.model_validate(said)
        case _:
            return failure.message

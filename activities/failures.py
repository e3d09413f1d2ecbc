"""Turns adapter errors into typed Temporal failures that say whether and when to retry."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from temporalio.exceptions import ApplicationError

from adapters.errors import AdapterError, Rejected


@contextmanager
def typed_failures(patience: timedelta = timedelta.max) -> Iterator[None]:
    """`type` is the FailureCode; a wait longer than `patience` is not worth a retry.

    A refused listing's problems travel as the failure's details.
    """
    try:
        yield
    except AdapterError as error:
        details = [problem.model_dump() for problem in getattr(error, "problems", [])]
        wait = error.retry_after
        raise ApplicationError(
            str(error),
            *([details] if isinstance(error, Rejected) else []),
            type=error.code,
            non_retryable=error.code.is_final or (wait is not None and wait > patience),
            next_retry_delay=wait,
        ) from error

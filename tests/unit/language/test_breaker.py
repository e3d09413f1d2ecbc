"""When a model that fails is left alone, and when it is tried out."""

import pytest

from adapters.language.breaker import FAILURES, LONG_PAUSE_S, PAUSE_S, Breaker


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock)


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.failed()


def test_a_few_failures_are_forgiven_by_a_success(breaker: Breaker) -> None:
    fail(breaker, FAILURES - 1)
    breaker.succeeded()
    fail(breaker, FAILURES - 1)
    assert breaker.lets_through()


def test_three_in_a_row_open_it_for_a_pause(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, FAILURES)
    clock.now += PAUSE_S - 1
    assert not breaker.lets_through()
    clock.now += 1
    assert breaker.lets_through()


def test_only_one_call_tries_it_out(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, FAILURES)
    clock.now += PAUSE_S
    assert breaker.lets_through()
    assert not breaker.lets_through()
    breaker.succeeded()
    assert breaker.lets_through()


def test_a_failed_trial_opens_it_again(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, FAILURES)
    clock.now += PAUSE_S
    breaker.lets_through()
    breaker.failed()
    clock.now += PAUSE_S - 1
    assert not breaker.lets_through()


def test_a_trial_that_was_cancelled_is_followed_by_another(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, FAILURES)
    clock.now += PAUSE_S
    breaker.lets_through()
    clock.now += PAUSE_S
    assert breaker.lets_through()


def test_what_needs_an_operator_opens_it_at_once_and_for_long(
    breaker: Breaker, clock: Clock
) -> None:
    breaker.failed(for_long=True)
    clock.now += LONG_PAUSE_S - 1
    assert not breaker.lets_through()
    clock.now += 1
    assert breaker.lets_through()

"""A marketplace that fails is repeated within the deadline, then left alone, then tried again."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace

import pytest

from adapters.errors import AdapterError, Rejected, Throttled, Unavailable
from adapters.marketplaces import guarded
from adapters.marketplaces.breaker import FIRST_REST_S, TOLERATED, Breaker
from adapters.marketplaces.guarded import MOST_ATTEMPTS, GuardedMarketplace
from adapters.marketplaces.port import Found
from adapters.marketplaces.quota import NoRateLimit, Quota
from talknshop.products import ProductResult
from talknshop.requirement import RequirementSpec

LAPTOP = RequirementSpec(product_type="laptop")
SECONDS = timedelta(seconds=5)


class Scripted:
    """Each call takes the next answer; None hangs."""

    name = "acme"

    def __init__(self, *answers: Found | AdapterError | None, at_once: int = 16) -> None:
        self.answers = list(answers)
        self.calls = 0
        self.running = 0
        self.most_running = 0
        self.hanging = asyncio.Event()
        self.quota = Quota(at_once=at_once)

    async def search(self, requirement: RequirementSpec, limit: int) -> Found:
        self.calls += 1
        self.running += 1
        self.most_running = max(self.running, self.most_running)
        try:
            await asyncio.sleep(0)
            answer = self.answers.pop(0) if self.answers else FOUND
            if answer is None:
                self.hanging.set()
                await asyncio.Event().wait()
            if isinstance(answer, AdapterError):
                raise answer
            assert answer is not None
            return answer
        finally:
            self.running -= 1

    async def product(self, product_id: str) -> ProductResult:
        raise NotImplementedError


FOUND = Found([], 7)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "PAUSE_S", 0.0)


def guard(marketplace: Scripted) -> GuardedMarketplace:
    return GuardedMarketplace(marketplace, NoRateLimit())


async def test_a_hiccup_is_not_noticed() -> None:
    acme = Scripted(Unavailable("hiccup"), FOUND)
    assert (await guard(acme).search(LAPTOP, 5, SECONDS)).total_found == 7
    assert acme.calls == 2


async def test_a_refusal_is_not_repeated() -> None:
    acme = Scripted(Rejected("no"))
    with pytest.raises(Rejected):
        await guard(acme).search(LAPTOP, 5, SECONDS)
    assert acme.calls == 1


async def test_one_that_hangs_is_given_up_at_the_deadline() -> None:
    acme = Scripted(None)
    with pytest.raises(Unavailable):
        await guard(acme).search(LAPTOP, 5, timedelta(milliseconds=20))
    assert (acme.calls, acme.running) == (1, 0)


async def test_one_that_keeps_failing_is_left_alone() -> None:
    acme = Scripted(*[Unavailable("down")] * 20)
    guarded_acme = guard(acme)
    for _ in range(6):
        with pytest.raises(Unavailable):
            await guarded_acme.search(LAPTOP, 5, SECONDS)
    assert MOST_ATTEMPTS < TOLERATED == acme.calls


async def test_a_longer_wait_than_there_is_time_for_is_passed_on_and_kept_to() -> None:
    acme = Scripted(Throttled("slow", timedelta(seconds=60)))
    guarded_acme = guard(acme)
    for _ in range(2):
        with pytest.raises(Throttled) as caught:
            await guarded_acme.search(LAPTOP, 5, SECONDS)
        assert caught.value.retry_after
        assert caught.value.retry_after > timedelta(seconds=50)
    assert acme.calls == 1


async def test_no_more_calls_at_once_than_the_quota_says() -> None:
    acme = Scripted(at_once=2)
    guarded_acme = guard(acme)
    await asyncio.gather(*(guarded_acme.search(LAPTOP, 5, SECONDS) for _ in range(10)))
    assert (acme.calls, acme.most_running) == (10, 2)


def broken(now: float) -> Breaker:
    breaker = Breaker()
    for _ in range(TOLERATED):
        assert breaker.admits(now)
        breaker.failed(now)
    return breaker


def test_an_open_breaker_admits_one_probe_after_its_rest() -> None:
    breaker = broken(0.0)
    assert not breaker.admits(FIRST_REST_S - 0.1)
    assert breaker.admits(FIRST_REST_S + 0.1)
    assert not breaker.admits(FIRST_REST_S + 0.1)


async def test_while_one_call_tries_whether_it_is_well_the_others_are_not_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0
    monkeypatch.setattr(guarded, "time", SimpleNamespace(monotonic=lambda: now))
    acme = Scripted(*[Unavailable("down")] * TOLERATED, None)
    guarded_acme = guard(acme)
    for _ in range(TOLERATED):
        with pytest.raises(Unavailable):
            await guarded_acme.search(LAPTOP, 5, SECONDS)
    assert acme.calls == TOLERATED
    now = FIRST_REST_S + 1
    probe = asyncio.create_task(guarded_acme.search(LAPTOP, 5, SECONDS))
    await acme.hanging.wait()
    for _ in range(5):
        with pytest.raises(Unavailable):
            await guarded_acme.search(LAPTOP, 5, SECONDS)
    assert acme.calls == TOLERATED + 1
    probe.cancel()
    await asyncio.gather(probe, return_exceptions=True)
    assert (await guarded_acme.search(LAPTOP, 5, SECONDS)).total_found == 7
    assert (await guarded_acme.search(LAPTOP, 5, SECONDS)).total_found == 7


def test_a_probe_that_succeeds_closes_it_and_one_that_fails_doubles_the_rest() -> None:
    breaker, later = broken(0.0), FIRST_REST_S + 0.1
    assert breaker.admits(later)
    breaker.failed(later)
    assert not breaker.admits(later + FIRST_REST_S + 0.1)
    assert breaker.admits(later + FIRST_REST_S * 2 + 0.1)
    breaker.succeeded()
    assert all(breaker.admits(later) for _ in range(3))


def test_a_probe_that_was_given_up_leaves_the_way_to_the_next() -> None:
    breaker, later = broken(0.0), FIRST_REST_S + 0.1
    assert breaker.admits(later)
    breaker.abandoned()
    assert breaker.admits(later)

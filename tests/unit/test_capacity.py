"""The model behind docs/capacity.md: prices by tiers, what is open and what is kept."""

from dataclasses import replace

import pytest

from bench.capacity import (
    BUYER_RESTS,
    SELLER_RESTS,
    Assumptions,
    Cost,
    actions_price,
    simulate,
    summary,
)

COSTS = {
    name: Cost(events=10, bytes=1000, actions=2)
    for name in (
        "a buyer's first turn",
        "a buyer's further turn",
        "a seller's conversation, to a job at rest",
        "a job on four marketplaces",
    )
} | {name: Cost(events=4, bytes=200, actions=0) for name in (BUYER_RESTS, SELLER_RESTS)}


def test_each_part_of_a_month_is_paid_at_its_own_tier() -> None:
    # The example of the price list itself.
    assert actions_price(11.25) == pytest.approx(250 + 225 + 50)
    assert actions_price(0) == 0


def test_a_days_people_all_come_and_less_by_night() -> None:
    given = Assumptions(conversations_a_day=1000, turns=1, selling_share=0, days=1)
    hours = simulate(COSTS, given)
    assert sum(hour.events for hour in hours) == pytest.approx(1000 * 10)
    events = [hour.events for hour in hours]
    assert min(events) == pytest.approx(given.night_share * max(events), rel=0.01)


def test_histories_are_open_then_kept_then_gone() -> None:
    given = Assumptions(
        conversations_a_day=1000,
        turns=1,
        selling_share=0,
        days=10,
        days_open=2,
        days_rest=2,
        days_kept=3,
    )
    hours = simulate(COSTS, given)
    assert hours[24 * 2 - 1].kept_gb == 0
    assert hours[-1].open_gb == pytest.approx(2 * 1000 * 1000 / 1e9)
    assert hours[-1].kept_gb == pytest.approx(3 * 1000 * (1000 + 200) / 1e9)


def test_of_a_conversation_that_rests_only_its_state_is_open_and_its_jobs() -> None:
    given = Assumptions(
        conversations_a_day=1000, turns=1, selling_share=0, days=10, days_open=5, days_kept=3
    )
    hours = simulate(COSTS, given)
    # A day's with all they said, four days' as they rest.
    assert hours[-1].open_gb == pytest.approx((1000 * 1000 + 4 * 1000 * 200) / 1e9)
    selling = simulate(COSTS, replace(given, selling_share=1))
    assert selling[-1].open_gb - hours[-1].open_gb == pytest.approx(5 * 1000 * 1000 / 1e9)


def test_fairness_and_queries_are_billed() -> None:
    given = Assumptions(conversations_a_day=1e6, turns=1, selling_share=0, days=1)
    with_both = summary(COSTS, given)["actions a day, millions"]
    assert with_both == pytest.approx((2 + 6) * 1.1, rel=0.02)

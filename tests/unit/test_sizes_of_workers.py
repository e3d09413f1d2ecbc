"""How bench.workers chooses: what is faster than noise, or cheaper at the same speed."""

from bench.workers import AS_IT_IS, ONCE_MORE, page, verdict

SET = {
    "turns_per_s": 10.0,
    "crowd_p50_ms": 400.0,
    "crowd_p95_ms": 900.0,
    "alone_p50_ms": 100.0,
    "conversation_mib": 200.0,
    "idle_processor_percent": 20.0,
}


def figures(again: dict[str, float] | None = None, **other: float) -> dict[str, dict[str, float]]:
    """Of what is set, twice, and of two pollers."""
    return {AS_IT_IS: SET, "pollers 2": {**SET, **other}, ONCE_MORE: {**SET, **(again or {})}}


def test_what_is_no_better_changes_nothing() -> None:
    assert verdict("pollers", figures(turns_per_s=10.4))[0] == "5"


def test_what_is_faster_is_taken() -> None:
    assert verdict("pollers", figures(turns_per_s=12))[0] == "2"
    assert verdict("pollers", figures(alone_p50_ms=80))[0] == "2"


def test_what_costs_less_at_the_same_speed_is_taken() -> None:
    taken, why = verdict("pollers", figures(idle_processor_percent=10))
    assert taken == "2"
    assert "10.0, not 20.0" in why


def test_what_costs_less_and_is_slower_is_not_taken() -> None:
    slower = figures(idle_processor_percent=10, alone_p50_ms=120)
    assert verdict("pollers", slower)[0] == "5"


def test_what_differs_no_more_than_the_same_twice_changes_nothing() -> None:
    restless = figures({"turns_per_s": 14}, turns_per_s=13)
    assert verdict("pollers", restless)[0] == "5"


def test_the_page_has_only_what_was_measured() -> None:
    text = page(figures())
    assert "| pollers 2 |" in text
    assert "TALKNSHOP_WORKER_POLLERS" in text
    assert "TALKNSHOP_WORKER_TUNER" not in text

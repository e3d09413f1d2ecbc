"""Scores of understanding: what counts as the same fact."""

from bench.scoring import Tally, facts_of


def test_defaults_are_no_facts():
    spec = {"product_type": "", "sort": "relevance", "price": {"min": None, "currency": "USD"}}
    assert facts_of(spec) == set()


def test_how_a_fact_is_written_makes_no_difference():
    assert facts_of({"attributes": {"Color": "Black"}}) == facts_of(
        {"attributes": {"color": "black"}}
    )
    assert facts_of({"product_type": "the mountain bikes"}) == facts_of(
        {"product_type": "Mountain bike"}
    )
    assert facts_of({"price": {"max": 500}}) == facts_of({"price": {"max": 500.0}})


def test_a_wrong_fact_costs_as_much_as_a_missed_one():
    tally = Tally()
    turn = {"mode": "buyer", "spec": {"product_type": "lamp", "condition": "used"}}
    tally.add(turn, {"mode": "buyer", "spec": {"product_type": "lamp", "condition": "new"}})
    assert (tally.facts.right, tally.facts.wrong, tally.facts.missed) == (1, 1, 1)
    assert tally.facts.f1 == 0.5
    assert tally.exact == 0
    assert tally.fields["condition"].f1 == 0


def test_a_question_that_nobody_expected_is_wrong():
    tally = Tally()
    answer = {"mode": "buyer", "spec": {}, "clarification": {"field": "product_type"}}
    tally.add({"mode": "buyer", "spec": {}}, answer)
    assert (tally.mode_right, tally.clarification_right) == (1, 0)

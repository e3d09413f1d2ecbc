"""The packaged model knows what is near in meaning."""

import pytest

from adapters.embeddings.minilm import MiniLm

MODEL = MiniLm()


def test_a_couch_is_nearer_to_a_sofa_than_to_a_phone() -> None:
    sofa, phone = MODEL.similarities("couch", ["Three seat sofa", "Unlocked smartphone"])
    assert sofa > 0.4 > phone


def test_a_text_is_as_near_as_can_be_to_itself() -> None:
    (same,) = MODEL.similarities("desk lamp", ["desk lamp"])
    assert abs(same - 1) < 0.01


def test_the_order_of_the_texts_is_kept_whatever_their_length() -> None:
    texts = ["a very long title about a garden hose of rubber, 25 feet", "hose", "hose"]
    one, two, three = MODEL.similarities("hose", texts)
    assert two == pytest.approx(three)
    assert two > one + 0.1


def test_no_texts_need_no_model() -> None:
    assert MiniLm().similarities("lamp", []) == []

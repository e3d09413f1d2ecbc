"""Words have one spelling, whoever wrote them."""

import pytest

from talknshop.wording import words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('Samsung 55" TV', "samsung 55-inch television"),
        ("16 GB RAM", "16GB ram"),
        ("Sony WH-1000XM5", "sony wh1000xm5"),
        ("Men's Running Shoes", "mens running sneakers"),
        ("3 couches", "3 sofa"),
        ("cell phones", "smartphone"),
        ("24 count", "24-pack"),
        ("Grey watches", "gray watch"),
    ],
)
def test_the_same_thing_said_in_two_ways(one: str, other: str) -> None:
    assert words(one) == words(other)


def test_model_numbers_and_sizes_stay_different() -> None:
    assert words("iPhone 13") != words("iPhone 12")
    assert words("glass") == ("glass",)
    assert words("bus") == ("bus",)


def test_text_without_spaces_is_cut_into_pairs() -> None:
    assert words("イヤホン") == ("イヤ", "ヤホ", "ホン")

"""GTINs: one number, however many zeros stand in front of it."""

import pytest

from talknshop.gtin import as_printed, gtin14


@pytest.mark.parametrize(
    ("code", "gtin", "printed"),
    [
        pytest.param("036000291452", "00036000291452", "036000291452", id="UPC-A"),
        pytest.param("0036000291452", "00036000291452", "036000291452", id="UPC-A as EAN-13"),
        pytest.param("4006381333931", "04006381333931", "4006381333931", id="EAN-13"),
        pytest.param("96385074", "00000096385074", "96385074", id="EAN-8"),
        pytest.param("10012345678902", "10012345678902", "10012345678902", id="GTIN-14"),
        pytest.param("0000096385074", "00000096385074", "96385074", id="EAN-8 with zeros"),
    ],
)
def test_spellings_of_a_number_come_to_one(code: str, gtin: str, printed: str) -> None:
    assert gtin14(code) == gtin
    assert as_printed(gtin) == printed


@pytest.mark.parametrize(
    "code",
    [
        "",
        "4006381333932",
        "400638133393",
        "40063813339311",
        "4006381333931 ",
        "4006381333931\n",
        "٤٠٠٦٣٨١٣٣٣٩٣١",
        "00000000",
        "0" * 14,
        "ISBN 97800000",
    ],
)
def test_what_is_no_number_of_a_product_is_none(code: str) -> None:
    assert gtin14(code) is None

"""What eBay is told of a thing's number."""

import pytest

from adapters.marketplaces.ebay.item import item_body
from talknshop.listing import ListingSpec


@pytest.mark.parametrize(
    ("gtin", "told"),
    [
        ("036000291452", {"upc": ["036000291452"]}),
        ("0036000291452", {"upc": ["036000291452"]}),
        ("4006381333931", {"ean": ["4006381333931"]}),
        ("96385074", {"ean": ["96385074"]}),
        ("10012345678902", {}),
        ("12345", {}),
    ],
)
def test_a_number_stands_where_ebay_looks_for_it(gtin: str, told: dict[str, list[str]]) -> None:
    listing = ListingSpec(title="Thing", attributes={"GTIN": gtin, "Color": "Blue"})
    product = item_body(listing, [], 1)["product"]
    assert {name: product[name] for name in ("upc", "ean") if name in product} == told
    assert ("GTIN" in product["aspects"]) is not bool(told)
    assert product["aspects"]["Color"] == ["Blue"]

"""What a barcode's number names, whoever of the marketplaces answers."""

from decimal import Decimal

import pytest
from temporalio.testing import ActivityEnvironment

from activities.naming import NamingActivities
from adapters.errors import AdapterError, Unauthorized
from adapters.marketplaces.guarded import GuardedMarketplace
from adapters.marketplaces.port import Found
from adapters.marketplaces.quota import NoRateLimit
from talknshop.media import CodeRequest, NamedCode
from talknshop.products import ProductResult
from talknshop.requirement import RequirementSpec

GTIN = "04548736132566"
SONY = ProductResult(
    product_id="1",
    title="Sony WH-1000XM5",
    price=Decimal(300),
    currency="USD",
    marketplace="walmart",
    deep_link="https://example.com/1",
    attributes={"brand": "Sony", "gtin": GTIN},
)


class WordsOnly:
    """A marketplace that can't be asked for a number."""

    name = "words"

    async def search(self, requirement: RequirementSpec, limit: int) -> Found:
        raise NotImplementedError

    async def product(self, product_id: str) -> ProductResult:
        raise NotImplementedError


class ByNumber(WordsOnly):
    def __init__(self, answer: list[ProductResult] | AdapterError) -> None:
        self.answer = answer

    async def by_gtin(self, gtin: str, limit: int) -> Found:
        assert gtin == GTIN
        if isinstance(self.answer, AdapterError):
            raise self.answer
        return Found(self.answer, len(self.answer))


REFUSES = ByNumber(Unauthorized("no keys"))
KNOWS, KNOWS_NOT, WORDS = ByNumber([SONY]), ByNumber([]), WordsOnly()
UNKNOWN, UNCHECKED = NamedCode(status="unknown"), NamedCode(status="unchecked")


@pytest.mark.parametrize(
    ("marketplaces", "named"),
    [
        pytest.param([KNOWS_NOT, WORDS], UNKNOWN, id="nobody knows it"),
        pytest.param([KNOWS_NOT, REFUSES], UNCHECKED, id="one did not answer"),
        pytest.param([], UNCHECKED, id="nobody to ask"),
        pytest.param([WORDS], UNCHECKED, id="nobody who can be asked"),
        pytest.param(
            [REFUSES, KNOWS],
            NamedCode(status="known", product="Sony WH-1000XM5", brand="Sony", known_to=["m1"]),
            id="one knows it",
        ),
    ],
)
async def test_a_number_is_known_unknown_or_not_asked_for(
    marketplaces: list[WordsOnly], named: NamedCode
) -> None:
    guarded = {
        f"m{at}": GuardedMarketplace(marketplace, NoRateLimit())
        for at, marketplace in enumerate(marketplaces)
    }
    request = CodeRequest(gtin=GTIN, marketplaces=[*guarded, "elsewhere"])
    assert await ActivityEnvironment().run(NamingActivities(guarded).name_code, request) == named

"""Where one may buy and sell is what is installed, not a list of the language's own."""

from collections.abc import Iterator

import pytest

from adapters.language.embedded import EmbeddedLanguage
from adapters.marketplaces import registry
from adapters.marketplaces.plugin import MarketplacePlugin
from talknshop.understanding import Utterance


@pytest.fixture
def trinkets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Beside the built-in ones, a marketplace of which the language has no word."""
    plugins = (
        *registry._plugins(),
        MarketplacePlugin("trinkets", lambda *_: None, lambda *_: None),
    )
    monkeypatch.setattr(registry, "_plugins", lambda: plugins)
    registry.installed.cache_clear()
    yield
    registry.installed.cache_clear()


async def targets(text: str) -> list[str]:
    understood = await EmbeddedLanguage().understand(Utterance(text=text))
    assert understood.listing
    return understood.listing.target_marketplaces


async def searched(text: str) -> list[str]:
    understood = await EmbeddedLanguage().understand(Utterance(text=text))
    assert understood.requirement
    return understood.requirement.marketplaces


@pytest.mark.usefixtures("trinkets")
async def test_one_that_is_installed_is_known_by_its_name() -> None:
    assert await targets("sell my snow globe on trinkets for $20") == ["trinkets"]
    assert await searched("find a snow globe on trinkets") == ["trinkets"]


@pytest.mark.usefixtures("trinkets")
async def test_everywhere_but_one_means_all_others_that_are_installed() -> None:
    assert sorted(await targets("sell my bike for $50 everywhere but craigslist")) == [
        "ebay",
        "facebook",
        "poshmark",
        "trinkets",
    ]
    assert sorted(await searched("find a bike everywhere but amazon")) == [
        "bestbuy",
        "ebay",
        "trinkets",
        "walmart",
    ]


async def test_one_that_is_not_installed_is_no_place() -> None:
    assert "trinkets" not in await targets("sell my bike for $50 everywhere but craigslist")

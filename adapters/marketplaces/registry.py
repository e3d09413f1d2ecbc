"""Names to adapters: every marketplace that is installed and configured here."""

import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points

import httpx

from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.linking import AccountLinking
from adapters.marketplaces.plugin import MarketplacePlugin
from adapters.marketplaces.port import Notices, PostingMarketplace, SearchMarketplace
from adapters.marketplaces.rules import problems
from adapters.marketplaces.tokens import HasTokens, TokenStore
from talknshop.listing import ListingProblem, ListingSpec
from talknshop.listing_text import fit, with_fitted_text
from talknshop.model import MarketplaceName

ENTRY_POINTS = "talknshop.marketplaces"


@dataclass
class Marketplaces:
    """What is connected, by name."""

    searching: dict[str, SearchMarketplace] = field(default_factory=dict)
    posting: dict[str, PostingMarketplace] = field(default_factory=dict)
    notices: dict[str, Notices] = field(default_factory=dict)
    linking: dict[str, AccountLinking] = field(default_factory=dict)

    def share_tokens(self, store: TokenStore) -> None:
        """Of the installation's own accounts, with all processes on that store."""
        for adapter in (*self.searching.values(), *self.posting.values()):
            if isinstance(adapter, HasTokens):
                adapter.tokens.share(store)


def load_marketplaces(http: httpx.AsyncClient, sandbox: SandboxAccess | None) -> Marketplaces:
    """Built-in and third-party marketplaces alike, in the order of their names.

    `http` stays the caller's to close. Raises ValueError for a marketplace that is only half
    configured, and TypeError for an entry point that is not a MarketplacePlugin.
    """
    # httpx logs whole URLs, and some vendors want the key in there.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    marketplaces = Marketplaces()
    for plugin in sorted(_plugins(), key=lambda plugin: plugin.name):
        if plugin.search and (searching := plugin.search(http, sandbox)):
            marketplaces.searching[plugin.name] = searching
        if plugin.posting and (posting := plugin.posting(http, sandbox)):
            marketplaces.posting[plugin.name] = posting
        if plugin.notices and (notices := plugin.notices(http, sandbox)):
            marketplaces.notices[plugin.name] = notices
        if plugin.linking and (linking := plugin.linking(http, sandbox)):
            marketplaces.linking[plugin.name] = linking
    return marketplaces


def broken_rules(
    listing: ListingSpec, marketplaces: Collection[MarketplaceName]
) -> list[ListingProblem]:
    """What these marketplaces would refuse of anybody, whatever this process is configured for."""
    broken = []
    for plugin in _plugins():
        if plugin.name in marketplaces and plugin.limits:
            fitted = fit(listing, plugin.name, plugin.limits.text)
            broken += problems(plugin.name, with_fitted_text(listing, fitted), plugin.limits)
    return broken


@cache
def installed() -> "Installed":
    """The names of what is installed here, connected or not."""
    plugins = sorted(_plugins(), key=lambda plugin: plugin.name)
    return Installed(
        searching=tuple(plugin.name for plugin in plugins if plugin.search),
        posting=tuple(plugin.name for plugin in plugins if plugin.posting),
    )


@dataclass(frozen=True)
class Installed:
    searching: tuple[MarketplaceName, ...]
    posting: tuple[MarketplaceName, ...]


@cache
def _plugins() -> tuple[MarketplacePlugin, ...]:
    plugins = []
    for entry_point in entry_points(group=ENTRY_POINTS):
        plugin = entry_point.load()
        if not isinstance(plugin, MarketplacePlugin):
            raise TypeError(f"{entry_point.value!r} is no MarketplacePlugin")
        plugins.append(plugin)
    return tuple(plugins)

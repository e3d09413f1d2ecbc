"""What a marketplace's entry point is: how to make its adapters in this process."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx

from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.port import PostingMarketplace, SearchMarketplace

SearchFactory = Callable[[httpx.AsyncClient, SandboxAccess | None], SearchMarketplace | None]
PostingFactory = Callable[[httpx.AsyncClient, SandboxAccess | None], PostingMarketplace | None]


@dataclass(frozen=True)
class MarketplacePlugin:
    """The object behind an entry point of the group `talknshop.marketplaces`.

    A factory returns None when the marketplace is not configured on this installation.
    """

    name: str
    search: SearchFactory | None = None
    posting: PostingFactory | None = None

"""What a marketplace's entry point is: how to make its adapters in this process."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx

from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.linking import AccountLinking
from adapters.marketplaces.port import Notices, PostingMarketplace, SearchMarketplace
from adapters.marketplaces.rules import Limits

SearchFactory = Callable[[httpx.AsyncClient, SandboxAccess | None], SearchMarketplace | None]
PostingFactory = Callable[[httpx.AsyncClient, SandboxAccess | None], PostingMarketplace | None]
LinkingFactory = Callable[[httpx.AsyncClient, SandboxAccess | None], AccountLinking | None]
NoticesFactory = Callable[[httpx.AsyncClient, SandboxAccess | None], Notices | None]


@dataclass(frozen=True)
class MarketplacePlugin:
    """The object behind an entry point of the group `talknshop.marketplaces`.

    A factory returns None when the marketplace is not configured on this installation. `limits`
    are the rules of posting that hold for everybody, so that a listing can be refused early.
    """

    name: str
    search: SearchFactory | None = None
    posting: PostingFactory | None = None
    notices: NoticesFactory | None = None
    linking: LinkingFactory | None = None
    limits: Limits | None = None

"""Posting on Trinkets: a PUT under our own key, so that what is repeated is found."""

import re
from urllib.parse import quote

import httpx

from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.exchange import Vendor
from adapters.marketplaces.links import path_on
from adapters.marketplaces.port import Live, PhotoSource, PostingMarketplace
from adapters.marketplaces.rules import Limits, problems
from adapters.marketplaces.wire import Wire
from talknshop.jobs import ListingRequest
from talknshop.listing import ListingProblem, ListingSpec
from talknshop_trinkets.config import TrinketsConfig

LIMITS = Limits("Trinkets", title=40, description=500, photos=3)
_THING_PATH = re.compile(r"/t/(\w+)")


def posting(http: httpx.AsyncClient, sandbox: SandboxAccess | None) -> "TrinketsPosting | None":
    config = TrinketsConfig.load("trinkets", sandbox)
    return TrinketsPosting(http, config) if config else None


class TrinketsPosting(PostingMarketplace):
    name = "trinkets"
    text = LIMITS.text
    finds = True

    def __init__(self, http: httpx.AsyncClient, config: TrinketsConfig) -> None:
        self._config = config
        self._trinkets = Vendor("Trinkets", http, config.timeout)

    def problems(self, listing: ListingSpec) -> list[ListingProblem]:
        return problems(self.name, listing, LIMITS)

    def listing_id_from(self, url: str) -> str | None:
        path = path_on(url, "trinkets.example", self._config.api_url)
        found = _THING_PATH.fullmatch(path or "")
        return found[1] if found else None

    async def find(self, request: ListingRequest) -> Live | None:
        reply = await self._trinkets.read(
            "GET", self._url(request), headers=self._config.headers, expect=(404,)
        )
        if reply.status == 404:
            return None
        return self._live(self._trinkets.parse(reply, _Listed))

    async def publish(self, request: ListingRequest, photos: PhotoSource) -> Live:
        listing = request.listing
        body = {
            "title": listing.title,
            "text": listing.description,
            "price": str(listing.price),
            "photos": [photos.public_url(photo) for photo in listing.media_refs],
        }
        reply = await self._trinkets.write(
            "PUT", self._url(request), json=body, headers=self._config.headers
        )
        return self._live(self._trinkets.parse(reply, _Listed))

    async def withdraw(self, request: ListingRequest, listing_id: str) -> None:
        await self._trinkets.write(
            "DELETE", self._url(request), headers=self._config.headers, expect=(404,)
        )

    def _url(self, request: ListingRequest) -> str:
        return f"{self._config.api_url}/listings/{quote(request.key, safe='')}"

    def _live(self, listed: "_Listed") -> Live:
        return Live(listed.id, f"{self._config.api_url}/t/{listed.id}")


class _Listed(Wire):
    id: str

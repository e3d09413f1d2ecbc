"""A marketplace in this process, for tests of workflows: as careful with keys as a good one."""

import asyncio
from collections.abc import Collection
from datetime import timedelta

from adapters.errors import AdapterError, NotFound, OutcomeUnknown
from adapters.marketplaces.port import Live, Photo, PhotoSource, PostingMarketplace
from talknshop.jobs import Handoff, HandoffField, ListingRequest
from talknshop.listing import ListingProblem, ListingSpec
from talknshop.listing_text import TextRules
from talknshop.posting import Sale, Sales


class NoPhotos:
    async def read(self, media_id: str) -> Photo:
        return Photo(b"", "image/jpeg")

    def public_url(self, media_id: str) -> str:
        return f"http://127.0.0.1/{media_id}"


class MarketplaceInMemory(PostingMarketplace):
    """`failures` are raised by the next calls, before they take effect; `gate` holds them up."""

    finds = True
    text = TextRules(title=80, description=4000)
    updates = frozenset({"title", "description", "price", "quantity"})
    reports_sales = True
    calls_per_second = 1000.0

    def __init__(self, name: str, *, assisted: bool = False, cancels_sales: bool = True) -> None:
        self.name = name
        self.assisted = assisted
        self.cancels_sales = cancels_sales
        self.refuses = ""
        self.failures: list[AdapterError] = []
        self.loses_replies = 0  # that many next calls take effect, and nobody hears of it
        self.gate = asyncio.Event()
        self.gate.set()
        self.entered = asyncio.Event()
        self.live: dict[str, ListingSpec] = {}
        self.published: list[str] = []
        self.calls: list[str] = []
        self.cancelled_sales: list[str] = []
        self.sales: list[Sale] = []
        self.look_failures: list[AdapterError] = []
        self.looks = 0

    async def _arrive(self, call: str) -> None:
        self.calls.append(call)
        self.entered.set()
        await self.gate.wait()
        if self.failures:
            raise self.failures.pop(0)

    def category(self, listing: ListingSpec) -> str:
        return ""

    def problems(self, listing: ListingSpec) -> list[ListingProblem]:
        if not self.refuses or self.refuses not in listing.title:
            return []
        rule = f"{self.name} does not take {self.refuses!r}."
        return [ListingProblem(marketplace=self.name, field="title", rule=rule)]

    def listing_id_from(self, url: str) -> str | None:
        return url.rpartition("/")[2] if url.startswith(f"https://{self.name}/") else None

    async def find(self, request: ListingRequest) -> Live | None:
        return self._live(request) if request.key in self.live else None

    async def publish(self, request: ListingRequest, photos: PhotoSource) -> Live:
        if self.assisted:
            return await super().publish(request, photos)
        await self._arrive("publish")
        if request.key not in self.live:
            self.live[request.key] = request.listing
            self.published.append(request.key)
        if self.loses_replies:
            self.loses_replies -= 1
            raise OutcomeUnknown(f"{self.name} did not answer.")
        return self._live(request)

    async def update(
        self,
        request: ListingRequest,
        listing_id: str,
        changed: Collection[str],
        photos: PhotoSource,
    ) -> Live:
        await self._arrive("update")
        if request.key not in self.live:
            raise NotFound("It is not there.")
        values = {name: getattr(request.listing, name) for name in changed}
        self.live[request.key] = self.live[request.key].model_copy(update=values)
        return self._live(request)

    async def withdraw(self, request: ListingRequest, listing_id: str) -> None:
        if self.assisted:
            await super().withdraw(request, listing_id)
        await self._arrive("withdraw")
        self.live.pop(request.key, None)

    async def renew(self, request: ListingRequest, listing_id: str) -> Live:
        if self.lifetime is None:
            return await super().renew(request, listing_id)
        await self._arrive("renew")
        return self._live(request)

    async def cancel_sale(self, sale_id: str) -> None:
        if not self.cancels_sales:
            await super().cancel_sale(sale_id)
        self.cancelled_sales.append(sale_id)

    async def sales_since(self, cursor: str) -> Sales:
        if self.look_failures:
            raise self.look_failures.pop(0)
        self.looks += 1
        start = int(cursor or 0)
        return Sales(sales=self.sales[start:], cursor=str(len(self.sales)))

    def handoff(self, request: ListingRequest) -> Handoff:
        price = HandoffField(label="Price", value=str(request.listing.price))
        return Handoff(url=f"https://{self.name}/new", fields=[price])

    def expires_after(self, lifetime: timedelta) -> None:
        self.lifetime = lifetime

    def _live(self, request: ListingRequest) -> Live:
        return Live(request.key, f"https://{self.name}/{request.key}")

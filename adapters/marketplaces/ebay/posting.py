"""Posting on eBay with the Sell Inventory API, version 1, and the Media API for photos.

The listing's key is the SKU. An inventory item may be written again and again, an offer exists once
for each SKU: what publishing repeats, it finds.
"""

import asyncio
import re
from collections.abc import Collection
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from adapters.errors import AdapterError, NotFound
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.ebay.access import (
    ErrorDetail,
    ErrorReply,
    TermsRejected,
    explain_errors,
    seller_auth,
    vendor,
)
from adapters.marketplaces.ebay.config import EbayConfig
from adapters.marketplaces.ebay.item import aspects_of, item_body, offer_body, price_of, sku_of
from adapters.marketplaces.ebay.sales import EbaySales
from adapters.marketplaces.ebay.terms import SellingTerms, Terms
from adapters.marketplaces.exchange import Refusal, Reply
from adapters.marketplaces.kinds import kind_of
from adapters.marketplaces.linking import Grant
from adapters.marketplaces.links import path_on
from adapters.marketplaces.port import Live, Photo, PhotoSource, PostingMarketplace
from adapters.marketplaces.rules import Limits, problems
from adapters.marketplaces.tokens import TokenAuth
from adapters.marketplaces.wire import Wire, plain_text
from talknshop.jobs import ListingRequest, ListingStatus
from talknshop.listing import ListingProblem, ListingSpec
from talknshop.listing_text import EMAIL, LINK, OTHER_PAYMENT, PHONE, SHOUTING
from talknshop.messages import Said, sentence
from talknshop.posting import Sales, Standing

LIMITS = Limits(
    "eBay",
    title=80,
    description=4000,
    photos=24,
    least_photos=1,
    # Its policies on links, and on offers to buy or sell outside of eBay.
    forbidden=(LINK, EMAIL, PHONE, OTHER_PAYMENT, SHOUTING),
)

_OFFER_EXISTS = 25002  # and a dozen other user errors: only this one names an offerId
_ITEM_PATH = re.compile(r"/itm/(?:[^/]+/)?(\d{6,19})/?")
_BULK_CHANGES = {"price", "quantity"}


def posting(http: httpx.AsyncClient, sandbox: SandboxAccess | None) -> "EbayPosting | None":
    config = EbayConfig.load("ebay", sandbox)
    return (
        EbayPosting(http, config) if config and (config.refresh_token or config.ru_name) else None
    )


class EbayPosting(PostingMarketplace):
    name = "ebay"
    finds = True
    text = LIMITS.text
    updates = frozenset(
        {
            "title",
            "description",
            "category",
            "brand",
            "price",
            "condition",
            "condition_notes",
            "quantity",
            "attributes",
            "media_refs",
            "location",
        }
    )
    reports_status = True
    reports_sales = True
    cancels_sales = True

    def __init__(self, http: httpx.AsyncClient, config: EbayConfig) -> None:
        self._config = config
        self.needs_link = not config.refresh_token
        self.calls_per_second = config.calls_per_second
        self._ebay = vendor(http, config.timeout)
        self._auth = seller_auth(config, self._ebay)
        self._inventory = f"{config.api_url}/sell/inventory/v1"
        self._terms = SellingTerms(config, self._ebay, self._auth)
        post_order_auth = seller_auth(config, self._ebay, "IAF {}".format)
        self._sales = EbaySales(config, self._ebay, self._auth, post_order_auth)

    @property
    def tokens(self) -> TokenAuth:
        return self._auth

    def category(self, listing: ListingSpec) -> str:
        kind = kind_of(listing)
        return f"{kind.name} ({kind.ebay})"

    def attributes(self, listing: ListingSpec) -> dict[str, str]:
        return aspects_of(listing)

    def problems(self, listing: ListingSpec) -> list[ListingProblem]:
        nowhere = not listing.location.postal_code and not self._config.postal_code
        extra = [("location", sentence("rule_postal_code", vendor="eBay"))]
        return problems(self.name, listing, LIMITS, extra if nowhere else ())

    def acting_for(self, grant: Grant) -> "EbayPosting":
        # The configured policies are those of the configured account.
        theirs = {
            "refresh_token": SecretStr(grant.refresh_token),
            "fulfillment_policy_id": None,
            "payment_policy_id": None,
            "return_policy_id": None,
        }
        return EbayPosting(self._ebay.http, self._config.model_copy(update=theirs))

    async def find(self, request: ListingRequest) -> Live | None:
        for offer in await self._offers(request):
            if live := self._live(offer):
                return live
        return None

    async def publish(self, request: ListingRequest, photos: PhotoSource) -> Live:
        offers = await self._offers(request)
        for offer in offers:
            if live := self._live(offer):
                return live
        listing = request.listing
        kept = self._terms.kept(listing.location)
        terms = kept or await self._terms.asked(listing.location)
        await self._put_item(request, await self._upload_all(listing, photos), listing.quantity)
        try:
            return await self._offer(request, offers, terms)
        except TermsRejected:
            if not kept:
                raise
            terms = await self._terms.asked(listing.location)
            return await self._offer(request, await self._offers(request), terms)

    async def _offer(self, request: ListingRequest, offers: list["_Offer"], terms: Terms) -> Live:
        listing = request.listing
        body = offer_body(listing, terms.place, terms.policies, listing.quantity)
        if offers:
            offer_id = offers[0].offer_id
            await self._revise_offer(offer_id, body)
        else:
            offer_id = await self._create_offer(request, body)
        return await self._publish_offer(offer_id)

    async def update(
        self,
        request: ListingRequest,
        listing_id: str,
        changed: Collection[str],
        photos: PhotoSource,
    ) -> None:
        self.check_updatable(changed)
        offer = await self._published(request, listing_id)
        if _BULK_CHANGES.issuperset(changed):
            await self._change_price_and_quantity(request, offer, changed)
        else:
            await self._rewrite(request, offer, changed, photos)

    async def withdraw(self, request: ListingRequest, listing_id: str) -> None:
        for offer in await self._offers(request):
            if offer.status == "PUBLISHED":
                url = f"{self._inventory}/offer/{quote(offer.offer_id, safe='')}/withdraw"
                # 404 is 25713, an offer that is not available any more: somebody was faster.
                await self._ebay.write("POST", url, auth=self._auth, expect=(404,))

    async def status(self, request: ListingRequest, listing_id: str) -> Standing:
        for offer in await self._offers(request):
            if offer.listing and offer.listing.listing_id == listing_id:
                return _standing(offer.listing, offer.available_quantity)
        # Withdrawing takes the listing out of its offer.
        return Standing(status=ListingStatus.WITHDRAWN)

    async def sales_since(self, cursor: str) -> Sales:
        return await self._sales.since(cursor)

    async def cancel_sale(self, sale_id: str) -> None:
        await self._sales.cancel(sale_id)

    def listing_id_from(self, url: str) -> str | None:
        path = path_on(url, "ebay.com", self._config.site_url)
        found = _ITEM_PATH.fullmatch(path or "")
        return found[1] if found else None

    async def _offers(self, request: ListingRequest) -> list["_Offer"]:
        reply = await self._ebay.read(
            "GET",
            f"{self._inventory}/offer",
            params={
                "sku": sku_of(request),
                "marketplace_id": self._config.marketplace_id,
                "format": "FIXED_PRICE",
            },
            auth=self._auth,
            expect=(404,),
        )
        # An unknown SKU is 404 with 25713 (or 25702), not an empty list.
        return [] if reply.status == 404 else self._ebay.parse(reply, _Offers).offers

    def _live(self, offer: "_Offer") -> Live | None:
        """The offer's listing. One that was sold out meanwhile counts: it must not go up again."""
        listing = offer.listing
        if listing is None or not listing.listing_id:
            return None
        is_shown = offer.status == "PUBLISHED" and listing.is_active
        return self._live_as(listing.listing_id) if is_shown or listing.sold_quantity else None

    def _live_as(self, listing_id: str, warnings: tuple[Said, ...] = ()) -> Live:
        return Live(listing_id, f"{self._config.site_url}/itm/{listing_id}", warnings)

    async def _published(self, request: ListingRequest, listing_id: str) -> "_Offer":
        for offer in await self._offers(request):
            listing = offer.listing
            if offer.status == "PUBLISHED" and listing and listing.listing_id == listing_id:
                return offer
        raise NotFound(
            sentence("fault_no_listing", vendor="eBay", id=listing_id, key=sku_of(request))
        )

    async def _change_price_and_quantity(
        self, request: ListingRequest, offer: "_Offer", changed: Collection[str]
    ) -> None:
        """Both at once, or not at all."""
        listing = request.listing
        change: dict[str, Any] = {"offerId": offer.offer_id}
        entry: dict[str, Any] = {"sku": sku_of(request), "offers": [change]}
        if "price" in changed:
            change["price"] = price_of(listing)
        if "quantity" in changed:
            change["availableQuantity"] = listing.quantity
            entry["shipToLocationAvailability"] = {"quantity": listing.quantity}
        reply = await self._ebay.write(
            "POST",
            f"{self._inventory}/bulk_update_price_quantity",
            json={"requests": [entry]},
            auth=self._auth,
        )
        for answer in self._ebay.parse(reply, _Bulk).responses:
            if answer.status_code >= 400:
                part = Reply(answer.status_code, reply.headers, b"")
                raise explain_errors(Refusal(self._ebay.name, part, writes=True), answer.errors)

    async def _rewrite(
        self,
        request: ListingRequest,
        offer: "_Offer",
        changed: Collection[str],
        photos: PhotoSource,
    ) -> None:
        """Item and offer as a whole, which is how eBay takes all other changes."""
        listing = request.listing
        terms, item = await asyncio.gather(self._terms.asked(listing.location), self._item(request))
        pictures = item.product.image_urls
        if "media_refs" in changed:
            pictures = await self._upload_all(listing, photos)
        # What is left, not what there once was.
        in_stock = item.availability.ship_to_location_availability.quantity
        quantity = listing.quantity if "quantity" in changed else in_stock
        await self._put_item(request, pictures, quantity)
        await self._revise_offer(
            offer.offer_id, offer_body(listing, terms.place, terms.policies, quantity)
        )

    async def _item(self, request: ListingRequest) -> "_Item":
        url = f"{self._inventory}/inventory_item/{quote(sku_of(request), safe='')}"
        return self._ebay.parse(await self._ebay.read("GET", url, auth=self._auth), _Item)

    async def _upload_all(self, listing: ListingSpec, photos: PhotoSource) -> list[str]:
        return [await self._upload(await photos.read(photo)) for photo in listing.media_refs]

    async def _upload(self, photo: Photo) -> str:
        subtype = photo.content_type.partition("/")[2] or "jpeg"
        reply = await self._ebay.write(
            "POST",
            f"{self._config.apim_url}/commerce/media/v1_beta/image/create_image_from_file",
            files={"image": (f"photo.{subtype}", photo.data, photo.content_type)},
            auth=self._auth,
        )
        return self._ebay.parse(reply, _Picture).image_url

    async def _put_item(self, request: ListingRequest, pictures: list[str], quantity: int) -> None:
        await self._ebay.write(
            "PUT",
            f"{self._inventory}/inventory_item/{quote(sku_of(request), safe='')}",
            json=item_body(request.listing, pictures, quantity),
            headers=self._language,
            auth=self._auth,
        )

    async def _create_offer(self, request: ListingRequest, body: dict[str, Any]) -> str:
        reply = await self._ebay.write(
            "POST",
            f"{self._inventory}/offer",
            json={
                **body,
                "sku": sku_of(request),
                "marketplaceId": self._config.marketplace_id,
                "format": "FIXED_PRICE",
            },
            headers=self._language,
            auth=self._auth,
            expect=(400, 409),
        )
        if reply.status in (200, 201):
            return self._ebay.parse(reply, _OfferCreated).offer_id
        offer_id = _existing_offer(reply)
        if offer_id is None:
            raise self._refused(reply)
        await self._revise_offer(offer_id, body)
        return offer_id

    def _refused(self, reply: Reply) -> AdapterError:
        return self._ebay.explain(Refusal(self._ebay.name, reply, writes=True))

    async def _revise_offer(self, offer_id: str, body: dict[str, Any]) -> None:
        await self._ebay.write(
            "PUT",
            f"{self._inventory}/offer/{quote(offer_id, safe='')}",
            json=body,
            headers=self._language,
            auth=self._auth,
        )

    async def _publish_offer(self, offer_id: str) -> Live:
        reply = await self._ebay.write(
            "POST",
            f"{self._inventory}/offer/{quote(offer_id, safe='')}/publish",
            auth=self._auth,
        )
        published = self._ebay.parse(reply, _Published)
        warnings = tuple(plain_text(warning.sentence) for warning in published.warnings)
        return self._live_as(published.listing_id, warnings)

    @property
    def _language(self) -> dict[str, str]:
        return {"Content-Language": self._config.content_language}


def _existing_offer(reply: Reply) -> str | None:
    errors = reply.as_model(ErrorReply)
    for error in errors.errors if errors else []:
        for parameter in error.parameters:
            if error.error_id == _OFFER_EXISTS and parameter.name == "offerId":
                return parameter.value
    return None


def _standing(listing: "_Listing", available: int | None) -> Standing:
    if listing.is_active:
        status = ListingStatus.LIVE
    elif listing.sold_quantity:
        status = ListingStatus.SOLD
    else:
        status = ListingStatus.WITHDRAWN
    by_ebay = listing.listing_status == "EBAY_ENDED"
    return Standing(
        status=status,
        available=available,
        sold=listing.sold_quantity,
        note="eBay ended the listing." if by_ebay else "",
    )


class _Listing(Wire):
    listing_id: str = ""
    listing_status: str = ""
    sold_quantity: int = 0

    @property
    def is_active(self) -> bool:
        return self.listing_status in ("ACTIVE", "")


class _Offer(Wire):
    offer_id: str
    status: str = ""
    available_quantity: int | None = None
    listing: _Listing | None = None


class _Offers(Wire):
    offers: list[_Offer]


class _OfferCreated(Wire):
    offer_id: str


class _Published(Wire):
    listing_id: str
    warnings: list[ErrorDetail] = []


class _Picture(Wire):
    image_url: str


class _Product(Wire):
    image_urls: list[str] = []


class _ShipTo(Wire):
    quantity: int = 1


class _Availability(Wire):
    ship_to_location_availability: _ShipTo = _ShipTo()


class _Item(Wire):
    product: _Product = _Product()
    availability: _Availability = _Availability()


class _Answer(Wire):
    status_code: int = 200
    errors: list[ErrorDetail] = []


class _Bulk(Wire):
    responses: list[_Answer] = []

"""Posting on eBay with the Sell Inventory API, version 1, and the Media API for photos.

The listing's key is the SKU. An inventory item may be written again and again, an offer exists once
for each SKU: what publishing repeats, it finds.
"""

import asyncio
import hashlib
import re
from decimal import Decimal
from html import escape
from typing import Any
from urllib.parse import quote

import httpx

from adapters.errors import AdapterError, Rejected, Unsupported
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.ebay.access import ErrorReply, seller_auth, vendor
from adapters.marketplaces.ebay.conditions import SELLING_ENUM
from adapters.marketplaces.ebay.config import EbayConfig
from adapters.marketplaces.exchange import Refusal, Reply
from adapters.marketplaces.kinds import kind_of
from adapters.marketplaces.links import path_on
from adapters.marketplaces.port import Live, Photo, PhotoSource
from adapters.marketplaces.rules import Limits, problems
from adapters.marketplaces.wire import Wire, plain_text
from talknshop.jobs import Handoff, ListingRequest
from talknshop.listing import ListingProblem, ListingSpec
from talknshop.listing_text import EMAIL, LINK, OTHER_PAYMENT, PHONE, SHOUTING
from talknshop.model import Condition

LIMITS = Limits(
    "eBay",
    title=80,
    description=4000,
    photos=24,
    least_photos=1,
    # Its policies on links, and on offers to buy or sell outside of eBay.
    forbidden=(LINK, EMAIL, PHONE, OTHER_PAYMENT, SHOUTING),
)
_LONGEST_SKU = 50
_OFFER_EXISTS = 25002  # and a dozen other user errors: only this one names an offerId
_ITEM_PATH = re.compile(r"/itm/(?:[^/]+/)?(\d{6,19})/?")
_CONDITION_WORDS = {
    Condition.OPEN_BOX: "Open box.",
    Condition.LIKE_NEW: "Like new.",
    Condition.GOOD: "Good used condition.",
    Condition.FAIR: "Fair condition, with visible wear.",
}


def posting(http: httpx.AsyncClient, sandbox: SandboxAccess | None) -> "EbayPosting | None":
    config = EbayConfig.load("ebay", sandbox)
    return EbayPosting(http, config) if config and config.refresh_token else None


class EbayPosting:
    name = "ebay"
    finds = True
    assisted = False
    text = LIMITS.text

    def __init__(self, http: httpx.AsyncClient, config: EbayConfig) -> None:
        self._config = config
        self._ebay = vendor(http, config.timeout)
        self._auth = seller_auth(config, self._ebay)
        self._inventory = f"{config.api_url}/sell/inventory/v1"

    def category(self, listing: ListingSpec) -> str:
        kind = kind_of(listing)
        return f"{kind.name} ({kind.ebay})"

    def problems(self, listing: ListingSpec) -> list[ListingProblem]:
        nowhere = not listing.location.postal_code and not self._config.postal_code
        extra = [("location", "eBay needs the postal code that it is sent from.")]
        return problems(self.name, listing, LIMITS, extra if nowhere else ())

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
        location, policies = await asyncio.gather(self._ensure_location(request), self._policies())
        pictures = [
            await self._upload(await photos.read(media_id))
            for media_id in request.listing.media_refs
        ]
        await self._put_item(request, pictures)
        body = self._offer_body(request.listing, location, policies)
        if offers:
            offer_id = offers[0].offer_id
            await self._revise_offer(offer_id, body)
        else:
            offer_id = await self._create_offer(request, body)
        return await self._publish_offer(offer_id)

    async def withdraw(self, request: ListingRequest, listing_id: str) -> None:
        for offer in await self._offers(request):
            if offer.status == "PUBLISHED":
                url = f"{self._inventory}/offer/{quote(offer.offer_id, safe='')}/withdraw"
                # 404 is 25713, an offer that is not available any more: somebody was faster.
                await self._ebay.write("POST", url, auth=self._auth, expect=(404,))

    def handoff(self, request: ListingRequest) -> Handoff:
        raise Unsupported("eBay takes listings by itself.")

    def listing_id_from(self, url: str) -> str | None:
        path = path_on(url, "ebay.com", self._config.site_url)
        found = _ITEM_PATH.fullmatch(path or "")
        return found[1] if found else None

    async def _offers(self, request: ListingRequest) -> list["_Offer"]:
        reply = await self._ebay.read(
            "GET",
            f"{self._inventory}/offer",
            params={
                "sku": _sku(request),
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
        is_shown = offer.status == "PUBLISHED" and listing.listing_status != "ENDED"
        return self._live_as(listing.listing_id) if is_shown or listing.sold_quantity else None

    def _live_as(self, listing_id: str, warnings: tuple[str, ...] = ()) -> Live:
        return Live(listing_id, f"{self._config.site_url}/itm/{listing_id}", warnings)

    async def _ensure_location(self, request: ListingRequest) -> str:
        """The key of the place that goods are sent from: one for each postal code."""
        where = request.listing.location
        postal_code = where.postal_code or self._config.postal_code or ""
        country = where.country if where.postal_code else self._config.country
        key = re.sub(r"[^A-Za-z0-9]+", "-", f"talknshop-{country}-{postal_code}")[:36]
        url = f"{self._inventory}/location/{key}"
        if (await self._ebay.read("GET", url, auth=self._auth, expect=(404,))).status != 404:
            return key
        body = {
            "location": {"address": {"postalCode": postal_code, "country": country}},
            "name": f"{country} {postal_code}",
            "merchantLocationStatus": "ENABLED",
            "locationTypes": ["WAREHOUSE"],
        }
        # 409 is 25803: another listing of this seller made it a moment ago.
        await self._ebay.write("POST", url, json=body, auth=self._auth, expect=(409,))
        return key

    async def _policies(self) -> dict[str, str]:
        """The three policy ids that an offer must name."""
        config = self._config
        fulfillment, payment, returns = await asyncio.gather(
            self._policy("fulfillment", config.fulfillment_policy_id),
            self._policy("payment", config.payment_policy_id),
            self._policy("return", config.return_policy_id),
        )
        return {
            "fulfillmentPolicyId": fulfillment,
            "paymentPolicyId": payment,
            "returnPolicyId": returns,
        }

    async def _policy(self, kind: str, configured: str | None) -> str:
        """The configured policy, else the account's default, else its first."""
        if configured:
            return configured
        reply = await self._ebay.read(
            "GET",
            f"{self._config.api_url}/sell/account/v1/{kind}_policy",
            params={"marketplace_id": self._config.marketplace_id},
            auth=self._auth,
        )
        policies = getattr(self._ebay.parse(reply, _Policies), f"{kind}_policies")
        policies.sort(key=lambda policy: not policy.is_default)
        if not policies:
            raise Rejected(f"Your eBay account has no {kind} policy yet: create one on eBay first.")
        policy_id: str = getattr(policies[0], f"{kind}_policy_id")
        return policy_id

    async def _upload(self, photo: Photo) -> str:
        subtype = photo.content_type.partition("/")[2] or "jpeg"
        reply = await self._ebay.write(
            "POST",
            f"{self._config.apim_url}/commerce/media/v1_beta/image/create_image_from_file",
            files={"image": (f"photo.{subtype}", photo.data, photo.content_type)},
            auth=self._auth,
        )
        return self._ebay.parse(reply, _Picture).image_url

    async def _put_item(self, request: ListingRequest, pictures: list[str]) -> None:
        await self._ebay.write(
            "PUT",
            f"{self._inventory}/inventory_item/{quote(_sku(request), safe='')}",
            json=_item_body(request.listing, pictures),
            headers=self._language,
            auth=self._auth,
        )

    async def _create_offer(self, request: ListingRequest, body: dict[str, Any]) -> str:
        reply = await self._ebay.write(
            "POST",
            f"{self._inventory}/offer",
            json={
                **body,
                "sku": _sku(request),
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

    def _offer_body(
        self, listing: ListingSpec, location: str, policies: dict[str, str]
    ) -> dict[str, Any]:
        price = {"value": f"{listing.price or Decimal(0):.2f}", "currency": listing.currency}
        return {
            "availableQuantity": listing.quantity,
            "categoryId": kind_of(listing).ebay,
            "listingDescription": _description(listing),
            "listingDuration": "GTC",
            "merchantLocationKey": location,
            "pricingSummary": {"price": price},
            "listingPolicies": policies,
        }

    @property
    def _language(self) -> dict[str, str]:
        return {"Content-Language": self._config.content_language}


def _sku(request: ListingRequest) -> str:
    if len(request.key) <= _LONGEST_SKU:
        return request.key
    return hashlib.blake2s(request.key.encode(), digest_size=20).hexdigest()


def _existing_offer(reply: Reply) -> str | None:
    errors = reply.as_model(ErrorReply)
    for error in errors.errors if errors else []:
        for parameter in error.parameters:
            if error.error_id == _OFFER_EXISTS and parameter.name == "offerId":
                return parameter.value
    return None


def _item_body(listing: ListingSpec, pictures: list[str]) -> dict[str, Any]:
    condition = listing.condition or Condition.GOOD
    aspects = {name: [value] for name, value in listing.attributes.items() if value}
    if listing.brand:
        aspects["Brand"] = [listing.brand]
    item: dict[str, Any] = {
        "availability": {"shipToLocationAvailability": {"quantity": listing.quantity}},
        "condition": SELLING_ENUM[condition],
        "product": {
            "title": listing.title.strip(),
            "description": _description(listing),
            "aspects": aspects,
            "imageUrls": pictures,
        },
    }
    notes = f"{_CONDITION_WORDS.get(condition, '')} {listing.condition_notes}".strip()
    # eBay ignores the notes of a new thing, and warns about them.
    if notes and condition is not Condition.NEW:
        item["conditionDescription"] = notes[:1000]
    return item


def _description(listing: ListingSpec) -> str:
    """eBay reads HTML."""
    return escape(listing.description or listing.title, quote=False).replace("\n", "<br>")


class _Listing(Wire):
    listing_id: str = ""
    listing_status: str = ""
    sold_quantity: int = 0


class _Offer(Wire):
    offer_id: str
    status: str = ""
    listing: _Listing | None = None


class _Offers(Wire):
    offers: list[_Offer]


class _OfferCreated(Wire):
    offer_id: str


class _Warning(Wire):
    message: str = ""
    long_message: str = ""

    @property
    def sentence(self) -> str:
        return self.long_message or self.message


class _Published(Wire):
    listing_id: str
    warnings: list[_Warning] = []


class _Picture(Wire):
    image_url: str


class _CategoryType(Wire):
    default: bool = False


class _PolicyOf(Wire):
    category_types: list[_CategoryType] = []

    @property
    def is_default(self) -> bool:
        return any(kind.default for kind in self.category_types)


class _Fulfillment(_PolicyOf):
    fulfillment_policy_id: str


class _Payment(_PolicyOf):
    payment_policy_id: str


class _Return(_PolicyOf):
    return_policy_id: str


class _Policies(Wire):
    """One of the three lists, by the kind that was asked for."""

    fulfillment_policies: list[_Fulfillment] = []
    payment_policies: list[_Payment] = []
    return_policies: list[_Return] = []

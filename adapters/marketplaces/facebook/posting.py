"""Posting on Facebook: one item of a Commerce catalogue, upserted through items_batch.

The listing's key is the item's retailer id. Facebook takes a batch at once and works it off later;
errors in the item show only in the batch's status.
"""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Collection
from typing import Any

import httpx
from pydantic import SecretStr

from adapters.errors import NotFound, OutcomeUnknown, Rejected
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.exchange import Vendor, explained
from adapters.marketplaces.facebook.config import FacebookConfig
from adapters.marketplaces.facebook.graph import GraphAuth, explain
from adapters.marketplaces.kinds import kind_of
from adapters.marketplaces.linking import Grant
from adapters.marketplaces.links import path_on
from adapters.marketplaces.port import Live, PhotoSource, PostingMarketplace
from adapters.marketplaces.rules import Limits, problems
from adapters.marketplaces.wire import Wire
from talknshop.jobs import ListingRequest, ListingStatus
from talknshop.listing import ListingProblem, ListingSpec
from talknshop.listing_text import EMAIL, LINK, PHONE, SHOUTING
from talknshop.messages import sentence
from talknshop.model import Condition
from talknshop.posting import Standing

LIMITS = Limits(
    "Facebook",
    title=200,
    description=9999,
    photos=20,
    least_photos=1,
    # Catalogue texts are plain: no links, no contact data, no decoration.
    forbidden=(LINK, EMAIL, PHONE, SHOUTING),
)
CONDITIONS = {
    Condition.NEW: "new",
    Condition.OPEN_BOX: "used_like_new",
    Condition.REFURBISHED: "refurbished",
    Condition.LIKE_NEW: "used_like_new",
    Condition.GOOD: "used_good",
    Condition.FAIR: "used_fair",
}
# The catalogue's names for what a listing says.
_NAMES = {
    "title": ("title", "google_product_category"),
    "description": ("description",),
    "category": ("google_product_category",),
    "brand": ("brand",),
    "price": ("price",),
    "condition": ("condition",),
    "quantity": ("quantity_to_sell_on_facebook",),
    "media_refs": ("image_link", "additional_image_link"),
}
_FIRST_LOOK_SECONDS, _LONGEST_LOOK_SECONDS = 0.1, 3.0
_ITEM_PATH = re.compile(r"/marketplace/item/(\d+)/?")


def posting(http: httpx.AsyncClient, sandbox: SandboxAccess | None) -> "FacebookPosting | None":
    config = FacebookConfig.load("facebook", sandbox)
    return FacebookPosting(http, config) if config else None


class FacebookPosting(PostingMarketplace):
    name = "facebook"
    finds = True
    text = LIMITS.text
    updates = frozenset(_NAMES)
    reports_status = True

    def __init__(self, http: httpx.AsyncClient, config: FacebookConfig) -> None:
        self._config = config
        self.calls_per_second = config.calls_per_second
        self._facebook = Vendor("Facebook", http, config.timeout, explain)
        self._catalog = f"{config.graph_url}/{config.graph_version}/{config.catalog_id}"
        token = config.access_token.get_secret_value() if config.access_token else ""
        secret = config.app_secret.get_secret_value() if config.app_secret else ""
        self._auth = GraphAuth(token, secret)

    def acting_for(self, grant: Grant) -> "FacebookPosting":
        theirs = {
            "access_token": SecretStr(grant.refresh_token),
            "catalog_id": grant.account,
        }
        return FacebookPosting(self._facebook.http, self._config.model_copy(update=theirs))

    def category(self, listing: ListingSpec) -> str:
        kind = kind_of(listing)
        return f"{kind.name} ({kind.google})" if kind.google else ""

    def attributes(self, listing: ListingSpec) -> dict[str, str]:
        return {"brand": listing.brand} if listing.brand else {}

    def problems(self, listing: ListingSpec) -> list[ListingProblem]:
        for_parts = listing.condition is Condition.FOR_PARTS
        rule = sentence("rule_no_parts", vendor="Facebook")
        return problems(self.name, listing, LIMITS, [("condition", rule)] if for_parts else ())

    async def find(self, request: ListingRequest) -> Live | None:
        product = await self._product(request)
        if product is None or not product.is_visible:
            return None
        return self._live(product)

    async def publish(self, request: ListingRequest, photos: PhotoSource) -> Live:
        if found := await self.find(request):
            return found
        deadline = self._deadline()
        await self._batch({"method": "UPDATE", "data": self._item(request, photos)}, deadline)
        async for _ in _looks(deadline):
            product = await self._product(request)
            if product and product.is_refused:
                raise Rejected(sentence("fault_review", vendor="Facebook"))
            if product and product.is_visible:
                return self._live(product)
        raise OutcomeUnknown(sentence("fault_not_shown_yet", vendor="Facebook"))

    async def update(
        self,
        request: ListingRequest,
        listing_id: str,
        changed: Collection[str],
        photos: PhotoSource,
    ) -> None:
        self.check_updatable(changed)
        product = await self._product(request)
        if product is None or not product.is_visible:
            raise NotFound(
                sentence("fault_no_listing", vendor="Facebook", id=listing_id, key=request.key)
            )
        names = {"id", *(name for field in changed for name in _NAMES[field])}
        item = {k: v for k, v in self._item(request, photos).items() if k in names}
        await self._batch({"method": "UPDATE", "data": item}, self._deadline())

    async def withdraw(self, request: ListingRequest, listing_id: str) -> None:
        # An id that is not there any more is only a warning.
        await self._batch({"method": "DELETE", "data": {"id": request.key}}, self._deadline())

    async def status(self, request: ListingRequest, listing_id: str) -> Standing:
        product = await self._product(request)
        if product and product.is_refused:
            note = "Facebook's review refused the listing."
            return Standing(status=ListingStatus.NEEDS_ACTION, note=note)
        is_live = product is not None and product.is_visible
        return Standing(status=ListingStatus.LIVE if is_live else ListingStatus.WITHDRAWN)

    def listing_id_from(self, url: str) -> str | None:
        path = path_on(url, "facebook.com", self._config.site_url)
        found = _ITEM_PATH.fullmatch(path or "")
        return found[1] if found else None

    async def _product(self, request: ListingRequest) -> "_Product | None":
        reply = await self._facebook.read(
            "GET",
            f"{self._catalog}/products",
            params={
                "fields": "id,retailer_id,name,availability,price,review_status,url",
                "filter": json.dumps({"retailer_id": {"eq": request.key}}),
            },
            auth=self._auth,
        )
        products = self._facebook.parse(reply, _Products).data
        return next((p for p in products if p.retailer_id == request.key), None)

    async def _batch(self, change: dict[str, Any], deadline: float) -> None:
        """One change, until Facebook says that it is done. Raises Rejected when refused."""
        reply = await self._facebook.write(
            "POST",
            f"{self._catalog}/items_batch",
            data={
                "item_type": "PRODUCT_ITEM",
                "allow_upsert": "true",
                "requests": json.dumps([change]),
            },
            auth=self._auth,
        )
        taken = self._facebook.parse(reply, _BatchTaken)
        _refuse([error for status in taken.validation_status for error in status.errors])
        for handle in taken.handles:
            await self._finish(handle, deadline)

    async def _finish(self, handle: str, deadline: float) -> None:
        async for _ in _looks(deadline):
            reply = await self._facebook.read(
                "GET",
                f"{self._catalog}/check_batch_request_status",
                params={"handle": handle, "load_ids_of_invalid_requests": "true"},
                auth=self._auth,
            )
            for batch in self._facebook.parse(reply, _Batches).data:
                _refuse(batch.errors)
                if batch.status in ("error", "canceled"):
                    raise Rejected(
                        sentence("fault_given_up", vendor="Facebook", status=batch.status)
                    )
                if batch.status == "finished":
                    return
        raise OutcomeUnknown(sentence("fault_still_working", vendor="Facebook"))

    def _live(self, product: "_Product") -> Live:
        pending = product.review_status in ("pending", "outdated")
        return Live(
            product.id,
            f"{self._config.site_url}/marketplace/item/{product.id}",
            (sentence("note_reviewing", vendor="Facebook"),) if pending else (),
        )

    def _deadline(self) -> float:
        return time.monotonic() + self._config.batch_patience.total_seconds()

    def _item(self, request: ListingRequest, photos: PhotoSource) -> dict[str, Any]:
        listing = request.listing
        pictures = [photos.public_url(media_id) for media_id in listing.media_refs]
        item = {
            "id": request.key,
            "title": listing.title.strip(),
            "description": listing.description or listing.title,
            "availability": "in stock",
            "condition": CONDITIONS[listing.condition or Condition.GOOD],
            "price": f"{listing.price or 0:.2f} {listing.currency}",
            "link": f"{self._config.shop_url}/{request.key}",
            "image_link": pictures[0],
            "additional_image_link": pictures[1:],
            "brand": listing.brand,
            "google_product_category": kind_of(listing).google,
            "quantity_to_sell_on_facebook": listing.quantity,
        }
        return {name: value for name, value in item.items() if value}


async def _looks(deadline: float) -> AsyncIterator[None]:
    """Now, and then less and less often until the deadline."""
    pause = _FIRST_LOOK_SECONDS
    yield
    while (left := deadline - time.monotonic()) > 0:
        await asyncio.sleep(min(pause, left))
        yield
        pause = min(pause * 2, _LONGEST_LOOK_SECONDS)


def _refuse(errors: "list[_ItemError]") -> None:
    if errors:
        why = " ".join(error.message for error in errors)
        raise Rejected(explained("fault_listing_refused", "Facebook", why))


class _Snake(Wire):
    """The Graph API writes its names with underscores."""

    model_config = {"alias_generator": None}


class _ItemError(_Snake):
    message: str = ""


class _Validation(_Snake):
    errors: list[_ItemError] = []


class _BatchTaken(_Snake):
    handles: list[str] = []
    validation_status: list[_Validation] = []


class _BatchStatus(_Snake):
    status: str
    errors: list[_ItemError] = []


class _Batches(_Snake):
    data: list[_BatchStatus]


class _Product(_Snake):
    id: str
    retailer_id: str
    availability: str = ""
    review_status: str = ""

    @property
    def is_refused(self) -> bool:
        return self.review_status == "rejected"

    @property
    def is_visible(self) -> bool:
        return self.availability == "in stock" and not self.is_refused


class _Products(_Snake):
    data: list[_Product]

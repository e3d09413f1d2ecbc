"""The two protocols a marketplace may implement: searching and posting."""

from abc import abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol, runtime_checkable

from adapters.errors import Unsupported
from adapters.marketplaces.linking import Grant
from talknshop.headlines import marketplace_title
from talknshop.jobs import Handoff, ListingRequest
from talknshop.listing import ListingProblem, ListingSpec
from talknshop.listing_text import TextRules
from talknshop.messages import Said, Sentence, sentence
from talknshop.posting import Sales, Standing
from talknshop.products import ProductResult
from talknshop.requirement import RequirementSpec


@dataclass(frozen=True)
class Found:
    """What a search found. `dropped` counts offers with unusable data, by the field that was so,
    `cleaned` the fields that were put right or left out.

    `applied_afterwards` names the RequirementSpec fields filtered by us, not by the vendor.
    """

    products: list[ProductResult]
    total_found: int
    dropped: Mapping[str, int] = field(default_factory=dict)
    cleaned: Mapping[str, int] = field(default_factory=dict)
    applied_afterwards: tuple[str, ...] = ()


class SearchMarketplace(Protocol):
    """A marketplace that can be searched."""

    name: str

    async def search(self, requirement: RequirementSpec, limit: int) -> Found:
        """Offers for a requirement, at most `limit`, best first. Raises adapters.errors."""

    async def product(self, product_id: str) -> ProductResult:
        """One offer by the marketplace's own id. Raises NotFound and the other adapters.errors."""


@runtime_checkable
class GtinSearch(Protocol):
    """A marketplace that can be searched may also find offers by the number under a barcode."""

    async def by_gtin(self, gtin: str, limit: int) -> Found:
        """Offers of the thing with this GTIN-14, which each of them has in its attributes.

        No offer is an answer too. Raises adapters.errors.
        """


@dataclass(frozen=True)
class Photo:
    data: bytes
    content_type: str


class PhotoSource(Protocol):
    """Where an adapter gets a listing's photos from."""

    async def read(self, media_id: str) -> Photo: ...

    def public_url(self, media_id: str) -> str:
        """A signed, expiring URL from which the marketplace can fetch the photo."""


@dataclass(frozen=True)
class Live:
    """A listing that people can see."""

    listing_id: str
    url: str
    warnings: tuple[Said, ...] = ()


class PostingMarketplace(Protocol):
    """A marketplace that listings can be put on. An adapter inherits from this class and overrides
    what its marketplace can do; everything else is honestly unsupported.

    `finds`: `find` can tell whether an earlier attempt with the same key took effect, so publishing
    may simply be repeated. Where it can't, a lost reply waits for a person.
    `assisted`: there is no posting API; `handoff` prepares what a person posts.
    `text`: what its titles and descriptions may be; every listing given to it is fitted to them.
    `updates`: the ListingSpec fields that may change while a listing is live; empty for none.
    `reports_status`, `reports_sales`, `cancels_sales`: `status`, `sales_since`, `cancel_sale` work.
    `lifetime`: how long a listing stays up; None: until it is taken down.
    `needs_link`: it has no account but those that people link.
    `calls_per_second`: how many of these methods may be called, all workers together.
    """

    name: str
    text: TextRules
    finds: bool = False
    assisted: bool = False
    updates: frozenset[str] = frozenset()
    reports_status: bool = False
    reports_sales: bool = False
    cancels_sales: bool = False
    needs_link: bool = False
    lifetime: timedelta | None = None
    calls_per_second: float = 5.0

    @abstractmethod
    def problems(self, listing: ListingSpec) -> list[ListingProblem]:
        """All rules that the listing would break there, at once. Pure."""

    @abstractmethod
    def listing_id_from(self, url: str) -> str | None:
        """The id in a listing's URL, None for any URL but those of listings here."""

    def category(self, listing: ListingSpec) -> str:
        """What it files the thing under, in words for the person; empty when it does not. Pure."""
        return ""

    def attributes(self, listing: ListingSpec) -> dict[str, str]:
        """What else it is told of what was said and seen, by its names for it. Pure."""
        return {}

    def acting_for(self, grant: Grant) -> "PostingMarketplace":
        """The same marketplace with a person's own account. Raises Unsupported."""
        raise Unsupported(self._cannot("link"))

    async def find(self, request: ListingRequest) -> Live | None:
        """The live or sold listing for `request.key`, if any. Raises Unsupported unless `finds`."""
        raise Unsupported(self._cannot("find"))

    async def publish(self, request: ListingRequest, photos: PhotoSource) -> Live:
        """Look up, create, publish. Idempotent by `request.key` when `finds`.

        Raises Rejected, Unauthorized, Throttled, Unavailable, OutcomeUnknown, Unintelligible, and
        Unsupported when `assisted`.
        """
        raise Unsupported(self._cannot("publish"))

    async def update(
        self,
        request: ListingRequest,
        listing_id: str,
        changed: Collection[str],
        photos: PhotoSource,
    ) -> None:
        """Make the live listing read as `request.listing`; `changed` names the fields that differ.

        Idempotent; what is not in `changed` stays as it is there. Raises what `publish` raises,
        NotFound when nothing is live, and Unsupported for a field outside `updates`.
        """
        raise Unsupported(self._cannot("update"))

    def check_updatable(self, changed: Collection[str]) -> None:
        """Raises Unsupported when the marketplace can't change one of these fields."""
        if fixed := sorted(set(changed) - self.updates):
            raise Unsupported(
                self._cannot("change", fields=[sentence(f"field_{each}") for each in fixed])
            )

    async def withdraw(self, request: ListingRequest, listing_id: str) -> None:
        """Take it down; one that is already down is a success."""
        raise Unsupported(self._cannot("withdraw"))

    async def renew(self, request: ListingRequest, listing_id: str) -> Live:
        """Let a live listing stay up for another `lifetime`."""
        raise Unsupported(self._cannot("renew"))

    async def status(self, request: ListingRequest, listing_id: str) -> Standing:
        """Where the listing stands now. Raises Unsupported unless `reports_status`."""
        raise Unsupported(self._cannot("status"))

    async def sales_since(self, cursor: str) -> Sales:
        """The seller's sales, all listings together, that are new or changed since the cursor.

        An empty cursor starts with the sales of the last days. A sale may come more than once.
        Raises Unsupported unless `reports_sales`.
        """
        raise Unsupported(self._cannot("sales"))

    async def cancel_sale(self, sale_id: str) -> None:
        """Cancel a sale that can't be fulfilled, with a refund; a cancelled one is a success.

        Raises Rejected when it is too late for that, Unsupported unless `cancels_sales`.
        """
        raise Unsupported(self._cannot("cancel_sale"))

    def handoff(self, request: ListingRequest) -> Handoff:
        """What a person needs to post by hand. Raises Unsupported unless `assisted`."""
        raise Unsupported(self._cannot("hand_over"))

    def _cannot(self, what: str, **values: list[str | Sentence]) -> Sentence:
        return sentence(f"cannot_{what}", vendor=marketplace_title(self.name), **values)


class Notices(Protocol):
    """A marketplace that tells by itself when something was sold."""

    def challenge(self, code: str, endpoint: str) -> dict[str, str]:
        """What proves to the marketplace that `endpoint` is ours. Pure."""

    async def read(self, headers: Mapping[str, str], body: bytes) -> str | None:
        """The id of a notice of a sale, None for one of something else.

        Raises Unauthorized for what the marketplace has not signed, Rejected for what it has signed
        and nobody understands, and Unavailable when its key can't be fetched.
        """

    async def subscribe(self, endpoint: str) -> None:
        """Have notices sent there. Idempotent. Raises the adapters.errors."""

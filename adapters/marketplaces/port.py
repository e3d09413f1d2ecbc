"""The two protocols a marketplace may implement: searching and posting."""

from dataclasses import dataclass
from typing import Protocol

from talknshop.jobs import Handoff, ListingRequest
from talknshop.listing import ListingProblem, ListingSpec
from talknshop.listing_text import TextRules
from talknshop.products import ProductResult
from talknshop.requirement import RequirementSpec


@dataclass(frozen=True)
class Found:
    """One page of search results. `dropped` offers had unusable data.

    `applied_afterwards` names the RequirementSpec fields filtered by us, not by the vendor.
    """

    products: list[ProductResult]
    total_found: int
    dropped: int = 0
    applied_afterwards: tuple[str, ...] = ()


class SearchMarketplace(Protocol):
    """A marketplace that can be searched."""

    name: str

    async def search(self, requirement: RequirementSpec, limit: int) -> Found:
        """Offers for a requirement, at most `limit`, best first. Raises adapters.errors."""

    async def product(self, product_id: str) -> ProductResult:
        """One offer by the marketplace's own id. Raises NotFound and the other adapters.errors."""


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
    warnings: tuple[str, ...] = ()


class PostingMarketplace(Protocol):
    """A marketplace that listings can be put on.

    `finds`: `find` can tell whether an earlier attempt with the same key took effect, so publishing
    may simply be repeated. Where it can't, a lost reply waits for a person.
    `assisted`: there is no posting API; `handoff` prepares what a person posts.
    `text`: what its titles and descriptions may be; every listing given to it is fitted to them.
    """

    name: str
    finds: bool
    assisted: bool
    text: TextRules

    def category(self, listing: ListingSpec) -> str:
        """What it files the thing under, in words for the person; empty when it does not. Pure."""

    def problems(self, listing: ListingSpec) -> list[ListingProblem]:
        """All rules that the listing would break there, at once. Pure."""

    async def find(self, request: ListingRequest) -> Live | None:
        """The live listing for `request.key`, if any. Raises Unsupported unless `finds`."""

    async def publish(self, request: ListingRequest, photos: PhotoSource) -> Live:
        """Look up, create, publish. Idempotent by `request.key` when `finds`.

        Raises Rejected, Unauthorized, Throttled, Unavailable, OutcomeUnknown, Unintelligible.
        """

    async def withdraw(self, request: ListingRequest, listing_id: str) -> None:
        """Take it down; one that is already down is a success."""

    def handoff(self, request: ListingRequest) -> Handoff:
        """What a person needs to post by hand. Raises Unsupported unless `assisted`."""

    def listing_id_from(self, url: str) -> str | None:
        """The id in a listing's URL, None for any URL but those of listings here."""

"""Preparing a listing that a person posts on Poshmark, which has no posting API."""

import re
from decimal import Decimal
from typing import ClassVar

import httpx
from pydantic_settings import SettingsConfigDict

from adapters.marketplaces.configuration import BaseUrl, MarketplaceConfig, SandboxAccess
from adapters.marketplaces.links import path_on
from adapters.marketplaces.port import PostingMarketplace
from adapters.marketplaces.rules import Limits, problems
from talknshop.jobs import Handoff, HandoffField, ListingRequest
from talknshop.listing import ListingProblem, ListingSpec
from talknshop.listing_text import EMAIL, LINK, OTHER_PAYMENT, PHONE, TRADE
from talknshop.messages import Said, sentence
from talknshop.model import Condition

LIMITS = Limits(
    "Poshmark",
    title=80,
    description=1500,
    photos=16,
    least_price=Decimal(3),
    highest_price=Decimal(1_000_000),
    whole_dollars=True,
    # Its rules against dealing and trading outside of Poshmark.
    forbidden=(LINK, EMAIL, PHONE, OTHER_PAYMENT, TRADE),
)
CONDITIONS = {
    Condition.NEW: "New with tags (NWT)",
    Condition.OPEN_BOX: "Like new",
    Condition.REFURBISHED: "Like new",
    Condition.LIKE_NEW: "Like new",
    Condition.GOOD: "Good",
    Condition.FAIR: "Fair",
    Condition.FOR_PARTS: "Fair",
}
_ABOUT = ("Size", "Brand", "Color")
_LISTING_PATH = re.compile(r"/listing/(?:[^/]+-)?([0-9a-f]{24})/?")


class PoshmarkConfig(MarketplaceConfig):
    """No keys: the person logs in on Poshmark."""

    model_config = SettingsConfigDict(env_prefix="TALKNSHOP_POSHMARK_")
    URLS: ClassVar = {"site_url": "/poshmark"}

    site_url: BaseUrl = "https://poshmark.com"


def posting(http: httpx.AsyncClient, sandbox: SandboxAccess | None) -> "PoshmarkPosting":
    return PoshmarkPosting(PoshmarkConfig.load("poshmark", sandbox) or PoshmarkConfig())


class PoshmarkPosting(PostingMarketplace):
    name = "poshmark"
    assisted = True
    text = LIMITS.text

    def __init__(self, config: PoshmarkConfig) -> None:
        self._config = config
        self.calls_per_second = config.calls_per_second

    def category(self, listing: ListingSpec) -> str:
        return listing.category

    def attributes(self, listing: ListingSpec) -> dict[str, str]:
        return {field.label: field.value for field in _fields(listing) if field.label in _ABOUT}

    def problems(self, listing: ListingSpec) -> list[ListingProblem]:
        return problems(self.name, listing, LIMITS)

    def handoff(self, request: ListingRequest) -> Handoff:
        listing = request.listing
        return Handoff(
            url=f"{self._config.site_url}/create-listing",
            fields=_fields(listing),
            photos=listing.media_refs[: LIMITS.photos],
            checklist=_checklist(listing),
        )

    def listing_id_from(self, url: str) -> str | None:
        path = path_on(url, "poshmark.com", self._config.site_url)
        found = _LISTING_PATH.fullmatch(path or "")
        return found[1] if found else None


def _fields(listing: ListingSpec) -> list[HandoffField]:
    """In the order of Poshmark's form; what is empty is left to the person."""
    condition = CONDITIONS[listing.condition] if listing.condition else ""
    described = "\n\n".join(
        part for part in (listing.description or listing.title, listing.condition_notes) if part
    )
    about = {name.lower(): value for name, value in listing.attributes.items()}
    values = (
        ("Title", listing.title.strip(), LIMITS.title),
        ("Description", described, LIMITS.description),
        ("Category", listing.category, None),
        ("Size", about.get("size", "OS"), None),
        ("Condition", condition, None),
        ("Brand", listing.brand, None),
        ("Color", about.get("color") or about.get("colour", ""), None),
        ("Listing price", f"{listing.price or 0:.0f}", None),
    )
    return [
        HandoffField(label=label, value=value[:most] if most else value, max_length=most)
        for label, value, most in values
        if value
    ]


def _checklist(listing: ListingSpec) -> list[Said]:
    return [
        sentence("step_log_in", vendor="Poshmark"),
        sentence("step_photos", count=max(1, len(listing.media_refs))),
        sentence("step_copy"),
        sentence("step_category", none="OS"),
        sentence("step_press", first="Next", then="List"),
        sentence("step_address"),
    ]

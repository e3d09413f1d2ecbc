"""Crosspost jobs: what is asked for, where each listing stands, what the person may do about it."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from talknshop.errors import FailureCode
from talknshop.listing import ListingSpec
from talknshop.model import MarketplaceName, Value


class ListingStatus(StrEnum):
    PENDING = "pending"
    POSTING = "posting"
    LIVE = "live"
    NEEDS_ACTION = "needs_action"
    FAILED = "failed"
    SOLD = "sold"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"

    @property
    def is_settled(self) -> bool:
        """Nothing more happens without a person or a buyer."""
        return self not in (ListingStatus.PENDING, ListingStatus.POSTING)

    @property
    def is_final(self) -> bool:
        """Nothing more happens at all."""
        return self in (
            ListingStatus.FAILED,
            ListingStatus.SOLD,
            ListingStatus.WITHDRAWN,
            ListingStatus.EXPIRED,
        )


class JobStatus(StrEnum):
    CREATED = "created"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


class CrosspostRequest(Value):
    """A job's input. `session_id` is empty when no conversation asked for it."""

    job_id: str
    user_id: str
    session_id: str = ""
    listing: ListingSpec


class ListingRequest(Value):
    """One marketplace's part of a job."""

    job_id: str
    user_id: str
    marketplace: MarketplaceName
    listing: ListingSpec

    @property
    def key(self) -> str:
        """The natural key the marketplace knows the listing by (eBay SKU, Facebook retailer id)."""
        return f"{self.job_id}-{self.marketplace}"


class HandoffField(Value):
    label: str
    value: str
    max_length: int | None = None


class Handoff(Value):
    """What a person needs to post by hand on a marketplace that has no posting API."""

    url: str
    fields: list[HandoffField]
    photos: list[str] = []  # media ids
    checklist: list[str] = []


ListingActionName = Literal["retry", "edit", "confirm_url", "cancel"]


class Needs(Value):
    """Why a listing waits for a person, and what the person may do."""

    code: FailureCode
    message: str
    actions: list[ListingActionName]
    handoff: Handoff | None = None


class JobError(Value):
    code: FailureCode
    message: str


class MarketplaceJob(Value):
    """Where one listing stands. `confirmation_link` is set once it is live."""

    marketplace: MarketplaceName
    status: ListingStatus = ListingStatus.PENDING
    listing_id: str = ""
    confirmation_link: str = ""
    error: JobError | None = None
    needs: Needs | None = None
    warnings: list[str] = []
    changed_at: datetime | None = None


class JobView(Value):
    """A whole job, as people and programs see it."""

    job_id: str
    user_id: str = ""
    session_id: str = ""
    title: str = ""
    status: JobStatus
    marketplace_jobs: list[MarketplaceJob]
    created_at: datetime | None = None

    @property
    def live(self) -> list[MarketplaceJob]:
        return [job for job in self.marketplace_jobs if job.status is ListingStatus.LIVE]


def job_status(listings: list[MarketplaceJob]) -> JobStatus:
    """`completed` once every listing is settled and one is, or was, live; `failed` when none is."""
    if not all(listing.status.is_settled for listing in listings):
        return JobStatus.PROCESSING
    succeeded = {
        ListingStatus.LIVE,
        ListingStatus.SOLD,
        ListingStatus.WITHDRAWN,
        ListingStatus.EXPIRED,
    }
    if any(listing.status in succeeded for listing in listings):
        return JobStatus.COMPLETED
    # A listing that waits for a person may yet go live: the job is not lost.
    if any(listing.status is ListingStatus.NEEDS_ACTION for listing in listings):
        return JobStatus.PROCESSING
    return JobStatus.FAILED

"""Crosspost jobs: what is asked for, where each listing stands, what the person may do about it."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel

from talknshop.errors import FailureCode
from talknshop.listing import ListingSpec
from talknshop.messages import Said
from talknshop.model import Count, MarketplaceName, Value


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
    checklist: list[Said] = []


ListingActionName = Literal["retry", "edit", "confirm_url", "done", "cancel"]


class Needs(Value):
    """Why a listing waits for a person, and what the person may do.

    `confirm_url` and `done` are for what only a person can do on a marketplace without an API.
    """

    code: FailureCode
    message: Said
    actions: list[ListingActionName]
    handoff: Handoff | None = None
    reminders: int = 0  # how often the person was reminded


class JobError(Value):
    code: FailureCode
    message: Said


class MarketplaceJob(Value):
    """Where one listing stands. `confirmation_link` is set once it is live.

    `revision` is the last of the job's orders that the listing has carried out, or can't.
    """

    marketplace: MarketplaceName
    status: ListingStatus = ListingStatus.PENDING
    listing_id: str = ""
    confirmation_link: str = ""
    error: JobError | None = None
    needs: Needs | None = None
    warnings: list[Said] = []
    expires_at: datetime | None = None
    revision: int = 0
    changed_at: datetime | None = None


class SaleReport(Value):
    """A buyer's order, as the marketplace or the person tells of it.

    `sale_id` is the marketplace's own and makes a report that comes twice count once.
    """

    marketplace: MarketplaceName
    sale_id: str
    quantity: Count = 1
    cancelled: bool = False


class SaleStatus(StrEnum):
    COUNTED = "counted"
    CANCELLED = "cancelled"  # by the buyer, the marketplace or the person
    OVERSOLD = "oversold"  # there was nothing left: it is being cancelled
    REVOKED = "revoked"  # there was nothing left: we cancelled it on the marketplace
    TO_REVOKE = "to_revoke"  # there was nothing left, and only the person can cancel it


class SaleRecord(Value):
    """What became of a sale. `reason` says why the person must cancel it."""

    sale: SaleReport
    status: SaleStatus
    at: datetime
    reason: Said = ""


class JobView(Value):
    """A whole job, as people and programs see it.

    A listing whose `revision` is below the job's is still being brought to what was asked for.
    """

    job_id: str
    user_id: str = ""
    session_id: str = ""
    title: str = ""
    photo: str = ""  # the first one's media id
    status: JobStatus
    marketplace_jobs: list[MarketplaceJob]
    stock: int | None = None  # how many can still be sold; None: not known here
    sales: list[SaleRecord] = []  # the newest last
    revision: int = 0
    created_at: datetime | None = None

    @property
    def live(self) -> list[MarketplaceJob]:
        return [job for job in self.marketplace_jobs if job.status is ListingStatus.LIVE]


class TimelineEntry(Value):
    """`marketplace` is empty for what concerns the whole job."""

    at: datetime
    marketplace: str
    event: str


class JobDetails(JobView):
    """A job with what is offered and what happened to it."""

    listing: ListingSpec
    timeline: list[TimelineEntry] = []


class ListingOrder(Value):
    """What the job wants of one listing, on top of what it wanted before.

    `changes`: ListingSpec fields. `sold`: it was sold there, so it comes down and counts as sold.
    """

    revision: int
    changes: dict[str, Any] = {}
    take_down: bool = False
    sold: bool = False

    def then(self, later: "ListingOrder") -> "ListingOrder":
        """Both in one."""
        return ListingOrder(
            revision=later.revision,
            changes={**self.changes, **later.changes},
            take_down=self.take_down or later.take_down,
            sold=self.sold or later.sold,
        )


class JobState(BaseModel):
    """All that a job is; it travels whole into the next run."""

    listing: ListingSpec
    stock: int
    listings: dict[MarketplaceName, MarketplaceJob]
    created_at: datetime
    status: JobStatus = JobStatus.CREATED
    revision: int = 0
    sales: dict[str, SaleRecord] = {}  # by marketplace and sale_id
    timeline: list[TimelineEntry] = []
    is_bulk_told: bool = False  # the bulk upload knows that the job has come to rest
    is_called_off: bool = False  # an operator cancelled the workflow
    news: str = ""  # the last that the account was told
    notices: int = 0  # how often it was


# What jobs that are started now do otherwise than those with a lower number, which run for months:
# 1: they tell the account; 2: whoever starts them gives their search attributes; 3: their worker
# tells others what is new.
# A number in the input costs nothing, a patch two events in each job.
EDITION = 3


class CrosspostRequest(Value):
    """A job's input. `session_id` and `bulk_id` are empty where it is no part of such a thing.

    `edition`: EDITION when it was started. `state` is what one run hands to the next.
    """

    job_id: str
    user_id: str
    session_id: str = ""
    bulk_id: str = ""
    edition: int = 0
    listing: ListingSpec
    state: JobState | None = None


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

"""Bulk uploads: many listings from one file, checked first, then posted row by row."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from talknshop.jobs import JobView, ListingStatus
from talknshop.listing import ListingSpec
from talknshop.messages import Said
from talknshop.model import MarketplaceName, Value

MAX_ROWS = 10_000
MAX_BYTES = 20 * 1024 * 1024
ERRORS_SHOWN = 50


class BulkStatus(StrEnum):
    VALIDATING = "validating"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    POSTING = "posting"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    FAILED = "failed"  # the file could not be read: nothing was posted

    @property
    def is_final(self) -> bool:
        return self in (BulkStatus.CANCELLED, BulkStatus.COMPLETED, BulkStatus.FAILED)


# ask: wait for the person; good: post the good rows at once; all: post at once, but only when
# every row is good.
BulkMode = Literal["ask", "good", "all"]


class BulkRequest(Value):
    """A bulk upload's input; the bytes are in the object store. `session_id` may be empty."""

    bulk_id: str
    user_id: str
    session_id: str = ""
    file_name: str = ""
    mode: BulkMode = "ask"
    edition: int = 0  # jobs.EDITION when it was started
    language: str = "en"  # of the result file
    marketplaces: list[MarketplaceName]  # for rows that name none


class RowError(Value):
    """What is wrong in one line of the file; `field` is empty when it is the whole line."""

    line: int
    field: str = ""
    rule: Said
    marketplace: MarketplaceName | Literal[""] = ""


class BulkRow(Value):
    """One good row. `reference` is the seller's own word for it.

    `photo_urls`: photos that are fetched before the row is posted, after those of the listing.
    """

    line: int
    reference: str = ""
    listing: ListingSpec
    photo_urls: list[str] = []

    def with_photos(self, media_ids: list[str]) -> "BulkRow":
        """As if the photos by address had been uploaded under these ids."""
        refs = [*self.listing.media_refs, *media_ids]
        listing = self.listing.model_copy(update={"media_refs": refs})
        return self.model_copy(update={"listing": listing, "photo_urls": []})


class FetchedPhotos(Value):
    """Of one row: uploads in the order of their addresses, or why one could not be fetched."""

    line: int
    media_ids: list[str] = []
    problem: Said = ""


class BulkCheck(Value):
    """What the validation found. The rows stay in the object store, in `chunks` pieces."""

    total: int = 0
    good: int = 0
    bad: int = 0
    chunks: int = 0
    errors: list[RowError] = []  # the first of them
    ignored_columns: list[str] = []
    unreadable: Said = ""  # why the file as a whole can't be used


class ListingOutcome(Value):
    marketplace: MarketplaceName
    status: ListingStatus
    link: str = ""
    message: Said = ""


class RowOutcome(Value):
    """What became of one row, once its job had come to rest."""

    line: int
    reference: str = ""
    title: str
    job_id: str
    listings: list[ListingOutcome]

    @property
    def needs_person(self) -> bool:
        return any(entry.status is ListingStatus.NEEDS_ACTION for entry in self.listings)

    @property
    def is_live(self) -> bool:
        return any(entry.status is ListingStatus.LIVE for entry in self.listings)


def row_outcome(row: BulkRow, job: JobView) -> RowOutcome:
    return RowOutcome(
        line=row.line,
        reference=row.reference,
        title=row.listing.title,
        job_id=job.job_id,
        listings=[
            ListingOutcome(
                marketplace=entry.marketplace,
                status=entry.status,
                link=entry.confirmation_link,
                message=entry.needs.message
                if entry.needs
                else (entry.error.message if entry.error else ""),
            )
            for entry in job.marketplace_jobs
        ],
    )


def not_posted(row: BulkRow, problem: Said) -> RowOutcome:
    """The outcome of a row that was never posted."""
    return RowOutcome(
        line=row.line,
        reference=row.reference,
        title=row.listing.title,
        job_id="",
        listings=[
            ListingOutcome(marketplace=name, status=ListingStatus.FAILED, message=problem)
            for name in row.listing.target_marketplaces
        ],
    )


class BulkView(Value):
    """Where a bulk upload stands. `live`, `needs_action` and `failed` count settled rows."""

    bulk_id: str
    user_id: str = ""
    session_id: str = ""
    file_name: str = ""
    status: BulkStatus
    total: int = 0
    good: int = 0
    bad: int = 0
    started: int = 0
    live: int = 0
    needs_action: int = 0
    failed: int = 0
    errors: list[RowError] = []
    ignored_columns: list[str] = []
    message: Said = ""
    has_result: bool = False
    created_at: datetime | None = None

    @property
    def settled(self) -> int:
        return self.live + self.needs_action + self.failed


class BulkCommand(Value):
    user_id: str


class WriteRows(Value):
    """Outcomes that are put aside until the result file is written."""

    request: BulkRequest
    part: int
    outcomes: list[RowOutcome]


class ReadRows(Value):
    request: BulkRequest
    chunk: int


class WriteResult(Value):
    """`parts`: how many parts of outcomes were put aside."""

    request: BulkRequest
    parts: int

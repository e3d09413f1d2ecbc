"""The events of a conversation's log: what the web client reads, and what a resumed one replays."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from talknshop.bulk import BulkView
from talknshop.jobs import JobStatus, MarketplaceJob
from talknshop.listing import FittedListing, ListingProblem, ListingSpec, PriceAdvice
from talknshop.media import MediaRef
from talknshop.memory import Assumed
from talknshop.model import MarketplaceName, Value
from talknshop.products import ProductResult, Recommendation, Source
from talknshop.requirement import RequirementSpec
from talknshop.watches import Watch


class WorkflowStage(StrEnum):
    INITIAL = "initial"
    MEDIA_PROCESSING = "media_processing"
    REQUIREMENT_BUILDING = "requirement_building"
    LISTING_BUILDING = "listing_building"
    CLARIFICATION = "clarification"
    SEARCHING = "searching"
    RANKING = "ranking"
    PREVIEWING = "previewing"
    DISPATCHING = "dispatching"
    TRACKING = "tracking"
    COMPLETED = "completed"
    FAILED = "failed"


class UserMessageData(Value):
    """What the person said, so that another device or a resumed page can show it."""

    message: str
    message_id: str
    media: list[MediaRef] = []


class ProgressData(Value):
    stage: WorkflowStage
    message: str
    marketplace: MarketplaceName | None = None
    status: Literal["searching", "done", "failed", "cached", "skipped"] | None = None
    count: int | None = None
    elapsed_ms: int | None = None


class ClarificationData(Value):
    question_id: str
    question: str
    field: str
    options: list[str] = []
    required: bool = True


class ResultsData(Value):
    """`partial` is true when a marketplace is missing; `sources` says which and why."""

    products: list[ProductResult]
    summary: str
    total_found: int
    partial: bool
    sources: list[Source]
    requirement: RequirementSpec
    remembered: list[Assumed] = []  # what of it was filled in from memory


class RecommendationsData(Value):
    items: list[Recommendation]


class ListingPreviewData(Value):
    listing_spec: ListingSpec
    missing: list[str] = []
    warnings: list[str] = []
    problems: list[ListingProblem] = []
    fitted: list[FittedListing] = []  # what each marketplace would get
    price_advice: PriceAdvice | None = None


class JobData(Value):
    job_id: str
    title: str = ""
    status: JobStatus
    marketplace_jobs: list[MarketplaceJob]


class BulkData(Value):
    """Where a bulk upload stands: a few of these come while it is worked on."""

    bulk: BulkView


class WatchData(Value):
    """A price alert that began here, whenever there is news of it."""

    watch: Watch


NotificationKind = Literal[
    "job_completed", "job_failed", "sold", "price_drop", "needs_action", "bulk_completed"
]


class NotificationData(Value):
    kind: NotificationKind
    title: str
    body: str
    link: str = ""


class ErrorBody(Value):
    """One sentence that a person understands; never a stack trace."""

    code: str
    message: str
    details: dict[str, Any] = {}
    retryable: bool = False


class ErrorData(Value):
    error: ErrorBody


class DoneData(Value):
    """The turn's whole answer. `degraded`: the configured model was away."""

    message: str
    usage: dict[str, int] = {}
    degraded: bool = False
    assumptions: list[str] = []
    not_understood: list[str] = []
    cancelled: bool = False
    remembered: list[Assumed] = []


class _Event(Value):
    """`event_id` rises by one within a session, from 1."""

    session_id: str
    event_id: int
    turn_id: str
    timestamp: datetime


class UserMessage(_Event):
    type: Literal["user_message"] = "user_message"
    data: UserMessageData


class Progress(_Event):
    type: Literal["progress"] = "progress"
    data: ProgressData


class Clarification(_Event):
    type: Literal["clarification"] = "clarification"
    data: ClarificationData


class Results(_Event):
    type: Literal["results"] = "results"
    data: ResultsData


class RecommendationsShown(_Event):
    type: Literal["recommendations"] = "recommendations"
    data: RecommendationsData


class ListingPreview(_Event):
    type: Literal["listing_preview"] = "listing_preview"
    data: ListingPreviewData


class Job(_Event):
    type: Literal["job"] = "job"
    data: JobData


class Bulk(_Event):
    type: Literal["bulk"] = "bulk"
    data: BulkData


class Watching(_Event):
    type: Literal["watch"] = "watch"
    data: WatchData


class Notification(_Event):
    type: Literal["notification"] = "notification"
    data: NotificationData


class Error(_Event):
    type: Literal["error"] = "error"
    data: ErrorData


class Done(_Event):
    type: Literal["done"] = "done"
    data: DoneData


ConversationEvent = Annotated[
    UserMessage
    | Progress
    | Clarification
    | Results
    | RecommendationsShown
    | ListingPreview
    | Job
    | Bulk
    | Watching
    | Notification
    | Error
    | Done,
    Field(discriminator="type"),
]

EventData = (
    UserMessageData
    | ProgressData
    | ClarificationData
    | ResultsData
    | RecommendationsData
    | ListingPreviewData
    | JobData
    | BulkData
    | WatchData
    | NotificationData
    | ErrorData
    | DoneData
)

EVENT_FOR: dict[type[Value], str] = {
    UserMessageData: "user_message",
    ProgressData: "progress",
    ClarificationData: "clarification",
    ResultsData: "results",
    RecommendationsData: "recommendations",
    ListingPreviewData: "listing_preview",
    JobData: "job",
    BulkData: "bulk",
    WatchData: "watch",
    NotificationData: "notification",
    ErrorData: "error",
    DoneData: "done",
}


class EventPage(Value):
    """A piece of the log. `first_available` is above 1 once old events were dropped."""

    events: list[ConversationEvent]
    last_event_id: int
    first_available: int
    stage: WorkflowStage
    working: bool  # a turn is being worked on: more will come without the person doing anything
    user_id: str

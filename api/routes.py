"""The REST calls under /api/v1. Each translates, and nothing more."""

import uuid
from base64 import b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from adapters.errors import NotFound as NoSuchMedia
from adapters.errors import Rejected
from api.addresses import address_of
from api.auth import Principal
from api.conversations import ConversationExport
from api.errors import Invalid, NotFound, TooLarge
from api.gateway import Gateway
from api.hygiene import MAX_UPLOAD_BYTES
from api.jobs import RetriedListings
from api.language import Language
from api.payloads import check_changes, exactly
from talknshop.errors import FailureCode
from talknshop.events import ResultsData
from talknshop.jobs import JobDetails, JobView, MarketplaceJob
from talknshop.listing import ListingSpec
from talknshop.media import StoredMedia, TranscriptionResult
from talknshop.messages import sentence, worded
from talknshop.model import MarketplaceName, SessionId
from talknshop.products import ProductResult
from talknshop.requirement import RequirementSpec
from workflows.conversation import ConversationView
from workflows.ids import job_workflow_id

router = APIRouter(prefix="/api/v1")


def gateway(request: Request) -> Gateway:
    found: Gateway = request.app.state.gateway
    return found


async def principal(
    request: Request,
    authorization: Annotated[str | None, Header()] = None,
    token: str | None = None,
    user_id: str | None = None,
) -> Principal:
    """By bearer token; by name only where authentication is off."""
    through = gateway(request)
    given = (authorization or "").removeprefix("Bearer ").strip() or token
    asking = await through.sign_in.principal(given, user_id)
    request.state.counted = await through.limits.take("requests", asking.user_id)
    return asking


Through = Annotated[Gateway, Depends(gateway)]
Asking = Annotated[Principal, Depends(principal)]
MediaId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


def limited(name: str) -> Any:
    """A dependency: counts the call by person, and tells what is left."""

    async def take(through: Through, asking: Asking, request: Request) -> None:
        request.state.counted = await through.limits.take(name, asking.user_id)

    return Depends(take)


async def limited_by_address(request: Request, through: Through) -> None:
    """For those who are nobody yet."""
    request.state.counted = await through.limits.take("sessions", address_of(request))


class Access(BaseModel):
    """`refresh_token` gets the next pair of tokens; it is for nothing else."""

    model_config = ConfigDict(from_attributes=True)

    token: str
    expires_at: datetime
    refresh_token: str | None = None
    refresh_expires_at: datetime | None = None


class Session(Access):
    session_id: str
    user_id: str


class Refresh(BaseModel):
    refresh_token: str = Field(max_length=4096)


class StartedJob(BaseModel):
    job_id: str
    status_url: str


class WaitingListings(BaseModel, extra="forbid"):
    """Which of the listings that wait for a person; without either field all of them."""

    marketplace: str | None = None
    error: FailureCode | None = None


class JobPage(BaseModel):
    items: list[JobView]
    next_page_token: str | None = None


class JobPageDetails(JobDetails):
    """`temporal_ui_url`: where operators see the job at work."""

    temporal_ui_url: str


class SessionPage(BaseModel):
    items: list[ConversationView]
    next_page_token: str | None = None


class NewTitle(BaseModel):
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


@router.post("/sessions", status_code=201, dependencies=[Depends(limited_by_address)])
async def create_session(
    through: Through, authorization: Annotated[str | None, Header()] = None
) -> Session:
    """A new conversation; without a token also a new guest.

    A token comes back as it was: only its refresh token, or the identity provider, gives another.
    """
    given = (authorization or "").removeprefix("Bearer ").strip()
    session_id = uuid.uuid4().hex
    if not given:
        through.sign_in.check_guests()
        user_id = f"guest-{uuid.uuid4().hex}"
        access = Access.model_validate(through.sign_in.tokens.issue(user_id))
        return Session(session_id=session_id, user_id=user_id, **access.model_dump())
    asking = await through.sign_in.principal(given)
    assert asking.expires_at is not None
    return Session(
        session_id=session_id, user_id=asking.user_id, token=given, expires_at=asking.expires_at
    )


@router.post("/sessions/refresh", dependencies=[Depends(limited_by_address)])
async def refresh_token(refresh: Refresh, through: Through) -> Access:
    """The next pair of tokens for a guest. Each refresh token is used once.

    It may be used again when its answer was lost, until the next one is used; one that is older
    than that ends this sign-in, for whoever has its tokens.
    """
    through.sign_in.check_guests()
    return Access.model_validate(await through.sign_in.tokens.refresh(refresh.refresh_token))


@router.post("/sessions/sign-out", status_code=204, dependencies=[Depends(limited_by_address)])
async def sign_out(refresh: Refresh, through: Through) -> None:
    """Ends a guest's sign-in: its refresh tokens are taken no more."""
    await through.sign_in.tokens.end(refresh.refresh_token)


@router.get("/sessions")
async def list_sessions(
    through: Through,
    asking: Asking,
    page_token: str | None = None,
    page_size: Annotated[int, Query(ge=1, le=50)] = 20,
) -> SessionPage:
    """Your conversations, newest first."""
    given = _page_token(page_token)
    views, following = await through.conversations.page(asking.user_id, given, page_size)
    return SessionPage(items=views, next_page_token=_encoded(following))


@router.get("/sessions/{session_id}")
async def get_session(session_id: str, through: Through, asking: Asking) -> ConversationView:
    """One conversation: its turns and its specs."""
    return await through.conversations.view(session_id, asking.user_id)


@router.patch("/sessions/{session_id}")
async def rename_session(
    session_id: str, change: NewTitle, through: Through, asking: Asking
) -> ConversationView:
    """Give a conversation a title of your own."""
    return await through.conversations.rename(session_id, asking.user_id, change.title)


@router.get("/sessions/{session_id}/export")
async def export_session(session_id: str, through: Through, asking: Asking) -> ConversationExport:
    """All that is kept of a conversation, as JSON."""
    return await through.conversations.export(session_id, asking.user_id)


@router.delete("/sessions/{session_id}", status_code=204)
async def erase_session(session_id: str, through: Through, asking: Asking) -> None:
    """Ends the conversation, and erases its history and what was uploaded for it.

    Listings that it posted stay up: they are jobs of their own.
    """
    for media_id in await through.conversations.erase(session_id, asking.user_id):
        await through.media.delete(asking.user_id, media_id)


@router.post("/search", dependencies=[limited("searches")])
async def search(
    requirement: Annotated[RequirementSpec, exactly(RequirementSpec)],
    through: Through,
    asking: Asking,
    language: Language,
) -> ResultsData:
    """Search every marketplace and rank what they answer."""
    return worded(await through.searches.search(asking.user_id, requirement), language)


@router.get("/products/{marketplace}/{product_id}", dependencies=[limited("searches")])
async def get_product(
    marketplace: MarketplaceName,
    product_id: Annotated[str, Path(min_length=1, max_length=100)],
    through: Through,
    asking: Asking,
) -> ProductResult:
    """One offer as it is now, by the marketplace's own id, percent-encoded."""
    return await through.searches.product(marketplace, product_id)


@router.post("/post", status_code=202, dependencies=[limited("posts")])
async def post_listing(
    listing: Annotated[ListingSpec, exactly(ListingSpec)],
    through: Through,
    asking: Asking,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> StartedJob:
    """Post a listing everywhere. The same Idempotency-Key starts one job."""
    job_id = await through.jobs.start(asking.user_id, listing, idempotency_key or uuid.uuid4().hex)
    return StartedJob(job_id=job_id, status_url=f"/api/v1/jobs/{job_id}")


@router.get("/jobs")
async def list_jobs(
    through: Through,
    asking: Asking,
    language: Language,
    page_token: str | None = None,
    page_size: Annotated[int, Query(ge=1, le=50)] = 20,
) -> JobPage:
    """Your jobs, newest first."""
    jobs, following = await through.jobs.page(asking.user_id, _page_token(page_token), page_size)
    return worded(JobPage(items=jobs, next_page_token=_encoded(following)), language)


@router.get("/jobs/{job_id}")
async def get_job(
    job_id: str, through: Through, asking: Asking, language: Language
) -> JobPageDetails:
    """One job: what is offered, where each listing stands, what was sold, what happened."""
    details = await through.jobs.details(job_id, asking.user_id)
    return worded(
        JobPageDetails(
            **dict(details), temporal_ui_url=through.workflow_page(job_workflow_id(job_id))
        ),
        language,
    )


@router.post("/jobs/retry", dependencies=[limited("posts")])
async def retry_listings(
    through: Through, asking: Asking, which: WaitingListings
) -> RetriedListings:
    """Try again all your listings that wait with an error, at most 500 in one call."""
    return await through.jobs.retry_all(asking.user_id, which.marketplace, which.error)


@router.post("/jobs/{job_id}/edit")
async def edit_job(
    job_id: str, changes: dict[str, Any], through: Through, asking: Asking, language: Language
) -> JobView:
    """Change price, text or number on every marketplace at once."""
    return worded(await through.jobs.edit(job_id, asking.user_id, changes), language)


@router.post("/jobs/{job_id}/cancel")
async def cancel_job(job_id: str, through: Through, asking: Asking, language: Language) -> JobView:
    """Withdraw what is live and post nothing more."""
    return worded(await through.jobs.cancel(job_id, asking.user_id), language)


@router.post("/jobs/{job_id}/listings/{marketplace}/retry")
async def retry_listing(
    job_id: str,
    marketplace: str,
    through: Through,
    asking: Asking,
    language: Language,
    payload: dict[str, Any] | None = None,
) -> MarketplaceJob:
    """Try again: `url` of what you posted by hand, `done` by hand, `again` after a look, or
    `changes`."""
    return worded(
        await through.jobs.retry(job_id, marketplace, asking.user_id, payload or {}), language
    )


@router.post("/jobs/{job_id}/listings/{marketplace}/edit")
async def edit_listing(
    job_id: str,
    marketplace: str,
    changes: dict[str, Any],
    through: Through,
    asking: Asking,
    language: Language,
) -> MarketplaceJob:
    """Change fields of one listing, live or waiting for it."""
    check_changes(changes)
    return worded(
        await through.jobs.retry(job_id, marketplace, asking.user_id, {"changes": changes}),
        language,
    )


@router.post("/jobs/{job_id}/listings/{marketplace}/withdraw")
async def withdraw_listing(
    job_id: str,
    marketplace: str,
    through: Through,
    asking: Asking,
    language: Language,
    done_by_person: bool = False,
) -> MarketplaceJob:
    """Take one listing down; `done_by_person` when you did it yourself."""
    return worded(
        await through.jobs.withdraw(job_id, marketplace, asking.user_id, done_by_person), language
    )


@router.post("/jobs/{job_id}/listings/{marketplace}/mark-sold")
async def mark_sold(
    job_id: str,
    marketplace: str,
    through: Through,
    asking: Asking,
    language: Language,
    quantity: int = 1,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> MarketplaceJob:
    """Sold there: the other marketplaces offer what is left, or nothing."""
    return worded(
        await through.jobs.mark_sold(
            job_id, marketplace, asking.user_id, quantity, idempotency_key
        ),
        language,
    )


@router.post("/jobs/{job_id}/listings/{marketplace}/relist")
async def relist_listing(
    job_id: str, marketplace: str, through: Through, asking: Asking, language: Language
) -> MarketplaceJob:
    """Put up again what was withdrawn, has expired or failed."""
    return worded(await through.jobs.relist(job_id, marketplace, asking.user_id), language)


@router.post("/media", status_code=201, dependencies=[limited("uploads")])
async def upload(file: UploadFile, through: Through, asking: Asking) -> StoredMedia:
    """Keep a photo or a voice note of at most 15 MB; only you can read it."""
    data = await file.read(MAX_UPLOAD_BYTES + 1)
    if len(data) > MAX_UPLOAD_BYTES:
        raise TooLarge("file_too_large", sentence("file_too_large", most=MAX_UPLOAD_BYTES >> 20))
    try:
        return await through.media.put_upload(asking.user_id, data)
    except Rejected as error:
        raise Invalid("unusable_file", error.said) from error


@router.post("/media/{media_id}/transcript", dependencies=[limited("uploads")])
async def transcribe(
    media_id: MediaId,
    through: Through,
    asking: Asking,
    session_id: SessionId | None = None,
    language: Literal["en", "es", "fr", "de", "hi", "zh", ""] = "",
) -> TranscriptionResult:
    """What is said in a voice note of yours, to be corrected before it is sent as a message.

    With a `session_id` of yours, names that were spoken of there are heard better. What could be
    any language is heard in `language`.
    """
    hints: list[str] = []
    if session_id is not None:
        hints = await through.conversations.likely_words(session_id, asking.user_id)
    return await through.transcripts.transcribe(asking.user_id, media_id, hints, language)


@router.get("/media/{media_id}", response_class=Response)
async def get_media(
    media_id: str,
    request: Request,
    through: Through,
    u: str | None = None,
    e: int = 0,
    s: str | None = None,
    size: Literal["thumb"] | None = None,
    authorization: Annotated[str | None, Header()] = None,
    if_none_match: Annotated[str, Header()] = "",
    token: str | None = None,
    user_id: str | None = None,
) -> Response:
    """An upload: for its owner, or for whoever holds a signed link (`u`, `e`, `s`).

    `size=thumb` is a photo as a JPEG of at most 320 pixels.
    """
    if u is not None and s is not None:
        if not through.links.verify(u, media_id, e, s, datetime.now(UTC)):
            raise NotFound("no_such_media", sentence("api_link_expired"))
        owner = u
    else:
        owner = (await principal(request, authorization, token, user_id)).user_id
    read = through.media.read_thumbnail if size else through.media.read
    # The id is a hash of what was uploaded: nothing else is ever read by it.
    tag = f'"{media_id}-{size or "whole"}"'
    headers = {"Cache-Control": "private, max-age=600", "ETag": tag}
    try:
        if tag in if_none_match and await through.media.holds(owner, media_id):
            return Response(status_code=304, headers=headers)
        data, content_type = await read(owner, media_id)
    except NoSuchMedia as error:
        raise NotFound("no_such_media", sentence("upload_unknown", id=media_id)) from error
    return Response(data, media_type=content_type, headers=headers)


def _page_token(given: str | None) -> bytes | None:
    try:
        return b64decode(given, altchars=b"-_", validate=True) if given else None
    except (Base64Error, ValueError) as error:
        raise Invalid("invalid_page_token", sentence("api_page_token")) from error


def _encoded(page_token: bytes | None) -> str | None:
    return urlsafe_b64encode(page_token).decode() if page_token else None

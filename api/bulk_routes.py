"""The REST calls of bulk uploads."""

import uuid
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel

from api.bulk import Steering
from api.errors import TooLarge
from api.language import Language
from api.routes import Asking, Through, limited
from talknshop.bulk import MAX_BYTES, BulkMode, BulkView
from talknshop.messages import sentence, worded

router = APIRouter(prefix="/api/v1")


class StartedBulk(BaseModel):
    bulk_id: str
    status_url: str


class BulkPage(BaseModel):
    items: list[BulkView]


@router.post("/jobs/bulk", status_code=202, dependencies=[limited("uploads")])
async def post_bulk(
    request: Request,
    through: Through,
    asking: Asking,
    language: Language,
    post: BulkMode = "ask",
    marketplaces: Annotated[str, Query(max_length=300)] = "",
    session_id: Annotated[str, Query(max_length=64)] = "",
    file_name: Annotated[str, Query(max_length=200)] = "",
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> StartedBulk:
    """Check, then post, a file of 1 to 10,000 listings: CSV or JSON lines, at most 20 MB.

    `post`: ask (wait for /confirm), good (post the good rows at once) or all (only when every row
    is good). `marketplaces`, separated by commas, are for rows that name none.
    """
    if session_id:
        await through.conversations.view(session_id, asking.user_id)
    data = await _body(request.stream())
    bulk_id = await through.bulk.start(
        asking.user_id,
        data,
        key=idempotency_key or uuid.uuid4().hex,
        mode=post,
        marketplaces=[name.strip() for name in marketplaces.split(",") if name.strip()],
        session_id=session_id,
        file_name=file_name,
        language=language,
    )
    return StartedBulk(bulk_id=bulk_id, status_url=f"/api/v1/bulk/{bulk_id}")


async def _body(stream: AsyncIterator[bytes]) -> bytes:
    data = bytearray()
    async for piece in stream:
        data += piece
        if len(data) > MAX_BYTES:
            raise TooLarge("file_too_large", sentence("csv_too_large", most=MAX_BYTES >> 20))
    return bytes(data)


@router.get("/bulk")
async def list_bulk(through: Through, asking: Asking, language: Language) -> BulkPage:
    """Your bulk uploads, newest first."""
    return worded(BulkPage(items=await through.bulk.newest(asking.user_id)), language)


@router.get("/bulk/{bulk_id}")
async def get_bulk(bulk_id: str, through: Through, asking: Asking, language: Language) -> BulkView:
    """Where an upload stands, with the first errors by line and field."""
    return worded(await through.bulk.view(bulk_id, asking.user_id), language)


@router.get("/bulk/{bulk_id}/result", response_class=Response)
async def get_bulk_result(bulk_id: str, through: Through, asking: Asking) -> Response:
    """The result as CSV: every error, and what became of each listing."""
    return Response(
        await through.bulk.result(bulk_id, asking.user_id),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="result-{bulk_id}.csv"'},
    )


@router.post("/bulk/{bulk_id}/{how}")
async def steer_bulk(
    bulk_id: str, how: Steering, through: Through, asking: Asking, language: Language
) -> BulkView:
    """confirm, pause, resume or cancel."""
    return worded(await through.bulk.steer(bulk_id, asking.user_id, how), language)

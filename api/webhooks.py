"""What marketplaces tell by themselves: whoever signs as a marketplace wakes its sales workflow."""

from collections.abc import Mapping
from datetime import timedelta

from fastapi import APIRouter, Request, Response
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError

from adapters.errors import AdapterError, Rejected, Unauthorized
from adapters.marketplaces.port import Notices
from api.errors import ApiError, Invalid, NotFound, TooLarge, Unavailable
from talknshop.messages import sentence
from workflows.ids import CROSSPOST, sales_workflow_id
from workflows.sales import SaleNotice, SalesWatch, SalesWorkflow

router = APIRouter(prefix="/api/v1/webhooks")

MAX_NOTICE_BYTES = 64 * 1024


class BadSignature(ApiError):  # noqa: N818
    # The status that eBay asks for; any other makes it send the notice again.
    status = 412


class Webhooks:
    """`url`: where marketplaces reach the gateway, as it was given to them."""

    def __init__(
        self, client: Client, notices: Mapping[str, Notices], url: str, interval: timedelta
    ) -> None:
        self._client = client
        self._notices = notices
        self._url = url
        self._interval = interval

    def challenge(self, marketplace: str, code: str) -> dict[str, str]:
        return self._of(marketplace).challenge(code, f"{self._url}{router.prefix}/{marketplace}")

    async def take(self, marketplace: str, headers: Mapping[str, str], body: bytes) -> None:
        """Raises ApiError for what the marketplace has not signed; may be told the same twice."""
        try:
            notice_id = await self._of(marketplace).read(headers, body)
        except Unauthorized as error:
            raise BadSignature("bad_signature", error.said) from error
        except Rejected as error:
            raise Invalid("invalid_notice", error.said) from error
        except AdapterError as error:
            # The key could not be fetched: the marketplace sends the notice again.
            raise Unavailable("unavailable", sentence("api_notice_unchecked")) from error
        if notice_id is None:
            return
        try:
            await self._client.start_workflow(
                SalesWorkflow.run,
                SalesWatch(marketplace=marketplace, interval=self._interval),
                id=sales_workflow_id(marketplace),
                task_queue=CROSSPOST,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                start_signal="noticed",
                start_signal_args=[SaleNotice(notice_id=notice_id)],
            )
        except RPCError as error:
            raise Unavailable("unavailable", sentence("api_notice_unkept")) from error

    def _of(self, marketplace: str) -> Notices:
        notices = self._notices.get(marketplace)
        if notices is None:
            raise NotFound("no_such_webhook", sentence("fault_no_notices", vendor=marketplace))
        return notices


def _webhooks(request: Request) -> Webhooks:
    found: Webhooks = request.app.state.gateway.webhooks
    return found


@router.get("/{marketplace}")
async def answer_challenge(
    marketplace: str, challenge_code: str, request: Request
) -> dict[str, str]:
    """Proves to a marketplace that this address is ours."""
    return _webhooks(request).challenge(marketplace, challenge_code)


@router.post("/{marketplace}", status_code=204, response_class=Response)
async def take_notice(marketplace: str, request: Request) -> None:
    """Takes what the marketplace has signed, and nothing else."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_NOTICE_BYTES:
            raise TooLarge(
                "notice_too_large", sentence("api_body_too_large", most=MAX_NOTICE_BYTES)
            )
    await _webhooks(request).take(marketplace, request.headers, body)

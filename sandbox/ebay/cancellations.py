"""eBay's Post-Order API, version 2, as far as a seller cancels an order with it."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from sandbox.ebay.bodies import json_body
from sandbox.ebay.orders import ORDERS
from sandbox.ebay.tokens import may_cancel
from sandbox.instants import instant
from sandbox.refusal import RefusalError
from sandbox.state import Document
from sandbox.world import TheWorld

router = APIRouter(prefix="/post-order/v2/cancellation", dependencies=[may_cancel])

CANCELLATIONS = "ebay/cancellations"
_FIRST = 5_000_112_000
_SELLERS_REASONS = {
    "OUT_OF_STOCK_OR_CANNOT_FULFILL",
    "BUYER_ASKED_CANCEL",
    "ADDRESS_ISSUES",
    "BUYER_CANCEL_OR_ADDRESS_ISSUE",
}


@router.post("/check_eligibility")
async def check_eligibility(request: Request, world: TheWorld) -> dict[str, Any]:
    order = _order(world, await json_body(request))
    return {
        "legacyOrderId": order["legacyOrderId"],
        "eligible": not _is_cancelled(order),
        "failureReason": ["ORDER_CANCELLED"] if _is_cancelled(order) else [],
    }


@router.post("", status_code=201)
async def cancel_order(request: Request, world: TheWorld) -> dict[str, str]:
    body = await json_body(request)
    if body.get("cancelReason") not in _SELLERS_REASONS:
        raise _refused(400, 1616, "Invalid cancel reason.")
    order = _order(world, body)
    if _is_cancelled(order):
        raise _refused(409, 1625, "A cancellation for this order exists already.")
    with world.store.transaction():
        cancel_id = str(world.store.next_number("ebay/cancellation", _FIRST))
        order["cancelStatus"] = {"cancelState": "CANCELED", "cancelRequests": []}
        order["lastModifiedDate"] = instant(datetime.now(UTC))
        if order["orderPaymentStatus"] == "PAID":
            order["orderPaymentStatus"] = "FULLY_REFUNDED"
        world.store.put(ORDERS, order["orderId"], order)
        cancellation = {
            "cancelId": cancel_id,
            "legacyOrderId": order["legacyOrderId"],
            "cancelReason": body["cancelReason"],
            "cancelState": "CLOSED",
            "cancelStatus": "CANCEL_CLOSED_WITH_REFUND",
            "requestorType": "SELLER",
        }
        world.store.put(CANCELLATIONS, cancel_id, cancellation)
    return {"cancelId": cancel_id}


@router.get("/{cancel_id}")
async def read_cancellation(cancel_id: str, world: TheWorld) -> dict[str, Any]:
    cancellation = world.store.get(CANCELLATIONS, cancel_id)
    if cancellation is None:
        raise _refused(404, 1613, "The cancellation was not found.")
    return {"cancelDetail": cancellation}


def _order(world: TheWorld, body: Document) -> Document:
    order = world.store.get(ORDERS, str(body.get("legacyOrderId", "")))
    if order is None:
        raise _refused(404, 1614, "The order was not found.")
    return order


def _is_cancelled(order: Document) -> bool:
    return bool(order["cancelStatus"]["cancelState"] != "NONE_REQUESTED")


def _refused(status: int, error_id: int, message: str) -> RefusalError:
    return RefusalError(_error(status, error_id, message))


def _error(status: int, error_id: int, message: str) -> Response:
    """This older API wraps its errors differently."""
    error = {
        "errorId": error_id,
        "domain": "POST_ORDER",
        "severity": "ERROR",
        "category": "REQUEST",
        "message": message,
        "longMessage": message,
    }
    return JSONResponse({"error": [error]}, status)

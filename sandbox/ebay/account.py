"""eBay's Account API: the seller's three business policies, which exist from the start."""

from typing import Any

from fastapi import APIRouter, Request

from sandbox.ebay.errors import refused
from sandbox.ebay.tokens import may_read_account

router = APIRouter(prefix="/sell/account/v1", dependencies=[may_read_account])

POLICY_IDS = {"fulfillment": "61019560", "payment": "61019561", "return": "61019562"}
_NAMES = {
    "fulfillment": "Ships in 2 days, USPS",
    "payment": "Immediate payment",
    "return": "30 days, buyer pays",
}


@router.get("/{kind}_policy")
async def list_policies(kind: str, request: Request) -> dict[str, Any]:
    policy = _policy(kind, request)
    return {"total": 1, "href": str(request.url), "limit": 100, f"{kind}Policies": [policy]}


@router.get("/{kind}_policy/get_by_policy_name")
async def read_policy_by_name(kind: str, request: Request) -> dict[str, Any]:
    policy = _policy(kind, request)
    if request.query_params.get("name") != policy["name"]:
        raise refused(404, 20404, "Policy not found.", domain="API_ACCOUNT")
    return policy


@router.get("/program/get_opted_in_programs")
async def list_programs() -> dict[str, Any]:
    return {"programs": [{"programType": "SELLING_POLICY_MANAGEMENT"}]}


def _policy(kind: str, request: Request) -> dict[str, Any]:
    if kind not in POLICY_IDS:
        raise refused(404, 2002, "Resource not found.", domain="ACCESS")
    if request.query_params.get("marketplace_id") != "EBAY_US":
        raise refused(400, 20403, "Invalid marketplace_id.", domain="API_ACCOUNT")
    return {
        f"{kind}PolicyId": POLICY_IDS[kind],
        "name": _NAMES[kind],
        "marketplaceId": "EBAY_US",
        "categoryTypes": [{"name": "ALL_EXCLUDING_MOTORS_VEHICLES", "default": True}],
    }

"""eBay's Notification API: who wants to be told of what, and the keys of the signatures."""

import hashlib
import re
import secrets

import httpx
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from sandbox.ebay.bodies import json_body, part_of
from sandbox.ebay.errors import refused
from sandbox.ebay.tokens import may_search, may_subscribe
from sandbox.notices import DESTINATIONS, ORDER_CONFIRMATION, SUBSCRIPTIONS
from sandbox.state import Document
from sandbox.world import TheWorld, World, base_url

router = APIRouter(prefix="/commerce/notification/v1")

CONFIG = "ebay/notification_config"
_TOPICS = {
    ORDER_CONFIRMATION: ("A buyer has confirmed an order.", "USER"),
    "MARKETPLACE_ACCOUNT_DELETION": ("An eBay user has closed the account.", "APPLICATION"),
}
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,80}")
# Only this machine may be told without encryption.
_ENDPOINT = re.compile(r"https://\S+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?/\S*")
_CHALLENGE_SECONDS = 10.0


@router.get("/config", dependencies=[may_search])
async def read_config(world: TheWorld) -> Document:
    return world.store.get(CONFIG, "config") or {}


@router.put("/config", status_code=204, dependencies=[may_search])
async def write_config(request: Request, world: TheWorld) -> None:
    body = await json_body(request)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", str(body.get("alertEmail", ""))):
        raise _refused(400, 195004, "Invalid or missing alert email.")
    world.store.put(CONFIG, "config", {"alertEmail": body["alertEmail"]})


@router.get("/topic", dependencies=[may_search])
async def list_topics(world: TheWorld) -> Document:
    return {"total": len(_TOPICS), "topics": [_topic(name) for name in _TOPICS]}


@router.get("/topic/{topic_id}", dependencies=[may_search])
async def read_topic(topic_id: str) -> Document:
    if topic_id not in _TOPICS:
        raise _refused(404, 195001, "The topic was not found.")
    return _topic(topic_id)


@router.get("/public_key/{key_id}", dependencies=[may_search])
async def read_public_key(key_id: str, world: TheWorld) -> Document:
    key = world.notices.key if key_id == world.notices.key.key_id else None
    if key is None:
        raise _refused(404, 195013, "The public key was not found.")
    return {"key": key.public_pem, "algorithm": "ECDSA", "digest": "SHA1"}


@router.post("/destination", dependencies=[may_search])
async def create_destination(request: Request, world: TheWorld) -> Response:
    if world.store.get(CONFIG, "config") is None:
        raise _refused(409, 195003, "Please configure an alert email first.")
    body = await json_body(request)
    delivery = part_of(body, "deliveryConfig")
    if any(
        destination["deliveryConfig"]["endpoint"] == delivery.get("endpoint")
        for destination in world.store.all(DESTINATIONS)
    ):
        raise _refused(409, 195020, "A destination with this endpoint exists already.")
    await _check_endpoint(body, delivery)
    destination_id = secrets.token_hex(16)
    world.store.put(DESTINATIONS, destination_id, {**body, "destinationId": destination_id})
    world.notices.serve_new_destinations()
    return _created(request, "destination", destination_id)


@router.get("/destination", dependencies=[may_search])
async def list_destinations(world: TheWorld) -> Document:
    destinations = world.store.all(DESTINATIONS)
    return {"total": len(destinations), "destinations": destinations}


@router.get("/destination/{destination_id}", dependencies=[may_search])
async def read_destination(destination_id: str, world: TheWorld) -> Document:
    return _destination(world, destination_id)


@router.put("/destination/{destination_id}", status_code=204, dependencies=[may_search])
async def update_destination(destination_id: str, request: Request, world: TheWorld) -> None:
    _destination(world, destination_id)
    body = await json_body(request)
    await _check_endpoint(body, part_of(body, "deliveryConfig"))
    world.store.put(DESTINATIONS, destination_id, {**body, "destinationId": destination_id})


@router.delete("/destination/{destination_id}", status_code=204, dependencies=[may_search])
async def delete_destination(destination_id: str, world: TheWorld) -> None:
    _destination(world, destination_id)
    if world.store.find(SUBSCRIPTIONS, destination_id):
        raise _refused(409, 195017, "The destination is still in use.")
    world.store.delete(DESTINATIONS, destination_id)


@router.post("/subscription", dependencies=[may_subscribe])
async def create_subscription(request: Request, world: TheWorld) -> Response:
    body = await json_body(request)
    if body.get("topicId") not in _TOPICS:
        raise _refused(400, 195001, "Invalid topic id.")
    destination_id = str(body.get("destinationId", ""))
    if world.store.get(DESTINATIONS, destination_id) is None:
        raise _refused(400, 195011, "Invalid destination id.")
    if part_of(body, "payload").get("format") != "JSON":
        raise _refused(400, 195008, "Invalid payload format.")
    for subscription in world.store.find(SUBSCRIPTIONS, destination_id):
        if subscription["topicId"] == body["topicId"]:
            raise _refused(409, 195012, "A subscription exists for this topic and destination.")
    subscription_id = secrets.token_hex(16)
    subscription = {**body, "subscriptionId": subscription_id}
    world.store.put(SUBSCRIPTIONS, subscription_id, subscription, destination_id)
    return _created(request, "subscription", subscription_id)


@router.get("/subscription", dependencies=[may_subscribe])
async def list_subscriptions(world: TheWorld) -> Document:
    subscriptions = world.store.all(SUBSCRIPTIONS)
    return {"total": len(subscriptions), "subscriptions": subscriptions}


@router.get("/subscription/{subscription_id}", dependencies=[may_subscribe])
async def read_subscription(subscription_id: str, world: TheWorld) -> Document:
    return _subscription(world, subscription_id)


@router.delete("/subscription/{subscription_id}", status_code=204, dependencies=[may_subscribe])
async def delete_subscription(subscription_id: str, world: TheWorld) -> None:
    _subscription(world, subscription_id)
    world.store.delete(SUBSCRIPTIONS, subscription_id)


@router.post(
    "/subscription/{subscription_id}/{change}", status_code=204, dependencies=[may_subscribe]
)
async def change_subscription(subscription_id: str, change: str, world: TheWorld) -> Response:
    subscription = _subscription(world, subscription_id)
    match change:
        case "enable" | "disable":
            subscription["status"] = f"{change.upper()}D"
            world.store.put(
                SUBSCRIPTIONS, subscription_id, subscription, subscription["destinationId"]
            )
        case "test":
            world.notices.put(subscription["topicId"], {"orderId": "test", "orderLineItems": []})
            return Response(status_code=202)
        case _:
            raise refused(404, 2002, "Resource not found.", domain="ACCESS")
    return Response(status_code=204)


async def _check_endpoint(body: Document, delivery: Document) -> None:
    endpoint, token = str(delivery.get("endpoint", "")), str(delivery.get("verificationToken", ""))
    if not body.get("name") or body.get("status") not in ("ENABLED", "DISABLED"):
        raise _refused(400, 195018, "Invalid or missing name or status.")
    if not _ENDPOINT.fullmatch(endpoint):
        raise _refused(400, 195005, "Invalid or missing endpoint.")
    if not _TOKEN.fullmatch(token):
        raise _refused(400, 195006, "Invalid or missing verification token.")
    code = secrets.token_urlsafe(24)
    expected = hashlib.sha256(f"{code}{token}{endpoint}".encode()).hexdigest()
    try:
        async with httpx.AsyncClient(timeout=_CHALLENGE_SECONDS) as http:
            answer = (await http.get(endpoint, params={"challenge_code": code})).raise_for_status()
        matches = answer.json().get("challengeResponse") == expected
    except (httpx.HTTPError, ValueError, AttributeError):
        matches = False
    if not matches:
        raise _refused(400, 195021, "Challenge verification failed for the endpoint.")


def _topic(name: str) -> Document:
    description, context = _TOPICS[name]
    return {
        "topicId": name,
        "description": description,
        "status": "ENABLED",
        "context": context,
        "scope": "USER" if context == "USER" else "APPLICATION",
        "supportedPayloads": [
            {
                "format": ["JSON"],
                "schemaVersion": "1.0",
                "deliveryProtocol": "HTTPS",
                "deprecated": False,
            }
        ],
    }


def _destination(world: World, destination_id: str) -> Document:
    destination = world.store.get(DESTINATIONS, destination_id)
    if destination is None:
        raise _refused(404, 195010, "The destination was not found.")
    return destination


def _subscription(world: World, subscription_id: str) -> Document:
    subscription = world.store.get(SUBSCRIPTIONS, subscription_id)
    if subscription is None:
        raise _refused(404, 195014, "The subscription was not found.")
    return subscription


def _created(request: Request, kind: str, id: str) -> Response:
    location = f"{base_url(request)}/commerce/notification/v1/{kind}/{id}"
    return JSONResponse({}, 201, {"Location": location})


def _refused(status: int, error_id: int, message: str) -> Exception:
    return refused(status, error_id, message, domain="API_NOTIFICATION")

"""Somebody else's ids lead nowhere: every route of the API's description, every frame."""

import json
import time
import uuid
from typing import Any, get_args

import jwt
import pytest
from PIL import Image

from adapters.keys import SESSION_KEYS, KeyRing
from api.frames import ActionFrame, ClientFrame
from tests.chatting import Chat
from tests.receiver import Browser, Receiver
from tests.running import Running, bearer, eventually

# Whom these let in says their own tests: they are for people who are nobody yet, for marketplaces
# with their own signatures, and for probes.
OPEN_TO_ALL = {
    ("POST", "/api/v1/sessions"),
    ("POST", "/api/v1/sessions/refresh"),
    ("POST", "/api/v1/sessions/sign-out"),
    ("GET", "/api/v1/webhooks/{marketplace}"),
    ("POST", "/api/v1/webhooks/{marketplace}"),
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/metrics"),
}
# What a body must hold so that the owner is what a call is refused for.
BODIES: dict[tuple[str, str], Any] = {
    ("PATCH", "/api/v1/sessions/{session_id}"): {"title": "mine now"},
    ("POST", "/api/v1/jobs/{job_id}/edit"): {"price": 1},
    ("POST", "/api/v1/jobs/{job_id}/listings/{marketplace}/edit"): {"price": 1},
}
# These name what everybody may see, or something that is looked for in the caller's account alone.
PUBLIC = {"marketplace", "product_id", "item_id"}
LISTING = {"title": "Lamp", "price": 5, "condition": "good", "target_marketplaces": ["craigslist"]}


@pytest.fixture(scope="module")
async def owned(
    stack: Running, receiver: Receiver, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """One of everything that a person can have, by the name that paths give to its id."""
    async with stack.chat() as chat:
        await chat.say("find me a watch")
        offer = (await chat.next("results"))["data"]["products"][0]
        await chat.next("done")
    session = chat.session
    photo = tmp_path_factory.mktemp("photo") / "lamp.png"
    Image.new("RGB", (320, 320), "red").save(photo)
    headers = bearer(session)
    api = f"{stack.web}/api/v1"
    uploaded = await stack.http.post(
        f"{api}/media", files={"file": photo.read_bytes()}, headers=headers
    )
    job = await stack.http.post(f"{api}/post", json=LISTING, headers=headers)
    bulk = await stack.http.post(
        f"{api}/jobs/bulk", content=b"title,price,condition\nLamp,5,good\n", headers=headers
    )
    subscription = await stack.http.post(
        f"{api}/me/push-subscriptions",
        json=Browser(f"{receiver.url}/owned").subscription,
        headers=headers,
    )
    webhook = await stack.http.post(
        f"{api}/me/webhooks", json={"url": f"{receiver.url}/owned"}, headers=headers
    )
    watch = await stack.http.post(
        f"{api}/watches",
        json={
            "marketplace": offer["marketplace"],
            "product_id": offer["product_id"],
            "drop_percent": 5,
        },
        headers=headers,
    )
    item = await stack.http.post(
        f"{api}/me/memory/items", json={"kind": "brand", "value": "Dell"}, headers=headers
    )
    ids = {
        "token": session["token"],
        "session_id": session["session_id"],
        "media_id": uploaded.json()["media_id"],
        "job_id": job.json()["job_id"],
        "bulk_id": bulk.json()["bulk_id"],
        "subscription_id": subscription.json()["subscription_id"],
        "webhook_id": webhook.json()["webhook_id"],
        "watch_id": watch.json()["watch_id"],
        "item_id": item.json()["item_id"],
        "marketplace": "craigslist",
        "product_id": "1",
        "how": "pause",
    }

    async def listed() -> bool:
        seen = ""
        for path in ("sessions", "jobs", "bulk"):
            seen += (await stack.http.get(f"{api}/{path}", headers=headers)).text
        return all(ids[name] in seen for name in ("session_id", "job_id", "bulk_id"))

    await eventually(listed, "what is owned is listed")
    return ids


async def _operations(stack: Running) -> list[tuple[str, str]]:
    description = (await stack.http.get(f"{stack.web}/openapi.json")).json()
    return [
        (method.upper(), path)
        for path, methods in description["paths"].items()
        for method in methods
        if (method.upper(), path) not in OPEN_TO_ALL
    ]


async def test_no_route_does_anything_for_nobody(stack: Running, owned: dict[str, str]) -> None:
    operations = await _operations(stack)
    assert len(operations) > 20
    for method, path in operations:
        url = stack.web + path.format_map(owned)
        response = await stack.http.request(method, url, json=BODIES.get((method, path)))
        assert response.status_code == 401, (method, path, response.text)
        assert response.headers["content-type"] == "application/problem+json"


async def test_no_route_takes_a_service_s_word(stack: Running, owned: dict[str, str]) -> None:
    """Workers never call the gateway: what is signed with its key, but for no person, is nobody."""
    key = KeyRing.of(None, stack.data_dir / SESSION_KEYS).newest
    headers = {"kid": key.key_id}
    for claims in (
        {"sub": "worker", "aud": "talknshop-service", "exp": time.time() + 600},
        {"aud": "talknshop", "exp": time.time() + 600},
        {"sub": "worker", "exp": time.time() + 600},
    ):
        token = jwt.encode(claims, key.secret, algorithm="HS256", headers=headers)
        for method, path in await _operations(stack):
            response = await stack.http.request(
                method,
                stack.web + path.format_map(owned),
                json=BODIES.get((method, path)),
                headers={"Authorization": f"Bearer {token}"},
            )
            assert response.status_code == 401, (method, path, response.text)


async def test_every_route_with_an_id_knows_only_its_owner_s(
    stack: Running, owned: dict[str, str]
) -> None:
    other = await stack.guest()
    for method, path in await _operations(stack):
        names = set(_names(path))
        if names <= PUBLIC:
            continue
        assert names <= owned.keys(), f"{path}: make one in `owned`"
        response = await stack.http.request(
            method,
            stack.web + path.format_map(owned),
            json=BODIES.get((method, path)),
            headers=bearer(other),
        )
        assert response.status_code == 404, (method, path, response.status_code, response.text)
    headers = {"Authorization": f"Bearer {owned['token']}"}
    for name in ("sessions/{session_id}", "jobs/{job_id}", "media/{media_id}", "bulk/{bulk_id}"):
        url = f"{stack.web}/api/v1/{name.format_map(owned)}"
        assert (await stack.http.get(url, headers=headers)).status_code == 200, name


async def test_no_list_shows_what_is_somebody_else_s(stack: Running, owned: dict[str, str]) -> None:
    other = await stack.guest()
    for method, path in await _operations(stack):
        if method != "GET" or _names(path):
            continue
        text = (await stack.http.get(stack.web + path, headers=bearer(other))).text
        for name in ("session_id", "job_id", "media_id", "bulk_id"):
            assert owned[name] not in text, path


def _names(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


async def test_every_action_on_somebody_else_s_job_finds_none(
    stack: Running, owned: dict[str, str]
) -> None:
    payload = {"marketplace": "craigslist", "changes": {"price": 1}}
    payload |= {"job_id": owned["job_id"], "watch_id": owned["watch_id"]}
    actions = get_args(ActionFrame.model_fields["action"].annotation)
    assert "cancel_job" in actions
    async with stack.chat() as chat:
        for action in actions:
            code = (await _refused(chat, {"type": "action", "action": action, "payload": payload}))[
                "code"
            ]
            of_no_job = ("no_such_watch", "invalid_watch", "no_such_session", "not_available")
            assert code in ("no_such_job", *of_no_job), (action, code)
    view = await stack.http.get(
        f"{stack.web}/api/v1/jobs/{owned['job_id']}",
        headers={"Authorization": f"Bearer {owned['token']}"},
    )
    assert view.json()["listing"]["price"] == 5


async def test_somebody_who_waits_at_a_session_sees_nothing_once_another_begins_it(
    stack: Running,
) -> None:
    mine, theirs = await stack.guest(), await stack.guest()
    shared = {**theirs, "session_id": mine["session_id"]}
    async with stack.chat(shared) as lurking:
        await lurking.next_other("connected")
        async with stack.chat(mine) as chat:
            await chat.say("find me a velvet chair")
            await chat.next("done")
        # Every kind of frame there is.
        frames = {
            "message": {"message": "what did they say?"},
            "answer": {"question_id": "q1", "answer": "x"},
            "action": {"action": "confirm_listing"},
        }
        kinds = {get_args(frame.model_fields["type"].annotation)[0] for frame in _frames()}
        assert kinds == {*frames, "auth", "cancel", "ping"}
        assert await lurking.wait_closed() == 4403
    assert lurking.events == []
    # And whoever is quicker than the closing door is refused by the conversation itself.
    for kind, fields in frames.items():
        async with stack.chat({**theirs, "session_id": uuid.uuid4().hex}) as elsewhere:
            if kind == "message":
                continue
            assert (await _refused(elsewhere, {"type": kind, **fields}))["code"] == (
                "no_such_session"
            )


def _frames() -> tuple[Any, ...]:
    return get_args(get_args(ClientFrame)[0])


async def _refused(chat: Chat, frame: dict[str, Any]) -> dict[str, Any]:
    await chat.send(json.dumps(frame))
    body: dict[str, Any] = (await chat.next_other("error"))["data"]["error"]
    return body

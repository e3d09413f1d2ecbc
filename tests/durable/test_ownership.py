"""Somebody else's ids lead nowhere: every route of the API's description, every frame."""

import json
import time
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import jwt
import pytest
from PIL import Image
from temporalio.client import WorkflowUpdateFailedError

from adapters.keys import SESSION_KEYS, KeyRing
from adapters.storage.links import MediaLinks
from api.app import create_app
from api.conversations import Conversations
from api.errors import Forbidden, NotFound
from api.frames import ActionFrame, ClientFrame
from talknshop.commands import AnswerQuestion, PerformAction, Rename, SendMessage
from talknshop.settings import Settings
from tests.chatting import Chat
from tests.receiver import Browser, Receiver
from tests.running import Running, bearer, eventually
from workflows.conversation import ConversationSettings
from workflows.ids import conversation_id

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
# What these name everybody may see, or it is looked for in the caller's own account alone.
NOBODY_S = {
    ("GET", "/api/v1/products/{marketplace}/{product_id}"),
    ("GET", "/api/v1/me/connections/{marketplace}"),
    ("POST", "/api/v1/me/connections/{marketplace}"),
    ("DELETE", "/api/v1/me/connections/{marketplace}"),
    ("POST", "/api/v1/me/connections/{marketplace}/finish"),
    ("PUT", "/api/v1/me/connections/{marketplace}/place"),
    ("PUT", "/api/v1/me/memory/items/{item_id}"),
    ("DELETE", "/api/v1/me/memory/items/{item_id}"),
}
# Ids that come beside the path; each has its test below.
BESIDE_THE_PATH = {
    ("POST", "/api/v1/jobs/bulk", "session_id"),
    ("POST", "/api/v1/watches", "session_id"),
    ("POST", "/api/v1/media/{media_id}/transcript", "session_id"),
    ("POST", "/api/v1/post", "media_refs"),
    ("PUT", "/api/v1/me/connections/{marketplace}/place", "place_id"),
}
# The description does not have these: pages, the socket, the codec with a token of its own, and
# where marketplaces send browsers back to, with a secret of theirs (test_accounts.py).
UNDESCRIBED = {
    "/api/v1/me/connections/{marketplace}/callback",
    "",
    "/",
    "/openapi.json",
    "/docs",
    "/docs/oauth2-redirect",
    "/redoc",
    "/static-offline-docs",
    "/ws/chat",
    "/codec/decode",
    "/codec/{token}/decode",
}
# How each action says that it found nothing of the caller's.
FOUND_NOTHING = {
    **dict.fromkeys(
        ("cancel_job", "edit_job", "retry_listing", "relist_listing", "withdraw_listing"),
        "no_such_job",
    ),
    "mark_sold": "no_such_job",
    **dict.fromkeys(("confirm_listing", "edit_listing"), "no_such_session"),
    **dict.fromkeys(("select_product", "dismiss_product", "bought_product"), "no_such_session"),
    "watch_price": "invalid_watch",
    "stop_watching": "no_such_watch",
}
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
        "user_id": session["user_id"],
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
    operations = await _operations(stack)
    assert set(operations) >= NOBODY_S
    for method, path in operations:
        names = set(_names(path))
        if not names or (method, path) in NOBODY_S:
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


async def test_every_id_beside_a_path_is_known_to_this_test(stack: Running) -> None:
    description = (await stack.http.get(f"{stack.web}/openapi.json")).json()
    found = {
        (method.upper(), path, name)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
        for name in _given(description, operation)
        if name.endswith(("_id", "_ids", "_refs")) or name == "media"
    }
    of_everybody = {("POST", "/api/v1/watches", "product_id")}
    # A name counts only where authentication is off: test_a_name_opens_nothing.
    found = {entry for entry in found if entry[2] != "user_id"}
    assert found == BESIDE_THE_PATH | of_everybody


def test_no_route_is_outside_of_the_description_but_these() -> None:
    app = create_app(Settings(_env_file=None))
    described = set(app.openapi()["paths"])
    assert {route.path for route in _routes(app.routes)} - described <= UNDESCRIBED


async def test_an_id_beside_a_path_leads_nowhere_either(
    stack: Running, owned: dict[str, str]
) -> None:
    other = await stack.guest()
    headers, session_id = bearer(other), owned["session_id"]
    watch = {"marketplace": "ebay", "product_id": "1", "drop_percent": 5, "session_id": session_id}
    asked = await stack.http.post(f"{stack.web}/api/v1/watches", json=watch, headers=headers)
    assert asked.status_code == 404
    bulk = f"{stack.web}/api/v1/jobs/bulk?session_id={session_id}"
    asked = await stack.http.post(bulk, content=b"title\nLamp\n", headers=headers)
    assert asked.status_code == 404
    conversations = await _conversations(stack)
    assert await conversations.likely_words(session_id, owned["user_id"])
    assert await conversations.likely_words(session_id, other["user_id"]) == []
    # A photo goes to marketplaces by a link that is made for whoever posts.
    links = MediaLinks(stack.web, KeyRing.of(None, stack.data_dir / SESSION_KEYS).secrets)
    soon = datetime.now(UTC) + timedelta(minutes=1)
    for user_id, status in ((owned["user_id"], 200), (other["user_id"], 404)):
        link = links.url(user_id, owned["media_id"], soon)
        assert (await stack.http.get(link)).status_code == status


async def test_somebody_else_s_photo_is_neither_read_nor_erased_by_a_message(
    stack: Running, owned: dict[str, str]
) -> None:
    async with stack.chat() as chat:
        photo = {"media_id": owned["media_id"], "media_type": "image"}
        await chat.say("find me a lamp like this", media=[photo])
        done = await chat.next("done")
    assert "I could not read photo 1" in done["data"]["message"]
    url = f"{stack.web}/api/v1/sessions/{chat.session['session_id']}"
    assert (await stack.http.delete(url, headers=bearer(chat.session))).status_code == 204
    mine = {"Authorization": f"Bearer {owned['token']}"}
    kept = await stack.http.get(f"{stack.web}/api/v1/media/{owned['media_id']}", headers=mine)
    assert kept.status_code == 200


async def test_what_is_remembered_of_somebody_is_changed_by_nobody_else(
    stack: Running, owned: dict[str, str]
) -> None:
    headers = bearer(await stack.guest())
    url = f"{stack.web}/api/v1/me/memory"
    item = f"{url}/items/{owned['item_id']}"
    changed = await stack.http.put(item, json={"value": "Acme"}, headers=headers)
    assert changed.status_code == 404
    assert (await stack.http.delete(item, headers=headers)).status_code == 204
    mine = await stack.http.get(url, headers={"Authorization": f"Bearer {owned['token']}"})
    assert ("brand", "Dell") in [(each["kind"], each["value"]) for each in mine.json()["items"]]


async def test_the_conversation_itself_refuses_whoever_is_not_its_owner(
    stack: Running, owned: dict[str, str]
) -> None:
    """Whatever a gateway lets through."""
    conversations = await _conversations(stack)
    who = {"session_id": owned["session_id"], "user_id": "eve"}
    for call in (
        conversations.send(SendMessage(**who, message_id="e1", message="hello"), "en"),
        conversations.answer(
            AnswerQuestion(**who, message_id="e2", question_id="q1", answer="yes")
        ),
        conversations.act(PerformAction(**who, message_id="e3", action="confirm_listing")),
    ):
        with pytest.raises(NotFound) as refused:
            await call
        assert refused.value.code == "not_owner"
    handle = (await stack.temporal()).get_workflow_handle(conversation_id(owned["session_id"]))
    for update, argument in (("rename", Rename(user_id="eve", title="mine")), ("end", "eve")):
        with pytest.raises(WorkflowUpdateFailedError) as failed:
            await handle.execute_update(update, argument)
        assert getattr(failed.value.cause, "type", None) == "not_owner"
    with pytest.raises(Forbidden):
        await conversations.events_since(owned["session_id"], "eve", 0)


async def _conversations(stack: Running) -> Conversations:
    settings = ConversationSettings(marketplaces=[], posting_marketplaces=[])
    return Conversations(await stack.temporal(), settings)


def _routes(routes: Iterable[Any]) -> Iterator[Any]:
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is None:
            yield route
        else:
            yield from _routes(included.routes)


def _given(description: dict[str, Any], operation: dict[str, Any]) -> Iterator[str]:
    """The names of all that a call may give beside its path."""
    for parameter in operation.get("parameters", []):
        if parameter["in"] != "path":
            yield parameter["name"]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        yield from _fields(description, content["schema"], ())


def _fields(
    description: dict[str, Any], schema: dict[str, Any], within: tuple[str, ...]
) -> Iterator[str]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name not in within:
            model = description["components"]["schemas"][name]
            yield from _fields(description, model, (*within, name))
        return
    parts = [part for kind in ("anyOf", "oneOf", "allOf") for part in schema.get(kind, [])]
    parts += [schema["items"]] if "items" in schema else []
    for name, part in schema.get("properties", {}).items():
        yield name
        parts.append(part)
    for part in parts:
        yield from _fields(description, part, within)


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
    assert set(actions) == FOUND_NOTHING.keys()
    async with stack.chat() as chat:
        for action in actions:
            refused = await _refused(chat, {"type": "action", "action": action, "payload": payload})
            assert refused["code"] == FOUND_NOTHING[action], action
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

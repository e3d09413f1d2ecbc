"""What the gateway refuses, and that a refusal breaks nothing."""

import asyncio
import json
import socket
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import quote

import psutil
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.running import Running, bearer, eventually


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        pytest.param("{not json", "malformed_json", id="malformed JSON"),
        pytest.param("[]", "invalid_frame", id="no object"),
        pytest.param('{"type": "dance"}', "unknown_type", id="unknown type"),
        pytest.param('{"type": "message", "message": ""}', "empty_message", id="empty message"),
        pytest.param('{"type": "message", "message": "   "}', "empty_message", id="only blanks"),
        pytest.param(
            json.dumps({"type": "message", "message": "x" * 10_000}),
            "message_too_long",
            id="10,000 characters",
        ),
        pytest.param(
            '{"type": "message", "message": 7}', "invalid_frame", id="message is a number"
        ),
        pytest.param(
            '{"type": "message", "message": "hi", "message_id": "a b"}',
            "invalid_frame",
            id="message id with a blank",
        ),
        pytest.param(
            '{"type": "answer", "question_id": "q1", "answer": "x"}',
            "no_such_session",
            id="answer before any question",
        ),
        pytest.param(
            '{"type": "action", "action": "confirm_listing"}',
            "no_such_session",
            id="confirm before any listing",
        ),
        pytest.param(
            '{"type": "action", "action": "cancel_job"}', "invalid_frame", id="cancel what job"
        ),
        pytest.param(
            '{"type": "action", "action": "cancel_job", "payload": {"job_id": "nope"}}',
            "no_such_job",
            id="unknown job",
        ),
        pytest.param("[" * 5000, "malformed_json", id="deeply nested"),
    ],
)
async def test_a_bad_frame_gets_its_error_and_the_socket_stays_open(
    stack: Running, frame: str, code: str
) -> None:
    async with stack.chat() as chat:
        await chat.send(frame)
        error = await chat.next_other("error")
        await chat.send({"type": "ping"})
        await chat.next_other("pong")
    assert error["data"]["error"]["code"] == code
    assert "event_id" not in error


async def test_after_every_bad_frame_the_conversation_still_works(stack: Running) -> None:
    async with stack.chat() as chat:
        for frame in ("{", '{"type": "message", "message": ""}', '{"type": "x"}'):
            await chat.send(frame)
            await chat.next_other("error")
        await chat.say("find me a watch")
        await chat.next("results")


async def test_an_answer_to_another_question_is_refused_and_the_question_stays(
    stack: Running,
) -> None:
    async with stack.chat() as chat:
        await chat.say("I want to buy something")
        question = await chat.next("clarification")
        await chat.answer({"data": {"question_id": "q999"}}, "a watch")
        error = await chat.next_other("error")
        await chat.answer(question, "a watch")
        await chat.next("results")
    assert error["data"]["error"]["code"] == "no_such_question"


async def _refused(stack: Running, query: str) -> tuple[dict[str, Any], int]:
    async with connect(stack.web.replace("http", "ws", 1) + f"/ws/chat?{query}") as socket:
        first = json.loads(await socket.recv())
        await socket.wait_closed()
        return first, socket.close_code or 0


async def test_somebody_elses_session_is_closed_to_me(stack: Running) -> None:
    async with stack.chat() as chat:
        await chat.say("find me a watch")
        await chat.next("done")
        theirs = chat.session["session_id"]
    mine = await stack.guest()
    error, code = await _refused(stack, f"session_id={theirs}&token={mine['token']}")
    assert (error["data"]["error"]["code"], code) == ("not_your_session", 4403)


async def test_a_forged_token_is_refused(stack: Running) -> None:
    _, code = await _refused(stack, "session_id=abc&token=forged")
    assert code == 4401


async def test_a_user_id_that_could_end_a_visibility_query_is_refused(stack: Running) -> None:
    query = f"session_id={uuid.uuid4()}&user_id=x%22%20OR%20UserId%3D%22y"
    _, code = await _refused(stack, query)
    assert code == 4401


async def test_a_frame_above_64_kib_closes_the_socket(stack: Running) -> None:
    async with stack.chat() as chat:
        await chat.send(json.dumps({"type": "message", "message": "x" * 70_000}))
        assert await chat.wait_closed() == 4413


@asynccontextmanager
async def _deaf(stack: Running) -> AsyncIterator[tuple[ClientConnection, str]]:
    """A client that makes the gateway say much, and reads none of it; and its session's id."""
    session = await stack.guest()
    url = stack.web.replace("http", "ws", 1) + f"/ws/chat?session_id={session['session_id']}"
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    narrow.connect(("127.0.0.1", stack.process("gateway")["port"]))
    narrow.setblocking(False)
    async with connect(
        f"{url}&token={session['token']}",
        sock=narrow,
        compression=None,
        max_queue=1,
        ping_interval=None,
        close_timeout=1,
    ) as client:
        flooding = asyncio.create_task(
            _flood(client, json.dumps({"type": "message", "media": [{}] * 10}))
        )
        try:
            yield client, session["session_id"]
        finally:
            flooding.cancel()


async def test_a_client_that_does_not_read_is_closed_with_1013_and_nothing_piles_up(
    stack: Running,
) -> None:
    before = _memory_mib(stack)
    async with _deaf(stack) as (slow, session_id):
        await eventually(lambda: _says(stack, "slow_client", session_id), "it is noticed")
        assert _memory_mib(stack) - before < 30
        # What is read in the end is what was sent, and then why.
        with suppress(ConnectionClosed):
            async for _ in slow:
                pass
        assert slow.close_code == 1013


async def test_a_client_that_never_reads_is_cut_off(stack: Running) -> None:
    async with _deaf(stack) as (silent, _):
        port = silent.local_address[1]
        assert port in _peers(stack)
        await eventually(lambda: port not in _peers(stack), "its connection is gone", 90)


def _peers(stack: Running) -> set[int]:
    """The ports that the gateway is connected with."""
    gateway = psutil.Process(stack.process("gateway")["pid"])
    return {each.raddr.port for each in gateway.net_connections("tcp") if each.raddr}


async def _flood(deaf: ClientConnection, frame: str) -> None:
    with suppress(ConnectionClosed):
        while True:
            await deaf.send(frame)
            # While the gateway takes all, a send does not wait: who reads must have a turn, too.
            await asyncio.sleep(0)


def _memory_mib(stack: Running) -> float:
    rss: float = psutil.Process(stack.process("gateway")["pid"]).memory_info().rss / 2**20
    return rss


def _says(stack: Running, *words: str) -> bool:
    """Whether the gateway's log has a line with all of them."""
    logs = (stack.data_dir / "logs").glob("gateway*")
    lines = [line for path in logs for line in path.read_text(errors="replace").splitlines()]
    return any(all(word in line for word in words) for line in lines)


async def test_a_page_from_elsewhere_may_not_connect(stack: Running) -> None:
    session = await stack.guest()
    url = stack.web.replace("http", "ws", 1)
    url += f"/ws/chat?session_id={session['session_id']}&token={session['token']}"
    with pytest.raises(Exception, match="403"):
        async with connect(url, origin="https://evil.example"):  # type: ignore[arg-type]
            pass


async def test_a_resumed_client_gets_what_it_missed_once_and_in_order(stack: Running) -> None:
    async with stack.chat() as chat:
        await chat.say("find me a tent")
        seen = (await chat.next("results"))["event_id"]
    async with stack.chat(chat.session, last_event_id=seen) as again:
        connected = await again.next_other("connected")
        await again.next("done")
        await again.say("find me a lamp")
        await again.next("done")
    assert connected["data"]["resumed_from"] == seen
    assert [event["event_id"] for event in again.events] == list(
        range(seen + 1, seen + 1 + len(again.events))
    )


async def test_two_devices_see_the_same(stack: Running) -> None:
    session = await stack.guest()
    async with stack.chat(session) as phone, stack.chat(session) as desk:
        await phone.say("find me a lamp")
        await desk.next("done")
        await phone.next("done")
    assert phone.events == desk.events


async def test_somebody_elses_job_media_and_session_are_unknown_to_me(stack: Running) -> None:
    owner, other = await stack.guest(), await stack.guest()
    listing = {"title": "Lamp", "price": 5, "condition": "good"}
    listing |= {"target_marketplaces": ["craigslist"]}  # type: ignore[dict-item]
    started = await stack.http.post(f"{stack.web}/api/v1/post", json=listing, headers=bearer(owner))
    job = f"{stack.web}/api/v1/jobs/{started.json()['job_id']}"
    assert (await stack.http.get(job, headers=bearer(owner))).status_code == 200
    for method, url in (
        ("GET", job),
        ("POST", f"{job}/cancel"),
        ("POST", f"{job}/listings/craigslist/retry"),
        ("POST", f"{job}/listings/craigslist/withdraw"),
        ("POST", f"{job}/listings/craigslist/mark-sold"),
    ):
        response = await stack.http.request(method, url, headers=bearer(other))
        assert response.status_code == 404, url
        assert response.headers["content-type"] == "application/problem+json"
    assert (await stack.http.get(job)).status_code == 401


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param({"price": -1}, "price", id="negative price"),
        pytest.param({"price": None}, "price", id="no price"),
        pytest.param({"currency": "dollars"}, "currency", id="currency in words"),
        pytest.param({"target_marketplaces": ["etsy"]}, "target_marketplaces", id="unknown target"),
        pytest.param({"title": "  "}, "title", id="blank title"),
        pytest.param({"media_refs": ["x"] * 200}, "media_refs", id="200 photos"),
    ],
)
async def test_a_bad_listing_is_refused_by_field(
    stack: Running, change: dict[str, Any], field: str
) -> None:
    listing = {"title": "Lamp", "price": 5, "condition": "good"} | change
    session = await stack.guest()
    response = await stack.http.post(
        f"{stack.web}/api/v1/post", json=listing, headers=bearer(session)
    )
    assert response.status_code == 422
    assert field in json.dumps(response.json()["details"])


async def test_search_over_rest_answers_ranked_products(stack: Running) -> None:
    session = await stack.guest()
    response = await stack.http.post(
        f"{stack.web}/api/v1/search",
        json={"product_type": "laptop", "price": {"max": 800}},
        headers=bearer(session),
    )
    assert response.status_code == 200
    assert response.json()["products"]


async def test_a_found_offer_is_read_again_by_its_id(stack: Running) -> None:
    headers = bearer(await stack.guest())
    found = await stack.http.post(
        f"{stack.web}/api/v1/search",
        json={"product_type": "laptop", "marketplaces": ["ebay"]},
        headers=headers,
    )
    card = found.json()["products"][0]
    url = f"{stack.web}/api/v1/products/ebay"
    response = await stack.http.get(f"{url}/{quote(card['product_id'], safe='')}", headers=headers)
    assert response.status_code == 200
    assert (response.json()["title"], response.json()["price"]) == (card["title"], card["price"])


@pytest.mark.parametrize("place", ["ebay/v1%7C1%7C0", "nowhere/1"])
async def test_an_offer_that_is_not_there_is_not_found(stack: Running, place: str) -> None:
    response = await stack.http.get(
        f"{stack.web}/api/v1/products/{place}", headers=bearer(await stack.guest())
    )
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"


async def test_sessions_are_listed_looked_at_and_erased(stack: Running) -> None:
    async with stack.chat() as chat:
        await chat.say("find me a lamp")
        await chat.next("done")
    url = f"{stack.web}/api/v1/sessions/{chat.session['session_id']}"
    view = (await stack.http.get(url, headers=bearer(chat.session))).json()
    assert view["turns"][0]["message"] == "find me a lamp"
    assert (await stack.http.delete(url, headers=bearer(chat.session))).status_code == 204

    async def is_gone() -> bool:
        return (await stack.http.get(url, headers=bearer(chat.session))).status_code == 404

    await eventually(is_gone, "the erased conversation is unknown")


async def test_health_metrics_and_the_api_description_answer(stack: Running) -> None:
    for path in ("/health/live", "/health/ready", "/metrics", "/docs", "/openapi.json"):
        assert (await stack.http.get(stack.web + path)).status_code == 200, path

"""What every answer over HTTP has, and what is refused before it is read."""

import asyncio
import io
import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.running import Running, bearer, eventually
from tests.selling import upload_photo
from workflows.ids import conversation_id

LAMP = {"title": "Lamp", "price": 5, "condition": "good", "target_marketplaces": ["craigslist"]}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/nothing", 404),
        ("DELETE", "/api/v1/search", 405),
        ("POST", "/api/v1/sessions/refresh", 422),
        ("GET", "/api/v1/jobs", 401),
        ("GET", "/api/v1/sessions?page_token=***", 422),
        ("GET", "/api/v1/sessions?page_token=AAAA", 422),
        ("GET", f"/api/v1/sessions/{'x' * 2000}", 404),
    ],
)
async def test_every_refusal_is_a_problem_document(
    stack: Running, method: str, path: str, status: int
) -> None:
    session = await stack.guest()
    headers = {} if status == 401 else bearer(session)
    response = await stack.http.request(method, stack.web + path, headers=headers)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["detail"]
    assert problem["code"]


@pytest.mark.parametrize("path", ["/", "/health/live", "/api/v1/jobs", "/nothing", "/docs"])
async def test_security_headers_are_everywhere(stack: Running, path: str) -> None:
    headers = (await stack.http.get(stack.web + path, headers={"X-Request-ID": "r-1"})).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-request-id"] == "r-1"
    odd = await stack.http.get(stack.web + path, headers={"X-Request-ID": "a b<"})
    assert odd.headers["x-request-id"] not in ("a b<", "")


async def test_what_has_not_changed_is_not_sent_again(stack: Running) -> None:
    session = await stack.guest()
    url = f"{stack.web}/api/v1/jobs"
    first = await stack.http.get(url, headers=bearer(session))
    again = await stack.http.get(
        url, headers={**bearer(session), "If-None-Match": first.headers["etag"]}
    )
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    job = await stack.http.post(f"{stack.web}/api/v1/post", json=LAMP, headers=bearer(session))

    async def is_sent_again() -> bool:
        now = await stack.http.get(
            url, headers={**bearer(session), "If-None-Match": first.headers["etag"]}
        )
        return now.status_code == 200 and job.json()["job_id"] in now.text

    await eventually(is_sent_again, "what has changed is sent again")


async def test_the_same_idempotency_key_starts_one_job_of_the_same_person(stack: Running) -> None:
    ann, bob = await stack.guest(), await stack.guest()
    key = {"Idempotency-Key": uuid.uuid4().hex}

    async def post(session: dict[str, Any], headers: dict[str, str]) -> str:
        answer = await stack.http.post(
            f"{stack.web}/api/v1/post", json=LAMP, headers=bearer(session) | headers
        )
        assert answer.status_code == 202, answer.text
        return str(answer.json()["job_id"])

    first, again = await asyncio.gather(post(ann, key), post(ann, key))
    assert first == again
    assert len({first, await post(bob, key), await post(ann, {})}) == 3
    assert len(await stack.listings("craigslist", first)) <= 1


@pytest.mark.parametrize("announced", [True, False], ids=["its length said", "in chunks"])
async def test_a_body_that_is_too_large_is_refused(stack: Running, announced: bool) -> None:
    session = await stack.guest()
    body = b'{"product_type": "' + b"x" * 2_000_000

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 100_000):
            yield body[start : start + 100_000]

    response = await stack.http.post(
        f"{stack.web}/api/v1/search",
        content=body if announced else chunks(),
        headers={**bearer(session), "Content-Type": "application/json"},
    )
    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"


async def test_a_page_from_elsewhere_can_change_nothing(stack: Running) -> None:
    """With authentication off a name is enough, so where a request comes from must count."""
    listing = {"title": "Lamp", "price": 5, "condition": "good"}
    listing |= {"target_marketplaces": ["craigslist"]}
    url = f"{stack.web}/api/v1/post?user_id=ann"
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
        {"Host": "evil.example"},
    ):
        response = await stack.http.post(url, json=listing, headers=headers)
        assert response.status_code == 403, headers
    read = await stack.http.get(f"{stack.web}/api/v1/jobs?user_id=ann", headers={"Host": "evil.x"})
    assert read.status_code == 403
    ours = await stack.http.post(url, json=listing, headers={"Origin": stack.web})
    assert ours.status_code == 202, ours.text


async def test_only_listed_pages_may_read_answers(stack: Running) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Origin": "https://evil.example"}
    refused = await stack.http.options(f"{stack.web}/api/v1/post", headers=asked)
    assert "access-control-allow-origin" not in refused.headers
    ui = stack.status()["urls"]["temporal_ui"]
    allowed = await stack.http.options(
        f"{stack.web}/codec/x/decode", headers={**asked, "Origin": ui}
    )
    assert allowed.headers["access-control-allow-origin"] == ui


async def test_limits_are_told_with_every_counted_call(stack: Running) -> None:
    session = await stack.guest()
    response = await stack.http.post(
        f"{stack.web}/api/v1/search", json={"product_type": "tent"}, headers=bearer(session)
    )
    assert response.headers["ratelimit-policy"] == '"searches";q=2000;w=60'
    assert response.headers["ratelimit"].startswith('"searches";r=1999;t=')
    listed = await stack.http.get(f"{stack.web}/api/v1/jobs", headers=bearer(session))
    assert listed.headers["ratelimit-policy"] == '"requests";q=30000;w=60'
    assert listed.headers["ratelimit"].startswith('"requests";r=29998;t=')
    bulk = await stack.http.post(
        f"{stack.web}/api/v1/jobs/bulk", content=b"title\nLamp\n", headers=bearer(session)
    )
    assert bulk.headers["ratelimit-policy"].startswith('"uploads";')
    retried = await stack.http.post(
        f"{stack.web}/api/v1/jobs/retry", json={}, headers=bearer(session)
    )
    assert retried.headers["ratelimit-policy"].startswith('"posts";')
    photo = (await upload_photo(stack, session))["media_id"]
    bulk_id = bulk.json()["bulk_id"]
    for path, status in (
        (f"media/{photo}", 200),
        (f"media/{'0' * 32}", 404),
        (f"bulk/{bulk_id}/result", None),  # what is there depends on how far it is
        ("jobs/none", 404),
        ("jobs?page_size=0", 422),
    ):
        told = await stack.http.get(f"{stack.web}/api/v1/{path}", headers=bearer(session))
        assert told.status_code == status or status is None, path
        assert told.headers["ratelimit-policy"].startswith('"requests";'), path
        assert told.headers["ratelimit"].startswith('"requests";r='), path
    wrong = await stack.http.post(f"{stack.web}/api/v1/post", json={}, headers=bearer(session))
    assert wrong.headers["ratelimit-policy"].startswith('"posts";')


async def test_the_same_events_come_as_server_sent_events_and_resume(stack: Running) -> None:
    async with stack.chat() as chat:
        await chat.say("find me a kettle")
        await chat.next("done")
    url = f"{stack.web}/api/v1/sessions/{chat.session['session_id']}/events"
    headers = bearer(chat.session)
    everything = await _streamed(stack, url, headers, len(chat.events))
    assert everything == chat.events
    rest = await _streamed(stack, url, {**headers, "Last-Event-ID": "3"}, len(chat.events) - 3)
    assert rest == chat.events[3:]
    other = await stack.guest()
    assert (await stack.http.get(url, headers=bearer(other))).status_code == 404


async def _streamed(
    stack: Running, url: str, headers: dict[str, str], number: int
) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    async with asyncio.timeout(30), stack.http.stream("GET", url, headers=headers) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        async for line in response.aiter_lines():
            if line.startswith("data: "):
                events.append(json.loads(line.removeprefix("data: ")))
            if len(events) == number:
                break
    return events


async def test_a_conversation_is_renamed_exported_and_forgotten_with_its_photos(
    stack: Running, tmp_path: Any
) -> None:
    session = await stack.guest()
    photo = tmp_path / "kettle.png"
    Image.new("RGB", (320, 320), "blue").save(photo)
    api, headers = f"{stack.web}/api/v1", bearer(session)
    uploaded = await stack.http.post(
        f"{api}/media", files={"file": photo.read_bytes()}, headers=headers
    )
    media_id = uploaded.json()["media_id"]
    async with stack.chat(session) as chat:
        await chat.say(
            "find me a kettle like this", media=[{"media_id": media_id, "media_type": "image"}]
        )
        await chat.next("done")
    url = f"{api}/sessions/{session['session_id']}"
    renamed = await stack.http.patch(url, json={"title": " Kettles "}, headers=headers)
    assert renamed.json()["title"] == "Kettles"
    assert (await stack.http.patch(url, json={"title": " "}, headers=headers)).status_code == 422
    export = (await stack.http.get(f"{url}/export", headers=headers)).json()
    assert export["conversation"]["title"] == "Kettles"
    assert export["conversation"]["media_ids"] == [media_id]
    assert export["events"] == chat.events

    photo_urls = [f"{api}/media/{media_id}", f"{api}/media/{media_id}?size=thumb"]
    for photo_url in photo_urls:
        assert (await stack.http.get(photo_url, headers=headers)).status_code == 200
    assert (await stack.http.delete(url, headers=headers)).status_code == 204
    for photo_url in photo_urls:
        assert (await stack.http.get(photo_url, headers=headers)).status_code == 404
    await eventually(_is_forgotten(stack, url, headers), "the conversation is unknown")
    client = await stack.temporal()
    with pytest.raises(Exception, match="not found"):
        await client.get_workflow_handle(conversation_id(session["session_id"])).fetch_history()


async def test_a_thumbnail_is_small_its_owners_and_not_sent_twice(stack: Running) -> None:
    session, stranger = await stack.guest(), await stack.guest()
    out = io.BytesIO()
    Image.effect_noise((1600, 1200), 80).save(out, "JPEG")
    uploaded = await stack.http.post(
        f"{stack.web}/api/v1/media", files={"file": out.getvalue()}, headers=bearer(session)
    )
    url = f"{stack.web}/api/v1/media/{uploaded.json()['media_id']}"
    whole = await stack.http.get(url, headers=bearer(session))
    small = await stack.http.get(f"{url}?size=thumb", headers=bearer(session))
    with Image.open(io.BytesIO(small.content)) as image:
        assert image.size == (320, 240)
    assert small.headers["content-type"] == "image/jpeg"
    assert small.headers["cache-control"].startswith("private")
    assert small.headers["etag"] != whole.headers["etag"]

    known = {"If-None-Match": small.headers["etag"]}
    again = await stack.http.get(f"{url}?size=thumb", headers={**bearer(session), **known})
    assert (again.status_code, again.content) == (304, b"")
    for headers in ({}, known):
        asked = {**bearer(stranger), **headers}
        assert (await stack.http.get(f"{url}?size=thumb", headers=asked)).status_code == 404
    wrong = await stack.http.get(f"{url}?size=huge", headers=bearer(session))
    assert wrong.status_code == 422


def _is_forgotten(stack: Running, url: str, headers: dict[str, str]) -> Any:
    async def look() -> bool:
        response: httpx.Response = await stack.http.get(url, headers=headers)
        return response.status_code == 404

    return look


async def test_sessions_come_in_pages(stack: Running) -> None:
    session = await stack.guest()
    api, headers = f"{stack.web}/api/v1/sessions", bearer(session)
    ids = set()
    for _ in range(3):
        mine = (await stack.http.post(api, headers=headers)).json()
        ids.add(mine["session_id"])
        async with stack.chat(mine) as chat:
            await chat.say("hello")
            await chat.next("done")

    async def all_pages() -> bool:
        return sorted(await _paged(stack, api, headers, "session_id")) == sorted(ids)

    await eventually(all_pages, "each conversation is on one page")


async def test_jobs_come_in_pages_and_somebody_else_s_page_shows_none_of_them(
    stack: Running,
) -> None:
    ann, bob = await stack.guest(), await stack.guest()
    ids = set()
    for _ in range(3):
        job = await stack.http.post(f"{stack.web}/api/v1/post", json=LAMP, headers=bearer(ann))
        ids.add(job.json()["job_id"])
    api = f"{stack.web}/api/v1/jobs"

    async def all_pages() -> bool:
        return sorted(await _paged(stack, api, bearer(ann), "job_id")) == sorted(ids)

    await eventually(all_pages, "each job is on one page")
    first = await stack.http.get(api, params={"page_size": 2}, headers=bearer(ann))
    given = {"page_token": first.json()["next_page_token"]}
    for path in ("jobs", "sessions"):
        theirs = await stack.http.get(
            f"{stack.web}/api/v1/{path}", params=given, headers=bearer(bob)
        )
        assert theirs.status_code in (200, 422)
        assert not any(job_id in theirs.text for job_id in ids)


async def _paged(stack: Running, url: str, headers: dict[str, str], name: str) -> list[str]:
    """The ids on all pages, of two each."""
    found: list[str] = []
    token: str | None = None
    while True:
        params: dict[str, str | int] = {"page_size": 2, **({"page_token": token} if token else {})}
        page = (await stack.http.get(url, params=params, headers=headers)).json()
        found += [view[name] for view in page["items"]]
        token = page["next_page_token"]
        if not token:
            return found

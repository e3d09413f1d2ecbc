"""Bulk uploads over REST: checked by line and field, posted by a window, with a result file."""

import asyncio
import csv
import io
import json
import os
import sys
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.receiver import Receiver
from tests.running import Running, eventually
from workflows.ids import bulk_workflow_id

HEADER = "sku,title,price,condition,zip,marketplaces\n"


class Uploads:
    """One person's bulk uploads."""

    def __init__(self, stack: Running, session: dict[str, Any]) -> None:
        self.stack = stack
        self.session = session
        self._headers = {"Authorization": f"Bearer {session['token']}"}

    async def call(self, method: str, path: str, **content: Any) -> httpx.Response:
        headers = self._headers | content.pop("headers", {})
        url = f"{self.stack.web}/api/v1{path}"
        return await self.stack.http.request(method, url, headers=headers, **content)

    async def start(self, data: str, **query: str) -> str:
        reply = await self.call("POST", "/jobs/bulk", content=data.encode(), params=query)
        assert reply.status_code == 202, reply.text
        bulk_id: str = reply.json()["bulk_id"]
        return bulk_id

    async def view(self, bulk_id: str) -> dict[str, Any]:
        view: dict[str, Any] = (await self.call("GET", f"/bulk/{bulk_id}")).json()
        return view

    async def reaches(self, bulk_id: str, status: str) -> dict[str, Any]:
        async def is_there() -> bool:
            return bool((await self.view(bulk_id))["status"] == status)

        await eventually(is_there, f"the upload is {status}")
        return await self.view(bulk_id)

    async def result(self, bulk_id: str) -> list[dict[str, str]]:
        reply = await self.call("GET", f"/bulk/{bulk_id}/result")
        assert reply.status_code == 200, reply.text
        return list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"), newline="")))


@pytest.fixture
async def uploads(stack: Running) -> Uploads:
    return Uploads(stack, await stack.guest())


def rows(*titles: str) -> str:
    lines = [f"{title},{title},20,good,98101,craigslist" for title in titles]
    return HEADER + "\n".join(lines)


async def posted(stack: Running, title: str) -> list[dict[str, Any]]:
    reply = await stack.http.get(
        f"{stack.sandbox}/_sandbox/listings", params={"marketplace": "craigslist"}
    )
    return [entry for entry in reply.json() if entry["title"] == title]


async def test_nothing_is_posted_before_the_person_confirms_and_then_only_the_good_rows(
    stack: Running, uploads: Uploads
) -> None:
    mark = uuid.uuid4().hex[:8]
    data = rows(f"Lamp {mark}", f"Shelf {mark}") + (
        f"\nBad {mark},Bad {mark},-5,good,98101,craigslist"
        f"\nCents {mark},Cents {mark},9.99,good,98101,craigslist"
        f"\nNowhere {mark},Nowhere {mark},9,good,98101,etsy\n"
    )
    bulk_id = await uploads.start(data, file_name="attic.csv")
    asked = await uploads.reaches(bulk_id, "awaiting_confirmation")
    assert (asked["total"], asked["good"], asked["bad"]) == (5, 2, 3)
    assert [(e["line"], e["field"], e["marketplace"]) for e in asked["errors"]] == [
        (4, "price", ""),
        (5, "price", "craigslist"),
        (6, "target_marketplaces", ""),
    ]
    assert await posted(stack, f"Lamp {mark}") == []
    await uploads.call("POST", f"/bulk/{bulk_id}/confirm")
    done = await uploads.reaches(bulk_id, "completed")
    assert (done["live"], done["started"], done["failed"]) == (2, 2, 0)
    assert len(await posted(stack, f"Lamp {mark}")) == 1
    assert await posted(stack, f"Bad {mark}") == []
    result = await uploads.result(bulk_id)
    assert [(line["line"], line["status"]) for line in result] == [
        ("2", "live"),
        ("3", "live"),
        ("4", "invalid"),
        ("5", "invalid"),
        ("6", "invalid"),
    ]
    assert result[0]["link"].startswith("http")
    assert result[0]["reference"] == f"Lamp {mark}"


async def test_the_same_key_posts_a_file_once_and_no_other_file(
    stack: Running, uploads: Uploads
) -> None:
    mark = uuid.uuid4().hex[:8]
    key = {"Idempotency-Key": mark}
    first, second, other = [
        await uploads.call(
            "POST", "/jobs/bulk", content=data.encode(), params={"post": "good"}, headers=key
        )
        for data in (rows(f"Chair {mark}"), rows(f"Chair {mark}"), rows(f"Table {mark}"))
    ]
    assert first.json() == second.json()
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    await uploads.reaches(first.json()["bulk_id"], "completed")
    assert len(await posted(stack, f"Chair {mark}")) == 1
    assert await posted(stack, f"Table {mark}") == []


async def test_a_paused_upload_starts_no_more_rows_until_it_is_resumed(
    stack: Running, uploads: Uploads
) -> None:
    mark = uuid.uuid4().hex[:8]
    count = 60
    bulk_id = await uploads.start(
        rows(*(f"Mug {mark} {number}" for number in range(count))), post="all"
    )
    await uploads.reaches(bulk_id, "posting")
    paused = await uploads.call("POST", f"/bulk/{bulk_id}/pause")
    assert paused.json()["status"] == "paused"

    async def is_at_rest() -> bool:
        view = await uploads.view(bulk_id)
        return bool(view["started"] == view["live"])

    await eventually(is_at_rest, "what was started is live")
    started = (await uploads.view(bulk_id))["started"]
    assert started < count
    again = await uploads.call("POST", f"/bulk/{bulk_id}/pause")
    assert (again.status_code, again.json()["code"]) == (409, "not_now")
    await uploads.call("POST", f"/bulk/{bulk_id}/resume")
    done = await uploads.reaches(bulk_id, "completed")
    assert done["live"] == count
    assert len({line["job_id"] for line in await uploads.result(bulk_id)}) == count


@pytest.mark.parametrize("by", ["person", "operator"])
async def test_a_cancelled_upload_keeps_what_is_posted_and_posts_nothing_more(
    stack: Running, uploads: Uploads, by: str
) -> None:
    mark = uuid.uuid4().hex[:8]
    bulk_id = await uploads.start(
        rows(*(f"Cup {mark} {number}" for number in range(60))), post="all"
    )
    await uploads.reaches(bulk_id, "posting")
    if by == "person":
        await uploads.call("POST", f"/bulk/{bulk_id}/cancel")
    else:
        # In Temporal's own Web UI.
        await (await stack.temporal()).get_workflow_handle(bulk_workflow_id(bulk_id)).cancel()
        await uploads.reaches(bulk_id, "cancelled")

    async def result_is_complete() -> bool:
        view = await uploads.view(bulk_id)
        return len(await uploads.result(bulk_id)) == view["started"] == view["live"]

    await eventually(result_is_complete, "the result names every row that was started")
    view = await uploads.view(bulk_id)
    assert view["status"] == "cancelled"
    assert view["started"] < 60


async def test_photos_by_address_are_fetched_and_what_can_not_be_had_is_not_posted(
    stack: Running, uploads: Uploads, receiver: Receiver
) -> None:
    data = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(data, "JPEG")
    receiver.files["/bulk/lamp.jpg"] = data.getvalue()
    mark = uuid.uuid4().hex[:8]
    row = "{0} {mark},{0} {mark},20,good,98101,ebay,{url}"
    lines = [
        row.format("Lamp", mark=mark, url=f"{receiver.url}/bulk/lamp.jpg"),
        row.format("Shelf", mark=mark, url=f"{receiver.url}/bulk/none.jpg"),
        row.format("Inside", mark=mark, url="https://169.254.169.254/latest/meta-data/"),
        row.format("Clear", mark=mark, url="http://example.com/lamp.jpg"),
    ]
    bulk_id = await uploads.start(HEADER.replace("\n", ",photos\n") + "\n".join(lines), post="good")
    done = await uploads.reaches(bulk_id, "completed")
    assert (done["bad"], done["live"], done["failed"]) == (1, 1, 2)
    outcomes = {line["title"].partition(" ")[0]: line for line in await uploads.result(bulk_id)}
    assert outcomes["Lamp"]["status"] == "live"
    assert "404" in outcomes["Shelf"]["message"]
    assert "public internet" in outcomes["Inside"]["message"]


async def test_a_conversation_is_told_of_its_upload(stack: Running) -> None:
    mark = uuid.uuid4().hex[:8]
    async with stack.chat() as chat:
        await chat.say("hello")
        await chat.next("done")
        uploads = Uploads(stack, chat.session)
        session_id = chat.session["session_id"]
        await uploads.start(
            rows(f"Vase {mark}", f"Bowl {mark}"), session_id=session_id, file_name="attic.csv"
        )
        asked = await chat.next_where(
            lambda event: (
                event["type"] == "bulk"
                and event["data"]["bulk"]["status"] == "awaiting_confirmation"
            ),
            "the question",
        )
        bulk_id = asked["data"]["bulk"]["bulk_id"]
        news = await chat.next("notification")
        assert news["data"]["title"] == "2 of 2 listings of attic.csv can be posted."
        await uploads.call("POST", f"/bulk/{bulk_id}/confirm")
        end = await chat.next_where(
            lambda event: event["data"].get("kind") == "bulk_completed", "the end"
        )
    assert end["data"]["title"] == "2 of 2 listings of attic.csv are live."


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("", "empty"),
        ("title,price\n", "no listings"),
        (HEADER + "A,A,-1,good,98101,craigslist", "No row can be posted"),
    ],
)
async def test_a_file_that_can_not_be_used_fails_with_a_sentence(
    uploads: Uploads, data: str, says: str
) -> None:
    bulk_id = await uploads.start(data, post="good")
    view = await uploads.reaches(bulk_id, "failed")
    assert says in view["message"]


async def test_an_upload_of_somebody_else_is_unknown(stack: Running, uploads: Uploads) -> None:
    bulk_id = await uploads.start(rows("Jar"))
    await uploads.reaches(bulk_id, "awaiting_confirmation")
    other = Uploads(stack, await stack.guest())
    for method, path in (
        ("GET", ""),
        ("GET", "/result"),
        ("POST", "/confirm"),
        ("POST", "/cancel"),
    ):
        reply = await other.call(method, f"/bulk/{bulk_id}{path}")
        assert (reply.status_code, reply.json()["code"]) == (404, "no_such_upload")
    session_id = uploads.session["session_id"]
    told = await other.call("POST", "/jobs/bulk", content=b"x", params={"session_id": session_id})
    assert told.status_code == 404


async def test_bad_requests_are_refused_before_anything_is_kept(uploads: Uploads) -> None:
    too_large = await uploads.call("POST", "/jobs/bulk", content=b"x" * (20 * 1024 * 1024 + 1))
    assert (too_large.status_code, too_large.json()["code"]) == (413, "file_too_large")
    unknown = await uploads.call("POST", "/jobs/bulk", content=b"x", params={"marketplaces": "x"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_marketplace")
    nothing = await uploads.call("GET", f"/bulk/{uuid.uuid4()}")
    assert nothing.status_code == 404


async def test_the_command_line_posts_a_file_and_fetches_its_result(
    stack: Running, tmp_path: Path
) -> None:
    mark = uuid.uuid4().hex[:8]
    file, result = tmp_path / "attic.csv", tmp_path / "result.csv"
    file.write_text(rows(f"Clock {mark}") + "\nX,X,-1,good,98101,craigslist")

    async def talknshop(*arguments: str) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).with_name("talknshop")),
            *(*arguments, "--url", stack.web),
            env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path)},
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await process.communicate()
        return process.returncode or 0, output.decode()

    code, said = await talknshop("bulk", str(file))
    assert code == 0
    assert "line 3, price:" in said
    bulk_id = said.split("talknshop bulk ")[1].split()[0]
    code, said = await talknshop("bulk", bulk_id, "--do", "confirm", "--json")
    assert (code, json.loads(said)["status"]) == (0, "completed")
    code, _ = await talknshop("bulk", bulk_id, "--result", str(result))
    assert code == 0
    assert f"Clock {mark}" in result.read_text(encoding="utf-8-sig")

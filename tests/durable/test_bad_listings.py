"""What is wrong with a listing or a command is said clearly, and nothing is half done."""

import io
import uuid
import wave
from typing import Any

import httpx
import pytest

from tests.running import Running, bearer, eventually
from tests.selling import preview, upload_photo

SHELF = {
    "title": "Oak bookshelf",
    "price": 80,
    "condition": "good",
    "description": "Solid oak.",
    "target_marketplaces": ["craigslist"],
}


class Seller:
    def __init__(self, stack: Running, session: dict[str, Any]) -> None:
        self.stack = stack
        self.session = session

    async def ask(self, method: str, path: str, content: Any = None) -> httpx.Response:
        return await self.stack.http.request(
            method,
            f"{self.stack.web}/api/v1{path}",
            json=content,
            headers={"Authorization": f"Bearer {self.session['token']}"},
        )

    async def ask_raw(self, path: str, content: str) -> httpx.Response:
        headers = bearer(self.session) | {"Content-Type": "application/json"}
        url = f"{self.stack.web}/api/v1{path}"
        return await self.stack.http.post(url, content=content, headers=headers)

    async def post(self, **changes: Any) -> httpx.Response:
        return await self.ask("POST", "/post", SHELF | changes)

    async def statuses(self, job_id: str) -> dict[str, str]:
        job = (await self.ask("GET", f"/jobs/{job_id}")).json()
        return {entry["marketplace"]: entry["status"] for entry in job["marketplace_jobs"]}

    async def becomes(self, job_id: str, **statuses: str) -> None:
        async def as_wanted() -> bool:
            return await self.statuses(job_id) == statuses

        await eventually(as_wanted, f"the job is {statuses}")


@pytest.fixture
async def seller(stack: Running) -> Seller:
    return Seller(stack, await stack.guest())


def problem(reply: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The reply as a problem document of RFC 9457, which it must be."""
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = reply.json()
    assert body["code"] == code
    assert body["detail"]
    return body


def named(body: dict[str, Any]) -> list[str]:
    """The fields that a problem document names."""
    return [entry["field"] for entry in body["details"]["fields"]]


# What is wrong, the code it is refused with, and the field that is named.
BAD_LISTINGS: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown marketplace": (
        {"target_marketplaces": ["craigslist", "etsy"]},
        "unknown_marketplace",
        "target_marketplaces",
    ),
    "no photo where one is required": (
        {"target_marketplaces": ["craigslist", "ebay"]},
        "invalid_listing",
        "media_refs",
    ),
    "negative price": ({"price": -5}, "invalid_request", "body.price"),
    "no price": ({"price": 0}, "incomplete_listing", "price"),
    "a word for a price": ({"price": "cheap"}, "invalid_request", "body.price"),
    "another currency": ({"currency": "EUR"}, "invalid_listing", "currency"),
    "no currency": ({"currency": "dollars"}, "invalid_request", "body.currency"),
    "200 photos": ({"media_refs": ["m"] * 200}, "invalid_request", "body.media_refs"),
    "none of it": ({"quantity": 0}, "invalid_request", "body.quantity"),
    "no title": ({"title": "  "}, "incomplete_listing", "title"),
    "a title that nobody sees": (
        {"title": "\u200b\u2060\u202e\u3164"},
        "incomplete_listing",
        "title",
    ),
    "a control character": ({"description": "Solid\x00oak"}, "invalid_listing", "description"),
    "no number": ({"price": "NaN"}, "invalid_request", "body.price"),
    "too large a number": ({"price": "1e309"}, "invalid_request", "body.price"),
    "yes, as a number": ({"quantity": True}, "invalid_request", "body.quantity"),
    "a slip of the keyboard": ({"descripton": "Oak"}, "invalid_request", "body.descripton"),
    "another, further in": (
        {"location": {"postcode": "98101"}},
        "invalid_request",
        "body.location.postcode",
    ),
    "half a piece": ({"quantity": 1.5}, "invalid_request", "body.quantity"),
    "too long a description": ({"description": "x" * 8001}, "invalid_request", "body.description"),
    "a marketplace without a name": (
        {"target_marketplaces": [""]},
        "invalid_request",
        "body.target_marketplaces.0",
    ),
}


async def test_a_listing_that_can_not_go_up_is_refused_before_a_job_is_made(
    stack: Running, seller: Seller
) -> None:
    for what, (changes, code, field) in BAD_LISTINGS.items():
        body = problem(await seller.post(**changes), 422, code)
        assert field in named(body), what
    # The list of jobs is a moment late: when it shows one that began after them, it shows all.
    job_id = (await seller.post()).json()["job_id"]
    listed: list[str] = []

    async def is_listed() -> bool:
        nonlocal listed
        items = (await seller.ask("GET", "/jobs")).json()["items"]
        listed = [item["job_id"] for item in items]
        return job_id in listed

    await eventually(is_listed, "the good one is listed")
    assert listed == [job_id]


def silence() -> bytes:
    """A recording of one second."""
    data = io.BytesIO()
    with wave.open(data, "wb") as sound:
        sound.setparams((1, 2, 8000, 8000, "NONE", ""))
        sound.writeframes(bytes(16000))
    return data.getvalue()


async def test_a_photo_that_is_not_the_seller_s_own_is_refused_by_its_place(
    stack: Running, seller: Seller
) -> None:
    other = await stack.guest()
    mine = (await upload_photo(stack, seller.session))["media_id"]
    theirs = (await upload_photo(stack, other))["media_id"]
    sound = await stack.http.post(
        f"{stack.web}/api/v1/media",
        files={"file": silence()},
        headers=bearer(seller.session),
    )
    job_id = (await seller.post(media_refs=[mine])).json()["job_id"]
    await seller.becomes(job_id, craigslist="live")
    before = (await seller.ask("GET", f"/jobs/{job_id}")).json()
    said = set[str]()
    for what in (theirs, "0" * 32, sound.json()["media_id"], "../../etc/passwd"):
        refs = {"media_refs": [mine, what]}
        for reply in (
            await seller.post(**refs),
            await seller.ask("POST", f"/jobs/{job_id}/edit", refs),
            await seller.ask("POST", f"/jobs/{job_id}/listings/craigslist/edit", refs),
        ):
            body = problem(reply, 422, "invalid_listing")
            assert named(body) == ["media_refs.1"]
            said.add(body["detail"].replace(what, "…"))
    assert len(said) == 1  # of what is somebody else's no more is said than of what is nobody's
    assert (await seller.ask("GET", f"/jobs/{job_id}")).json() == before
    async with stack.chat(seller.session) as chat:
        await preview(stack, chat, "sell my iPhone 13, $650, good condition")
        await chat.act("edit_listing", media_refs=[theirs])
        refused = (await chat.next_other("error"))["data"]["error"]
        await chat.act("edit_listing", media_refs=[mine])
        again = (await chat.next("listing_preview"))["data"]["listing_spec"]
    assert [each["field"] for each in refused["details"]["fields"]] == ["media_refs.0"]
    assert again["media_refs"] == [mine]


async def test_a_title_in_another_script_is_posted_as_it_is(stack: Running, seller: Seller) -> None:
    photo = (await upload_photo(stack, seller.session))["media_id"]
    title = "Книжный шкаф из дуба 本棚"
    reply = await seller.post(
        title=title, media_refs=[photo], target_marketplaces=["ebay", "craigslist", "facebook"]
    )
    job_id = reply.json()["job_id"]
    await seller.becomes(job_id, ebay="live", craigslist="live", facebook="live")
    for name in ("ebay", "craigslist", "facebook"):
        (held,) = await stack.listings(name, job_id)
        assert held["title"] == title


async def test_what_is_sold_can_neither_be_edited_nor_sold_nor_listed_again(
    stack: Running, seller: Seller
) -> None:
    job_id = (await seller.post()).json()["job_id"]
    await seller.becomes(job_id, craigslist="live")
    listing = f"/jobs/{job_id}/listings/craigslist"
    assert (await seller.ask("POST", f"{listing}/mark-sold")).json()["status"] == "sold"
    problem(await seller.ask("POST", f"/jobs/{job_id}/edit", {"price": 1}), 409, "already_final")
    problem(await seller.ask("POST", f"{listing}/mark-sold"), 409, "already_final")
    problem(await seller.ask("POST", f"{listing}/relist"), 409, "sold_out")
    assert [held["status"] for held in await stack.listings("craigslist", job_id)] != ["live"]


async def test_a_wrong_edit_of_a_live_listing_changes_nothing(
    stack: Running, seller: Seller
) -> None:
    job_id = (await seller.post()).json()["job_id"]
    await seller.becomes(job_id, craigslist="live")
    listing = f"/jobs/{job_id}/listings/craigslist"
    paths = (f"/jobs/{job_id}/edit", f"{listing}/edit")
    before = await stack.listings("craigslist", job_id)
    timeline = (await seller.ask("GET", f"/jobs/{job_id}")).json()["timeline"]
    for changes, field in (
        ({"price": -1}, "price"),
        ({"price": 0}, "price"),
        ({"colour": "red"}, "colour"),
        ({"title": ""}, "title"),
        ({"title": "\u200b"}, "title"),
        ({"title": "Oak\x07"}, "title"),
        ({"quantity": 1.5}, "quantity"),
        ({"currency": "EUR"}, "currency"),
        ({"media_refs": ["m"] * 200}, "media_refs"),
        ({"target_marketplaces": ["etsy"]}, "target_marketplaces"),
    ):
        for path in paths:
            body = problem(await seller.ask("POST", path, changes), 422, "invalid_listing")
            assert named(body) == [field], path
    # What Python reads as JSON, and nobody can write again.
    for content, field in (
        ('{"price": NaN}', "price"),
        ('{"price": 1e309}', "price"),
        ('{"title": "\\ud800"}', "title"),
        ('{"attributes": {"Color": ["\\udfff"]}}', "attributes"),
    ):
        for path in paths:
            body = problem(await seller.ask_raw(path, content), 422, "invalid_listing")
            assert named(body) == [field], path
    for path in paths:
        problem(await seller.ask("POST", path, {}), 422, "invalid_listing")
    retried = f"{listing}/retry"
    problem(await seller.ask("POST", retried, {}), 409, "nothing_to_retry")
    problem(await seller.ask_raw(retried, '{"changes": {"price": NaN}}'), 422, "invalid_listing")
    problem(
        await seller.ask("POST", f"/jobs/{job_id}/listings/craigslist/mark-sold?quantity=5"),
        409,
        "not_enough_left",
    )
    assert await stack.listings("craigslist", job_id) == before
    job = (await seller.ask("GET", f"/jobs/{job_id}")).json()
    assert job["timeline"] == timeline
    assert job["stock"] == 1


async def test_a_key_is_good_for_one_listing(stack: Running, seller: Seller) -> None:
    headers = bearer(seller.session) | {"Idempotency-Key": "attic"}
    url = f"{stack.web}/api/v1/post"
    first, again, other = [
        await stack.http.post(url, json=SHELF | changes, headers=headers)
        for changes in ({}, {}, {"price": 90})
    ]
    assert (first.status_code, again.json()) == (202, first.json())
    assert named(problem(other, 422, "idempotency_key_reused")) == ["header.idempotency-key"]
    another = bearer(await stack.guest()) | {"Idempotency-Key": "attic"}
    theirs = await stack.http.post(url, json=SHELF | {"price": 90}, headers=another)
    assert theirs.status_code == 202


async def test_what_is_withdrawn_is_neither_repriced_nor_tried_again(
    stack: Running, seller: Seller
) -> None:
    job_id = (await seller.post()).json()["job_id"]
    await seller.becomes(job_id, craigslist="live")
    listing = f"/jobs/{job_id}/listings/craigslist"
    assert (await seller.ask("POST", f"{listing}/withdraw")).json()["status"] == "withdrawn"
    for path, content in (
        (f"/jobs/{job_id}/edit", {"price": 5}),
        (f"{listing}/edit", {"price": 5}),
        (f"{listing}/retry", {}),
        (f"{listing}/withdraw", None),
    ):
        refused = await seller.ask("POST", path, content)
        assert refused.status_code in (404, 409), (path, refused.text)
        problem(refused, refused.status_code, refused.json()["code"])
    for number in ("0", "-1", "1.5", "NaN", "1e9"):
        wrong = await seller.ask("POST", f"{listing}/mark-sold?quantity={number}")
        assert wrong.status_code == 422, number
        assert named(wrong.json())[0].endswith("quantity"), number
    assert await seller.statuses(job_id) == {"craigslist": "withdrawn"}


async def test_a_job_of_somebody_else_is_as_good_as_none(stack: Running, seller: Seller) -> None:
    job_id = (await seller.post()).json()["job_id"]
    await seller.becomes(job_id, craigslist="live")
    other = Seller(stack, await stack.guest())
    listing = f"/jobs/{job_id}/listings/craigslist"
    for method, path, content in (
        ("GET", f"/jobs/{job_id}", None),
        ("POST", f"/jobs/{job_id}/edit", {"price": 1}),
        ("POST", f"/jobs/{job_id}/cancel", None),
        ("POST", f"{listing}/withdraw", None),
        ("POST", f"{listing}/mark-sold", None),
        ("POST", f"{listing}/relist", None),
        ("POST", f"{listing}/retry", {}),
        ("POST", f"{listing}/edit", {"price": 1}),
    ):
        problem(await other.ask(method, path, content), 404, "no_such_job")
    problem(await seller.ask("GET", f"/jobs/{uuid.uuid4()}"), 404, "no_such_job")
    problem(
        await seller.ask("POST", f"/jobs/{job_id}/listings/ebay/withdraw"), 404, "no_such_listing"
    )
    assert await seller.statuses(job_id) == {"craigslist": "live"}


async def test_all_that_wait_with_an_error_are_tried_again_in_one_call(
    stack: Running, seller: Seller
) -> None:
    await stack.fault(
        marketplace="craigslist",
        match="POST /bulk-rss/validate",
        kind="status",
        status=403,
        count=3,
    )
    try:
        jobs = [(await seller.post()).json()["job_id"] for _ in range(3)]
        for job_id in jobs:
            await seller.becomes(job_id, craigslist="needs_action")
    finally:
        await stack.clear_faults()
    other = Seller(stack, await stack.guest())

    async def asked(by: Seller, **which: str) -> int:
        reply = await by.ask("POST", "/jobs/retry", which)
        assert reply.status_code == 200, reply.text
        count: int = reply.json()["retried"]
        return count

    assert await asked(other, error="unauthorized") == 0
    assert await asked(seller, marketplace="ebay", error="unauthorized") == 0
    assert await asked(seller, error="rejected") == 0
    retried = 0

    async def all_were() -> bool:
        # The list that is searched is about a second behind.
        nonlocal retried
        retried += await asked(seller, marketplace="craigslist", error="unauthorized")
        return retried >= len(jobs)

    await eventually(all_were, "all three are tried again")
    for job_id in jobs:
        await seller.becomes(job_id, craigslist="live")
    elsewhere = await seller.ask("POST", "/jobs/retry", {"marketplace": "etsy"})
    assert named(problem(elsewhere, 422, "unknown_marketplace")) == ["marketplace"]
    slip = await seller.ask("POST", "/jobs/retry", {"marketplce": "craigslist"})
    assert named(problem(slip, 422, "invalid_request")) == ["body.marketplce"]

"""A marketplace in a package of its own: installed, configured by environment, searched, posted to.

Nothing of the product is edited for it.
"""

import json
import os
import threading
import uuid
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.plugins.installing import TRINKETS, install
from tests.running import Running, eventually, running_stack

KEY = "a-key-of-trinkets"


class Trinkets:
    """The marketplace itself: two things on sale, and whatever is listed."""

    def __init__(self) -> None:
        self.listed: dict[str, dict[str, Any]] = {}
        trinkets = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self, status: int, body: Any) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def _key(self) -> str:
                return self.path.rpartition("/")[2]

            def _is_refused(self) -> bool:
                if self.headers["Authorization"] == f"Bearer {KEY}":
                    return False
                self._answer(401, {})
                return True

            def do_GET(self) -> None:
                if self._is_refused():
                    return
                if self.path.startswith("/things?"):
                    self._answer(200, {"total": 2, "things": trinkets.things})
                elif self._key() in trinkets.listed:
                    self._answer(200, trinkets.listed[self._key()])
                else:
                    self._answer(404, {})

            def do_PUT(self) -> None:
                if self._is_refused():
                    return
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                number = f"t{len(trinkets.listed)}"
                listed = trinkets.listed.setdefault(self._key(), {**body, "id": number})
                self._answer(200, listed)

            def do_DELETE(self) -> None:
                if not self._is_refused():
                    trinkets.listed.pop(self._key(), None)
                    self._answer(200, {})

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.things = [
            {"id": "1", "title": "Brass snow globe", "price": "19.50", "page": f"{self.url}/t/1"},
            {"id": "2", "title": "Glass snow globe", "price": "-4", "page": f"{self.url}/t/2"},
        ]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def trinkets() -> Iterator[Trinkets]:
    marketplace = Trinkets()
    yield marketplace
    marketplace.server.shutdown()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package in it, as pip would install it."""
    installed = tmp_path_factory.mktemp("installed")
    install(TRINKETS, installed)
    return installed


@pytest.fixture(scope="module")
async def stack(
    trinkets: Trinkets, installed: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Running]:
    async with running_stack(
        tmp_path_factory.mktemp("trinkets"),
        PYTHONPATH=os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(installed)])),
        TALKNSHOP_TRINKETS_API_URL=trinkets.url,
        TALKNSHOP_TRINKETS_API_KEY=KEY,
        TALKNSHOP_SEARCH_MARKETPLACES='["ebay", "trinkets"]',
        TALKNSHOP_POSTING_MARKETPLACES='["ebay", "trinkets"]',
    ) as running:
        yield running


async def test_it_is_searched_beside_the_others(stack: Running) -> None:
    session = await stack.guest()
    answer = await stack.http.post(
        f"{stack.web}/api/v1/search",
        json={"product_type": "snow globe", "marketplaces": ["ebay", "trinkets"]},
        headers={"Authorization": f"Bearer {session['token']}"},
    )
    found = answer.raise_for_status().json()
    (source,) = [source for source in found["sources"] if source["marketplace"] == "trinkets"]
    assert (source["status"], source["count"]) == ("done", 1)
    (globe,) = [p for p in found["products"] if p["marketplace"] == "trinkets"]
    assert (globe["title"], globe["price"]) == ("Brass snow globe", 19.5)


async def test_it_is_posted_to_once_and_taken_down(stack: Running, trinkets: Trinkets) -> None:
    session = await stack.guest()
    headers = {"Authorization": f"Bearer {session['token']}", "Idempotency-Key": str(uuid.uuid4())}
    listing = {
        "title": "Snow globe of Seattle",
        "price": 25,
        "condition": "good",
        "description": "It snows.",
        "target_marketplaces": ["trinkets"],
    }
    accepted = await stack.http.post(f"{stack.web}/api/v1/post", json=listing, headers=headers)
    job_id = accepted.raise_for_status().json()["job_id"]
    job_url = f"{stack.web}/api/v1/jobs/{job_id}"

    async def has_status(status: str) -> bool:
        job = (await stack.http.get(job_url, headers=headers)).raise_for_status().json()
        return bool(job["marketplace_jobs"][0]["status"] == status)

    await eventually(lambda: has_status("live"), "the listing is live on Trinkets")
    assert [listed["title"] for listed in trinkets.listed.values()] == ["Snow globe of Seattle"]
    withdraw = f"{job_url}/listings/trinkets/withdraw"
    (await stack.http.post(withdraw, json={}, headers=headers)).raise_for_status()
    await eventually(lambda: has_status("withdrawn"), "the listing is withdrawn")
    assert trinkets.listed == {}


async def test_its_rules_are_checked_before_anything_is_sent(
    stack: Running, trinkets: Trinkets
) -> None:
    session = await stack.guest()
    listing = {
        "title": "Snow globe",
        "price": 0.5,
        "condition": "good",
        "target_marketplaces": ["trinkets"],
    }
    answer = await stack.http.post(
        f"{stack.web}/api/v1/post",
        json=listing,
        headers={"Authorization": f"Bearer {session['token']}"},
    )
    assert answer.status_code == 422
    assert "Trinkets takes prices from $1" in answer.text
    assert trinkets.listed == {}

"""What eBay tells by itself of a sale: signed, and not always once, in order, or at all."""

import json
import threading
from collections.abc import AsyncIterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from urllib.parse import parse_qs, urlsplit

import pytest
from listings import PHOTOS, request_for
from sandbox_control import Sandbox

from adapters.errors import Rejected, Unauthorized
from adapters.marketplaces.port import Notices
from adapters.marketplaces.registry import Marketplaces

Notice = tuple[dict[str, str], bytes]


class Receiver:
    """An address that eBay may tell; it answers each message with the next of `answers`."""

    def __init__(self, notices: Notices) -> None:
        self.taken: Queue[Notice] = Queue()
        self.answers: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                code = parse_qs(urlsplit(self.path).query)["challenge_code"][0]
                answer = json.dumps(notices.challenge(code, receiver.url)).encode()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(answer)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
                self.end_headers()
                receiver.taken.put((headers, body))

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def next(self, seconds: float = 10) -> Notice:
        return self.taken.get(timeout=seconds)

    def is_quiet(self) -> bool:
        try:
            self.taken.get(timeout=0.3)
        except Empty:
            return True
        return False


@pytest.fixture
def notices(marketplaces: Marketplaces) -> Notices:
    return marketplaces.notices["ebay"]


@pytest.fixture
async def receiver(notices: Notices, sandbox: Sandbox) -> AsyncIterator[Receiver]:
    receiver = Receiver(notices)
    await notices.subscribe(receiver.url)
    yield receiver
    receiver.server.shutdown()
    sandbox.reset(subscriptions=True)


async def sell(marketplaces: Marketplaces, sandbox: Sandbox, job_id: str = "job-1") -> str:
    live = await marketplaces.posting["ebay"].publish(request_for("ebay", job_id), PHOTOS)
    sandbox.buy("ebay", live.listing_id)
    return live.listing_id


def listing_of(notice: Notice) -> str:
    lines = json.loads(notice[1])["notification"]["data"]["orderLineItems"]
    return str(lines[0]["legacyItemId"])


async def test_a_sale_is_told_with_a_signature_that_holds(
    marketplaces: Marketplaces, sandbox: Sandbox, notices: Notices, receiver: Receiver
) -> None:
    listing_id = await sell(marketplaces, sandbox)
    headers, body = receiver.next()
    assert await notices.read(headers, body)
    assert listing_of((headers, body)) == listing_id
    with pytest.raises(Unauthorized):
        await notices.read(headers, body.replace(b"ORDER", b"OTHER"))
    assert receiver.is_quiet()


async def test_subscribing_again_changes_nothing(
    marketplaces: Marketplaces, sandbox: Sandbox, notices: Notices, receiver: Receiver
) -> None:
    await notices.subscribe(receiver.url)
    await sell(marketplaces, sandbox)
    receiver.next()
    assert receiver.is_quiet()


async def test_an_address_that_does_not_know_the_answer_is_not_told(notices: Notices) -> None:
    with pytest.raises(Rejected, match="Challenge"):
        await notices.subscribe("http://127.0.0.1:9/nobody")


async def test_a_notice_may_come_twice_and_says_so_by_its_id(
    marketplaces: Marketplaces, sandbox: Sandbox, notices: Notices, receiver: Receiver
) -> None:
    sandbox.spoil("ebay", "", "duplicate_notice")
    await sell(marketplaces, sandbox)
    first, second = receiver.next(), receiver.next()
    assert await notices.read(*first) == await notices.read(*second) is not None


async def test_a_notice_that_was_not_taken_comes_again(
    marketplaces: Marketplaces, sandbox: Sandbox, receiver: Receiver
) -> None:
    receiver.answers = [503]
    await sell(marketplaces, sandbox)
    refused, taken = receiver.next(), receiver.next()
    attempts = [json.loads(n[1])["notification"]["publishAttemptCount"] for n in (refused, taken)]
    assert attempts == [1, 2]


async def test_notices_may_overtake_each_other_and_get_lost(
    marketplaces: Marketplaces, sandbox: Sandbox, receiver: Receiver
) -> None:
    sandbox.spoil("ebay", "", "reorder_notice")
    first = await sell(marketplaces, sandbox, "first")
    second = await sell(marketplaces, sandbox, "second")
    assert [listing_of(receiver.next()) for _ in range(2)] == [second, first]
    sandbox.spoil("ebay", "", "lose_notice")
    await sell(marketplaces, sandbox, "third")
    assert receiver.is_quiet()


async def test_a_forged_notice_is_refused(
    marketplaces: Marketplaces, sandbox: Sandbox, notices: Notices, receiver: Receiver
) -> None:
    sandbox.spoil("ebay", "", "forge_notice")
    await sell(marketplaces, sandbox)
    headers, body = receiver.next()
    with pytest.raises(Unauthorized):
        await notices.read(headers, body)

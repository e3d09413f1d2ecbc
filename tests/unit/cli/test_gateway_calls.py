"""What a person types reaches the gateway whole, and an answer from elsewhere is said to be one."""

import httpx
import pytest

from talknshop.cli.errors import CommandError
from talknshop.cli.gateway import Gateway
from talknshop.listing import ListingSpec

URL = "http://gateway"


def gateway(asked: list[httpx.Request], reply: httpx.Response) -> Gateway:
    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return reply

    return Gateway(URL, httpx.AsyncClient(transport=httpx.MockTransport(answer)))


@pytest.mark.parametrize(
    ("job_id", "path"),
    [("a/../b", b"a%2F..%2Fb"), ("a?b#c", b"a%3Fb%23c"), ("ä", b"%C3%A4")],
)
async def test_a_job_s_id_is_one_part_of_the_path(job_id: str, path: bytes) -> None:
    asked: list[httpx.Request] = []
    unknown = httpx.Response(404, json={"detail": "There is no such job."})
    with pytest.raises(CommandError, match="There is no such job"):
        await gateway(asked, unknown).job(job_id)
    assert [request.url.raw_path for request in asked] == [b"/api/v1/jobs/" + path]


async def test_so_is_each_part_of_what_is_done_with_it() -> None:
    asked: list[httpx.Request] = []
    done = gateway(asked, httpx.Response(200, json={}))
    await done.act("j1", "listings", "e/bay?", "mark-sold", params={"quantity": 2})
    await done.act("j1", "edit", json={"price": 5})
    sold, edited = asked
    assert sold.url.raw_path == b"/api/v1/jobs/j1/listings/e%2Fbay%3F/mark-sold?quantity=2"
    assert (edited.url.path, edited.content) == ("/api/v1/jobs/j1/edit", b'{"price":5}')


@pytest.mark.parametrize(
    ("key", "header"), [("order 7, again", "order 7, again"), ("möbel\n", "m%C3%B6bel%0A")]
)
async def test_any_key_fits_into_its_header(key: str, header: str) -> None:
    asked: list[httpx.Request] = []
    accepted = httpx.Response(202, json={"job_id": "j1"})
    listing = ListingSpec.model_validate({"title": "Lamp", "price": 5, "condition": "good"})
    assert await gateway(asked, accepted).post(listing, key=key) == "j1"
    assert asked[0].headers["Idempotency-Key"] == header


async def test_a_page_is_no_answer_of_a_gateway() -> None:
    page = httpx.Response(200, html="<html>")
    with pytest.raises(CommandError, match=f"What answers at {URL} is no gateway of TalknShop"):
        await gateway([], page).jobs()

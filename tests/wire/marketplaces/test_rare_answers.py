"""Answers that vendors document and the sandbox does not give on request."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from scripted_server import Answer, answering, scripted

from adapters.errors import AdapterError, OutcomeUnknown, Rejected, Throttled, Unauthorized
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.registry import Marketplaces, load_marketplaces
from talknshop.jobs import ListingRequest
from talknshop.listing import ListingSpec
from talknshop.model import Condition
from talknshop.requirement import RequirementSpec

KEYS = {
    "ebay": {"client_id": "id", "client_secret": "s", "refresh_token": "r"},
    "bestbuy": {"api_key": "k"},
    "facebook": {"access_token": "t", "catalog_id": "1"},
}
TOKEN = answering(200, b'{"access_token": "t", "expires_in": 7200}')


class Photos:
    async def read(self, media_id: str) -> Any:
        raise AssertionError("no photo should be needed")

    def public_url(self, media_id: str) -> str:
        return f"https://photos.example/{media_id}.jpg"


def saying(body: Any, status: int = 200) -> Answer:
    return answering(status, json.dumps(body).encode())


def at(url: str, http: httpx.AsyncClient) -> Marketplaces:
    return load_marketplaces(http, SandboxAccess(url, KEYS))


def request_for(name: str) -> ListingRequest:
    listing = ListingSpec(title="Lamp", price=20, condition=Condition.GOOD, media_refs=["photo-1"])
    return ListingRequest(job_id="j", user_id="u", marketplace=name, listing=listing)


def offers(status: str, **listing: Any) -> dict[str, Any]:
    listed = {"listingId": "225001112299", "listingStatus": "ACTIVE", "soldQuantity": 0}
    return {"offers": [{"offerId": "1", "status": status, "listing": {**listed, **listing}}]}


@pytest.mark.parametrize(
    ("reply", "is_found"),
    [
        (offers("PUBLISHED"), True),
        (offers("UNPUBLISHED"), False),
        (offers("PUBLISHED", listingStatus="ENDED"), False),
        (offers("PUBLISHED", listingStatus="ENDED", soldQuantity=1), True),
        (offers("UNPUBLISHED", listingStatus="ENDED", soldQuantity=1), True),
        ({"offers": []}, False),
    ],
)
async def test_an_ebay_listing_is_found_while_it_is_up_or_once_it_was_sold(
    reply: dict[str, Any], is_found: bool, http: httpx.AsyncClient
) -> None:
    async with scripted(TOKEN, saying(reply)) as server:
        found = await at(server.url, http).posting["ebay"].find(request_for("ebay"))
    assert (found is not None) is is_found


@pytest.mark.parametrize(
    "batch",
    [
        {"handle": "h", "status": "finished", "errors": [{"message": "image_link is broken"}]},
        {"handle": "h", "status": "error", "errors": []},
    ],
)
async def test_what_facebook_finds_wrong_later_is_rejected(
    batch: dict[str, Any], http: httpx.AsyncClient
) -> None:
    answers = [
        saying({"data": []}),
        saying({"handles": ["h"]}),
        saying({"data": [{"handle": "h", "status": "in_progress"}]}),
        saying({"data": [batch]}),
    ]
    async with scripted(*answers) as server:
        facebook = at(server.url, http).posting["facebook"]
        with pytest.raises(Rejected):
            await facebook.publish(request_for("facebook"), Photos())


async def test_a_batch_that_facebook_does_not_finish_is_in_doubt(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALKNSHOP_FACEBOOK_BATCH_PATIENCE", "PT0.05S")
    answers = [
        saying({"data": []}),
        saying({"handles": ["h"]}),
        saying({"data": [{"handle": "h", "status": "in_progress"}]}),
    ]
    async with scripted(*answers) as server:
        facebook = at(server.url, http).posting["facebook"]
        with pytest.raises(OutcomeUnknown):
            await facebook.publish(request_for("facebook"), Photos())


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": 190, "error_subcode": 463}, Unauthorized),
        ({"code": 200}, Unauthorized),
        ({"code": 100, "error_subcode": 33}, Unauthorized),
        ({"code": 100}, Rejected),
        ({"code": 4}, Throttled),
        ({"code": 613}, Throttled),
    ],
    ids=str,
)
async def test_facebooks_error_codes_have_their_meaning(
    error: dict[str, int], kind: type[AdapterError], http: httpx.AsyncClient
) -> None:
    async with scripted(saying({"error": {"message": "no", **error}}, 400)) as server:
        with pytest.raises(AdapterError) as caught:
            await at(server.url, http).posting["facebook"].find(request_for("facebook"))
    assert type(caught.value) is kind


def good(**changes: Any) -> dict[str, Any]:
    return {"sku": 1, "name": "Lamp", "salePrice": 20.0, "condition": "New", **changes}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda: good(name=""),
        lambda: good(salePrice=-5),
        lambda: good(salePrice=1e12),
        lambda: good(sku=None),
        lambda: "nonsense",
    ],
)
async def test_unusable_offers_are_dropped_and_counted(
    spoil: Callable[[], Any], http: httpx.AsyncClient
) -> None:
    page = {"total": 3, "products": [good(), spoil(), good(sku=2, image="javascript:x")]}
    async with scripted(saying(page)) as server:
        bestbuy = at(server.url, http).searching["bestbuy"]
        found = await bestbuy.search(RequirementSpec(product_type="lamp"), 5)
    assert [product.product_id for product in found.products] == ["1", "2"]
    assert found.products[1].image_url is None
    assert (sum(found.dropped.values()), found.total_found) == (1, 3)
    assert found.cleaned["image"] == 1

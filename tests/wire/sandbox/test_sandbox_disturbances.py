"""Faults, latency, counts, and what survives a kill."""

import json
import os
import stat

import httpx
import pytest
from ebay_documents import ITEM, LOCATION, OFFER, SELL, US

BROWSE = "/buy/browse/v1/item_summary/search?q=tv"


@pytest.mark.parametrize(
    ("marketplace", "path", "status", "words"),
    [
        ("ebay", "/buy/browse/v1/item_summary/search", 429, "2001"),
        ("amazon", "/catalog/v1/searchItems", 429, "ThrottleException"),
        ("walmart", "/api-proxy/service/affil/product/v2/search", 429, "errors"),
        ("bestbuy", "/v1/products(search=tv)", 403, "limit"),
        ("craigslist", "/bulkpost/v1/postings/1/status", 429, "too many requests"),
        ("facebook", "/v26.0/1/products", 400, "80014"),
    ],
)
def test_throttling_speaks_each_marketplaces_own_language(
    sandbox, marketplace, path, status, words
):
    sandbox.disturb(marketplace=marketplace, kind="throttle", retry_after=7)
    with sandbox.client() as http:
        answer = http.get(path)
        assert answer.status_code == status
        assert words in answer.text
        assert words not in http.get(path).text


def test_a_fault_strikes_only_what_it_names_and_as_often_as_it_says(sandbox):
    sandbox.disturb(marketplace="ebay", match="GET /buy", kind="status", status=503, count=2)
    with sandbox.ebay() as http:
        assert http.get(f"{SELL}/location/home").status_code == 404
        assert [http.get(BROWSE).status_code for _ in range(3)] == [503, 503, 200]


def test_a_malformed_reply_is_no_json(sandbox):
    sandbox.disturb(marketplace="ebay", kind="malformed", match="GET /buy")
    with sandbox.ebay() as http, pytest.raises(json.JSONDecodeError):
        http.get(BROWSE).json()


def test_a_hanging_request_never_answers(sandbox):
    sandbox.disturb(marketplace="ebay", kind="hang", match="GET /buy")
    with sandbox.ebay() as http, pytest.raises(httpx.ReadTimeout):
        http.get(BROWSE, timeout=0.2)


def test_a_dropped_reply_has_taken_effect(sandbox):
    with sandbox.ebay() as http:
        sandbox.disturb(marketplace="ebay", kind="drop_reply", match="PUT /sell")
        with pytest.raises(httpx.RemoteProtocolError):
            http.put(f"{SELL}/inventory_item/lost", json=ITEM, headers=US)
        assert http.get(f"{SELL}/inventory_item/lost").status_code == 200


def test_cleared_faults_do_not_strike(sandbox):
    sandbox.disturb(marketplace="ebay", kind="status", count=5)
    with sandbox.client() as http:
        http.delete("/_sandbox/faults").raise_for_status()
    with sandbox.ebay() as http:
        assert http.get(BROWSE).status_code == 200


def test_expired_tokens_are_refused(sandbox):
    with sandbox.ebay() as http:
        http.post("/_sandbox/expire_tokens").raise_for_status()
        assert http.get(BROWSE).json()["errors"][0]["errorId"] == 1001


def test_requests_are_counted_by_marketplace_and_path(sandbox):
    with sandbox.ebay() as http:
        http.get(BROWSE)
        counts = http.get("/_sandbox/requests").json()
    assert counts["total"]["ebay"] == 2
    assert counts["total"]["walmart"] == 0
    assert counts["paths"]["ebay"]["GET /buy/browse/v1/item_summary/search"] == 1


def test_latency_is_set_for_one_marketplace_or_all(sandbox):
    with sandbox.client() as http:
        one = http.post("/_sandbox/latency", json={"mode": "default", "marketplace": "walmart"})
        assert {name for name, mode in one.json().items() if mode == "default"} == {"walmart"}
        assert set(http.post("/_sandbox/latency", json={"mode": "none"}).json().values()) == {
            "none"
        }


def test_an_unknown_marketplace_cannot_be_disturbed(sandbox):
    with sandbox.client() as http:
        fault = {"marketplace": "etsy", "kind": "hang"}
        assert http.post("/_sandbox/faults", json=fault).status_code == 422


def test_a_kill_loses_nothing_that_was_acknowledged(own_sandbox):
    keys = own_sandbox.keys
    with own_sandbox.ebay() as http:
        token = http.headers["Authorization"]
        http.post(f"{SELL}/location/home", json=LOCATION).raise_for_status()
        http.put(f"{SELL}/inventory_item/job1-ebay", json=ITEM, headers=US).raise_for_status()
        offer = http.post(f"{SELL}/offer", json=OFFER, headers=US).json()["offerId"]
        listing = http.post(f"{SELL}/offer/{offer}/publish").json()["listingId"]
    own_sandbox.kill()
    own_sandbox.start()
    assert own_sandbox.keys == keys
    assert [entry["listing_id"] for entry in own_sandbox.listings("ebay")] == [listing]
    with own_sandbox.client(Authorization=token) as http:
        assert http.get(f"{SELL}/offer/{offer}").json()["status"] == "PUBLISHED"


def test_keys_are_readable_by_their_owner_only(sandbox):
    mode = os.stat(sandbox.data_dir / "credentials.json").st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_the_catalogue_is_the_same_in_every_run(sandbox, own_sandbox):
    def titles(running):
        with running.ebay() as http:
            items = http.get(f"{BROWSE}&limit=200").json()["itemSummaries"]
        return [(item["itemId"], item["title"], item["price"]) for item in items]

    assert titles(sandbox) == titles(own_sandbox)

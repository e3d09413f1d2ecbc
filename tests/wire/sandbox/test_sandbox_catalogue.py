"""The goods: how many there are, what a person brings of their own, when a listing is found."""

import json
import statistics
from collections import Counter

import pytest
from ebay_documents import ITEM, LOCATION, OFFER, SELL, US
from starlette.testclient import TestClient

from sandbox.app import create_app
from sandbox.catalogue.catalogue import Catalogue
from sandbox.catalogue.stocking import keep_as_it_is, open_stocked

MINE = [
    {
        "title": "Acme Portable Time Machine",
        "price": 1999.99,
        "brand": "Acme",
        "category": "Time Machine",
        "gtin": "00012345678905",
        "image": "https://example.com/machine.jpg",
        "rating": 4.9,
        "reviews": 12,
    },
    {
        "title": "iPhone 13 128GB",
        "price": 500,
        "category": "phones",
        "offers": [
            {"marketplace": "ebay", "condition": "good", "price": 389.5, "seller": "aunt_may"},
            {"marketplace": "walmart", "stock": 0},
        ],
    },
]


@pytest.fixture
def empty(tmp_path):
    """A sandbox without goods, in this process."""
    keep_as_it_is(Catalogue(tmp_path / "catalogue.sqlite"))
    app = create_app(tmp_path, latency="none", index_delay=3600)
    return TestClient(app, base_url="http://127.0.0.1")


def as_lines(products):
    return "\n".join(map(json.dumps, products))


def ebay_of(client):
    keys = client.app.state.world.credentials.ebay
    token = client.post(
        "/identity/v1/oauth2/token",
        auth=(keys.client_id, keys.client_secret),
        data={"grant_type": "refresh_token", "refresh_token": keys.refresh_token},
    ).json()["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"
    return client


def found(client, words, **query):
    answer = client.get("/buy/browse/v1/item_summary/search", params={"q": words, **query}).json()
    return answer.get("itemSummaries", [])


def test_the_same_things_are_sold_in_several_places_at_several_prices(sandbox):
    catalogue = Catalogue(sandbox.data_dir / "catalogue.sqlite")
    assert catalogue.count_products() >= 20_000
    rows = catalogue._db.execute(
        "SELECT p.gtin, o.marketplace, o.price FROM offers o JOIN products p"
        " ON p.number = o.product WHERE o.state = 'new'"
    ).fetchall()
    places = Counter(gtin for gtin, _ in {(gtin, place) for gtin, place, _ in rows})
    assert sum(count >= 2 for count in places.values()) > 8_000
    prices = {}
    for gtin, _, price in rows:
        prices.setdefault(gtin, []).append(price)
    spread = [max(p) / min(p) for p in prices.values() if len(p) > 1]
    assert 1.02 < statistics.median(spread) < 1.5


def test_own_goods_are_added_to_or_take_the_place_of_what_is_there(empty):
    answer = empty.post("/_sandbox/import", content=as_lines(MINE))
    assert answer.json() == {"products": 2}
    ebay = ebay_of(empty)
    (machine,) = found(ebay, "time machine")
    assert machine["price"] == {"value": "1999.99", "currency": "USD"}
    assert machine["image"]["imageUrl"] == "https://example.com/machine.jpg"
    (phone,) = found(ebay, "iphone 13", filter="conditionIds:{3000}")
    assert (phone["price"]["value"], phone["seller"]["username"]) == ("389.50", "aunt_may")
    replaced = empty.post("/_sandbox/import?mode=replace", content=as_lines(MINE[:1]))
    assert replaced.json() == {"products": 1}
    assert found(ebay, "iphone 13") == []


def test_a_line_that_is_wrong_is_named_and_nothing_is_taken(empty):
    wrong = [MINE[0], {**MINE[1], "price": -1}]
    answer = empty.post("/_sandbox/import", content=as_lines(wrong))
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("line 2: price: ")
    assert empty.get("/_sandbox/health").json()["products"] == 0


def test_goods_that_were_imported_outlive_a_restart(tmp_path):
    path = tmp_path / "catalogue.sqlite"
    keep_as_it_is(Catalogue(path))
    TestClient(create_app(tmp_path, latency="none")).post(
        "/_sandbox/import", content=as_lines(MINE)
    )
    assert open_stocked(path, seed=1).count_products() == 2


def test_a_new_listing_is_found_only_after_a_while(empty):
    ebay = ebay_of(empty)
    ebay.post(f"{SELL}/location/home", json=LOCATION).raise_for_status()
    ebay.put(f"{SELL}/inventory_item/job1-ebay", json=ITEM, headers=US).raise_for_status()
    offer_id = ebay.post(f"{SELL}/offer", json=OFFER, headers=US).json()["offerId"]
    listing_id = ebay.post(f"{SELL}/offer/{offer_id}/publish").json()["listingId"]
    assert found(ebay, "iphone") == []
    assert ebay.get(f"/buy/browse/v1/item/v1|{listing_id}|0").is_success

"""eBay's formats, as real clients use them."""

import httpx
import pytest
from ebay_documents import ITEM, LOCATION, OFFER, SELL, US

BROWSE = "/buy/browse/v1/item_summary/search"


def error_of(response: httpx.Response) -> tuple[int, int]:
    return response.status_code, response.json()["errors"][0]["errorId"]


@pytest.fixture
def ebay(sandbox):
    with sandbox.ebay() as http:
        yield http


@pytest.fixture
def offer_id(ebay) -> str:
    """An offer that is ready to be published."""
    ebay.post(f"{SELL}/location/home", json=LOCATION).raise_for_status()
    ebay.put(f"{SELL}/inventory_item/job1-ebay", json=ITEM, headers=US).raise_for_status()
    return ebay.post(f"{SELL}/offer", json=OFFER, headers=US).raise_for_status().json()["offerId"]


def test_a_wrong_client_secret_gets_the_oauth_envelope(sandbox):
    with sandbox.client() as http:
        answer = http.post(
            "/identity/v1/oauth2/token",
            auth=("nobody", "wrong"),
            data={"grant_type": "client_credentials"},
        )
    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"


def test_an_application_token_may_search_but_not_sell(sandbox):
    keys = sandbox.keys["ebay"]
    with sandbox.client() as http:
        token = http.post(
            "/identity/v1/oauth2/token",
            auth=(keys["client_id"], keys["client_secret"]),
            data={
                "grant_type": "client_credentials",
                "scope": "https://api.ebay.com/oauth/api_scope",
            },
        ).json()
        bearer = {"Authorization": f"Bearer {token['access_token']}"}
        assert token["token_type"] == "Application Access Token"
        assert http.get(BROWSE, params={"q": "laptop"}, headers=bearer).status_code == 200
        assert error_of(http.get(f"{SELL}/offer?sku=a", headers=bearer)) == (403, 1100)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, (400, 1002)),
        ({"Authorization": "Basic abc"}, (400, 1003)),
        ({"Authorization": "Bearer old"}, (401, 1001)),
    ],
)
def test_missing_and_bad_tokens_are_told_apart(sandbox, headers, expected):
    with sandbox.client() as http:
        assert error_of(http.get(BROWSE, params={"q": "tv"}, headers=headers)) == expected


def test_a_search_holds_to_price_and_condition_and_writes_money_as_strings(ebay):
    answer = ebay.get(
        BROWSE,
        params={
            "q": "laptop",
            "filter": "price:[250..1000],priceCurrency:USD,conditionIds:{1000|1500}",
            "sort": "price",
            "limit": 50,
        },
    ).json()
    assert answer["total"] >= 10
    for item in answer["itemSummaries"]:
        assert isinstance(item["price"]["value"], str)
        assert 250 <= float(item["price"]["value"]) <= 1000
        assert item["conditionId"] in ("1000", "1500")
        assert "FIXED_PRICE" in item["buyingOptions"]
    totals = [
        float(i["price"]["value"]) + float(i["shippingOptions"][0]["shippingCost"]["value"])
        for i in answer["itemSummaries"]
    ]
    assert totals == sorted(totals)


def test_filters_arrive_partly_encoded_as_real_clients_send_them(ebay):
    raw = "q=laptop&filter=price:%5B..500%5D,priceCurrency:USD,conditions:%7BUSED%7D&limit=5"
    answer = ebay.get(f"{BROWSE}?{raw}").json()
    assert "warnings" not in answer
    assert all(float(item["price"]["value"]) <= 500 for item in answer["itemSummaries"])


def test_an_unknown_filter_warns_and_a_price_without_currency_is_ignored(ebay):
    answer = ebay.get(BROWSE, params={"q": "laptop", "filter": "price:[..1],colour:{red}"}).json()
    assert [warning["errorId"] for warning in answer["warnings"]] == [12002, 12002]
    assert answer["total"] > 0


def test_nothing_found_leaves_item_summaries_out(ebay):
    answer = ebay.get(BROWSE, params={"q": "zeppelin"}).json()
    assert answer["total"] == 0
    assert "itemSummaries" not in answer


@pytest.mark.parametrize(
    ("query", "error_id"),
    [
        ({}, 12001),
        ({"q": "tv", "limit": 201}, 12007),
        ({"q": "tv", "limit": "x"}, 12006),
        ({"q": "tv", "offset": 10000}, 12029),
    ],
)
def test_bad_search_parameters_have_their_own_errors(ebay, query, error_id):
    assert error_of(ebay.get(BROWSE, params=query)) == (400, error_id)


def test_pages_follow_each_other_without_overlap(ebay):
    first = ebay.get(BROWSE, params={"q": "laptop", "limit": 20}).json()
    second = ebay.get(first["next"]).json()
    ids = [item["itemId"] for page in (first, second) for item in page["itemSummaries"]]
    assert len(set(ids)) == 40
    assert "prev" in second


def test_an_item_is_read_by_its_encoded_id(ebay):
    summary = ebay.get(BROWSE, params={"q": "iphone 13", "limit": 1}).json()["itemSummaries"][0]
    item = ebay.get(summary["itemHref"]).json()
    assert item["legacyItemId"] == summary["legacyItemId"]
    assert item["brand"] == "Apple"
    assert ebay.get(item["itemWebUrl"]).status_code == 200
    assert ebay.get(item["image"]["imageUrl"]).headers["content-type"] == "image/svg+xml"
    assert error_of(ebay.get("/buy/browse/v1/item/v1%7C1%7C0")) == (404, 11001)


def test_publishing_makes_a_listing_that_people_can_see(sandbox, ebay, offer_id):
    published = ebay.post(
        f"{SELL}/offer/{offer_id}/publish",
        headers={"Content-Type": "application/json", "Content-Length": "0"},
    )
    listing_id = published.json()["listingId"]
    offers = ebay.get(f"{SELL}/offer", params={"sku": "job1-ebay"}).json()["offers"]
    assert [offer["status"] for offer in offers] == ["PUBLISHED"]
    assert offers[0]["listing"]["listingId"] == listing_id
    [listing] = sandbox.listings("ebay")
    assert (listing["key"], listing["listing_id"]) == ("job1-ebay", listing_id)
    assert (listing["price"], listing["status"]) == ("650.00 USD", "live")
    assert "iPhone 13" in ebay.get(listing["url"]).text


def test_a_published_item_is_found_by_buyers_until_it_is_withdrawn(ebay, offer_id):
    def found():
        query = {"q": "iphone 13 midnight 128gb", "filter": "sellers:{me}"}
        items = ebay.get(BROWSE, params=query).json().get("itemSummaries", [])
        return [(item["legacyItemId"], item["price"]["value"]) for item in items]

    assert found() == []
    listing_id = ebay.post(f"{SELL}/offer/{offer_id}/publish").json()["listingId"]
    assert found() == [(listing_id, "650.00")]
    ebay.post(f"{SELL}/offer/{offer_id}/withdraw").raise_for_status()
    assert found() == []


def test_a_second_offer_for_the_same_sku_names_the_first(ebay, offer_id):
    second = ebay.post(f"{SELL}/offer", json=OFFER, headers=US)
    assert error_of(second) == (400, 25002)
    error = second.json()["errors"][0]
    assert "already exists" in error["message"]
    assert error["parameters"] == [{"name": "offerId", "value": offer_id}]


def test_unknown_skus_and_offers_are_errors_not_empty_lists(ebay):
    assert error_of(ebay.get(f"{SELL}/offer", params={"sku": "nope"})) == (404, 25713)
    assert error_of(ebay.get(f"{SELL}/inventory_item/nope")) == (404, 25710)
    assert error_of(ebay.post(f"{SELL}/offer", json=OFFER, headers=US)) == (404, 25702)


def test_a_sku_with_a_space_is_found_whichever_way_it_is_encoded(ebay):
    ebay.put(f"{SELL}/inventory_item/LAP%201", json=ITEM, headers=US).raise_for_status()
    ebay.post(f"{SELL}/offer", json={**OFFER, "sku": "LAP 1"}, headers=US).raise_for_status()
    assert ebay.get(f"{SELL}/offer?sku=LAP+1").json()["total"] == 1


def test_content_language_is_required_for_items_and_offers(ebay):
    assert error_of(ebay.put(f"{SELL}/inventory_item/a", json=ITEM)) == (400, 25709)
    assert error_of(ebay.post(f"{SELL}/offer", json=OFFER)) == (400, 25709)


def test_there_is_no_plain_used_condition(ebay):
    item = {**ITEM, "condition": "USED"}
    assert ebay.put(f"{SELL}/inventory_item/a", json=item, headers=US).status_code == 400


@pytest.mark.parametrize(
    ("change", "error_id"),
    [
        ({"categoryId": ""}, 25005),
        ({"merchantLocationKey": "elsewhere"}, 25012),
        ({"pricingSummary": {}}, 25003),
        ({"listingPolicies": {}}, 25007),
        ({"availableQuantity": 0}, 25004),
    ],
)
def test_publishing_needs_everything(ebay, offer_id, change, error_id):
    ebay.put(f"{SELL}/offer/{offer_id}", json={**OFFER, **change}, headers=US).raise_for_status()
    assert error_of(ebay.post(f"{SELL}/offer/{offer_id}/publish")) == (400, error_id)


def test_withdrawing_ends_the_listing_and_publishing_again_makes_a_new_one(sandbox, ebay, offer_id):
    first = ebay.post(f"{SELL}/offer/{offer_id}/publish").json()["listingId"]
    assert ebay.post(f"{SELL}/offer/{offer_id}/withdraw").json()["listingId"] == first
    assert error_of(ebay.post(f"{SELL}/offer/{offer_id}/withdraw")) == (400, 25713)
    second = ebay.post(f"{SELL}/offer/{offer_id}/publish").json()["listingId"]
    statuses = {entry["listing_id"]: entry["status"] for entry in sandbox.listings("ebay")}
    assert statuses == {first: "withdrawn", second: "live"}


def test_a_new_price_shows_on_the_live_listing(sandbox, ebay, offer_id):
    ebay.post(f"{SELL}/offer/{offer_id}/publish").raise_for_status()
    change = {"offerId": offer_id, "price": {"value": "599.00", "currency": "USD"}}
    answer = ebay.post(
        f"{SELL}/bulk_update_price_quantity",
        json={"requests": [{"sku": "job1-ebay", "offers": [change]}]},
    )
    assert [entry["statusCode"] for entry in answer.json()["responses"]] == [200]
    assert sandbox.listings("ebay")[0]["price"] == "599.00 USD"


def test_a_purchase_is_an_order_that_the_seller_can_read(sandbox, ebay, offer_id):
    listing_id = ebay.post(f"{SELL}/offer/{offer_id}/publish").json()["listingId"]
    purchase = {"marketplace": "ebay", "listing_id": listing_id}
    assert ebay.post("/_sandbox/buy", json=purchase).status_code == 200
    assert ebay.post("/_sandbox/buy", json=purchase).status_code == 409
    orders = ebay.get(
        "/sell/fulfillment/v1/order?filter=lastmodifieddate:%5B2026-01-01T00:00:00.000Z..%5D"
    ).json()["orders"]
    assert [line["sku"] for order in orders for line in order["lineItems"]] == ["job1-ebay"]
    assert sandbox.listings("ebay")[0]["status"] == "sold"


def test_the_older_api_cancels_a_whole_order_once(sandbox, ebay, offer_id):
    listing_id = ebay.post(f"{SELL}/offer/{offer_id}/publish").json()["listingId"]
    ebay.post("/_sandbox/buy", json={"marketplace": "ebay", "listing_id": listing_id})
    (order,) = ebay.get("/sell/fulfillment/v1/order").json()["orders"]
    wish = {
        "legacyOrderId": order["legacyOrderId"],
        "cancelReason": "OUT_OF_STOCK_OR_CANNOT_FULFILL",
    }
    path = "/post-order/v2/cancellation"
    assert ebay.post(path, json=wish).json()["errors"][0]["errorId"] == 1003
    iaf = {"Authorization": ebay.headers["Authorization"].replace("Bearer", "IAF")}
    cancelled = ebay.post(path, json=wish, headers=iaf)
    assert cancelled.status_code == 201
    assert cancelled.json()["cancelId"]
    again = ebay.post(path, json=wish, headers=iaf)
    assert (again.status_code, again.json()["error"][0]["errorId"]) == (409, 1625)
    (order,) = ebay.get("/sell/fulfillment/v1/order").json()["orders"]
    assert order["cancelStatus"]["cancelState"] == "CANCELED"
    assert order["orderPaymentStatus"] == "FULLY_REFUNDED"


def test_a_photo_is_stored_and_served_under_its_new_url(ebay, photo):
    upload = "/commerce/media/v1_beta/image/create_image_from_file"
    answer = ebay.post(upload, files={"image": ("a.png", photo, "image/png")})
    assert answer.status_code == 201
    assert ebay.get(answer.headers["Location"]).json()["imageUrl"] == answer.json()["imageUrl"]
    assert ebay.get(answer.json()["imageUrl"]).content == photo
    refused = ebay.post(upload, files={"image": ("a.png", b"no picture", "image/png")})
    assert error_of(refused) == (400, 190204)


def test_a_photo_is_fetched_from_an_address(ebay, sandbox, photo):
    path = "/commerce/media/v1_beta/image/create_image_from"
    uploaded = ebay.post(f"{path}_file", files={"image": ("a.png", photo, "image/png")}).json()
    made = ebay.post(f"{path}_url", json={"imageUrl": uploaded["imageUrl"]})
    assert made.status_code == 201
    assert made.headers["Location"].startswith(f"{sandbox.url}/commerce/media/v1_beta/image/")
    assert ebay.get(made.json()["imageUrl"]).content == photo
    assert made.json()["imageUrl"] != uploaded["imageUrl"]


@pytest.mark.parametrize(
    ("address", "error_id"),
    [
        ("http://example.com/a.png", 190202),
        ("file:///etc/passwd", 190202),
        ("", 190202),
        ("{sandbox}/uploads/none", 190203),
        ("{sandbox}/", 190204),
    ],
)
def test_what_is_no_picture_at_an_https_address_is_refused(ebay, sandbox, address, error_id):
    body = {"imageUrl": address.replace("{sandbox}", sandbox.url)}
    answer = ebay.post("/commerce/media/v1_beta/image/create_image_from_url", json=body)
    assert error_of(answer) == (400, error_id)


def test_the_three_policies_exist(ebay):
    for kind in ("fulfillment", "payment", "return"):
        answer = ebay.get(f"/sell/account/v1/{kind}_policy", params={"marketplace_id": "EBAY_US"})
        [policy] = answer.json()[f"{kind}Policies"]
        assert policy[f"{kind}PolicyId"] == OFFER["listingPolicies"][f"{kind}PolicyId"]


def test_a_location_can_be_made_once(ebay):
    assert ebay.get(f"{SELL}/location/home").status_code == 404
    assert ebay.post(f"{SELL}/location/home", json=LOCATION).status_code == 204
    assert error_of(ebay.post(f"{SELL}/location/home", json=LOCATION)) == (409, 25803)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"product": 7}', b'{"product": {"imageUrls": "x"}}']
)
def test_bodies_of_the_wrong_shape_are_refused_in_ebays_words(ebay, body):
    answer = ebay.put(f"{SELL}/inventory_item/a", content=body, headers=US)
    assert answer.status_code == 400
    assert answer.json()["errors"]

"""Craigslist's and Facebook's formats, and Poshmark's page."""

import base64
import hmac
import json
import re
import xml.etree.ElementTree as ET

import pytest

CL = "{http://www.craigslist.org/about/cl-bulk-ns/1.0}"
RSS = "{http://purl.org/rss/1.0/}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
TOO_CLEVER = (
    """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>"""
)


def document(keys, photo: bytes, *, area: str = "sea", title: str = "iPhone 13") -> bytes:
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:cl="http://www.craigslist.org/about/cl-bulk-ns/1.0">
 <channel><items><rdf:li rdf:resource="job1-craigslist"/></items>
  <cl:auth username="{keys["email"]}" password="{keys["password"]}"
   accountID="{keys["account_id"]}"/></channel>
 <item rdf:about="job1-craigslist"><title>{title}</title>
  <description><![CDATA[128 GB & more.]]></description>
  <cl:category>mod</cl:category><cl:area>{area}</cl:area><cl:subarea>see</cl:subarea>
  <cl:price>650</cl:price>
  <cl:replyEmail privacy="C" outsideContactOK="0" otherContactInfo="">me@example.com</cl:replyEmail>
  <cl:mapLocation city="Seattle" state="WA" postal="98107"/>
  <cl:image position="0">{base64.b64encode(photo).decode()}</cl:image>
 </item></rdf:RDF>""".encode()


def item_of(answer) -> ET.Element:
    assert answer.status_code == 200, answer.text
    return ET.fromstring(answer.content).find(f"{RSS}item")


@pytest.fixture
def craigslist(sandbox):
    with sandbox.client(**{"Content-Type": "text/xml"}) as http:
        yield http


@pytest.fixture
def manage(sandbox):
    keys = sandbox.keys["craigslist"]
    with sandbox.client() as http:
        token = http.post(
            "/bulkpost/oauth/access-token",
            auth=(f"{keys['email']};{keys['account_id']}", keys["password"]),
            data={"grant_type": "client_credentials", "scope": "bulkpost.posting"},
        ).json()
    with sandbox.client(Authorization=f"Bearer {token['access_token']}") as http:
        yield http


def test_craigslist_keeps_the_pictures_in_the_order_of_their_positions(sandbox, craigslist, photo):
    def image(position: int, data: bytes) -> str:
        return f'<cl:image position="{position}">{base64.b64encode(data).decode()}</cl:image>'

    def with_images(*images: str) -> bytes:
        text = document(sandbox.keys["craigslist"], photo).decode()
        return re.sub(r"<cl:image .*</cl:image>", "".join(images), text).encode()

    first, second = photo + b"first", photo + b"second"
    two = with_images(image(1, second), image(0, first))
    assert (
        item_of(craigslist.post("/bulk-rss/post", content=two)).findtext(f"{CL}postedStatus")
        == "POSTED"
    )
    (listing,) = sandbox.listings("craigslist")
    assert craigslist.get(listing["image"]).content == first
    for images in (
        [image(0, b"no picture")],
        ['<cl:image position="0">not base64!</cl:image>'],
        [image(24, first)],
        [image(at, first) for at in range(24)] + [image(0, first)],
    ):
        refused = item_of(craigslist.post("/bulk-rss/validate", content=with_images(*images)))
        assert refused.findtext(f"{CL}postedStatus") == "NOT_VALID"


@pytest.fixture
def ad(sandbox, photo) -> bytes:
    return document(sandbox.keys["craigslist"], photo)


def test_craigslist_validates_without_posting(sandbox, craigslist, ad):
    item = item_of(craigslist.post("/bulk-rss/validate", content=ad))
    assert item.findtext(f"{CL}postedStatus") == "VALID"
    assert item.get(f"{RDF}about") == "job1-craigslist"
    assert sandbox.listings("craigslist") == []


@pytest.mark.parametrize("content_type", ["text/xml", "application/x-www-form-urlencoded"])
def test_craigslist_posts_an_ad_that_people_can_see(sandbox, craigslist, ad, content_type):
    answer = craigslist.post("/bulk-rss/post", content=ad, headers={"Content-Type": content_type})
    item = item_of(answer)
    assert item.findtext(f"{CL}postedStatus") == "POSTED"
    url = item.findtext(f"{CL}postingViewURL")
    assert url != url.strip()
    assert "128 GB &amp; more." in craigslist.get(url.strip()).text
    [listing] = sandbox.listings("craigslist")
    assert listing["url"] == url.strip()
    assert (listing["key"], listing["status"]) == ("job1-craigslist", "live")


def test_craigslist_makes_two_ads_of_the_same_document_posted_twice(sandbox, craigslist, ad):
    ids = {
        item_of(craigslist.post("/bulk-rss/post", content=ad)).findtext(f"{CL}postingID")
        for _ in range(2)
    }
    assert {listing["listing_id"] for listing in sandbox.listings("craigslist")} == ids
    assert len(ids) == 2


def test_craigslist_explains_what_is_not_valid(sandbox, craigslist, photo):
    wrong = document(sandbox.keys["craigslist"], photo, area="chi", title="")
    item = item_of(craigslist.post("/bulk-rss/post", content=wrong))
    assert item.findtext(f"{CL}postedStatus") == "NOT_VALID"
    assert "title" in item.findtext(f"{CL}postedExplanation")
    assert "subarea" in item.findtext(f"{CL}postedExplanation")


@pytest.mark.parametrize("broken", ["no xml", "<rdf/>", TOO_CLEVER], ids=["text", "empty", "bomb"])
def test_craigslist_refuses_what_is_no_rss(craigslist, broken):
    answer = craigslist.post("/bulk-rss/post", content=broken)
    assert (answer.status_code, answer.text) == (415, "Failed to parse RSS")


def test_craigslist_wants_the_account_in_the_document(craigslist, sandbox, photo):
    stranger = {"email": "x@example.com", "password": "no", "account_id": "1"}
    answer = craigslist.post("/bulk-rss/post", content=document(stranger, photo))
    assert answer.status_code == 403


def test_craigslist_manages_price_and_removal(sandbox, craigslist, manage, ad):
    posted = item_of(craigslist.post("/bulk-rss/post", content=ad))
    path = f"/bulkpost/v1/postings/{posted.findtext(f'{CL}postingID')}"
    assert manage.get(f"{path}/status").json()["data"]["status"] == "active"
    assert manage.put(f"{path}/price", data={"price": "599"}).json()["data"]["price"] == 599
    assert manage.put(f"{path}/body", data={"body": "Now cheaper."}).json()["errors"] == []
    assert manage.get(f"{path}/body").json()["data"] == {"body": "Now cheaper."}
    assert sandbox.listings("craigslist")[0]["price"] == "599 USD"
    manage.delete(path).raise_for_status()
    assert manage.get(f"{path}/status").json()["data"]["status"] == "deleted"


def test_craigslist_reports_an_unknown_posting_in_a_200(manage):
    answer = manage.get("/bulkpost/v1/postings/7/status")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (200, 0)


def test_craigslist_management_needs_a_token(craigslist):
    assert craigslist.get("/bulkpost/v1/postings/7/status").status_code == 401


@pytest.fixture
def graph(sandbox):
    keys = sandbox.keys["facebook"]
    with sandbox.client() as http:
        http.base_url = f"{sandbox.url}/v26.0/{keys['catalog_id']}/"
        http.params = {"access_token": keys["access_token"]}
        yield http


DATA = {
    "id": "job1-facebook",
    "title": "iPhone 13",
    "description": "Works well.",
    "availability": "in stock",
    "condition": "used",
    "price": "650.00 USD",
    "link": "https://example.com/1",
    "image_link": "https://example.com/1.jpg",
    "brand": "Apple",
}


def submit(graph, method="UPDATE", **changes) -> str:
    requests = json.dumps([{"method": method, "data": {**DATA, **changes}}], sort_keys=True)
    form = {"item_type": "PRODUCT_ITEM", "allow_upsert": "true", "requests": requests}
    return graph.post("items_batch", data=form).raise_for_status().json()["handles"][0]


def finished(graph, handle) -> dict:
    """Looks twice: the first answer may still be in_progress."""
    for _ in range(2):
        answer = graph.get("check_batch_request_status", params={"handle": handle}).json()
    [batch] = answer["data"]
    assert batch["status"] == "finished"
    return batch


def found(graph) -> list[dict]:
    query = {
        "fields": "id,retailer_id,name,availability,price,url",
        "filter": json.dumps({"retailer_id": {"eq": "job1-facebook"}}),
    }
    return graph.get("products", params=query).raise_for_status().json()["data"]


def test_facebook_finishes_a_batch_a_moment_after_it_was_accepted(sandbox, graph):
    handle = submit(graph)
    first = graph.get("check_batch_request_status", params={"handle": handle}).json()["data"][0]
    assert first["status"] == "in_progress"
    assert finished(graph, handle)["errors_total_count"] == 0
    [product] = found(graph)
    assert (product["retailer_id"], product["price"]) == ("job1-facebook", "650.00 USD")
    [listing] = sandbox.listings("facebook")
    assert (listing["listing_id"], listing["status"]) == (product["id"], "live")
    assert "iPhone 13" in graph.get(listing["url"]).text


def test_facebook_keeps_one_product_however_often_it_is_upserted(graph):
    for price in ("650.00 USD", "600.00 USD"):
        finished(graph, submit(graph, price=price))
    assert [product["price"] for product in found(graph)] == ["600.00 USD"]


def test_facebook_reports_a_second_create_in_the_status(graph):
    finished(graph, submit(graph, "CREATE"))
    batch = finished(graph, submit(graph, "CREATE"))
    assert batch["ids_of_invalid_requests"] == ["job1-facebook"]


def test_facebook_deletes_and_warns_about_what_is_not_there(sandbox, graph):
    assert finished(graph, submit(graph, "DELETE"))["warnings_total_count"] == 1
    finished(graph, submit(graph))
    finished(graph, submit(graph, "DELETE"))
    assert found(graph) == []
    assert sandbox.listings("facebook")[0]["status"] == "withdrawn"


def test_facebook_takes_json_and_a_bearer_token_too(sandbox):
    keys = sandbox.keys["facebook"]
    with sandbox.client(Authorization=f"Bearer {keys['access_token']}") as http:
        body = {"item_type": "PRODUCT_ITEM", "requests": [{"method": "UPDATE", "data": DATA}]}
        answer = http.post(f"/v25.0/{keys['catalog_id']}/items_batch", json=body)
    assert answer.json()["validation_status"][0]["errors"] == []


def test_facebook_checks_the_proof_of_the_applications_secret(sandbox, graph):
    keys = sandbox.keys["facebook"]
    proof = hmac.new(keys["app_secret"].encode(), keys["access_token"].encode(), "sha256")
    right = graph.get("products", params={"appsecret_proof": proof.hexdigest()})
    wrong = graph.get("products", params={"appsecret_proof": "0" * 64})
    assert right.status_code == 200
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (400, 100)
    assert "appsecret_proof" in wrong.json()["error"]["message"]


def test_facebook_errors_come_in_its_envelope(sandbox, graph):
    missing = graph.post("items_batch", data={"requests": "[]"})
    assert (missing.status_code, missing.json()["error"]["code"]) == (400, 100)
    stranger = graph.get("products", params={"access_token": "nobody"})
    assert stranger.json()["error"]["code"] == 190
    elsewhere = graph.get(f"{sandbox.url}/v26.0/1/products", params=dict(graph.params))
    assert elsewhere.json()["error"]["error_subcode"] == 33
    faulty = finished(graph, submit(graph, price="cheap", image_link=""))
    assert "price" in faulty["errors"][0]["message"]


FORM = {
    "title": "Levi's Trucker Jacket",
    "description": "Worn twice.",
    "price": "45",
    "size": "M",
    "brand": "Levi's",
    "condition": "Like New",
    "sku": "job1-poshmark",
}


def test_a_person_posts_on_poshmark_by_hand(sandbox, photo):
    with sandbox.client() as http:
        assert 'value="Hat"' in http.get("/poshmark/create-listing?title=Hat").text
        answer = http.post(
            "/poshmark/create-listing",
            data=FORM,
            files={"photos": ("a.png", photo, "image/png")},
        )
        assert answer.status_code == 303
        url = answer.headers["Location"]
        assert re.fullmatch(
            r"/poshmark/listing/Levi-s-Trucker-Jacket-[0-9a-f]{24}", url[len(sandbox.url) :]
        )
        assert "Worn twice." in http.get(url).text
    [listing] = sandbox.listings("poshmark")
    assert (listing["key"], listing["url"]) == ("job1-poshmark", url)


@pytest.mark.parametrize("change", [{"price": "2"}, {"size": ""}, {"title": "x" * 81}])
def test_poshmark_shows_the_form_again_when_a_field_is_wrong(sandbox, change):
    with sandbox.client() as http:
        answer = http.post("/poshmark/create-listing", data={**FORM, **change})
    assert answer.status_code == 422
    assert 'class="faults"' in answer.text
    assert sandbox.listings("poshmark") == []

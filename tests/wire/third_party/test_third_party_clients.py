"""Clients that others wrote for the real marketplaces, on the sandbox: only host and keys differ.

docs/sandbox.md says for each of them what was changed, and how.
"""

import pytest

from tests.sandboxes import RunningSandbox
from tests.wire.third_party.conftest import Run

# The first run installs the clients.
pytestmark = pytest.mark.timeout(300)


def test_ebay_apiroute_searches_and_sells(python_client: Run) -> None:
    did = python_client("ebay_apiroute_seller.py")
    assert did["total"] > 5
    assert all(200 <= price <= 900 for price in did["prices"])
    assert did["item"][0] == did["item"][1]
    assert did["twice"] == 25002
    assert did["status"] == ["PUBLISHED"]
    assert did["listings"][0] == did["listings"][1]
    assert did["orders"] == 0


def test_python_amazon_paapi_searches_with_both_generations_of_keys(python_client: Run) -> None:
    did = python_client("amazon_creators.py")
    assert did["total"] > 100
    assert did["prices"] == sorted(did["prices"])
    assert did["again"] == did["titles"]
    assert all("Headphones" in title for title in did["older"])
    assert did["refused"]


def test_facebook_business_fills_a_catalog(python_client: Run) -> None:
    did = python_client("facebook_catalog.py")
    assert did["errors"] == [0, 1, 0, 0]
    (product,) = did["shown"]
    assert (product["retailer_id"], product["price"]) == ("STRANGER-1", "450.00 USD")
    assert did["prices"] == ["399.00 USD"]
    assert did["gone"] == []
    assert did["refused"] == [190, 100]


def test_bestbuyapi_searches_and_pages(python_client: Run) -> None:
    did = python_client("bestbuy_products.py")
    assert did["total"] > 5
    assert did["prices"] == sorted(did["prices"])
    assert did["prices"][-1] < 800
    assert did["by_sku"] == did["by_upc"]
    skus = [sku for page in did["pages"] for sku in page]
    assert len(skus) == len(set(skus)) == 21
    assert len(did["marks"]) > 1
    assert [category["name"] for category in did["categories"]] == ["Laptops"]
    assert "understand" in did["not_understood"]
    assert did["refused"] == "BestBuyAuthenticationError"


def test_ebay_api_for_node_links_searches_and_sells(
    node_client: Run, sandbox: RunningSandbox
) -> None:
    with sandbox.client() as http:
        back = {
            "accept_url": "https://shop.example/linked",
            "declined_url": "https://shop.example/",
        }
        name = {"ru_name": "Stranger-Stranger-App-abcdef", **back}
        http.post("/_sandbox/ru_names", json=name).raise_for_status()
    did = node_client("ebay_api.mjs")
    assert did["back"] == ["https://shop.example/linked", "a state", "299"]
    assert did["linked"] == [7200, 47_304_000, "User Access Token"]
    assert did["linkedSeller"] > 0
    assert "400" in did["codeAgain"]
    assert did["total"] > 4
    assert all(30 <= price <= 300 for price in did["prices"])
    assert did["item"][0] == did["item"][1]
    assert did["missing"] == "EBayNotFound"
    assert did["status"] == ["PUBLISHED"]
    assert did["listings"][0] == did["listings"][1]
    assert did["refused"] == "EBayApiError"


def test_bestbuy_for_node_searches(node_client: Run) -> None:
    did = node_client("bestbuy.mjs")
    assert did["total"] > 5
    assert did["prices"] == sorted(did["prices"], reverse=True)
    assert did["single"][0] == did["single"][1]
    assert did["categories"] == ["Laptops"]
    assert set(did["openBox"]) <= {"excellent", "certified"}
    assert did["refused"] == 403

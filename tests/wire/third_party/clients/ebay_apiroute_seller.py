"""ebay-apiroute: what was changed are `base_url` of each API, and the token.

The package brings no OAuth of its own, so the token is fetched here as eBay documents it.
"""

import base64
import json
import sys
import urllib.parse
import urllib.request

from apiroute import UnexpectedResponse
from ebay_apiroute.buy.browse import BuyBrowseApi
from ebay_apiroute.sell.account import SellAccountApi
from ebay_apiroute.sell.fulfillment import SellFulfillmentApi
from ebay_apiroute.sell.inventory import SellInventoryApi

given = json.load(sys.stdin)
url, keys = given["url"], given["keys"]["ebay"]
LANGUAGE = "en-US"


def token(**form: str) -> str:
    basic = base64.b64encode(f"{keys['client_id']}:{keys['client_secret']}".encode()).decode()
    request = urllib.request.Request(
        f"{url}/identity/v1/oauth2/token",
        urllib.parse.urlencode(form).encode(),
        {"Authorization": f"Basic {basic}"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["access_token"]


app = token(grant_type="client_credentials", scope="https://api.ebay.com/oauth/api_scope")
user = token(grant_type="refresh_token", refresh_token=keys["refresh_token"])
browse = BuyBrowseApi(token=app, marketplace_id="EBAY_US", base_url=f"{url}/buy/browse/v1")
inventory = SellInventoryApi(token=user, base_url=f"{url}/sell/inventory/v1")
account = SellAccountApi(token=user, base_url=f"{url}/sell/account/v1")
fulfillment = SellFulfillmentApi(token=user, base_url=f"{url}/sell/fulfillment/v1")

found = browse.item_summary.search(
    q="laptop", limit="5", filter="price:[200..900],priceCurrency:USD,conditions:{NEW}"
)
item = browse.item.get_item(item_id=found["itemSummaries"][0]["itemId"])

sku = "APIROUTE 1"
inventory.location.create_inventory_location(
    merchant_location_key="apiroute",
    body={
        "location": {"address": {"postalCode": "98101", "country": "US"}},
        "name": "Home",
        "merchantLocationStatus": "ENABLED",
        "locationTypes": ["WAREHOUSE"],
    },
)
inventory.inventory_item.create_or_replace_inventory_item(
    sku=sku,
    content_language=LANGUAGE,
    body={
        "availability": {"shipToLocationAvailability": {"quantity": 1}},
        "condition": "USED_EXCELLENT",
        "product": {
            "title": "Synthesizer by a stranger's client",
            "description": "It hums.",
            "aspects": {"Brand": ["Moog"]},
            "imageUrls": ["https://example.com/synthesizer.jpg"],
        },
    },
)
policies = {
    "fulfillmentPolicyId": account.fulfillment_policy.get_fulfillment_policies(
        marketplace_id="EBAY_US"
    )["fulfillmentPolicies"][0]["fulfillmentPolicyId"],
    "paymentPolicyId": account.payment_policy.get_payment_policies(marketplace_id="EBAY_US")[
        "paymentPolicies"
    ][0]["paymentPolicyId"],
    "returnPolicyId": account.return_policy.get_return_policies(marketplace_id="EBAY_US")[
        "returnPolicies"
    ][0]["returnPolicyId"],
}
offer = {
    "sku": sku,
    "marketplaceId": "EBAY_US",
    "format": "FIXED_PRICE",
    "availableQuantity": 1,
    "categoryId": "38069",
    "merchantLocationKey": "apiroute",
    "pricingSummary": {"price": {"value": "450.00", "currency": "USD"}},
    "listingPolicies": policies,
}
offer_id = inventory.offer.create_offer(body=offer, content_language=LANGUAGE)["offerId"]
try:
    inventory.offer.create_offer(body=offer, content_language=LANGUAGE)
    twice = 0
except UnexpectedResponse as error:
    twice = error.response.json()["errors"][0]["errorId"]
listing_id = inventory.offer.publish_offer(offer_id=offer_id)["listingId"]
offers = inventory.offer.get_offers(sku=sku)["offers"]
withdrawn = inventory.offer.withdraw_offer(offer_id=offer_id)["listingId"]
orders = fulfillment.order.get_orders(limit="10")
print(
    json.dumps(
        {
            "total": found["total"],
            "prices": [float(entry["price"]["value"]) for entry in found["itemSummaries"]],
            "item": [item["itemId"], found["itemSummaries"][0]["itemId"]],
            "twice": twice,
            "status": [entry["status"] for entry in offers],
            "listings": [listing_id, withdrawn],
            "orders": orders["total"],
        }
    )
)

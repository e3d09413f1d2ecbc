"""bestbuyapi: what was changed are the constants `BASE_URL` and `BETA_BASE_URL`, and the key."""

import json
import sys

from bestbuyapi import BestBuyAPI
from bestbuyapi.api import base
from bestbuyapi.utils.exceptions import BestBuyAuthenticationError, BestBuyHTTPError

given = json.load(sys.stdin)
base.BASE_URL, base.BETA_BASE_URL = f"{given['url']}/v1/", f"{given['url']}/beta/"

with BestBuyAPI(given["keys"]["bestbuy"]["api_key"]) as bestbuy:
    products = bestbuy.products
    shown = "sku,name,salePrice,upc,manufacturer"
    found = products.search(
        "(search=laptop&salePrice<800)", format="json", show=shown, pageSize=5, sort="salePrice.asc"
    )
    first = found["products"][0]
    by_sku = products.search_by_sku(first["sku"], format="json", show=shown)
    by_upc = products.search_by_upc(first["upc"], format="json", show=shown)
    pages = [
        page["products"]
        for page in products.iter_pages("search=tv", page_size=7, max_pages=3, format="json")
    ]
    marks = [
        len(page["products"])
        for page in products.iter_cursor("manufacturer=sony&search=tv", page_size=3, format="json")
    ]
    categories = bestbuy.category.search_by_name("Laptops", format="json")
    try:
        products.search("(nonsense", format="json")
        not_understood = ""
    except BestBuyHTTPError as error:
        not_understood = str(error)
try:
    BestBuyAPI("wrong").products.search_by_sku(1, format="json")
    refused = ""
except BestBuyAuthenticationError as error:
    refused = type(error).__name__
print(
    json.dumps(
        {
            "total": found["total"],
            "prices": [product["salePrice"] for product in found["products"]],
            "by_sku": by_sku["products"],
            "by_upc": by_upc["products"],
            "pages": [[product["sku"] for product in page] for page in pages],
            "marks": marks,
            "categories": categories["categories"],
            "not_understood": not_understood,
            "refused": refused,
        }
    )
)

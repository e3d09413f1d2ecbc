"""facebook-business: what was changed are `FacebookSession.GRAPH`, the token and the catalog."""

import json
import sys
import time

from facebook_business.adobjects.productcatalog import ProductCatalog
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

given = json.load(sys.stdin)
keys = given["keys"]["facebook"]
FacebookSession.GRAPH = given["url"]


def catalog_of(token: str, secret: str = keys["app_secret"]) -> ProductCatalog:
    api = FacebookAdsApi.init(app_secret=secret, access_token=token, crash_log=False)
    return ProductCatalog(keys["catalog_id"], api=api)


def batch(catalog: ProductCatalog, method: str, **data: object) -> dict:
    """One change, until the catalog has worked it off."""
    params = {
        "item_type": "PRODUCT_ITEM",
        "allow_upsert": True,
        "requests": [{"method": method, "data": {"id": "STRANGER-1", **data}}],
    }
    handle = catalog.create_items_batch(params=params)["handles"][0]
    for _ in range(50):
        (status,) = catalog.get_check_batch_request_status(
            fields=["status", "errors", "errors_total_count"], params={"handle": handle}
        )
        if status["status"] == "finished":
            return {"errors": status["errors_total_count"]}
        time.sleep(0.05)
    raise TimeoutError(handle)


def products(catalog: ProductCatalog) -> list[dict]:
    wanted = {"retailer_id": {"eq": "STRANGER-1"}}
    found = catalog.get_products(
        fields=["id", "retailer_id", "name", "price", "availability"], params={"filter": wanted}
    )
    return [product.export_all_data() for product in found]


catalog = catalog_of(keys["access_token"])
created = batch(
    catalog,
    "CREATE",
    title="Synthesizer by a stranger's client",
    description="It hums.",
    availability="in stock",
    condition="used_good",
    price="450.00 USD",
    link="https://example.com/synthesizer",
    image_link="https://example.com/synthesizer.jpg",
)
shown = products(catalog)
wrong = batch(catalog, "UPDATE", price="cheap")
updated = batch(catalog, "UPDATE", price="399.00 USD")
after = products(catalog)
deleted = batch(catalog, "DELETE")
gone = products(catalog)


def refusal_of(catalog: ProductCatalog) -> int:
    try:
        products(catalog)
    except FacebookRequestError as error:
        return error.api_error_code()
    return 0


refused = [
    refusal_of(catalog_of("wrong")),
    refusal_of(catalog_of(keys["access_token"], "another secret")),
]
print(
    json.dumps(
        {
            "errors": [step["errors"] for step in (created, wrong, updated, deleted)],
            "shown": shown,
            "prices": [product["price"] for product in after],
            "gone": gone,
            "refused": refused,
        }
    )
)

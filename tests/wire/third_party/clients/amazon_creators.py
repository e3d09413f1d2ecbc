"""python-amazon-paapi: what was changed are `host`, `auth_endpoint` and the keys."""

import json
import sys

from amazon_creatorsapi import AmazonCreatorsApi, Country
from amazon_creatorsapi.errors import AmazonCreatorsApiError
from creatorsapi_python_sdk.models.sort_by import SortBy

given = json.load(sys.stdin)
keys = given["keys"]["amazon"]


def client(version: str, path: str, secret: str = keys["credential_secret"]) -> AmazonCreatorsApi:
    return AmazonCreatorsApi(
        credential_id=keys["credential_id"],
        credential_secret=secret,
        version=version,
        tag=keys["partner_tag"],
        country=Country.US,
        throttling=0,
        host=given["url"],
        auth_endpoint=f"{given['url']}{path}",
    )


def title(item) -> str:
    return item.item_info.title.display_value


api = client("3.1", "/auth/o2/token")
found = api.search_items(keywords="laptop", item_count=5, sort_by=SortBy.PRICE_COLON_LOW_TO_HIGH)
prices = [item.offers_v2.listings[0].price.money.amount for item in found.items]
again = api.get_items([item.asin for item in found.items])
older = client("2.1", "/oauth2/token").search_items(keywords="headphones", item_count=3)
try:
    client("3.1", "/auth/o2/token", "wrong").search_items(keywords="laptop")
    refused = ""
except AmazonCreatorsApiError as error:
    refused = type(error).__name__
print(
    json.dumps(
        {
            "total": found.total_result_count,
            "titles": [title(item) for item in found.items],
            "prices": prices,
            "again": [title(item) for item in again],
            "older": [title(item) for item in older.items],
            "refused": refused,
        }
    )
)

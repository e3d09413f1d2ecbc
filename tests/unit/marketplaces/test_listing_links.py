"""Which listing the address that a person pastes is."""

import httpx
import pytest

from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.registry import load_marketplaces

SANDBOX = "http://127.0.0.1:8090"
KEYS = {
    "ebay": {"client_id": "id", "client_secret": "s", "refresh_token": "r"},
    "craigslist": {"email": "dealer@example.com", "password": "p", "account_id": "14"},
    "facebook": {"access_token": "t", "catalog_id": "1"},
    "poshmark": {},
}
POSTING = load_marketplaces(httpx.AsyncClient(), SandboxAccess(SANDBOX, KEYS)).posting
HEX = "65f0c0ffee65f0c0ffee65f0"


@pytest.mark.parametrize(
    ("name", "url", "listing_id"),
    [
        ("ebay", "https://www.ebay.com/itm/225001112299", "225001112299"),
        ("ebay", "https://ebay.com/itm/lenovo-x1/225001112299?hash=1", "225001112299"),
        ("ebay", f"{SANDBOX}/ebay/itm/225001112299", "225001112299"),
        ("ebay", "https://ebay.com.evil.example/itm/225001112299", None),
        ("ebay", "https://notebay.com/itm/225001112299", None),
        ("ebay", "https://www.ebay.com/usr/somebody", None),
        ("ebay", "javascript:alert(1)", None),
        ("ebay", "https://[", None),
        ("ebay", "", None),
        (
            "craigslist",
            "https://seattle.craigslist.org/see/syd/d/thinkpad/7812345678.html",
            "7812345678",
        ),
        ("craigslist", "https://craigslist.org/about/help", None),
        ("facebook", "https://www.facebook.com/marketplace/item/123456/", "123456"),
        ("facebook", "https://m.facebook.com/marketplace/item/123456?ref=x", "123456"),
        ("facebook", "https://www.facebook.com/somebody", None),
        ("poshmark", f" https://poshmark.com/listing/Blue-iPhone-13-{HEX} ", HEX),
        ("poshmark", f"https://www.poshmark.com/listing/{HEX}", HEX),
        ("poshmark", f"{SANDBOX}/poshmark/listing/iphone-{HEX}", HEX),
        ("poshmark", "https://poshmark.com/listing/iphone-13", None),
        ("poshmark", f"https://poshmark.com/closet/{HEX}", None),
    ],
)
def test_only_a_listings_own_address_gives_its_id(
    name: str, url: str, listing_id: str | None
) -> None:
    assert POSTING[name].listing_id_from(url) == listing_id

"""Which marketplace a request is for, and what kind of call it is, told from its path alone."""

import re
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType


class Call(Enum):
    SEARCH = "search"
    POST = "post"  # changes something for a seller
    READ = "read"  # a seller reads
    OTHER = "other"  # tokens, pages, pictures


_PREFIXES = {
    "/identity": "ebay",
    "/oauth2/authorize": "ebay",
    "/buy": "ebay",
    "/sell": "ebay",
    "/post-order": "ebay",
    "/commerce": "ebay",
    "/developer": "ebay",
    "/catalog/v1": "amazon",
    "/auth/o2/token": "amazon",
    "/oauth2/token": "amazon",
    "/api-proxy": "walmart",
    "/v1": "bestbuy",
    "/beta": "bestbuy",
    "/bulk-rss": "craigslist",
    "/bulkpost": "craigslist",
    "/poshmark": "poshmark",
}
_GRAPH = re.compile(r"/v\d+\.\d+/")
_TOKENS = re.compile(r"/identity/|/auth/|/oauth2?/|/bulkpost/oauth/")
_SEARCHES = re.compile(r"/buy/|/catalog/|/api-proxy/|/v1/|/beta/")
_SELLING = re.compile(r"/sell/|/post-order/|/commerce/|/bulk-rss/|/bulkpost/|/v\d+\.\d+/")


def marketplace_of(path: str, others: Mapping[str, str] = MappingProxyType({})) -> str | None:
    """None for pages, pictures and the control plane. `others`: further prefixes, and whose."""
    if _GRAPH.match(path):
        return "facebook"
    for prefix, marketplace in (*_PREFIXES.items(), *others.items()):
        if path == prefix or path.startswith((f"{prefix}/", f"{prefix}(")):
            return marketplace
    return None


def call_of(method: str, path: str) -> Call:
    if _TOKENS.match(path):
        return Call.OTHER
    if _SEARCHES.match(path):
        return Call.SEARCH
    if _SELLING.match(path):
        return Call.READ if method in ("GET", "HEAD") else Call.POST
    return Call.OTHER

"""Best Buy's Products API: a query language in the path, and single products."""

from sandbox.bestbuy.products import outage, router, throttled

__all__ = ["outage", "router", "throttled"]

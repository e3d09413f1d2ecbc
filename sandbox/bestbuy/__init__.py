"""Best Buy's Products API: a query language in the path, and single products."""

from sandbox.bestbuy.products import refusals, router

__all__ = ["refusals", "router"]

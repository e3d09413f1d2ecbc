"""Craigslist: posting with the bulk interface, which craigslist grants case by case."""

from adapters.marketplaces.craigslist.posting import LIMITS, posting
from adapters.marketplaces.plugin import MarketplacePlugin

plugin = MarketplacePlugin("craigslist", posting=posting, limits=LIMITS)

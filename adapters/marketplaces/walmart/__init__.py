"""Walmart: searching with the Affiliate API."""

from adapters.marketplaces.plugin import MarketplacePlugin
from adapters.marketplaces.walmart.search import search

plugin = MarketplacePlugin("walmart", search=search)

"""Trinkets: an invented marketplace with a small JSON API, for searching and for posting."""

from adapters.marketplaces.plugin import MarketplacePlugin
from talknshop_trinkets.posting import LIMITS, posting
from talknshop_trinkets.search import search

plugin = MarketplacePlugin("trinkets", search=search, posting=posting, limits=LIMITS)

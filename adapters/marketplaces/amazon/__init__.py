"""Amazon: searching with the Creators API."""

from adapters.marketplaces.amazon.search import search
from adapters.marketplaces.plugin import MarketplacePlugin

plugin = MarketplacePlugin("amazon", search=search)

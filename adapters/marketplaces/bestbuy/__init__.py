"""Best Buy: searching with the Products API."""

from adapters.marketplaces.bestbuy.search import search
from adapters.marketplaces.plugin import MarketplacePlugin

plugin = MarketplacePlugin("bestbuy", search=search)

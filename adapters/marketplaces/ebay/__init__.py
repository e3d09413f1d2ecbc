"""eBay: searching with the Browse API, posting with the Sell Inventory and Media APIs."""

from adapters.marketplaces.ebay.linking import linking
from adapters.marketplaces.ebay.notices import notices
from adapters.marketplaces.ebay.posting import LIMITS, posting
from adapters.marketplaces.ebay.search import search
from adapters.marketplaces.plugin import MarketplacePlugin

plugin = MarketplacePlugin(
    "ebay", search=search, posting=posting, notices=notices, linking=linking, limits=LIMITS
)

"""Facebook: posting into a business's Commerce catalogue."""

from adapters.marketplaces.facebook.posting import posting
from adapters.marketplaces.plugin import MarketplacePlugin

plugin = MarketplacePlugin("facebook", posting=posting)

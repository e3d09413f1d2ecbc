"""Facebook: posting into a business's Commerce catalogue."""

from adapters.marketplaces.facebook.linking import linking
from adapters.marketplaces.facebook.posting import LIMITS, posting
from adapters.marketplaces.plugin import MarketplacePlugin

plugin = MarketplacePlugin("facebook", posting=posting, linking=linking, limits=LIMITS)

"""Poshmark: no API, so a person posts what we prepare."""

from adapters.marketplaces.plugin import MarketplacePlugin
from adapters.marketplaces.poshmark.posting import LIMITS, posting

plugin = MarketplacePlugin("poshmark", posting=posting, limits=LIMITS)

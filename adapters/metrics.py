"""What the adapters count, in Prometheus' default registry: whoever serves metrics has them."""

from prometheus_client import Counter, Gauge, Histogram

SEARCH_CACHE = Counter(
    "talknshop_search_cache",
    "Searches by what answered them: hit, stale (answered, and searched anew), shared, miss.",
    ["marketplace", "answer"],
)
MARKETPLACE_CALLS = Histogram(
    "talknshop_marketplace_call_seconds",
    "Calls of marketplaces, by how they ended: done, or a failure's code.",
    ["marketplace", "outcome"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8),
)
OFFERS_DROPPED = Counter(
    "talknshop_offers_dropped",
    "Offers thrown away because a field that they need was unusable.",
    ["marketplace", "field"],
)
FIELDS_CLEANED = Counter(
    "talknshop_offer_fields_cleaned",
    "Fields of offers that were unusable or had to be cleaned; the offer was kept.",
    ["marketplace", "field"],
)
MARKETPLACE_RESTS = Gauge(
    "talknshop_marketplace_resting",
    "1 while a marketplace that kept failing is left alone.",
    ["marketplace"],
)

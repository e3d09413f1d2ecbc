"""What the adapters count, in Prometheus' default registry: whoever serves metrics has them."""

from prometheus_client import Counter, Gauge, Histogram

from talknshop.usage import Usage

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
LANGUAGE_STEPS = Counter(
    "talknshop_language_steps",
    "Messages understood and answers written; degraded when rules stood in for the chat model.",
    ["step", "degraded"],
)
MODEL_TOKENS = Counter(
    "talknshop_model_tokens",
    "Tokens of chat models: input, of it cached, and output.",
    ["direction"],
)
MODEL_COST = Counter(
    "talknshop_model_cost_usd", "What chat models cost by the settings' prices, in US dollars."
)
MODEL_CALLS = Counter("talknshop_model_calls", "Answers that chat models gave.")
MODEL_FAILURES = Counter(
    "talknshop_model_failures", "Calls of chat models that failed.", ["model", "code"]
)
MARKETPLACES = Gauge(
    "talknshop_marketplace_connected",
    "1 for each connected marketplace, by its kind: sandbox or real.",
    ["marketplace", "kind"],
)
MARKETPLACE_RESTS = Gauge(
    "talknshop_marketplace_resting",
    "1 while a marketplace that kept failing is left alone.",
    ["marketplace"],
)


def count_language_step(step: str, usage: Usage, *, degraded: bool) -> None:
    LANGUAGE_STEPS.labels(step, str(degraded).lower()).inc()
    MODEL_CALLS.inc(usage.calls)
    MODEL_TOKENS.labels("input").inc(usage.input_tokens)
    MODEL_TOKENS.labels("cached").inc(usage.cached_tokens)
    MODEL_TOKENS.labels("output").inc(usage.output_tokens)
    MODEL_COST.inc(usage.cost_micro_usd / 1_000_000)

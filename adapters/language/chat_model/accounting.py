"""What a model's answer took, by its own count and the settings' prices."""

from decimal import ROUND_HALF_UP, Decimal

from langchain_core.messages import AIMessage

from adapters.language.chat_model.prompting import Prompt
from talknshop.chat_models import TokenPrices
from talknshop.usage import Usage


def usage_of(answer: AIMessage, prompt: Prompt, prices: TokenPrices) -> Usage:
    """A model that does not count is a call with no tokens."""
    counted = answer.usage_metadata
    if counted is None:
        return Usage(calls=1, prompts={prompt.name: prompt.version})
    details = counted.get("input_token_details") or {}
    read, written = details.get("cache_read") or 0, details.get("cache_creation") or 0
    dollars_per_million = (
        prices.input * (counted["input_tokens"] - read - written)
        + (prices.input if prices.cache_read is None else prices.cache_read) * read
        + (prices.input if prices.cache_write is None else prices.cache_write) * written
        + prices.output * counted["output_tokens"]
    )
    return Usage(
        calls=1,
        input_tokens=counted["input_tokens"],
        output_tokens=counted["output_tokens"],
        cached_tokens=read,
        # Dollars for a million tokens are millionths of a dollar for one.
        cost_micro_usd=int(dollars_per_million.quantize(Decimal(1), ROUND_HALF_UP)),
        prompts={prompt.name: prompt.version},
    )

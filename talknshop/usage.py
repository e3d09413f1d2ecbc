"""What chat models were asked for, and what it cost."""

from talknshop.model import Value


class Usage(Value):
    """What was asked of chat models. `cached_tokens` are those of the input read from a cache."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cost_micro_usd: int = 0  # millionths of a US dollar, by the settings' prices
    prompts: dict[str, int] = {}  # the versions of the prompts in use

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            calls=self.calls + other.calls,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            cost_micro_usd=self.cost_micro_usd + other.cost_micro_usd,
            prompts={**self.prompts, **other.prompts},
        )

    @property
    def counts(self) -> dict[str, int]:
        """As a turn's last event tells it; empty when no chat model was asked."""
        return self.model_dump(exclude={"prompts"}) if self.calls else {}

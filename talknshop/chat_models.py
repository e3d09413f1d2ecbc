"""Which chat model is used and how it is reached."""

from datetime import timedelta
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

EMBEDDED = "embedded"
# By one worker, to one model. Bedrock's client has no asynchronous calls: each blocks a thread.
CONCURRENT_CALLS = 64


class TokenPrices(BaseModel):
    """US dollars for a million tokens, from the vendor's price list. None: as `input`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: Decimal = Field(Decimal(0), ge=0)
    output: Decimal = Field(Decimal(0), ge=0)
    cache_read: Decimal | None = Field(None, ge=0)
    cache_write: Decimal | None = Field(None, ge=0)


class ChatModelChoice(BaseModel):
    """`model`: "embedded", or what LangChain's init_chat_model takes ("bedrock_converse:…")."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = EMBEDDED
    base_url: str | None = None  # an OpenAI-compatible server, or another endpoint of Bedrock
    api_key: SecretStr | None = None
    region: str | None = None
    # None: json_schema where the model is known to have it, else function_calling.
    structured_output: Literal["json_schema", "function_calling", "json_mode"] | None = None
    timeout: timedelta = timedelta(seconds=15)  # to understand, and to an answer's next word
    prices: TokenPrices = TokenPrices()
    cache_prompt: bool = False  # mark the prompt for the vendor's cache, where it takes marks


class UnusableModelError(ValueError):
    """The settings name a model that cannot be opened; the text says which, why, and what to do."""

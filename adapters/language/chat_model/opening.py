"""Opens the chat model that the settings name."""

from datetime import timedelta
from typing import Any

from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel

# A description has up to 8,000 characters; an answer is a few sentences.
MAX_TOKENS = 4096


def open_chat_model(
    model: str,
    base_url: str | None,
    api_key: str | None,
    region: str | None,
    timeout: timedelta,
) -> BaseChatModel:
    """`model` is "provider:name" as init_chat_model takes it; retries are the caller's.

    No temperature is sent: the newest models refuse one.
    """
    seconds = timeout.total_seconds()
    options: dict[str, Any] = {"base_url": base_url, "api_key": api_key}
    if model.startswith("bedrock_converse:"):
        options |= {"region_name": region, "timeout": max(1, round(seconds))}
    else:
        options["timeout"] = seconds
    if model.startswith("openai:"):
        # Left out by default for other people's servers, and then nothing says what an answer cost.
        options["stream_usage"] = True
    given = {name: value for name, value in options.items() if value is not None}
    opened: BaseChatModel = init_chat_model(
        model, max_retries=0, max_tokens=MAX_TOKENS, configurable_fields=None, **given
    )
    return opened

"""The language adapter that the settings name."""

from datetime import timedelta
from typing import Literal

from adapters.language.embedded import EmbeddedLanguage
from adapters.language.port import Language


def build_language(
    model: str = "embedded",
    base_url: str | None = None,
    api_key: str | None = None,
    region: str | None = None,
    structured_output: Literal["json_schema", "function_calling", "json_mode"] = "json_schema",
    timeout: timedelta = timedelta(seconds=30),
) -> Language:
    """`model` is "embedded" or what LangChain's init_chat_model takes; the first stands in for it.

    `structured_output`: json_schema, function_calling or json_mode, as the model's vendor has it.
    """
    embedded = EmbeddedLanguage()
    if model == "embedded":
        return embedded
    # Imported only when configured: it costs a second and 60 MB.
    from adapters.language.chat_model import ChatModelLanguage, open_chat_model
    from adapters.language.fallback import FallbackLanguage

    chat_model = open_chat_model(model, base_url, api_key, region, timeout)
    return FallbackLanguage(
        ChatModelLanguage(chat_model, model, structured_output, timeout), embedded
    )

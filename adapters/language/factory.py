"""The configured Language."""

from datetime import timedelta

from adapters.language.interim.language import EmbeddedLanguage
from adapters.language.port import Language


def build_language(
    model: str,
    *,
    base_url: str | None,
    api_key: str | None,
    region: str | None,
    structured_output: str,
    timeout: timedelta,
) -> Language:
    """"embedded", or a model's name as LangChain's init_chat_model takes it."""
    return EmbeddedLanguage()

"""The language adapter that an installation's settings name."""

from adapters.language.factory import build_language
from adapters.language.port import Language
from talknshop.settings import LanguageSettings


def language_of(chosen: LanguageSettings) -> Language:
    return build_language(
        chosen.model,
        base_url=chosen.base_url,
        api_key=chosen.api_key.get_secret_value() if chosen.api_key else None,
        region=chosen.region,
        structured_output=chosen.structured_output,
        timeout=chosen.timeout,
    )

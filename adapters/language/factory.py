"""The language adapter that the settings name."""

from itertools import takewhile

from adapters.language.embedded import EmbeddedLanguage
from adapters.language.port import Language
from talknshop.chat_models import EMBEDDED, ChatModelChoice


def build_language(*choices: ChatModelChoice) -> Language:
    """The chosen models in their order; behind them, or without any, the embedded language."""
    embedded = EmbeddedLanguage()
    models = list(takewhile(lambda choice: choice.model != EMBEDDED, choices))
    if not models:
        return embedded
    # Imported only when configured: it costs a second and 60 MB.
    from adapters.language.chain import LanguageChain
    from adapters.language.chat_model import ChatModelLanguage

    return LanguageChain(
        [(choice.model, ChatModelLanguage(choice, embedded)) for choice in models], embedded
    )

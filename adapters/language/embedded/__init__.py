"""Understanding by rules: no key, no download, no model."""

from adapters.language.embedded.adapter import EmbeddedLanguage

__all__ = ["EmbeddedLanguage"]

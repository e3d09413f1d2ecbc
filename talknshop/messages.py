"""What the product says, by key, in the person's language."""

import tomllib
from importlib import resources
from typing import Any

LANGUAGES = ("en", "es", "fr", "de", "hi", "zh")


def say(language: str, key: str, **values: Any) -> str:
    """The message; in English where the language is not one of ours.

    A message with `one` and `other` is chosen by the value `count`.
    """
    message = catalogue(language)[key]
    if isinstance(message, dict):
        message = message["one" if values["count"] == 1 else "other"]
    return str(message).format(**values)


def catalogue(language: str) -> dict[str, Any]:
    return _CATALOGUES.get(language, _CATALOGUES["en"])


def _read(language: str) -> dict[str, Any]:
    source = resources.files("talknshop") / "catalogues" / f"{language}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


# Read when imported: workflows, which say these things too, read no files.
_CATALOGUES = {language: _read(language) for language in LANGUAGES}

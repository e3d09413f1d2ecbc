"""What the product says, by key, in the person's language."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("en", "es", "fr", "de", "hi", "zh")


def say(language: str, key: str, **values: Any) -> str:
    """The message; in English where the language is not one of ours.

    A message with `one` and `other` is chosen by the value `count`.
    """
    message = catalogue(language if language in LANGUAGES else "en")[key]
    if isinstance(message, dict):
        message = message["one" if values["count"] == 1 else "other"]
    return str(message).format(**values)


@cache
def catalogue(language: str) -> dict[str, Any]:
    source = resources.files("talknshop") / "catalogues" / f"{language}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))

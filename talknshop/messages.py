"""What the product says, by key, in the person's language."""

import tomllib
from functools import reduce
from importlib import resources
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, WithJsonSchema

from talknshop.model import Value

LANGUAGES = ("en", "es", "fr", "de", "hi", "zh")

T = TypeVar("T")


class Sentence(Value):
    """A message that is put into words only where it is known who reads it.

    `values` fill the message of that key; of a list, each is said and all stand in a row.
    `english`: what is known more exactly than the message says, in English only.
    """

    key: str
    english: str = ""
    values: dict[str, "str | int | Sentence | list[str | Sentence]"] = {}


# A string is shown as it is: somebody else's words, or what was put into words already. Nothing
# leaves the gateway or enters a conversation's log before it has been, so to them it is a string.
Said = Annotated[str | Sentence, WithJsonSchema({"type": "string"})]


def sentence(key: str, /, **values: "str | int | Sentence | list[str | Sentence]") -> Sentence:
    return Sentence(key=key, values=values)


def together(*said: Said) -> Said:
    """Sentences one after the other; "" for none."""
    told = [each for each in said if each]
    if not told:
        return ""
    return reduce(lambda first, then: sentence("together", first=first, then=then), told)


def say(language: str, key: str, /, **values: Any) -> str:
    """The message; in English where the language is not one of ours.

    A message with `one` and `other` is chosen by the value `count`.
    """
    message = catalogue(language)[key]
    if isinstance(message, dict):
        message = message["one" if values["count"] == 1 else "other"]
    return str(message).format(**{name: _filled(language, each) for name, each in values.items()})


def in_words(said: Said, language: str) -> str:
    if isinstance(said, str):
        return said
    exactly = said.english if language not in _CATALOGUES or language == "en" else ""
    return exactly or say(language, said.key, **said.values)


def worded(value: T, language: str) -> T:
    """The value with every sentence inside it put into words."""
    return _worded(value, language)  # type: ignore[no-any-return]


def _worded(value: Any, language: str) -> Any:
    match value:
        case Sentence():
            return in_words(value, language)
        case BaseModel():
            fields = {name: getattr(value, name) for name in type(value).model_fields}
            told = {name: _worded(each, language) for name, each in fields.items()}
            changed = {name: each for name, each in told.items() if each is not fields[name]}
            return value.model_copy(update=changed) if changed else value
        case list():
            told_each = [_worded(each, language) for each in value]
            is_same = all(new is old for new, old in zip(told_each, value, strict=True))
            return value if is_same else told_each
        case dict():
            told = {name: _worded(each, language) for name, each in value.items()}
            return value if all(told[name] is each for name, each in value.items()) else told
        case _:
            return value


def _filled(language: str, value: Any) -> Any:
    if isinstance(value, list):
        return say(language, "names_join").join(in_words(each, language) for each in value)
    return in_words(value, language) if isinstance(value, Sentence) else value


def catalogue(language: str) -> dict[str, Any]:
    return _CATALOGUES.get(language, _CATALOGUES["en"])


def _read(language: str) -> dict[str, Any]:
    source = resources.files("talknshop") / "catalogues" / f"{language}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


# Read when imported: workflows, which say these things too, read no files.
_CATALOGUES = {language: _read(language) for language in LANGUAGES}

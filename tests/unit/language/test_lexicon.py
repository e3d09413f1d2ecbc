"""The tables of words: what every language must have, and what must not stand in two places."""

import pytest

from adapters.language.embedded.lexicon import category_of, load, real_words, table
from talknshop.messages import LANGUAGES, catalogue

OTHERS = [language for language in LANGUAGES if language != "en"]


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("rows", ["talk", "cues"])
def test_every_language_has_every_cue(language, rows):
    assert table("en")[rows].keys() - table(language)[rows].keys() <= {"but"}


@pytest.mark.parametrize("language", OTHERS)
def test_foreign_words_name_english_things(language):
    unknown = [thing for thing in table(language)["things"] if not category_of(thing)]
    assert unknown == ["ball"] * unknown.count("ball")


def test_a_real_word_is_not_one_that_is_known_anyway():
    assert not real_words() & load("en").words


@pytest.mark.parametrize("language", OTHERS)
def test_catalogues_have_the_same_messages_with_the_same_values(language):
    english, other = catalogue("en"), catalogue(language)
    assert english.keys() == other.keys()
    for key, message in english.items():
        assert _values(other[key]) == _values(message), key


def _values(message: object) -> set[str]:
    texts = message.values() if isinstance(message, dict) else [message]
    return {
        part.split("}")[0] for text in texts for part in str(text).split("{")[1:]
    } - ({"count"} if isinstance(message, dict) else set())  # fmt: skip

"""What is neither buying nor selling, answered briefly."""

from adapters.language.embedded.tokens import Reading
from talknshop.messages import say

# The first that a text is about decides.
_KINDS = ("who_are_you", "help", "how_are_you", "thanks", "bye", "greet", "laughs")
_ANYTHING = "|".join((*_KINDS, "polite", "comma", "stop", "yes", "filler", "one", "sign", "no"))
_TELLING = "{thing|brand|line|weak|amount|place|color|wanted|buy_verb|sell_verb}"

# Words as numerous as these are not a slip of the keyboard.
_LONGEST_WORD = 28


def reply_to(reading: Reading) -> str | None:
    """The answer to small talk, abuse and what is off the subject; None for anything else."""
    language = reading.language
    if reading.has("{injection}"):
        return say(language, "injection")
    about_goods = reading.has(_TELLING)
    if reading.has("{abuse}") and not about_goods:
        return say(language, "abuse")
    if not reading.has("{buy_verb|sell_verb}") and reading.is_all(rf"{{{_ANYTHING}}}+"):
        kind = next((kind for kind in _KINDS if reading.has(f"{{{kind}}}")), None)
        if kind is not None:
            return say(language, kind)
    if reading.has("{off_topic}") and not reading.has("{thing|brand|line|weak|amount}"):
        return say(language, "off_topic")
    if reading.has("^{question|help}") and reading.is_all(
        "(?:{question|help|filler|polite|stop|one|is|on|of|sign})+"
    ):
        return say(language, "help")
    return None


def can_be_said(word: str) -> bool:
    """Whether a word that is not known may be one all the same."""
    lowered = word.lower()
    if not lowered.isascii() or any(c.isdigit() for c in lowered):
        return len(word) <= _LONGEST_WORD
    vowels = sum(letter in "aeiouy" for letter in lowered)
    return len(word) <= _LONGEST_WORD and vowels > 0 and not _runs(lowered)


def _runs(word: str) -> bool:
    """Four consonants or three of one letter in a row: no language here has such words often."""
    consonants, same, before = 0, 0, ""
    for letter in word:
        consonants = 0 if letter in "aeiouy" else consonants + 1
        same = same + 1 if letter == before else 1
        before = letter
        if consonants >= 5 or same >= 3:
            return True
    return False

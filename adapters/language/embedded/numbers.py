"""Numbers in words as digits: "fifteen hundred", "zweihundert", "两千"."""

import re
from functools import cache

from text_to_num import alpha2digit, text2num

from adapters.language.embedded.lexicon import fold, load, split, table

# What text2num reads. Hindi numbers are in its lexicon; Chinese ones are read here.
_READ = ("en", "es", "fr", "de")

_HAN_DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6,
               "七": 7, "八": 8, "九": 9}  # fmt: skip
_HAN_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "萬": 10_000}
_HAN_NUMBER = re.compile(
    rf"[{''.join(_HAN_DIGITS)}十][{''.join([*_HAN_DIGITS, *_HAN_SCALES])}]+"
    rf"|[{''.join(_HAN_DIGITS)}](?=块|元|星|颗星)(?<!三(?=星))"
    rf"|[二两兩三四五六七八九](?=[把台件只双套辆部张本条箱瓶盒支])"
)
# Written out, these count things; "the second one" counts nothing.
SMALL = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9,
}  # fmt: skip
_SEVERAL = re.compile(
    r"\b(a couple(?: of)?|a few|half an?)[\s-]+(hundred|thousand|grand|k)\b", re.IGNORECASE
)
_COUNTED = re.compile(
    r"\b(an?|one|two|three|four|five|six|seven|eight|nine)[\s-]+"
    r"(hundred|thousand|grand|k|bucks|dollars|euros|pounds|quid|stars?|inch(?:es)?|gigs?)\b",
    re.IGNORECASE,
)
_COUNTS = {
    "a": 1, "an": 1, "a couple": 2, "a couple of": 2, "a few": 3, "half a": 0.5, "half an": 0.5,
} | SMALL  # fmt: skip
_AND_A_HALF = re.compile(
    r"\b(one|two|three|four|five|six|seven|eight|nine|a) and a half (grand|thousand|k|hundred)\b"
    r"|\b(?:a|one) (grand|thousand|k|hundred) and a half\b",
    re.IGNORECASE,
)
_SIZE_AND_A_HALF = re.compile(r"(?<![\w.])(\d{1,2}) and (?:a )?half\b", re.IGNORECASE)
_FOUR_MEANS_FOR = re.compile(
    r"\b([a-z]+) 4"
    r"(?= (?:my|our|a|an|the|his|her|their|me|us|sale|parts|spares|kids|work|school|\$?\d))",
    re.IGNORECASE,
)
_TWO_MEANS_TO = re.compile(r"\b(want|need|like|have) 2(?= [a-z])", re.IGNORECASE)
_TIMES = re.compile(
    r"(^|\bselling )(?:x ?(\d{1,2})|(\d{1,2}) ?x)(?= [a-z][a-z ]*s\b)", re.IGNORECASE
)
_ONE_OF = re.compile(r"^(?:x ?1|1 ?x) (?=[a-z])", re.IGNORECASE)
_NOTES = re.compile(r"\b(?:a )?(tenner|fiver)\b", re.IGNORECASE)
_NOTE_VALUES = {"tenner": "£10", "fiver": "£5"}
_ROUGHLY = re.compile(r"(?<![\w.])([$€£₹]?\d[\d.,]*k?)[ -]?ish\b", re.IGNORECASE)
_TEENS_AND_TENS = re.compile(
    r"\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|eighteen|nineteen)[\s-]+(ten|twenty|thirty|forty|fifty|sixty|seventy"
    r"|eighty|ninety)(?:[\s-]+(one|two|three|four|five|six|seven|eight|nine))?\b"
    r"(?!\s+(?:hundred|thousand))",
    re.IGNORECASE,
)


def with_digits(text: str, language: str) -> str:
    """A small number alone stays a word: "the second one" counts nothing."""
    if language == "zh":
        return _HAN_NUMBER.sub(lambda match: str(_han_value(match[0])), text)
    if language not in _READ:
        return text
    if language == "en":
        text = _FOUR_MEANS_FOR.sub(_for, _TWO_MEANS_TO.sub(r"\1 to", text))
        text = _AND_A_HALF.sub(_halves, text)
        text = _SEVERAL.sub(_counted, text)
        text = _TEENS_AND_TENS.sub(_spoken_price, text)
    text = _runs(language).sub(lambda match: _digits(match[0], language), text)
    if language != "en":
        return text
    text = _ONE_OF.sub("", _COUNTED.sub(_counted, text))
    text = _TIMES.sub(lambda match: f"{match[1]}{match[2] or match[3]}", text)
    text = _NOTES.sub(lambda match: _NOTE_VALUES[match[1].lower()], text)
    return _ROUGHLY.sub(r"about \1", _SIZE_AND_A_HALF.sub(r"\1.5", text))


@cache
def _runs(language: str) -> re.Pattern[str]:
    """A run of number words with at least one that is ten or more."""
    numbers = table(language)["numbers"]
    large = _either([*split(numbers["large"])])
    glue = _either([*split(numbers["glue"])])
    word = _either([*split(numbers["large"]), *split(numbers["small"])])
    return re.compile(
        rf"(?<![\w-])(?:{word}[\s-]+(?:{glue}\s+)?){{0,4}}(?:{large})"
        rf"(?:(?:[\s-]+(?:{glue}\s+)?){word}){{0,6}}(?![\w-])",
        re.IGNORECASE,
    )


def _either(words: list[str]) -> str:
    both = {*words, *map(fold, words)}
    return f"(?:{'|'.join(sorted(map(re.escape, both), key=len, reverse=True))})"


def _digits(words: str, language: str) -> str:
    lowered = words.lower().replace("fourty", "forty")
    try:
        return str(alpha2digit(lowered, language))
    except ValueError:
        return words


def _spoken_price(match: re.Match[str]) -> str:
    """ "six fifty" is 650, "twelve ninety nine" 1299."""
    hundreds, rest = match[1], " ".join(part for part in match.groups()[1:] if part)
    return str(_small(hundreds) * 100 + _small(rest))


def _small(words: str) -> int:
    return int(_COUNTS.get(words.lower()) or alpha2digit(words.lower(), "en"))


def _halves(match: re.Match[str]) -> str:
    scale = {"hundred": 100}.get((match[2] or match[3]).lower(), 1000)
    count = _COUNTS[match[1].lower()] if match[1] else 1
    return str(int((count + 0.5) * scale))


def _for(match: re.Match[str]) -> str:
    """ "Selling my bike 4 150", where "PlayStation 4" is a name."""
    tags = load("en").get((fold(match[1]),)) or {}
    return match[0] if "line" in tags else f"{match[1]} for"


def _counted(match: re.Match[str]) -> str:
    count, unit = _COUNTS[match[1].lower()], match[2].lower()
    scale = {"hundred": 100, "thousand": 1000, "grand": 1000, "k": 1000}.get(unit)
    if scale:
        return str(int(count * scale))
    return f"{count} {unit}" if count != 1 or match[1].lower() == "one" else match[0]


def small_number(word: str, language: str) -> int | None:
    """2 for "two", "dos" and "zwei"; None for what counts nothing."""
    if word in SMALL:
        return SMALL[word]
    if language not in _READ:
        return None
    try:
        return int(text2num(word, language))
    except ValueError:
        return None


def _han_value(text: str) -> int:
    """两千五 is 2500: a last digit without a scale counts one below the last scale."""
    total, section, digit, last_scale = 0, 0, 0, 1
    for character in text:
        if character in _HAN_DIGITS:
            digit = _HAN_DIGITS[character]
            if digit == 0:
                last_scale = 1
            continue
        scale = _HAN_SCALES[character]
        if scale == 10_000:
            total, section = (total + section + digit or 1) * scale, 0
        else:
            section += (digit or 1) * scale
        digit, last_scale = 0, scale
    return total + section + digit * (last_scale // 10 if last_scale > 10 else 1)

"""Which language a text is in: by its script, then by the words that only some languages have."""

from adapters.language.embedded.lexicon import LANGUAGES, fold, names_goods, spoken_in
from adapters.language.embedded.splitting import pieces

_ENOUGH_WORDS = 60

# English names of goods are said in every language.
_GOODS_WEIGHT = 0.3
_TELLS = 0.34


def language_of(text: str, before: str = "en") -> str:
    """One of LANGUAGES; a text that does not tell is in the language spoken before."""
    before = before if before in LANGUAGES else "en"
    scores = dict.fromkeys(LANGUAGES, 0.0)
    for number, piece in enumerate(pieces(text)):
        if number == _ENOUGH_WORDS:
            break
        if piece.kind == "hindi":
            scores["hi"] += 2
        elif piece.kind == "han":
            scores["zh"] += 1
        elif piece.is_word:
            known = spoken_in().get(fold(piece.text), ())
            weight = _GOODS_WEIGHT if known == ("en",) and names_goods(fold(piece.text)) else 1
            for language in known:
                scores[language] += weight / len(known)
            if "ß" in piece.text or any(letter in piece.text.lower() for letter in "äöü"):
                scores["de"] += 0.5
            elif any(letter in piece.text.lower() for letter in "ñ¿áíóú"):
                scores["es"] += 0.5
            elif any(letter in piece.text.lower() for letter in "çèêàùœ"):
                scores["fr"] += 0.5
    best = max(LANGUAGES, key=lambda language: (scores[language], language == before))
    # One word that might be of either tells less than the conversation so far.
    return best if scores[best] > scores[before] + _TELLS else before

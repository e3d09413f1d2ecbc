"""The thing that a text is about: what is left once everything else was taken."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from adapters.language.embedded.lexicon import category_of, spelling
from adapters.language.embedded.numbers import SMALL, small_number
from adapters.language.embedded.tokens import Reading, Token, joined

_LONGEST = 12
_FEW = 3
_NAMES_A_THING = ("thing", "line")
_CONTENT = ("thing", "feature", "line", "weak", "for_another", "word", "num", "model")
_SOFT = ("part", "light", "ordinal", "size", "damage", "person", "audience", "grade", "capital")
_ENDS_REASON = ("comma", "stop", "sell", "amount")
_HARD = ("comma", "stop", "colon", "break", "buy", "sell", "quote", "dash")


@dataclass
class Chunk:
    """A run of words; `link` led to it, `start` and `end` count tokens, `asked` follows "find"."""

    tokens: list[Token]
    start: int
    end: int
    link: str = ""
    asked: bool = False

    def has(self, *concepts: str) -> bool:
        return any(concept in token for token in self.tokens for concept in concepts)

    @property
    def names_a_thing(self) -> bool:
        return any(
            "thing" in token or "line" in token for token in self.tokens if "weak" not in token
        )

    @property
    def is_features(self) -> bool:
        return all("feature" in token and "thing" not in token for token in self.tokens)


@dataclass
class Phrase:
    """`thing` is the product in canonical words; `others` had no place in it."""

    thing: str = ""
    head: str = ""  # the known word that names it
    maker: str = ""  # whose product line is named
    features: list[str] = field(default_factory=list)
    additions: str = ""  # "with disc drive", said apart from the thing
    others: list[str] = field(default_factory=list)
    is_known: bool = False  # a thing or a line of products is named
    is_weak: bool = False  # "a gift", "something": names nothing to search for

    @property
    def category(self) -> str:
        return category_of(self.head)

    @property
    def whole(self) -> str:
        named = self.thing.lower().split()
        features = [part for part in self.features if not set(part.lower().split()) <= set(named)]
        return " ".join(" ".join([*features, self.thing, self.additions]).split())


def read_phrase(reading: Reading, keep_brands: bool = False) -> Phrase:
    """`keep_brands`: a title has its brand in it, a search has it apart."""
    phrase = Phrase()
    chunks = list(_chunks(reading, keep_brands))
    main = _main(chunks, keep_brands)
    specific = _specific(chunks, main)
    kind, used = "", {id(main)}
    if specific is not None:
        kind = "" if specific.names_a_thing or main is None else _head(main, reading.language)
        main = specific
    if main is not None and keep_brands and "thing" not in _concepts(main):
        kind = next((_head(c, reading.language) for c in chunks if _is_kind(c, main)), "")
    used.add(id(main))
    if main is None:
        phrase.is_weak = reading.has("{weak}")
    else:
        _name(phrase, main, reading.language)
        if kind:
            phrase.thing, phrase.head, phrase.is_known = f"{phrase.thing} {kind}", kind, True
        before, after = _beside(reading, chunks, main)
        phrase.thing = " ".join(
            [*_texts(before, reading.language), phrase.thing, *_texts(after, reading.language)]
        )
        used |= {id(chunk) for chunk in (*before, *after)}
    for chunk in chunks:
        if id(chunk) in used:
            continue
        if main is not None and _tells_who(chunk, main):
            continue
        if chunk.is_features and chunk.link not in ("of",):
            phrase.features += [word_of(token, reading.language) for token in chunk.tokens]
        elif _belongs(main, chunk):
            phrase.additions += f" {chunk.link} {text_of(chunk, reading.language)}"
        elif not keep_brands and main is not None and _describes(reading, chunk, main):
            phrase.features.append(text_of(chunk, reading.language))
        elif chunk.has("word", "model"):
            phrase.others.append(joined(chunk.tokens))
    return phrase


def _tells_who(chunk: Chunk, main: Chunk) -> bool:
    """ "Kids are off to uni": far from the thing, no word for people describes it."""
    far = chunk.end + _FEW < main.start or chunk.start > main.end + _FEW
    return far and all("audience" in token.tags for token in chunk.tokens)


def word_of(token: Token, language: str) -> str:
    """In canonical form: English for a thing that is known, as it is written in titles."""
    for concept in ("brand", "thing", "feature"):
        known = token.get(concept)
        if known and not (concept == "feature" and language == "en"):
            plain = concept == "thing" and "line" not in token.tags
            return " ".join(spelled(word, plain, plain) for word in known.split())
    if "small" in token.tags and language != "en":
        number = small_number(token.norm, language)
        return next((word for word, value in SMALL.items() if value == number), token.said)
    text = token.norm if token.meant else token.said
    known_word = any(
        concept in token.tags for concept in ("thing", "feature", "weak", "for_another")
    )
    return " ".join(spelled(word, known_word) for word in text.split())


def spelled(word: str, known: bool = False, plain: bool = False) -> str:
    """As titles write it. `plain`: no product's name, so "air" is a word."""
    lowered = word.lower()
    if plain and lowered in _ALSO_PLAIN:
        return lowered
    return spelling().get(lowered) or (lowered if known else word)


# Parts of products' names that are words as well: "air fryer".
_ALSO_PLAIN = frozenset((
    "air", "mini", "plus", "series", "hero", "ultra", "switch", "max", "pro", "plus",
))  # fmt: skip


def text_of(chunk: Chunk, language: str) -> str:
    text = ""
    for token in chunk.tokens:
        text += word_of(token, language) if token.glued and text and not text.endswith(" ") and (
            "num" in token or "sign" in token.tags
        ) else f" {word_of(token, language)}"  # fmt: skip
    return text.strip()


def _name(phrase: Phrase, main: Chunk, language: str) -> None:
    phrase.thing = text_of(main, language)
    things = [token for token in main.tokens if "thing" in token]
    lines = [token for token in main.tokens if "line" in token]
    phrase.is_known = bool(things or lines)
    phrase.is_weak = not main.names_a_thing and main.has("weak") and not main.has("word")
    if things:
        phrase.head = _head(main, language)
    if lines:
        phrase.maker = lines[0].get("line")


def _main(chunks: Sequence[Chunk], keep_brands: bool) -> Chunk | None:
    """A known thing that was asked for, or any known thing, or else the first words asked for."""
    candidates = [chunk for chunk in chunks if not chunk.is_features]
    for wanted in (
        lambda chunk: chunk.asked and chunk.names_a_thing and chunk.link not in ("for", "likes"),
        lambda chunk: chunk.names_a_thing and chunk.link not in ("for", "with", "likes"),
        lambda chunk: chunk.names_a_thing and chunk.link != "likes",
        lambda chunk: keep_brands and chunk.has("brand"),
        lambda chunk: chunk.asked and chunk.has("word", "model") and not chunk.link,
        lambda chunk: chunk.has("word", "model") and not chunk.link,
        lambda chunk: chunk.has("num") and len(chunk.tokens) > 1,
        lambda chunk: chunk.has("weak", "for_another", "audience"),
    ):
        found = next(filter(wanted, candidates), None)
        if found is not None:
            return found
    return None


def _specific(chunks: Sequence[Chunk], main: Chunk | None) -> Chunk | None:
    """The chunk that says which one: "my guitar has to go, a Yamaha F310"."""
    if main is None or main.has("line", "brand") or not main.names_a_thing:
        return None
    for chunk in chunks:
        if chunk is main or chunk.link in ("for", "with"):
            continue
        names_model = chunk.has("brand") and (
            chunk.has("word", "model", "num", "line")
            or (chunk.start > main.end and (chunk.names_a_thing or chunk.has("feature")))
        )
        if names_model or (chunk.has("line") and chunk.start > main.end):
            return chunk
    return None


def _is_kind(chunk: Chunk, main: Chunk) -> bool:
    """ "Laptop for sale: HP Pavilion"."""
    return chunk.end <= main.start and len(chunk.tokens) == 1 and chunk.names_a_thing


def _concepts(chunk: Chunk) -> set[str]:
    return {concept for token in chunk.tokens for concept in token.tags}


def _head(chunk: Chunk, language: str) -> str:
    return word_of([token for token in chunk.tokens if "thing" in token][-1], language)


def _beside(
    reading: Reading, chunks: Sequence[Chunk], main: Chunk
) -> tuple[list[Chunk], list[Chunk]]:
    """What only something taken parts from the main chunk: "printer ink (HP) 67XL"."""
    before, after = list[Chunk](), list[Chunk]()
    start, end = main.start, main.end
    for chunk in chunks:
        if chunk.start < end or chunk.is_features or chunk.link:
            continue
        if _only_taken(reading.tokens[end : chunk.start]) and not chunk.names_a_thing:
            after.append(chunk)
            end = chunk.end
    for chunk in reversed(chunks):
        if chunk.end > start or chunk.is_features or chunk.link:
            continue
        if _only_taken(reading.tokens[chunk.end : start]) and not chunk.names_a_thing:
            before.insert(0, chunk)
            start = chunk.start
    return before, after


def _only_taken(between: Sequence[Token]) -> bool:
    return bool(between) and all(token.taken for token in between)


def _texts(chunks: Sequence[Chunk], language: str) -> list[str]:
    return [text_of(chunk, language) for chunk in chunks]


def _belongs(main: Chunk | None, chunk: Chunk) -> bool:
    """ "for kids" says what it is, "for my mum" does not; "with a lens" is part of it."""
    if chunk.link == "for":
        return main is not None and chunk.start >= main.end and (
            chunk.has("audience")
            or (chunk.names_a_thing and main.has("for_another", "feature", "thing"))
        )  # fmt: skip
    return chunk.link == "with" and (
        chunk.names_a_thing or chunk.has("weak", "part")
        or (main is not None and chunk.start >= main.end and len(chunk.tokens) <= _FEW)
    )  # fmt: skip


def _describes(reading: Reading, chunk: Chunk, main: Chunk) -> bool:
    """ "Coffee, dark roast": a few words that are a whole clause after the thing."""
    tokens = reading.tokens
    clause = tokens[main.end : chunk.start]
    after = tokens[chunk.end] if chunk.end < len(tokens) else None
    return (
        bool(clause) and "comma" in clause[-1].tags and len(chunk.tokens) <= _FEW
        and not chunk.link and all("word" in token or "feature" in token for token in chunk.tokens)
        and all(token.taken or "comma" in token.tags for token in clause)
        and (after is None or after.taken or "comma" in after)
    )  # fmt: skip


def _chunks(reading: Reading, keep_brands: bool) -> Iterator[Chunk]:
    """Words between breaks, what carries no wish cut off their edges."""
    run, start, link, asked, explains = list[Token](), 0, "", False, False
    tokens = reading.tokens
    for place, token in enumerate([*tokens, None]):
        explains = token is not None and keep_brands and (
            "reason" in token or (explains and not any(c in token for c in _ENDS_REASON))
        )  # fmt: skip
        if (
            token is not None
            and not explains
            and not (keep_brands and _is_owner(tokens, place))
            and (_is_content(token, keep_brands) or _counts(tokens, place, link if not run else ""))
        ):
            if not run:
                start = place
            run.append(token)
            continue
        if token is not None and not explains and run and _joins(tokens, place, keep_brands):
            run.append(token)
            continue
        if run:
            yield from _trimmed(run, start, link, asked)
            run, link = [], ""
        if token is None:
            break
        if token.taken:
            continue
        asked = asked or "buy" in token or (keep_brands and ("sell" in token or "mine" in token))
        if "for" in token:
            # "450 for my keyboard": the thing itself.
            link = "" if keep_brands and _is_own(tokens, place + 1) else "for"
        elif "with" in token:
            link = "tells" if keep_brands and _tells_of_part(tokens, place) else "with"
        elif "likes" in token:
            link = "likes"
        elif any(concept in token for concept in _HARD):
            link = ""


def _tells_of_part(tokens: Sequence[Token], place: int) -> bool:
    """ "The bow has no hair left" is no bow with hair."""
    before = tokens[place - 1] if place else None
    return tokens[place].norm in ("has", "have") and before is not None and any(
        c in before for c in ("part", "thing", "word")
    )  # fmt: skip


def _is_owner(tokens: Sequence[Token], place: int) -> bool:
    """ "My Mam's pram"."""
    owns = tokens[place].norm.endswith("'s") and "word" in tokens[place].tags
    return owns and place > 0 and "mine" in tokens[place - 1].tags


def _is_own(tokens: Sequence[Token], place: int) -> bool:
    return place < len(tokens) and "mine" in tokens[place].tags


def _is_content(token: Token, keep_brands: bool) -> bool:
    if token.taken:
        return False
    if "brand" in token:
        return keep_brands or "thing" in token
    if "buy" in token.tags or "sell" in token.tags:
        return False
    if any(concept in token for concept in ("thing", "line", "feature", "weak", "for_another")):
        return "filler" not in token.tags or "thing" in token
    if "filler" in token.tags or "break" in token.tags:
        return False
    if any(concept in token for concept in ("word", "num", "model")):
        return True
    return bool(token.tags) and all(concept in (*_SOFT, "num") for concept in token.tags)


def _counts(tokens: Sequence[Token], place: int, link: str) -> bool:
    """ "With two controllers"."""
    following = tokens[place + 1 : place + 2]
    return (
        link == "with" and "small" in tokens[place]
        and any(c in token for token in following for c in ("thing", "part", "word"))
    )  # fmt: skip


def _joins(tokens: Sequence[Token], place: int, keep_brands: bool) -> bool:
    """ "box of crayons", "keyboard and a mouse": small words within a name."""
    token, following = tokens[place], tokens[place + 1 : place + 3]
    if token.taken or not following:
        return False
    if "of" in token and token.norm in ("of", "de"):
        return _is_content(following[0], keep_brands)
    if token.norm == "and":
        after = following[-1] if following[0].norm in ("a", "an", "the") else following[0]
        return "thing" in after or (
            "num" in after and len(following) > 1 and "thing" in following[1]
        )
    # "the red one (a) big (one)": an article between two things joins them after "and" alone.
    return (
        token.norm in ("a", "an", "the") and place > 0 and tokens[place - 1].norm == "and"
        and not tokens[place - 1].taken and "thing" in following[0]
    )  # fmt: skip


def _trimmed(run: list[Token], start: int, link: str, asked: bool) -> Iterator[Chunk]:
    kept = run[:_LONGEST]
    while (
        kept
        and "num" in kept[0].tags
        and not any(c in kept[0].tags for c in ("word", "thing"))
        and len(kept) == 1
    ):
        kept = []
    while kept and kept[-1].norm in ("of", "and", "a", "the", "de"):
        kept = kept[:-1]
    kept = [token for token in kept if token.norm not in ("a", "an", "the") or token is kept[0]]
    if kept:
        yield Chunk(kept, start, start + len(run), link, asked)

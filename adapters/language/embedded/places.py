"""Marketplaces in a text: "on ebay and amazon", "everywhere but craigslist"."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.language.embedded.tokens import Found, Reading
from talknshop.understanding import Utterance

if TYPE_CHECKING:
    from adapters.marketplaces.registry import Installed

_EACH = "{place} (?:(?:{comma})? {and|or|not|on|also} (?:{on|put_on|not})? {place})*"
_ONES = "{place} (?:(?:{comma|and|or|on|put_on|not|also}){1,3} {place})*"
_EXCLUDED = (
    rf"{{everywhere}} _ (?:{{not|but}} _)+ (?:{{on|put_on}})? _ (?P<names>{_ONES})",
    rf"(?:{{not|forget}}) _ (?:{{on|put_on|by}})? _ (?P<names>{_EACH})",
    rf"(?P<names>{_ONES}) (?:{{but_after}})",
)
_NAMED = (
    rf"(?:{{only|buy|also}})? (?:{{on|put_on|only|buy}}) _ (?P<names>{_ONES}) "
    rf"(?:{{on_after|only}})?",
    rf"(?P<names>{_ONES}) (?:{{only|on_after}})",
    rf"(?P<names>{_ONES})",
)
_STRANGE = r"(?:{on|put_on}) {stranger}"

# A shop whose name stands before what it makes is no place: "amazon echo".
_ALSO_BRANDS = frozenset({"amazon"})


@dataclass(frozen=True)
class Places:
    """`named` is None when nothing was said; an empty list means everywhere."""

    named: list[str] | None = None
    excluded: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    added: bool = False


def take_places(reading: Reading, known: Sequence[str], current: Sequence[str] = ()) -> Places:
    """The marketplaces said. `known` are all, `current` those chosen before."""
    _recognise(reading, known)
    unknown = tuple(found.said() for found in reading.take(_STRANGE))
    excluded = list[str]()
    for pattern in _EXCLUDED:
        for found in reading.take(pattern):
            excluded += found.values("place", "names")
    if reading.language == "hi":
        for found in reading.take(rf"(?P<names>{_ONES}) (?:{{on_after}})? {{not}}"):
            excluded += found.values("place", "names")
    named, added = list[str](), False
    for pattern in _NAMED:
        for found in reading.find(pattern):
            if pattern == _NAMED[-1] and _is_brand(reading, found):
                continue
            named += found.values("place", "names")
            added = added or _adds(reading, found)
            reading.drop(found.start, found.end)
    named = [name for name in dict.fromkeys(named) if name not in excluded]
    everywhere = reading.takes("(?:{on|put_on})? {everywhere}") or (reading.takes(
        "{any} _ {of_places}"
    ) and not named)  # fmt: skip
    if named:
        return Places(named, tuple(excluded), unknown, added)
    if excluded:
        base = [name for name in (current or known) if name not in excluded]
        return Places(base, tuple(excluded), unknown)
    return Places([] if everywhere else None, (), unknown)


def where_to_buy(utterance: Utterance) -> Sequence[str]:
    """What this installation searches; who does not say so may mean all that are installed."""
    return utterance.search_marketplaces or _installed().searching


def where_to_sell(utterance: Utterance) -> Sequence[str]:
    return utterance.posting_marketplaces or _installed().posting


def _installed() -> "Installed":
    # A conversation says what it has: only tools that read bare texts load all marketplaces.
    from adapters.marketplaces.registry import installed

    return installed()


def _recognise(reading: Reading, known: Sequence[str]) -> None:
    """Marketplaces that only this installation has go by their own names."""
    for token in reading.tokens:
        if "word" in token and token.norm in known:
            token.tags = {"place": token.norm}
    reading.changed()


def _is_brand(reading: Reading, found: Found) -> bool:
    names = found.values("place")
    if not _ALSO_BRANDS & set(names):
        return False
    after = reading.tokens[found.end] if found.end < len(reading.tokens) else None
    return after is not None and any(c in after for c in ("thing", "line", "word", "feature"))


def _adds(reading: Reading, found: Found) -> bool:
    around = reading.tokens[max(0, found.start - 2) : found.end + 2]
    return any("also" in token.tags and token.norm not in ("or", "o", "ou") for token in around)

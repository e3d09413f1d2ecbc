"""Conditions on offers, as SQL: `o` is the offer and `p` its product."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Where:
    """`sql` is ours alone; whatever a client sent is in `values`."""

    sql: str
    values: tuple[Any, ...] = ()

    def __and__(self, other: "Where") -> "Where":
        return all_of([self, other])


EVERYTHING, NOTHING = Where("1"), Where("0")


def is_true(sql: str, *values: Any) -> Where:
    return Where(f"({sql})", values)


def between(column: str, low: float | None, high: float | None) -> Where:
    """Both ends included; None leaves an end open."""
    parts = []
    if low is not None:
        parts.append(is_true(f"{column} >= ?", low))
    if high is not None:
        parts.append(is_true(f"{column} <= ?", high))
    return all_of(parts)


def one_of(column: str, values: Iterable[Any]) -> Where:
    given = tuple(values)
    return Where(f"({column} IN ({', '.join('?' * len(given))}))", given)


def all_of(parts: Iterable[Where]) -> Where:
    return _joined(list(parts), " AND ", EVERYTHING)


def any_of(parts: Iterable[Where]) -> Where:
    return _joined(list(parts), " OR ", NOTHING)


def none_of(part: Where) -> Where:
    return Where(f"(NOT {part.sql})", part.values)


def _joined(parts: list[Where], word: str, empty: Where) -> Where:
    if not parts:
        return empty
    values = tuple(value for part in parts for value in part.values)
    return Where(f"({word.join(part.sql for part in parts)})", values)

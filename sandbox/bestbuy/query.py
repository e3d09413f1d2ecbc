"""Best Buy's query language: `search=tv&(salePrice<1000|onSale=true)` becomes a condition."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from sandbox.catalogue.where import Where, all_of, any_of, none_of

# How an attribute is compared: the operator, and the value as it was written.
Comparison = Callable[[str, str], Where]

# Percent-encoded characters that a value may hold without being an operator.
_IN_VALUES_ONLY = re.compile(r"%(26|28|29|2C|2c)")
_NAME = re.compile(r"\s*([A-Za-z][\w.]*)\s*(in\s*\(|!=|<=|>=|=|<|>)")
_VALUE = re.compile(r"\s*(?:\"([^\"]*)\"|([^&|()\",]*))\s*")


class QueryError(Exception):
    """The query is not understood; the message names the place."""


class Query:
    """`where` is what the query says; `search_terms` are the words of `search=` in it."""

    def __init__(self, raw: str, attributes: Mapping[str, Comparison]) -> None:
        """`raw` is still percent-encoded. A ValueError of a comparison is a QueryError here."""
        kept = _IN_VALUES_ONLY.sub(lambda match: f"%25{match[1]}", raw)
        self._text = unquote(kept)
        self._attributes = attributes
        self._position = 0
        self.search_terms: list[str] = []
        self.where = self._any() if self._text.strip() else all_of([])
        if self._position != len(self._text):
            raise self._error()

    def _any(self) -> Where:
        parts = [self._all()]
        while self._take("|"):
            parts.append(self._all())
        return any_of(parts)

    def _all(self) -> Where:
        parts = [self._one()]
        while self._take("&"):
            parts.append(self._one())
        return all_of(parts)

    def _one(self) -> Where:
        if self._take("("):
            part = self._any()
            self._expect(")")
            return part
        start = _NAME.match(self._text, self._position)
        if start is None or start[1] not in self._attributes:
            raise self._error()
        name, operator = start[1], start[2]
        self._position = start.end()
        if operator.startswith("in"):
            return self._list(name)
        return self._comparison(name, operator, self._value())

    def _list(self, name: str) -> Where:
        parts = [self._comparison(name, "=", self._value())]
        while self._take(","):
            parts.append(self._comparison(name, "=", self._value()))
        self._expect(")")
        return any_of(parts)

    def _comparison(self, name: str, operator: str, value: str) -> Where:
        if name == "search":
            self.search_terms.append(value)
        try:
            if operator == "!=":
                return none_of(self._attributes[name]("=", value))
            return self._attributes[name](operator, value)
        except ValueError:
            raise self._error() from None

    def _value(self) -> str:
        match = _VALUE.match(self._text, self._position)
        if match is None or not (match[1] or match[2]):
            raise self._error()
        self._position = match.end()
        return unquote(match[1] or match[2]).strip()

    def _take(self, character: str) -> bool:
        while self._text[self._position : self._position + 1] == " ":
            self._position += 1
        if self._text[self._position : self._position + 1] != character:
            return False
        self._position += 1
        return True

    def _expect(self, character: str) -> None:
        if not self._take(character):
            raise self._error()

    def _error(self) -> QueryError:
        return QueryError(f"Couldn't understand '{self._text[self._position :] or self._text}'")


def a_number(sql: str) -> Comparison:
    """A value with an asterisk matches the number as it is written."""

    def compare(operator: str, value: str) -> Where:
        if "*" in value:
            return a_text(f"CAST({sql} AS TEXT)")(operator, value)
        if operator == "=":
            return Where(f"(abs({sql} - ?) < 0.001)", (float(value),))
        return Where(f"({sql} {operator} ?)", (float(value),))

    return compare


def a_text(sql: str) -> Comparison:
    """In any case, and with `*` for anything."""

    def compare(operator: str, value: str) -> Where:
        if operator != "=":
            raise ValueError(operator)
        pattern = re.sub(r"([\[?])", r"[\1]", value.lower())
        return Where(f"(lower({sql}) GLOB ?)", (pattern,))

    return compare


def a_flag(sql: str) -> Comparison:
    return a_text(f"CASE WHEN {sql} THEN 'true' ELSE 'false' END")

"""Best Buy's query language: `search=tv&(salePrice<1000|onSale=true)` becomes a test of records."""

import re
from collections.abc import Callable
from typing import Protocol
from urllib.parse import unquote

from sandbox.catalogue.search import search_words


class Record(Protocol):
    """What has attributes by name."""

    def __getitem__(self, name: str, /) -> object: ...


Test = Callable[[Record], bool]

# Percent-encoded characters that a value may hold without being an operator.
_IN_VALUES_ONLY = re.compile(r"%(26|28|29|2C|2c)")
_NAME = re.compile(r"\s*([A-Za-z][\w.]*)\s*(in\s*\(|!=|<=|>=|=|<|>)")
_VALUE = re.compile(r"\s*(?:\"([^\"]*)\"|([^&|()\",]*))\s*")


class QueryError(Exception):
    """The query is not understood; the message names the place."""


class Query:
    """`search_terms` are the words of `search=`; `test` decides about a record."""

    def __init__(self, raw: str, names: frozenset[str]) -> None:
        """`raw` is still percent-encoded; `names` are the attributes that records have."""
        kept = _IN_VALUES_ONLY.sub(lambda match: f"%25{match[1]}", raw)
        self._text = unquote(kept)
        self._names = names
        self._position = 0
        self.search_terms: list[str] = []
        self.test: Test = self._any() if self._text.strip() else lambda _: True
        if self._position != len(self._text):
            raise self._error()

    def _any(self) -> Test:
        tests = [self._all()]
        while self._take("|"):
            tests.append(self._all())
        return tests[0] if len(tests) == 1 else lambda record: any(t(record) for t in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._take("&"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda record: all(t(record) for t in tests)

    def _one(self) -> Test:
        if self._take("("):
            test = self._any()
            self._expect(")")
            return test
        start = _NAME.match(self._text, self._position)
        if start is None:
            raise self._error()
        name, operator = start[1], start[2]
        if name not in self._names:
            raise self._error()
        self._position = start.end()
        if operator.startswith("in"):
            return self._list(name)
        return self._comparison(name, operator, self._value())

    def _list(self, name: str) -> Test:
        tests = [self._comparison(name, "=", self._value())]
        while self._take(","):
            tests.append(self._comparison(name, "=", self._value()))
        self._expect(")")
        return lambda record: any(test(record) for test in tests)

    def _comparison(self, name: str, operator: str, value: str) -> Test:
        if name == "search":
            return self._search(value)
        if operator in ("=", "!="):
            pattern = re.compile(re.escape(value.lower()).replace(r"\*", ".*"))
            wanted = operator == "="

            def equals(record: Record) -> bool:
                held = record[name]
                values = held if isinstance(held, list) else [held]
                return any(_same(pattern, value, one) for one in values) is wanted

            return equals
        try:
            limit = float(value)
        except ValueError:
            raise self._error() from None

        def compares(record: Record) -> bool:
            held = record[name]
            if not isinstance(held, (int, float)):
                return False
            return {
                "<": held < limit,
                ">": held > limit,
                "<=": held <= limit,
                ">=": held >= limit,
            }[operator]

        return compares

    def _search(self, value: str) -> Test:
        terms = search_words(value)
        self.search_terms += terms

        def mentions(record: Record) -> bool:
            words = record["search"]
            return isinstance(words, frozenset) and words.issuperset(terms)

        return mentions

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


def _same(pattern: re.Pattern[str], value: str, held: object) -> bool:
    if held is None:
        return False
    if isinstance(held, bool):
        return pattern.fullmatch(str(held).lower()) is not None
    if isinstance(held, (int, float)) and "*" not in value:
        try:
            return float(value) == held
        except ValueError:
            return False
    return pattern.fullmatch(str(held).lower()) is not None

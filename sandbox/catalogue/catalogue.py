"""The goods in SQLite: products, who offers them where, and an index of their words."""

import json
import math
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from itertools import combinations, islice
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from sandbox.catalogue.goods import Kind, Offer, Product, Seller, State
from sandbox.catalogue.where import EVERYTHING, Where, is_true, one_of
from sandbox.catalogue.words import search_words, tokens

_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS kinds (name TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS products (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, brand TEXT NOT NULL, model TEXT NOT NULL,
    colour TEXT NOT NULL, options TEXT NOT NULL, attributes TEXT NOT NULL, price INTEGER NOT NULL,
    year INTEGER NOT NULL, gtin TEXT NOT NULL, mpn TEXT NOT NULL, rating REAL NOT NULL,
    reviews INTEGER NOT NULL, popularity REAL NOT NULL, model_words INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS offers (
    marketplace TEXT NOT NULL, id TEXT NOT NULL, product INTEGER NOT NULL, title TEXT NOT NULL,
    state TEXT NOT NULL, price INTEGER NOT NULL, regular_price INTEGER NOT NULL,
    shipping INTEGER NOT NULL, stock INTEGER NOT NULL, seller TEXT NOT NULL,
    feedback_percent TEXT NOT NULL, feedback_score INTEGER NOT NULL, postal_code TEXT NOT NULL,
    listed INTEGER NOT NULL, auction_bids INTEGER, best_offer INTEGER NOT NULL, image TEXT NOT NULL,
    PRIMARY KEY (marketplace, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS offers_by_product ON offers (marketplace, product);
CREATE INDEX IF NOT EXISTS products_by_gtin ON products (gtin);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
    noun, model, brand, synonyms, attributes, tokenize = "unicode61 tokenchars '.'",
    detail = column);
"""
# Where a word stands says how much the product is about it: one weight for each column of `words`.
_WEIGHTS = "10.0, 8.0, 5.0, 2.0, 0.7"
_MOST_WORDS = 9  # of a query; so that two thirds of them are at most 84 combinations


_KIND = TypeAdapter(Kind)


class Match(Enum):
    ALL = "every word must be found"
    MOST = "the kind of thing must be right; without one, a word in three may be missing"


@dataclass(frozen=True)
class Page:
    """Part of what was found; `total` is all of it."""

    offers: list[Offer]
    total: int


class Catalogue:
    """Used from one thread only, like the store."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        # What is lost in a power cut can be made or imported again.
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute("PRAGMA busy_timeout=5000")
        self._db.executescript(_SCHEMA)
        self.kinds: dict[str, Kind] = {}
        self._read_kinds()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """All or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            self._read_kinds()
            raise
        self._db.execute("COMMIT")

    def fact(self, name: str) -> str:
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def set_fact(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def clear(self) -> None:
        for table in ("kinds", "products", "offers", "words"):
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608
        self.kinds.clear()

    def copy_to(self, path: Path) -> None:
        self._db.execute("VACUUM INTO ?", (str(path),))

    def next_number(self) -> int:
        (highest,) = self._db.execute("SELECT ifnull(max(number), 0) FROM products").fetchone()
        return int(highest) + 1

    def add(self, goods: Iterable[tuple[Product, list[Offer]]]) -> None:
        """A product with a known number, or an offer with a known id, is replaced."""
        for batch in _batches(goods):
            products = [product for product, _ in batch]
            for product in products:
                self._know(product.kind)
            self._db.executemany(_insert("products", 15), map(_product_row, products))
            self._db.executemany(
                "INSERT OR REPLACE INTO words (rowid, noun, model, brand, synonyms, attributes)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                map(_words_row, products),
            )
            offers = (offer for _, offers in batch for offer in offers)
            self._db.executemany(_insert("offers", 17), map(_offer_row, offers))

    def _know(self, kind: Kind) -> None:
        if self.kinds.get(kind.name) != kind:
            self.kinds[kind.name] = kind
            self._db.execute(_insert("kinds", 2), (kind.name, _KIND.dump_json(kind).decode()))

    def remove_offer(self, marketplace: str, id: str) -> None:
        """With its product, when nobody else offers that."""
        row = self._db.execute(
            "DELETE FROM offers WHERE marketplace = ? AND id = ? RETURNING product",
            (marketplace, id),
        ).fetchone()
        if row and not self._db.execute("SELECT 1 FROM offers WHERE product = ?", row).fetchone():
            self._db.execute("DELETE FROM products WHERE number = ?", row)
            self._db.execute("DELETE FROM words WHERE rowid = ?", row)

    def take(self, marketplace: str, id: str, pieces: int = 1) -> bool:
        """Out of stock, or back into it when negative. False when there are not as many."""
        taken = self._db.execute(
            "UPDATE offers SET stock = stock - ? WHERE marketplace = ? AND id = ? AND stock >= ?",
            (pieces, marketplace, id, pieces),
        )
        return taken.rowcount == 1

    def count_products(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM products").fetchone()[0])

    def count_offers(self) -> dict[str, int]:
        rows = self._db.execute("SELECT marketplace, count(*) FROM offers GROUP BY marketplace")
        return dict(rows.fetchall())

    def product(self, number: int) -> Product | None:
        row = self._db.execute("SELECT * FROM products WHERE number = ?", (number,)).fetchone()
        return self._product(row) if row else None

    def offer(self, marketplace: str, id: str) -> Offer | None:
        return next(iter(self._offers(marketplace, is_true("o.id = ?", id), "o.id", 0, 1)), None)

    def by_gtin(self, marketplace: str, gtin: str) -> list[Offer]:
        return self._offers(marketplace, one_of("p.gtin", spellings_of(gtin)), "o.id", 0, 100)

    def kinds_where(self, holds: Callable[[Kind], bool]) -> list[str]:
        """The kinds' names: what `p.kind` is."""
        return [kind.name for kind in self.kinds.values() if holds(kind)]

    def search(
        self,
        marketplace: str,
        phrases: Sequence[str],
        match: Match,
        where: Where = EVERYTHING,
        order: str = "",
        start: int = 0,
        count: int = 50,
    ) -> Page:
        """What matches one of the phrases, which are words each.

        Best matches first unless `order` says otherwise, an expression of ours over `o` and `p`.
        With no words everything that is kept, popular things first.
        """
        best = "p.popularity DESC"
        queries = [search_words(phrase)[:_MOST_WORDS] for phrase in phrases if phrase.strip()]
        if queries:
            if not any(queries):
                return Page([], 0)
            query = " OR ".join(f"({self._query(words, match)})" for words in queries if words)
            where = is_true("words MATCH ?", query) & where
            # A long model name that was not asked for ("13 Pro Max") is a worse match for "13".
            # Popularity decides between equally good matches.
            longer = f"max(0, p.model_words - {max(map(len, queries))})"
            best = f"bm25(words, {_WEIGHTS}) + 0.4 * {longer} - p.popularity"
        order = f"{order}, {best}" if order else best
        total = self._count(marketplace, where, bool(queries))
        offers = self._offers(
            marketplace, where, f"{order}, o.id", start, count, with_words=bool(queries)
        )
        return Page(offers, total)

    def _query(self, wanted: list[str], match: Match) -> str:
        """In FTS5's language. All words count for the order, whether needed or not."""
        quoted = [f'"{word}"' for word in wanted]
        if match is Match.ALL:
            return " AND ".join(quoted)
        anything = f"({' OR '.join(quoted)})"
        nouns = {tokens(kind.noun)[-1] for kind in self.kinds.values() if kind.noun}
        if kinds := [f'"{word}"' for word in wanted if word in nouns]:
            return f"{' AND '.join(kinds)} AND {anything}"
        needed = math.ceil(len(wanted) * 2 / 3)
        groups = (" AND ".join(group) for group in combinations(quoted, needed))
        return f"({' OR '.join(f'({group})' for group in groups)}) AND {anything}"

    def _count(self, marketplace: str, where: Where, with_words: bool) -> int:
        sql = f"SELECT count(*) {_from(with_words)} AND {where.sql}"
        return int(self._db.execute(sql, (marketplace, *where.values)).fetchone()[0])

    def _offers(
        self,
        marketplace: str,
        where: Where,
        order: str,
        start: int,
        count: int,
        with_words: bool = False,
    ) -> list[Offer]:
        sql = (
            f"SELECT o.*, p.* {_from(with_words)} AND {where.sql} ORDER BY {order} LIMIT ? OFFSET ?"
        )
        rows = self._db.execute(sql, (marketplace, *where.values, count, start))
        return [self._offer(row) for row in rows]

    def _offer(self, row: tuple[Any, ...]) -> Offer:
        (marketplace, id, _, title, state, price, regular_price, shipping, stock, *rest) = row[:17]
        name, percent, score, postal_code, listed, bids, best_offer, image = rest
        return Offer(
            id=id,
            marketplace=marketplace,
            product=self._product(row[17:]),
            title=title,
            state=State(state),
            price=price,
            regular_price=regular_price,
            shipping=shipping,
            stock=stock,
            seller=Seller(name, percent, score, postal_code),
            listed=datetime.fromtimestamp(listed, UTC),
            auction_bids=bids,
            best_offer=bool(best_offer),
            image=image,
        )

    def _product(self, row: tuple[Any, ...]) -> Product:
        number, kind, brand, model, colour, options, attributes, *rest = row
        return Product(
            number,
            self.kinds[kind],
            brand,
            model,
            colour,
            tuple(json.loads(options)),
            json.loads(attributes),
            *rest[:-2],
        )

    def _read_kinds(self) -> None:
        self.kinds = {
            name: _KIND.validate_json(body)
            for name, body in self._db.execute("SELECT name, body FROM kinds")
        }


def spellings_of(gtin: str) -> list[str]:
    """UPC, EAN and GTIN are one number with more or fewer zeros in front."""
    bare = gtin.lstrip("0")
    return [bare.zfill(digits) for digits in (8, 12, 13, 14)]


def mentions(query: str) -> Where:
    """`query` is in FTS5's language; this one may stand anywhere in a condition."""
    return is_true("p.number IN (SELECT rowid FROM words WHERE words MATCH ?)", query)


def _from(with_words: bool) -> str:
    products = "products p ON p.number = o.product WHERE o.marketplace = ?"
    if not with_words:
        return f"FROM offers o JOIN {products}"
    # The words lead; left alone, SQLite would read all the marketplace's offers for each of them.
    offers = "offers o INDEXED BY offers_by_product"
    return f"FROM words CROSS JOIN {offers} CROSS JOIN {products} AND o.product = words.rowid"


def _insert(table: str, columns: int) -> str:
    return f"INSERT OR REPLACE INTO {table} VALUES ({', '.join('?' * columns)})"  # noqa: S608


def _batches(
    goods: Iterable[tuple[Product, list[Offer]]],
) -> Iterator[list[tuple[Product, list[Offer]]]]:
    remaining = iter(goods)
    while batch := list(islice(remaining, 500)):
        yield batch


def _product_row(product: Product) -> tuple[Any, ...]:
    popularity = math.log10(product.reviews + 1) * 0.3 + product.rating * 0.15
    return (
        product.number,
        product.kind.name,
        product.brand,
        product.model,
        product.colour,
        json.dumps(product.options),
        json.dumps(product.attributes),
        product.price,
        product.year,
        product.gtin,
        product.mpn,
        product.rating,
        product.reviews,
        popularity,
        len(tokens(product.model)),
    )


def _words_row(product: Product) -> tuple[Any, ...]:
    kind = product.kind
    texts = ([kind.noun], [product.model], [product.brand], kind.also, product.attributes.values())
    return (product.number, *(_spelled(column) for column in texts))


def _spelled(texts: Iterable[str]) -> str:
    return " ".join(token for text in texts for token in tokens(text))


def _offer_row(offer: Offer) -> tuple[Any, ...]:
    return (
        offer.marketplace,
        offer.id,
        offer.product.number,
        offer.title,
        offer.state.value,
        offer.price,
        offer.regular_price,
        offer.shipping,
        offer.stock,
        offer.seller.name,
        offer.seller.feedback_percent,
        offer.seller.feedback_score,
        offer.seller.postal_code,
        int(offer.listed.timestamp()),
        offer.auction_bids,
        offer.best_offer,
        offer.image,
    )

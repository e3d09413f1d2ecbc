"""What posting made, kept in SQLite: documents by collection, and pictures."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Document = dict[str, Any]
Watcher = Callable[[Document], None]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    collection TEXT NOT NULL, id TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (collection, id));
CREATE INDEX IF NOT EXISTS documents_by_key ON documents (collection, key);
CREATE TABLE IF NOT EXISTS pictures (
    id TEXT PRIMARY KEY, content_type TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""

TOKENS = "tokens"
# What belongs to accounts, not to what they posted.
ACCOUNTS = (
    TOKENS,
    "ebay/notification_config",
    "ebay/destinations",
    "ebay/subscriptions",
    "ebay/signing_keys",
    "ebay_grants",
    "ebay_ru_names",
)


@dataclass(frozen=True)
class Picture:
    content_type: str
    data: bytes


class Store:
    """Used from the event loop's thread only. Every call is committed when it returns, unless it
    runs inside `transaction()`."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        # A killed process loses nothing at this level; only a power cut could.
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("PRAGMA busy_timeout=5000")
        self._db.executescript(_SCHEMA)
        self._watchers: dict[str, Watcher] = {}

    def watch(self, collection: str, watcher: Watcher) -> None:
        """Tells about every document of the collection that was put or deleted."""
        self._watchers[collection] = watcher

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Must not be held across an await."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def put(self, collection: str, id: str, body: Document, key: str = "") -> None:
        """Insert or replace; a replaced document keeps its place in `all`."""
        self._db.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?) ON CONFLICT (collection, id) "
            "DO UPDATE SET key = excluded.key, body = excluded.body",
            (collection, id, key, json.dumps(body)),
        )
        self._tell(collection, body)

    def get(self, collection: str, id: str) -> Document | None:
        return self._one(
            "SELECT body FROM documents WHERE collection = ? AND id = ?", (collection, id)
        )

    def find(self, collection: str, key: str) -> list[Document]:
        """The documents that were put with this key, oldest first."""
        return self._many(
            "SELECT body FROM documents WHERE collection = ? AND key = ? ORDER BY rowid",
            (collection, key),
        )

    def all(self, collection: str) -> list[Document]:
        """Oldest first."""
        return self._many(
            "SELECT body FROM documents WHERE collection = ? ORDER BY rowid", (collection,)
        )

    def delete(self, collection: str, id: str) -> bool:
        """Whether there was one."""
        deleted = self._one(
            "DELETE FROM documents WHERE collection = ? AND id = ? RETURNING body", (collection, id)
        )
        if deleted is None:
            return False
        self._tell(collection, deleted)
        return True

    def _tell(self, collection: str, body: Document) -> None:
        if watcher := self._watchers.get(collection):
            watcher(body)

    def next_number(self, name: str, first: int) -> int:
        """Numbers that are never given twice, not even after a restart."""
        row = self._db.execute(
            "INSERT INTO counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + 1 "
            "RETURNING value",
            (name, first),
        ).fetchone()
        return int(row[0])

    def put_picture(self, id: str, picture: Picture) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO pictures VALUES (?, ?, ?)",
            (id, picture.content_type, picture.data),
        )

    def picture(self, id: str) -> Picture | None:
        row = self._db.execute(
            "SELECT content_type, data FROM pictures WHERE id = ?", (id,)
        ).fetchone()
        return Picture(*row) if row else None

    def forget_posted(self, kept: tuple[str, ...] = ACCOUNTS) -> None:
        """Everything but accounts and counters: clients stay logged in, numbers stay unique."""
        forgotten = [(name, body) for name in self._watchers for body in self.all(name)]
        with self.transaction():
            marks = ", ".join("?" * len(kept))
            self._db.execute(
                f"DELETE FROM documents WHERE collection NOT IN ({marks})",  # noqa: S608
                kept,
            )
            self._db.execute("DELETE FROM pictures")
        for collection, body in forgotten:
            self._tell(collection, body)

    def expire_tokens(self, marketplace: str | None = None) -> None:
        for token in self.all(TOKENS):
            if marketplace in (None, token["of"]):
                self.put(TOKENS, token["token"], {**token, "expires_at": 0})

    def close(self) -> None:
        self._db.close()

    def _one(self, sql: str, arguments: tuple[str, ...]) -> Document | None:
        row = self._db.execute(sql, arguments).fetchone()
        return None if row is None else json.loads(row[0])

    def _many(self, sql: str, arguments: tuple[str, ...]) -> list[Document]:
        return [json.loads(row[0]) for row in self._db.execute(sql, arguments)]

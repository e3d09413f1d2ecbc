"""Which of Temporal's indexes stay, and what becomes of a database that cannot be changed."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from talknshop.cli.errors import CommandError
from talknshop.cli.visibility_indexes import drop_unused_indexes

# As Temporal makes its own: the namespace first, then the column, then the order of lists.
SCHEMA = """
CREATE TABLE executions_visibility (
  namespace_id TEXT, run_id TEXT, close_time TEXT, workflow_id TEXT, history_length INT,
  Int01 INT, Keyword01 TEXT, TemporalKeyword01 TEXT, Datetime02 TEXT,
  PRIMARY KEY (namespace_id, run_id)
);
CREATE INDEX default_idx ON executions_visibility (namespace_id, (COALESCE(close_time, 9)) DESC);
CREATE INDEX by_workflow_id ON executions_visibility (namespace_id, workflow_id, run_id);
CREATE INDEX by_history_length ON executions_visibility (namespace_id, history_length, run_id);
CREATE INDEX by_int_01 ON executions_visibility (namespace_id, Int01, run_id);
CREATE INDEX by_keyword_01 ON executions_visibility (namespace_id, Keyword01, run_id);
CREATE INDEX by_temporal_keyword_01
  ON executions_visibility (namespace_id, TemporalKeyword01, run_id);
CREATE INDEX by_datetime_02 ON executions_visibility (namespace_id, Datetime02, run_id);
CREATE TABLE others (namespace_id TEXT, name TEXT);
CREATE INDEX by_name ON others (namespace_id, name);
"""
ALL = {
    "default_idx",
    "by_workflow_id",
    "by_history_length",
    "by_int_01",
    "by_keyword_01",
    "by_temporal_keyword_01",
    "by_datetime_02",
    "by_name",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "temporal.db"


@pytest.fixture
def db(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path)
    connection.executescript(SCHEMA)
    yield connection
    connection.close()


def indexes(db: sqlite3.Connection) -> set[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    return {name for (name,) in db.execute(query)}


def test_what_lists_are_asked_by_stays_and_so_do_other_tables(db, path):
    assert indexes(db) == ALL
    drop_unused_indexes(path)
    assert indexes(db) == ALL - {"by_history_length", "by_int_01", "by_temporal_keyword_01"}


def test_the_second_time_nothing_is_written(db, path):
    drop_unused_indexes(path)
    after = db.execute("PRAGMA schema_version").fetchone()
    drop_unused_indexes(path)
    assert db.execute("PRAGMA schema_version").fetchone() == after


def test_a_database_that_is_not_there_is_not_made(path):
    with pytest.raises(CommandError, match="with indexes that nobody asks by"):
        drop_unused_indexes(path)
    assert not path.exists()


def test_a_database_that_is_in_use_for_too_long_stays_as_it_is(db, path, monkeypatch):
    monkeypatch.setattr("talknshop.cli.visibility_indexes._PATIENCE", 0.01)
    db.execute("BEGIN IMMEDIATE")
    with pytest.raises(CommandError, match="locked"):
        drop_unused_indexes(path)
    assert indexes(db) == ALL

"""The development server's database without the indexes that nobody asks by.

Temporal keeps an index for each column of the table that lists are made from, some sixty. Each
write of what workflows are found by touches all of them, six times for a job on one marketplace,
and SQLite works out anew how to each time. See docs/decisions/0013-fewer-indexes.md.
"""

import sqlite3
from contextlib import closing
from fnmatch import fnmatchcase
from pathlib import Path

from talknshop.cli.errors import CommandError

# Beside the order of lists itself. Search attributes share columns named by their type, those of
# SEARCH_ATTRIBUTES among them; lists of keywords have an index of another kind.
_ASKED_BY = (
    "workflow_id",
    "workflow_type_name",
    "status",
    "parent_workflow_id",
    "root_workflow_id",
    "Keyword[0-9]*",
    "Datetime[0-9]*",
)
_PATIENCE = 10.0  # seconds for a write of the server to end


def drop_unused_indexes(database: Path) -> None:
    """A list by anything else finds the same, as it is read through. Does nothing twice.

    Raises CommandError when the database cannot be changed.
    """
    # Opened, not made: the server makes it.
    uri = f"{database.absolute().as_uri()}?mode=rw"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=_PATIENCE, isolation_level=None)) as db:
            # One by one: the server writes in between.
            for name in _unused(db):
                db.execute(f'DROP INDEX "{name}"')
    except sqlite3.Error as error:
        raise CommandError(f"with indexes that nobody asks by, which is slower: {error}") from error


def _unused(db: sqlite3.Connection) -> list[str]:
    """Each index begins with the namespace, then what it is for: a column, or the lists' order."""
    indexes = db.execute(
        "SELECT list.name, info.name FROM pragma_index_list('executions_visibility') AS list"
        " JOIN pragma_index_info(list.name) AS info WHERE list.origin = 'c' AND info.seqno = 1"
    )
    return [
        name
        for name, column in indexes
        if column is not None and not any(fnmatchcase(column, asked) for asked in _ASKED_BY)
    ]

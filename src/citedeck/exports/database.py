"""Opening a stranger's database: to read plain tables only, with bounds on time and memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from citedeck.exports.nouns import UnreadableError

MAX_VALUE = 64 * 1024 * 1024
"""Bytes of one value: all fields of a note, or the note types of a collection."""
MAX_STEPS = 2_000
"""Millions of steps of the database's machine: half a minute or so."""
_STEP = 1_000_000
_TABLES = frozenset(("sqlite_master", "col", "notes", "cards", "notetypes", "fields", "templates", "decks"))
_DAMAGED = "its database is damaged"


@contextmanager
def open_database(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database file. Whatever SQLite finds wrong with it, then or later, is an `UnreadableError`."""
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    except (sqlite3.Error, OSError) as problem:
        raise UnreadableError(f"{_DAMAGED}: {problem}", "get the file again") from None
    try:
        _confine(connection)
        yield connection
    except sqlite3.OperationalError as problem:
        if str(problem) == "interrupted":
            raise UnreadableError("its database takes too long to read", "export one deck at a time") from None
        raise UnreadableError(f"{_DAMAGED}: {str(problem)[:200]}", "get the file again") from None
    except (sqlite3.Error, MemoryError, OverflowError, UnicodeError) as problem:
        raise UnreadableError(f"{_DAMAGED}: {str(problem)[:200] or 'it asks for too much memory'}", "get the file again") from None
    finally:
        connection.close()


def replace_broken_text(connection: sqlite3.Connection) -> None:
    """Have bytes that are no text replaced instead of refused, which is slower, and begin anew."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE)
    connection.text_factory = lambda content: content.decode("utf-8", "replace")


def is_broken_text(problem: sqlite3.Error) -> bool:
    """Say whether reading failed at bytes that are no text."""
    return str(problem).startswith("Could not decode to UTF-8")


def tables(connection: sqlite3.Connection) -> set[str]:
    """Return the names of the tables, without views and what only looks like a table: such could make up rows without end."""
    found = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 LIMIT 1000")} & _TABLES
    return {table for table in found if not any(row[6] for row in connection.execute(f"PRAGMA table_xinfo({table})"))}


def fetch(connection: sqlite3.Connection, query: str, *, rows: int, value: int, total: int) -> Iterator[tuple[Any, ...]]:
    """Return a query's rows, within bounds: so many rows, no value larger than that, and all together no larger than that."""
    before = connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, value)
    try:
        for count, row in enumerate(connection.execute(query)):
            total -= sum(len(part) for part in row if isinstance(part, (str, bytes)))
            if count >= rows or total < 0:
                raise UnreadableError("its database holds more than any collection does", "export one deck at a time")
            yield row
    finally:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, before)


def _confine(connection: sqlite3.Connection) -> None:
    for limit, value in (
        (sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE),
        (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 1_000_000),
        (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
        (sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 1),
    ):
        connection.setlimit(limit, value)
    for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON", "mmap_size = 0"):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_collation("unicase", _compare)  # Of names in newer databases; nothing here sorts by it.
    connection.set_authorizer(_allow)
    left = MAX_STEPS

    def tick() -> bool:
        nonlocal left
        left -= 1
        return left <= 0

    connection.set_progress_handler(tick, _STEP)


def _compare(first: str, second: str) -> int:
    first, second = first.casefold(), second.casefold()
    return (first > second) - (first < second)


def _allow(action: int, table: str | None, detail: str | None, _database: str | None, through: str | None) -> int:
    """Allow reading the tables that are known, and their descriptions: no view, no function but one that shortens."""
    if (action, table) == (sqlite3.SQLITE_PRAGMA, "table_xinfo") or (action, detail) == (sqlite3.SQLITE_FUNCTION, "substr"):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_SELECT or (action == sqlite3.SQLITE_READ and table in _TABLES and through is None):
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY

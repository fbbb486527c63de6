"""SQLite databases of other programs: read only, and without the files that SQLite would put beside them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from tui_chat.importers.base import Imported, Item, Problem
from tui_chat.importers.sources import Source

MAGIC = b"SQLite format 3\0"
"""What a database begins with."""

DatabaseError = (sqlite3.Error, UnicodeDecodeError)
"""What is raised where a database is damaged, locked or of another shape. Some damage gets into SQLite's words."""

Row = Mapping[str, Any]


@contextmanager
def database(source: Source) -> Iterator[Database]:
    """Open a database; nothing is written to it.

    Raises:
        DatabaseError: if that is not possible.
    """
    with closing(_connected(source.path)) as connection:
        connection.row_factory = sqlite3.Row
        # Texts in other encodings than UTF-8 are no reason to read none.
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        yield Database(connection)


def _connected(path: Path) -> sqlite3.Connection:
    address = path.absolute().as_uri()
    # What is read in parts is read by whichever thread is free, one after the other.
    connection = sqlite3.connect(f"{address}?mode=ro", uri=True, timeout=2, check_same_thread=False)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.OperationalError:
        # A database with a write-ahead log cannot be opened where nothing may be written beside it.
        connection.close()
        return sqlite3.connect(f"{address}?immutable=1", uri=True, check_same_thread=False)
    except BaseException:
        connection.close()
        raise
    return connection


class Database:
    """An open database."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.tables = self._columns()
        """The columns of each table."""

    def rows(self, table: str, column: str = "", value: object = None, *, order: str = "rowid") -> Iterator[Row]:
        """Yield rows of a table.

        Args:
            table: Its name.
            column: The column that must have the value; empty for all rows.
            value: The value.
            order: The column to sort by.
        """
        condition = f" WHERE {column} IS ?" if column else ""
        # The names are written in this package, never foreign ones.
        query = f"SELECT * FROM {table}{condition} ORDER BY {order}"  # noqa: S608
        for row in self._connection.execute(query, (value,) if column else ()):
            yield _Row(row)

    def groups(self, table: str, column: str, *, order: str) -> Iterator[tuple[Any, list[Row]]]:
        """Yield all rows of a table by the value of a column: in one go, since it may have no index."""
        for value, rows in groupby(self.rows(table, order=f"{column}, {order}"), key=itemgetter(column)):
            yield value, list(rows)

    def count(self, table: str) -> int:
        """Return how many rows a table has; 0 if there is none."""
        if table not in self.tables:
            return 0
        return int(self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608  # as above

    def _columns(self) -> Mapping[str, frozenset[str]]:
        names = [row[0] for row in self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        query = "SELECT name FROM pragma_table_info(?)"
        return {name: frozenset(row[0] for row in self._connection.execute(query, (name,))) for name in names}


class _Row(dict[str, Any]):
    """A row that has every column: ``None`` in those that another version of the program has not."""

    def __missing__(self, column: str) -> None:
        return None


def read_database(source: Source, sessions: Callable[[Database], Iterator[Imported]]) -> Iterator[Item]:
    """Yield the sessions of a database, and a problem where it cannot be read."""
    try:
        with database(source) as opened:
            source.position = source.size
            yield from sessions(opened)
    except DatabaseError as error:
        words = "it is damaged" if isinstance(error, UnicodeDecodeError) else str(error)
        yield Problem(source.where, f"the database cannot be read any further: {words}")


def tables_of(source: Source) -> Mapping[str, frozenset[str]]:
    """Return the columns of each table of a database; none if it cannot be read."""
    try:
        with database(source) as opened:
            return opened.tables
    except DatabaseError:
        return {}

"""The SQLite file of a ledger: opened, its version checked, read and written in transactions."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from analyzer.errors import IncompleteError, InputError
from analyzer.sources.store.tables import TABLES, VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from analyzer.sources.store.spans import Span

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BUSY_SECONDS = 30


@dataclass
class Database:
    """An open ledger file.

    Raises:
        InputError: The file is no ledger, or was written by a newer version.
    """

    path: Path
    _connection: sqlite3.Connection = field(init=False, repr=False)

    def __post_init__(self) -> None:
        try:
            self._connection = sqlite3.connect(
                f"{self.path.resolve().as_uri()}?{self._mode()}",
                timeout=_BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
                uri=True,
            )
        except sqlite3.Error as error:
            self._unreadable(error)
        try:
            self._prepare()
        except (sqlite3.DatabaseError, ValueError) as error:
            self._connection.close()
            self._unreadable(error)
        except InputError:
            self._connection.close()
            raise

    def _mode(self) -> str:
        """How to open: in a folder that may only be read there is no place for a writer's log."""
        if os.access(self.path.parent, os.W_OK):
            return "mode=rw"
        log = self.path.with_name(f"{self.path.name}-wal")
        # With a log left by a writer, "immutable" would show the ledger as it was before.
        return "mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1"

    def _unreadable(self, error: Exception) -> NoReturn:
        # The lowest byte is the primary result code. [sqlite.org, Result and Error Codes]
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            msg = f"the ledger {self.path} cannot be written: {error}"
            raise IncompleteError(
                msg, remedy="Make room on the disk, and run the command again: it goes on."
            ) from error
        msg = f"the ledger cannot be read: {error}"
        raise InputError(
            msg,
            remedy="Restore it from a copy, or import the raw folder into a new store.",
            source=self.path,
        ) from error

    def _prepare(self) -> None:
        tables = {name for (name,) in self._all("SELECT name FROM sqlite_master")}
        if "meta" in tables:
            found = int(self._one("SELECT value FROM meta WHERE name = 'version'"))
            if found > VERSION:
                msg = f"the store was written by a newer version (its format is {found})"
                raise InputError(
                    msg, remedy="Update the program: pip install --upgrade .", source=self.path
                )
            return
        if tables:
            msg = "it is the database of something else"
            raise ValueError(msg)
        self._connection.execute("PRAGMA journal_mode = WAL")
        with self._transaction() as connection:
            for statement in TABLES.split(";\n"):
                if statement.strip():
                    connection.execute(statement)
            connection.execute("INSERT OR IGNORE INTO meta VALUES ('version', ?)", (str(VERSION),))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def damage(self) -> list[str]:
        """What SQLite finds wrong in the file; nothing where all is well."""
        return [str(text) for (text,) in self._all("PRAGMA quick_check") if text != "ok"]

    def note(self, name: str, value: object) -> None:
        """Keep a value under a name, as JSON."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, json.dumps(value))
            )

    def noted(self, name: str) -> object:
        """Value kept under a name; None where there is none."""
        text = self._one("SELECT value FROM meta WHERE name = ?", name)
        return None if text is None else json.loads(str(text))

    def begin_run(self, kind: str, arguments: Mapping[str, object], now: datetime) -> int:
        """Write down that a run began; returns its number."""
        with self._transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO runs (kind, began_us, arguments) VALUES (?, ?, ?)",
                (kind, to_us(now), json.dumps(arguments)),
            )
            return int(cursor.lastrowid or 0)

    def end_run(self, run: int, outcome: str, now: datetime) -> None:
        """Write down how a run ended."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE runs SET ended_us = ?, outcome = ? WHERE id = ?", (to_us(now), outcome, run)
            )

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
            self._connection.execute("COMMIT")
        except BaseException:
            # A full disk may have ended the transaction already.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return list(self._rows(query, *values))

    def _rows(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """Rows one by one, for tables that are not to be held whole."""
        try:
            with closing(self._connection.execute(query, values)) as cursor:
                yield from cursor
        except sqlite3.DatabaseError as error:
            # The class itself: a damaged page. Its subclasses mean a full disk, or a bug of ours.
            if type(error) is sqlite3.DatabaseError:
                self._unreadable(error)
            raise

    def _one(self, query: str, *values: object) -> Any:  # noqa: ANN401 - as SQLite has it
        rows = self._all(query, *values)
        return rows[0][0] if rows else None


def to_us(at: datetime) -> int:
    """Microseconds since 1970, as the ledger keeps instants."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def span_of(start: object, end: object) -> Span:
    """Span between two instants as the ledger keeps them."""
    return _at(start), _at(end)


def _at(microseconds: object) -> datetime:
    return _EPOCH + timedelta(microseconds=int(str(microseconds)))

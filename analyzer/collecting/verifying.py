"""A store compared with its ledger: every file, every digest, every day."""

from __future__ import annotations

import gzip
import json
import os
import stat
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from analyzer.collecting.reader import digest_of
from analyzer.engine.days import pending
from analyzer.sources.store.raw import FOLDER, PARTIAL, measure, records_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from analyzer.sources.store.layout import Store
    from analyzer.sources.store.ledger import Stored

_TENANT = f"{FOLDER}/tenant/"
_FOLDER_MODE = 0o700
_FILE_MODE = 0o600
_FILES_BETWEEN_WORDS = 500
_UNREADABLE = (OSError, EOFError, zlib.error, gzip.BadGzipFile, ValueError)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one file of a store.

    Attributes:
        path: Relative to the store's folder.
        what: What is wrong, after the file's name.
        is_warning: Whether the data are nevertheless as the ledger says.
    """

    path: str
    what: str
    is_warning: bool = False


def verify(store: Store, say: Callable[[str], None]) -> list[Problem]:
    """Compare every file of a store with the ledger; nothing is changed.

    Returns:
        Problems, those of raw files first; none where all is well.
    """
    found = [Problem(store.ledger.path.name, text) for text in store.ledger.damage()]
    found += _raw_files(store, say)
    found += _strangers(store)
    found += _days(store, say)
    if os.name == "posix":
        found += _modes(store)
    return found


def _raw_files(store: Store, say: Callable[[str], None]) -> Iterator[Problem]:
    stored = store.ledger.stored()
    for number, file in enumerate(stored, 1):
        if number % _FILES_BETWEEN_WORDS == 1:
            say(f"checking raw files from {number:,} of {len(stored):,}")
        yield from _bytes(store, file.path, file.bytes, file.sha256) or _records(store, file)
    imports = store.ledger.imports()
    if imports:
        say(f"checking {len(imports):,} imported files")
    for each in imports:
        yield from _bytes(store, each.path, each.bytes, each.sha256)


def _bytes(store: Store, path: str, size: int, sha256: str) -> list[Problem]:
    """Whether a file is there, and its bytes are those that were written."""
    try:
        found_size, found_sha256 = measure(store.folder / path)
    except FileNotFoundError:
        return [Problem(path, "is missing")]
    except OSError as error:
        return [Problem(path, f"cannot be read: {error.strerror or error}")]
    if found_size != size:
        return [Problem(path, f"has {found_size:,} bytes, and the ledger says {size:,}")]
    if found_sha256 != sha256:
        return [Problem(path, f"has the digest {found_sha256}, and the ledger says {sha256}")]
    return []


def _records(store: Store, file: Stored) -> list[Problem]:
    """Whether a raw file holds the records that were counted when they came."""
    rows = 0
    ids: dict[str, str] = {}
    try:
        for record in records_of(store.folder / file.path):
            rows += 1
            value = json.loads(record)
            if isinstance(value, dict):
                ids[str(value.get("id") or "").lower()] = ""
    except _UNREADABLE as error:
        return [Problem(file.path, f"cannot be read at record {rows}: {error}")]
    if rows != file.rows:
        return [Problem(file.path, f"holds {rows:,} records, and the ledger says {file.rows:,}")]
    if digest_of(ids) != file.ids_digest:
        return [Problem(file.path, "holds other ids than the ledger says")]
    return []


def _strangers(store: Store) -> Iterator[Problem]:
    """Files on disk that the ledger does not know; the next writing run removes them."""
    known = {file.path for file in store.ledger.stored()}
    known |= {each.path for each in store.ledger.imports()}
    for path in sorted((store.folder / FOLDER).rglob("*")):
        name = path.relative_to(store.folder).as_posix()
        if not path.is_file() or name in known or name.startswith(_TENANT):
            continue
        if name.endswith(PARTIAL):
            yield Problem(name, "was left by a run that is not over, or was killed", True)
        else:
            yield Problem(name, "is not in the ledger; the next pull or import removes it")


def _days(store: Store, say: Callable[[str], None]) -> Iterator[Problem]:
    """Whether each day's file holds what the ledger says, each sign-in once."""
    files = store.day_files()
    say(f"checking {len(files):,} days")
    left = pending(store)
    if left:
        what = f"{len(left):,} files are not sorted into days yet; the next pull or import does it"
        yield Problem("signins", what, True)
    stated = store.ledger.days()
    for day, (rows, _) in stated.items():
        name = f"signins/{day}.parquet"
        if day not in files:
            yield Problem(name, "is missing; `analyzer store rebuild` makes it again")
        else:
            yield from _day(files[day], name, rows, has_pending=bool(left))
    for day in files:
        if day not in stated:
            yield Problem(f"signins/{day}.parquet", "is not in the ledger", bool(left))


def _day(path: Path, name: str, rows: int, *, has_pending: bool) -> Iterator[Problem]:
    try:
        with duckdb.connect() as connection:
            total, distinct, elsewhere = connection.execute(
                "SELECT count(*), count(DISTINCT signin_id), "
                "count(*) FILTER (strftime(occurred_at, '%Y-%m-%d') <> ?) FROM read_parquet(?)",
                [path.stem, str(path)],
            ).fetchall()[0]
    except duckdb.Error as error:
        yield Problem(name, f"cannot be read: {str(error).splitlines()[0]}")
        return
    if total != rows:
        # Killed between a day's file and the ledger: the next run repeats that.
        yield Problem(name, f"holds {total:,} rows, and the ledger says {rows:,}", has_pending)
    if distinct != total:
        yield Problem(name, f"holds {total - distinct:,} sign-ins more than once")
    if elsewhere:
        yield Problem(name, f"holds {elsewhere:,} sign-ins of other days")


def _modes(store: Store) -> Iterator[Problem]:
    """Files and folders that others than the owner may read."""
    for path in (store.folder, *sorted(store.folder.rglob("*"))):
        mode = stat.S_IMODE(path.lstat().st_mode)
        right = _FOLDER_MODE if path.is_dir() else _FILE_MODE
        if mode != right:
            name = path.relative_to(store.folder).as_posix()
            yield Problem(name, f"has the rights {mode:04o}, and should have {right:04o}", True)

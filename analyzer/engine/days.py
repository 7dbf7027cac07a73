"""Sign-ins of a store by day: derived from raw files, each sign-in once, and rebuildable."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

import duckdb

from analyzer.engine.conform import INPUT, POLICIES
from analyzer.engine.layout import literal
from analyzer.engine.loading import create_rejects, read_all
from analyzer.engine.merge import has_duplicates, merge_duplicates
from analyzer.errors import IncompleteError, InputError
from analyzer.schema import SIGNINS
from analyzer.sources.inputs import InputFile
from analyzer.sources.prepared import prepare
from analyzer.sources.store.layout import DAYS
from analyzer.sources.store.ledger import EVERYTHING, Sorted
from analyzer.sources.store.raw import make_private, sync_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from analyzer.engine.duckdb_engine import DuckDbEngine
    from analyzer.engine.loading import Parts
    from analyzer.sources.prepared import Prepared
    from analyzer.sources.store.entries import Reject
    from analyzer.sources.store.layout import Store
    from analyzer.sources.store.spans import Span

_NAMES = ", ".join(c.name for c in SIGNINS)
_COLUMNS = f"{_NAMES}, {INPUT}, {POLICIES}"
_DAY = "strftime(occurred_at, '%Y-%m-%d')"
_FILES_AT_ONCE = 48
_BYTES_AT_ONCE = 12 << 20
_TEXT_KEPT = 2000
_BEFORE_ALL_NEW = -1
_NO_SPACE = "No space left on device"
IMPORTS = "raw/imports"
"""Folder of the files taken in, below a store's."""


def pending(store: Store) -> list[str]:
    """Raw files of sign-ins whose rows are not in the days' files yet."""
    pulled = [
        file.path
        for file in store.ledger.stored()
        if not file.is_derived and file.stream.startswith(EVERYTHING)
    ]
    return [*pulled, *(each.path for each in store.ledger.imports() if not each.is_derived)]


def derive(
    engine: DuckDbEngine, store: Store, paths: Sequence[str], say: Callable[[str], None]
) -> list[Sorted]:
    """Bring the rows of raw files into the days' files of a locked store.

    A day's file is written anew beside the old one and then renamed; the ledger hears of a file
    only after that, so that an interruption repeats work, loses nothing and counts nothing
    twice. An import that turns out to be no sign-in log is removed. Sign-ins from before the
    instant that the store was pruned to are left out.

    Raises:
        InputError: A raw file is missing.
        IncompleteError: The disk is full; what was sorted until then is kept.
    """
    done: list[Sorted] = []
    for some in _batches(store, paths):
        if len(paths) > len(some):
            first = len(done)
            say(f"sorting files {first + 1} to {first + len(some)} of {len(paths)} into days")
        try:
            done += _derive(engine, store, some)
        except duckdb.IOException as error:
            text = str(error).splitlines()[0]
            why = "no space left on the disk" if _NO_SPACE in text else text
            msg = f"sign-ins could not be sorted into days: {why}"
            raise IncompleteError(
                msg, remedy="Make room on the disk, and run the command again: it goes on."
            ) from error
    return done


def _batches(store: Store, paths: Sequence[str]) -> Iterator[list[str]]:
    """Files to sort at once: so few, and so small together, that memory does not grow."""
    batch: list[str] = []
    size = 0
    for path in paths:
        file = store.folder / path
        own = file.stat().st_size if file.exists() else 0
        if batch and (len(batch) >= _FILES_AT_ONCE or size + own > _BYTES_AT_ONCE):
            yield batch
            batch, size = [], 0
        batch.append(path)
        size += own
    if batch:
        yield batch


def rebuild(engine: DuckDbEngine, store: Store, say: Callable[[str], None]) -> list[Sorted]:
    """Derive every day of a locked store anew from the raw files.

    Raises:
        InputError: A raw file is missing or cut; the days were left as they are.
    """
    files = [(f.path, f.bytes) for f in store.ledger.stored()]
    files += [(each.path, each.bytes) for each in store.ledger.imports()]
    for path, size in files:
        if not (store.folder / path).is_file() or (store.folder / path).stat().st_size != size:
            raise InputError(
                f"the store lacks {path} as it was received; its sign-ins are only in the days",
                remedy="Restore the file from a copy; `analyzer store verify` names all of them.",
                source=store.folder,
            )
    store.ledger.sorting_again()
    for day_file in store.day_files().values():
        day_file.unlink()
    return derive(engine, store, pending(store), say)


@dataclass(frozen=True)
class _Batch:
    """Raw files read, their rows split by day in a folder."""

    engine: DuckDbEngine
    store: Store
    paths: Sequence[str]
    folder: Path
    parts: Parts

    @property
    def split(self) -> Path:
        return self.folder / "by-day"

    def rows_of(self, day: str) -> str:
        """Query of a day's new rows, in brackets."""
        files = literal(str(self.split / f"day={day}" / "*.parquet"))
        return f"(SELECT {_COLUMNS} FROM read_parquet({files}, hive_partitioning = false))"


def _derive(engine: DuckDbEngine, store: Store, paths: Sequence[str]) -> list[Sorted]:
    folder = engine.new_folder()
    try:
        create_rejects(engine.connection)
        files = list(prepared_of(store, enumerate(paths), folder))
        batch = _Batch(
            engine, store, paths, folder, read_all(engine.connection, folder, files, _nothing)
        )
        counts, times = _split(batch)
        days = sorted({day for by_day in counts.values() for day in by_day})
        kept = {day: _write_day(batch, day) for day in days}
        done = _sorted(batch, counts, times)
        store.ledger.record_sorted(done, kept)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for each in done:
        if each.is_refused and each.path.startswith(IMPORTS):
            (store.folder / each.path).unlink(missing_ok=True)
    return done


def _nothing(_text: str) -> None:
    """Say nothing: the files of a batch are told together."""


def prepared_of(
    store: Store, numbered: Iterable[tuple[int, str]], folder: Path
) -> Iterable[Prepared]:
    """Raw files judged, each with its number and a spool of its own in ``folder``."""
    for place, (number, path) in enumerate(numbered):
        spool = folder / f"spool-{place}"
        spool.mkdir()
        file = store.folder / path
        yield prepare(number, InputFile(path, file, _is_gzip(file)), spool)


def kept_rows(store: Store, query: str) -> str:
    """A query's rows without those from before the instant the store was pruned to."""
    pruned = store.ledger.pruned_until()
    if pruned is None:
        return query
    instant = literal(pruned.astimezone(UTC).replace(tzinfo=None).isoformat(" "))
    return f"SELECT * FROM ({query}) WHERE occurred_at >= TIMESTAMP {instant}"


def _split(batch: _Batch) -> tuple[dict[int, dict[str, int]], dict[int, tuple[int, Span]]]:
    """Split rows by day; rows by file and day, and of each file its count and extent."""
    connection = batch.engine.connection
    whole = batch.parts.rows()
    times = {
        number: (count, (first.replace(tzinfo=UTC), last.replace(tzinfo=UTC)))
        for number, count, first, last in connection.execute(
            f"SELECT {INPUT}, count(*), min(occurred_at), max(occurred_at) "
            f"FROM ({whole}) GROUP BY 1"
        ).fetchall()
    }
    kept = kept_rows(batch.store, whole)
    connection.execute(
        f"COPY (SELECT {_COLUMNS}, {_DAY} AS day FROM ({kept})) "
        f"TO {literal(str(batch.split))} (FORMAT parquet, PARTITION_BY (day))"
    )
    counts: dict[int, dict[str, int]] = {}
    rows = connection.execute(
        f"SELECT {INPUT}, {_DAY}, count(*) FROM ({kept}) GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    for number, day, count in rows:
        counts.setdefault(number, {})[day] = count
    return counts, times


def _write_day(batch: _Batch, day: str) -> int:
    """Write one day's file, what it held and what is new, each sign-in once; returns its rows."""
    connection = batch.engine.connection
    target = batch.store.folder / DAYS / f"{day}.parquet"
    make_private(target.parent, batch.store.folder)
    partial = target.with_suffix(".parquet.partial")
    rows = batch.rows_of(day)
    if target.exists():
        # Where copies disagree, the one that was there first speaks first.
        old = f"{_NAMES}, {_BEFORE_ALL_NEW} AS {INPUT}, {POLICIES}"
        rows = f"(SELECT {old} FROM read_parquet({literal(str(target))}) UNION ALL {rows})"
    if has_duplicates(connection, rows):
        merge_duplicates(connection, rows, partial, keep=POLICIES)
    else:
        connection.execute(
            f"COPY (SELECT {_NAMES}, {POLICIES} FROM {rows}) "
            f"TO {literal(str(partial))} (FORMAT parquet)"
        )
    partial.chmod(0o600)
    kept = connection.execute(f"SELECT count(*) FROM read_parquet({literal(str(partial))})")
    count = int(kept.fetchall()[0][0])
    _sync_file(partial)
    partial.replace(target)
    sync_folder(target.parent)
    return count


def _sorted(
    batch: _Batch, counts: dict[int, dict[str, int]], times: dict[int, tuple[int, Span]]
) -> list[Sorted]:
    """What became of each file of a batch."""
    rejects = _rejects(batch)
    done = []
    for number, path in enumerate(batch.paths):
        refusal = batch.parts.refusals.get(number)
        events, extent = times.get(number, (0, None))
        done.append(
            Sorted(
                path,
                refusal.why if refusal else batch.parts.formats.get(number, "unknown"),
                events=events,
                rejects=tuple(rejects.get(number, [])),
                days=counts.get(number, {}),
                times=extent,
                remedy=refusal.remedy if refusal else "",
                is_refused=refusal is not None,
            )
        )
    return done


def _rejects(batch: _Batch) -> dict[int, list[Reject]]:
    """What could not be read, by file; files that break off or are no log at all among it."""
    found: dict[int, list[Reject]] = {}
    rows = batch.engine.connection.execute(
        f"SELECT {INPUT}, line, reason, raw FROM rejects ORDER BY ALL"
    ).fetchall()
    for number, line, reason, raw in rows:
        found.setdefault(number, []).append((line, reason, (raw or "")[:_TEXT_KEPT]))
    for number, path in enumerate(batch.paths):
        for gap in batch.parts.gaps:
            if gap.startswith(f"{path} "):
                found.setdefault(number, []).append((None, gap.removeprefix(f"{path} "), ""))
        if number in batch.parts.refusals and not path.startswith(IMPORTS):
            found[number] = [(None, batch.parts.refusals[number].why, "")]
    return found


def _is_gzip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(2) == b"\x1f\x8b"
    except OSError as error:
        msg = f"file of the store cannot be read: {error.strerror or error}"
        raise InputError(
            msg,
            remedy="Restore it from a copy; `analyzer store verify` names all that lack.",
            source=path,
        ) from error


def _sync_file(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""What was asked, what was received, and what is missing: one SQLite file beside the data.

Whatever was ever asked for stays asked. A slice that was read whole is written down only after
its file is safely on disk, so that after any interruption ``asked less done`` is the truth.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from analyzer.sources.store import folding
from analyzer.sources.store.database import Database, span_of, to_us
from analyzer.sources.store.entries import Gap, Import, Slice, Sorted, Stored
from analyzer.sources.store.spans import united, without
from analyzer.sources.store.standing import NOTHING, Read, Standing
from analyzer.times import iso_z

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from analyzer.sources.store.spans import Span

__all__ = ["EVERYTHING", "PEOPLE", "PRUNED", "Gap", "Import", "Ledger", "Slice", "Sorted", "Stored"]

EVERYTHING = "signins"
"""The stream of all sign-ins; one of a part of them is called ``signins`` and what part."""
PRUNED = "pruned_until"
"""Note of the instant before which everything was removed on request."""
PEOPLE = f"{EVERYTHING} of the people named"
"""Stands for all sign-ins of the people that the first part of a triage plan names."""


class Ledger(Database):
    """The ledger of one store; every method is one transaction."""

    # What was asked, and what is left to do

    def ask(self, stream: str, span: Span, now: datetime) -> None:
        """Write down that a span is wanted, before the first request for it."""
        self.ask_all([stream], [span], now)

    def ask_all(self, streams: Sequence[str], spans: Sequence[Span], now: datetime) -> None:
        """Write down that the same spans are wanted of many streams."""
        ticks = [(to_us(a), to_us(b)) for a, b in spans if a < b]
        with self._transaction() as connection:
            for stream in streams:
                folding.ask(connection, stream, ticks, to_us(now))

    def asked(self, stream: str) -> list[Span]:
        """Everything ever asked of a stream, less what was pruned."""
        rows = self._all("SELECT from_us, until_us FROM asked WHERE stream = ?", stream)
        return self._kept(span_of(*row) for row in rows)

    def streams(self) -> list[str]:
        """Streams that anything was asked of."""
        return [name for (name,) in self._all("SELECT DISTINCT stream FROM asked ORDER BY stream")]

    def done(self, stream: str, *, closed_only: bool = False) -> list[Span]:
        """Spans of a stream that were read whole."""
        rows = self._all(
            "SELECT from_us, until_us FROM slices WHERE stream = ? AND is_closed >= ?",
            stream,
            int(closed_only),
        )
        return united(span_of(*row) for row in rows)

    def record(self, reads: Iterable[Slice], now: datetime) -> None:
        """Write down slices whose files are on disk, at once; troubles inside them are over."""
        with self._transaction() as connection:
            for read in reads:
                start, end = map(to_us, read.span)
                folding.record(connection, _row(read, now))
                connection.execute(
                    "DELETE FROM troubles WHERE stream = ? AND from_us >= ? AND until_us <= ?",
                    (read.stream, start, end),
                )

    def trouble(self, stream: str, span: Span, why: str, now: datetime) -> None:
        """Write down why a span could not be had."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO troubles VALUES (?, ?, ?, ?, ?)",
                (stream, to_us(span[0]), to_us(span[1]), why, to_us(now)),
            )

    def troubled(self, beginning: str) -> dict[str, list[Span]]:
        """Spans that could not be had for reasons that begin so, by stream."""
        found: dict[str, list[Span]] = {}
        for stream, start, end in self._rows(
            "SELECT stream, from_us, until_us FROM troubles WHERE substr(why, 1, ?) = ?",
            len(beginning),
            beginning,
        ):
            found.setdefault(stream, []).append(span_of(start, end))
        return {stream: united(spans) for stream, spans in found.items()}

    def standing(self, stream: str) -> Standing:
        """How one stream stands."""
        asked = self._all("SELECT from_us, until_us FROM asked WHERE stream = ?", stream)
        return Standing(stream, tuple(asked), self._read(stream), *self._around(stream))

    def standings(self) -> Iterator[Standing]:
        """How every stream stands that anything was asked of, in order of their names."""
        read = {
            stream: Read.of(row[1:] for row in rows)
            for stream, rows in groupby(self._rows(_SLICES), key=itemgetter(0))
        }
        part, other = self._around(f"{EVERYTHING} "), self._around("")
        for stream, rows in groupby(self._rows(_ASKED), key=itemgetter(0)):
            asked = tuple((start, end) for _, start, end in rows)
            around = part if stream.startswith(f"{EVERYTHING} ") else other
            yield Standing(stream, asked, read.get(stream, NOTHING), *around)

    def gaps(self) -> list[Gap]:
        """Whatever was asked and is not there, each with the last reason known."""
        gaps = []
        for each in self.standings():
            lacking = each.missing
            if not lacking:
                continue
            reasons = [
                (span_of(start, end), why)
                for start, end, why in self._all(
                    "SELECT from_us, until_us, why FROM troubles WHERE stream = ? "
                    "ORDER BY tried_us DESC",
                    each.stream,
                )
            ]
            for missing in lacking:
                gaps += _explained(each.stream, missing, reasons)
        return gaps

    def open_spans(self, stream: str) -> list[Span]:
        """Spans that were read before everything can have arrived."""
        return self.standing(stream).still_open

    def _around(self, stream: str) -> tuple[Read, int | None]:
        """What was read of all sign-ins, where a stream is a part of them; the pruned instant."""
        pruned = self.pruned_until()
        whole = self._read(EVERYTHING) if stream.startswith(f"{EVERYTHING} ") else NOTHING
        return whole, None if pruned is None else to_us(pruned)

    def _read(self, stream: str) -> Read:
        return Read.of(
            self._rows("SELECT from_us, until_us, is_closed FROM slices WHERE stream = ?", stream)
        )

    # What was removed on request

    def pruned_until(self) -> datetime | None:
        """The instant before which everything was removed on request."""
        noted = self.noted(PRUNED)
        return datetime.fromisoformat(str(noted)) if noted else None

    def prune(self, before: datetime, paths: Sequence[str]) -> None:
        """Write down that nothing from before an instant is kept, nor any of these files.

        What was asked stays written, but counts only from the instant on; slices stay done.
        """
        with self._transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)", (PRUNED, json.dumps(iso_z(before)))
            )
            day = (f"{before:%Y-%m-%d}",)
            connection.execute("DELETE FROM days WHERE day < ?", day)
            connection.execute("DELETE FROM contents WHERE day < ?", day)
            for statement in (
                "UPDATE slices SET path = NULL, bytes = 0 WHERE path = ?",
                "DELETE FROM imports WHERE path = ?",
                "DELETE FROM rejects WHERE file = ?",
                "DELETE FROM contents WHERE path = ?",
            ):
                connection.executemany(statement, [(path,) for path in paths])

    def _kept(self, spans: Iterable[Span]) -> list[Span]:
        """What of some spans was not pruned."""
        pruned = self.pruned_until()
        return united(spans if pruned is None else ((max(a, pruned), b) for a, b in spans))

    # Files

    def stored(self) -> list[Stored]:
        """Every raw file of a slice, oldest reading first."""
        rows = self._all(
            "SELECT path, stream, rows, bytes, sha256, ids_digest, from_us, until_us, first_us, "
            "last_us, is_derived FROM slices WHERE path IS NOT NULL ORDER BY id"
        )
        return [
            Stored(
                path, stream, n, size, sha, ids, span_of(a, b),
                None if first is None or last is None else span_of(first, last), bool(derived),
            )
            for path, stream, n, size, sha, ids, a, b, first, last, derived in rows
        ]  # fmt: skip

    def sorting_again(self) -> None:
        """Write down that no file's rows are in the days' files, and that there are none."""
        with self._transaction() as connection:
            for statement in (
                "UPDATE slices SET is_derived = 0",
                "UPDATE imports SET is_derived = 0",
                "DELETE FROM contents",
                "DELETE FROM days",
            ):
                connection.execute(statement)

    def imports(self) -> list[Import]:
        """Files taken in, oldest first."""
        rows = self._all(
            "SELECT sha256, label, path, format, bytes, events, rejected, first_us, last_us, "
            "is_derived FROM imports ORDER BY imported_us, sha256"
        )
        return [
            Import(
                sha, label, path, form, size, events, rejected,
                None if first is None or last is None else span_of(first, last), bool(derived),
            )
            for sha, label, path, form, size, events, rejected, first, last, derived in rows
        ]  # fmt: skip

    def record_import(self, taken: Import) -> None:
        """Write down a file that was copied in, before its rows are sorted into days."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO imports (sha256, label, path, format, bytes, events, "
                "rejected, imported_us, is_derived) VALUES (?, ?, ?, ?, ?, 0, 0, ?, 0)",
                (
                    taken.sha256, taken.label, taken.path, taken.format, taken.bytes,
                    to_us(datetime.now(UTC)),
                ),
            )  # fmt: skip

    def rejects(self) -> list[tuple[str, int | None, str, str]]:
        """Records of the store that could not be read: (file, line, reason, text)."""
        return list(self._all("SELECT file, line, reason, raw FROM rejects ORDER BY file, line"))

    # Days

    def record_sorted(self, files: Sequence[Sorted], rows: Mapping[str, int]) -> None:
        """Write down files whose rows are in the days' files by now, all at once.

        An import that is no sign-in log is taken out; doing this twice changes nothing.

        Args:
            files: What became of each file.
            rows: Rows of each day's file that was written.
        """
        with self._transaction() as connection:
            for each in files:
                connection.execute("DELETE FROM rejects WHERE file = ?", (each.path,))
                connection.execute("DELETE FROM contents WHERE path = ?", (each.path,))
                connection.execute("UPDATE slices SET is_derived = 1 WHERE path = ?", (each.path,))
                if each.is_refused:
                    connection.execute("DELETE FROM imports WHERE path = ?", (each.path,))
                first, last = each.times or (None, None)
                connection.execute(
                    "UPDATE imports SET format = ?, events = ?, rejected = ?, first_us = ?, "
                    "last_us = ?, is_derived = 1 WHERE path = ?",
                    (
                        each.format, each.events, each.rejected,
                        None if first is None else to_us(first),
                        None if last is None else to_us(last), each.path,
                    ),
                )  # fmt: skip
                connection.executemany(
                    "INSERT INTO rejects VALUES (?, ?, ?, ?)",
                    [(each.path, *reject) for reject in each.rejects],
                )
                connection.executemany(
                    "INSERT INTO contents VALUES (?, ?, ?)",
                    [(each.path, day, count) for day, count in each.days.items()],
                )
            connection.executemany(
                "INSERT OR REPLACE INTO days SELECT ?1, ?2, "
                "(SELECT sum(rows) FROM contents WHERE day = ?1) - ?2",
                list(rows.items()),
            )

    def days(self) -> dict[str, tuple[int, int]]:
        """Rows and merged duplicates of each day's file."""
        return {day: (n, d) for day, n, d in self._all("SELECT * FROM days ORDER BY day")}

    def totals(self) -> dict[str, int]:
        """Sums over all slices: rows, late rows, requests, bytes."""
        rows = self._all(
            "SELECT coalesce(sum(rows), 0), coalesce(sum(late_rows), 0), "
            "coalesce(sum(requests), 0), coalesce(sum(bytes), 0) FROM slices"
        )
        return dict(zip(("rows", "late_rows", "requests", "bytes"), rows[0], strict=True))


_ASKED = "SELECT stream, from_us, until_us FROM asked ORDER BY stream, from_us"
_SLICES = "SELECT stream, from_us, until_us, is_closed FROM slices ORDER BY stream, from_us"


def _row(read: Slice, now: datetime) -> dict[str, object]:
    file = read.file
    return {
        "stream": read.stream,
        "from_us": to_us(read.span[0]),
        "until_us": to_us(read.span[1]),
        "is_closed": int(read.is_closed),
        "read_us": to_us(now),
        "path": file.path if file else None,
        "rows": read.rows,
        "distinct_ids": read.distinct_ids,
        "ids_digest": read.ids_digest,
        "bytes": file.bytes if file else 0,
        "sha256": file.sha256 if file else "",
        "late_rows": read.late_rows,
        "requests": read.requests,
        "request_ids": json.dumps(read.request_ids),
        "first_us": to_us(file.first) if file and file.first else None,
        "last_us": to_us(file.last) if file and file.last else None,
    }


def _explained(stream: str, missing: Span, reasons: Sequence[tuple[Span, str]]) -> list[Gap]:
    """A missing span in pieces, one for each reason; where none is known it was interrupted."""
    pieces: list[Gap] = []
    left = [missing]
    for span, why in reasons:
        here = [(max(a, span[0]), min(b, span[1])) for a, b in left if a < span[1] and span[0] < b]
        pieces += [Gap(stream, each, why) for each in here]
        left = without(left, here)
    pieces += [Gap(stream, each, "not read yet: the pull was interrupted") for each in left]
    by_reason: dict[str, list[Span]] = {}
    for piece in pieces:
        by_reason.setdefault(piece.why, []).append(piece.span)
    gaps = [Gap(stream, each, why) for why, spans in by_reason.items() for each in united(spans)]
    return sorted(gaps, key=lambda gap: gap.span)

"""On-premises logs, gigabytes of them, to a table of who connected how to which mailbox.

Each file is scanned once as text lines, which are split by its own ``#Fields``, and summed on the
engine; only connections leave it. A file whose fields change is read in stretches, by line.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import duckdb

from analyzer.engine.layout import literal
from analyzer.engine.onprem_rows import CATEGORIES, Shape, rows, summed
from analyzer.evidence.onprem import Connection, Connections, Spell
from analyzer.formats.onprem import fields_of, kind_of
from analyzer.sources.onprem_logs import find_logs, mended

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from analyzer.engine.duckdb_engine import DuckDbEngine
    from analyzer.sources.onprem_logs import FoundLogs, LogFile

_FILES_AT_ONCE = 48
_AGENTS_KEPT = 20
_FILES_NAMED = 3
# Invalid UTF-8, a line beyond the reader's buffer, compressed data that break off.
_GIVEN_UP = (duckdb.InvalidInputException, duckdb.IOException, duckdb.OutOfMemoryException)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Lines of one file under one ``#Fields``; all of them where ``last`` is None."""

    shape: Shape
    first: int = 0
    last: int | None = None


@dataclass(slots=True)
class _Reading:
    """What was read so far.

    Attributes:
        parts: Queries of summed rows.
        stretches: Number of a log to its stretches, where it has more than one.
        copies: Number of a log to its copy in plain UTF-8, where it had to be made.
        trouble: Label of a log to what is the matter with it.
    """

    engine: DuckDbEngine
    spool: Path
    parts: list[str] = field(default_factory=list)
    stretches: dict[int, list[_Stretch]] = field(default_factory=dict)
    copies: dict[int, LogFile] = field(default_factory=dict)
    trouble: dict[str, str] = field(default_factory=dict)

    def add(self, query: str, name: str, where: str = "true") -> Path:
        """Sum the rows of a query into a Parquet file and count it in."""
        target = self.spool / f"{name}.parquet"
        self.engine.connection.execute(
            f"COPY ({summed(query)}) TO {literal(str(target))} (FORMAT parquet)"
        )
        self.parts.append(f"SELECT * FROM read_parquet({literal(str(target))}) WHERE {where}")
        return target

    @property
    def table(self) -> str:
        """One query of everything summed."""
        return "(" + " UNION ALL ".join(self.parts) + ")"

    def fetch(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query; times, which are UTC on the engine, are aware."""
        return [
            tuple(v.replace(tzinfo=UTC) if isinstance(v, datetime) else v for v in row)
            for row in self.engine.connection.execute(query).fetchall()
        ]


def read_onprem(
    engine: DuckDbEngine,
    inputs: Sequence[Path | str],
    progress: Callable[[str], None] | None = None,
) -> Connections:
    """Read on-premises logs of any known kind, mixed, plain, gzip or zip.

    Args:
        engine: Its connection scans; its folder takes what is spooled.
        inputs: Files, folders, globs, archives.
        progress: Called with a few words before each longer step.

    Raises:
        InputError: A path does not exist; a file named outright is no on-premises log, or none
            of those found is one.
    """
    say = progress or (lambda _text: None)
    spool = engine.new_folder()
    found = find_logs(inputs, spool)
    count = len(found.files)
    say(f"reading {count} on-premises log{'' if count == 1 else 's'}")
    reading = _Reading(engine, spool)
    groups: dict[tuple[object, ...], list[LogFile]] = {}
    for log in found.files:
        groups.setdefault((log.kind.name, log.fields, log.source.is_gzip), []).append(log)
    for group in groups.values():
        for start in range(0, len(group), _FILES_AT_ONCE):
            _scan(reading, group[start : start + _FILES_AT_ONCE])
    return _connections(reading, found)


def _scan(reading: _Reading, group: list[LogFile]) -> None:
    """Sum a group of logs of one shape; one with several shapes is read by stretches."""
    try:
        changed = _changed(reading, group)
        whole = [log for log in group if log.number not in changed]
        if whole:
            query = rows(Shape(whole[0].kind, whole[0].fields), _lines(whole))
            reading.add(query, f"logs-{whole[0].number}-{len(whole)}")
    except _GIVEN_UP:
        if len(group) > 1:
            for log in group:
                _scan(reading, [log])
        else:
            _mend(reading, group[0])
        return
    for log in group:
        if log.number in changed:
            _by_stretches(reading, log)


def _mend(reading: _Reading, log: LogFile) -> None:
    if log.number in reading.copies:
        reading.trouble[log.label] = "cannot be read as lines of text"
        return
    copy, is_cut_short = mended(log, reading.spool)
    reading.copies[log.number] = copy
    if is_cut_short:
        reading.trouble[log.label] = "breaks off: its compressed data end too early"
    _scan(reading, [copy])


def _changed(reading: _Reading, group: list[LogFile]) -> set[int]:
    """Numbers of the logs in which another ``#Fields`` line than the first stands."""
    same = group[0].fields
    found = reading.fetch(
        f"SELECT DISTINCT n, line FROM ({_lines(group)}) "
        "WHERE starts_with(line, '#') AND starts_with(lower(line), '#fields:')"
    )
    changed = {path for path, line in found if fields_of(line[8:]) != same}
    return {log.number for log in group if str(log.source.path) in changed}


def _lines(group: Sequence[LogFile], *, numbered: bool = False) -> str:
    """Query of the lines of some logs; numbers are those of an ordered scan of one log."""
    paths = ", ".join(literal(str(log.source.path)) for log in group)
    packed = "gzip" if group[0].source.is_gzip else "none"
    reader = (
        f"read_csv([{paths}], columns = {{'line': 'VARCHAR'}}, auto_detect = false, "
        "header = false, delim = '\x01', quote = '', escape = '', strict_mode = false, "
        f"filename = true, compression = '{packed}') AS r"
    )
    number = "row_number() OVER ()" if numbered else "NULL::BIGINT"
    # Trimming every line costs as much as reading it; the reader knows CR LF by the first line.
    line = "CASE WHEN suffix(r.line, chr(13)) THEN rtrim(r.line, chr(13)) ELSE r.line END AS line"
    # The file's name, not a join that numbers the files: planning that takes seconds.
    return f"SELECT r.filename AS n, {number} AS line_no, {line} FROM {reader}"


def _by_stretches(reading: _Reading, log: LogFile) -> None:
    """Sum a log whose fields change, each stretch of lines by the fields above it."""
    connection = reading.engine.connection
    connection.execute("SET preserve_insertion_order = true")
    try:
        heads = reading.fetch(
            f"SELECT line_no, line FROM ({_lines([log], numbered=True)}) "
            "WHERE starts_with(lower(line), '#fields:') ORDER BY line_no"
        )
        starts = [(0, log.fields), *((n, fields_of(text[8:])) for n, text in heads)]
        ends: list[int | None] = [start for start, _ in starts[1:]]
        stretches = [
            _Stretch(Shape(kind_of(fields), fields), start, end)
            for (start, fields), end in zip(starts, [*ends, None], strict=True)
        ]
        reading.stretches[log.number] = stretches
        for number, shape in enumerate(dict.fromkeys(s.shape.fields for s in stretches)):
            same = [s for s in stretches if s.shape.fields == shape]
            query = rows(same[0].shape, _within(log, same))
            reading.add(query, f"stretch-{log.number}-{number}")
    finally:
        connection.execute("SET preserve_insertion_order = false")


def _within(log: LogFile, stretches: list[_Stretch]) -> str:
    ranges = " OR ".join(
        f"line_no > {s.first}" + ("" if s.last is None else f" AND line_no < {s.last}")
        for s in stretches
    )
    return f"SELECT n, line_no, line FROM ({_lines([log], numbered=True)}) WHERE {ranges}"


def _connections(reading: _Reading, found: FoundLogs) -> Connections:
    counts = Counter(dict.fromkeys(CATEGORIES, 0))
    counts.update(
        dict(
            reading.fetch(f"SELECT category, sum(attempts)::BIGINT FROM {reading.table} GROUP BY 1")
        )
    )
    ((first, last),) = reading.fetch(
        f"SELECT min(first), max(last) FROM {reading.table} WHERE category <> 'rejected'"
    )
    notes = [*found.notes, *_trouble_notes(reading), *_reject_notes(reading, found.files)]
    return Connections(
        rows=tuple(Connection(*row) for row in reading.fetch(_rows_query(reading.table))),
        spells=tuple(Spell(*row) for row in reading.fetch(_spells_query(reading.table))),
        first=first,
        last=last,
        notes=tuple(notes),
        counts={
            "onprem_files": len(found.files),
            "onprem_files_refused": found.refused,
            "onprem_rows": sum(counts.values()),
            **{f"onprem_{name}": counts[name] for name in CATEGORIES},
        },
    )


def _rows_query(table: str) -> str:
    """Connections; one request stands in several kinds of logs, so the fullest kind counts.

    Beyond so many agents of one person for one mailbox the older ones are one row without agent.
    """
    key = "who, mailbox, protocol, agent, device_type, device_id, build"
    return f"""
        WITH by_kind AS (
            SELECT kind, {key},
                sum(requests)::BIGINT AS requests, sum(attempts)::BIGINT AS attempts,
                min(first) AS first, max(last) AS last, max(last_ok) AS last_ok
            FROM {table} WHERE category = 'used' GROUP BY ALL
        ), by_agent AS (
            SELECT {key}, max(requests) AS requests, max(attempts) AS attempts,
                min(first) AS first, max(last) AS last, max(last_ok) AS last_ok
            FROM by_kind GROUP BY ALL
        ), ranked AS (
            SELECT *, row_number() OVER (
                PARTITION BY who, mailbox, protocol ORDER BY last DESC, agent, device_id
            ) <= {_AGENTS_KEPT} AS is_kept FROM by_agent
        )
        SELECT who, mailbox, protocol, CASE WHEN is_kept THEN agent END AS agent,
            CASE WHEN is_kept THEN device_type END AS device_type,
            CASE WHEN is_kept THEN device_id END AS device_id,
            CASE WHEN is_kept THEN build END AS build,
            sum(requests)::BIGINT, sum(attempts)::BIGINT, min(first), max(last),
            max(last_ok)
        FROM ranked GROUP BY ALL ORDER BY ALL"""


def _spells_query(table: str) -> str:
    """Runs of one Outlook protocol; failures only of those who never succeeded."""
    return f"""
        WITH outlook AS (
            SELECT * FROM {table} WHERE category = 'used' AND day IS NOT NULL
        ), daily AS (
            SELECT who, protocol, day, bool_or(has_ok) AS is_success,
                CASE WHEN bool_or(has_ok) THEN min(first_ok) ELSE min(first) END AS first,
                CASE WHEN bool_or(has_ok) THEN max(last_ok) ELSE max(last) END AS last
            FROM outlook
            JOIN (SELECT who, max(last_ok) IS NOT NULL AS has_ok FROM outlook GROUP BY 1)
                USING (who)
            GROUP BY ALL
        ), marked AS (
            SELECT *, protocol IS DISTINCT FROM lag(protocol) OVER (
                PARTITION BY who ORDER BY last, protocol
            ) AS begins FROM daily WHERE last IS NOT NULL
        ), numbered AS (
            SELECT *, sum(begins::INTEGER) OVER (
                PARTITION BY who ORDER BY last, protocol ROWS UNBOUNDED PRECEDING
            ) AS run FROM marked
        )
        SELECT who, protocol, is_success, min(first), max(last)
        FROM numbered GROUP BY who, protocol, is_success, run ORDER BY who, max(last), protocol"""


def _trouble_notes(reading: _Reading) -> list[str]:
    return [
        f"The on-premises log {label} {why}."
        for label, why in sorted(reading.trouble.items())
        if why
    ]


def _reject_notes(reading: _Reading, logs: Sequence[LogFile]) -> list[str]:
    """A sentence on rejected rows, with file, line and reason of the first in a few files."""
    if not reading.parts:
        return []
    rejected = reading.fetch(
        f"SELECT n, sum(attempts)::BIGINT FROM {reading.table} WHERE category = 'rejected' "
        "GROUP BY 1 ORDER BY 1"
    )
    read = (reading.copies.get(log.number, log) for log in logs)
    by_path = {str(log.source.path): log for log in read}
    notes = [_reject_note(reading, by_path[path], count) for path, count in rejected[:_FILES_NAMED]]
    unsaid = len(rejected) - _FILES_NAMED
    if unsaid > 0:
        notes.append(f"Rows were rejected in {unsaid} more of the on-premises logs.")
    return notes


def _reject_note(reading: _Reading, log: LogFile, count: int) -> str:
    connection = reading.engine.connection
    connection.execute("SET preserve_insertion_order = true")
    try:
        stretches = reading.stretches.get(log.number)
        queries = [rows(Shape(log.kind, log.fields), _lines([log], numbered=True))]
        if stretches:
            queries = [rows(s.shape, _within(log, [s])) for s in stretches]
        both = " UNION ALL ".join(f"SELECT line_no, reason FROM ({query})" for query in queries)
        ((line, reason),) = reading.fetch(
            f"SELECT line_no, reason FROM ({both}) WHERE reason IS NOT NULL "
            "ORDER BY line_no LIMIT 1"
        )
    finally:
        connection.execute("SET preserve_insertion_order = false")
    noun = "row" if count == 1 else "rows"
    return f"{count:,} {noun} of the on-premises log {log.label} rejected (line {line}: {reason})."

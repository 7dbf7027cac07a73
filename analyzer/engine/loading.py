"""Reading files: the quick scan for all, the exact way for those it could not vouch for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analyzer.engine.conform import INPUT, POLICIES, PROBLEM, SUSPECT
from analyzer.engine.exact import read_exactly
from analyzer.engine.layout import literal
from analyzer.engine.scan import doubtful_lines, scan, scan_key
from analyzer.formats.recognise import Refusal, refusal_of
from analyzer.schema import SIGNINS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import duckdb

    from analyzer.engine.exact import Exact
    from analyzer.sources.prepared import Prepared

_COLUMNS = ", ".join((*(c.name for c in SIGNINS), INPUT, POLICIES))
_EMPTY_LIST = re.compile(r"^\[\s*\]|:\s*\[\s*\]")
_DOUBT = f"{PROBLEM} IS NOT NULL OR {SUSPECT}"
_CUT_SHORT = "{} breaks off: its compressed data end too early"
# Up to so many lines, or one in so many, are looked up one by one; beyond, the file is read again.
_FEW_LINES = 1000
_FEW_SHARE = 20
# The reader keeps a buffer for each file of a scan until the scan ends.
_FILES_AT_ONCE = 48
_EXPORT_AGAIN = "Open the file at the lines named in the rejects, or export it again."


@dataclass
class Parts:
    """What was read so far.

    Attributes:
        queries: One SQL query of canonical rows for each Parquet file.
        formats: Input number → name of its format.
        refusals: Input number → why it is no sign-in log.
        gaps: Sentences about what is missing.
    """

    queries: list[str] = field(default_factory=list)
    formats: dict[int, str] = field(default_factory=dict)
    refusals: dict[int, Refusal] = field(default_factory=dict)
    gaps: list[str] = field(default_factory=list)

    def add(self, path: Path, where: str = "true") -> None:
        """Count the rows of a Parquet file in for which a condition holds."""
        source = f"read_parquet({literal(str(path))})"
        self.queries.append(f"SELECT {_COLUMNS} FROM {source} WHERE {where}")

    def rows(self) -> str:
        """One query of all canonical rows."""
        if self.queries:
            return " UNION ALL ".join(self.queries)
        empty = ", ".join(f"NULL::{c.sql_type} AS {c.name}" for c in SIGNINS)
        return f"SELECT {empty}, 0 AS {INPUT}, NULL::VARCHAR AS {POLICIES} WHERE false"


def create_rejects(connection: duckdb.DuckDBPyConnection) -> None:
    """Start with an empty table of rejects."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE rejects "
        f"({INPUT} INTEGER, line BIGINT, reason VARCHAR, raw VARCHAR)"
    )


def read_all(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    prepared: Sequence[Prepared],
    say: Callable[[str], None],
) -> Parts:
    """Conform every input into Parquet files in ``folder``; rejects go to table ``rejects``."""
    parts = Parts()
    exactly: list[Prepared] = []
    groups: dict[tuple[object, ...], list[Prepared]] = {}
    for each in prepared:
        if each.refusal:
            parts.refusals[each.number] = each.refusal
        elif (key := scan_key(each)) is None:
            exactly.append(each)
        else:
            groups.setdefault(key, []).append(each)
    for group in groups.values():
        say(_reading(group))
        for first in range(0, len(group), _FILES_AT_ONCE):
            some = group[first : first + _FILES_AT_ONCE]
            exactly += _scan_group(connection, folder, some, parts)
    for each in sorted(exactly, key=lambda p: p.number):
        say(f"reading {each.label} record by record")
        _read_one(connection, folder, each, parts)
    return parts


def _reading(group: Sequence[Prepared]) -> str:
    name = group[0].form.name if group[0].form else "?"
    return f"reading {group[0].label if len(group) == 1 else f'{len(group)} files'} ({name})"


def _scan_group(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    group: Sequence[Prepared],
    parts: Parts,
) -> list[Prepared]:
    """Scan a group; returns the files that must be read the exact way."""
    target = folder / f"scan-{group[0].number}-{len(group)}.parquet"
    if not scan(connection, group, target):
        if len(group) == 1:
            return list(group)
        return [p for each in group for p in _scan_group(connection, folder, [each], parts)]
    doubts = {
        number: (doubtful, total)
        for number, doubtful, total in connection.execute(
            f"SELECT {INPUT}, count(*) FILTER ({_DOUBT}), count(*) "
            f"FROM read_parquet({literal(str(target))}) GROUP BY 1"
        ).fetchall()
    }
    again: list[Prepared] = []
    for each in group:
        doubtful, total = doubts.get(each.number, (0, 0))
        mended = not doubtful or _read_lines(connection, folder, each, parts, (doubtful, total))
        if mended and each.form:
            parts.formats[each.number] = each.form.name
        elif not mended:
            again.append(each)
    leave = ", ".join(str(each.number) for each in again)
    parts.add(target, f"NOT ({_DOUBT})" + (f" AND {INPUT} NOT IN ({leave})" if leave else ""))
    return again


def _read_lines(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    each: Prepared,
    parts: Parts,
    counted: tuple[int, int],
) -> bool:
    """Read only the doubtful lines of a file exactly; False if it must be read as a whole.

    ``counted`` is how many lines the scan doubted, and of how many.
    """
    doubtful, total = counted
    is_worth_it = doubtful <= max(_FEW_LINES, total // _FEW_SHARE)
    if each.head.container != "lines" or doubtful == total or not is_worth_it:
        return False
    lines, numbered = doubtful_lines(connection, each)
    if (len(lines), numbered) != counted:
        return False
    exact = read_exactly(connection, each, folder, lines)
    if exact.is_cut_short:
        parts.gaps.append(_CUT_SHORT.format(each.label))
    for path in exact.parts:
        parts.add(path)
    return True


def _read_one(
    connection: duckdb.DuckDBPyConnection, folder: Path, each: Prepared, parts: Parts
) -> None:
    exact = read_exactly(connection, each, folder)
    if exact.is_cut_short:
        parts.gaps.append(_CUT_SHORT.format(each.label))
    refusal = _refusal(connection, each, exact)
    if refusal:
        parts.refusals[each.number] = refusal
        connection.execute(f"DELETE FROM rejects WHERE {INPUT} = {each.number}")
        return
    for path in exact.parts:
        parts.add(path)
    name = exact.form or (each.form.name if each.form else None)
    if name:
        parts.formats[each.number] = name


def _refusal(connection: duckdb.DuckDBPyConnection, each: Prepared, exact: Exact) -> Refusal | None:
    """Why a file is refused as a whole: records, but not one of a sign-in log."""
    rejected, foreign = connection.execute(
        "SELECT count(*), count(*) FILTER (reason LIKE '%is not a sign-in') FROM rejects "
        f"WHERE {INPUT} = {each.number}"
    ).fetchall()[0]
    if exact.recognised > foreign or (each.form and each.head.container == "csv"):
        return None
    if rejected == 0:
        is_empty_list = _EMPTY_LIST.search(each.head.opening) or exact.is_cut_short
        return None if is_empty_list else Refusal("holds no record", _EXPORT_AGAIN)
    first = connection.execute(
        f"SELECT reason FROM rejects WHERE {INPUT} = {each.number} ORDER BY line NULLS LAST LIMIT 1"
    ).fetchall()[0][0]
    if foreign:
        return Refusal(f"holds no sign-in: its {first}", "Export the sign-in logs instead.")
    names = exact.names or each.head.names
    if names:
        return refusal_of(names, each.head.opening)
    return Refusal(f"holds no record that can be read: the first {first}", _EXPORT_AGAIN)

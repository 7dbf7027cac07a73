"""Mailbox moves: every move export to one table, and what of it is a cut-over to the cloud.

A cut-over is a completed move of a primary mailbox into Exchange Online. Which way a
cross-organisation move goes is told, in this order, by: the words Onboarding or Offboarding; the
servers (``*.outlook.com``); a delivery domain of the cloud (``*.mail.onmicrosoft.com``); Push or
Pull together with the remote host. Push means that the source is on the side where the request
lives: for a request in Exchange Online (remote host on premises) Pull is the way in and Push the
way out; for a request that lives on premises (remote host ``outlook.office365.com``) it is the
other way round. An export that tells no direction is taken at its word as moves to the cloud.
Sources: field guide section 6; New-MoveRequest (``-Remote``, ``-Outbound``) in
MicrosoftDocs/office-docs-powershell.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.evidence.clocks import TimeCell, clock_for
from analyzer.evidence.frames import frame
from analyzer.evidence.merging import merge_moves
from analyzer.evidence.move_rows import MoveRow, batches_by_name, move_row
from analyzer.evidence.roles import MOVE_ROLES, require
from analyzer.evidence.zones import zone_named
from analyzer.results import Reject
from analyzer.schema.evidence import MOVES

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    import pandas as pd

    from analyzer.evidence.move_rows import Batch
    from analyzer.evidence.tables import RawTable
    from analyzer.evidence.times_in import Clock, DateOrder

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class MovesRead:
    """The moves table with what a report says about it."""

    frame: pd.DataFrame
    notes: tuple[str, ...]
    counts: dict[str, int]
    rejects: tuple[Reject, ...]


def read_moves(
    tables: list[RawTable], moves_timezone: str | None, date_order: DateOrder | None
) -> MovesRead:
    """All moves of the given exports, one row for each mailbox and move.

    Raises:
        UsageError: A completion time lacks zone or day/month order and the caller said none.
        InputError: A file is no move export, or its dates contradict each other.
    """
    zone = zone_named(moves_timezone) if moves_timezone is not None else None
    by_role = [(require(table, MOVE_ROLES, "--moves").name, table) for table in tables]
    reader = _Reader(zone, date_order)
    batch_tables = [table for role, table in by_role if role == "migration-batch"]
    user_tables = [(role, table) for role, table in by_role if role != "migration-batch"]
    drafts = [
        (table, [move_row(row, role, table.path) for row in table.rows])
        for role, table in user_tables
    ]
    batches = batches_by_name(batch_tables)
    wanted = {move.batch_key for _table, rows in drafts for move in rows if move.wants_batch}
    for table in batch_tables:
        reader.read_batches(table, [b for b in batches.values() if b.key in wanted], batches)
    for table, rows in drafts:
        reader.read_rows(table, rows, batches)
    rows = merge_moves(reader.rows)
    return MovesRead(
        frame((row.cells() for row in rows), MOVES),
        tuple(_notes(rows, reader, batch_tables, bool(user_tables))),
        _counts(rows),
        tuple([reject for table in tables for reject in table.rejects] + reader.rejects),
    )


class _Reader:
    """Reads times file by file, each with its own clock."""

    def __init__(self, zone: ZoneInfo | None, date_order: DateOrder | None) -> None:
        self.zone = zone
        self.date_order = date_order
        self.rows: list[MoveRow] = []
        self.rejects: list[Reject] = []
        self.unclear: set[str] = set()
        self.overruled: list[str] = []

    def read_batches(self, table: RawTable, wanted: list[Batch], batches: dict[str, Batch]) -> None:
        own = [batch for batch in wanted if batch.path == table.path and batch.time]
        clock = self._clock(table, [batch.time for batch in own if batch.time])
        for batch in own:
            if batch.time:
                batches[batch.key].completed_at = self._instant(batch.time, clock, table.path)
        self.unclear |= clock.unclear

    def read_rows(self, table: RawTable, rows: list[MoveRow], batches: dict[str, Batch]) -> None:
        nameless = [row for row in rows if row.names_nobody]
        reason = "the row names no mailbox"
        self.rejects += [Reject(table.path, row.line, reason, row.status or "") for row in nameless]
        rows = [row for row in rows if not row.names_nobody]
        clock = self._clock(table, [row.time for row in rows if row.time and row.may_be_cutover])
        for row in rows:
            if row.time:
                row.completed_at = self._instant(row.time, clock, table.path)
            row.queued_at = _quiet(row.queued, clock)
            row.started_at = _quiet(row.started, clock)
            row.take_batch(batches.get(row.batch_key))
        self.rows += rows
        self.unclear |= clock.unclear

    def _clock(self, table: RawTable, matters: list[TimeCell]) -> Clock:
        clock = clock_for(table, matters, self.zone, self.date_order)
        if self.date_order and clock.order and clock.order != self.date_order:
            self.overruled.append(
                f"{table.path}: its own dates show {clock.order}, so --date-order "
                f"{self.date_order} was not used for it."
            )
        return clock

    def _instant(self, cell: TimeCell, clock: Clock, path: str) -> datetime | None:
        instant = clock.instant(cell.text, is_utc=cell.is_utc)
        if instant is None:
            reason = f"the completion time {cell.text[:60]!r} cannot be read"
            self.rejects.append(Reject(path, cell.line, reason, cell.text[:_SHOWN]))
        return instant


def _quiet(cell: TimeCell | None, clock: Clock) -> datetime | None:
    return clock.instant(cell.text, is_utc=cell.is_utc) if cell else None


def _counts(rows: list[MoveRow]) -> dict[str, int]:
    reasons: Counter[str] = Counter(row.reason or "cutover" for row in rows)
    names = (
        "cutover",
        "archive-only",
        "intra-organisation",
        "offboarding",
        "unfinished",
        "failed",
        "no-completion-time",
    )
    counts = {f"moves_{name.replace('-', '_')}": reasons.get(name, 0) for name in names}
    return {"moves_read": len(rows), **counts}


def _notes(
    rows: list[MoveRow], reader: _Reader, batch_tables: list[RawTable], has_rows: bool
) -> list[str]:
    notes = list(reader.overruled)
    if batch_tables and not has_rows:
        notes.append(
            "Get-MigrationBatch alone names no mailbox: add Get-MigrationUser to --moves to know "
            "who moved."
        )
    untimed = sum(row.reason == "no-completion-time" for row in rows)
    if untimed:
        notes.append(
            f"{untimed} completed moves carry no completion time and explain nothing: add "
            "Get-MoveRequestStatistics, or Get-MigrationBatch for the batch's time, to --moves."
        )
    coarse = sum(row.is_cutover and row.is_coarse for row in rows)
    if coarse:
        notes.append(
            f"{coarse} cut-over times are coarse: the batch's, or the last synchronisation's, "
            "not the mailbox's own."
        )
    return notes + _doubts(rows, reader)


def _doubts(rows: list[MoveRow], reader: _Reader) -> list[str]:
    notes = []
    undirected = sum(row.is_cutover and row.direction is None for row in rows)
    if undirected:
        notes.append(
            f"{undirected} completed moves tell no direction (no Flags, no Direction): taken as "
            "moves to Exchange Online."
        )
    reasons = Counter(row.reason for row in rows if row.reason not in {None, "no-completion-time"})
    if reasons:
        shown = ", ".join(f"{number} {reason}" for reason, number in sorted(reasons.items()))
        notes.append(f"{reasons.total()} of {len(rows)} moves are no cut-over: {shown}.")
    summaries = sum(row.is_summary_failure for row in rows)
    if summaries:
        notes.append(
            f"{summaries} migration users are Failed by StatusSummary, which also says so for "
            "CompletedWithWarnings: export the Status column to tell."
        )
    if reader.unclear:
        shown = ", ".join(sorted(reader.unclear)[:3])
        notes.append(
            f"{len(reader.unclear)} times fall into the hour of a clock change and may be one "
            f"hour off: {shown}."
        )
    return notes

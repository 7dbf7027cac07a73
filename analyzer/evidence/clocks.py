"""One clock per file: its day/month order and zone, asked for only where they matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from analyzer.errors import UsageError
from analyzer.evidence.times_in import Clock, decide_order, is_never, needs_order, needs_zone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from analyzer.evidence.tables import RawRow, RawTable
    from analyzer.evidence.times_in import DateOrder

_DATE_ENDINGS = ("timestamp", "time", "date", "datetime", "at", "on", "after")


class TimeCell(NamedTuple):
    """A time as exported: where, what, and whether its column is UTC by name."""

    line: int | None
    text: str
    is_utc: bool


def time_cell(row: RawRow, columns: Sequence[str]) -> TimeCell | None:
    """The first of the columns that is filled, each one's ``...UTC`` twin before it."""
    for name in columns:
        for column, is_utc in ((f"{name}utc", True), (name, name.endswith("utc"))):
            text = row.text(column)
            if text and not is_never(text):
                return TimeCell(row.line, text, is_utc)
    return None


def clock_for(
    table: RawTable,
    matters: Sequence[TimeCell],
    zone: ZoneInfo | None,
    date_order: DateOrder | None,
) -> Clock:
    """The file's clock.

    Args:
        table: The file; every date in it helps to tell the day/month order.
        matters: The times that decide something; only these make an answer necessary.
        zone: Zone of times without one, where the caller said it.
        date_order: Order for a file whose own dates do not tell it.

    Raises:
        UsageError: A time that matters lacks the zone or the order, and the caller said none.
        InputError: The file's dates contradict each other.
    """
    order = decide_order(_dates(table), table.path) or date_order
    clock = Clock(order, zone)
    unordered = next((cell for cell in matters if _lacks_order(cell, clock)), None)
    if unordered is not None:
        _ask_for_order(table, unordered, date_order)
    unzoned = next((cell for cell in matters if not cell.is_utc and needs_zone(cell.text)), None)
    if unzoned is not None and zone is None:
        _ask_for_zone(table, unzoned)
    return clock


def _dates(table: RawTable) -> list[tuple[int | None, str]]:
    names = sorted(
        name for name in table.columns if name.removesuffix("utc").endswith(_DATE_ENDINGS)
    )
    return [(row.line, text) for row in table.rows for name in names if (text := row.text(name))]


def _lacks_order(cell: TimeCell, clock: Clock) -> bool:
    return needs_order(cell.text) and clock.instant(cell.text, is_utc=True) is None


def _ask_for_order(table: RawTable, cell: TimeCell, said: DateOrder | None) -> None:
    if said:
        msg = f"--date-order {said} does not fit the date {cell.text!r}"
    else:
        msg = f"whether {cell.text!r} starts with the day or the month cannot be told"
    remedy = (
        "No date in the file decides it: add --date-order dmy (day first) or --date-order mdy "
        "(month first). (Get-Culture).DateTimeFormat.ShortDatePattern on the exporting machine "
        "shows it."
    )
    raise UsageError(msg, remedy=remedy, source=table.path, line=cell.line)


def _ask_for_zone(table: RawTable, cell: TimeCell) -> None:
    msg = f"completion times such as {cell.text!r} name no time zone"
    remedy = (
        "Add --moves-timezone with an IANA name such as America/Toronto. Get-TimeZone on the "
        "machine that exported shows its zone; (Get-MigrationBatch NAME).UserTimeZone shows a "
        "batch's; Exchange Online writes UTC (--moves-timezone UTC)."
    )
    raise UsageError(msg, remedy=remedy, source=table.path, line=cell.line)

"""One move told by several exports becomes one row; the best time wins."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.evidence.move_rows import MoveRow

_IDENTIFIERS = ("exchange_guid", "distinguished_name", "identity", "email", "object_id")


def merge_moves(rows: list[MoveRow]) -> list[MoveRow]:
    """The rows with repeated tellings of one move folded together, in their order.

    Two rows tell the same move if they share an identifier of the mailbox and agree in status;
    a row with its own time takes in rows without one, or with the same; two different times are
    two moves (a mailbox can move twice). Different batch names are different moves.
    """
    kept: list[MoveRow] = []
    by_identifier: dict[tuple[str, str], list[MoveRow]] = {}
    order = {id(row): at for at, row in enumerate(rows)}
    for row in sorted(rows, key=_quality):
        identifiers = [(name, row.names[name]) for name in _IDENTIFIERS]
        told = [(name, value) for name, value in identifiers if value]
        same = next(
            (other for key in told for other in by_identifier.get(key, ()) if _same(other, row)),
            None,
        )
        if same is None:
            same = row
            kept.append(row)
        else:
            _fill(same, row)
        for key in told:
            tellings = by_identifier.setdefault(key, [])
            if same not in tellings:
                tellings.append(same)
    return sorted(kept, key=lambda row: order[id(row)])


def _quality(row: MoveRow) -> int:
    if row.completed_at is None:
        return 2
    return 1 if row.is_coarse else 0


def _same(kept: MoveRow, row: MoveRow) -> bool:
    if kept.status_class != row.status_class and "unknown" not in {
        kept.status_class,
        row.status_class,
    }:
        return False
    if kept.batch and row.batch and kept.batch_key != row.batch_key:
        return False
    if kept.names["exchange_guid"] and row.names["exchange_guid"] not in {
        None,
        kept.names["exchange_guid"],
    }:
        return False
    return row.completed_at is None or row.is_coarse or row.completed_at == kept.completed_at


def _fill(kept: MoveRow, row: MoveRow) -> None:
    for name, value in row.names.items():
        kept.names[name] = kept.names[name] or value
    kept.display_name = kept.display_name or row.display_name
    kept.batch = kept.batch or row.batch
    kept.flags = kept.flags or row.flags
    kept.recipient_type = kept.recipient_type or row.recipient_type
    kept.direction = kept.direction or row.direction
    kept.is_archive_only = kept.is_archive_only or row.is_archive_only
    kept.status = kept.status or row.status
    kept.queued_at = kept.queued_at or row.queued_at
    kept.started_at = kept.started_at or row.started_at

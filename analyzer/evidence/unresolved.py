"""Names of the evidence that joined nobody: reported and counted, never dropped in silence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from analyzer.evidence.bundle import Evidence

Reason = Literal["ambiguous", "unknown", "group"]


@dataclass(frozen=True, slots=True)
class Unresolved:
    """One name that joined nobody.

    Attributes:
        what: ``move``, ``permission-trustee``, ``permission-mailbox`` or ``cas-mailbox``.
        name: The name as exported. May be hostile text: renderers escape.
        reason: Ambiguous (see ``candidates``), unknown, or a group (not expanded).
        candidates: Person keys the name fits.
        path: File it stands in, first time.
        line: Line there, where known.
    """

    what: str
    name: str
    reason: Reason
    candidates: tuple[str, ...]
    path: str
    line: int | None


def unresolved_row(
    what: str,
    names: Iterable[str],
    row: Mapping[str, object],
    reason: Reason,
    candidates: tuple[str, ...],
) -> Unresolved:
    """A row of an evidence table that joined nobody, under the first of its names."""
    name = next((cell for column in names if isinstance(cell := row.get(column), str)), "")
    line = row.get("source_line")
    return Unresolved(
        what,
        name,
        reason,
        candidates,
        str(row.get("source_file")),
        int(line) if isinstance(line, int) else None,
    )


_WHAT = {
    "move": ("move", "moves"),
    "permission-trustee": ("trustee of a permission", "trustees of permissions"),
    "permission-mailbox": ("mailbox of a permission", "mailboxes of permissions"),
    "cas-mailbox": ("CAS mailbox", "CAS mailboxes"),
}
_WHY = {
    "ambiguous": "fit more than one person and joined nobody",
    "unknown": "fit nobody in the sign-ins or recipients",
    "group": "are groups, whose members are not known: their access is not counted",
}
_WHY_ONE = {
    "ambiguous": "fits more than one person and joined nobody",
    "unknown": "fits nobody in the sign-ins or recipients",
    "group": "is a group, whose members are not known: its access is not counted",
}
_SHOWN = 3


def notes_of(unresolved: list[Unresolved], evidence: Evidence, counts: dict[str, int]) -> list[str]:
    """Sentences for the coverage: what joined nobody, and what joined only weakly."""
    notes = []
    for (what, reason), number in sorted(Counter((u.what, u.reason) for u in unresolved).items()):
        names = [one.name for one in unresolved if (one.what, one.reason) == (what, reason)]
        shown = ", ".join(repr(name[:60]) for name in names[:_SHOWN])
        more = ", ..." if number > _SHOWN else ""
        why = _WHY_ONE[reason] if number == 1 else _WHY[reason]
        if (what, reason) == ("permission-trustee", "unknown"):
            why += " (groups are not expanded)"
        notes.append(f"{number} {_WHAT[what][number > 1]} {why}: {shown}{more}.")
    weak = counts["moves_joined_weakly"]
    if weak:
        lacks = "" if evidence.recipients is not None else " because no recipient export was given"
        notes.append(
            f"{weak} moves joined to people only by a unique display name or by an alias that "
            f"equals the local part of one UPN{lacks}: weaker than an identifier."
        )
    weak_access = counts["access_joined_weakly"]
    if weak_access:
        notes.append(
            f"{weak_access} permissions joined to people only by a unique display name or by an "
            "account name that equals the local part of one UPN: weaker than an identifier."
        )
    return notes

"""People while they are being put together: who is who among sign-ins and recipients."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from analyzer.identity.names import as_guid, normal
from analyzer.records import records

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd


@dataclass(slots=True, eq=False)
class Draft:
    """One person so far.

    Attributes:
        user_id: Object id as the sign-ins carry it.
        upns: Each UPN of the sign-ins with when it was last seen.
        recipients: Rows of the recipient exports that are this person.
        mailboxes: Rows of the moves that are this person's mailbox.
    """

    user_id: str | None = None
    upns: dict[str, datetime | None] = field(default_factory=dict)
    display_names: set[str] = field(default_factory=set)
    recipients: list[dict[str, object]] = field(default_factory=list)
    mailboxes: list[dict[str, object]] = field(default_factory=list)

    @property
    def is_seen(self) -> bool:
        """Whether the sign-ins know this person."""
        return self.user_id is not None or bool(self.upns)

    def current_upns(self) -> list[str]:
        """The UPN seen last (several only where they were last seen at the same time)."""
        if len(self.upns) <= 1:
            return list(self.upns)
        times = [at for at in self.upns.values() if at is not None]
        latest = max(times, default=None)
        return sorted(upn for upn, at in self.upns.items() if at == latest)

    def seen_last(self) -> tuple[bool, str, str]:
        """Sort key: later seen is greater, then by name."""
        times = [at.isoformat() for at in self.upns.values() if at is not None]
        return bool(times), max(times, default=""), min(self.upns, default="")


def text(value: object) -> str | None:
    """A cell as text; None where missing or blank."""
    return value.strip() or None if isinstance(value, str) else None


def seen_drafts(seen: pd.DataFrame) -> list[Draft]:
    """One draft for each object id; one for each UPN that only rows without object id carry.

    A UPN without object id belongs to the person who carried that UPN last, or ever; where
    two people did so, it stands alone.
    """
    by_id: dict[str, Draft] = {}
    without: list[tuple[str, dict[str, object]]] = []
    for row in records(seen):
        user_id, upn = signin_names(text(row.get("user_id")), text(row.get("user_principal_name")))
        if user_id:
            _add(by_id.setdefault(user_id, Draft(user_id)), upn, row)
        elif upn:
            without.append((upn, row))
    holders = upn_holders(by_id.values())
    alone: dict[str, Draft] = {}
    for upn, row in without:
        holder = holders.get(upn)
        _add(holder or alone.setdefault(upn, Draft()), upn, row, keep=not holder)
    return [*by_id.values(), *alone.values()]


def upn_holders(drafts: Iterable[Draft]) -> dict[str, Draft]:
    """Who a UPN belongs to: its one current holder, else its one former holder."""
    current: dict[str, list[Draft]] = {}
    former: dict[str, list[Draft]] = {}
    for draft in drafts:
        now = draft.current_upns()
        for upn in draft.upns:
            (current if upn in now else former).setdefault(upn, []).append(draft)
    one_former = {upn: held[0] for upn, held in former.items() if len(held) == 1}
    shared = {upn for upn, held in current.items() if len(held) > 1}
    one_current = {upn: held[0] for upn, held in current.items() if len(held) == 1}
    return {upn: held for upn, held in (one_former | one_current).items() if upn not in shared}


def signin_names(user_id: str | None, upn: str | None) -> tuple[str | None, str | None]:
    """Object id and UPN as compared; a GUID in place of a UPN is the object id."""
    found = as_guid(user_id) or (normal(user_id) if user_id and not _is_zero(user_id) else None)
    name = normal(upn) or None
    if name and _looks_like_guid(name):
        return found or as_guid(name), None
    return found or None, name


def _is_zero(user_id: str) -> bool:
    return not user_id.strip("{}0- ")


def _looks_like_guid(name: str) -> bool:
    return as_guid(name) is not None or _is_zero(name)


def _add(draft: Draft, upn: str | None, row: dict[str, object], *, keep: bool = True) -> None:
    at = row.get("last_seen")
    seen_at = at if isinstance(at, datetime) else None
    if upn and (keep or upn not in draft.upns):
        before = draft.upns.get(upn)
        draft.upns[upn] = max((t for t in (before, seen_at) if t is not None), default=None)
    name = text(row.get("user_display_name"))
    if name:
        draft.display_names.add(name)

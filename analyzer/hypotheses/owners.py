"""Whose mailbox a delegate opens: by recorded rights and moves, by inferred moves, by groups."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from analyzer.hypotheses.facts import OwnerFit
from analyzer.records import records
from analyzer.results import MoveRef
from analyzer.times import working_time_between

if TYPE_CHECKING:
    import pandas as pd

    from analyzer.hypotheses.inferring import FirstMeetings
    from analyzer.hypotheses.known import Known


class Owners:
    """Finds the accessible moved mailbox that fits a person's failures best."""

    def __init__(
        self, around: pd.DataFrame, known: Known, meetings: FirstMeetings, begins: datetime
    ) -> None:
        """Take the engine's figures around each owner's cut-over, and when the log begins."""
        self._known = known
        self._meetings = meetings
        self._begins = begins
        self._rows: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        for row in records(around):
            self._rows[row["person_key"], row["family"]].append(row)

    def recorded(self, person: str, family: str, side: str) -> tuple[OwnerFit | None, int]:
        """The moved mailbox with rights whose cut-over fits the onset best."""
        if side == "after":
            return None, 0
        seen = {row["owner_key"]: row for row in self._rows.get((person, family), ())}
        fits: list[OwnerFit] = []
        for owner_key, right, opens in self._known.rights.get(person, ()):
            move = self._known.cutovers.get(owner_key)
            if move is None or owner_key == person:
                continue
            row = seen.get(owner_key)
            after = 0 if row is None else int(row["after"])
            first_after = row["first_after"] if row and after else None
            days_before = 0 if row is None else int(row["days_before"])
            fits.append(OwnerFit(move, owner_key, right, opens, after, first_after, days_before))
        owners = {fit.owner_key for fit in fits}
        if not fits:
            return None, 0
        fitting = [fit for fit in fits if fits_well(fit)]
        if fitting and self._is_onset_of_none(fitting):
            return min(fitting, key=_earliest_rank), len(owners)
        return min(fits, key=_fit_rank), len(owners)

    def _is_onset_of_none(self, fits: list[OwnerFit]) -> bool:
        """Whether the first failure came with nobody's cut-over: whoever moved first is the reason.

        It was there when the log begins, or began weeks after every cut-over, as when the
        policy is enforced later.
        """
        first = min(fit.first_after for fit in fits if fit.first_after is not None)
        before = [fit.move.completed_at for fit in fits if fit.move.completed_at <= first]
        latest = max(before, default=first)
        is_early = first < self._begins + timedelta(days=1)
        return is_early or working_time_between(latest, first) > timedelta(days=5)

    def inferred(self, row: dict[str, Any], onset: datetime) -> OwnerFit | None:
        """An owner without a move record whose cut-over the log itself shows, just before."""
        fits = []
        for owner_key, right, opens in self._known.rights.get(row["person_key"], ()):
            at = self._meetings.cutover(owner_key)
            if at is None or owner_key in self._known.cutovers or owner_key == row["person_key"]:
                continue
            # Others of the owner's wave were first met up to a day before the owner was.
            is_after = row["first_seen"] >= at - timedelta(days=1)
            if is_after and working_time_between(at, onset) <= timedelta(days=5):
                name = self._known.owner_names.get(owner_key, owner_key)
                move = MoveRef(name, at, batch=None, status=None, is_inferred=True)
                after = int(row["events"])
                fits.append(OwnerFit(move, owner_key, right, opens, after, onset, 0))
        return min(fits, key=_fit_rank, default=None)

    def supposed(self, row: dict[str, Any], onset: datetime) -> OwnerFit | None:
        """The one mailbox it can be, where no right on a moved one is known.

        It moved just before and a group not expanded may open it; or it is the only one that the
        person may open.
        """
        if row["side"] == "after":
            return None
        found: dict[str, OwnerFit] = {}
        for owner_key, group, right in self._known.through_groups:
            move = self._known.cutovers.get(owner_key)
            if move is None or owner_key == row["person_key"]:
                continue
            is_after = row["first_seen"] >= move.completed_at - timedelta(minutes=15)
            if is_after and working_time_between(move.completed_at, onset) <= timedelta(days=1):
                what = f"{right} (through {group})"
                after = int(row["events"])
                found[owner_key] = OwnerFit(move, owner_key, what, True, after, onset, 0)
        if found:
            return next(iter(found.values())) if len(found) == 1 else None
        return self._only_unrecorded(row, onset)

    def _only_unrecorded(self, row: dict[str, Any], onset: datetime) -> OwnerFit | None:
        """The one other mailbox the person may open, where no export tells of its move."""
        person, after = row["person_key"], int(row["events"])
        open_to = {
            owner_key: right
            for owner_key, right, opens in self._known.rights.get(person, ())
            if opens and owner_key != person
        }
        if len(open_to) != 1:
            return None
        owner_key, right = next(iter(open_to.items()))
        if owner_key in self._known.cutovers or owner_key in self._known.not_cutover:
            return None
        name = self._known.owner_names.get(owner_key, owner_key)
        move = MoveRef(name, onset, batch=None, status=None, is_inferred=True)
        return OwnerFit(
            move,
            owner_key,
            right,
            opens_mailbox=True,
            after=after,
            first_after=onset,
            days_before=0,
        )


def fits_well(fit: OwnerFit) -> bool:
    """Whether the failures came with the owner's cut-over and not before it."""
    return fit.after > 0 and fit.days_before <= 1


def _fit_rank(fit: OwnerFit) -> tuple[bool, bool, float, bool, str]:
    """Best first: failures only after the move, a right that opens, the shortest gap."""
    gap = (
        (fit.first_after - fit.move.completed_at).total_seconds()
        if fit.first_after is not None
        else float("inf")
    )
    return (
        not fits_well(fit),
        not fit.opens_mailbox,
        gap,
        "fullaccess" not in fit.right.lower(),
        fit.owner_key,
    )


def _earliest_rank(fit: OwnerFit) -> tuple[bool, datetime, str]:
    """Best first: a right that opens, the earliest cut-over."""
    return (not fit.opens_mailbox, fit.move.completed_at, fit.owner_key)

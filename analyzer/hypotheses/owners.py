"""Whose mailbox a delegate opens, by rights of his own: on mailboxes with a move record or not."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from analyzer.hypotheses.facts import OwnerFit
from analyzer.records import records
from analyzer.results import MoveRef
from analyzer.times import working_time_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from analyzer.hypotheses.inferring import FirstMeetings
    from analyzer.hypotheses.known import Known

_OWN_PLACES = ("familiar", "unknown")
_CLOCKS = timedelta(hours=1)
_COARSE = timedelta(days=1)
"""How far a cut-over's time is from when the mailbox is asked for elsewhere; a batch's is rough."""


class Owners:
    """Finds the accessible moved mailbox that fits a person's failures best."""

    def __init__(
        self,
        around: pd.DataFrame,
        known: Known,
        meetings: FirstMeetings,
        begins: datetime,
        let_in: Mapping[tuple[str, str], datetime],
    ) -> None:
        """Take what is known, and the log's own figures.

        Args:
            around: The engine's figures around each owner's cut-over.
            known: Rights and moves.
            meetings: When Exchange Online first met whom.
            begins: When the log begins.
            let_in: Result of :func:`first_let_in`.
        """
        self._known = known
        self._let_in = let_in
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
        let_in = self._let_in.get((person, family))
        fits: list[OwnerFit] = []
        asked: set[str] = set()
        for owner_key, right, opens in self._known.rights.get(person, ()):
            move = self._known.cutovers.get(owner_key)
            if move is None or owner_key == person:
                continue
            row = seen.get(owner_key)
            after = 0 if row is None else int(row["after"])
            first_after = row["first_after"] if row and after else None
            days_before = 0 if row is None else int(row["days_before"])
            fits.append(OwnerFit(move, owner_key, right, opens, after, first_after, days_before))
            if _asked_before(move, let_in, row):
                asked.add(owner_key)
        if not fits:
            return None, 0
        owners = {fit.owner_key for fit in fits}
        # What asked before a mailbox moved does not ask for that one, if another explains it.
        fits = [fit for fit in fits if fit.owner_key not in asked and fits_well(fit)] or fits
        fitting = [fit for fit in fits if fits_well(fit)]
        if fitting and self._is_onset_of_none(fitting, let_in):
            return min(fitting, key=_earliest_rank), len(owners)
        return min(fits, key=_fit_rank), len(owners)

    def _is_onset_of_none(self, fits: list[OwnerFit], let_in: datetime | None) -> bool:
        """Whether the first attempt came with nobody's cut-over: whoever moved first is the reason.

        It was there when the log begins, or began weeks after every cut-over, as when the
        policy is enforced later.
        """
        times = [let_in, *(fit.first_after for fit in fits)]
        first = min(at for at in times if at is not None)
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


def first_let_in(bundles: Iterable[dict[str, Any]]) -> dict[tuple[str, str], datetime]:
    """When each person's kind of client first came in with a password, before an own cut-over.

    Such a client asked Exchange Online already, only no policy refused it yet. Autodiscover alone
    does not count: Microsoft 365 Apps may probe it for people who never moved.
    """
    found: dict[tuple[str, str], datetime] = {}
    for row in bundles:
        is_told = row["outcome"] == "legacy-success" and row["source_class"] in _OWN_PLACES
        if is_told and row["side"] != "after" and row["autodiscover"] < row["events"]:
            key = row["person_key"], row["family"]
            found[key] = min(row["first_seen"], found.get(key, row["first_seen"]))
    return found


def _asked_before(move: MoveRef, let_in: datetime | None, row: dict[str, Any] | None) -> bool:
    """Whether the client asked Exchange Online well before this cut-over, refused or let in."""
    blocked = row["first_before"] if row and row["days_before"] else None
    uncertain = _COARSE if move.is_coarse else _CLOCKS
    times = [at for at in (let_in, blocked) if at is not None]
    return any(at < move.completed_at - uncertain for at in times)


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

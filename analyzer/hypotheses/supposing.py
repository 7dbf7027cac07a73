"""Whose mailbox a delegate may open, where no right of his own on a moved one is known.

Groups are not expanded, and a display name may be several people's (field guide, section 6): such
a right is nobody's for certain, but with a move just before the first failure it names a mailbox
to look at. Never more than a supposition: it weighs nothing, and its sentence says what else it
may be.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from analyzer.hypotheses.facts import Supposition
from analyzer.results import MoveRef
from analyzer.times import working_time_between

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from analyzer.hypotheses.facts import Reason
    from analyzer.hypotheses.known import Known, SharedName

_CLOCKS = timedelta(minutes=15)
_SOON_BY_GROUP = timedelta(days=1)
_SOON_BY_NAME = timedelta(days=5)
"""A right by name is one of few people's; a group's may be anybody's, so it must fit closer."""
_WAVE = timedelta(hours=12)
"""The mailboxes of one evening; an earlier wave's would have been asked for earlier."""
FEW = 3
"""So many mailboxes of one kind a reader can look at, with the likeliest named first."""


class Supposing:
    """Finds the mailbox that a right of a group, or of a name of several people, points to."""

    def __init__(self, known: Known, let_in: Mapping[tuple[str, str], datetime]) -> None:
        """Take the evidence, and when each person's kind of client was first let in."""
        self._known = known
        self._let_in = let_in

    def supposed(
        self, row: dict[str, Any], onset: datetime
    ) -> tuple[Supposition | None, tuple[str, ...]]:
        """The likeliest mailbox of a bundle; else those between which nothing decides."""
        if row["side"] == "after":
            return None, ()
        person = row["person_key"]
        first = min(onset, self._let_in.get((person, row["family"]), onset))
        named = self._by_shared_name(person, first)
        if named:
            return named, ()
        if found := self._by_groups(person, first):
            return self._likeliest(found)
        return self._only_unrecorded(person, onset), ()

    def _by_shared_name(self, person: str, first: datetime) -> Supposition | None:
        fits = [
            (right, move)
            for right in self._known.shared_names.get(person, ())
            if _may_open(right) and (move := self._moved(right.owner_key, first, _SOON_BY_NAME))
        ]
        if not fits:
            return None
        fits.sort(key=lambda fit: (not fit[0].opens_mailbox, -fit[1].completed_at.timestamp()))
        mailboxes = tuple(dict.fromkeys(move.mailbox for _, move in fits))
        return _by_name(*fits[0], others=mailboxes[1:])

    def _by_groups(self, person: str, first: datetime) -> dict[str, list[Supposition]]:
        """Mailboxes of the wave just before that groups may open, one entry for each group."""
        found: dict[str, list[Supposition]] = {}
        for owner, group, right in self._known.through_groups:
            move = self._moved(owner, first, _SOON_BY_GROUP)
            if move is not None and owner != person:
                found.setdefault(owner, []).append(Supposition(move, right, "group", group))
        last = max((each[0].move.completed_at for each in found.values()), default=first)
        wave = sorted(
            (-each[0].move.completed_at.timestamp(), owner)
            for owner, each in found.items()
            if working_time_between(each[0].move.completed_at, last) <= _WAVE
        )
        return {owner: found[owner] for _, owner in wave}

    def _likeliest(
        self, found: Mapping[str, list[Supposition]]
    ) -> tuple[Supposition | None, tuple[str, ...]]:
        """The one that most people open, by its kind and its groups, then the last to move."""
        reasons: list[Reason] = []
        equals = list(found)
        shared = [owner for owner in equals if self._is_shared(owner)]
        if shared and len(shared) < len(equals):
            equals, reasons = shared, ["shared"]
        most = max(len(found[owner]) for owner in equals)
        if any(len(found[owner]) < most for owner in equals):
            equals = [owner for owner in equals if len(found[owner]) == most]
            reasons.append("groups")
        if len(equals) > 1:
            reasons.append("latest")
        others = [owner for owner in found if owner not in equals]
        names = [found[owner][0].move.mailbox for owner in (*equals, *others)]
        if len(equals) > FEW:
            return None, tuple(sorted(names[: len(equals)]))
        best = found[equals[0]][0]
        return replace(best, reasons=tuple(reasons), others=tuple(names[1:])), ()

    def _is_shared(self, owner: str) -> bool:
        return "shared" in self._known.recipient_types.get(owner, "").lower()

    def _only_unrecorded(self, person: str, onset: datetime) -> Supposition | None:
        """The one other mailbox the person may open, where no export tells of its move."""
        rights = [right for right in self._known.rights.get(person, ()) if right[0] != person]
        names = self._known.shared_names.get(person, ())
        opening: dict[str, str] = {owner: right for owner, right, opens in rights if opens}
        by_name = {right.owner_key: right for right in names if right.opens_mailbox}
        behalf = {owner: right for owner, right, _ in rights if "behalf" in right.lower()}
        first = opening or by_name or behalf
        owner = next(iter(first)) if len(first) == 1 else None
        move = self._unrecorded(owner, onset)
        if owner is None or move is None:
            return None
        if first is by_name:
            return _by_name(by_name[owner], move)
        return Supposition(move, opening.get(owner) or behalf[owner], "only", "")

    def _unrecorded(self, owner: str | None, onset: datetime) -> MoveRef | None:
        """A move that no export tells of, by when it began at the latest."""
        if owner is None or owner in self._known.cutovers or owner in self._known.not_cutover:
            return None
        name = self._known.owner_names.get(owner, owner)
        return MoveRef(name, onset, batch=None, status=None, is_inferred=True, is_supposed=True)

    def _moved(self, owner: str, first: datetime, soon: timedelta) -> MoveRef | None:
        """The owner's cut-over, if it came just before."""
        move = self._known.cutovers.get(owner)
        if move is None or first < move.completed_at - _CLOCKS:
            return None
        is_soon = working_time_between(move.completed_at, first) <= soon
        return replace(move, is_supposed=True) if is_soon else None


def _may_open(right: SharedName) -> bool:
    """Send on behalf is granted together with rights on folders, which may not be exported."""
    return right.opens_mailbox or "behalf" in right.right.lower()


def _by_name(right: SharedName, move: MoveRef, others: tuple[str, ...] = ()) -> Supposition:
    return Supposition(move, right.right, "name", right.name, people=right.people, others=others)

"""Who was in which group, when: today's members, walked back through joins and leaves."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from analyzer.evidence.audits import MemberAudit

    Stay = tuple[datetime | None, datetime | None]
    """Half open; None is no limit that is known."""


@dataclass(frozen=True, slots=True)
class Memberships:
    """Stays of people in groups, ids in lower case.

    Attributes:
        stays: By group, then by member.
        whole: Groups whose members are all known; of others a person who is not among the
            stays may have been a member or not.
    """

    stays: Mapping[str, Mapping[str, tuple[Stay, ...]]] = field(default_factory=dict)
    whole: frozenset[str] = frozenset()

    def was_in(self, group: str, member: str | None, at: datetime) -> bool | None:
        """Whether somebody was a member then; None where that cannot be told."""
        stays = self.stays.get(group, {}).get(member or "")
        if stays is not None:
            return any(
                (since is None or since <= at) and (until is None or at < until)
                for since, until in stays
            )
        return False if group in self.whole and member is not None else None

    def now(self, group: str) -> frozenset[str]:
        """Those who are members now, as far as is known."""
        found = self.stays.get(group, {})
        return frozenset(m for m, stays in found.items() if stays and stays[-1][1] is None)

    def cuts(self) -> Iterable[datetime]:
        """Every instant at which somebody joined or left."""
        for members in self.stays.values():
            for stays in members.values():
                yield from (at for stay in stays for at in stay if at is not None)


def memberships_of(
    members: Mapping[str, frozenset[str]], whole: frozenset[str], audits: Iterable[MemberAudit]
) -> Memberships:
    """Stays of everybody that an export or an audit names.

    Args:
        members: Today's members by group.
        whole: Those of the groups of which these are all.
        audits: Joins and leaves, in order of time.
    """
    events: dict[tuple[str, str], list[MemberAudit]] = defaultdict(list)
    for audit in audits:
        events[audit.group_id, audit.member_id].append(audit)
    stays: dict[str, dict[str, tuple[Stay, ...]]] = {group: {} for group in members}
    for group, those in members.items():
        for member in those - {each for of, each in events if of == group}:
            stays[group][member] = ((None, None),)
    for (group, member), changes in events.items():
        stays.setdefault(group, {})[member] = _stays(changes)
    return Memberships(stays, whole)


def _stays(changes: list[MemberAudit]) -> tuple[Stay, ...]:
    found: list[Stay] = []
    since: datetime | None = None
    is_in = not changes[0].is_added
    for change in changes:
        if change.is_added and not is_in:
            since, is_in = change.at, True
        elif not change.is_added and is_in:
            found.append((since, change.at))
            is_in = False
    return tuple([*found, (since, None)] if is_in else found)

"""A policy through time: what it was between its changes, from both sides of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from analyzer.policies.model import Policy, policy_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from analyzer.evidence.audits import Definition, PolicyAudit

STATE, CONDITIONS, CONTROLS = "state", "conditions", "grantcontrols"
EVERY_PART = frozenset((STATE, CONDITIONS, CONTROLS))

_COLUMNS = {
    STATE: ("state",),
    CONDITIONS: (
        "client_app_types", "include_users", "exclude_users", "include_groups", "exclude_groups",
        "include_roles", "exclude_roles", "include_applications", "exclude_applications",
        "narrowed_by",
    ),
    CONTROLS: ("grant_controls", "grant_operator"),
}  # fmt: skip
# An export says when the policy was changed last; audits are written seconds later.
_LAG = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Version:
    """A policy at one instant; parts that are not in ``known`` are empty and not told."""

    policy: Policy
    known: frozenset[str] = EVERY_PART


@dataclass(frozen=True, slots=True)
class Interval:
    """The time between two changes.

    Attributes:
        since: None for the time before the first change; ``until`` None after the last.
        start: The policy as the change before left it; ``end`` as the next one found it. They
            differ where a change between is missing from the log. None: not told.
        exists: Whether there was such a policy at all.
        by: Who made the change that it begins with.
    """

    since: datetime | None
    until: datetime | None
    start: Version | None
    end: Version | None
    exists: bool
    by: str | None = None
    ended_by: str | None = None

    def holds(self, at: datetime) -> bool:
        """Whether an instant is in it; half open."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Course:
    """One policy's intervals, first to last, without a hole.

    Attributes:
        exported: The policy as the export has it, None where there is none.
    """

    policy_id: str
    name: str
    intervals: tuple[Interval, ...]
    audits: tuple[PolicyAudit, ...] = ()
    exported: Policy | None = None

    @property
    def versions(self) -> tuple[Version, ...]:
        """Every version known, in order."""
        sides = (side for each in self.intervals for side in (each.start, each.end))
        return tuple(dict.fromkeys(side for side in sides if side is not None))

    @property
    def now(self) -> Version | None:
        """The policy as it is now; None where it is deleted or not told."""
        return self.intervals[-1].end

    @property
    def is_outdated(self) -> bool:
        """Whether an audit tells of a change after the export was made."""
        return self.exported is not None and _is_older(self.exported, self.last)

    @property
    def last(self) -> PolicyAudit | None:
        """The last change that is told."""
        return self.audits[-1] if self.audits else None

    @property
    def is_deleted(self) -> bool:
        """Whether audits say that it is gone."""
        return not self.intervals[-1].exists

    def at(self, instant: datetime) -> Interval:
        """The interval of an instant."""
        return next(each for each in self.intervals if each.holds(instant))


def courses_of(audits: Iterable[PolicyAudit], exported: Sequence[Policy]) -> tuple[Course, ...]:
    """The course of every policy that the export or an audit names, by name.

    Args:
        audits: Changes, in order of time.
        exported: Policies as they are now.
    """
    by_id: dict[str, list[PolicyAudit]] = {}
    for audit in audits:
        by_id.setdefault(audit.policy_id, []).append(audit)
    current = {policy.id: policy for policy in exported}
    courses = [
        _course(each, by_id.get(each, []), current.get(each)) for each in {**current, **by_id}
    ]
    return tuple(sorted(courses, key=lambda course: (course.name.lower(), course.policy_id)))


def _course(policy_id: str, audits: list[PolicyAudit], exported: Policy | None) -> Course:
    name = exported.name if exported else audits[-1].policy_name
    last = audits[-1] if audits else None
    final = None if exported is None or _is_older(exported, last) else Version(exported)
    times = [audit.at for audit in audits]
    sides: list[tuple[Version | None, Version | None]] = []
    for number in range(len(audits) + 1):
        before = audits[number - 1] if number else None
        after = audits[number] if number < len(audits) else None
        start = _version(before.after) if before else None
        end = _version(after.before) if after else final
        sides.append((_filled(start, end), _filled(end, start)))
    sides = _carried(sides, audits)
    intervals = tuple(
        Interval(
            since=times[number - 1] if number else None,
            until=times[number] if number < len(times) else None,
            start=sides[number][0],
            end=sides[number][1],
            exists=_exists(audits, number, has_final=final is not None),
            by=audits[number - 1].by if number else None,
            ended_by=audits[number].by if number < len(audits) else None,
        )
        for number in range(len(audits) + 1)
    )
    return Course(policy_id, name, intervals, tuple(audits), exported)


def _is_older(exported: Policy, last: PolicyAudit | None) -> bool:
    """Whether the export was made before the last change that is told."""
    if last is None or exported.modified_at is None:
        return False
    return exported.modified_at + _LAG < last.at


def _exists(audits: list[PolicyAudit], number: int, *, has_final: bool) -> bool:
    if number == len(audits) and has_final:
        return True
    if number:
        return audits[number - 1].operation != "delete"
    return not audits or audits[0].operation != "add"


def _version(definition: Definition | None) -> Version | None:
    if definition is None:
        return None
    return Version(policy_of(definition.row), definition.known)


def _filled(version: Version | None, other: Version | None) -> Version | None:
    """A version with the parts that it does not know taken from another."""
    if version is None or other is None:
        return version or other
    added = other.known - version.known
    if not added:
        return version
    fields = {field for part in added for field in _fields(part)}
    values: dict[str, Any] = {name: getattr(other.policy, name) for name in fields}
    policy = replace(version.policy, **values)
    return Version(policy, version.known | other.known)


def _carried(
    sides: list[tuple[Version | None, Version | None]], audits: list[PolicyAudit]
) -> list[tuple[Version | None, Version | None]]:
    """Parts that a change does not mention are as they were, if it told what it changed."""
    carried = list(sides)
    for number, audit in enumerate(audits, 1):
        if audit.operation == "update" and audit.is_told:
            before = carried[number - 1][1]
            start, end = carried[number]
            carried[number] = (_filled(start, before), _filled(end, _filled(start, before)))
    for number in range(len(audits) - 1, -1, -1):
        audit = audits[number]
        if audit.operation == "update" and audit.is_told:
            after = carried[number + 1][0]
            start, end = carried[number]
            carried[number] = (_filled(start, _filled(end, after)), _filled(end, after))
    return carried


_RENAMED = {"client_app_types": "client_types", "grant_controls": "controls",
            "grant_operator": "operator"}  # fmt: skip


def _fields(part: str) -> tuple[str, ...]:
    return tuple(_RENAMED.get(name, name) for name in _COLUMNS[part])

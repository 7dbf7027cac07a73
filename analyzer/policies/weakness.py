"""Spans in which a policy that blocks legacy clients was weakened: half open, in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.policies.history import excluded, reach
from analyzer.policies.model import DISABLED, ENABLED, REPORT_ONLY
from analyzer.policies.result import Subject, Weakness
from analyzer.policies.versions import CONDITIONS, CONTROLS, STATE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from analyzer.policies.model import Policy
    from analyzer.policies.result import SubjectKind
    from analyzer.policies.versions import Course, Interval, Version

FULL = 2
"""The reach of a policy over a kind of legacy client that it blocks, directly or by a demand."""

_STATES = {
    Weakness.DISABLED: frozenset((DISABLED,)),
    Weakness.REPORT_ONLY: frozenset((REPORT_ONLY,)),
}
_Key = tuple[Weakness, "SubjectKind", str]


@dataclass(frozen=True, slots=True)
class Span:
    """One span of one weakness; see ``result.Window`` for what the fields mean."""

    weakness: Weakness
    subject: Subject
    since: datetime | None
    is_since_known: bool
    until: datetime | None
    is_until_known: bool
    is_open: bool
    opened_by: str | None = None
    closed_by: str | None = None

    def touches(self, start: datetime | None, end: datetime | None) -> bool:
        """Whether it shares an instant with a half-open span; None is no limit."""
        return (self.until is None or start is None or start < self.until) and (
            self.since is None or end is None or self.since < end
        )


def is_guard(course: Course) -> bool:
    """Whether the policy blocked a kind of legacy client at some time that is known."""
    return any(_blocks(version) and version.policy.state == ENABLED for version in course.versions)


def would_guard(course: Course) -> bool:
    """Whether the policy would block one, were it enforced."""
    return any(_blocks(version) for version in course.versions)


def _blocks(version: Version) -> bool:
    return max(reach(version.policy)[:-1]) == FULL


def spans_of(course: Course) -> tuple[Span, ...]:
    """Every span in which the policy blocked less than it did at its strongest."""
    keys: dict[_Key, None] = {}
    best = tuple(map(max, zip(*(reach(each.policy) for each in course.versions), strict=True)))
    for weakness in (
        Weakness.DISABLED, Weakness.REPORT_ONLY, Weakness.DELETED, Weakness.NOT_CREATED,
        Weakness.NARROWED,
    ):  # fmt: skip
        keys[weakness, "everybody", ""] = None
    for version in course.versions:
        for kind, each in sorted(excluded(version.policy)):
            keys[Weakness.EXCLUSION, kind, each] = None
    return tuple(span for key in keys for span in _spans(course.intervals, key, best))


def _spans(intervals: tuple[Interval, ...], key: _Key, best: tuple[int, ...]) -> Iterable[Span]:
    opened: tuple[datetime | None, bool, str | None] | None = None
    for interval in intervals:
        start, end = (_holds(interval, side, key, best) for side in (interval.start, interval.end))
        if opened is None and start:
            opened = (interval.since, True, interval.by)
        elif opened is not None and start is False:
            yield _span(key, opened, interval.since, is_known=True, by=interval.by)
            opened = None
        if opened is not None and end is False:
            yield _span(key, opened, interval.until, is_known=False, by=None)
            opened = None
        elif opened is None and end:
            opened = (interval.since, False, None)
    if opened is not None:
        since, is_known, by = opened
        yield Span(key[0], _subject(key), since, is_known, None, True, is_open=True, opened_by=by)


def _span(
    key: _Key, opened: tuple[datetime | None, bool, str | None], until: datetime | None,
    *, is_known: bool, by: str | None,
) -> Span:  # fmt: skip
    since, is_since_known, opened_by = opened
    return Span(
        key[0], _subject(key), since, is_since_known, until, is_known, is_open=False,
        opened_by=opened_by, closed_by=by,
    )  # fmt: skip


def _subject(key: _Key) -> Subject:
    return Subject(key[1], key[2])


def _holds(
    interval: Interval, version: Version | None, key: _Key, best: tuple[int, ...]
) -> bool | None:
    """Whether the policy was weakened so; None where that cannot be told."""
    weakness = key[0]
    if weakness is Weakness.DELETED:
        return not interval.exists and interval.since is not None
    if weakness is Weakness.NOT_CREATED:
        return not interval.exists and interval.since is None
    if not interval.exists:
        return False
    needed = {STATE} if weakness in _STATES else {CONDITIONS}
    needed |= {CONTROLS} if weakness is Weakness.NARROWED else set()
    if version is None or not needed <= version.known:
        return None
    return _is_weak(version.policy, key, best)


def _is_weak(policy: Policy, key: _Key, best: tuple[int, ...]) -> bool:
    weakness, kind, each = key
    if weakness in _STATES:
        return policy.state in _STATES[weakness]
    if weakness is Weakness.EXCLUSION:
        return (kind, each) in excluded(policy)
    return any(a < b for a, b in zip(reach(policy), best, strict=True))

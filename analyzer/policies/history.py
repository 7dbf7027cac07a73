"""What changed, when and by whom: both sides of every audit compared, in order of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.policies.effect import LEGACY_KINDS, Effect, effect_on
from analyzer.policies.result import Change, ChangeKind, Subject
from analyzer.policies.versions import CONDITIONS, CONTROLS, STATE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from analyzer.evidence.audits import MemberAudit, PolicyAudit
    from analyzer.policies.model import Policy
    from analyzer.policies.result import SubjectKind
    from analyzer.policies.versions import Course, Interval, Version

    Name = Callable[[SubjectKind, str], str | None]

_EXCLUDES: tuple[tuple[SubjectKind, str], ...] = (
    ("user", "exclude_users"),
    ("group", "exclude_groups"),
    ("role", "exclude_roles"),
)
_INCLUDES = ("include_users", "include_groups", "include_roles")
_RANK = {Effect.NONE: 0, Effect.SOMETIMES: 1, Effect.DEMANDS: 2, Effect.BLOCKS: 2}


def excluded(policy: Policy) -> frozenset[tuple[SubjectKind, str]]:
    """Everybody and everything that a policy excludes from whom it is for."""
    return frozenset((kind, each) for kind, name in _EXCLUDES for each in getattr(policy, name))


def reach(policy: Policy) -> tuple[int, ...]:
    """How far a policy reaches, each number on its own: less of one is a narrower policy."""
    effects = tuple(_RANK[effect_on(policy, kind)] for kind in LEGACY_KINDS)
    return (*effects, int("all" in policy.include_users))


def policy_changes(course: Course, name: Name) -> Iterator[Change]:
    """Changes of one policy, each worded by its kind and its two values."""
    for before, audit, after in zip(
        course.intervals, course.audits, course.intervals[1:], strict=False
    ):
        yield from _unlogged(course, before)
        yield from _of(course, audit, before.end, after.start, name)
    yield from _unlogged(course, course.intervals[-1])


def member_changes(
    audits: Iterable[MemberAudit], groups: frozenset[str], name: Name
) -> Iterator[Change]:
    """Joins and leaves of the groups that policies name."""
    for audit in audits:
        if audit.group_id in groups:
            yield Change(
                at=audit.at,
                kind=ChangeKind.MEMBER_ADDED if audit.is_added else ChangeKind.MEMBER_REMOVED,
                subject=Subject(
                    "user", audit.member_id, name("user", audit.member_id) or audit.member_name
                ),
                group=Subject(
                    "group", audit.group_id, audit.group_name or name("group", audit.group_id)
                ),
                by=audit.by,
                source=audit.source,
            )


def _unlogged(course: Course, interval: Interval) -> Iterator[Change]:
    """A difference between two audits, or after the last, that no audit tells."""
    start, end = interval.start, interval.end
    if start is None or end is None or not interval.exists or interval.since is None:
        return
    if any(True for _ in _differences(start, end, lambda _kind, _id: None)):
        yield Change(
            at=interval.since,
            until=interval.until,
            kind=ChangeKind.UNTOLD,
            policy_id=course.policy_id,
            policy_name=course.name,
        )


def _of(
    course: Course, audit: PolicyAudit, before: Version | None, after: Version | None, name: Name
) -> Iterator[Change]:
    def change(
        kind: ChangeKind, subject: Subject | None = None, old: str | None = None,
        new: str | None = None,
    ) -> Change:  # fmt: skip
        return Change(
            at=audit.at, kind=kind, policy_id=course.policy_id, policy_name=audit.policy_name,
            subject=subject, old=old, new=new, by=audit.by, source=audit.source,
        )  # fmt: skip

    if audit.operation == "add":
        yield change(ChangeKind.CREATED, new=_state(after))
        return
    if audit.operation == "delete":
        yield change(ChangeKind.DELETED, old=_state(before))
        return
    if before is None or after is None or not audit.is_told:
        yield change(ChangeKind.UNTOLD)
        return
    found = [change(*each) for each in _differences(before, after, name)]
    yield from found or [change(ChangeKind.OTHER)]


_Difference = tuple[ChangeKind, "Subject | None", "str | None", "str | None"]


def _differences(before: Version, after: Version, name: Name) -> Iterator[_Difference]:
    """What is different, of the parts that both sides know."""
    known = before.known & after.known
    old, new = before.policy, after.policy
    if STATE in known and old.state != new.state:
        yield ChangeKind.STATE, None, old.state, new.state
    if CONDITIONS in known:
        was, now = excluded(old), excluded(new)
        for kind, changed in (
            (ChangeKind.EXCLUSION_OPENED, now - was),
            (ChangeKind.EXCLUSION_CLOSED, was - now),
        ):
            for subject_kind, each in sorted(changed):
                subject = Subject(subject_kind, each, name(subject_kind, each))
                yield kind, subject, None, None
        yield from _scope(old, new)
    if CONTROLS in known and (old.controls, old.operator) != (new.controls, new.operator):
        yield ChangeKind.CONTROLS, None, _controls(old), _controls(new)


def _scope(old: Policy, new: Policy) -> Iterator[_Difference]:
    """Whom, what and which clients it is for, but for exclusions."""
    for what, was, now in _scopes(old, new):
        if was != now:
            is_less = any(a > b for a, b in zip(reach(old), reach(new), strict=True)) or now < was
            kind = ChangeKind.SCOPE_NARROWED if is_less else ChangeKind.SCOPE_WIDENED
            yield kind, Subject("condition", what), _listed(was), _listed(now)


def _scopes(old: Policy, new: Policy) -> Iterator[tuple[str, frozenset[str], frozenset[str]]]:
    yield "included", _union(old, _INCLUDES), _union(new, _INCLUDES)
    yield "applications", old.include_applications, new.include_applications
    yield "excluded applications", old.exclude_applications, new.exclude_applications
    yield "clients", old.client_types, new.client_types
    yield "conditions", frozenset(old.narrowed_by), frozenset(new.narrowed_by)


def _union(policy: Policy, names: tuple[str, ...]) -> frozenset[str]:
    return frozenset().union(*(getattr(policy, name) for name in names))


def _listed(values: frozenset[str]) -> str:
    return ", ".join(sorted(values))


def _controls(policy: Policy) -> str:
    return f" {policy.operator} ".join(sorted(policy.controls))


def _state(version: Version | None) -> str | None:
    return version.policy.state if version and STATE in version.known else None

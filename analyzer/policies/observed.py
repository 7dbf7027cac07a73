"""What the sign-ins say of each policy: whom it stopped, and whom it would have stopped."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analyzer.policies.effect import LEGACY_KINDS, Effect, effect_on
from analyzer.policies.model import DISABLED, REPORT_ONLY, SECURITY_DEFAULTS
from analyzer.policies.result import Count, Observed, PolicyView, Standing, Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from analyzer.policies.exposure import CameIn
    from analyzer.policies.history import Name
    from analyzer.policies.model import Policy
    from analyzer.policies.result import SubjectKind
    from analyzer.policies.versions import Course


@dataclass(frozen=True, slots=True)
class ResultCount:
    """How often a policy had a result at sign-ins of one kind.

    Attributes:
        is_enforced: It failed; else it failed in report-only mode.
        name: The policy's name as of the latest of these sign-ins.
    """

    policy_id: str
    name: str | None
    is_enforced: bool
    is_legacy: bool
    count: Count


def observed_of(counts: Iterable[ResultCount]) -> dict[str, Observed]:
    """What was seen of each policy, by id."""
    by_policy: dict[str, list[ResultCount]] = defaultdict(list)
    for each in counts:
        by_policy[each.policy_id].append(each)
    return {policy_id: _observed(those) for policy_id, those in by_policy.items()}


def _observed(counts: list[ResultCount]) -> Observed:
    def of(*, is_enforced: bool, is_legacy: bool) -> Count:
        wanted = (is_enforced, is_legacy)
        found = [c.count for c in counts if (c.is_enforced, c.is_legacy) == wanted]
        return found[0] if found else Count()

    latest = sorted(counts, key=lambda each: _time(each.count.last), reverse=True)
    return Observed(
        names=tuple(dict.fromkeys(each.name for each in latest if each.name)),
        blocked_legacy=of(is_enforced=True, is_legacy=True),
        blocked_other=of(is_enforced=True, is_legacy=False),
        would_block_legacy=of(is_enforced=False, is_legacy=True),
        would_block_other=of(is_enforced=False, is_legacy=False),
    )


def _time(instant: datetime | None) -> float:
    return 0.0 if instant is None else instant.timestamp()


def views_of(
    courses: Sequence[Course],
    observed: Mapping[str, Observed],
    against: Mapping[str, Sequence[CameIn]],
    name: Name,
) -> tuple[PolicyView, ...]:
    """Every policy that the export, an audit or a sign-in names, those that block first.

    Args:
        courses: Policies of the export and the audits.
        observed: What was seen of policies, by id.
        against: Sign-ins let in against a policy's definition, by id.
        name: Names of people and groups, where known.
    """
    found = []
    for course in courses:
        seen = observed.get(course.policy_id, Observed())
        came = against.get(course.policy_id, ())
        seen = replace(seen, contradicted=_count(came))
        found.append(_view(course, seen, name))
    known = {course.policy_id for course in courses}
    for policy_id in sorted(observed.keys() - known):
        seen = observed[policy_id]
        label = seen.names[0] if seen.names else policy_id
        blocks = policy_id == SECURITY_DEFAULTS and seen.blocked_legacy.events > 0
        standing = Standing.BLOCKS if blocks else Standing.UNKNOWN
        found.append(PolicyView(policy_id, label, None, standing, observed=seen))
    order = list(Standing)
    return tuple(sorted(found, key=lambda v: (order.index(v.standing), v.name.lower(), v.id)))


def _count(came: Sequence[CameIn]) -> Count:
    if not came:
        return Count()
    return Count(
        sum(each.events for each in came),
        len({each.person_key for each in came}),
        min(each.first for each in came),
        max(each.last for each in came),
    )


def _view(course: Course, seen: Observed, name: Name) -> PolicyView:
    policy = course.now.policy if course.now is not None else course.exported
    if policy is None or course.is_deleted:
        return PolicyView(
            course.policy_id, course.name, None, Standing.UNKNOWN, observed=seen,
            was_deleted=course.is_deleted,
        )  # fmt: skip
    return PolicyView(
        id=course.policy_id,
        name=course.name,
        definition=policy,
        standing=standing_of(policy),
        effects={kind: effect_on(policy, kind) for kind in LEGACY_KINDS},
        includes=_subjects(policy, "include", name),
        excludes=_subjects(policy, "exclude", name),
        observed=seen,
        is_outdated=course.is_outdated,
    )


def standing_of(policy: Policy) -> Standing:
    """What a policy is to legacy clients, by its definition and its state."""
    effects = {effect_on(policy, kind) for kind in LEGACY_KINDS}
    if effects == {Effect.NONE}:
        return Standing.NONE
    if policy.state == REPORT_ONLY:
        return Standing.REPORT_ONLY
    if policy.state == DISABLED:
        return Standing.DISABLED
    if not policy.is_enforced:
        return Standing.UNKNOWN
    if Effect.BLOCKS in effects:
        return Standing.BLOCKS
    return Standing.DEMANDS if Effect.DEMANDS in effects else Standing.SOMETIMES


_KINDS: tuple[tuple[SubjectKind, str], ...] = (
    ("user", "users"),
    ("group", "groups"),
    ("role", "roles"),
)


def _subjects(policy: Policy, side: str, name: Name) -> tuple[Subject, ...]:
    found = []
    for kind, plural in _KINDS:
        for each in sorted(getattr(policy, f"{side}_{plural}")):
            if each == "all":
                found.append(Subject("everybody", each, None))
            elif each != "none":
                found.append(Subject(kind, each, name(kind, each)))
    return tuple(found)

"""Windows in which the block was weakened: who could have come in, and who did."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analyzer.policies.effect import LEGACY_KINDS, Effect, effect_on
from analyzer.policies.history import excluded
from analyzer.policies.model import ENABLED
from analyzer.policies.result import Arrival, Window
from analyzer.policies.weakness import is_guard, spans_of, would_guard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from analyzer.policies.effect import LegacyKind
    from analyzer.policies.history import Name
    from analyzer.policies.membership import Memberships
    from analyzer.policies.model import Policy
    from analyzer.policies.result import Subject
    from analyzer.policies.versions import Course, Interval
    from analyzer.policies.weakness import Span

_STOPS = frozenset((Effect.BLOCKS, Effect.DEMANDS))
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class CameIn:
    """Legacy sign-ins of one person that were let in, alike in everything but the time.

    They are counted between the cuts of :func:`cuts_of`, so that all of them are in a window or
    none is.
    """

    person_key: str
    user_id: str | None
    user: str
    family: str
    country: str | None
    ip_address: str | None
    place: str
    events: int
    first: datetime
    last: datetime

    @property
    def kind(self) -> LegacyKind:
        """What kind of legacy client Conditional Access takes it for."""
        return "activesync" if self.family == "activesync" else "other"


@dataclass(frozen=True, slots=True)
class Exposing:
    """A course with its spans.

    Attributes:
        has_log: Whether audits tell of the time at all, though perhaps of no change of it.
        is_doubtful: The log shows that it does not stop whom its definition says it stops.
    """

    course: Course
    spans: tuple[Span, ...]
    has_log: bool = False
    is_doubtful: bool = False


def exposing(courses: Iterable[Course], *, has_log: bool = False) -> tuple[Exposing, ...]:
    """Policies that block legacy clients, with the spans in which they were weakened.

    One that never did is left out, unless nothing else blocks either.

    Args:
        courses: Policies through time.
        has_log: Whether there are audits: a span without a beginning is then from before them.
    """
    listed = list(courses)
    guards = [course for course in listed if is_guard(course)]
    found = guards or [course for course in listed if would_guard(course)]
    return tuple(
        Exposing(course, spans_of(course), has_log or bool(course.audits)) for course in found
    )


def cuts_of(found: Iterable[Exposing], memberships: Memberships) -> tuple[datetime, ...]:
    """Every instant at which a window begins or ends, or somebody joins or leaves a group."""
    cuts = set(memberships.cuts())
    for each in found:
        for interval in each.course.intervals:
            cuts |= {at for at in (interval.since, interval.until) if at is not None}
    return tuple(sorted(cuts))


def contradicted(
    course: Course, came_in: Iterable[CameIn], memberships: Memberships
) -> list[CameIn]:
    """Sign-ins let in that the policy should have stopped by its definition of the time."""
    return [each for each in came_in if _should_stop(course, each, memberships)]


def _should_stop(course: Course, came: CameIn, memberships: Memberships) -> bool:
    interval = course.at(came.first)
    if interval.start is None or interval.start != interval.end or not interval.exists:
        return False
    policy = interval.start.policy
    if policy.state != ENABLED or effect_on(policy, came.kind) not in _STOPS:
        return False
    if "all" not in policy.include_users and came.user_id not in policy.include_users:
        return False
    if policy.exclude_roles or came.user_id in policy.exclude_users or came.user_id is None:
        return False
    if "guestsorexternalusers" in policy.exclude_users:
        return False
    return all(
        memberships.was_in(group, came.user_id, came.first) is False
        for group in policy.exclude_groups
    )


def windows_of(
    found: Sequence[Exposing],
    came_in: Sequence[CameIn],
    memberships: Memberships,
    name: Name,
    within: tuple[datetime | None, datetime | None],
) -> tuple[Window, ...]:
    """Every span that touches the window looked at, with who could come in and who did.

    Args:
        found: Policies with their spans.
        came_in: Legacy sign-ins that were let in.
        memberships: Who was in which group.
        name: Names of subjects, where known.
        within: The time looked at, half open.
    """
    windows = []
    for each in found:
        for span in each.spans:
            if span.touches(*within):
                others = [o for o in found if o is not each and not o.is_doubtful]
                window = _window(each, span, came_in, memberships, name)
                guarded = (
                    o.course for o in others if _guards_meanwhile(o.course, span, each.course)
                )
                ids = tuple(course.policy_id for course in guarded)
                windows.append(replace(window, also_guarded_by=ids))
    return tuple(sorted(windows, key=_order))


def _order(window: Window) -> tuple[bool, bool, str, str, bool, str]:
    since = "" if window.since is None else window.since.isoformat()
    return (
        bool(window.also_guarded_by),
        not window.did,
        since,
        window.policy_name.lower(),
        window.subject.kind != "user",
        window.subject.called,
    )


def _window(
    each: Exposing, span: Span, came_in: Sequence[CameIn], memberships: Memberships, name: Name
) -> Window:
    course = each.course
    could, is_whole = _could(span, memberships, name)
    return Window(
        policy_id=course.policy_id,
        policy_name=course.name,
        weakness=span.weakness,
        subject=replace(span.subject, name=name(span.subject.kind, span.subject.id)),
        since=span.since,
        is_since_known=span.is_since_known and (span.since is not None or each.has_log),
        until=span.until,
        is_until_known=span.is_until_known,
        is_open=span.is_open,
        opened_by=span.opened_by,
        closed_by=span.closed_by,
        could=could,
        could_is_whole=is_whole,
        did=_arrivals(_who_did(course, span, came_in, memberships)),
    )


def _could(span: Span, memberships: Memberships, name: Name) -> tuple[tuple[str, ...] | None, bool]:
    """Names of those who could come in, and whether they are all."""
    subject = span.subject
    if subject.kind == "user":
        return (name("user", subject.id) or subject.id,), True
    if subject.kind in {"group", "role"}:
        stays = memberships.stays.get(subject.id, {})
        members = [
            name("user", member) or member
            for member, those in stays.items()
            if any(span.touches(since, until) for since, until in those)
        ]
        return tuple(sorted(members)), subject.id in memberships.whole
    return None, True


def _who_did(
    course: Course, span: Span, came_in: Iterable[CameIn], memberships: Memberships
) -> list[tuple[CameIn, bool]]:
    """Those let in during the span because of it; False beside whom it is not certain of."""
    found = []
    for came in came_in:
        if not _is_inside(span, came):
            continue
        is_through = _is_through(course, span, came, memberships)
        if is_through is not False:
            found.append((came, is_through is True))
    return found


def _is_inside(span: Span, came: CameIn) -> bool:
    return (span.since is None or span.since <= came.first) and (
        span.until is None or came.last < span.until
    )


def _is_through(course: Course, span: Span, came: CameIn, memberships: Memberships) -> bool | None:
    kind, subject = span.subject.kind, span.subject.id
    if kind == "user":
        return came.user_id == subject
    policy = _policy_at(course.at(came.first))
    is_named = policy is not None and came.user_id in policy.exclude_users
    if kind in {"group", "role"}:
        is_member = memberships.was_in(subject, came.user_id, came.first)
        return False if is_member is None and is_named else is_member
    return not is_named


def _policy_at(interval: Interval) -> Policy | None:
    return interval.start.policy if interval.start else None


def _arrivals(found: Iterable[tuple[CameIn, bool]]) -> tuple[Arrival, ...]:
    by_person: dict[str, list[tuple[CameIn, bool]]] = defaultdict(list)
    for came, is_certain in found:
        by_person[came.person_key].append((came, is_certain))
    arrivals = [_arrival(group) for group in by_person.values()]
    return tuple(sorted(arrivals, key=lambda each: (-_strangeness(each), each.first, each.user)))


def _strangeness(arrival: Arrival) -> int:
    return 2 * ("hostile" in arrival.places) + ("unfamiliar" in arrival.places)


def _arrival(group: list[tuple[CameIn, bool]]) -> Arrival:
    came = [each for each, _ in group]

    def distinct(value: Callable[[CameIn], str | None]) -> tuple[str, ...]:
        return tuple(sorted({text for each in came if (text := value(each))}))

    return Arrival(
        user=came[0].user,
        user_id=came[0].user_id,
        families=distinct(lambda each: each.family),
        countries=distinct(lambda each: each.country),
        ip_addresses=distinct(lambda each: each.ip_address)[:_SHOWN],
        places=distinct(lambda each: each.place),
        events=sum(each.events for each in came),
        first=min(each.first for each in came),
        last=max(each.last for each in came),
        is_certain=all(is_certain for _, is_certain in group),
    )


def _guards_meanwhile(other: Course, span: Span, course: Course) -> bool:
    """Whether another policy stopped the same people all the while, by its definition."""
    kinds = [
        kind for kind in LEGACY_KINDS
        if any(effect_on(version.policy, kind) in _STOPS for version in course.versions)
    ]  # fmt: skip
    during = [each for each in other.intervals if span.touches(each.since, each.until)]
    return bool(during) and all(_stops(each, span.subject, kinds) for each in during)


def _stops(interval: Interval, subject: Subject, kinds: Iterable[LegacyKind]) -> bool:
    if not interval.exists or interval.start is None or interval.end is None:
        return False
    return all(
        policy.state == ENABLED
        and "all" in policy.include_users
        and (subject.kind, subject.id) not in excluded(policy)
        and (subject.kind == "everybody" or not policy.exclude_groups | policy.exclude_roles)
        and all(effect_on(policy, kind) in _STOPS for kind in kinds)
        for policy in (interval.start.policy, interval.end.policy)
    )


def needless(window: Window) -> bool:
    """Whether nothing was weakened after all, since another policy blocked as well."""
    return bool(window.also_guarded_by) and not window.did

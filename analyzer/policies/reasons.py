"""Exclusions that are open, and whether anything still asks for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from analyzer.policies.history import excluded
from analyzer.policies.result import OpenExclusion, Reason, Subject, Weakness
from analyzer.results import Kind, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from analyzer.policies.exposure import Exposing
    from analyzer.policies.history import Name
    from analyzer.policies.membership import Memberships
    from analyzer.policies.versions import Course
    from analyzer.results import MoveRef, Verdict

_ABOUT_LEGACY = frozenset((Kind.MISCLASSIFIED, Kind.GENUINE_LEGACY))
LONG_ENOUGH = timedelta(days=7)
"""Without any legacy sign-in for a week that was looked at whole, nobody needs to be excluded."""
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LegacyUse:
    """One person's sign-ins with one kind of legacy client and the right password."""

    family: str
    events: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """What the sign-ins tell of people, by object id.

    Attributes:
        verdicts: Verdicts by object id.
        uses: Legacy clients by object id.
        moves: Own cut-overs by object id.
        length: How much time the sign-ins cover; None where there are none.
        is_complete: Whether they are whole.
    """

    verdicts: Mapping[str, tuple[Verdict, ...]]
    uses: Mapping[str, tuple[LegacyUse, ...]]
    moves: Mapping[str, MoveRef]
    length: timedelta | None
    is_complete: bool


def open_exclusions(
    found: Iterable[Exposing], memberships: Memberships, seen: Seen, name: Name
) -> tuple[OpenExclusion, ...]:
    """Every exclusion that is open now, people in groups one by one where they are known."""
    exclusions = [item for each in found for item in _of_course(each, memberships, seen, name)]
    order = list(Reason)

    def rank(each: OpenExclusion) -> tuple[int, str, bool, str]:
        is_group = each.subject.kind != "user"
        return order.index(each.reason), each.policy_name.lower(), is_group, each.subject.called

    return tuple(sorted(exclusions, key=rank))


def _of_course(
    each: Exposing, memberships: Memberships, seen: Seen, name: Name
) -> Iterable[OpenExclusion]:
    now = each.course.now
    if now is None or each.course.is_deleted:
        return
    for kind, subject_id in sorted(excluded(now.policy)):
        subject = Subject(kind, subject_id, name(kind, subject_id))
        since, is_known = _opened(each, subject)
        if kind == "user":
            yield _judged(each.course, subject, None, seen, (since, is_known))
            continue
        members = sorted(memberships.now(subject_id))
        for member in members:
            person = Subject("user", member, name("user", member))
            joined = memberships.stays[subject_id][member][-1][0]
            begun = max((at for at in (since, joined) if at is not None), default=None)
            yield _judged(each.course, person, subject, seen, (begun, is_known))
        if subject_id not in memberships.whole:
            yield _exclusion(each.course, subject, None, (since, is_known), Reason.UNKNOWN)


def _opened(each: Exposing, subject: Subject) -> tuple[datetime | None, bool]:
    for span in each.spans:
        is_it = (span.subject.kind, span.subject.id) == (subject.kind, subject.id)
        if span.is_open and is_it and span.weakness is Weakness.EXCLUSION:
            return span.since, span.is_since_known and (span.since is not None or each.has_log)
    return None, False


def _exclusion(
    course: Course, subject: Subject, through: Subject | None,
    opened: tuple[datetime | None, bool], reason: Reason,
) -> OpenExclusion:  # fmt: skip
    return OpenExclusion(
        course.policy_id, course.name, subject, through, opened[0], opened[1], reason
    )


def _judged(
    course: Course, subject: Subject, through: Subject | None, seen: Seen,
    opened: tuple[datetime | None, bool],
) -> OpenExclusion:  # fmt: skip
    verdicts = [v for v in seen.verdicts.get(subject.id, ()) if v.kind in _ABOUT_LEGACY]
    uses = seen.uses.get(subject.id, ())
    blank = replace(
        _exclusion(course, subject, through, opened, Reason.UNKNOWN),
        move=_move(verdicts) or seen.moves.get(subject.id),
    )
    if seen.length is None:
        return blank
    return _lasting(blank, verdicts, uses) or _over(blank, verdicts, uses, seen)


def _lasting(
    blank: OpenExclusion, verdicts: list[Verdict], uses: tuple[LegacyUse, ...]
) -> OpenExclusion | None:
    """The exclusion with what still asks for it, or with what leaves it open; None for nothing."""
    ongoing = [v for v in verdicts if (v.kind, v.status) == (Kind.MISCLASSIFIED, Status.ONGOING)]
    if ongoing:
        last = max(ongoing, key=lambda v: v.last_seen)
        return replace(
            blank, reason=Reason.ONGOING, at=last.last_seen, verdict=last.id,
            families=(last.client_family,),
        )  # fmt: skip
    over = max((v.recovered_at for v in _recovered(verdicts) if v.recovered_at), default=_NEVER)
    later = [use for use in uses if use.last > over]
    stopped = {v.client_family: v.last_seen for v in verdicts if v.status is Status.STOPPED}
    if later and all(use.last <= stopped.get(use.family, _NEVER) for use in later):
        # What failed has stopped, and nothing tells whether it was put right.
        return replace(blank, at=max(stopped.values()), families=tuple(sorted(stopped)))
    if later:
        return replace(
            blank, reason=Reason.LEGACY_CLIENT, at=max(use.last for use in later),
            families=tuple(sorted({use.family for use in later})),
        )  # fmt: skip
    return None


def _over(
    blank: OpenExclusion, verdicts: list[Verdict], uses: tuple[LegacyUse, ...], seen: Seen
) -> OpenExclusion:
    """The exclusion of somebody who recovered, or never used a legacy client."""
    recovered = _recovered(verdicts)
    if recovered:
        last = max(recovered, key=lambda v: v.last_seen)
        return replace(
            blank, reason=Reason.RECOVERED, at=last.recovered_at, verdict=last.id,
            families=(last.client_family,),
        )  # fmt: skip
    is_long = seen.length is not None and seen.length >= LONG_ENOUGH
    if seen.is_complete and is_long and not uses:
        return replace(blank, reason=Reason.NO_LEGACY_SIGNIN)
    return blank


def _recovered(verdicts: list[Verdict]) -> list[Verdict]:
    return [v for v in verdicts if v.status is Status.RECOVERED and v.recovered_at]


def _move(verdicts: Iterable[Verdict]) -> MoveRef | None:
    return next((verdict.move for verdict in verdicts if verdict.move is not None), None)

"""A review of Conditional Access: definitions, sign-ins, audits and members put together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import pandas as pd

from analyzer.case import frames
from analyzer.case.policy_evidence import read_policy_evidence
from analyzer.case.policy_signins import PolicySignIns
from analyzer.evidence import load_evidence
from analyzer.identity import People
from analyzer.policies.changes import asked
from analyzer.policies.exposure import contradicted, cuts_of, exposing, windows_of
from analyzer.policies.history import member_changes, policy_changes
from analyzer.policies.membership import Memberships, memberships_of
from analyzer.policies.model import policies_of
from analyzer.policies.observed import observed_of, views_of
from analyzer.policies.reasons import Seen, open_exclusions
from analyzer.policies.result import ChangeKind, PoliciesResult, Standing
from analyzer.policies.versions import courses_of
from analyzer.policies.whatif import applies_today, replay
from analyzer.results import Coverage, EvidenceMissing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from analyzer.case.pipeline import Run
    from analyzer.case.policy_evidence import PolicyEvidence
    from analyzer.evidence import Evidence
    from analyzer.policies.changes import Asked
    from analyzer.policies.history import Name
    from analyzer.policies.result import Change, PolicyView, WhatIf
    from analyzer.policies.scope import Groups
    from analyzer.policies.versions import Course

_NAMED = 3
SIGNINS = "sign-ins"
AUDITS = "directory audits"
GROUPS = "group members"
_WOULD_TELL = {
    SIGNINS: "Whom each policy stopped, who came in while the block was weakened, and whether "
    "anything still asks for an exclusion: without them only the definitions speak.",
    AUDITS: "When a policy was switched off or on and when exclusions were opened and closed: "
    "without them only today's definitions are known, and not since when.",
    GROUPS: "Whom the groups of policies stand for: without them a group's people are neither in "
    "scope nor excluded as far as can be told.",
}


def review(run: Run, extra: PolicyEvidence, what_if: Sequence[str] = ()) -> PoliciesResult:
    """Review the policies beside a finished triage.

    Raises:
        UsageError: A what-if is none, or names no policy or several.
    """
    result = run.result
    return _Review(
        extra, run.reading.evidence, run.people, PolicySignIns(run), result.coverage,
        (result.window_from, result.window_to), result.generated_at,
    ).result(what_if)  # fmt: skip


def review_definitions(
    evidence: Evidence, people: People, extra: PolicyEvidence, generated_at: datetime,
    what_if: Sequence[str] = (),
) -> PoliciesResult:  # fmt: skip
    """Review the policies without any sign-in: what they are, whom they are for, how they changed.

    Raises:
        UsageError: A what-if is none, or names no policy or several.
    """
    coverage = Coverage(
        complete=True, events_read=0, events_duplicate=0, events_rejected=0, inputs=(),
        evidence_missing=(EvidenceMissing(SIGNINS, _WOULD_TELL[SIGNINS]), *evidence.missing),
        notes=evidence.notes, counts=evidence.counts,
    )  # fmt: skip
    return _Review(
        extra, evidence, people, None, coverage, (None, None), generated_at
    ).result(what_if)  # fmt: skip


@dataclass(slots=True)
class _Review:
    extra: PolicyEvidence
    evidence: Evidence
    people: People
    signins: PolicySignIns | None
    coverage: Coverage
    window: tuple[datetime | None, datetime | None]
    generated_at: datetime

    def result(self, what_if: Sequence[str]) -> PoliciesResult:
        courses = courses_of(self.extra.audits.policies, policies_of(self.evidence.policies))
        name = self._naming()
        memberships = self._memberships(courses)
        found = exposing(courses, has_log=self.extra.has_audits)
        came = self.signins.came_in(cuts_of(found, memberships)) if self.signins else []
        against = {c.policy_id: contradicted(c, came, memberships) for c in courses}
        found = tuple(
            replace(each, is_doubtful=bool(against[each.course.policy_id])) for each in found
        )
        counts = self.signins.result_counts() if self.signins else []
        views = views_of(courses, observed_of(counts), against, name)
        seen = self.signins.seen() if self.signins else Seen({}, {}, {}, None, is_complete=False)
        guards = (Standing.BLOCKS, Standing.DEMANDS)
        return PoliciesResult(
            generated_at=self.generated_at,
            window_from=self.window[0],
            window_to=self.window[1],
            coverage=self._coverage(courses),
            policies=views,
            history=self._history(courses, name),
            windows=windows_of(found, came, memberships, name, self._looked_at()),
            exclusions=open_exclusions(found, memberships, seen, name),
            what_if=self._what_ifs(what_if, courses, memberships, views),
            log_from=self.extra.log_from,
            has_signins=self.signins is not None,
            has_audits=self.extra.has_audits,
            guards=tuple(
                view.id
                for view in views
                if view.standing in guards
                and view.is_for_everybody
                and not view.observed.contradicted.events
            ),
        )

    def _looked_at(self) -> tuple[datetime | None, datetime | None]:
        """The window of the sign-ins; without any, all that the audits tell."""
        return self.window if self.signins else (None, None)

    def _naming(self) -> Name:
        users = {
            person.user_id.lower(): person.user_principal_name or person.display_name
            for person in self.people.all()
            if person.user_id
        }
        members = [m for those in self.extra.groups.members.values() for m in those]
        users |= {m.id: m.name for m in members if m.id and m.name and not users.get(m.id)}
        groups = {a.group_id: a.group_name for a in self.extra.audits.members if a.group_name}
        groups |= self.extra.groups.names
        by_kind: dict[str, Mapping[str, str | None]] = {
            "user": users,
            "group": groups,
            "role": groups,
        }
        return lambda kind, each: by_kind.get(kind, {}).get(each)

    def _memberships(self, courses: Sequence[Course]) -> Memberships:
        groups = self.extra.groups
        named = _groups_of(courses)
        members = {
            group: frozenset(filter(None, (self._id_of(m.id, m.name) for m in those)))
            for group, those in groups.members.items()
        }
        audits = [each for each in self.extra.audits.members if each.group_id in named]
        return memberships_of(members, frozenset(members) - groups.partial, audits)

    def _id_of(self, object_id: str | None, name: str | None) -> str | None:
        return object_id or self._user_id(name or "") or name

    def _user_id(self, name: str) -> str | None:
        key = self.people.resolve(name).key
        user_id = self.people.person(key).user_id if key else None
        return user_id.lower() if user_id else None

    def _history(self, courses: Sequence[Course], name: Name) -> tuple[Change, ...]:
        changes = [change for course in courses for change in policy_changes(course, name)]
        changes += member_changes(self.extra.audits.members, _groups_of(courses), name)
        changes += self.signins.marks() if self.signins else []
        order = {kind: number for number, kind in enumerate(ChangeKind)}
        return tuple(sorted(changes, key=lambda c: (c.at, order[c.kind], c.policy_name or "")))

    def _what_ifs(
        self, expressions: Sequence[str], courses: Sequence[Course], memberships: Memberships,
        views: Sequence[PolicyView],
    ) -> tuple[WhatIf, ...]:  # fmt: skip
        names = [(view.id, view.name) for view in views]
        by_id = {course.policy_id: course for course in courses}
        groups = {group: memberships.now(group) for group in memberships.whole}
        changes = [asked(each, names, self._user_id) for each in expressions]
        return tuple(self._what_if(each, by_id.get(each.policy_id), groups) for each in changes)

    def _what_if(self, change: Asked, course: Course | None, groups: Groups) -> WhatIf:
        if self.signins is None:
            return replay(change, course, (), groups)[0]
        intervals = course.intervals if course else ()
        cuts = [each.since for each in intervals if each.since is not None]
        rows = self.signins.replayed(change.policy_id, cuts)
        told, example = replay(change, course, rows, groups)
        if example is None:
            return told
        applies = applies_today(example, course, groups)
        return replace(told, example=self.signins.example(example, applies_today=applies))

    def _coverage(self, courses: Sequence[Course]) -> Coverage:
        missing = list(self.coverage.evidence_missing)
        if not self.extra.has_audits:
            missing.append(EvidenceMissing(AUDITS, _WOULD_TELL[AUDITS]))
        untold = sorted(_groups_of(courses) - self.extra.groups.members.keys())
        if untold and not self.extra.has_groups:
            missing.append(EvidenceMissing(GROUPS, _WOULD_TELL[GROUPS]))
        partly = (_untold_note(untold),) if untold and self.extra.has_groups else ()
        return replace(
            self.coverage,
            evidence_missing=tuple(missing),
            notes=(*self.coverage.notes, *self.extra.audits.notes, *partly),
            counts={**self.coverage.counts, **self.extra.audits.counts},
        )


def _untold_note(untold: Sequence[str]) -> str:
    """What is not known though members of other groups were given."""
    more = f" and {len(untold) - _NAMED} more" if len(untold) > _NAMED else ""
    what = "group or role" if len(untold) == 1 else "groups or roles"
    return (
        f"The members of {len(untold)} {what} that policies name were not given: "
        f"{', '.join(untold[:_NAMED])}{more}. Whether they hold a person cannot be told."
    )


def _groups_of(courses: Iterable[Course]) -> frozenset[str]:
    """Groups and roles that decide whom a policy is for, at any time that is known."""
    policies = [version.policy for course in courses for version in course.versions]
    return frozenset().union(
        *(
            names
            for policy in policies
            for names in (
                policy.include_groups, policy.exclude_groups,
                policy.include_roles, policy.exclude_roles,
            )
        )
    )  # fmt: skip


def definitions_only(
    *,
    policies: Sequence[str | Path],
    audits: Sequence[str | Path],
    groups: Sequence[str | Path],
    recipients: Sequence[str | Path] = (),
    moves: Sequence[str | Path] = (),
    moves_timezone: str | None = None,
    date_order: Literal["dmy", "mdy", "ymd"] | None = None,
    what_if: Sequence[str] = (),
    generated_at: datetime | None = None,
) -> PoliciesResult:
    """Review definitions, and their history where audits are given, without any sign-in.

    Raises:
        UsageError: A needed zone or date order is missing, or a what-if is none.
        InputError: A file is missing, unreadable, or another export.
    """
    files = frames.read_evidence(
        moves=moves, recipients=recipients, permissions=(), cas_mailboxes=(), org_config=(),
        policies=policies,
    )  # fmt: skip
    evidence = load_evidence(files, moves_timezone=moves_timezone, date_order=date_order)
    nobody = pd.DataFrame(
        columns=["user_id", "user_principal_name", "user_display_name", "last_seen"]
    )
    people = People.build(nobody, evidence.recipients, evidence.moves)
    extra = read_policy_evidence(audits, groups, ())
    made = generated_at or datetime.now(UTC)
    return review_definitions(evidence, people, extra, made, what_if)

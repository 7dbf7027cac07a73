"""Directory audits: who changed which Conditional Access policy, and who joined which group.

Sources: microsoft-graph-docs-contrib, *directoryAudit*, *targetResource*, *modifiedProperty*;
Azure/azure-docs, *reference-azure-monitor-audit-log-schema* for diagnostic settings. Names of
operations differ in case; old and new values are JSON inside JSON strings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from analyzer.errors import InputError
from analyzer.evidence.audit_rows import audit_rows, caseless, lowered_text, opened, text_of
from analyzer.evidence.policies import policy_row

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from analyzer.evidence.tables import EvidenceFile

Operation = Literal["add", "update", "delete"]

_POLICY = re.compile(
    r"^(add|create|restore|update|(?:soft |hard )?delete) (conditional access )?policy$"
)
_OPERATIONS: dict[str, Operation] = {"add": "add", "create": "add", "restore": "add"}
_MEMBER = {"add member to group": True, "remove member from group": False}
_WHOLE_POLICY = "conditionalaccesspolicy"
# Two services can write one change down; they are seconds apart.
_SAME = timedelta(minutes=2)

# Parts of a policy that its JSON may lack, and the key that holds each.
PARTS = ("state", "conditions", "grantcontrols")


@dataclass(frozen=True, slots=True)
class Definition:
    """A policy as one side of a change has it.

    Attributes:
        row: Cells of ``schema.evidence.POLICIES``.
        known: Which of :data:`PARTS` the JSON held: an absent one is not told, not empty.
    """

    row: dict[str, object]
    known: frozenset[str]


@dataclass(frozen=True, slots=True)
class PolicyAudit:
    """One change of one policy. A side is None where it was not there or cannot be read.

    Attributes:
        by: Who did it: user principal name, or the application's name.
        is_told: Whether the sides that there should be could be read.
    """

    at: datetime
    operation: Operation
    policy_id: str
    policy_name: str
    by: str
    before: Definition | None
    after: Definition | None
    is_told: bool
    source: str


@dataclass(frozen=True, slots=True)
class MemberAudit:
    """Somebody joined or left a group."""

    at: datetime
    group_id: str
    group_name: str | None
    member_id: str
    member_name: str | None
    is_added: bool
    by: str
    source: str


@dataclass(frozen=True, slots=True)
class Audits:
    """What directory audits say of policies and memberships, in order of time.

    Attributes:
        first: Earliest audit of any kind: nothing is known of the time before.
        last: The latest.
    """

    policies: tuple[PolicyAudit, ...] = ()
    members: tuple[MemberAudit, ...] = ()
    first: datetime | None = None
    last: datetime | None = None
    notes: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)


def read_audits(files: Iterable[EvidenceFile]) -> Audits:
    """All changes of policies and memberships in the given exports, each once.

    Raises:
        InputError: A file is no directory audit export, or ConvertTo-Json cut it short.
    """
    found = _Found()
    for file in files:
        for line, row in audit_rows(file):
            found.take(row, file.path, line)
    return found.audits()


class _Found:
    """Audits as they are met."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._policies: list[PolicyAudit] = []
        self._members: list[MemberAudit] = []
        self._times: list[datetime] = []
        self._read = self._again = self._failed = self._untimed = 0

    def take(self, row: dict[str, Any], path: str, line: int) -> None:
        self._read += 1
        at = row["at"]
        if at is None:
            self._untimed += 1
            return
        if row["key"] in self._seen:
            self._again += 1
            return
        self._seen.add(row["key"])
        self._times.append(at)
        if row["result"] not in {"", "success", "succeeded", "0"}:
            self._failed += 1
            return
        source = f"{path}:{line}"
        operation = _POLICY.match(row["operation"])
        if operation:
            kind = _OPERATIONS.get(operation[1], "update" if operation[1] == "update" else "delete")
            is_named = operation[2] is not None
            self._policies += _policy_audits(row, kind, source, is_named=is_named)
        elif row["operation"] in _MEMBER:
            self._members += _member_audits(row, _MEMBER[row["operation"]], source)

    def audits(self) -> Audits:
        policies = _once(sorted(self._policies, key=lambda each: (each.at, each.source)))
        members = sorted(self._members, key=lambda each: (each.at, each.source))
        told = [each for each in policies if not each.is_told]
        notes = []
        if told:
            some = "1 change" if len(told) == 1 else f"{len(told)} changes"
            notes.append(
                f"{some} of policies without old and new values that can be read: what changed "
                "is told by the audits around, or cannot be told"
            )
        if self._untimed:
            notes.append(f"{self._untimed} directory audits carry no time that can be read")
        return Audits(
            tuple(policies),
            tuple(dict.fromkeys(members)),
            min(self._times, default=None),
            max(self._times, default=None),
            tuple(notes),
            {
                "audits_read": self._read,
                "audits_duplicate": self._again,
                "audits_that_failed": self._failed,
                "audits_of_policies": len(policies),
                "audits_of_memberships": len(members),
            },
        )


def _once(audits: list[PolicyAudit]) -> list[PolicyAudit]:
    """Without those that repeat the change before them, told by another service."""
    kept: list[PolicyAudit] = []
    for each in audits:
        is_again = any(
            each.policy_id == other.policy_id
            and each.operation == other.operation
            and each.at - other.at <= _SAME
            and (each.before, each.after) == (other.before, other.after)
            for other in kept[-3:]
        )
        if not is_again:
            kept.append(each)
    return kept


def _policy_audits(
    row: dict[str, Any], operation: Operation, source: str, *, is_named: bool
) -> list[PolicyAudit]:
    found = []
    for target in row["targets"]:
        policy_id = lowered_text(target.get("id"))
        if not policy_id:
            continue
        before, after = _sides(target.get("modifiedproperties"), policy_id, source)
        if not is_named and before is None and after is None:
            continue  # "Update policy" is also said of other policies.
        wants = {"add": (False, True), "update": (True, True), "delete": (True, False)}[operation]
        is_told = all(
            side is not None for side, is_wanted in zip((before, after), wants, strict=True)
            if is_wanted
        )  # fmt: skip
        names = [side.row["display_name"] for side in (after, before) if side is not None]
        name = next((str(each) for each in names if each), text_of(target.get("displayname")))
        found.append(
            PolicyAudit(
                at=row["at"],
                operation=operation,
                policy_id=policy_id,
                policy_name=name or policy_id,
                by=row["by"],
                before=None if operation == "add" else before,
                after=None if operation == "delete" else after,
                is_told=is_told,
                source=source,
            )
        )
    return found


def _sides(
    properties: object, policy_id: str, source: str
) -> tuple[Definition | None, Definition | None]:
    """The policy before and after: one property that holds it whole, or one for each part."""
    listed = opened(properties)
    parts: tuple[dict[str, object], dict[str, object]] = ({}, {})
    for entry in listed if isinstance(listed, list) else ():
        if not isinstance(entry, dict):
            continue
        name = re.sub(r"[^a-z]", "", lowered_text(entry.get("displayname")))
        for part, side in zip(parts, ("oldvalue", "newvalue"), strict=True):
            value = caseless(opened(entry.get(side)))
            if name == _WHOLE_POLICY and isinstance(value, dict):
                part.update(value)
            elif name in PARTS and value is not None:
                part[name] = value
    return _definition(parts[0], policy_id, source), _definition(parts[1], policy_id, source)


def _definition(policy: dict[str, object], policy_id: str, source: str) -> Definition | None:
    known = frozenset(name for name in PARTS if name in policy)
    if not known:
        return None
    path, _, line = source.rpartition(":")
    try:
        row = policy_row({**policy, "id": policy_id}, path, int(line))
    except InputError:  # a nested part that was cut to "@{...}": nothing to compare
        return None
    # The same policy from two files is one definition.
    return Definition({**row, "source_file": ""}, known)


def _member_audits(row: dict[str, Any], is_added: bool, source: str) -> list[MemberAudit]:
    side = "newvalue" if is_added else "oldvalue"
    groups = [t for t in row["targets"] if lowered_text(t.get("type")) == "group"]
    found = []
    for target in row["targets"]:
        if lowered_text(target.get("type")) == "group":
            continue
        told = _properties(target, side)
        group_id = told.get("group.objectid") or (
            lowered_text(groups[0].get("id")) if groups else ""
        )
        member_id = lowered_text(target.get("id"))
        if not group_id or not member_id:
            continue
        name = told.get("group.displayname") or (
            text_of(groups[0].get("displayname")) if groups else ""
        )
        found.append(
            MemberAudit(
                at=row["at"],
                group_id=group_id.lower(),
                group_name=name or None,
                member_id=member_id,
                member_name=lowered_text(target.get("userprincipalname")) or None,
                is_added=is_added,
                by=row["by"],
                source=source,
            )
        )
    return found


def _properties(target: dict[str, Any], side: str) -> dict[str, str]:
    listed = opened(target.get("modifiedproperties"))
    found: dict[str, str] = {}
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, dict):
            value = opened(entry.get(side))
            if isinstance(value, str) and value:
                found[lowered_text(entry.get("displayname"))] = value
    return found

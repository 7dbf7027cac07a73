"""What changed, and the spans in which the block was weakened: yes, no, and cannot be told."""

from __future__ import annotations

import json

import pytest

from analyzer.policies.exposure import exposing
from analyzer.policies.history import member_changes, policy_changes
from analyzer.policies.membership import memberships_of
from analyzer.policies.result import ChangeKind, Weakness
from tests.policy_making import (
    AMY,
    BEN,
    BLOCK,
    GROUP,
    OTHER,
    at,
    audit,
    audits_of,
    courses,
    membership,
    nobody,
    policy,
)

EXCLUDES_AMY = policy(excludeUsers=[AMY.upper()])
OFF = policy(state="disabled")
PILOT = policy(state="enabledForReportingButNotEnforced")
CUT = json.dumps(policy())[:50]


def changes(records, *policies):
    return [
        (c.at, c.kind, c.subject and c.subject.id, c.old, c.new)
        for course in courses(records, *policies)
        for c in policy_changes(course, nobody)
    ]


REPORT_ONLY = "enabledforreportingbutnotenforced"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (policy(), OFF, [(ChangeKind.STATE, None, "enabled", "disabled")]),
        (PILOT, policy(), [(ChangeKind.STATE, None, REPORT_ONLY, "enabled")]),
        (policy(), EXCLUDES_AMY, [(ChangeKind.EXCLUSION_OPENED, AMY, None, None)]),
        (EXCLUDES_AMY, policy(), [(ChangeKind.EXCLUSION_CLOSED, AMY, None, None)]),
        (
            EXCLUDES_AMY,
            policy(excludeUsers=[BEN], excludeGroups=[GROUP]),
            [
                (ChangeKind.EXCLUSION_OPENED, GROUP, None, None),
                (ChangeKind.EXCLUSION_OPENED, BEN, None, None),
                (ChangeKind.EXCLUSION_CLOSED, AMY, None, None),
            ],
        ),
        (
            policy(),
            policy(includeUsers=[], includeGroups=[GROUP]),
            [(ChangeKind.SCOPE_NARROWED, "included", "all", GROUP)],
        ),
        (
            policy(clientAppTypes=["other"]),
            policy(),
            [(ChangeKind.SCOPE_WIDENED, "clients", "other", "exchangeactivesync, other")],
        ),
        (
            policy(),
            policy(locations={"includeLocations": ["x"]}),
            [(ChangeKind.SCOPE_NARROWED, "conditions", "", "locations")],
        ),
        (
            policy(),
            policy(builtInControls=["mfa"]),
            [(ChangeKind.CONTROLS, None, "block", "mfa")],
        ),
        (policy(), policy(), [(ChangeKind.OTHER, None, None, None)]),
        (policy(), policy(displayName="=cmd|' /C'!A0"), [(ChangeKind.OTHER, None, None, None)]),
        (CUT, CUT, [(ChangeKind.UNTOLD, None, None, None)]),
        ({"id": BLOCK, "State": "enabled"}, {"id": BLOCK, "State": "disabled"},
         [(ChangeKind.STATE, None, "enabled", "disabled")]),
    ],
)  # fmt: skip
def test_both_sides_of_a_change_are_compared(old, new, expected):
    assert changes([audit(at(5), old, new)]) == [(at(5), *each) for each in expected]


def test_creation_and_deletion():
    found = changes(
        [
            audit(at(2), None, PILOT, operation="Add"),
            audit(at(5), PILOT, None, operation="Delete"),
        ]
    )

    assert found == [
        (at(2), ChangeKind.CREATED, None, None, REPORT_ONLY),
        (at(5), ChangeKind.DELETED, None, REPORT_ONLY, None),
    ]


def test_a_change_that_no_audit_tells_is_named():
    found = changes(
        [audit(at(2), policy(), OFF), audit(at(5), policy(), EXCLUDES_AMY)], EXCLUDES_AMY
    )

    assert [(when, kind) for when, kind, *_ in found] == [
        (at(2), ChangeKind.STATE),
        (at(2), ChangeKind.UNTOLD),
        (at(5), ChangeKind.EXCLUSION_OPENED),
    ]


def test_only_members_of_groups_that_policies_name_are_told():
    members = audits_of(membership(at(3)), membership(at(4), added=False)).members

    told = list(member_changes(members, frozenset([GROUP]), nobody))

    assert [(c.at, c.kind, c.subject.id, c.group.id) for c in told] == [
        (at(3), ChangeKind.MEMBER_ADDED, AMY, GROUP),
        (at(4), ChangeKind.MEMBER_REMOVED, AMY, GROUP),
    ]
    assert list(member_changes(members, frozenset(), nobody)) == []


def spans(records, *policies):
    return {
        (s.weakness, s.subject.id, s.since, s.is_since_known, s.until, s.is_until_known, s.is_open)
        for each in exposing(courses(records, *policies))
        for s in each.spans
    }


OPEN, SHUT = True, False
EXCLUSION = Weakness.EXCLUSION


@pytest.mark.parametrize(
    ("records", "policies", "expected"),
    [
        ([], [policy()], set()),
        ([], [EXCLUDES_AMY], {(EXCLUSION, AMY, None, True, None, True, OPEN)}),
        (
            [audit(at(2), policy(), EXCLUDES_AMY), audit(at(5), EXCLUDES_AMY, policy())],
            [policy()],
            {(EXCLUSION, AMY, at(2), True, at(5), True, SHUT)},
        ),
        (
            [audit(at(5), EXCLUDES_AMY, policy())],
            [],
            {(EXCLUSION, AMY, None, True, at(5), True, SHUT)},
        ),
        (
            [audit(at(2), policy(), OFF), audit(at(2, 13), OFF, policy())],
            [policy()],
            {(Weakness.DISABLED, "", at(2), True, at(2, 13), True, SHUT)},
        ),
        (
            [audit(at(4), PILOT, policy())],
            [policy()],
            {(Weakness.REPORT_ONLY, "", None, True, at(4), True, SHUT)},
        ),
        (
            [audit(at(4), policy(), None, operation="Delete")],
            [],
            {(Weakness.DELETED, "", at(4), True, None, True, OPEN)},
        ),
        (
            [audit(at(4), None, policy(), operation="Add")],
            [policy()],
            {(Weakness.NOT_CREATED, "", None, True, at(4), True, SHUT)},
        ),
        (
            [audit(at(4), policy(), policy(includeUsers=[AMY]))],
            [],
            {(Weakness.NARROWED, "", at(4), True, None, True, OPEN)},
        ),
        # Closed between two audits, when is not told: at the latest when the second found it so.
        (
            [audit(at(2), policy(), EXCLUDES_AMY), audit(at(6), policy(), policy())],
            [policy()],
            {(EXCLUSION, AMY, at(2), True, at(6), False, SHUT)},
        ),
        # Opened between two audits: at the earliest after the first.
        (
            [audit(at(2), policy(), policy()), audit(at(6), EXCLUDES_AMY, policy())],
            [policy()],
            {(EXCLUSION, AMY, at(2), False, at(6), True, SHUT)},
        ),
        # The export closes it at a time that no audit tells.
        (
            [audit(at(2), policy(), EXCLUDES_AMY)],
            [policy()],
            {(EXCLUSION, AMY, at(2), True, None, False, SHUT)},
        ),
        # An export that is older than the last change does not speak for now.
        (
            [audit(at(2), policy(), EXCLUDES_AMY)],
            [policy(modifiedDateTime="2026-01-01T00:00:00Z")],
            {(EXCLUSION, AMY, at(2), True, None, True, OPEN)},
        ),
        # A change whose values were cut is told by what the next one found.
        (
            [audit(at(2), CUT, CUT), audit(at(5), EXCLUDES_AMY, policy())],
            [policy()],
            {(EXCLUSION, AMY, at(2), True, at(5), True, SHUT)},
        ),
        # State alone: exclusions are as the export has them.
        (
            [audit(at(2), {"id": BLOCK, "state": "disabled"}, {"id": BLOCK, "state": "enabled"})],
            [EXCLUDES_AMY],
            {
                (Weakness.DISABLED, "", None, True, at(2), True, SHUT),
                (EXCLUSION, AMY, None, True, None, True, OPEN),
            },
        ),
        # Never on, beside one that is: no block was weakened.
        ([], [policy(), policy(OTHER, state="disabled")], set()),
        # Nothing else blocks: then it counts.
        ([], [OFF], {(Weakness.DISABLED, "", None, True, None, True, OPEN)}),
        # A policy for modern clients, off: none of our business.
        ([], [policy(clientAppTypes=["browser"], state="disabled")], set()),
    ],
)
def test_spans_are_half_open_and_say_what_is_not_known(records, policies, expected):
    assert spans(records, *policies) == expected


@pytest.mark.parametrize(
    ("members", "whole", "records", "when", "expected"),
    [
        ({GROUP: frozenset([AMY])}, {GROUP}, [], at(1), True),
        ({GROUP: frozenset()}, {GROUP}, [], at(1), False),
        ({GROUP: frozenset()}, set(), [], at(1), None),
        ({}, set(), [], at(1), None),
        ({GROUP: frozenset([AMY])}, {GROUP}, [membership(at(3))], at(2), False),
        ({GROUP: frozenset([AMY])}, {GROUP}, [membership(at(3))], at(3), True),
        ({}, set(), [membership(at(3), added=False)], at(2), True),
        ({}, set(), [membership(at(3), added=False)], at(3), False),
    ],
)
def test_membership_is_walked_back_from_today(members, whole, records, when, expected):
    audits = audits_of(*records).members if records else ()
    found = memberships_of(members, frozenset(whole), audits)

    assert found.was_in(GROUP, AMY, when) is expected

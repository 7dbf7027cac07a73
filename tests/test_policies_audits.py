"""Directory audits and group members, in every shape they are exported in."""

from __future__ import annotations

import json

import pytest

from analyzer.errors import InputError
from analyzer.evidence.audits import read_audits
from analyzer.evidence.groups import GroupMembers, Member, read_groups
from tests.policy_making import AMY, BEN, BLOCK, GROUP, at, audit, file, membership, policy

CHANGE = audit(at(5), policy(), policy(state="disabled"))


def told(audits):
    return [
        (a.at, a.operation, a.policy_id, a.policy_name, a.by, a.is_told,
         a.before and a.before.row["state"], a.after and a.after.row["state"])
        for a in audits.policies
    ]  # fmt: skip


EXPECTED = [
    (at(5), "update", BLOCK, "Block legacy", "admin@contoso.example", True, "enabled", "disabled")
]
LOG_ANALYTICS = {
    "TimeGenerated": "2026-03-05T12:00:00.0000000Z",
    "ActivityDateTime": "2026-03-05T12:00:00Z",
    "OperationName": "Update Conditional Access policy",
    "Result": "success",
    "Id": "Directory_1",
    "InitiatedBy": CHANGE["initiatedBy"],
    "TargetResources": CHANGE["targetResources"],
}
DIAGNOSTIC = {
    "time": "2026-03-05T12:00:03Z",
    "category": "AuditLogs",
    "operationName": "Update conditional access policy",
    "resultSignature": "None",
    "properties": CHANGE,
}
AS_TEXT = LOG_ANALYTICS | {
    name: json.dumps(LOG_ANALYTICS[name]) for name in ("InitiatedBy", "TargetResources")
}
TWICE = audit(
    at(5), json.dumps(json.dumps(policy())), json.dumps(json.dumps(policy(state="disabled")))
)
POWERSHELL = {
    "Id": "Directory_1",
    "ActivityDateTime": {"value": "\\/Date(1772712000000)\\/", "DateTime": "5. Maerz 2026"},
    "ActivityDisplayName": "Update conditional access policy",
    "Result": "success",
    "InitiatedBy": {
        "App": {"DisplayName": None},
        "User": {"UserPrincipalName": "admin@contoso.example"},
    },
    "TargetResources": [
        {
            "Id": BLOCK,
            "DisplayName": "Block legacy",
            "ModifiedProperties": [
                {
                    "DisplayName": "ConditionalAccessPolicy",
                    "OldValue": json.dumps(policy()),
                    "NewValue": json.dumps(policy(state="disabled")),
                }
            ],
        }
    ],
}
CSV_TARGETS = json.dumps(CHANGE["targetResources"]).replace('"', '""')
CSV = (
    "\ufeffTimeGenerated [UTC],OperationName,Result,InitiatedBy,TargetResources\r\n"
    '"3/5/2026, 12:00:00.000 PM",Update conditional access policy,success,'
    '"{""user"":{""userPrincipalName"":""admin@contoso.example""}}","' + CSV_TARGETS + '"\r\n'
)


@pytest.mark.parametrize(
    "content",
    [
        {"@odata.context": "x", "value": [CHANGE]},
        [CHANGE],
        json.dumps(CHANGE) + "\n",
        [CHANGE, CHANGE],
        DIAGNOSTIC,
        {"records": [DIAGNOSTIC]},
        LOG_ANALYTICS,
        AS_TEXT,
        [TWICE],
        [POWERSHELL],
        CSV,
        [CHANGE | {"activityDisplayName": "UPDATE  Conditional Access Policy"}],
        [CHANGE | {"activityDisplayName": "Update policy"}],
    ],
    ids=[
        "page", "array", "lines", "twice", "diagnostic", "event hub", "log analytics",
        "log analytics as text", "double JSON", "powershell", "csv", "another case", "old name",
    ],
)  # fmt: skip
def test_one_change_in_any_shape_is_one_change(content):
    assert told(read_audits([file(content)])) == EXPECTED


@pytest.mark.parametrize(
    "content",
    [
        [CHANGE | {"result": "failure"}],
        [CHANGE | {"activityDisplayName": "Update policy", "targetResources": [{"id": "x"}]}],
        [CHANGE | {"activityDisplayName": "Update user"}],
        [CHANGE | {"activityDateTime": "nonsense"}],
        {"value": []},
    ],
    ids=["failed", "another policy", "another operation", "no time", "empty page"],
)
def test_what_changed_no_policy_is_no_change(content):
    assert told(read_audits([file(content)])) == []


def test_values_cut_short_are_not_told():
    cut = json.dumps(policy())[:60]

    found = read_audits([file([audit(at(5), cut, cut), audit(at(6), None, None)])])

    assert [(a.before, a.after, a.is_told) for a in found.policies] == [(None, None, False)] * 2
    assert found.notes == (
        "2 changes of policies without old and new values that can be read: what changed is "
        "told by the audits around, or cannot be told",
    )


def test_parts_that_are_missing_are_not_known():
    found = read_audits([file([audit(at(5), {"id": BLOCK, "STATE": "enabled"}, policy())])])

    assert found.policies[0].before.known == {"state"}
    assert found.policies[0].after.known == {"state", "conditions", "grantcontrols"}


def test_audits_come_in_the_order_of_their_times_and_tell_since_when():
    late, early = audit(at(9), policy(), policy(state="disabled")), audit(at(2), policy(), policy())

    found = read_audits([file([late, early, membership(at(1))])])

    assert [a.at for a in found.policies] == [at(2), at(9)]
    assert (found.first, found.last) == (at(1), at(9))


def test_members_join_and_leave_by_whom():
    found = read_audits([file([membership(at(4)), membership(at(6), BEN, added=False)])])

    assert [(m.at, m.group_id, m.member_id, m.is_added, m.by) for m in found.members] == [
        (at(4), GROUP, AMY, True, "Sync"),
        (at(6), GROUP, BEN, False, "Sync"),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([{"createdDateTime": "2026-03-01T00:00:00Z", "clientAppUsed": "IMAP"}], "a sign-in log"),
        ([{"a": 1}], "no directory audit export"),
        ([CHANGE | {"targetResources": "System.Object[]"}], "cut to 'System.Object[]'"),
        ("", "empty"),
        ('[{"id": ', "not JSON"),
    ],
)
def test_another_file_is_refused_by_name(content, words):
    with pytest.raises(InputError, match=words.replace("[", r"\[").replace("]", r"\]")):
        read_audits([file(content)])


MEMBERS = {GROUP: (Member(AMY, "amy@contoso.example"),)}


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (
            f"GroupId,MemberId,MemberUserPrincipalName\n{GROUP.upper()},{AMY},Amy@contoso.example\n",
            "m.csv",
            GroupMembers(MEMBERS),
        ),
        (
            f"GroupId;MemberId\n{GROUP};{AMY}\n",
            "m.csv",
            GroupMembers({GROUP: (Member(AMY, None),)}),
        ),
        (
            f"GroupId,MemberUserPrincipalName\n{GROUP},amy@contoso.example\n",
            "m.csv",
            GroupMembers({GROUP: (Member(None, "amy@contoso.example"),)}),
        ),
        (
            [{"id": GROUP, "displayName": "Pilot",
              "members": [{"id": AMY, "userPrincipalName": "amy@contoso.example"}]}],
            "m.json",
            GroupMembers(MEMBERS, {GROUP: "Pilot"}),
        ),
        ([{"id": GROUP, "members": []}], "m.json", GroupMembers({GROUP: ()})),
        (
            [{"groupId": GROUP, "id": AMY, "userPrincipalName": "amy@contoso.example"}],
            "m.json",
            GroupMembers(MEMBERS),
        ),
        (
            {"value": [{"id": AMY, "userPrincipalName": "amy@contoso.example"}]},
            f"members-{GROUP}.json",
            GroupMembers(MEMBERS),
        ),
        ({"value": []}, f"{GROUP}.json", GroupMembers({GROUP: ()})),
        (
            {"value": [{"@odata.type": "#microsoft.graph.group", "id": BEN}]},
            f"{GROUP}.json",
            GroupMembers({GROUP: ()}, partial=frozenset([GROUP])),
        ),
        (
            [{"id": GROUP, "members": [{"id": f"{n:x}"} for n in range(20)]}],
            "m.json",
            GroupMembers(
                {GROUP: tuple(Member(f"{n:x}", None) for n in range(20))},
                partial=frozenset([GROUP]),
            ),
        ),
    ],
    ids=[
        "csv", "semicolons", "names only", "expanded", "expanded, empty", "rows", "page",
        "empty page",
        "group in group", "as many as Graph expands",
    ],
)  # fmt: skip
def test_members_in_any_shape(content, name, expected):
    assert read_groups([file(content, name)]) == expected


@pytest.mark.parametrize(
    ("content", "name"),
    [("A,B\n1,2\n", "m.csv"), ({"value": [{"id": AMY}]}, "members.json"), ("[]", "members.json")],
)
def test_members_of_no_group_are_refused(content, name):
    with pytest.raises(InputError, match="who is in which group"):
        read_groups([file(content, name)])

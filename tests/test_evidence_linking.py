"""Evidence joined to people, and the hint of a wrong zone."""

# ruff: noqa: E501 - exports as they are

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.evidence import (
    EvidenceFile,
    EvidenceFiles,
    MapiState,
    link,
    load_evidence,
    zone_offset_hint,
    zone_offset_sentence,
)
from analyzer.evidence.access import GroupRight, SharedNameRight
from analyzer.evidence.frames import frame
from analyzer.identity import People
from analyzer.schema.evidence import CUTOVERS

AT = datetime(2026, 3, 3, 0, 5, 11, tzinfo=UTC)
AMY, BOB, CY = (f"aaaaaaaa-0000-0000-0000-00000000000{n}" for n in (1, 2, 3))
SEEN = pd.DataFrame(
    [(AMY, "amy@contoso.example", "Amy Adler", AT), (BOB, "bob@contoso.example", "Bob Brown", AT),
     (CY, "cy@contoso.example", "Cy Cole", AT)],
    columns=["user_id", "user_principal_name", "user_display_name", "last_seen"],
)  # fmt: skip

MOVES = """MailboxIdentity;DisplayName;Alias;ExchangeGuid;Status;Flags;BatchName;CompletionTimestamp
contoso.example/Users/Amy 12;Amy Adler;amy;11111111-1111-1111-1111-111111111111;Completed;CrossOrg, Pull;Wave 1;2026-03-03T00:05:11Z
contoso.example/Users/Cy;Cy Cole;cy;33333333-3333-3333-3333-333333333333;Completed;CrossOrg, Pull, MoveOnlyArchiveMailbox;Wave 1;2026-03-03T00:05:11Z
contoso.example/Users/Shared;Team;team;44444444-4444-4444-4444-444444444444;Completed;CrossOrg, Pull;Wave 1;2026-03-03T00:05:11Z
"""
RECIPIENTS = """DisplayName;Alias;SamAccountName;PrimarySmtpAddress;UserPrincipalName;ExchangeGuid;RecipientTypeDetails;GrantSendOnBehalfTo
Amy Adler;amy;amy;amy.adler@contoso.example;amy@contoso.example;11111111-1111-1111-1111-111111111111;UserMailbox;contoso.example/Users/Cy
Bob Brown;bob;bobb;bob@contoso.example;bob@contoso.example;22222222-2222-2222-2222-222222222222;UserMailbox;
Cy Cole;cy;cy;cy@contoso.example;cy@contoso.example;33333333-3333-3333-3333-333333333333;UserMailbox;
Team;team;team;team@contoso.example;team@contoso.example;44444444-4444-4444-4444-444444444444;SharedMailbox;
Sales;sales;sales;sales@contoso.example;;;MailUniversalSecurityGroup;
"""
PERMISSIONS = """Identity;User;AccessRights;IsInherited;Deny
contoso.example/Users/Amy 12;CONTOSO\\bobb;FullAccess;False;False
contoso.example/Users/Shared;cy@contoso.example;FullAccess;False;False
contoso.example/Users/Shared;CONTOSO\\sales;FullAccess;False;False
contoso.example/Users/Shared;CONTOSO\\gone;FullAccess;False;False
contoso.example/Users/Nobody;CONTOSO\\bobb;FullAccess;False;False
contoso.example/Users/Amy 12;CONTOSO\\amy;FullAccess;False;False
"""
FOLDERS = """Identity;User;AccessRights
amy.adler@contoso.example:\\Calendar;Cy Cole;Editor
"""
CAS = """DisplayName;SamAccountName;MapiHttpEnabled
Amy Adler;amy;
Bob Brown;bobb;True
Stranger;stranger;False
"""
ORG = "MapiHttpEnabled : False\n"


def linked(**texts):
    files = {
        role: tuple(EvidenceFile(f"{role}{n}", text.encode()) for n, text in enumerate(many, 1))
        for role, many in texts.items()
    }
    evidence = load_evidence(EvidenceFiles(**files), moves_timezone=None, date_order=None)
    return link(evidence, People.build(SEEN, evidence.recipients, evidence.moves))


@pytest.fixture(scope="module")
def everything():
    return linked(
        moves=[MOVES],
        recipients=[RECIPIENTS],
        permissions=[PERMISSIONS, FOLDERS],
        cas_mailboxes=[CAS],
        org_config=[ORG],
    )


def plain(table, *columns):
    return sorted(tuple(row) for row in table[list(columns)].itertuples(index=False))


def test_cutovers_are_of_completed_primary_mailboxes_only(everything):
    columns = ("person_key", "mailbox_upn", "mailbox_smtp", "joined_by", "completed_at", "batch")

    assert plain(everything.cutovers, *columns) == [
        (AMY, "amy@contoso.example", "amy.adler@contoso.example", "ExchangeGuid", AT, "Wave 1"),
        ("team@contoso.example", "team@contoso.example", "team@contoso.example", "ExchangeGuid",
         AT, "Wave 1"),
    ]  # fmt: skip
    assert plain(everything.moves_all, "person_key", "is_cutover") == [
        (AMY, True),
        (CY, False),
        ("team@contoso.example", True),
    ]


def test_rights_join_both_ends_and_say_how(everything):
    columns = ("delegate_key", "owner_key", "kind", "opens_mailbox", "joined_by_delegate",
               "joined_by_owner")  # fmt: skip

    assert plain(everything.access, *columns) == sorted(
        [
            (BOB, AMY, "mailbox", True, "DOMAIN\\sam", "canonical name"),
            (CY, "team@contoso.example", "mailbox", True, "UPN", "canonical name"),
            (CY, AMY, "folder", True, "display name", "SMTP address"),
            (CY, AMY, "send-on-behalf", False, "canonical name", "UPN"),
        ]
    )


def test_what_joined_nobody_is_reported_with_its_place(everything):
    assert [(u.what, u.name, u.reason, u.path, u.line) for u in everything.unresolved] == [
        ("permission-trustee", "CONTOSO\\sales", "group", "permissions1", 4),
        ("permission-trustee", "CONTOSO\\gone", "unknown", "permissions1", 5),
        ("permission-mailbox", "contoso.example/Users/Nobody", "unknown", "permissions1", 6),
        ("cas-mailbox", "Stranger", "unknown", "cas_mailboxes1", 4),
    ]
    assert everything.counts["unresolved_permission_trustee_group"] == 1
    assert any("is a group, whose members are not known" in note for note in everything.notes)


@pytest.mark.parametrize(
    ("trustee", "candidates"),
    [
        ("Dan Lee", ("dan1@contoso.example", "dan2@contoso.example")),
        ("contoso.example/Users/Dan Lee 7", ("dan1@contoso.example", "dan2@contoso.example")),
        ("contoso.example/Users/Eve Moss 7", ("eve@contoso.example",)),
        ("contoso.example/Users/Dan Leeds 7", ()),
        ("contoso.example/Groups/Sales 7", ()),
        ("Eve Moss 7", ()),
    ],
    ids=["display name", "common name", "of one", "another", "a group", "no canonical name"],
)
def test_a_right_of_a_name_like_some_peoples_is_kept_for_each_of_them(trustee, candidates):
    recipients = """DisplayName;PrimarySmtpAddress;UserPrincipalName;RecipientTypeDetails
Dan Lee;dan1@contoso.example;dan1@contoso.example;UserMailbox
Dan Lee;dan2@contoso.example;dan2@contoso.example;UserMailbox
Eve Moss;eve@contoso.example;eve@contoso.example;UserMailbox
Sales;sales@contoso.example;;MailUniversalSecurityGroup
"""
    folders = f"Identity;User;AccessRights\namy@contoso.example:\\Calendar;{trustee};Editor\n"

    found = linked(recipients=[recipients], permissions=[folders])

    right = SharedNameRight(AMY, trustee, "Editor", opens_mailbox=True, candidates=candidates)
    group = GroupRight(AMY, trustee, "Editor")
    assert (found.shared_names, found.through_groups, list(found.access["right"])) == (
        ((right,), (), []) if candidates else ((), (group,), [])
    )


def test_the_mailboxs_own_setting_wins_and_a_blank_inherits(everything):
    assert everything.mapi_of(AMY) == MapiState("off", "organisation")
    assert everything.mapi_of(BOB) == MapiState("on", "mailbox")
    assert everything.mapi[CY] == MapiState("off", "organisation")


# (CAS export, organisation, what is known of Amy and Bob)
UNKNOWN = MapiState("unknown", "none")
MAPI = [
    ([CAS], [], UNKNOWN, MapiState("on", "mailbox")),
    ([], [ORG], MapiState("off", "organisation"), MapiState("off", "organisation")),
    ([], [], UNKNOWN, UNKNOWN),
    ([CAS], ["IsDehydrated : False\n"], UNKNOWN, MapiState("on", "mailbox")),
]


@pytest.mark.parametrize(("cas", "org", "amy", "bob"), MAPI)
def test_a_missing_export_is_unknown_never_off(cas, org, amy, bob):
    found = linked(recipients=[RECIPIENTS], cas_mailboxes=cas, org_config=org)

    assert (found.mapi_of(AMY), found.mapi_of(BOB)) == (amy, bob)


def test_nothing_given_gives_empty_tables_with_all_columns():
    found = linked()

    assert [len(t) for t in (found.cutovers, found.moves_all, found.access)] == [0, 0, 0]
    assert list(found.cutovers.columns) == [column.name for column in CUTOVERS]
    assert {"person_key", "joined_by", "is_cutover", "not_cutover_reason"} <= set(
        found.moves_all.columns
    )
    assert (found.mapi, found.unresolved, found.notes) == ({}, (), ())


def test_without_recipients_weak_joins_are_said():
    found = linked(moves=[MOVES], permissions=[PERMISSIONS])

    assert plain(found.cutovers, "person_key", "joined_by") == [
        (AMY, "alias = local part of UPN"),
        ("mailbox:44444444-4444-4444-4444-444444444444", "move record only"),
    ]
    assert any("no recipient export was given" in note for note in found.notes)
    assert ("move", "contoso.example/users/shared", "unknown") in [
        (u.what, u.name, u.reason) for u in found.unresolved
    ]
    # The delegate of a mailbox that nobody can name still finds its move.
    assert ("mailbox:44444444-4444-4444-4444-444444444444", CY) in plain(
        found.access, "owner_key", "delegate_key"
    )


def test_of_two_cutovers_the_latest_counts_and_a_coarse_one_only_alone():
    again = MOVES + (
        "contoso.example/Users/Amy 12;Amy Adler;amy;11111111-1111-1111-1111-111111111111;"
        "Completed;CrossOrg, Pull;Wave 0;2026-01-01T00:00:00Z\n"
    )
    users = "Identity,BatchId,Status\namy@contoso.example,Wave 9,Completed\n"
    batch = "Identity,BatchDirection,FinalizedDateTimeUTC\nWave 9,Onboarding,2026-03-05 00:00\n"

    found = linked(moves=[again, users, batch], recipients=[RECIPIENTS])

    amy = found.cutovers[found.cutovers["person_key"] == AMY]
    assert plain(amy, "completed_at", "is_coarse", "batch") == [(AT, False, "Wave 1")]
    assert len(found.moves_all) == 5


# --- zone hint ---

HOUR = timedelta(hours=1)


def cutovers(number, **changed):
    row = {"completed_at": AT, "is_coarse": False, "joined_by": "x", "source_file": "m"}
    return frame([{**row, "person_key": str(n), **changed} for n in range(number)], CUTOVERS)


def onsets(*leads):
    """First failures that lead the cut-over by so many hours; None is no failure."""
    rows = [(str(n), pd.NaT if lead is None else AT - lead * HOUR) for n, lead in enumerate(leads)]
    table = pd.DataFrame(rows, columns=["person_key", "first_block_at"])
    return table.assign(first_block_at=pd.to_datetime(table["first_block_at"], utc=True))


# (leads in hours, what is seen)
HINTS = [
    ([4.9, 4.8, 4.5], (5, 3)),
    ([4.9, 4.8, 4.5, 2.0, -3.0], (5, 3)),  # some start Outlook later
    ([5.03, 4.9, 4.8], (5, 3)),  # a little early
    ([9.9, 9.7, 9.4, 9.3, None], (10, 4)),
    ([0.9, 0.7, 0.5], (1, 3)),
    ([4.9, 4.8], None),  # two people
    ([4.9, 4.8, 4.5, -1, -2, -3, -4], None),  # less than half
    ([-0.1, -0.2, -5], None),  # as it should be
    ([0.05, 0.03, 0.02], None),  # minutes early is no zone
    ([300, 301, 302], None),  # failing for weeks is no zone
    ([4.9, 3.5, 1.2, 7.7], None),  # no common hour
    ([], None),
    ([None, None, None], None),
]


@pytest.mark.parametrize(("leads", "expected"), HINTS)
def test_a_constant_lead_of_many_people_is_seen(leads, expected):
    assert zone_offset_hint(onsets(*leads), cutovers(len(leads))) == expected


def test_coarse_times_tell_nothing_of_the_zone():
    assert zone_offset_hint(onsets(4.9, 4.8, 4.5), cutovers(3, is_coarse=True)) is None


def test_the_sentence_says_by_how_much():
    assert zone_offset_sentence(5, 12) == (
        "The time zone of the moves looks wrong by 5 hours: the failures of 12 people begin "
        "5 hours before their mailbox moved. Check --moves-timezone."
    )


@settings(deadline=None, max_examples=50)
@given(
    st.integers(1, 14),
    st.lists(st.floats(0.01, 0.85), min_size=3, max_size=8),
)
def test_any_whole_offset_is_found(hours, delays):
    leads = [hours - delay for delay in delays]

    assert zone_offset_hint(onsets(*leads), cutovers(len(leads))) == (hours, len(leads))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(-400, 0), max_size=8))
def test_failures_after_the_move_never_give_a_hint(leads):
    assert zone_offset_hint(onsets(*leads), cutovers(len(leads))) is None

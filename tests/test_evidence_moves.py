"""Mailbox moves: which export, which time, which of them is a cut-over."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pandas as pd
import pytest

from analyzer.errors import InputError, UsageError
from analyzer.evidence import EvidenceFile, EvidenceFiles, load_evidence

AMY, BOB = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
AT = datetime(2026, 3, 3, 0, 5, 11, tzinfo=UTC)
AT_TEXT = "2026-03-03T00:05:11Z"


def load(*contents, zone=None, order=None):
    files = [
        EvidenceFile(f"moves{number}.csv", text if isinstance(text, bytes) else text.encode())
        for number, text in enumerate(contents, start=1)
    ]
    return load_evidence(EvidenceFiles(moves=tuple(files)), moves_timezone=zone, date_order=order)


def rows(evidence, *columns):
    picked = evidence.moves[list(columns)].astype(object)
    return [tuple(row) for row in picked.itertuples(index=False)]


def csv(columns, *lines):
    return "\r\n".join([columns, *lines]) + "\r\n"


# (columns beside ExchangeGuid and CompletionTimestamp, their values, reason; None is a cut-over)
CLASSES = [
    ("Status", "Completed", None),
    ("Status", "completed", None),
    ("Status", "CompletedWithWarning", None),
    ("Status", "CompletedWithWarnings", None),
    ("Status", "CompletedWithSkippedItems", None),
    ("Status", "10", None),
    ("Status", "11", None),
    ("Status", "Abgeschlossen", None),  # an unknown word with a completion time is no "no"
    ("Status", "Synced", "unfinished"),
    ("Status", "AutoSuspended", "unfinished"),
    ("Status", "InProgress", "unfinished"),
    ("Status", "CompletionInProgress", "unfinished"),
    ("Status", "2", "unfinished"),
    ("Status", "Failed", "failed"),
    ("Status", "99", "failed"),
    ("Status;Flags", "Completed;CrossOrg, Pull", None),
    ("Status;Flags", "Completed;9", None),
    ("Status;Flags", "Completed;CrossOrg, Pull, SuspendWhenReadyToComplete", None),
    ("Status;Flags", "Completed;CrossOrg, Pull, MoveOnlyPrimaryMailbox", None),
    ("Status;Flags", "Completed;CrossOrg, Pull, MoveOnlyArchiveMailbox", "archive-only"),
    ("Status;Flags", "Completed;2057", "archive-only"),
    ("Status;Flags", "Completed;IntraOrg, Pull", "intra-organisation"),
    ("Status;Flags", "Completed;10", "intra-organisation"),
    ("Status;RequestStyle", "Completed;IntraOrg", "intra-organisation"),
    ("Status;Flags", "Completed;CrossOrg, Push", "offboarding"),
    ("Status;Direction", "Completed;Push", "offboarding"),
    ("Status;Direction", "Completed;Offboarding", "offboarding"),
    ("Status;Direction", "Completed;Onboarding", None),
    # Taken on premises, the remote host is the cloud: a push is the way in.
    ("Status;Flags;RemoteHostName", "Completed;CrossOrg, Push;outlook.office365.com", None),
    ("Status;Flags;RemoteHostName", "Completed;CrossOrg, Pull;mail.contoso.example", None),
    ("Status;Flags;RemoteHostName", "Completed;CrossOrg, Pull;outlook.office365.com",
     "offboarding"),
    ("Status;Flags;RemoteHostName", "Completed;CrossOrg, Push;mail.contoso.example",
     "offboarding"),
    ("Status;Flags;TargetDeliveryDomain", "Completed;CrossOrg, Push;contoso.mail.onmicrosoft.com",
     None),
    ("Status;Flags;SourceServer;TargetServer",
     "Completed;CrossOrg, Pull;ex01.contoso.example;AM0P1.eurprd01.prod.outlook.com", None),
    ("Status;Flags;SourceServer;TargetServer",
     "Completed;Pull;DB1.prod.outlook.com;AM0P1.prod.outlook.com", "intra-organisation"),
    ("Status;ArchiveOnly", "Completed;True", "archive-only"),
    ("DisplayName", "Amy", None),  # no status at all: a completion time says it was completed
]  # fmt: skip


@pytest.mark.parametrize(("columns", "values", "reason"), CLASSES)
def test_a_move_is_a_cutover_or_says_why_not(columns, values, reason):
    text = csv(f"ExchangeGuid;CompletionTimestamp;{columns}", f"{AMY};{AT_TEXT};{values}")

    evidence = load(text)

    (row,) = rows(evidence, "is_cutover", "not_cutover_reason", "completed_at")
    assert row == (reason is None, reason, AT)
    name = f"moves_{(reason or 'cutover').replace('-', '_')}"
    assert evidence.counts[name] == 1
    assert sum(v for k, v in evidence.counts.items() if k not in {"moves_read", name}) == 0


STATISTICS = csv(
    "MailboxIdentity,DistinguishedName,DisplayName,Alias,ExchangeGuid,Status,Flags,Direction,"
    "BatchName,RemoteHostName,RecipientTypeDetails,QueuedTimestamp,StartTimestamp,"
    "CompletionTimestamp",
    f'contoso.example/Users/Amy 12,"CN=Amy 12,CN=Users,DC=contoso,DC=example",Amy Adler,Amy,{AMY},'
    'Completed,"CrossOrg, Pull",Pull,MigrationService:Wave 1,mail.contoso.example,UserMailbox,'
    "3/1/2026 8:00:00 AM,3/1/2026 9:00:00 AM,3/2/2026 7:05:11 PM",
)


def test_a_full_statistics_row_is_read_whole():
    evidence = load(STATISTICS, zone="America/Toronto", order="mdy")

    (row,) = evidence.moves.astype(object).to_dict("records")
    assert {name: None if pd.isna(cell) else cell for name, cell in row.items()} == {
        "identity": "contoso.example/users/amy 12",
        "display_name": "Amy Adler",
        "alias": "amy",
        "exchange_guid": AMY,
        "distinguished_name": "cn=amy 12,cn=users,dc=contoso,dc=example",
        "email": None,
        "user_principal_name": None,
        "object_id": None,
        "status": "Completed",
        "status_class": "completed",
        "completed_at": AT,
        "is_coarse": False,
        "batch": "Wave 1",
        "direction": "onboarding",
        "flags": "CrossOrg, Pull",
        "recipient_type": "UserMailbox",
        "is_cutover": True,
        "not_cutover_reason": None,
        "queued_at": datetime(2026, 3, 1, 13, tzinfo=UTC),
        "started_at": datetime(2026, 3, 1, 14, tzinfo=UTC),
        "source_file": "moves1.csv",
        "source_line": 2,
    }
    assert (evidence.notes, evidence.rejects) == ((), ())


def test_the_zone_is_asked_for_only_where_a_time_lacks_it():
    with pytest.raises(UsageError) as caught:
        load(STATISTICS, order="mdy")

    assert caught.value.exit_code == 2
    assert (caught.value.source, caught.value.line) == ("moves1.csv", 2)
    assert "'3/2/2026 7:05:11 PM'" in caught.value.problem
    for words in ("--moves-timezone", "Get-TimeZone", "UserTimeZone", "America/Toronto"):
        assert words in caught.value.remedy


# (columns, values) of exports that carry the zone, or have no time that matters
ZONED = [
    ("Alias,CompletionTimestamp", f"amy,{AT_TEXT}"),
    (
        "Alias,CompletionTimestamp,CompletionTimestampUTC",
        "amy,3/2/2026 7:05 PM,2026-03-03 00:05:11",
    ),
    ("Alias,CompletionTimestamp (UTC)", "amy,2026-03-03 00:05:11"),
    ("Alias,CompletionTimestamp", "amy,/Date(1772496311000)/"),
]


@pytest.mark.parametrize(("columns", "values"), ZONED)
def test_an_export_that_carries_the_zone_needs_none(columns, values):
    assert rows(load(csv(columns, values)), "completed_at") == [(AT,)]


def test_unfinished_moves_need_neither_zone_nor_order():
    text = csv("Alias,Status,QueuedTimestamp,PercentComplete", "amy,Synced,3/2/2026 7:05 PM,95")

    assert rows(load(text), "not_cutover_reason", "queued_at") == [("unfinished", pd.NaT)]


def test_the_order_is_asked_for_where_no_date_of_the_file_decides():
    text = csv("Alias,Status,CompletionTimestamp", "amy,Completed,3/2/2026 7:05:11 PM")

    with pytest.raises(UsageError, match="day or the month cannot be told") as caught:
        load(text, zone="UTC")

    assert "--date-order dmy" in caught.value.remedy
    assert (caught.value.source, caught.value.line) == ("moves1.csv", 2)


def test_the_order_is_told_by_any_date_column_of_the_same_file_only():
    decided = csv(
        "Alias,Status,QueuedTimestamp,CompletionTimestamp",
        "amy,Completed,2/25/2026 1:00 PM,3/2/2026 7:05:11 PM",
    )
    undecided = csv("Alias,Status,CompletionTimestamp", "bob,Completed,3/2/2026 7:05:11 PM")

    assert rows(load(decided, zone="America/Toronto"), "completed_at") == [(AT,)]
    with pytest.raises(UsageError, match="cannot be told"):
        load(decided, undecided, zone="America/Toronto")


def test_each_file_has_its_own_order():
    american = csv("Alias,Status,CompletionTimestamp", "amy,Completed,3/25/2026 12:00 PM")
    german = csv("Alias;Status;CompletionTimestamp", "bob;Completed;25.03.2026 12:00")

    evidence = load(american, german, zone="UTC")

    noon = datetime(2026, 3, 25, 12, tzinfo=UTC)
    assert rows(evidence, "alias", "completed_at") == [("amy", noon), ("bob", noon)]


def test_the_files_own_dates_overrule_a_wrong_order_and_say_so():
    text = csv("Alias,Status,CompletionTimestamp", "amy,Completed,3/25/2026 12:00 PM")

    evidence = load(text, zone="UTC", order="dmy")

    assert rows(evidence, "completed_at") == [(datetime(2026, 3, 25, 12, tzinfo=UTC),)]
    assert "--date-order dmy was not used" in evidence.notes[0]


def test_rows_of_two_cultures_in_one_file_are_refused_by_line():
    text = csv(
        "Alias,Status,CompletionTimestamp",
        "amy,Completed,3/25/2026 12:00 PM",
        "bob,Completed,25/3/2026 12:00 PM",
    )

    with pytest.raises(InputError, match=r"line 3.*line 2"):
        load(text, zone="UTC")


def test_a_value_that_is_no_time_costs_that_value_only():
    text = csv(
        "Alias,Status,CompletionTimestamp",
        f"amy,Completed,{AT_TEXT}",
        "bob,Completed,yesterday",
        "",
    )

    evidence = load(text)

    assert rows(evidence, "alias", "not_cutover_reason") == [
        ("amy", None),
        ("bob", "no-completion-time"),
    ]
    (reject,) = evidence.rejects
    assert (reject.path, reject.line, reject.text) == ("moves1.csv", 3, "yesterday")
    assert any("moves1.csv:3" in note for note in evidence.notes)


def test_a_row_without_a_name_is_rejected():
    evidence = load(csv("Alias,Status,CompletionTimestamp", f",Completed,{AT_TEXT}"))

    assert len(evidence.moves) == 0
    assert evidence.rejects[0].reason == "the row names no mailbox"


REQUEST = csv(
    "DisplayName,Alias,ExchangeGuid,Status,Flags,BatchName,RequestStyle",
    f'Amy Adler,amy,{AMY},Completed,"CrossOrg, Pull",MigrationService:Wave 1,CrossOrg',
)
USERS = csv(
    "Identity,BatchId,Status,StatusSummary,MailboxGuid",
    f"Amy@contoso.example,Wave 1,CompletedWithWarnings,Failed,{AMY}",
    f"bob@contoso.example,Wave 2,Completed,Completed,{BOB}",
    "cy@contoso.example,Wave 2,Synced,Synced,",
)
BATCHES = csv(
    "Identity,Status,BatchDirection,FinalizedDateTime,FinalizedDateTimeUTC",
    "Wave 1,Completed,Onboarding,3/2/2026 7:00 PM,2026-03-03 00:00:00",
    "Wave 2,Completed,Onboarding,3/2/2026 7:00 PM,2026-03-03 00:00:00",
)
COARSE = datetime(2026, 3, 3, tzinfo=UTC)


def test_requests_and_users_alone_have_no_time():
    evidence = load(REQUEST, USERS)

    assert rows(evidence, "exchange_guid", "not_cutover_reason") == [
        (AMY, "no-completion-time"),
        (BOB, "no-completion-time"),
        (None, "unfinished"),
    ]
    assert "Get-MigrationBatch" in evidence.notes[0]


def test_the_batch_gives_its_users_a_coarse_time():
    evidence = load(USERS, BATCHES)

    columns = ("email", "completed_at", "is_coarse", "is_cutover", "status", "direction")
    assert rows(evidence, *columns) == [
        ("amy@contoso.example", COARSE, True, True, "CompletedWithWarnings", "onboarding"),
        ("bob@contoso.example", COARSE, True, True, "Completed", "onboarding"),
        ("cy@contoso.example", pd.NaT, False, False, "Synced", "onboarding"),
    ]
    assert evidence.notes[0].startswith("2 cut-over times are coarse")


def test_the_mailboxs_own_time_beats_the_batchs_whatever_the_order_of_files():
    for contents in ([USERS, BATCHES, STATISTICS], [STATISTICS, BATCHES, USERS]):
        evidence = load(*contents, zone="America/Toronto", order="mdy")

        found = {row[0]: row[1:] for row in rows(evidence, "email", "completed_at", "is_coarse",
                                                 "identity")}  # fmt: skip
        assert found["amy@contoso.example"] == (AT, False, "contoso.example/users/amy 12")
        assert found["bob@contoso.example"] == (COARSE, True, "bob@contoso.example")
        assert len(evidence.moves) == 3


def test_a_batch_alone_names_no_mailbox():
    evidence = load(BATCHES)

    assert len(evidence.moves) == 0
    assert "add Get-MigrationUser" in evidence.notes[0]


def test_an_offboarding_batch_makes_its_users_no_cutover():
    evidence = load(USERS, BATCHES.replace("Onboarding", "Offboarding"))

    assert rows(evidence, "not_cutover_reason") == [("offboarding",)] * 3


def test_a_failed_summary_alone_is_not_taken_for_a_failure():
    users = csv("Identity,BatchId,StatusSummary", "amy@contoso.example,Wave 1,Failed")

    evidence = load(users, BATCHES)

    assert rows(evidence, "status_class", "is_cutover") == [("unknown", False)]
    assert any("CompletedWithWarnings" in note for note in evidence.notes)


def test_a_mailbox_that_moved_twice_keeps_both_moves():
    text = csv(
        "ExchangeGuid,Status,Flags,CompletionTimestamp",
        f'{AMY},Completed,"CrossOrg, Pull, MoveOnlyArchiveMailbox",2026-02-01T00:00:00Z',
        f'{AMY},Completed,"CrossOrg, Pull",{AT_TEXT}',
    )

    assert rows(load(text, text), "completed_at", "is_cutover") == [
        (datetime(2026, 2, 1, tzinfo=UTC), False),
        (AT, True),
    ]


JSON_ROW = {
    "DisplayName": "Amy",
    "ExchangeGuid": AMY,
    "Status": 10,
    "Flags": 9,
    "RecipientTypeDetails": 1,
}
# PowerShell 5.1, PowerShell 7 with Kind Utc, and a DateTime object as Add-Member leaves it.
JSON_TIMES = [
    "/Date(1772496311000)/",
    "2026-03-03T00:05:11.0000000Z",
    {"value": "/Date(1772496311000)/", "DisplayHint": 2, "DateTime": "Monday, March 2, 2026"},
]


@pytest.mark.parametrize("time", JSON_TIMES, ids=str)
def test_json_carries_the_zone(time):
    evidence = load(json.dumps([{**JSON_ROW, "CompletionTimestamp": time}]))

    columns = ("status", "completed_at", "is_cutover", "direction")
    assert rows(evidence, *columns) == [("Completed", AT, True, "onboarding")]


def test_an_iso_time_without_zone_needs_one():
    text = json.dumps([{**JSON_ROW, "CompletionTimestamp": "2026-03-02T19:05:11"}])

    with pytest.raises(UsageError, match="name no time zone"):
        load(text)
    assert rows(load(text, zone="America/Toronto"), "completed_at") == [(AT,)]


def test_never_is_no_completion_time():
    text = csv("Alias,Status,CompletionTimestamp", "amy,Completed,12/31/9999 11:59:59 PM")

    evidence = load(text)

    assert rows(evidence, "not_cutover_reason") == [("no-completion-time",)]
    assert evidence.rejects == ()


def test_an_unknown_zone_is_said_before_anything_is_read():
    with pytest.raises(UsageError, match="no IANA name"):
        load("", zone="Toronto/Canada")


PERMISSIONS = "Identity,User,AccessRights\nx,y,FullAccess\n"
RECIPIENTS = "DisplayName,PrimarySmtpAddress,Alias\nAmy,amy@contoso.example,amy\n"
CAS = "DisplayName,MapiHttpEnabled\nAmy,\n"
ORG = "MapiHttpEnabled : False\nIsDehydrated : False\n"
POLICIES = '{"value":[{"id":"1","conditions":{},"grantControls":{}}]}'
SIGNINS = '[{"createdDateTime":"2026-03-03T00:00:00Z","clientAppUsed":"Browser","id":"1"}]'

# (field of EvidenceFiles, flag, what else was given to it, what it looks like, its flag)
WRONG = [
    ("moves", "--moves", PERMISSIONS, "a permission export", "--permissions"),
    ("moves", "--moves", RECIPIENTS, "a recipient export", "--recipients"),
    ("moves", "--moves", CAS, "Get-CASMailbox", "--cas-mailbox"),
    ("moves", "--moves", ORG, "Get-OrganizationConfig", "--org-config"),
    ("moves", "--moves", POLICIES, "Conditional Access policies", "--policies"),
    ("moves", "--moves", SIGNINS, "a sign-in log", "SIGNINS"),
    ("recipients", "--recipients", REQUEST, "Get-MoveRequest", "--moves"),
    ("recipients", "--recipients", STATISTICS, "Get-MoveRequestStatistics", "--moves"),
    ("recipients", "--recipients", USERS, "Get-MigrationUser", "--moves"),
    ("recipients", "--recipients", CAS, "Get-CASMailbox", "--cas-mailbox"),
    ("permissions", "--permissions", BATCHES, "Get-MigrationBatch", "--moves"),
    ("permissions", "--permissions", RECIPIENTS, "a recipient export", "--recipients"),
    ("cas_mailboxes", "--cas-mailbox", RECIPIENTS, "a recipient export", "--recipients"),
    ("cas_mailboxes", "--cas-mailbox", ORG, "Get-OrganizationConfig", "--org-config"),
    ("org_config", "--org-config", CAS, "Get-CASMailbox", "--cas-mailbox"),
    ("org_config", "--org-config", RECIPIENTS, "a recipient export", "--recipients"),
    ("policies", "--policies", CAS, "Get-CASMailbox", "--cas-mailbox"),
    ("policies", "--policies", SIGNINS, "a sign-in log", "SIGNINS"),
]


@pytest.mark.parametrize(("role", "flag", "text", "looks_like", "right"), WRONG)
def test_a_file_under_the_wrong_flag_is_named(role, flag, text, looks_like, right):
    files = EvidenceFiles(**{role: (EvidenceFile("given.csv", text.encode()),)})

    with pytest.raises(InputError) as caught:
        load_evidence(files, moves_timezone=None, date_order=None)

    assert f"looks like {looks_like}" in caught.value.problem
    assert right in caught.value.remedy
    assert caught.value.source == "given.csv"
    assert flag in caught.value.problem


@pytest.mark.parametrize("role", ["moves", "recipients", "permissions", "cas_mailboxes",
                                  "org_config", "policies"])  # fmt: skip
@pytest.mark.parametrize("text", ["Colour,Shape\nred,round\n", "[]", "{}", "just words\n", ""])
def test_a_file_that_is_no_export_says_how_to_make_one(role, text):
    if (role, text) == ("policies", "[]"):
        return  # a tenant may have none: see below
    files = EvidenceFiles(**{role: (EvidenceFile("given.csv", text.encode()),)})

    with pytest.raises(InputError) as caught:
        load_evidence(files, moves_timezone=None, date_order=None)

    assert caught.value.remedy


@pytest.mark.parametrize("text", ["[]", '{"@odata.context": "x", "value": [ ]}'])
def test_a_tenant_may_have_no_policy_at_all(text):
    files = EvidenceFiles(policies=(EvidenceFile("policies.json", text.encode()),))

    found = load_evidence(files, moves_timezone=None, date_order=None)

    assert found.policies is not None
    assert found.policies.empty


# Columns of whole exports, as Exchange writes them (a selection that could mislead).
WHOLE = [
    (
        "recipients",
        "Database,DefaultPublicFolderMailbox,AdminDisplayVersion,MailboxMoveStatus,"
        "MailboxMoveFlags,MailboxMoveBatchName,GrantSendOnBehalfTo,ExchangeGuid,SamAccountName,"
        "UserPrincipalName,DisplayName,Alias,EmailAddresses,PrimarySmtpAddress,RecipientType,"
        "RecipientTypeDetails,WindowsEmailAddress,Identity,Name,DistinguishedName,Guid,"
        "OrganizationId,ExchangeVersion,WhenChanged,LegacyExchangeDN",
    ),
    (
        "cas_mailboxes",
        "EmailAddresses,LegacyExchangeDN,LinkedMasterAccount,PrimarySmtpAddress,SamAccountName,"
        "ServerLegacyDN,ServerName,DisplayName,ActiveSyncEnabled,OWAEnabled,PopEnabled,"
        "ImapEnabled,MAPIEnabled,MapiHttpEnabled,EwsEnabled,Name,DistinguishedName,Identity,Guid,"
        "ExchangeVersion,OrganizationId",
    ),
    (
        "org_config",
        "DefaultPublicFolderMailbox,PublicFoldersEnabled,IsDehydrated,MapiHttpEnabled,"
        "AdminDisplayVersion,LegacyExchangeDN,DisplayName,Name,DistinguishedName,Identity,Guid,"
        "OrganizationId,ExchangeVersion,ObjectVersion",
    ),
    (
        "moves",
        "ExchangeGuid,SourceDatabase,TargetDatabase,SourceArchiveDatabase,TargetArchiveDatabase,"
        "Flags,RemoteHostName,BatchName,Status,RequestStyle,Direction,IsOffline,Protect,Suspend,"
        "Alias,DisplayName,RecipientTypeDetails,Identity,DistinguishedName,Guid,Name,"
        "OrganizationId,ExchangeVersion,WhenChanged",
    ),
    (
        "moves",
        "Identity,Guid,BatchId,MailboxEmailAddress,RecipientType,SkippedItemCount,MailboxGuid,"
        "MailboxLegacyDN,RequestGuid,LastSuccessfulSyncTime,Status,StatusSummary,ErrorSummary",
    ),
    (
        "moves",
        "Identity,BatchGuid,Status,State,BatchDirection,MigrationType,SourceEndpoint,"
        "TargetDeliveryDomain,TotalCount,SyncedCount,FinalizedCount,FailedCount,"
        "CreationDateTime,StartDateTime,StartDateTimeUTC,FinalizedDateTime,FinalizedDateTimeUTC,"
        "CompleteAfter,CompleteAfterUTC,UserTimeZone,SubmittedByUser",
    ),
    (
        "permissions",
        "AccessRights,Deny,InheritanceType,User,UserSid,Identity,IsInherited,IsValid,ObjectState",
    ),
    (
        "permissions",
        "Identity,Trustee,TrusteeSidString,AccessControlType,AccessRights,IsInherited,"
        "InheritanceType",
    ),
    ("permissions", "FolderName,User,AccessRights,SharingPermissionFlags,Identity,IsValid"),
]


@pytest.mark.parametrize(("role", "columns"), WHOLE)
def test_whole_exports_are_recognised_for_what_they_are(role, columns):
    cells = ",".join("x" for _ in columns.split(","))
    text = f"{columns}\n{cells}\n" if role == "org_config" else f"{columns}\n"
    files = EvidenceFiles(**{role: (EvidenceFile("given.csv", text.encode()),)})

    load_evidence(files, moves_timezone=None, date_order=None)


def test_moves_that_are_no_cutover_are_counted_in_a_sentence():
    text = csv(
        "Alias,Status,Flags,CompletionTimestamp",
        f'amy,Completed,"CrossOrg, Pull",{AT_TEXT}',
        f'bob,Completed,"CrossOrg, Pull, MoveOnlyArchiveMailbox",{AT_TEXT}',
        'cy,Failed,"CrossOrg, Pull",',
        'dee,Failed,"CrossOrg, Pull",',
    )

    assert load(text).notes == ("3 of 4 moves are no cut-over: 1 archive-only, 2 failed.",)


def test_two_batches_of_one_mailbox_are_two_moves():
    users = csv(
        "Identity,BatchId,Status,MailboxGuid",
        f"amy@contoso.example,Wave 1,Completed,{AMY}",
        f"amy@contoso.example,Wave 2,Completed,{AMY}",
    )

    assert rows(load(users, BATCHES), "batch", "is_cutover") == [("Wave 1", True), ("Wave 2", True)]

"""Recipients, permissions, MAPI over HTTP, organisation and policies."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from datetime import UTC, datetime

import pandas as pd
import pytest

from analyzer.errors import InputError
from analyzer.evidence import EvidenceFile, EvidenceFiles, load_evidence
from analyzer.evidence.bundle import WOULD_TELL
from analyzer.evidence.recipients import smtp_addresses
from analyzer.sources.evidence_files import read_evidence_files

GUID = "11111111-1111-1111-1111-111111111111"
OBJECT = "aaaaaaaa-1111-1111-1111-111111111111"


def load(role, *texts):
    files = tuple(
        EvidenceFile(f"{role}{number}", text if isinstance(text, bytes) else text.encode())
        for number, text in enumerate(texts, start=1)
    )
    return load_evidence(EvidenceFiles(**{role: files}), moves_timezone=None, date_order=None)


def plain(frame, *columns):
    picked = frame[list(columns) if columns else list(frame.columns)].astype(object)
    return [
        tuple(None if not isinstance(c, tuple) and pd.isna(c) else c for c in row)
        for row in picked.itertuples(index=False)
    ]


# --- recipients ---

ADDRESSES = [
    ("SMTP:Amy@contoso.example smtp:a@contoso.example X500:/o=x", 2),
    ("{SMTP:Amy@contoso.example, smtp:a@contoso.example}", 2),
    ("SMTP:Amy@contoso.example;smtp:a@contoso.example;SIP:amy@contoso.example", 2),
    ("SMTP:Amy@contoso.example|smtp:a@contoso.example", 2),
    ("smtp:a@contoso.example,SMTP:Amy@contoso.example,EUM:123;phone-context=x", 2),
    ("amy@contoso.example, a@contoso.example", 2),
    ("SMTP:Amy@contoso.example\r\nsmtp:a@contoso.example", 2),
    (("SMTP:Amy@contoso.example", "smtp:a@contoso.example", "x500:/o=x"), 2),
    ("Microsoft.Exchange.Data.ProxyAddressCollection", 0),
    ("System.Collections.ArrayList", 0),
    (None, 0),
]


@pytest.mark.parametrize(("cell", "number"), ADDRESSES)
def test_smtp_addresses_come_out_of_any_form(cell, number):
    expected = {"amy@contoso.example", "a@contoso.example"} if number else set()

    assert set(smtp_addresses(cell)) == expected


def test_a_recipient_row_is_read_whole():
    text = (
        "DisplayName,Alias,SamAccountName,PrimarySmtpAddress,UserPrincipalName,"
        "ExternalDirectoryObjectId,ExchangeGuid,Guid,DistinguishedName,Identity,Name,"
        "RecipientTypeDetails,EmailAddresses,LegacyExchangeDN,GrantSendOnBehalfTo\n"
        f"Amy Adler,Amy,CONTOSO\\AAdler,Amy@Contoso.example,AMY@contoso.example,{OBJECT.upper()},"
        f'{{{GUID}}},00000000-0000-0000-0000-000000000000,"CN=Amy,DC=contoso,DC=example",'
        "contoso.example/Amy,Amy,RemoteUserMailbox,SMTP:Amy@contoso.example,/o=X/cn=Amy,"
        '"contoso.example/Bob, contoso.example/Cy"\n'
    )

    evidence = load("recipients", text)

    assert plain(evidence.recipients) == [
        (
            "Amy Adler",
            "amy",
            "aadler",
            "amy@contoso.example",
            "amy@contoso.example",
            OBJECT,
            GUID,
            None,
            "cn=amy,dc=contoso,dc=example",
            "contoso.example/amy",
            "amy",
            "RemoteUserMailbox",
            ("amy@contoso.example",),
            "/o=x/cn=amy",
            ("contoso.example/Bob", "contoso.example/Cy"),
            None,
            "recipients1",
            2,
        )
    ]
    assert evidence.counts == {"recipients_read": 1}


def test_recipients_as_json_of_powershell_and_graph_are_read():
    exchange = {
        "DisplayName": "Amy",
        "PrimarySmtpAddress": {"Address": "amy@contoso.example", "Length": 19},
        "EmailAddresses": [{"ProxyAddressString": "SMTP:amy@contoso.example"}],
        "RecipientTypeDetails": 1024,
        "ExternalDirectoryObjectId": OBJECT,
    }
    graph = {
        "id": OBJECT,
        "displayName": "Amy",
        "userPrincipalName": "amy@contoso.example",
        "mail": "amy@contoso.example",
        "proxyAddresses": ["SMTP:amy@contoso.example"],
    }

    evidence = load("recipients", json.dumps([exchange]), json.dumps({"value": [graph]}))

    columns = ("object_id", "primary_smtp", "email_addresses", "recipient_type")
    assert plain(evidence.recipients, *columns) == [
        (OBJECT, "amy@contoso.example", ("amy@contoso.example",), "MailUniversalSecurityGroup"),
        (OBJECT, "amy@contoso.example", ("amy@contoso.example",), None),
    ]


def test_lost_letters_are_said():
    evidence = load("recipients", "DisplayName,UserPrincipalName\nRen?e,renee@contoso.example\n")

    assert "letters were lost" in evidence.notes[0]


# --- permissions ---

MAILBOX = "contoso.example/Users/Amy 12"
# (columns, values) -> (kind, opens_mailbox) or why it was dropped
RIGHTS = [
    ("Identity;User;AccessRights", f"{MAILBOX};CONTOSO\\bob;FullAccess", ("mailbox", True)),
    ("Identity;User;AccessRights", f"{MAILBOX};CONTOSO\\bob;{{FullAccess}}", ("mailbox", True)),
    ("Identity;User;AccessRights", f"{MAILBOX};CONTOSO\\bob;FullAccess, ReadPermission",
     ("mailbox", True)),
    ("Identity;User;AccessRights", f"{MAILBOX};CONTOSO\\bob;FullAccess ReadPermission",
     ("mailbox", True)),
    ("Identity;User;AccessRights", f"{MAILBOX};CONTOSO\\bob;1", ("mailbox", True)),
    ("Identity;User;AccessRights", f"{MAILBOX};CONTOSO\\bob;ReadPermission", ("mailbox", False)),
    ("Identity;User;AccessRights;IsInherited;Deny",
     f"{MAILBOX};CONTOSO\\bob;FullAccess;False;False", ("mailbox", True)),
    ("Identity;Trustee;AccessControlType;AccessRights",
     f"{MAILBOX};bob@contoso.example;Allow;SendAs", ("recipient", False)),
    ("Identity;User;ExtendedRights;Deny", f"{MAILBOX};CONTOSO\\bob;Send-As;False",
     ("recipient", False)),
    ("Identity;User;AccessRights;ExtendedRights", f"{MAILBOX};CONTOSO\\bob;ExtendedRight;Send-As",
     ("recipient", False)),
    ("Mailbox;FolderName;User;AccessRights", f"{MAILBOX};Calendar;Bob;Editor", ("folder", True)),
    ("Mailbox;FolderName;User;AccessRights", f"{MAILBOX};Kalender;Bob;Reviewer", ("folder", True)),
    ("Mailbox;FolderName;User;AccessRights", f"{MAILBOX};Calendar;Bob;AvailabilityOnly",
     ("folder", False)),
    ("Mailbox;FolderName;User;AccessRights", f"{MAILBOX};Calendar;Bob;Contributor",
     ("folder", False)),
    ("Mailbox;FolderName;User;AccessRights", f"{MAILBOX};Calendar;Bob;ReadItems, FolderVisible",
     ("folder", True)),
    # Dropped and counted.
    ("Identity;User;AccessRights", f"{MAILBOX};NT AUTHORITY\\SELF;FullAccess", "self"),
    ("Identity;User;AccessRights", f"{MAILBOX};S-1-5-21-1-2-3-1105;FullAccess", "orphaned"),
    ("Identity;User;AccessRights;IsInherited", f"{MAILBOX};CONTOSO\\bob;FullAccess;True",
     "inherited"),
    ("Identity;User;AccessRights;Deny", f"{MAILBOX};CONTOSO\\bob;FullAccess;True", "denied"),
    ("Identity;Trustee;AccessControlType;AccessRights", f"{MAILBOX};bob;Deny;SendAs", "denied"),
    ("Identity;User;AccessRights", f"{MAILBOX};CONTOSO\\Discovery Management;FullAccess",
     "system"),
    ("Identity;User;AccessRights", f"{MAILBOX};NT AUTHORITY\\SYSTEM;FullAccess", "system"),
    ("Mailbox;FolderName;User;AccessRights", f"{MAILBOX};Calendar;Default;Reviewer", "everybody"),
    ("Mailbox;FolderName;User;AccessRights", f"{MAILBOX};Calendar;Anonymous;Reviewer",
     "everybody"),
    ("Identity;User;AccessRights;ExtendedRights", f"{MAILBOX};CONTOSO\\bob;ReadProperty;",
     "other_right"),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "values", "expected"), RIGHTS)
def test_a_permission_opens_the_mailbox_or_is_dropped_and_counted(columns, values, expected):
    evidence = load("permissions", f"{columns}\n{values}\n")

    if isinstance(expected, str):
        assert len(evidence.permissions) == 0
        assert evidence.counts == {"permissions_read": 0, f"permissions_dropped_{expected}": 1}
    else:
        columns = ("mailbox", "kind", "opens_mailbox")
        assert plain(evidence.permissions, *columns) == [(MAILBOX, *expected)]


# (Identity and other columns, mailbox and folder)
FOLDERS = [
    ("Identity;User;AccessRights", "amy@contoso.example:\\Calendar;Bob;Editor",
     ("amy@contoso.example", "Calendar")),
    ("Identity;User;AccessRights", f"{MAILBOX}:\\Kalender\\Team;Bob;Editor",
     (MAILBOX, "Kalender\\Team")),
    ("Identity;FolderName;User;AccessRights", "amy:\\;Top of Information Store;Bob;Reviewer",
     ("amy", "Top of Information Store")),
    ("Mailbox;Identity;FolderName;User;AccessRights", "amy;Bob;Inbox;Bob;Owner", ("amy", "Inbox")),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "values", "expected"), FOLDERS)
def test_a_folder_permission_names_mailbox_and_folder(columns, values, expected):
    evidence = load("permissions", f"{columns}\n{values}\n")

    assert plain(evidence.permissions, "mailbox", "folder", "opens_mailbox") == [(*expected, True)]


def test_a_folder_permission_whose_identity_is_the_trustee_is_rejected():
    evidence = load(
        "permissions", "Identity;FolderName;User;AccessRights\nBob;Calendar;Bob;Editor\n"
    )

    assert len(evidence.permissions) == 0
    assert "names no mailbox" in evidence.rejects[0].reason


def test_rights_that_are_type_names_are_refused_with_the_remedy():
    text = "Identity,User,AccessRights\namy,bob,Microsoft.Exchange.RecipientTasks.MailboxRights[]\n"

    with pytest.raises(InputError, match="type names") as caught:
        load("permissions", text)
    assert "-join" in caught.value.remedy


def test_permissions_as_json_are_read():
    record = {
        "Identity": {"DistinguishedName": "CN=Amy,DC=contoso,DC=example", "Name": "Amy"},
        "User": {"RawIdentity": "CONTOSO\\bob", "IsDeleted": False},
        "AccessRights": {"value": [1], "Count": 1},
        "IsInherited": False,
        "Deny": {"IsPresent": False},  # a switch
    }

    evidence = load("permissions", json.dumps(record))

    columns = ("mailbox", "trustee", "rights", "opens_mailbox")
    assert plain(evidence.permissions, *columns) == [
        ("CN=Amy,DC=contoso,DC=example", "CONTOSO\\bob", "FullAccess", True)
    ]


def test_send_on_behalf_of_a_mailbox_export_is_a_weak_permission():
    text = (
        "PrimarySmtpAddress,GrantSendOnBehalfTo\n"
        'amy@contoso.example,"{contoso.example/Users/Bob, contoso.example/Users/Cy}"\n'
        "dee@contoso.example,\n"
    )

    evidence = load("permissions", text)

    columns = ("mailbox", "trustee", "kind", "opens_mailbox")
    assert plain(evidence.permissions, *columns) == [
        ("amy@contoso.example", "contoso.example/Users/Bob", "send-on-behalf", False),
        ("amy@contoso.example", "contoso.example/Users/Cy", "send-on-behalf", False),
    ]


# --- MAPI over HTTP and organisation ---


def test_a_blank_mailbox_value_is_no_value():
    text = "DisplayName,SamAccountName,MapiHttpEnabled\nAmy,amy,\nBob,bob,True\nCy,cy,False\n"

    evidence = load("cas_mailboxes", text + "Dee,dee,perhaps\n")

    columns = ("sam_account_name", "mapi_http_enabled")
    assert plain(evidence.mapi_http, *columns) == [("amy", None), ("bob", True), ("cy", False)]
    assert evidence.rejects[0].reason.startswith("MapiHttpEnabled is 'perhaps'")


def test_a_cas_export_without_the_column_says_so():
    evidence = load("cas_mailboxes", "DisplayName,ActiveSyncEnabled,OWAEnabled\nAmy,True,True\n")

    assert plain(evidence.mapi_http, "mapi_http_enabled", "activesync_enabled") == [(None, True)]
    assert "no MapiHttpEnabled column" in evidence.notes[0]


ORGS = [
    ("MapiHttpEnabled : False\n", False),
    ("\n\nName            : Contoso\nMapiHttpEnabled : True\nIsDehydrated : False\n\n", True),
    ("C:\\> Get-OrganizationConfig | Format-List MapiHttpEnabled MapiHttpEnabled : False", False),
    ("[PS] C:\\>Get-OrganizationConfig | fl MapiHttpEnabled\n\n\nMapiHttpEnabled : True\n", True),
    ("#TYPE X\n\"Name\",\"MapiHttpEnabled\"\n\"Contoso\",\"False\"\n", False),
    ('"MapiHttpEnabled"\n"True"\n', True),
    ('{"Name":"Contoso","MapiHttpEnabled":false,"IsDehydrated":false}', False),
    ('[{"MapiHttpEnabled":true}]', True),
    ("IsDehydrated : False\nMapiHttpEnabled :\n", None),
    ("IsDehydrated : False\nPublicFoldersEnabled : Local\n", None),
    ("AdminDisplayVersion : Version 14.3 (Build 123.4)\nName : Contoso\n", False),
    (
        "<Objs><Obj RefId='0'><Props><S N='Name'>C</S><B N='MapiHttpEnabled'>false</B>"
        "</Props></Obj></Objs>",
        False,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "enabled"), ORGS)
def test_the_organisations_default_is_read(text, enabled):
    assert load("org_config", text).org.mapi_http_enabled is enabled


# --- policies ---

BLOCK = {
    "id": "POLICY-1",
    "displayName": "Block legacy",
    "state": "enabled",
    "modifiedDateTime": "2026-02-01T10:00:00.1234567Z",
    "conditions": {
        "clientAppTypes": ["exchangeActiveSync", "other"],
        "applications": {"includeApplications": ["All"], "excludeApplications": []},
        "users": {
            "includeUsers": ["All"],
            "excludeUsers": ["u1"],
            "includeGroups": [],
            "excludeGroups": ["g1", "g2"],
            "includeRoles": [],
            "excludeRoles": ["r1"],
        },
    },
    "grantControls": {"operator": "OR", "builtInControls": ["Block"]},
}


def pascal(value):
    if isinstance(value, dict):
        return {key[0].upper() + key[1:]: pascal(item) for key, item in value.items()}
    return value


@pytest.mark.parametrize("policies", [{"value": [BLOCK]}, [BLOCK], BLOCK, pascal(BLOCK)])
def test_a_policy_is_read_whole(policies):
    evidence = load("policies", json.dumps(policies))

    assert plain(evidence.policies) == [
        (
            "policy-1",
            "Block legacy",
            "enabled",
            True,
            ("exchangeActiveSync", "other"),
            ("All",),
            ("u1",),
            (),
            ("g1", "g2"),
            (),
            ("r1",),
            ("All",),
            (),
            ("block",),
            "or",
            (),
            datetime(2026, 2, 1, 10, 0, 0, 123456, tzinfo=UTC),
            "policies1",
        )
    ]


# (client app types, built-in controls, whether it is a legacy block)
BLOCKS = [
    (["other"], ["block"], True),
    (["ExchangeActiveSync"], ["BLOCK"], True),
    (["all"], ["block"], False),
    (["browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "other"], ["block"], False),
    (["other"], ["mfa"], False),
    (["other"], [], False),
    ([], ["block"], False),
    (["browser"], ["block"], False),
]


@pytest.mark.parametrize(("types", "controls", "expected"), BLOCKS)
def test_a_legacy_block_names_legacy_types_only(types, controls, expected):
    policy = {
        "id": "1",
        "conditions": {"clientAppTypes": types},
        "grantControls": {"builtInControls": controls} if controls else None,
    }

    assert plain(load("policies", json.dumps([policy])).policies, "blocks_legacy") == [(expected,)]


@pytest.mark.parametrize(
    "policy",
    [
        {"id": "1", "conditions": "@{clientAppTypes=System.Object[]}", "grantControls": None},
        {
            "id": "1",
            "conditions": {"clientAppTypes": "System.Object[]"},
            "grantControls": {"builtInControls": ["block"]},
        },
    ],
)
def test_a_flattened_policy_is_refused_with_the_depth(policy):
    with pytest.raises(InputError, match="flattened") as caught:
        load("policies", json.dumps([policy]))
    assert "-Depth 8" in caught.value.remedy


def test_of_one_policy_exported_twice_the_later_change_counts():
    older = {**BLOCK, "state": "disabled", "modifiedDateTime": "2026-01-01T00:00:00Z"}

    for pair in ([older, BLOCK], [BLOCK, older]):
        assert plain(load("policies", json.dumps(pair)).policies, "state") == [("enabled",)]


# --- bundle and files ---


def test_what_is_missing_is_named_with_what_it_would_tell():
    nothing = load_evidence(EvidenceFiles(), moves_timezone=None, date_order=None)

    assert [one.evidence for one in nothing.missing] == list(WOULD_TELL)
    assert all(one.would_tell.endswith(".") for one in nothing.missing)
    assert (nothing.moves, nothing.recipients, nothing.permissions) == (None, None, None)
    assert [one.evidence for one in load("org_config", ORGS[0][0]).missing] == [
        name for name in WOULD_TELL if name != "org_config"
    ]


def test_files_come_plain_gzipped_and_zipped(tmp_path):
    (tmp_path / "plain.csv").write_bytes(b"A\n1\n")
    (tmp_path / "packed.csv").write_bytes(gzip.compress(b"A\n2\n"))
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        archive.writestr("a/one.csv", b"A\n3\n")
        archive.writestr("two.csv", b"A\n4\n")

    files = read_evidence_files(
        [tmp_path / "plain.csv", str(tmp_path / "packed.csv"), tmp_path / "many.zip"]
    )

    assert [(file.path.removeprefix(f"{tmp_path}/"), file.content) for file in files] == [
        ("plain.csv", b"A\n1\n"),
        ("packed.csv", b"A\n2\n"),
        ("many.zip!a/one.csv", b"A\n3\n"),
        ("many.zip!two.csv", b"A\n4\n"),
    ]


def broken_zip():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("x", b"y" * 1000)
    return content.getvalue()[:60]


BROKEN = [
    ("missing", None, "no such file"),
    ("cut gzip", gzip.compress(b"A\n1\n" * 100)[:20], "damaged"),
    ("cut zip", broken_zip(), "damaged"),
    ("empty zip", b"PK\x03\x04", "damaged"),
]


@pytest.mark.parametrize(
    ("content", "problem"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_a_file_that_cannot_be_read_says_why(tmp_path, content, problem):
    path = tmp_path / "given"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(InputError, match=problem) as caught:
        read_evidence_files([path])

    assert (caught.value.source, caught.value.exit_code) in {(path, 3), (str(path), 3)}
    assert caught.value.remedy


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(InputError, match="folder"):
        read_evidence_files([tmp_path])

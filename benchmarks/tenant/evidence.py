"""The admin's exports, written the way PowerShell and Graph write them."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from benchmarks.tenant.audits import directory_audits, group_members
from benchmarks.tenant.people import DOMAIN, PEOPLE, Person
from benchmarks.tenant.world import POLICIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

MOVES_TYPE = "#TYPE Microsoft.Exchange.Management.RecipientTasks.MoveRequestStatistics"
MOVES_TIMEZONE = "America/Toronto"
WAVE_EVENINGS = {"w1": date(2021, 3, 4), "w2": date(2021, 3, 11), "w3": date(2021, 3, 18)}
WAVE_NAMES = {"w1": "Wave 1 - Pilot", "w2": "Wave 2 - Berlin", "w3": "Wave 3 - Toronto"}
MOVE_FLAGS = "CrossOrg, Pull, Suspend, SuspendWhenReadyToComplete"

# Fate -> what the move export says of it; none of these brings the mailbox to the cloud.
NO_CUTOVER: dict[str, dict[str, str]] = {
    "archive": {"Status": "Completed", "Flags": "CrossOrg, MoveOnlyArchiveMailbox, Pull"},
    "failed": {"Status": "Failed", "Flags": MOVE_FLAGS, "PercentComplete": "42"},
    "synced": {"Status": "Synced", "Flags": MOVE_FLAGS, "PercentComplete": "95"},
    "intra": {"Status": "Completed", "Flags": "IntraOrg, Pull", "RemoteHostName": ""},
    "offboarding": {"Status": "Completed", "Flags": "CrossOrg, Push", "Direction": "Push"},
}
UNFINISHED = {"failed", "synced"}

# (owner, delegate, rights, deny, inherited); users as DOMAIN\sam, as on-premises shows them.
MAILBOX_RIGHTS: tuple[tuple[str, str, str, str, str], ...] = (
    ("helen", "amelia", "FullAccess", "False", "False"),
    ("helen", "eleanor", "FullAccess", "False", "False"),
    ("sofia", "brian", "FullAccess", "False", "False"),
    ("grace", "brian", "FullAccess", "False", "False"),
    ("info", "clara", "FullAccess", "False", "False"),
    ("info", "derek", "FullAccess, ReadPermission", "False", "False"),
    ("victor", "jack", "FullAccess", "False", "False"),
    ("jurgen", "marie", "FullAccess", "False", "False"),
    ("leela", "gwen", "FullAccess", "True", "False"),
    ("martin", "gwen", "FullAccess", "False", "True"),
    ("frank", "owen", "FullAccess", "False", "False"),
)
FOLDER_RIGHTS: tuple[tuple[str, str, str, str], ...] = (
    ("leela", "Calendar", "Edith Novotny", "Editor"),
    ("leela", "Calendar", "Default", "AvailabilityOnly"),
    ("leela", "Calendar", "Anonymous", "None"),
    ("jurgen", "Kalender", "Chris Morgan", "Reviewer"),
)


def write_evidence(folder: Path) -> None:
    """Write every evidence file of the tenant into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    # Windows PowerShell 5.1's Export-Csv default is ASCII with "?" for lost letters, and CRLF.
    moves = MOVES_TYPE + "\r\n" + _csv(_moves())
    (folder / "moves.csv").write_bytes(moves.encode("ascii", "replace"))
    (folder / "recipients.csv").write_bytes(_csv(_recipients()).encode("utf-8-sig"))
    permissions = _csv(_mailbox_permissions())
    (folder / "mailbox-permissions.csv").write_bytes(permissions.encode("utf-8-sig"))
    folders = _csv(_folder_permissions())
    (folder / "folder-permissions.csv").write_bytes(folders.encode("utf-16"))
    (folder / "cas-mailboxes.csv").write_bytes(_csv(_cas_mailboxes()).encode("utf-8-sig"))
    (folder / "organization-config.txt").write_bytes(_organisation().encode())
    policies = json.dumps(_policies(), indent=2) + "\n"
    (folder / "conditional-access-policies.json").write_bytes(policies.encode())
    audits = json.dumps(directory_audits(policy_json), indent=1) + "\n"
    (folder / "directory-audits.json").write_bytes(audits.encode())
    (folder / "group-members.csv").write_bytes(_csv(group_members()).encode("utf-8-sig"))


def _csv(rows: Iterable[Mapping[str, str]]) -> str:
    table = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(
        text, list(table[0]), quoting=csv.QUOTE_ALL, lineterminator="\r\n", extrasaction="raise"
    )
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue()


def completed_at(person: Person) -> datetime:
    """Local completion time of the person's move, without a zone, as the server shows it."""
    evening = WAVE_EVENINGS.get(person.fate, date(2021, 3, 10))
    return datetime.combine(evening, time(20, 0)) + timedelta(minutes=person.number * 1.5)


def _en_us(instant: datetime) -> str:
    hour = instant.hour % 12 or 12
    half = "PM" if instant.hour >= 12 else "AM"
    day = f"{instant.month}/{instant.day}/{instant.year}"
    return f"{day} {hour}:{instant.minute:02}:{instant.second:02} {half}"


def _moves() -> list[dict[str, str]]:
    rows = []
    for person in PEOPLE.values():
        if not person.fate:
            continue
        done = completed_at(person)
        row = {
            "RunspaceId": "00000000-0000-0000-0000-000000000000",
            "MailboxIdentity": person.canonical_name,
            "DistinguishedName": _distinguished_name(person),
            "DisplayName": person.display_name,
            "Alias": person.alias,
            "ExchangeGuid": person.exchange_guid,
            "Status": "Completed",
            "Flags": MOVE_FLAGS,
            "Direction": "Pull",
            "RecipientTypeDetails": person.recipient_type,
            "BatchName": "MigrationService:" + WAVE_NAMES.get(person.fate, "Odds and ends"),
            "RemoteHostName": f"mail.{DOMAIN}",
            "PercentComplete": "100",
            "QueuedTimestamp": _en_us(done - timedelta(days=2, hours=9)),
            "StartTimestamp": _en_us(done - timedelta(days=2, hours=8)),
            "InitialSeedingCompletedTimestamp": _en_us(done - timedelta(days=1, hours=7)),
            "LastSuccessfulSyncTimestamp": _en_us(done - timedelta(minutes=9)),
            "FinalSyncTimestamp": _en_us(done - timedelta(minutes=4)),
            "CompletionTimestamp": "" if person.fate in UNFINISHED else _en_us(done),
            "LastUpdateTimestamp": _en_us(done + timedelta(minutes=2)),
        }
        row |= NO_CUTOVER.get(person.fate, {})
        if person.key == "victor":
            row["Status"] = "CompletedWithWarning"
        rows.append(row)
    return rows


def _distinguished_name(person: Person) -> str:
    unit = person.canonical_name.split("/")[1]
    name = person.canonical_name.rsplit("/", 1)[1]
    return f"CN={name},OU=Users,OU={unit},DC=contoso,DC=example"


def _recipients() -> list[dict[str, str]]:
    """A recipient export without Identity: permissions join through the moves."""
    rows = []
    for person in PEOPLE.values():
        if person.user_type == "guest" or person.key == "sync":
            continue
        moved = person.fate in WAVE_EVENINGS
        kind = person.recipient_type.replace("Mailbox", "")
        rows.append(
            {
                "DisplayName": person.display_name,
                "Alias": person.alias,
                "SamAccountName": person.sam,
                "UserPrincipalName": person.upn,
                "PrimarySmtpAddress": person.smtp,
                "ExchangeGuid": person.exchange_guid,
                "ExternalDirectoryObjectId": person.user_id,
                "RecipientTypeDetails": f"Remote{kind}Mailbox" if moved else person.recipient_type,
            }
        )
    return rows


def _mailbox_permissions() -> list[dict[str, str]]:
    owners = dict.fromkeys(row[0] for row in MAILBOX_RIGHTS)
    own = "FullAccess, ReadPermission"
    rows = [_right(PEOPLE[owner], "NT AUTHORITY\\SELF", own) for owner in owners]
    for owner, delegate, rights, deny, inherited in MAILBOX_RIGHTS:
        user = f"CONTOSO\\{PEOPLE[delegate].sam}"
        rows.append(_right(PEOPLE[owner], user, rights, deny, inherited))
    sid = "S-1-5-21-1004336348-1177238915-682003330-5121"
    rows.append(_right(PEOPLE["martin"], sid, "FullAccess"))
    rows.append(
        _right(PEOPLE["martin"], "CONTOSO\\Exchange Servers", "FullAccess", "False", "True")
    )
    return rows


def _right(
    owner: Person, user: str, rights: str, deny: str = "False", inherited: str = "False"
) -> dict[str, str]:
    return {
        "Identity": owner.canonical_name,
        "User": user,
        "AccessRights": rights,
        "IsInherited": inherited,
        "Deny": deny,
        "InheritanceType": "All",
    }


def _folder_permissions() -> list[dict[str, str]]:
    return [
        {
            "Identity": f"{PEOPLE[owner].canonical_name}:\\{folder}",
            "FolderName": folder,
            "User": user,
            "AccessRights": rights,
        }
        for owner, folder, user, rights in FOLDER_RIGHTS
    ]


def _cas_mailboxes() -> list[dict[str, str]]:
    """Taken on-premises before the first wave: afterwards there is none."""
    return [
        {
            "Identity": person.canonical_name,
            "Name": person.common_name or person.display_name,
            "DisplayName": person.display_name,
            "PrimarySmtpAddress": person.smtp,
            "SamAccountName": person.sam,
            "ActiveSyncEnabled": "True",
            "MapiHttpEnabled": person.mapi_http,
        }
        for person in PEOPLE.values()
        if person.user_type != "guest" and person.key != "sync"
    ]


def _organisation() -> str:
    return "\r\n".join(
        ("", "", "Name             : Contoso", "MapiHttpEnabled  : False", "", "", "")
    )


def _policies() -> dict[str, object]:
    url = "https://graph.microsoft.com/v1.0/$metadata#identity/conditionalAccess/policies"
    return {"@odata.context": url, "value": [policy_json(key) for key in POLICIES]}


_FORBIDDEN = "7d0a7a43-5f3f-4c55-9d64-0f1d6a1c9a04"
"""Id of the named location that holds the countries nobody works in."""
_MEANT_FOR = {
    # The template of the role Global Administrator. [entra-docs, permissions-reference]
    "admins": {"includeUsers": [], "includeRoles": ["62e90394-69f5-4237-9190-012177145e10"]},
    "devices": {"includeUsers": [], "includeGroups": ["b5c5d0ee-3a61-4d0e-8f2c-6f1f3b0e5a03"]},
    "guests": {"includeUsers": ["GuestsOrExternalUsers"]},
}


def policy_json(key: str) -> dict[str, Any]:
    """One policy as Graph returns it."""
    policy = POLICIES[key]
    client_types: Sequence[str] = ("all",)
    users: dict[str, list[str]] = {"includeUsers": ["All"], "excludeUsers": []} | _MEANT_FOR.get(
        key, {}
    )
    if key in {"legacy", "pilot"}:
        client_types = ("exchangeActiveSync", "other")
    if key == "legacy":
        users["excludeUsers"] = [PEOPLE["archiver"].user_id]
    return {
        "id": policy.id,
        "displayName": policy.name,
        "state": policy.state,
        "createdDateTime": "2020-11-02T14:11:09Z",
        "modifiedDateTime": "2021-02-12T09:30:00Z",
        "conditions": {
            "clientAppTypes": list(client_types),
            "applications": {"includeApplications": ["All"], "excludeApplications": []},
            "users": users,
            "locations": {"includeLocations": [_FORBIDDEN]} if key == "country" else None,
        },
        "grantControls": {
            "operator": "OR",
            "builtInControls": [_control(name) for name in policy.grant_controls],
        },
        "sessionControls": None,
    }


def _control(name: str) -> str:
    return {"Block": "block", "Mfa": "mfa", "RequireCompliantDevice": "compliantDevice"}[name]

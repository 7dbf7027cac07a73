"""The admin's exports, as PowerShell and Graph write them (field guide section 6)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from benchmarks.scenarios.evidence_model import CUTOVERS, Move
from benchmarks.scenarios.names import GROUPS
from benchmarks.scenarios.window import instant
from benchmarks.tenant.people import DOMAIN

if TYPE_CHECKING:
    from datetime import datetime

    from benchmarks.scenarios.people import Person
    from benchmarks.scenarios.world import World

Row = dict[str, str]

FLAGS = "CrossOrg, Pull, Suspend, SuspendWhenReadyToComplete"
NO_CUTOVER: dict[str, Row] = {
    "archive": {"Flags": "CrossOrg, MoveOnlyArchiveMailbox, Pull"},
    "failed": {"Status": "Failed", "PercentComplete": "42"},
    "synced": {"Status": "Synced", "PercentComplete": "95"},
    "intra": {"Flags": "IntraOrg, Pull", "RemoteHostName": ""},
    "offboarding": {"Flags": "CrossOrg, Push", "Direction": "Push"},
}
UNFINISHED = {"failed", "synced"}


def moves(world: World) -> list[Row]:
    """Get-MoveRequestStatistics: local time of the server, no zone, no UPN, no address."""
    rows = [_move(world, move) for move in world.moves.values() if move.is_recorded]
    return rows or [
        _move(world, Move(world.staff[-1].number, world.window.start, "", "failed", True))
    ]


def _move(world: World, move: Move) -> Row:
    person = world.people[move.person]
    features = world.features
    skew = timedelta(minutes=features.clock_skew_minutes)
    done = (instant(move.at) + skew).astimezone(ZoneInfo(features.written_zone))
    is_moved = move.fate in CUTOVERS
    row = {
        "MailboxIdentity": person.canonical_name,
        "DistinguishedName": _distinguished_name(person),
        "DisplayName": person.display_name,
        "Alias": person.alias,
        "ExchangeGuid": person.exchange_guid,
        "Status": CUTOVERS.get(move.fate, "Completed"),
        "Flags": FLAGS,
        "Direction": "Pull",
        "RecipientTypeDetails": "SharedMailbox" if person.kind == "shared" else "UserMailbox",
        "BatchName": f"MigrationService:{move.wave}",
        "RemoteHostName": f"mail.{DOMAIN}",
        "PercentComplete": "100",
        "QueuedTimestamp": en_us(done - timedelta(days=2, hours=9)),
        "StartTimestamp": en_us(done - timedelta(days=2, hours=8)),
        "InitialSeedingCompletedTimestamp": en_us(done - timedelta(days=1, hours=7)),
        "LastSuccessfulSyncTimestamp": en_us(done - timedelta(minutes=9)),
        "FinalSyncTimestamp": en_us(done - timedelta(minutes=4)),
        "CompletionTimestamp": "" if move.fate in UNFINISHED else en_us(done),
        "LastUpdateTimestamp": en_us(done + timedelta(minutes=2)),
    }
    return row if is_moved else row | NO_CUTOVER[move.fate]


def en_us(at: datetime) -> str:
    """``3/4/2021 8:01:30 PM``."""
    half = "PM" if at.hour >= 12 else "AM"
    clock = f"{at.hour % 12 or 12}:{at.minute:02}:{at.second:02} {half}"
    return f"{at.month}/{at.day}/{at.year} {clock}"


def _distinguished_name(person: Person) -> str:
    unit, _, name = person.canonical_name.split("/")[1:]
    return f"CN={name},OU=Users,OU={unit},DC=contoso,DC=example"


def recipients(world: World) -> list[Row]:
    """Get-Recipient on-premises, after the window; guests and cloud services are not in it."""
    rows = []
    for person in world.people:
        if person.kind == "guest" or (person.kind == "service" and person.was_cloud):
            continue
        in_cloud = world.in_cloud_at(person.number, world.window.end)
        kind = "SharedMailbox" if person.kind == "shared" else "UserMailbox"
        rows.append(
            {
                **({"Identity": person.canonical_name} if world.features.has_identities else {}),
                "DisplayName": person.display_name,
                "Alias": person.alias,
                "SamAccountName": person.sam,
                "UserPrincipalName": person.upn,
                "PrimarySmtpAddress": person.smtp,
                "ExchangeGuid": person.exchange_guid,
                "ExternalDirectoryObjectId": person.user_id,
                "RecipientTypeDetails": f"Remote{kind}" if in_cloud else kind,
            }
        )
    return rows


def mailbox_permissions(world: World) -> list[Row]:
    """Get-MailboxPermission, with the entries that every mailbox has."""
    rows = []
    owners = sorted({right.owner for right in world.rights if right.kind == "mailbox"})
    for number in owners:
        owner = world.people[number]
        rows.append(_right(owner, "NT AUTHORITY\\SELF", "FullAccess, ReadPermission"))
        if number % 6 == 0:
            rows.append(_right(owner, "S-1-5-21-1004336348-1177238915-682003330-5121"))
        if number % 9 == 0:
            rows.append(_right(owner, f"CONTOSO\\{GROUPS[number % len(GROUPS)]}"))
        rows.append(_right(owner, "CONTOSO\\Exchange Servers", inherited=True))
    rows += [
        _right(world.people[right.owner], right.user, right.rights, right.deny, right.inherited)
        for right in world.rights
        if right.kind == "mailbox"
    ]
    return rows


def _right(
    owner: Person,
    user: str,
    rights: str = "FullAccess",
    deny: bool = False,
    inherited: bool = False,
) -> Row:
    return {
        "Identity": owner.canonical_name,
        "User": user,
        "AccessRights": rights,
        "IsInherited": str(inherited),
        "Deny": str(deny),
        "InheritanceType": "All",
    }


def folder_permissions(world: World) -> list[Row]:
    """Get-MailboxFolderPermission; trustees by display name, which two people may share."""
    rows = []
    for right in (right for right in world.rights if right.kind == "folder"):
        place = f"{world.people[right.owner].canonical_name}:\\{right.folder}"
        for user, rights in (("Default", "AvailabilityOnly"), (right.user, right.rights)):
            rows.append({"Identity": place, "FolderName": right.folder, "User": user,
                         "AccessRights": rights})  # fmt: skip
    return rows


def send_on_behalf(world: World) -> list[Row]:
    """Get-Mailbox with GrantSendOnBehalfTo."""
    trustees: dict[int, list[str]] = {}
    for right in (right for right in world.rights if right.kind == "send-on-behalf"):
        trustees.setdefault(right.owner, []).append(right.user)
    return [
        {
            "DisplayName": world.people[owner].display_name,
            "Alias": world.people[owner].alias,
            "SamAccountName": world.people[owner].sam,
            "UserPrincipalName": world.people[owner].upn,
            "PrimarySmtpAddress": world.people[owner].smtp,
            "ExchangeGuid": world.people[owner].exchange_guid,
            "GrantSendOnBehalfTo": ";".join(sorted(users)),
        }
        for owner, users in sorted(trustees.items())
    ]


def cas_mailboxes(world: World) -> list[Row]:
    """Get-CASMailbox, taken on-premises before the first wave: afterwards there is none."""
    return [
        {
            "Identity": person.canonical_name,
            "Name": person.common_name,
            "DisplayName": person.display_name,
            "PrimarySmtpAddress": person.smtp,
            "SamAccountName": person.sam,
            "ActiveSyncEnabled": "True",
            "MapiHttpEnabled": person.mapi_http,
        }
        for person in world.people
        if person.kind in {"staff", "shared"} and not person.was_cloud
    ]


def organization_config(world: World) -> str:
    """Get-OrganizationConfig through Format-List."""
    state = str(world.features.organisation_mapi)
    return "\r\n".join(
        ("", "", "Name             : Contoso", f"MapiHttpEnabled  : {state}", "", "")
    )

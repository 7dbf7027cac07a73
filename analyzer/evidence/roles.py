"""What an export is, told from its columns; a file under the wrong flag is named, not misread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.errors import InputError

if TYPE_CHECKING:
    from analyzer.evidence.tables import RawTable

COMPLETION_COLUMNS: tuple[str, ...] = (
    "completiontimestamp",
    "completiontime",
    "completiondate",
    "completedtimestamp",
    "completeddatetime",
    "completedtime",
    "completeddate",
    "completedat",
    "completedon",
    "cutovertime",
    "cutoverat",
)
IDENTIFIERS: frozenset[str] = frozenset(
    (
        "identity",
        "mailboxidentity",
        "displayname",
        "alias",
        "samaccountname",
        "primarysmtpaddress",
        "primarysmtp",
        "windowsemailaddress",
        "emailaddress",
        "mail",
        "userprincipalname",
        "upn",
        "externaldirectoryobjectid",
        "exchangeguid",
        "mailboxguid",
        "guid",
        "distinguishedname",
        "legacyexchangedn",
        "name",
        "user",
        "mailbox",
    )
)


@dataclass(frozen=True, slots=True)
class Role:
    """One kind of export.

    Attributes:
        name: Short name, used inside the program.
        looks_like: The export in words, for messages.
        flag: Command-line flag that takes it.
        needs_all: Columns that must all be there.
        needs_any: Of each group, at least one.
        never: None of these.
    """

    name: str
    looks_like: str
    flag: str
    needs_all: frozenset[str] = frozenset()
    needs_any: tuple[frozenset[str], ...] = ()
    never: frozenset[str] = frozenset()

    def fits(self, columns: frozenset[str]) -> bool:
        """Whether an export with these columns is of this kind."""
        return (
            self.needs_all <= columns
            and all(group & columns for group in self.needs_any)
            and not self.never & columns
        )


def _of(*names: str) -> frozenset[str]:
    return frozenset(names)


_TIMES = frozenset(name + zone for name in COMPLETION_COLUMNS for zone in ("", "utc"))

# The first that fits wins: the most telling columns come first.
ROLES: tuple[Role, ...] = (
    Role(
        "sign-ins",
        "a sign-in log",
        "SIGNINS (a path without a flag)",
        needs_any=(
            _of("createddatetime", "dateutc", "timegenerated", "timegeneratedutc", "timestamp"),
            _of("clientappused", "clientapp", "appliedconditionalaccesspolicies", "resulttype"),
        ),
    ),
    Role(
        "policies",
        "Conditional Access policies",
        "--policies",
        needs_all=_of("conditions", "grantcontrols"),
    ),
    Role(
        "permissions",
        "a permission export",
        "--permissions",
        needs_any=(
            _of("accessrights", "extendedrights", "permissions", "rights"),
            _of("user", "trustee", "delegate", "grantedto", "usersid"),
        ),
    ),
    Role(
        "migration-batch",
        "Get-MigrationBatch",
        "--moves",
        needs_any=(
            _of(
                "finalizeddatetime",
                "finalizeddatetimeutc",
                "batchguid",
                "batchdirection",
                "completeafter",
                "completeafterutc",
            ),
        ),
        never=_of("batchid", "batchname", "exchangeguid", "mailboxguid", "mailboxidentity"),
    ),
    Role(
        "move-statistics",
        "Get-MoveRequestStatistics",
        "--moves",
        needs_any=(_TIMES, IDENTIFIERS),
    ),
    Role(
        "move-statistics",
        "Get-MoveRequestStatistics",
        "--moves",
        needs_all=_of("status"),
        needs_any=(
            _of("mailboxidentity", "exchangeguid", "distinguishedname", "displayname", "alias"),
            _of("percentcomplete", "queuedtimestamp", "starttimestamp", "finalsynctimestamp"),
        ),
        never=_of("batchid"),
    ),
    Role(
        "migration-user",
        "Get-MigrationUser",
        "--moves",
        needs_any=(
            _of("batchid", "statussummary", "requestguid", "lastsuccessfulsynctime"),
            _of("status", "statussummary"),
            _of("identity", "emailaddress", "mailboxemailaddress", "mailboxguid"),
        ),
        never=_of("requeststyle"),
    ),
    Role(
        "move-request",
        "Get-MoveRequest",
        "--moves",
        needs_all=_of("status"),
        needs_any=(
            _of("identity", "mailboxidentity", "exchangeguid", "displayname", "alias"),
            _of(
                "flags",
                "batchname",
                "requeststyle",
                "targetdatabase",
                "remotehostname",
                "direction",
                "exchangeguid",
            ),
        ),
    ),
    Role(
        "org-config",
        "Get-OrganizationConfig",
        "--org-config",
        needs_any=(
            _of(
                "isdehydrated",
                "maxinformationstoresize",
                "publicfoldersenabled",
                "hierarchicaladdressbookroot",
                "isfederated",
            ),
        ),
    ),
    Role(
        "org-config",
        "Get-OrganizationConfig",
        "--org-config",
        needs_any=(_of("mapihttpenabled", "admindisplayversion"),),
        never=_of(
            "samaccountname",
            "primarysmtpaddress",
            "primarysmtp",
            "displayname",
            "alias",
            "activesyncenabled",
            "owaenabled",
            "exchangeguid",
            "recipienttypedetails",
            "recipienttype",
            "userprincipalname",
            "emailaddresses",
            "externaldirectoryobjectid",
            "emailaddress",
            "serverlegacydn",
            "mailbox",
            "user",
        ),
    ),
    Role(
        "cas-mailbox",
        "Get-CASMailbox",
        "--cas-mailbox",
        needs_all=_of("mapihttpenabled"),
        needs_any=(IDENTIFIERS,),
    ),
    Role(
        "cas-mailbox",
        "Get-CASMailbox",
        "--cas-mailbox",
        needs_any=(_of("activesyncenabled", "owaenabled", "popenabled"), IDENTIFIERS),
        never=_of("recipienttypedetails"),
    ),
    Role(
        "recipients",
        "a recipient export",
        "--recipients",
        needs_any=(
            _of(
                "primarysmtpaddress",
                "primarysmtp",
                "windowsemailaddress",
                "emailaddresses",
                "proxyaddresses",
                "recipienttypedetails",
                "recipienttype",
                "samaccountname",
                "userprincipalname",
                "externaldirectoryobjectid",
                "grantsendonbehalfto",
                "exchangeguid",
                "alias",
                "legacyexchangedn",
            ),
        ),
    ),
)

MOVE_ROLES = frozenset(role.name for role in ROLES if role.flag == "--moves")

_ALIKE = frozenset(("org-config", "cas-mailbox"))

_HOW: dict[str, str] = {
    "--moves": "Get-MoveRequest -ResultSize Unlimited | Get-MoveRequestStatistics | "
    "Export-Csv moves.csv -NoTypeInformation -Encoding UTF8",
    "--recipients": "Get-Recipient -ResultSize Unlimited | Select-Object DisplayName, Alias, Name, "
    "Identity, SamAccountName, PrimarySmtpAddress, ExternalDirectoryObjectId, ExchangeGuid, "
    "DistinguishedName, RecipientTypeDetails | Export-Csv recipients.csv -NoTypeInformation "
    "-Encoding UTF8",
    "--permissions": "Get-Mailbox -ResultSize Unlimited | Get-MailboxPermission | Select-Object "
    "Identity, User, @{n='AccessRights';e={$_.AccessRights -join ','}}, IsInherited, Deny | "
    "Export-Csv permissions.csv -NoTypeInformation -Encoding UTF8",
    "--cas-mailbox": "Get-CASMailbox -ResultSize Unlimited | Select-Object DisplayName, "
    "SamAccountName, PrimarySmtpAddress, Guid, MapiHttpEnabled | Export-Csv cas.csv "
    "-NoTypeInformation -Encoding UTF8",
    "--org-config": "Get-OrganizationConfig | Format-List MapiHttpEnabled, AdminDisplayVersion",
    "--policies": "GET /identity/conditionalAccess/policies, saved as JSON",
}


def role_of(table: RawTable) -> Role | None:
    """The first kind of export whose columns these are; None where none fits."""
    return next((role for role in ROLES if role.fits(table.columns)), None)


def require(table: RawTable, accepted: frozenset[str], flag: str) -> Role:
    """The table's role, which must be one that ``flag`` takes.

    Raises:
        InputError: It is another export (the message names it and its flag), or none.
    """
    role = role_of(table)
    if role is not None and role.name == "org-config" and len(table.rows) != 1:
        role = None  # Name, MapiHttpEnabled: of one row an organisation, of several mailboxes
    if role is None or role.name in _ALIKE:
        alike = (other for other in ROLES if other.name in accepted & _ALIKE)
        role = next((other for other in alike if other.fits(table.columns)), role)
    if role is not None and role.name in accepted:
        return role
    if role is not None:
        msg = f"the file given to {flag} looks like {role.looks_like}"
        raise InputError(msg, remedy=f"Give it with {role.flag}.", source=table.path)
    if not table.columns:
        msg = f"the file given to {flag} holds no records"
        raise InputError(msg, remedy=f"Export it with: {_HOW[flag]}", source=table.path)
    shown = ", ".join(sorted(table.columns)[:8])
    msg = f"the file given to {flag} is no such export; its columns are: {shown}"
    raise InputError(msg, remedy=f"Export it with: {_HOW[flag]}", source=table.path)

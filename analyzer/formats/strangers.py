"""What is often found beside sign-ins and is none: refused by name, with what to do."""

from __future__ import annotations

from analyzer.formats.model import Stranger, names

_WHOLE_ROWS = "Export the sign-in rows themselves (the query without summarize or project)."
_EVIDENCE = "Give it with {flag}, not as sign-ins."

# Order matters: the first that matches names the file. Field names are lower case; sources are
# the cmdlets' and tables' own documentation on learn.microsoft.com.
STRANGERS: tuple[Stranger, ...] = (
    Stranger(
        "graph-error",
        "an error answer of Microsoft Graph, saved in place of sign-ins",
        "Read the error in the file, mend it and download the sign-ins again.",
        fields=(names("error"),),
    ),
    Stranger(
        "portal-auth-details",
        "the portal's AuthDetails file, which holds authentication steps and no sign-ins",
        "Use the sign-ins file of the same download instead.",
        fields=(
            names("Request~ID Authentication~method Succeeded"),
            names("Request~ID Authentication~method Result~detail"),
            names("Request~ID Authentication~method~detail"),
            names("RequestID AuthenticationMethod Succeeded"),
        ),
    ),
    Stranger(
        "directory-audit",
        "a directory audit log",
        "Export the sign-in logs (SigninLogs), not AuditLogs.",
        fields=(
            names("ActivityDisplayName TargetResources"),
            names("ActivityDisplayName InitiatedBy"),
            names("ActivityDisplayName LoggedByService"),
            names("OperationName InitiatedBy TargetResources"),
            names("Activity InitiatedBy Target1Id"),
            names("Date~(UTC) CorrelationId Service Category Activity"),
        ),
    ),
    Stranger(
        "graph-activity",
        "a log of Microsoft Graph requests (MicrosoftGraphActivityLogs)",
        "Export the sign-in logs (SigninLogs) instead.",
        fields=(names("RequestUri RequestMethod ResponseStatusCode"),),
    ),
    Stranger(
        "office-activity",
        "an Office 365 activity or unified audit export",
        "Export the Entra sign-in logs; the unified audit log lacks the client app and policies.",
        fields=(
            names("RecordType Operation OfficeWorkload"),
            names("RecordType Operation Workload"),
            names("CreationDate UserIds Operations AuditData"),
            names("CreationDate UserId Operation AuditData"),
            names("RecordType CreationDate AuditData"),
        ),
    ),
    Stranger(
        "risk-detections",
        "a list of risk detections or risky users",
        "Export the sign-in logs instead.",
        fields=(
            names("riskEventType detectedDateTime"),
            names("riskState riskLastUpdatedDateTime"),
            names("DetectionTimingType RiskEventType"),
        ),
    ),
    Stranger(
        "ca-policies",
        "a list of Conditional Access policies",
        _EVIDENCE.format(flag="--policies"),
        fields=(names("conditions grantControls state"), names("conditions grantControls id")),
    ),
    Stranger(
        "move-requests",
        "a mailbox-move export (Get-MoveRequest, Get-MoveRequestStatistics)",
        _EVIDENCE.format(flag="--moves"),
        fields=(
            names("CompletionTimestamp ExchangeGuid"),
            names("CompletionTimestamp Alias"),
            names("CompletionTimestamp Status"),
            names("MailboxIdentity Status"),
            names("ExchangeGuid Status BatchName"),
            names("PercentComplete ExchangeGuid"),
            names("RemoteHostName Status Direction"),
        ),
    ),
    Stranger(
        "migration-users",
        "a migration export (Get-MigrationUser, Get-MigrationBatch)",
        _EVIDENCE.format(flag="--moves"),
        fields=(
            names("BatchId Status Identity"),
            names("BatchId MailboxEmailAddress"),
            names("BatchId Status RecipientType"),
            names("MigrationType Status Identity"),
            names("MigrationType BatchGuid"),
            names("TotalCount SyncedCount FinalizedCount"),
        ),
    ),
    Stranger(
        "permissions",
        "a mailbox-permission export",
        _EVIDENCE.format(flag="--permissions"),
        fields=(
            names("AccessRights User"),
            names("AccessRights Trustee"),
            names("AccessRights Identity"),
            names("GrantSendOnBehalfTo Identity"),
        ),
    ),
    Stranger(
        "cas-mailboxes",
        "a CAS mailbox export (Get-CASMailbox)",
        _EVIDENCE.format(flag="--cas-mailbox"),
        fields=(
            names("MapiHttpEnabled ActiveSyncEnabled"),
            names("MapiHttpEnabled OWAEnabled"),
            names("MapiHttpEnabled PrimarySmtpAddress"),
            names("MapiHttpEnabled DisplayName"),
            names("MapiHttpEnabled Identity"),
        ),
    ),
    Stranger(
        "organisation-config",
        "an organisation configuration (Get-OrganizationConfig)",
        _EVIDENCE.format(flag="--org-config"),
        fields=(names("MapiHttpEnabled"),),
    ),
    Stranger(
        "recipients",
        "a recipient export (Get-Recipient, Get-Mailbox, Get-RemoteMailbox)",
        _EVIDENCE.format(flag="--recipients"),
        fields=(
            names("PrimarySmtpAddress RecipientTypeDetails"),
            names("PrimarySmtpAddress RecipientType"),
            names("PrimarySmtpAddress Alias"),
            names("PrimarySmtpAddress ExchangeGuid"),
            names("PrimarySmtpAddress UserPrincipalName"),
            names("PrimarySmtpAddress SamAccountName"),
        ),
    ),
    Stranger(
        "users",
        "a list of directory users",
        "Export the sign-in logs instead.",
        fields=(names("userPrincipalName accountEnabled"), names("userPrincipalName givenName")),
    ),
    Stranger(
        "message-trace",
        "a message trace",
        "Export the sign-in logs instead.",
        fields=(names("MessageTraceId SenderAddress"), names("MessageId RecipientAddress")),
    ),
    Stranger(
        "service-messages",
        "a service health or message-centre export",
        "Export the sign-in logs instead.",
        fields=(
            names("impactDescription classification"),
            names("startDateTime services isMajorChange"),
            names("serviceHealthIssue"),
        ),
    ),
    Stranger(
        "migration-batch",
        "a migration batch's list of addresses",
        "Give it to the readiness command as BATCH, not as sign-ins.",
        fields=(names("EmailAddress"),),
    ),
    Stranger(
        "aggregate",
        "an aggregate: counts or sets in place of single sign-ins",
        _WHOLE_ROWS,
        fields=(
            names("StartTime EndTime"),
            names("StartTime~[UTC] EndTime~[UTC]"),
            names("count_"),
            names("TotalCount"),
            names("aggregatedSignInCount"),
        ),
    ),
    Stranger(
        "http-proxy",
        "an Exchange front-end log (HttpProxy)",
        _EVIDENCE.format(flag="--onprem-logs"),
        fields=(names("AuthenticatedUser AnchorMailbox UrlStem"),),
        starts=("#software: microsoft exchange", "#log-type: httpproxy"),
    ),
    Stranger(
        "iis-log",
        "a web server log (W3C)",
        _EVIDENCE.format(flag="--onprem-logs"),
        starts=("#software: microsoft internet information",),
    ),
    Stranger(
        "web-page",
        "a web page (HTML), often a sign-in page saved in place of the download",
        "Download the export again while signed in.",
        starts=("<!doctype html", "<html", "<head"),
    ),
    Stranger(
        "clixml",
        "PowerShell's CLIXML",
        "Export sign-ins with ConvertTo-Json -Depth 8 instead; evidence has its own flags.",
        starts=("<objs ", "#< clixml"),
    ),
    Stranger("xml", "XML", "Export the sign-ins as JSON or CSV.", starts=("<?xml",)),
)

AGGREGATE_NAMES = (
    r"^(count|d?count_.*|sum_.*|min_.*|max_.*|avg_.*|arg_m(ax|in)_.*|(make)?(set|list)_.*"
    r"|dcount_.*|.*(count|set)|number ?of.*)$"
)
"""Names that KQL's summarize gives, as a regular expression on lower-case field names."""

# First bytes of what is not text at all. https://www.iana.org/assignments/media-types
BINARY_STARTS: tuple[tuple[bytes, str, str], ...] = (
    (b"PAR1", "a Parquet file", "Load it in Python and pass the frame to Case(signins=frame)."),
    (b"%PDF", "a PDF document", "Export the sign-ins as JSON or CSV."),
    (b"SQLite format 3", "an SQLite database", "Export the sign-ins as JSON or CSV."),
    (b"\xd0\xcf\x11\xe0", "an old Office document (.xls)", "Save it as CSV UTF-8."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it first, or use .zip or .gz."),
    (b"Rar!", "a RAR archive", "Unpack it first, or use .zip or .gz."),
    (b"\x28\xb5\x2f\xfd", "Zstandard-compressed", "Unpack it first, or use .zip or .gz."),
    (b"BZh", "bzip2-compressed", "Unpack it first, or use .zip or .gz."),
    (b"\xfd7zXZ", "xz-compressed", "Unpack it first, or use .zip or .gz."),
    (b"\x89PNG", "an image", "Export the sign-ins as JSON or CSV."),
    (b"\xff\xd8\xff", "an image", "Export the sign-ins as JSON or CSV."),
)

FLATTENED_STARTS = ("@{", "System.Object[]", "System.Collections", "Microsoft.Graph.PowerShell")
"""Beginnings of what PowerShell writes in place of a nested value it did not follow."""

FLATTENED_REMEDY = (
    "Export again with ConvertTo-Json -Depth 8 (the default depth cuts nested values off; "
    "Export-Csv cannot hold them)."
)

"""Words of Exchange's move exports: statuses, flags, directions. Data with sources, no logic.

Numbers are what PowerShell 7 writes for live enumerations. Sources: RequestStatus,
ADM_MOVEMAILBOXREQUESTSTATUS_ENUM (Adaxes SDK reference; member names on Microsoft Learn,
"RequestStatus enumeration"); RequestFlags and MigrationUserStatus, the member order of the
Exchange Server 2016 assemblies.
"""

from __future__ import annotations

from typing import Literal

StatusClass = Literal["completed", "unfinished", "failed", "unknown"]
Reason = Literal[
    "archive-only",
    "intra-organisation",
    "offboarding",
    "unfinished",
    "failed",
    "no-completion-time",
]

REQUEST_STATUS_NUMBERS: dict[str, str] = {
    "0": "None",
    "1": "Queued",
    "2": "InProgress",
    "3": "AutoSuspended",
    "4": "CompletionInProgress",
    "5": "Synced",
    "10": "Completed",
    "11": "CompletedWithWarning",
    "98": "Suspended",
    "99": "Failed",
}
MIGRATION_USER_STATUS_NUMBERS: dict[str, str] = {
    "0": "Queued",
    "1": "Syncing",
    "2": "Failed",
    "3": "Synced",
    "4": "IncrementalFailed",
    "5": "Completing",
    "6": "Completed",
    "7": "CompletionFailed",
    "8": "Corrupted",
    "9": "Provisioning",
    "10": "ProvisionUpdating",
    "11": "CompletionSynced",
    "12": "Validating",
    "13": "IncrementalSyncing",
    "14": "IncrementalSynced",
    "15": "CompletedWithWarnings",
    "16": "Stopped",
    "17": "IncrementalStopped",
    "18": "Starting",
    "19": "Stopping",
    "20": "Removing",
}
REQUEST_FLAG_BITS: dict[int, str] = {
    1: "CrossOrg",
    2: "IntraOrg",
    4: "Push",
    8: "Pull",
    16: "Offline",
    32: "Protected",
    64: "RemoteLegacy",
    128: "HighPriority",
    256: "Suspend",
    512: "SuspendWhenReadyToComplete",
    1024: "MoveOnlyPrimaryMailbox",
    2048: "MoveOnlyArchiveMailbox",
    4096: "TargetIsAggregatedMailbox",
    8192: "Join",
    16384: "Split",
}

# Lower case, letters only. "Completed..." is matched by its beginning: Completed,
# CompletedWithWarning(s), CompletedWithSkippedItems.
COMPLETED_BEGINS = "completed"
FAILED = frozenset(
    ("failed", "completionfailed", "incrementalfailed", "corrupted", "syncfailed", "failedother")
)
UNFINISHED = frozenset(
    (
        "none",
        "queued",
        "inprogress",
        "autosuspended",
        "completioninprogress",
        "synced",
        "suspended",
        "syncing",
        "completing",
        "provisioning",
        "provisionupdating",
        "completionsynced",
        "validating",
        "incrementalsyncing",
        "incrementalsynced",
        "incrementalstopped",
        "stopped",
        "starting",
        "stopping",
        "removing",
        "active",
        "needsapproval",
        "pending",
        "notstarted",
        "waiting",
        "cancelled",
        "canceled",
    )
)

# Remote hosts that are Exchange Online itself: the request then lives on premises, where a
# push is the way into the cloud. (New-MoveRequest -Outbound, MicrosoftDocs/office-docs-powershell.)
CLOUD_HOSTS: tuple[str, ...] = (
    "outlook.com",
    "office365.com",
    "office365.us",
    "office.com",
    "outlook.us",
    "partner.outlook.cn",
    "outlook.cn",
    "office.de",
)
CLOUD_DELIVERY_DOMAINS: tuple[str, ...] = (
    "onmicrosoft.com",
    "onmicrosoft.us",
    "onmschina.cn",
    "onmicrosoft.cn",
    "onmicrosoft.de",
)


def flag_names(text: str | None) -> frozenset[str]:
    """Request flags in lower case, from names set off by commas or from their number."""
    if not text:
        return frozenset()
    if text.strip().isdigit():
        number = int(text)
        return frozenset(name.lower() for bit, name in REQUEST_FLAG_BITS.items() if number & bit)
    return frozenset(part.strip().lower() for part in text.strip("{}").split(",") if part.strip())


def status_class(status: str | None) -> StatusClass:
    """What a status word amounts to; a word that is not listed is unknown, never a no."""
    letters = "".join(mark for mark in (status or "").lower() if mark.isalpha())
    if letters.startswith(COMPLETED_BEGINS):
        return "completed"
    if letters in FAILED:
        return "failed"
    return "unfinished" if letters in UNFINISHED else "unknown"

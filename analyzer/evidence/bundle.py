"""All evidence files to one bundle of tables, with what is missing and what was not used."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analyzer.evidence.mapi_http import OrgConfig, read_mapi_http, read_org_config
from analyzer.evidence.moves import read_moves
from analyzer.evidence.permissions import read_permissions
from analyzer.evidence.policies import read_policies
from analyzer.evidence.recipients import read_recipients
from analyzer.evidence.tables import EvidenceFile, read_table
from analyzer.evidence.zones import zone_named
from analyzer.results import EvidenceMissing, Reject

if TYPE_CHECKING:
    import pandas as pd

    from analyzer.evidence.tables import RawTable
    from analyzer.evidence.times_in import DateOrder

# What each export would have decided, had it been given.
WOULD_TELL: dict[str, str] = {
    "moves": "Which mailboxes moved to Exchange Online and when: without it no failure can be "
    "tied to a move, neither a mover's nor a delegate's.",
    "recipients": "Which UPN belongs to which moved mailbox: without it moves and permissions "
    "join to people only by names that happen to be unique.",
    "permissions": "Who has rights on whose mailbox: without it a delegate of a moved mailbox "
    "cannot be told from a person whose own Outlook cannot do modern authentication.",
    "cas_mailbox": "Each mailbox's own MAPI over HTTP setting before the move: without it only "
    "the organisation's default speaks for how a person's Outlook connected.",
    "org_config": "The organisation's MAPI over HTTP default: without it mailboxes that inherit "
    "it are unknown.",
    "policies": "Which policies block legacy authentication, for whom, and in which state: "
    "without it only the policies that a sign-in itself names are known.",
}


@dataclass(frozen=True, slots=True)
class EvidenceFiles:
    """The files of each kind, as given."""

    moves: tuple[EvidenceFile, ...] = ()
    recipients: tuple[EvidenceFile, ...] = ()
    permissions: tuple[EvidenceFile, ...] = ()
    cas_mailboxes: tuple[EvidenceFile, ...] = ()
    org_config: tuple[EvidenceFile, ...] = ()
    policies: tuple[EvidenceFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the exports say. A table is None where no export was given, never empty for that.

    Attributes:
        moves: ``schema.evidence.MOVES``; the other tables likewise.
        mapi_http: Per mailbox; ``org`` is the organisation's default.
        missing: Each export not given, with what it would have told.
        notes: Sentences for the coverage.
        counts: Numbers for the coverage, e.g. ``moves_archive_only``.
        rejects: Rows and values that could not be read.
    """

    moves: pd.DataFrame | None = None
    recipients: pd.DataFrame | None = None
    permissions: pd.DataFrame | None = None
    mapi_http: pd.DataFrame | None = None
    org: OrgConfig | None = None
    policies: pd.DataFrame | None = None
    missing: tuple[EvidenceMissing, ...] = ()
    notes: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    rejects: tuple[Reject, ...] = ()


def load_evidence(
    files: EvidenceFiles, *, moves_timezone: str | None = None, date_order: DateOrder | None = None
) -> Evidence:
    """Read all evidence.

    Args:
        files: The files of each kind; several of one kind are read together.
        moves_timezone: IANA zone of move times that carry none.
        date_order: Day/month order of move files whose own dates do not tell it.

    Raises:
        UsageError: Zone or order is needed and was not said, or the zone has no such name.
        InputError: A file is empty, damaged, or another export than its flag takes.
    """
    if moves_timezone is not None:
        zone_named(moves_timezone)
    moves = read_moves(_tables(files.moves), moves_timezone, date_order) if files.moves else None
    recipients = read_recipients(_tables(files.recipients)) if files.recipients else None
    permissions = read_permissions(_tables(files.permissions)) if files.permissions else None
    mapi = read_mapi_http(_tables(files.cas_mailboxes)) if files.cas_mailboxes else None
    org = read_org_config(_tables(files.org_config)) if files.org_config else None
    policies = read_policies(list(files.policies)) if files.policies else None
    parts = [part for part in (moves, recipients, permissions, mapi) if part is not None]
    counts = {name: number for part in parts for name, number in part.counts.items()}
    rejects = tuple(reject for part in parts for reject in part.rejects)
    if rejects:
        counts["evidence_rejected"] = len(rejects)
    return Evidence(
        moves=moves.frame if moves else None,
        recipients=recipients.frame if recipients else None,
        permissions=permissions.frame if permissions else None,
        mapi_http=mapi.frame if mapi else None,
        org=org,
        policies=policies.frame if policies else None,
        missing=missing_evidence(files),
        notes=tuple(note for part in parts for note in part.notes) + _reject_notes(rejects),
        counts=counts | (policies.counts if policies else {}),
        rejects=rejects,
    )


def missing_evidence(files: EvidenceFiles) -> tuple[EvidenceMissing, ...]:
    """Each export that was not given, in the order of ``WOULD_TELL``."""
    given = {
        "moves": files.moves,
        "recipients": files.recipients,
        "permissions": files.permissions,
        "cas_mailbox": files.cas_mailboxes,
        "org_config": files.org_config,
        "policies": files.policies,
    }
    return tuple(EvidenceMissing(name, WOULD_TELL[name]) for name, has in given.items() if not has)


def _reject_notes(rejects: tuple[Reject, ...]) -> tuple[str, ...]:
    if not rejects:
        return ()
    first = rejects[0]
    where = f"{first.path}:{first.line}" if first.line else first.path
    rows = "row or value" if len(rejects) == 1 else "rows or values"
    return (
        f"{len(rejects)} {rows} of the evidence could not be read; the first: {where}: "
        f"{first.reason}.",
    )


def _tables(files: tuple[EvidenceFile, ...]) -> list[RawTable]:
    return [read_table(file) for file in files]

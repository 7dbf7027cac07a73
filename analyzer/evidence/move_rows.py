"""One raw row of a move export as a move; one of Get-MigrationBatch as a batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from analyzer.evidence.clocks import TimeCell, time_cell
from analyzer.evidence.move_vocabulary import (
    CLOUD_DELIVERY_DOMAINS,
    CLOUD_HOSTS,
    MIGRATION_USER_STATUS_NUMBERS,
    REQUEST_STATUS_NUMBERS,
    flag_names,
    status_class,
)
from analyzer.evidence.roles import COMPLETION_COLUMNS
from analyzer.evidence.values import boolean, guid, lower

if TYPE_CHECKING:
    from datetime import datetime

    from analyzer.evidence.move_vocabulary import Reason, StatusClass
    from analyzer.evidence.tables import RawRow, RawTable

Direction = Literal["onboarding", "offboarding", "intra-organisation"]

_BATCH_TIMES = ("finalizeddatetime", "completeafter")
_ADDRESSES = (
    "emailaddress",
    "mailboxemailaddress",
    "primarysmtpaddress",
    "primarysmtp",
    "windowsemailaddress",
    "mail",
)


@dataclass(slots=True)
class Batch:
    """A migration batch: the coarse time and the direction of its users."""

    key: str
    path: str
    time: TimeCell | None
    direction: Direction | None
    is_archive_only: bool
    completed_at: datetime | None = None


@dataclass(slots=True, eq=False)
class MoveRow:
    """One move while it is being put together; ``cells`` is its row of the moves table."""

    path: str
    line: int | None
    names: dict[str, str | None]
    display_name: str | None
    status: str | None
    status_class: StatusClass
    is_summary_failure: bool
    batch: str | None
    direction: Direction | None
    is_archive_only: bool
    flags: str | None
    recipient_type: str | None
    time: TimeCell | None
    is_coarse: bool
    queued: TimeCell | None
    started: TimeCell | None
    completed_at: datetime | None = None
    queued_at: datetime | None = None
    started_at: datetime | None = None

    @property
    def names_nobody(self) -> bool:
        """Whether the row carries no name of a mailbox at all."""
        return not (self.display_name or any(self.names.values()))

    @property
    def batch_key(self) -> str:
        """The batch's name as compared."""
        return (self.batch or "").casefold()

    @property
    def may_be_cutover(self) -> bool:
        """Whether a completion time would make this a cut-over."""
        return (
            self.status_class in {"completed", "unknown"}
            and not self.is_summary_failure
            and not self.is_archive_only
            and self.direction in {None, "onboarding"}
        )

    @property
    def wants_batch(self) -> bool:
        """Whether the batch's time would be used."""
        return self.may_be_cutover and self.time is None and bool(self.batch)

    @property
    def reason(self) -> Reason | None:
        """Why this is no cut-over; None where it is one."""
        if self.is_archive_only:
            return "archive-only"
        if self.direction in {"intra-organisation", "offboarding"}:
            return "offboarding" if self.direction == "offboarding" else "intra-organisation"
        if self.status_class == "failed" or self.is_summary_failure:
            return "failed"
        if self.status_class == "unfinished":
            return "unfinished"
        return "no-completion-time" if self.completed_at is None else None

    @property
    def is_cutover(self) -> bool:
        """Whether the primary mailbox is in the cloud since ``completed_at``."""
        return self.reason is None

    def take_batch(self, batch: Batch | None) -> None:
        """Take from the batch what the row itself does not tell."""
        if batch is None:
            return
        self.direction = self.direction or batch.direction
        self.is_archive_only = self.is_archive_only or batch.is_archive_only
        if self.completed_at is None and self.wants_batch and batch.completed_at:
            self.completed_at, self.is_coarse = batch.completed_at, True

    def cells(self) -> dict[str, object]:
        """The row of ``schema.evidence.MOVES``."""
        known = self.status_class
        if self.status is None and self.completed_at is not None:
            known = "completed"
        return {
            **self.names,
            "display_name": self.display_name,
            "status": self.status,
            "status_class": known,
            "completed_at": self.completed_at,
            "is_coarse": self.is_coarse,
            "batch": self.batch,
            "direction": self.direction,
            "flags": self.flags,
            "recipient_type": self.recipient_type,
            "is_cutover": self.is_cutover,
            "not_cutover_reason": self.reason,
            "queued_at": self.queued_at,
            "started_at": self.started_at,
            "source_file": self.path,
            "source_line": self.line,
        }


def move_row(row: RawRow, role: str, path: str) -> MoveRow:
    """A row of Get-MoveRequest(Statistics), Get-MigrationUser(Statistics) or a list by hand."""
    status = _status(row, role)
    summary = status_class(row.text("statussummary"))
    only_summary = status is None and row.text("statussummary") is not None
    own = time_cell(row, COMPLETION_COLUMNS)
    last_sync = time_cell(row, ("finalsynctimestamp",)) if own is None else None
    known = summary if only_summary else status_class(status)
    is_summary_failure = only_summary and summary == "failed"
    return MoveRow(
        path=path,
        line=row.line,
        names=_names(row),
        display_name=row.text("displayname"),
        status=status or row.text("statussummary"),
        status_class="unknown" if is_summary_failure else known,
        is_summary_failure=is_summary_failure,
        batch=batch_name(row.text("batchname", "batchid", "batch")),
        direction=_direction(row),
        is_archive_only=_is_archive_only(row),
        flags=row.text("flags", "moveflags"),
        recipient_type=row.text("recipienttypedetails", "recipienttype"),
        time=own or (last_sync if known == "completed" else None),
        is_coarse=own is None and last_sync is not None and known == "completed",
        queued=time_cell(row, ("queuedtimestamp", "queuedtime")),
        started=time_cell(row, ("starttimestamp", "startedtimestamp", "starttime")),
    )


def batches_by_name(tables: list[RawTable]) -> dict[str, Batch]:
    """Each migration batch under its name in lower case; the later export of a name wins."""
    batches: dict[str, Batch] = {}
    for table in tables:
        for row in table.rows:
            name = batch_name(row.text("identity", "name", "batchguid"))
            if name:
                batches[name.casefold()] = Batch(
                    name.casefold(),
                    table.path,
                    time_cell(row, _BATCH_TIMES),
                    _direction(row),
                    _is_archive_only(row),
                )
    return batches


def batch_name(text: str | None) -> str | None:
    """A batch's name without the service's prefix (``MigrationService:Batch 1``)."""
    if not text:
        return None
    prefix, colon, rest = text.partition(":")
    return rest.strip() if colon and prefix.strip().casefold() == "migrationservice" else text


def _status(row: RawRow, role: str) -> str | None:
    status = row.text("status", "movestatus", "requeststatus")
    numbers = MIGRATION_USER_STATUS_NUMBERS if role == "migration-user" else REQUEST_STATUS_NUMBERS
    return numbers.get(status, status) if status else None


def _names(row: RawRow) -> dict[str, str | None]:
    identity = lower(row.text("mailboxidentity", "identity", "mailbox", "user"))
    email = lower(row.text(*_ADDRESSES))
    if email is None and identity and "@" in identity and "\\" not in identity:
        email = identity
    return {
        "identity": identity,
        "alias": lower(row.text("alias", "mailboxalias")),
        "exchange_guid": guid(row.get("exchangeguid")) or guid(row.get("mailboxguid")),
        "distinguished_name": lower(row.text("distinguishedname")),
        "email": _bare_address(email),
        "user_principal_name": lower(row.text("userprincipalname", "upn")),
        "object_id": guid(row.get("externaldirectoryobjectid", "objectid", "azureadobjectid")),
    }


def _bare_address(text: str | None) -> str | None:
    return text.removeprefix("smtp:") if text else None


def _is_archive_only(row: RawRow) -> bool:
    kind = (lower(row.text("mailboxtype", "movetype")) or "").replace(" ", "")
    return (
        "moveonlyarchivemailbox" in flag_names(row.text("flags", "moveflags"))
        or boolean(row.get("archiveonly")) is True
        or kind == "archiveonly"
    )


def _direction(row: RawRow) -> Direction | None:
    words = {
        lower(row.text(name)) or ""
        for name in ("direction", "batchdirection", "workloadtype", "requeststyle", "movetype")
    }
    flags = flag_names(row.text("flags", "moveflags"))
    if words & {"onboarding", "offboarding"}:
        return "onboarding" if "onboarding" in words else "offboarding"
    if "intraorg" in words | flags or "local" in words:
        return "intra-organisation"
    return _by_servers(row) or _by_push_or_pull(row, words | flags)


def _by_servers(row: RawRow) -> Direction | None:
    source = _ends_with(row.text("sourceserver"), CLOUD_HOSTS)
    target = _ends_with(row.text("targetserver"), CLOUD_HOSTS)
    if source and target:
        return "intra-organisation"
    if source or target:
        return "offboarding" if source else "onboarding"
    delivery = row.text("targetdeliverydomain")
    return "onboarding" if _ends_with(delivery, CLOUD_DELIVERY_DOMAINS) else None


def _by_push_or_pull(row: RawRow, words: set[str] | frozenset[str]) -> Direction | None:
    if not words & {"push", "pull"}:
        return None
    lives_on_premises = _ends_with(row.text("remotehostname"), CLOUD_HOSTS)
    is_push = "push" in words
    return "onboarding" if is_push == lives_on_premises else "offboarding"


def _ends_with(text: str | None, domains: tuple[str, ...]) -> bool:
    host = (text or "").strip().lower().rstrip(".")
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)

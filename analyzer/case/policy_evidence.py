"""What a review of policies reads besides a triage: directory audits and members of groups."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analyzer.evidence.audits import Audits, read_audits
from analyzer.evidence.groups import GroupMembers, read_groups
from analyzer.sources.evidence_files import read_evidence_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

_STREAM = "audits"


@dataclass(frozen=True, slots=True)
class PolicyEvidence:
    """Audits and members.

    Attributes:
        log_from: Since when the audits tell of changes; None without audits.
        has_audits: Whether any were given, or a store was asked for them.
    """

    audits: Audits = field(default_factory=Audits)
    groups: GroupMembers = field(default_factory=GroupMembers)
    log_from: datetime | None = None
    has_audits: bool = False
    has_groups: bool = False


def read_policy_evidence(
    audits: Sequence[str | Path], groups: Sequence[str | Path], stores: Sequence[Path]
) -> PolicyEvidence:
    """Read audits and members, the audits of stores with them.

    Raises:
        InputError: A file is missing, unreadable, or another export.
    """
    kept, asked_from = _of_stores(stores)
    files = read_evidence_files([*audits, *kept])
    read = read_audits(files)
    since = [at for at in (asked_from, read.first) if at is not None]
    return PolicyEvidence(
        audits=read,
        groups=read_groups(read_evidence_files(groups)) if groups else GroupMembers(),
        log_from=min(since, default=None),
        has_audits=bool(audits) or asked_from is not None,
        has_groups=bool(groups),
    )


def _of_stores(stores: Sequence[Path]) -> tuple[list[Path], datetime | None]:
    """Files of audits that stores keep, and since when they were asked for."""
    from analyzer.sources.store.layout import Store  # noqa: PLC0415 - few runs have a store

    files: list[Path] = []
    since: list[datetime] = []
    for folder in stores:
        with Store.open(folder) as store:
            files += [
                folder / each.path
                for each in store.ledger.stored()
                if each.stream.startswith(_STREAM)
            ]
            for name in store.ledger.streams():
                if name.startswith(_STREAM):
                    since += [start for start, _ in store.ledger.done(name)]
    return files, min(since, default=None)

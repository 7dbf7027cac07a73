"""Between frames and files: evidence as bytes, verdicts as a pandas table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analyzer.evidence import EvidenceFile, EvidenceFiles
from analyzer.report import jsonout
from analyzer.sources.evidence_files import read_evidence_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from analyzer.results import Result

_TIMES = ("first_seen", "last_seen", "recovered_at")


def evidence_files(
    *,
    moves: pd.DataFrame | None,
    recipients: pd.DataFrame | None,
    permissions: pd.DataFrame | None,
    cas_mailboxes: pd.DataFrame | None,
    org_config: pd.DataFrame | None,
    policies: pd.DataFrame | None,
) -> EvidenceFiles:
    """Evidence frames as the files they would have come from (UTF-8 CSV; policies as JSON)."""
    return EvidenceFiles(
        moves=_csv("moves", moves),
        recipients=_csv("recipients", recipients),
        permissions=_csv("permissions", permissions),
        cas_mailboxes=_csv("cas_mailbox", cas_mailboxes),
        org_config=_csv("org_config", org_config),
        policies=()
        if policies is None
        else (EvidenceFile("policies frame", policies.to_json(orient="records").encode()),),
    )


def read_evidence(
    *,
    moves: Sequence[str | Path],
    recipients: Sequence[str | Path],
    permissions: Sequence[str | Path],
    cas_mailboxes: Sequence[str | Path],
    org_config: Sequence[str | Path],
    policies: Sequence[str | Path],
) -> EvidenceFiles:
    """Read the evidence files of a case.

    Raises:
        InputError: A file is missing or unreadable.
    """
    return EvidenceFiles(
        moves=tuple(read_evidence_files(moves)),
        recipients=tuple(read_evidence_files(recipients)),
        permissions=tuple(read_evidence_files(permissions)),
        cas_mailboxes=tuple(read_evidence_files(cas_mailboxes)),
        org_config=tuple(read_evidence_files(org_config)),
        policies=tuple(read_evidence_files(policies)),
    )


def _csv(name: str, frame: pd.DataFrame | None) -> tuple[EvidenceFile, ...]:
    if frame is None:
        return ()
    text = frame.to_csv(index=False, date_format="%Y-%m-%dT%H:%M:%S.%f%z")
    return (EvidenceFile(f"{name} frame", text.encode()),)


def verdict_frame(result: Result) -> pd.DataFrame:
    """One row for each verdict with the keys of the JSON result as columns.

    Returns:
        Shape (number of verdicts, number of keys); ``first_seen``, ``last_seen`` and
        ``recovered_at`` are ``datetime64[us, UTC]``, ``confidence`` is float, nested values
        stay lists and dictionaries.
    """
    rows = [jsonout.verdict_to_dict(verdict) for verdict in result.verdicts]
    frame = pd.DataFrame(rows, columns=None if rows else list(_EMPTY))
    for name in _TIMES:
        times = pd.to_datetime(frame[name], utc=True, format="ISO8601")
        frame[name] = times.astype("datetime64[us, UTC]")
    return frame


_EMPTY = (
    "id",
    "user",
    "user_id",
    "cause",
    "kind",
    "confidence",
    "status",
    "clients",
    "events",
    "first_seen",
    "last_seen",
    "recovered_at",
    "ip_addresses",
    "move",
    "policies",
    "evidence",
    "alternatives",
    "actions",
)

"""Everything a triage reads, as the command line gives it, and the case made of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from analyzer.case import Case
    from analyzer.cli.options import DateOrder


@dataclass(frozen=True, slots=True)
class Inputs:
    """Paths and readings of one run; the names are the options'."""

    signins: Sequence[str]
    moves: Sequence[Path] | None = None
    recipients: Sequence[Path] | None = None
    permissions: Sequence[Path] | None = None
    cas_mailbox: Sequence[Path] | None = None
    org_config: Sequence[Path] | None = None
    policies: Sequence[Path] | None = None
    moves_timezone: str | None = None
    date_order: DateOrder | None = None
    since: str | None = None
    until: str | None = None
    rejects: Path | None = None
    onprem_logs: Sequence[str] | None = None


def load(inputs: Inputs, progress: Callable[[str], None]) -> Case:
    """Case of these inputs; the settings come from the environment."""
    from analyzer.case import Case  # noqa: PLC0415 - heavy; the help must not load it
    from analyzer.settings import Settings  # noqa: PLC0415

    return Case.load(
        inputs.signins,
        moves=inputs.moves,
        recipients=inputs.recipients,
        permissions=inputs.permissions,
        cas_mailbox=inputs.cas_mailbox,
        org_config=inputs.org_config,
        policies=inputs.policies,
        moves_timezone=inputs.moves_timezone,
        date_order=None if inputs.date_order is None else inputs.date_order.value,
        since=inputs.since,
        until=inputs.until,
        rejects=inputs.rejects,
        onprem_logs=inputs.onprem_logs,
        settings=Settings.from_environment(),
        progress=progress,
    )

"""What the analyzer says of a tenant, asked the way its users ask."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

import analyzer
from benchmarks.accuracy.levels import inputs_of

if TYPE_CHECKING:
    from benchmarks.accuracy.levels import Level

EVENT_COLUMNS = ("signin_id", "user", "cause", "verdict_id", "client_app", "error_code")


@dataclass(frozen=True, slots=True)
class SaidVerdict:
    """A verdict as far as it is scored.

    Attributes:
        mailbox: The move's, empty without one.
        alternatives: Other causes with the belief in each.
    """

    id: str
    user: str
    cause: str
    confidence: float
    status: str
    mailbox: str
    events: int
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class SaidEvent:
    """A sign-in with the cause it was given, and what the log says of it."""

    user: str
    cause: str
    verdict_id: str
    client_app: str
    error_code: int | None


@dataclass(frozen=True, slots=True)
class Prediction:
    """Everything that was said of one tenant; sign-ins by id."""

    verdicts: tuple[SaidVerdict, ...]
    events: dict[str, SaidEvent]


def predict(folder: Path, level: Level, *, keep: Path | None = None) -> Prediction:
    """Triage a tenant with the evidence of one level.

    Args:
        folder: The tenant, as the simulator writes it.
        level: How much of it to hand over.
        keep: Folder for the verdicts (CSV) and events (Parquet), if they are to be kept.
    """
    with (
        tempfile.TemporaryDirectory() as temporary,
        analyzer.Case.load(**inputs_of(folder, level)) as case,
    ):
        place = keep or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        events = place / "events.parquet"
        case.write_events(events)
        if keep:
            case.verdicts.to_csv(keep / "verdicts.csv", index=False)
        return Prediction(
            tuple(
                SaidVerdict(
                    id=verdict.id,
                    user=verdict.user.lower(),
                    cause=verdict.cause.value,
                    confidence=verdict.confidence,
                    status=verdict.status.value,
                    mailbox=verdict.move.mailbox.lower() if verdict.move else "",
                    events=verdict.events,
                    alternatives=tuple(
                        (other.cause.value, other.confidence) for other in verdict.alternatives
                    ),
                )
                for verdict in case.result.verdicts
            ),
            _events(events),
        )


def _events(path: Path) -> dict[str, SaidEvent]:
    table = pq.read_table(path, columns=list(EVENT_COLUMNS))
    columns = (table.column(name).to_pylist() for name in EVENT_COLUMNS)
    return {
        signin_id: SaidEvent((user or "").lower(), cause, verdict_id or "", client or "", code)
        for signin_id, user, cause, verdict_id, client, code in zip(*columns, strict=True)
    }

"""Sign-ins and evidence, read side by side.

Loads nothing heavy before the scan runs, so that it starts at once.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal

import duckdb

from analyzer.engine.duckdb_engine import DuckDbEngine

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from analyzer.engine.duckdb_engine import Loaded
    from analyzer.evidence import Evidence, EvidenceFiles
    from analyzer.evidence.onprem import Connections
    from analyzer.identity import Listed
    from analyzer.settings import Settings

    Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller decided: zone and order of move times, window, time of the report.

    Attributes:
        onprem_logs: Where on-premises logs are; none is not given.
    """

    moves_timezone: str | None
    date_order: Literal["dmy", "mdy", "ymd"] | None
    since: datetime | None
    until: datetime | None
    generated_at: datetime
    onprem_logs: tuple[str | Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: sign-ins inside the engine, the evidence, and on-premises logs if given."""

    engine: DuckDbEngine
    loaded: Loaded
    evidence: Evidence
    listed: Listed
    connections: Connections | None = None


def read(
    signins: Callable[[DuckDbEngine, Say], Loaded],
    files: Callable[[], EvidenceFiles],
    options: Options,
    settings: Settings,
    progress: Say | None = None,
) -> Reading:
    """Read the sign-ins, and beside them the evidence; whichever fails first ends both.

    Args:
        signins: Loads the sign-ins into the engine it is given, and says what it is about.
        files: Reads the evidence files.
        options: Zone and order of the evidence's times.
        settings: The engine's.
        progress: Called with short sentences while it runs.

    Raises:
        UsageError: A needed zone or date order is missing.
        InputError: Nothing could be read, or evidence is not what it claims to be.
    """
    engine = DuckDbEngine(settings)
    try:
        with ThreadPoolExecutor(max_workers=1) as beside:
            reading = beside.submit(_evidence, files, options)
            reading.add_done_callback(lambda done: _stop(engine) if done.exception() else None)

            def say_or_fail(text: str) -> None:
                if reading.done():
                    reading.result()
                if progress:
                    progress(text)

            try:
                connections = _connections(engine, options, say_or_fail)
                loaded = signins(engine, say_or_fail)
            except duckdb.InterruptException:
                reading.result()
                raise
            return Reading(engine, loaded, *reading.result(), connections)
    except BaseException:
        engine.close()
        raise


def _connections(engine: DuckDbEngine, options: Options, say: Say) -> Connections | None:
    """On-premises logs, before the sign-ins: a wrong file is refused at once."""
    if not options.onprem_logs:
        return None
    from analyzer.engine.onprem import read_onprem  # noqa: PLC0415 - few runs have such logs

    return read_onprem(engine, options.onprem_logs, say)


def _stop(engine: DuckDbEngine) -> None:
    """End the scan that runs: with evidence that cannot be read there is nothing to triage."""
    engine.connection.interrupt()


def _evidence(files: Callable[[], EvidenceFiles], options: Options) -> tuple[Evidence, Listed]:
    from analyzer.evidence import load_evidence  # noqa: PLC0415 - beside the scan, not before it
    from analyzer.identity import Listed  # noqa: PLC0415

    evidence = load_evidence(
        files(), moves_timezone=options.moves_timezone, date_order=options.date_order
    )
    listed = Listed.of(evidence.recipients, evidence.moves)
    # Loaded here, while the scan runs, what comes after it is there when it ends.
    import_module("analyzer.case.pipeline")
    return evidence, listed

"""``analyzer pull``: sign-ins from Microsoft Graph into a store."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.cli import graph_options as graph_opt
from analyzer.cli import options as opt
from analyzer.cli.examples import examples
from analyzer.cli.outcome import DONE, INCOMPLETE
from analyzer.cli.output import emit
from analyzer.cli.telling import LogFormat, Telling

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analyzer.collecting.pull import Pulled, Wish
    from analyzer.evidence import Evidence
    from analyzer.sources.graph.settings import GraphSettings
    from analyzer.sources.store.layout import Store as StoreFolder

HELP = """Pull sign-ins from Microsoft Graph into a store.

Every slice of the time asked for ends up complete in the store, or is named as a gap by every
later report. Each run goes on where the last one stopped and tries all gaps again; a range in
the past (--until) leaves that place as it is. Exit code 4 when the tenant refuses, 5 when gaps
are left.
"""
EPILOG = examples(
    "analyzer pull --store store/ --since 2026-03-01 --moves moves.csv --moves-timezone UTC",
    "analyzer pull --store store/ --plan full && analyzer triage store/ --moves moves.csv",
)


class Plan(StrEnum):
    """What to ask the service for."""

    TRIAGE = "triage"
    FULL = "full"


Store = Annotated[
    Path, typer.Option("--store", metavar="DIR", help="The store; made where there is none.")
]
Since = Annotated[
    str | None,
    typer.Option(
        "--since", metavar="TIME", help="First instant; without it, where the last pull stopped."
    ),
]
Until = Annotated[
    str | None,
    typer.Option("--until", metavar="TIME", help="First instant not wanted; without it, now."),
]
PlanOption = Annotated[
    Plan,
    typer.Option(
        "--plan",
        help="full: everything. triage: what policies failed, legacy clients, and all of the "
        "people whom a legacy client, a block, an unmet demand or --moves names.",
    ),
]
Lag = Annotated[
    str | None,
    typer.Option("--lag", metavar="TIME", help="How late sign-ins may arrive, e.g. 2h."),
]
Overlap = Annotated[
    str | None,
    typer.Option("--overlap", metavar="TIME", help="How much is read again, e.g. 30m."),
]
GiveUp = Annotated[
    str | None,
    typer.Option(
        "--give-up", metavar="TIME", help="How long one window is tried before it is a gap."
    ),
]
Workers = Annotated[
    int | None, typer.Option("--workers", min=1, max=64, help="Windows read side by side.")
]
LogFormatOption = Annotated[
    LogFormat, typer.Option("--log-format", help="Form of progress on standard error.")
]


def pull(
    *,
    store: Store,
    since: Since = None,
    until: Until = None,
    plan: PlanOption = Plan.TRIAGE,
    moves: opt.Moves = None,
    recipients: opt.Recipients = None,
    moves_timezone: opt.MovesTimezone = None,
    date_order: opt.DateOrderOption = None,
    auth: graph_opt.Auth = None,
    cloud: graph_opt.Cloud = None,
    config: graph_opt.Config = None,
    lag: Lag = None,
    overlap: Overlap = None,
    give_up: GiveUp = None,
    workers: Workers = None,
    log_format: LogFormatOption = LogFormat.TEXT,
    allow_incomplete: opt.AllowIncomplete = False,
    quiet: opt.Quiet = False,
) -> None:
    """Pull sign-ins from Microsoft Graph into a store."""
    from analyzer.errors import IncompleteError  # noqa: PLC0415 - not for the help
    from analyzer.sources.configuration import (  # noqa: PLC0415
        load_configuration,
        unknown_variables,
    )

    flags = {
        "auth": auth,
        "cloud": cloud,
        "lag": lag,
        "overlap": overlap,
        "give_up_seconds": _seconds(give_up),
        "workers": workers,
    }
    settings = load_configuration(flags, environ=os.environ, config_path=config).graph
    evidence = _evidence(moves, recipients, moves_timezone, date_order)
    say = Telling(log_format, is_quiet=quiet)
    for warning in unknown_variables(os.environ):
        say(f"warning: {warning}")
    wish = _wish((since, until), plan, evidence, settings, say)
    try:
        pulled = _pulled(store, wish, settings, say)
    except (OSError, sqlite3.OperationalError) as error:
        why = getattr(error, "strerror", None) or str(error)
        msg = f"the store {store} cannot be written: {why}"
        raise IncompleteError(
            msg, remedy="Make room or check the folder's rights, then pull again: it goes on."
        ) from error
    emit(_told(store, pulled))
    has_gaps = any(gap.stream.startswith("signins") for gap in pulled.gaps)
    raise typer.Exit(INCOMPLETE if has_gaps and not allow_incomplete else DONE)


def _seconds(text: str | None) -> float | None:
    from analyzer.times import parse_duration  # noqa: PLC0415

    return None if text is None else parse_duration(text, what="--give-up").total_seconds()


def _evidence(
    moves: list[Path] | None,
    recipients: list[Path] | None,
    moves_timezone: str | None,
    date_order: opt.DateOrder | None,
) -> Evidence | None:
    if not moves:
        return None
    from analyzer.case import frames  # noqa: PLC0415 - heavy; only with moves
    from analyzer.evidence import load_evidence  # noqa: PLC0415

    files = frames.read_evidence(
        moves=moves,
        recipients=recipients or [],
        permissions=[],
        cas_mailboxes=[],
        org_config=[],
        policies=[],
    )
    return load_evidence(
        files,
        moves_timezone=moves_timezone,
        date_order=None if date_order is None else date_order.value,
    )


def _wish(
    times: tuple[str | None, str | None],
    plan: Plan,
    evidence: Evidence | None,
    settings: GraphSettings,
    say: Telling,
) -> Wish:
    from analyzer.collecting.pull import Wish  # noqa: PLC0415
    from analyzer.times import parse_instant  # noqa: PLC0415

    since, until = times
    ids: set[str] = set()
    names: set[str] = set()
    if evidence is not None:
        from analyzer.collecting.movers import movers_of  # noqa: PLC0415

        ids, names, nameless = movers_of(evidence)
        if nameless:
            say(f"{nameless} moves name nobody that Graph knows; add --recipients")
    return Wish(
        since=None if since is None else parse_instant(since, what="--since"),
        until=None if until is None else parse_instant(until, what="--until"),
        plan=plan.value,
        mover_ids=frozenset(ids),
        mover_names=frozenset(names),
        lag=settings.lag,
        overlap=settings.overlap,
        give_up_seconds=settings.give_up_seconds,
        workers=settings.workers,
    )


def _pulled(folder: Path, wish: Wish, settings: GraphSettings, say: Telling) -> Pulled:
    """Pull, and whatever happens sort what came into days."""
    import asyncio  # noqa: PLC0415

    from analyzer.engine.days import derive, pending  # noqa: PLC0415
    from analyzer.engine.duckdb_engine import DuckDbEngine  # noqa: PLC0415
    from analyzer.settings import Settings  # noqa: PLC0415
    from analyzer.sources.graph.credentials import token_source  # noqa: PLC0415
    from analyzer.sources.store.layout import Store as StoreFolder  # noqa: PLC0415

    tokens = token_source(settings, os.environ)
    with StoreFolder.create(folder) as store, store.locked():
        store.sweep()
        try:
            return asyncio.run(_asked(store, wish, settings, tokens, say))
        finally:
            left = pending(store)
            if left:
                say(f"sorting {len(left):,} files into days", files=len(left))
                with DuckDbEngine(Settings.from_environment()) as engine:
                    derive(engine, store, left, say)


async def _asked(
    store: StoreFolder,
    wish: Wish,
    settings: GraphSettings,
    tokens: object,
    say: Telling,
) -> Pulled:
    from analyzer.collecting.pull import Pull  # noqa: PLC0415
    from analyzer.collecting.ready import look_ahead  # noqa: PLC0415
    from analyzer.sources.graph.transport import connect  # noqa: PLC0415

    async with connect(settings, tokens) as graph:  # type: ignore[arg-type]
        now = datetime.now(UTC)
        work = Pull(store, graph, wish, now, say)
        await look_ahead(work, tokens, say)  # type: ignore[arg-type]
        work.on_page = lambda: say.progress(work.tally, graph.pacers["reports"].left())
        return await work.run()


def _told(folder: Path, pulled: Pulled) -> str:
    from analyzer.engine.from_store import gap_sentences  # noqa: PLC0415
    from analyzer.report.visible import visible  # noqa: PLC0415
    from analyzer.times import iso_z  # noqa: PLC0415

    tally = pulled.tally
    lines = [
        f"Pulled {iso_z(pulled.span[0])} to {iso_z(pulled.span[1])} into {folder}",
        f"  {tally.records:,} records in {tally.requests:,} requests, {tally.late:,} of them late",
    ]
    lines += [f"  {_stream_line(name, n)}" for name, n in _by_kind(tally.by_stream).items()]
    lines += [f"NOTE {note}" for note in pulled.notes]
    for start, end in pulled.still_open:
        lines.append(f"OPEN {iso_z(start)} to {iso_z(end)} may still grow; pull again later")
    lines += [f"GAP  {sentence}" for sentence in gap_sentences(folder.name, pulled.gaps)]
    if not pulled.gaps:
        lines.append("Complete: nothing that was ever asked of this store is missing.")
    return visible("\n".join(lines), keep="\n") + "\n"


def _by_kind(by_stream: Mapping[str, int]) -> dict[str, int]:
    """Records of each stream; those of single people together."""
    told: dict[str, int] = {}
    for name, records in by_stream.items():
        is_of_one = " person=" in name or " name=" in name
        kind = "signins of the people named" if is_of_one else name
        told[kind] = told.get(kind, 0) + records
    return {kind: records for kind, records in told.items() if records}


def _stream_line(name: str, records: int) -> str:
    return f"{records:>12,}  {name}"

"""``analyzer store``: what a store holds and lacks, whether it is whole, and its upkeep."""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.cli import options as opt
from analyzer.cli.examples import examples
from analyzer.cli.outcome import DONE, INCOMPLETE
from analyzer.cli.output import emit, say
from analyzer.cli.progress import Progress
from analyzer.cli.writing import writing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from analyzer.collecting.upkeep import Prunable
    from analyzer.collecting.verifying import Problem
    from analyzer.sources.store.layout import Store

HELP = "Look after a store: status, verify, rebuild, prune."
STATUS_HELP = """Show what a store holds and what it lacks.

Says first whether everything that was asked for is there, and each gap with its reason; then a
calendar of days, sizes, late rows, imports and rejects. Exit code 5 when sign-ins are missing.
"""
VERIFY_HELP = """Compare every file of a store with its ledger.

Checks size, digest, number of records and ids of every raw file, every day's rows, and who may
read the folder. Changes nothing. Exit code 5 when something is wrong; rights are only warned of.
"""
REBUILD_HELP = """Sort all raw files of a store into days again.

Refused, and nothing changed, where a raw file is missing or cut. Interrupted, the next writing
command goes on; a triage reads what is not sorted yet.
"""
PRUNE_HELP = """Remove from a store what is older than a time.

Asks first; without a terminal it takes --yes. Whole days (UTC) go, and raw files of which every
record is older. The store remembers it: a triage that asks for that time says it is missing.
"""
STATUS_EPILOG = examples(
    "analyzer store status store/", "analyzer store status store/ --format json | jq .gaps"
)
VERIFY_EPILOG = examples(
    "analyzer store verify store/", "analyzer store verify store/ && cp -a store/ /backup/"
)
REBUILD_EPILOG = examples(
    "analyzer store rebuild store/",
    "analyzer store rebuild store/ && analyzer store verify store/",
)
PRUNE_EPILOG = examples(
    "analyzer store prune store/ --older-than 90d",
    "analyzer store prune store/ --older-than 2026-01-01 --yes",
)

# Alone it would mean seconds, and no one means to keep ninety of these.
_LENGTH = re.compile(r"[0-9.]+\s*[smhdSMHD]")
_NOT_REMOVED = 0


class StatusFormat(StrEnum):
    """Forms the status can be written in."""

    TABLE = "table"
    JSON = "json"


Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="The store's folder.", show_default=False)
]
Form = Annotated[StatusFormat, typer.Option("--format", help="Form of the status.")]
OlderThan = Annotated[
    str,
    typer.Option(
        "--older-than", metavar="TIME", help="A length like 90d, or a date like 2026-01-01."
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]

app = typer.Typer(
    name="store",
    help=HELP,
    rich_markup_mode=None,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command("status", help=STATUS_HELP, epilog=STATUS_EPILOG)
def status(folder: Folder, *, form: Form = StatusFormat.TABLE, output: opt.Output = None) -> None:
    """Show what a store holds and what it lacks."""
    from analyzer.cli.store_status import as_json, as_text  # noqa: PLC0415 - not for the help
    from analyzer.collecting.upkeep import status_of  # noqa: PLC0415

    with _opened(folder) as store:
        told = status_of(store)
    name = str(folder)
    emit(as_json(name, told) if form is StatusFormat.JSON else as_text(name, told), output)
    raise typer.Exit(INCOMPLETE if told.signin_gaps else DONE)


@app.command("verify", help=VERIFY_HELP, epilog=VERIFY_EPILOG)
def verify(folder: Folder, *, quiet: opt.Quiet = False) -> None:
    """Compare every file of a store with its ledger."""
    from analyzer.collecting.verifying import verify as verified  # noqa: PLC0415

    with _opened(folder) as store, Progress(is_quiet=quiet) as progress:
        found = verified(store, progress)
    emit(_verdict(folder, found))
    is_wrong = any(not each.is_warning for each in found)
    raise typer.Exit(INCOMPLETE if is_wrong else DONE)


@app.command("rebuild", help=REBUILD_HELP, epilog=REBUILD_EPILOG)
def rebuild(folder: Folder, *, quiet: opt.Quiet = False) -> None:
    """Sort all raw files of a store into days again."""
    from analyzer.engine.days import rebuild as rebuilt  # noqa: PLC0415
    from analyzer.engine.duckdb_engine import DuckDbEngine  # noqa: PLC0415
    from analyzer.settings import Settings  # noqa: PLC0415

    with writing(_opened(folder)) as store, Progress(is_quiet=quiet) as progress:
        with DuckDbEngine(Settings.from_environment()) as engine:
            files = rebuilt(engine, store, progress)
        days = store.ledger.days()
    rejected = sum(each.rejected for each in files)
    emit(
        f"Rebuilt {len(days):,} days from {len(files):,} raw files: "
        f"{sum(rows for rows, _ in days.values()):,} sign-ins, "
        f"{sum(twice for _, twice in days.values()):,} copies merged, {rejected:,} rejected\n"
    )


@app.command("prune", help=PRUNE_HELP, epilog=PRUNE_EPILOG)
def prune(folder: Folder, *, older_than: OlderThan, yes: Yes = False) -> None:
    """Remove from a store what is older than a time."""
    from analyzer.collecting.upkeep import prunable  # noqa: PLC0415 - not for the help
    from analyzer.collecting.upkeep import prune as pruned  # noqa: PLC0415

    before = _before(older_than)
    with writing(_opened(folder)) as store:
        going = prunable(store, before)
        if going.is_nothing:
            emit(f"Nothing in {folder} is older than {_time(going)}.\n")
            return
        if not yes and not _agreed(going):
            say("nothing was removed")
            raise typer.Exit(_NOT_REMOVED)
        pruned(store, going)
    emit(f"Removed {_what(going)}.\n")


def _opened(folder: Path) -> Store:
    from analyzer.sources.store.layout import Store as StoreFolder  # noqa: PLC0415

    return StoreFolder.open(folder)


def _verdict(folder: Path, found: Sequence[Problem]) -> str:
    from analyzer.cli.store_status import counted  # noqa: PLC0415
    from analyzer.report.visible import visible  # noqa: PLC0415 - not for the help

    lines = [
        visible(f"{'WARNING' if each.is_warning else 'PROBLEM'} {each.path} {each.what}")
        for each in found
    ]
    wrong = sum(not each.is_warning for each in found)
    warned = len(found) - wrong
    more = f"; {counted(warned, 'warning')}" if warned else ""
    head = f"{counted(wrong, 'problem')}" if wrong else "every file is as the ledger says"
    lines.insert(0, visible(f"Store {folder}: {head}{more}"))
    return "\n".join(lines) + "\n"


def _before(text: str) -> datetime:
    """The instant that ``--older-than`` means.

    Raises:
        UsageError: It is neither a length with its unit nor a date, or lies ahead.
    """
    from datetime import UTC, datetime  # noqa: PLC0415

    from analyzer.errors import UsageError  # noqa: PLC0415 - not for the help
    from analyzer.times import parse_duration, parse_instant  # noqa: PLC0415

    what = "--older-than"
    now = datetime.now(UTC)
    if _LENGTH.fullmatch(text.strip()):
        return now - parse_duration(text, what=what)
    if text.strip().isdecimal():
        msg = f"{what} {text!r} names no unit"
        raise UsageError(msg, remedy="Write it like 90d, or as a date like 2026-01-01.")
    before = parse_instant(text, what=what)
    if before > now:
        msg = f"{what} {text!r} lies ahead"
        raise UsageError(msg, remedy="Name a date in the past, or a length like 90d.")
    return before


def _agreed(going: Prunable) -> bool:
    """Ask whether these files may go.

    Raises:
        UsageError: Nobody is there to ask.
    """
    if not sys.stdin.isatty():
        from analyzer.errors import UsageError  # noqa: PLC0415

        msg = f"this would remove {_what(going)}"
        raise UsageError(msg, remedy="Add --yes to remove it without being asked.")
    return typer.confirm(f"Remove {_what(going)}?", err=True)


def _what(going: Prunable) -> str:
    from analyzer.cli.store_status import counted, size_text  # noqa: PLC0415

    return (
        f"{counted(going.rows, 'sign-in')} of {counted(len(going.days), 'day')} and "
        f"{counted(len(going.raw), 'raw file')} from before {_time(going)} "
        f"({size_text(going.bytes)})"
    )


def _time(going: Prunable) -> str:
    from analyzer.times import iso_z  # noqa: PLC0415

    return iso_z(going.before)

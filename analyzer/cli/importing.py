"""``analyzer import``: exports taken into a store."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.cli import options as opt
from analyzer.cli.examples import examples
from analyzer.cli.outcome import DONE, INCOMPLETE
from analyzer.cli.output import emit
from analyzer.cli.progress import Progress
from analyzer.cli.writing import writing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.collecting.importing import Imported

HELP = """Take sign-in exports into a store.

Files are copied as they are, each once, and sorted into days; a sign-in that is there already,
by pull or in another format, is merged by its id. The store is made where there is none. Exit
code 5 when a file or a record could not be read, 3 when no file could.
"""
EPILOG = examples(
    "analyzer import store/ exports/ signins.json.gz",
    "analyzer import store/ 'sentinel/*.csv' --rejects rejects.ndjson",
)
NOTHING_READABLE = 3

Folder = Annotated[
    Path,
    typer.Argument(metavar="DIR", help="The store; made where there is none.", show_default=False),
]


def import_(
    folder: Folder,
    signins: opt.Signins,
    *,
    rejects: opt.Rejects = None,
    quiet: opt.Quiet = False,
) -> None:
    """Take sign-in exports into a store."""
    from analyzer.collecting.importing import import_files  # noqa: PLC0415 - not for the help
    from analyzer.engine.duckdb_engine import DuckDbEngine  # noqa: PLC0415
    from analyzer.settings import Settings  # noqa: PLC0415
    from analyzer.sources.inputs import find_inputs  # noqa: PLC0415
    from analyzer.sources.store.layout import Store  # noqa: PLC0415

    with DuckDbEngine(Settings.from_environment()) as engine, Progress(is_quiet=quiet) as progress:
        # Looked for first: a name mistyped leaves no empty store behind.
        found = find_inputs(signins, engine.new_folder())
        with writing(Store.create(folder)) as store:
            results = import_files(engine, store, found.files, progress)
            days = store.ledger.days()
    if rejects is not None:
        emit(_rejects_text(results, is_csv=rejects.suffix.lower() == ".csv"), rejects)
    emit(_told(folder, results, found.notes, days))
    raise typer.Exit(_code(results))


def _code(results: Sequence[Imported]) -> int:
    if all(each.refused for each in results):
        return NOTHING_READABLE
    return INCOMPLETE if any(each.refused or each.rejects for each in results) else DONE


def _told(
    folder: Path,
    results: Sequence[Imported],
    notes: Sequence[str],
    days: dict[str, tuple[int, int]],
) -> str:
    from analyzer.cli.store_status import counted  # noqa: PLC0415 - not for the help
    from analyzer.report.visible import visible  # noqa: PLC0415

    lines = [line for each in results for line in _lines(each)]
    lines += [f"NOTE {note}" for note in notes]
    rows = counted(sum(count for count, _ in days.values()), "sign-in")
    twice = sum(count for _, count in days.values())
    lines.append(f"{folder} holds {rows} of {counted(len(days), 'day')}; {twice:,} copies merged")
    return "".join(f"{visible(line)}\n" for line in lines)


def _lines(each: Imported) -> list[str]:
    if each.refused:
        return [f"{each.label}: refused, it {each.refused}", f"  -> {each.remedy}"]
    if each.was_there:
        return [f"{each.label}: already imported"]
    parts = [f"{each.events:,} events ({each.format})", f"{len(each.rejects):,} rejected"]
    if each.left_out:
        parts.append(f"{each.left_out:,} left out, from before the time the store was pruned to")
    first = next((f"line {line}: {why}" for line, why, _ in each.rejects if line), None)
    first = first or next((f"it {why}" for _, why, _ in each.rejects), None)
    return [f"{each.label}: {', '.join(parts)}", *([f"  {first}"] if first else [])]


def _rejects_text(results: Sequence[Imported], *, is_csv: bool) -> str:
    """Every record that could not be read, in the columns that triage writes."""
    from analyzer.report.rows import csv_cell  # noqa: PLC0415 - not for the help

    names = ("file", "line", "reason", "text")
    rows = [(each.label, *reject) for each in results for reject in each.rejects]
    if not is_csv:
        return "".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in rows)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for label, line, reason, raw in rows:
        writer.writerow((csv_cell(label), line, csv_cell(reason), csv_cell(raw)))
    return text.getvalue()

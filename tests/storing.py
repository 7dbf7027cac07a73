"""Small stores, made by hand, and the store's commands as a user runs them."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import typer

from analyzer.cli import importing, store, triage
from analyzer.cli.run import main
from analyzer.collecting.importing import import_files
from analyzer.collecting.reader import digest_of
from analyzer.engine.days import derive, pending
from analyzer.sources.inputs import find_inputs
from analyzer.sources.store.layout import Store
from analyzer.sources.store.ledger import Slice
from analyzer.sources.store.raw import RawWriter
from tests.engine_support import engine, graph

NOW = datetime(2026, 3, 20, tzinfo=UTC)
ROOT = Path(__file__).parents[1]


def at(day: int, hour: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def signin(number: int, day: int, hour: int = 7, **changes: Any) -> dict[str, Any]:
    return graph(number, createdDateTime=f"2026-03-{day:02d}T{hour:02d}:00:00Z", **changes)


def silent(_text: str) -> None:
    """Say nothing."""


def add_slice(
    held: Store, records: list[dict[str, Any]], span: tuple[datetime, datetime], **facts: Any
) -> str:
    """Write records as a pull does; returns the file's path."""
    stream = facts.pop("stream", "signins")
    folder = "signins" if stream.startswith("signins") else "audits"
    number = len(held.ledger.stored())
    path = f"raw/{folder}/{span[0]:%Y-%m-%d}/{span[0]:%Y%m%dT%H%M%S}-{number}.jsonl.gz"
    with RawWriter(held.folder, path) as writer:
        writer.write([json.dumps(record).encode() for record in records])
        times = sorted(datetime.fromisoformat(record["createdDateTime"]) for record in records)
        file = writer.finish(times[0], times[-1])
    ids = {record["id"].lower(): "" for record in records}
    read = Slice(
        stream, span, file=file, rows=len(records), distinct_ids=len(ids),
        ids_digest=digest_of(ids), requests=1, **facts,
    )  # fmt: skip
    held.ledger.ask(stream, span, NOW)
    held.ledger.record([read], NOW)
    return path


def sort(held: Store, folder: Path) -> None:
    """Sort what is pending into days."""
    with engine(folder) as own:
        derive(own, held, pending(held), silent)


def take(held: Store, folder: Path, *files: Path):
    """Import files into an open store."""
    with engine(folder) as own:
        return import_files(own, held, find_inputs(files, own.new_folder()).files, silent)


def held_rows(held: Store) -> list[dict[str, Any]]:
    """Every row of the days' files."""
    files = [str(path) for path in held.day_files().values()]
    if not files:
        return []
    with duckdb.connect() as connection:
        rows = connection.read_parquet(files).order("signin_id")
        return [dict(zip(rows.columns, row, strict=True)) for row in rows.fetchall()]


@dataclass(frozen=True)
class Done:
    """What a run left behind."""

    code: int
    out: str
    err: str


def program() -> typer.Typer:
    """The commands of a store."""
    app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
    app.add_typer(store.app)
    app.command("import", help=importing.HELP, epilog=importing.EPILOG)(importing.import_)
    app.command("triage")(triage.triage)
    return app


def run(capfd: pytest.CaptureFixture[str], *arguments: object) -> Done:
    """Run a command in this process."""
    with pytest.raises(SystemExit) as caught:
        main([str(each) for each in arguments], program=program())
    sys.stdout.flush()
    out, err = capfd.readouterr()
    return Done(caught.value.code or 0, out, err)

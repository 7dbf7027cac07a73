"""The embedded engine: sign-ins of any export in, canonical tables out, on disk throughout."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import duckdb

from analyzer.engine import conversions
from analyzer.engine.conform import INPUT
from analyzer.engine.from_frame import FRAME_LABEL, conform_frame
from analyzer.engine.layout import literal
from analyzer.engine.loading import Parts, create_rejects, read_all
from analyzer.engine.tables import Tables, finish
from analyzer.errors import InputError
from analyzer.results import InputRead, Reject
from analyzer.sources.inputs import find_inputs
from analyzer.sources.prepared import prepare
from analyzer.sources.store.marks import is_store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from types import TracebackType

    from analyzer.settings import Settings

MAX_REJECTS_KEPT = 1000
_REFUSALS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was read, and what became of everything else.

    Attributes:
        signins: Columns of ``schema.SIGNINS``, one row for each distinct sign-in id.
        policy_results: Columns of ``schema.POLICY_RESULTS``; only results that tell something.
        inputs: One for each file or archive member, in the order found.
        rejects: The first thousand; all are counted in ``inputs``.
        gaps: Sentences that make the data incomplete: rejected records, refused files.
        notes: Sentences that do not.
    """

    signins: duckdb.DuckDBPyRelation
    policy_results: duckdb.DuckDBPyRelation
    inputs: tuple[InputRead, ...]
    rejects: tuple[Reject, ...]
    gaps: tuple[str, ...]
    notes: tuple[str, ...]


class DuckDbEngine:
    """One DuckDB connection with a temporary folder of its own; a context manager.

    Everything read goes through Parquet files in the folder, so that peak memory does not grow
    with the input. One load at a time: a second load replaces the tables of the first.

    Attributes:
        connection: In UTC, limited to the settings' memory and threads.
        folder: Removed by ``close``.
    """

    def __init__(self, settings: Settings) -> None:
        settings.spill_folder.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix="analyzer-", dir=settings.spill_folder))
        self.connection = duckdb.connect(
            config={
                "memory_limit": f"{settings.memory_mib}MiB",
                "threads": settings.threads,
                "temp_directory": str(self.folder / "spill"),
                "preserve_insertion_order": False,
            }
        )
        self.connection.execute("SET TimeZone = 'UTC'")
        # Every planning of a query looks at the footers of the files it reads.
        self.connection.execute("SET parquet_metadata_cache = true")
        # Off where it is on; in a notebook without widgets even switching it off is an error.
        shown = self.connection.execute("SELECT current_setting('enable_progress_bar')")
        if shown.fetchall()[0][0]:
            self.connection.execute("SET enable_progress_bar = false")
        conversions.install(self.connection)
        self._loads = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection and remove the folder; relations of it are of no use then."""
        self.connection.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def load(
        self,
        inputs: Sequence[Path | str],
        *,
        rejects_file: Path | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        progress: Callable[[str], None] | None = None,
    ) -> Loaded:
        """Read sign-ins from files of any known export, mixed.

        Args:
            inputs: Paths, folders, globs, or ``-`` for standard input.
            rejects_file: Where to write every reject: CSV by that suffix, else JSON lines.
            since: First instant wanted, aware.
            until: First instant no longer wanted, aware.
            progress: Called with a few words before each longer step.

        Raises:
            InputError: A path does not exist or cannot be read, or nothing at all could be.
        """
        say = progress or (lambda _text: None)
        folder = self.new_folder()
        spool = folder / "spool"
        spool.mkdir()
        stores = [Path(named) for named in inputs if is_store(Path(named))]
        others = [named for named in inputs if not is_store(Path(named))]
        found = find_inputs(others, spool)
        say(f"looking at {len(found.files)} file{'' if len(found.files) == 1 else 's'}")
        prepared = [prepare(i, source, spool) for i, source in enumerate(found.files)]
        create_rejects(self.connection)
        parts = read_all(self.connection, folder, prepared, say)
        labels = {p.number: p.label for p in prepared}
        stored_notes: list[str] = []
        for store in stores:
            labels[len(labels)] = str(store)
            stored_notes += self._add_store(store, len(labels) - 1, parts, (since, until))
        if labels and len(parts.refusals) == len(labels):
            raise _nothing_readable(parts, labels)
        say("merging duplicates")
        tables = finish(self.connection, folder, parts.rows(), since, until)
        repaired = [p.label for p in prepared if p.head.has_trailing_commas]
        notes = [*found.notes, *(f"trailing commas overlooked in {label}" for label in repaired)]
        notes += stored_notes
        return self._loaded(tables, parts, labels, notes, rejects_file)

    def _add_store(
        self, folder: Path, number: int, parts: Parts, window: tuple[datetime | None, ...]
    ) -> list[str]:
        from analyzer.engine.from_store import add_store  # noqa: PLC0415 - few runs have a store
        from analyzer.sources.store.layout import Store  # noqa: PLC0415

        with Store.open(folder) as store:
            return add_store(self, store, number, parts, (window[0], window[1]))

    def load_frame(
        self,
        frame: object,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Loaded:
        """Read sign-ins from a frame with the columns of any known export, or canonical ones.

        Args:
            frame: pandas, pyarrow, Polars, or a DuckDB relation.
            since: First instant wanted, aware.
            until: First instant no longer wanted, aware.

        Raises:
            InputError: The columns are those of no known export.
        """
        folder = self.new_folder()
        create_rejects(self.connection)
        form, path = conform_frame(self.connection, frame, folder)
        parts = Parts(formats={0: form.name})
        parts.add(path)
        tables = finish(self.connection, folder, parts.rows(), since, until)
        return self._loaded(tables, parts, {0: FRAME_LABEL}, (), None)

    def new_folder(self) -> Path:
        """A folder for the files of one load, inside the engine's own."""
        self._loads += 1
        folder = self.folder / f"load-{self._loads}"
        folder.mkdir()
        return folder

    def _loaded(
        self,
        tables: Tables,
        parts: Parts,
        labels: dict[int, str],
        notes: Sequence[str],
        rejects_file: Path | None,
    ) -> Loaded:
        rejected = dict(
            self.connection.execute(f"SELECT {INPUT}, count(*) FROM rejects GROUP BY 1").fetchall()
        )
        rows = self.connection.execute(
            f"SELECT {INPUT}, line, reason, raw FROM rejects "
            f"ORDER BY {INPUT}, line NULLS LAST, reason LIMIT {MAX_REJECTS_KEPT}"
        ).fetchall()
        rejects = tuple(Reject(labels[n], line, why, raw or "") for n, line, why, raw in rows)
        inputs = tuple(
            _input_read(number, label, tables, parts, rejected)
            for number, label in sorted(labels.items())
        )
        if rejects_file:
            self._write_rejects(rejects_file, labels)
        gaps = (*parts.gaps, *_gaps(inputs, rejects))
        return Loaded(
            tables.signins,
            tables.policy_results,
            inputs,
            rejects,
            gaps,
            (*notes, *tables.notes),
        )

    def _write_rejects(self, target: Path, labels: dict[int, str]) -> None:
        """Write every reject; in CSV a cell that looks like a formula gets an apostrophe."""
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE reject_files ({INPUT} INTEGER, file VARCHAR)"
        )
        self.connection.executemany(
            "INSERT INTO reject_files VALUES (?, ?)", [list(pair) for pair in labels.items()]
        )
        is_csv = target.suffix.lower() == ".csv"
        text = "raw"
        if is_csv:
            text = "CASE WHEN regexp_matches(raw, '^[=+\\-@\\t]') THEN '''' || raw ELSE raw END"
        options = "FORMAT csv, HEADER" if is_csv else "FORMAT json"
        try:
            self.connection.execute(
                f"COPY (SELECT file, line, reason, {text} AS text FROM rejects "
                f"JOIN reject_files USING ({INPUT}) ORDER BY {INPUT}, line) "
                f"TO {literal(str(target))} ({options})"
            )
        except duckdb.IOException as error:
            msg = f"rejects cannot be written to {target}"
            raise InputError(msg, remedy="Name a file in a folder you may write to.") from error


def _input_read(
    number: int,
    label: str,
    tables: Tables,
    parts: Parts,
    rejected: dict[int, int],
) -> InputRead:
    events = tables.events.get(number, 0)
    refusal = parts.refusals.get(number)
    return InputRead(
        path=label,
        format=parts.formats.get(number, "none" if refusal else "unknown"),
        events=events,
        duplicates=tables.found.get(number, 0) - events,
        rejected=rejected.get(number, 0),
        refused=refusal.why if refusal else None,
        remedy=refusal.remedy if refusal else None,
    )


def _gaps(inputs: Sequence[InputRead], rejects: Sequence[Reject]) -> list[str]:
    first = {r.path: r for r in reversed(rejects)}
    gaps = []
    for each in inputs:
        if each.refused:
            gaps.append(f"{each.path} was not read: it {each.refused}. {each.remedy}")
        elif each.rejected:
            noun = "record" if each.rejected == 1 else "records"
            reject = first.get(each.path)
            where = f" (line {reject.line}: {reject.reason})" if reject and reject.line else ""
            gaps.append(f"{each.rejected:,} {noun} of {each.path} rejected{where}")
    return gaps


def _nothing_readable(parts: Parts, labels: dict[int, str]) -> InputError:
    refusals = sorted(parts.refusals.items())
    if len(refusals) == 1:
        number, refusal = refusals[0]
        return InputError(f"it {refusal.why}", remedy=refusal.remedy, source=labels[number])
    listed = "; ".join(f"{labels[n]} {r.why}" for n, r in refusals[:_REFUSALS_SHOWN])
    unsaid = len(refusals) - _REFUSALS_SHOWN
    more = f"; and {unsaid} more" if unsaid > 0 else ""
    return InputError(
        f"none of {len(refusals)} files holds sign-ins: {listed}{more}",
        remedy=refusals[0][1].remedy,
    )

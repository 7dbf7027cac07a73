"""A store as an input: its days' files, and every span that it was asked for and lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.engine.conform import INPUT, POLICIES
from analyzer.engine.days import kept_rows, pending, prepared_of
from analyzer.engine.layout import literal
from analyzer.engine.loading import read_all
from analyzer.schema import SIGNINS
from analyzer.sources.store.ledger import EVERYTHING, PEOPLE
from analyzer.sources.store.spans import united, without
from analyzer.times import iso_z

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from analyzer.engine.duckdb_engine import DuckDbEngine
    from analyzer.engine.loading import Parts
    from analyzer.sources.store.layout import Store
    from analyzer.sources.store.ledger import Gap

_NAMES = ", ".join(c.name for c in SIGNINS)
_GAPS_SHOWN = 12
FORMAT = "store"

Window = tuple["datetime | None", "datetime | None"]


def add_store(
    engine: DuckDbEngine, store: Store, number: int, parts: Parts, window: Window
) -> list[str]:
    """Add a store's sign-ins and gaps to what was read.

    Args:
        engine: Reads them.
        store: The store.
        number: The store's place among the inputs.
        parts: What was read so far; added to.
        window: Since and until of the triage; days and gaps outside do not count.

    Returns:
        Notes for the coverage.
    """
    parts.formats[number] = FORMAT
    # What is missing is looked up before what is there: a pull that goes on meanwhile can then
    # only make the answer too careful.
    gaps = _gaps_inside(store, window)
    parts.gaps += gap_sentences(store.folder.name, gaps)
    parts.gaps += _never_asked(store, window)
    pruned, is_missed = _pruned(store, window)
    parts.gaps += pruned if is_missed else []
    notes = [*_notes(store), *([] if is_missed else pruned)]
    _add_pending(engine, store, number, parts)
    _add_rejects(engine, store, number)
    parts.gaps += _lost_days(store, window)
    files = [str(path) for day, path in store.day_files().items() if _is_wanted(day, window)]
    if files:
        listed = ", ".join(literal(path) for path in files)
        parts.queries.append(
            f"SELECT {_NAMES}, {number} AS {INPUT}, {POLICIES} FROM read_parquet([{listed}])"
        )
    return notes


def _never_asked(store: Store, window: Window) -> list[str]:
    """Time inside the window, or between what was pulled, that no pull ever asked for."""
    ledger = store.ledger
    asked = united([*ledger.asked(EVERYTHING), *ledger.asked(PEOPLE)])
    if not asked:
        return []
    since, until = window
    span = (since or asked[0][0], until or asked[-1][1])
    kept = ledger.pruned_until()
    if kept is not None:
        span = (max(span[0], kept), span[1])
    holes = without([span], asked) if span[0] < span[1] else []
    told = f"store {store.folder.name} was never asked for sign-ins"
    return [f"{told} from {iso_z(start)} to {iso_z(end)}" for start, end in holes]


def _lost_days(store: Store, window: Window) -> list[str]:
    """Days' files that the ledger knows and the folder lacks."""
    there = store.day_files()
    lost = [d for d in store.ledger.days() if d not in there and _is_wanted(d, window)]
    return [
        f"store {store.folder.name} has lost its file of {day}; `analyzer store rebuild` makes it "
        "again"
        for day in lost
    ]


def _pruned(store: Store, window: Window) -> tuple[list[str], bool]:
    """What was removed on request, and whether the window asks for it.

    A triage of whatever the store has does not: what is gone is then only said.
    """
    until = store.ledger.pruned_until()
    since, end = window
    if until is None or (since is not None and since >= until):
        return [], False
    told = f"sign-ins before {iso_z(until)} were pruned from store {store.folder.name}"
    asks_for_it = since is not None or (end is not None and end <= until)
    return [told], asks_for_it


def _add_pending(engine: DuckDbEngine, store: Store, number: int, parts: Parts) -> None:
    """Read raw files that an interrupted run left to be sorted into days."""
    left = pending(store)
    if not left:
        return
    folder = engine.new_folder()
    numbered = ((number, path) for path in left)
    for place, each in enumerate(prepared_of(store, numbered, folder)):
        own = folder / f"pending-{place}"
        own.mkdir()
        more = read_all(engine.connection, own, [each], lambda _text: None)
        parts.queries += [kept_rows(store, query) for query in more.queries]
        parts.gaps += more.gaps
        if refusal := more.refusals.get(number):
            parts.gaps.append(
                f"{each.label} of store {store.folder.name} was not read: it {refusal.why}. "
                f"{refusal.remedy}"
            )


def _add_rejects(engine: DuckDbEngine, store: Store, number: int) -> None:
    rows = [
        [number, line, f"{file}: {reason}", raw]
        for file, line, reason, raw in store.ledger.rejects()
    ]
    if rows:
        engine.connection.executemany("INSERT INTO rejects VALUES (?, ?, ?, ?)", rows)


def _is_wanted(day: str, window: Window) -> bool:
    since, until = window
    starts_late = until is not None and day >= until.isoformat() and day != until.date().isoformat()
    return not ((since is not None and day < since.date().isoformat()) or starts_late)


def _gaps_inside(store: Store, window: Window) -> list[Gap]:
    since, until = window
    return [
        gap
        for gap in store.ledger.gaps()
        if gap.stream.startswith(EVERYTHING)
        and (until is None or gap.span[0] < until)
        and (since is None or gap.span[1] > since)
    ]


def gap_sentences(name: str, gaps: Sequence[Gap]) -> list[str]:
    """Gaps as sentences, those of one reason together."""
    by_reason: dict[str, list[Gap]] = {}
    for gap in gaps:
        by_reason.setdefault(gap.why, []).append(gap)
    sentences = []
    for why, group in by_reason.items():
        spans = united(gap.span for gap in group)
        told = "; ".join(f"{iso_z(a)} to {iso_z(b)}" for a, b in spans[:_GAPS_SHOWN])
        more = f"; and {len(spans) - _GAPS_SHOWN} more" if len(spans) > _GAPS_SHOWN else ""
        what = _what(sorted({gap.stream for gap in group}))
        sentences.append(f"store {name} lacks {what} from {told}{more}: {why}")
    return sentences


def _what(streams: Sequence[str]) -> str:
    if EVERYTHING in streams:
        return "sign-ins"
    parts = [name.removeprefix(f"{EVERYTHING} ") for name in streams]
    people = [p for p in parts if p.startswith(("person=", "name="))]
    rest = [p for p in parts if p not in people]
    told = [*rest[:3], *([f"{len(rest) - 3} more kinds"] if len(rest) > 3 else [])]  # noqa: PLR2004
    if people:
        told.append(f"{len(people)} {'person' if len(people) == 1 else 'people'}")
    return f"sign-ins ({', '.join(told)})"


def _notes(store: Store) -> list[str]:
    ledger = store.ledger
    notes = []
    days = ledger.days()
    twice = sum(duplicates for _, duplicates in days.values())
    if twice:
        notes.append(f"{twice:,} records that store {store.folder.name} received twice are merged")
    still_open = united(
        span
        for standing in ledger.standings()
        if standing.stream.startswith(EVERYTHING)
        for span in standing.still_open
    )
    for start, end in still_open:
        notes.append(f"sign-ins from {iso_z(start)} to {iso_z(end)} may still arrive; pull again")
    some = without(ledger.asked(PEOPLE), ledger.asked(EVERYTHING))
    if some:
        told = "; ".join(f"{iso_z(a)} to {iso_z(b)}" for a, b in some[:_GAPS_SHOWN])
        notes.append(
            f"store {store.folder.name} was pulled by the triage plan from {told}: of people whom "
            "no block, no unmet demand, no legacy client and no move names nothing but prompts was "
            "fetched; wrong passwords of modern clients are among what is missing"
        )
    audits = [gap for gap in ledger.gaps() if not gap.stream.startswith(EVERYTHING)]
    if audits:
        spans = united(gap.span for gap in audits)
        told = "; ".join(f"{iso_z(a)} to {iso_z(b)}" for a, b in spans[:_GAPS_SHOWN])
        notes.append(f"changes of policies and groups are missing from {told}: {audits[0].why}")
    return notes

"""The status of a store as text that fits 80 columns, and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from analyzer.cli.paragraphs import paragraph
from analyzer.collecting.upkeep import SIGNIN_KINDS
from analyzer.engine.from_store import gap_sentences
from analyzer.report.visible import visible
from analyzer.sources.store.spans import united, within, without
from analyzer.times import iso_z

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from analyzer.collecting.upkeep import Status
    from analyzer.sources.store.spans import Span

COMPLETE, PARTLY, MISSING, IMPORTED, NOT_ASKED = "#", "+", "!", "i", "."
LEGEND = (
    f"{COMPLETE} complete   {PARTLY} partly asked, or may grow   {MISSING} gap: part is missing",
    f"{IMPORTED} imports only, completeness not known   {NOT_ASKED} not asked",
)
_RULER = "          1...5....10...15...20...25...30."
_DAY = timedelta(days=1)
_IMPORTS_SHOWN = 20
_SPANS_SHOWN = 4
_LABEL_WIDTH = 36
_KIB = 1024
_MOMENT = timedelta(microseconds=1)


def as_text(name: str, status: Status) -> str:
    """The status of a store: whether complete, gaps, a calendar, sizes."""
    heads = [paragraph(text, indent=0, mark=mark) for mark, text in _heads(name, status)]
    lines = [*heads, "", *_calendar(status), "", *_facts(status)]
    if status.imports:
        lines += ["", *_imports(status)]
    return visible("\n".join(lines), keep="\n") + "\n"


def _heads(name: str, status: Status) -> Iterator[tuple[str, str]]:
    gaps = gap_sentences(name, status.signin_gaps)
    audits = gap_sentences(name, [g for g in status.gaps if g not in status.signin_gaps])
    if gaps:
        yield "", f"Store {name} is incomplete: sign-ins that were asked for are missing."
    elif any(each.kind in SIGNIN_KINDS for each in status.coverage):
        yield "", f"Store {name} is complete: no sign-in that was ever asked for is missing."
    else:
        yield "", f"Store {name} was never asked to pull; it holds what its imports hold."
    yield from (("GAP  ", sentence) for sentence in gaps)
    yield from (("NOTE ", sentence.replace("sign-ins", "audits", 1)) for sentence in audits)
    if status.rejects:
        yield "NOTE ", f"{counted(status.rejects, 'record')} could not be read"
    if status.pruned_until:
        yield "NOTE ", f"everything before {iso_z(status.pruned_until)} was pruned on request"
    if status.pending:
        yield (
            "NOTE ",
            f"{counted(status.pending, 'file')} not sorted into days yet; triage reads them",
        )
    for start, end in _open(status):
        yield "OPEN ", f"{iso_z(start)} to {iso_z(end)} may still grow; pull again later"


def _open(status: Status) -> list[Span]:
    kinds = [each for each in status.coverage if each.kind in SIGNIN_KINDS]
    return united(span for each in kinds for span in each.still_open)


def days_of(status: Status) -> dict[date, str]:
    """One character for each day from the first asked or stored to the last."""
    asked = united(
        span for each in status.coverage if each.kind in SIGNIN_KINDS for span in each.asked
    )
    missing = united(gap.span for gap in status.signin_gaps)
    growing = _open(status)
    stored = {date.fromisoformat(each.day) for each in status.days}
    ends = [*stored, *(a.date() for a, _ in asked), *((b - _MOMENT).date() for _, b in asked)]
    if not ends:
        return {}
    first, last = min(ends), max(ends)
    result = {}
    for number in range((last - first).days + 1):
        day = first + number * _DAY
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        whole = (start, start + _DAY)
        if not within(asked, whole):
            result[day] = IMPORTED if day in stored else NOT_ASKED
        elif within(missing, whole):
            result[day] = MISSING
        elif without([whole], asked) or within(growing, whole):
            result[day] = PARTLY
        else:
            result[day] = COMPLETE
    return result


def _calendar(status: Status) -> Iterator[str]:
    """One line a month, one character a day, and how many sign-ins that is."""
    days = days_of(status)
    if not days:
        yield "No day was asked for, and none is stored."
        return
    rows = Counter[str]()
    for each in status.days:
        rows[each.day[:7]] += each.rows
    yield f"{_RULER}  sign-ins (days in UTC)"
    at, last = min(days).replace(day=1), max(days)
    while at <= last:
        following = (at + 31 * _DAY).replace(day=1)
        line = "".join(days.get(at + n * _DAY, " ") for n in range((following - at).days))
        yield f"{at:%Y-%m}   {line:<31} {rows[f'{at:%Y-%m}']:>11,}"
        at = following
    yield from LEGEND


def _facts(status: Status) -> Iterator[str]:
    for each in status.coverage:
        streams = "" if each.streams == 1 else f" ({each.streams:,} questions)"
        yield f"Asked: {each.kind}{streams}"
        yield from (f"  {line}" for line in _spans(each.asked))
    rows = sum(each.rows for each in status.days)
    merged = sum(each.duplicates for each in status.days)
    on = f"on {counted(len(status.days), 'day')}; {merged:,} copies merged"
    yield f"Sign-ins    {rows:>15,}  {on}"
    if status.requests:
        asked = f"records in {counted(status.requests, 'request')}"
        yield f"From Graph  {status.received:>15,}  {asked}"
        yield f"Late        {status.late_rows:>15,}  records came after their time had been read"
    yield f"Imports     {len(status.imports):>15,}  {counted(status.rejects, 'record')} rejected"
    size = status.bytes
    total = size.raw + size.days + size.ledger
    yield (
        f"Size        {size_text(total):>15}  raw {size_text(size.raw)}, "
        f"days {size_text(size.days)}, ledger {size_text(size.ledger)}"
    )
    if status.cursor:
        yield f"The next pull goes on from {iso_z(status.cursor)}."


def _spans(spans: tuple[Span, ...]) -> Iterator[str]:
    for start, end in spans[:_SPANS_SHOWN]:
        yield f"{iso_z(start)} to {iso_z(end)}"
    if len(spans) > _SPANS_SHOWN:
        yield f"and {len(spans) - _SPANS_SHOWN:,} more"


def _imports(status: Status) -> Iterator[str]:
    yield "Imported"
    for each in status.imports[-_IMPORTS_SHOWN:]:
        rejected = f", {each.rejected:,} rejected" if each.rejected else ""
        label = visible(each.label)
        short = label if len(label) <= _LABEL_WIDTH else f"...{label[3 - _LABEL_WIDTH :]}"
        yield f"  {each.events:>11,} {each.format}{rejected}  {short}"
    if len(status.imports) > _IMPORTS_SHOWN:
        yield f"  and {len(status.imports) - _IMPORTS_SHOWN:,} before these"


def counted(number: int, noun: str) -> str:
    """A number of things, with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def size_text(count: int) -> str:
    """Bytes in the unit that is easiest to read."""
    size = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < _KIB:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= _KIB
    return f"{size:.1f} TiB"


def as_json(name: str, status: Status) -> str:
    """The same as one JSON object, times in UTC with a Z."""
    told: dict[str, Any] = {
        "store": name,
        "complete": not status.signin_gaps,
        "gaps": [{"stream": gap.stream, **_span(gap.span), "why": gap.why} for gap in status.gaps],
        "days": list(_told_days(status)),
        "coverage": [
            {
                "kind": each.kind,
                "streams": each.streams,
                "asked": _told_spans(each.asked),
                "done": _told_spans(each.done),
                "open": _told_spans(each.still_open),
            }
            for each in status.coverage
        ],
        "received": status.received,
        "late": status.late_rows,
        "requests": status.requests,
        "rejected": status.rejects,
        "pending_files": status.pending,
        "bytes": asdict(status.bytes),
        "imports": [
            {field: getattr(each, field) for field in _OF_IMPORTS} for each in status.imports
        ],
        "cursor": iso_z(status.cursor) if status.cursor else None,
        "pruned_until": iso_z(status.pruned_until) if status.pruned_until else None,
    }
    return json.dumps(told, indent=2, ensure_ascii=True) + "\n"


def _told_days(status: Status) -> Iterator[dict[str, object]]:
    stored = {each.day: each for each in status.days}
    for at, mark in days_of(status).items():
        day = at.isoformat()
        yield {
            "day": day,
            "coverage": _WORDS[mark],
            "signins": stored[day].rows if day in stored else 0,
            "duplicates": stored[day].duplicates if day in stored else 0,
        }


_OF_IMPORTS = ("label", "path", "format", "events", "rejected", "sha256")
_WORDS = {
    COMPLETE: "complete",
    PARTLY: "partly",
    MISSING: "gap",
    IMPORTED: "imports only",
    NOT_ASKED: "not asked",
}


def _told_spans(spans: Iterable[Span]) -> list[dict[str, str]]:
    return [_span(span) for span in spans]


def _span(span: Span) -> dict[str, str]:
    return {"from": iso_z(span[0]), "until": iso_z(span[1])}

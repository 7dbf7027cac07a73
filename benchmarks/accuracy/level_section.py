"""One level of evidence: what the analyzer got right there, cause by cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.results import Cause
from benchmarks.accuracy import measures
from benchmarks.accuracy.counts import Tally, pooled, ratio
from benchmarks.accuracy.levels import MOVER_OR_DELEGATE
from benchmarks.accuracy.markdown import NONE, count, figure, table
from benchmarks.accuracy.outcome import ANALYZER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.accuracy.counts import Confusion, Counts
    from benchmarks.accuracy.levels import Level
    from benchmarks.accuracy.outcome import Outcome

_ORDER = {name: place for place, name in enumerate([MOVER_OR_DELEGATE, *map(str, Cause)])}


def section(level: Level, outcomes: Sequence[Outcome]) -> str:
    """Everything measured at one level, the tenants' counts pooled."""
    counts = pooled(outcome.counts[ANALYZER] for outcome in outcomes)
    return "\n\n".join(
        (
            f"## {level.title} (`{level.name}`)",
            counted_table(counts),
            _worst(outcomes),
            _words(counts, level),
            "### Reliability of confidence",
            _reliability(counts),
            "### Confusion of verdicts (person and cause in truth, and what was said)",
            _confusion(counts.verdict_confusion),
            "### Confusion of events",
            _confusion(counts.events),
        )
    )


def counted_table(counts: Counts) -> str:
    """Precision, recall and F1 of each cause, by verdicts and by events."""
    events = measures.event_tallies(counts.events)
    rows = [
        (
            cause,
            *_cells(counts.verdicts.get(cause, Tally())),
            *_cells(events.get(cause, Tally())),
        )
        for cause in _ordered({*counts.verdicts, *events})
    ]
    macro = (
        "**macro-F1**",
        *("",) * 3,
        f"**{figure(measures.macro_f1(counts.verdicts))}**",
        *("",) * 3,
        f"**{figure(measures.macro_f1(events))}**",
    )
    header = ("cause", "verdicts", "precision", "recall", "F1")
    return table((*header, "events", *header[2:]), [*rows, macro])


def _cells(tally: Tally) -> tuple[str, ...]:
    return (
        f"{tally.in_truth:,}",
        figure(tally.precision),
        figure(tally.recall),
        figure(tally.f1 if tally.in_truth else None),
    )


def _worst(outcomes: Sequence[Outcome]) -> str:
    verdicts = [(measures.macro_f1(o.counts[ANALYZER].verdicts), o) for o in outcomes]
    events = [
        (measures.macro_f1(measures.event_tallies(o.counts[ANALYZER].events)), o) for o in outcomes
    ]
    return f"Worst tenant: {_least(verdicts)} by verdicts, {_least(events)} by events."


def _least(scored: Iterable[tuple[float | None, Outcome]]) -> str:
    told = [(value, o.seed, o.people) for value, o in scored if value is not None]
    if not told:
        return NONE
    value, seed, people = min(told)
    return f"macro-F1 {figure(value)} (seed {seed}, {people:,} people)"


def _words(counts: Counts, level: Level) -> str:
    fate = measures.attack_fate(counts.events)
    told = measures.failing(counts.events)
    excused = ", ".join(f"{cause} {number:,}" for cause, number in fate.excused.items())
    unsure = ratio(counts.verdicts_undetermined, counts.verdicts_said)
    apart = (
        "Brier score, mover and delegate apart",
        figure(measures.brier(counts.tenths_apart), 4),
    )
    rows = [
        ("attack events", f"{fate.events:,}"),
        (
            "attack events excused as benign",
            f"{fate.excused_count:,}" + (f" ({excused})" if excused else ""),
        ),
        ("attack events undetermined", f"{fate.undetermined:,}"),
        ("attack events taken for no failure, or not mentioned", f"{fate.unseen:,}"),
        ("owner right", f"{figure(counts.owner.value)} of {counts.owner.of:,} verdicts"),
        ("delegate verdicts that name no owner", f"{counts.owner_unnamed:,}"),
        ("status right", f"{figure(counts.status.value)} of {counts.status.of:,} pairs"),
        ("Brier score", figure(measures.brier(counts.tenths), 4)),
        *((apart,) if level.merges_movers else ()),
        ("undetermined verdicts", f"{figure(unsure)} of {counts.verdicts_said:,}"),
        (
            "undetermined events, of the failing",
            figure(measures.undetermined_events(counts.events)),
        ),
        ("failing sign-ins told as failing", f"{told.failing_failing:,}"),
        ("failing sign-ins taken for a success or a prompt", f"{told.failing_not:,}"),
        ("successes and prompts told as failing", f"{told.not_failing:,}"),
        ("successes and prompts told as such", f"{told.not_not:,}"),
    ]
    return table(("", ""), rows)


def _reliability(counts: Counts) -> str:
    rows = [
        (
            f"{tenth.lowest:.1f} to {tenth.lowest + 0.1:.1f}",
            f"{tenth.count:,}",
            figure(tenth.mean_confidence),
            figure(tenth.hit_rate),
            f"{tenth.difference:+.3f}",
        )
        for tenth in measures.reliability(counts)
    ]
    return table(("confidence", "verdicts", "mean confidence", "hit rate", "difference"), rows)


def _confusion(confusion: Confusion) -> str:
    said = _ordered({cause for row in confusion.values() for cause in row})
    rows = [
        (cause, *(count(confusion[cause].get(name, 0)) for name in said))
        for cause in _ordered(confusion)
    ]
    return table(("truth ↓, said →", *said), rows)


def _ordered(causes: Iterable[str]) -> list[str]:
    return sorted(causes, key=lambda cause: (_ORDER.get(cause, len(_ORDER)), cause))

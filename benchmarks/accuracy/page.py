"""``docs/accuracy.md``: everything that was measured, beside what was asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import benchmarks.accuracy
from benchmarks.accuracy import goals, measures, mistakes, seeds
from benchmarks.accuracy.counts import pooled
from benchmarks.accuracy.level_section import counted_table, section
from benchmarks.accuracy.levels import LEVEL_BY_NAME
from benchmarks.accuracy.markdown import NONE, definitions, figure, table
from benchmarks.accuracy.outcome import ANALYZER, METHODS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.accuracy.goals import Goal
    from benchmarks.accuracy.levels import Level
    from benchmarks.accuracy.outcome import Outcome
    from benchmarks.accuracy.running import NotScored

HEAD = """\
# Accuracy

Written by `make accuracy`; do not edit. The tenants are simulated (`benchmarks/scenarios`): their
truth is known because it was written first. A simulated tenant is only as strange as its authors
thought of; real logs hold what nobody thought of, so read these figures as an upper bound.
Forecasts made before a move are scored in [readiness-accuracy.md](readiness-accuracy.md).
"""


@dataclass(frozen=True, slots=True)
class LevelOutcomes:
    """All tenants at one level."""

    level: Level
    outcomes: tuple[Outcome, ...]


def page(outcomes: Sequence[Outcome], simulator: str, not_scored: Sequence[NotScored] = ()) -> str:
    """The whole page as Markdown.

    Args:
        outcomes: Of every tenant and level that was run.
        simulator: Digest of the simulator's source.
        not_scored: Tenants and levels that ended with an error: told first.
    """
    names = dict.fromkeys(outcome.level for outcome in outcomes)
    by_level = [
        LevelOutcomes(LEVEL_BY_NAME[name], tuple(o for o in outcomes if o.level == name))
        for name in names
    ]
    _, _, rules = (benchmarks.accuracy.__doc__ or "").partition("\n\n")
    parts = [
        HEAD,
        *(f"**Not scored: {each.what}: {_last_line(each.error)}**" for each in not_scored),
        _tenants(outcomes, simulator),
        "## Goals\n\n" + _goals(by_level),
        "## Beside two simple answers\n\n" + _methods(by_level),
        "## What is counted\n\n" + definitions(rules),
        *(section(each.level, each.outcomes) for each in by_level),
        _baselines(by_level[0]),
        "## Most frequent mistakes\n\n" + mistakes.frequent(outcomes),
    ]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _last_line(text: str) -> str:
    return text.splitlines()[-1] if text else ""


def _tenants(outcomes: Sequence[Outcome], simulator: str) -> str:
    tenants = {outcome.seed: outcome for outcome in outcomes}
    sizes = [tenant.people for tenant in tenants.values()]
    without: dict[str, int] = {}
    for tenant in tenants.values():
        for name in tenant.lacking:
            without[name] = without.get(name, 0) + 1
    lacking = ", ".join(f"{name} ({number})" for name, number in without.items()) or "none"
    rows = [
        ("seeds reported here", seeds.spelled(tuple(sorted(tenants)))),
        ("seeds that rules are tuned on", seeds.spelled(seeds.TUNING)),
        ("tenants", str(len(tenants))),
        ("people in a tenant", f"{min(sizes):,} to {max(sizes):,}"),
        ("people", f"{sum(sizes):,}"),
        ("sign-ins", f"{sum(tenant.events for tenant in tenants.values()):,}"),
        ("evidence that tenants do not have at any level (tenants)", lacking),
        ("simulator, digest of its source", f"`{simulator}`"),
    ]
    return "## Tenants\n\n" + table(("", ""), rows)


def _goals(by_level: Sequence[LevelOutcomes]) -> str:
    columns = [
        goals.goals(pooled(outcome.counts[ANALYZER] for outcome in each.outcomes), each.level)
        for each in by_level
    ]
    rows = [(goals_of[0].name, *map(_goal, goals_of)) for goals_of in zip(*columns, strict=True)]
    note = (
        "All tenants together. Reliability is the largest distance of the hit rate from the mean "
        f"confidence in a tenth of confidence with at least {goals.FULL_TENTH} verdicts."
    )
    return table(("", *(each.level.name for each in by_level)), rows) + f"\n\n{note}"


def _goal(goal: Goal) -> str:
    digits = 0 if goal.asked == "0" else 3
    told = figure(goal.value, digits)
    if goal.is_met is None:
        return told
    return f"{told} ({goal.asked}: {'met' if goal.is_met else '**missed**'})"


def _methods(by_level: Sequence[LevelOutcomes]) -> str:
    rows = []
    for each in by_level:
        for method in METHODS:
            counts = pooled(outcome.counts[method] for outcome in each.outcomes)
            fate = measures.attack_fate(counts.events)
            rows.append(
                (
                    each.level.name,
                    method,
                    figure(measures.macro_f1(counts.verdicts)),
                    figure(measures.macro_f1(measures.event_tallies(counts.events))),
                    f"{fate.excused_count:,} of {fate.events:,}",
                    figure(counts.owner.value),
                    figure(counts.status.value) if method == ANALYZER else NONE,
                    figure(measures.brier(counts.tenths)),
                    figure(measures.undetermined_events(counts.events)),
                )
            )
    note = (
        "*Client app only*: the cause that the client app's name suggests, as Entra's legacy "
        "workbook shows it. *Every legacy failure is an attack*: just that. Both tell failures of "
        "modern clients by their code, are certain of everything, and name no owner or status."
    )
    header = (
        "level",
        "who answers",
        "macro-F1, verdicts",
        "macro-F1, events",
        "attack events excused",
        "owner",
        "status",
        "Brier",
        "undetermined events",
    )
    return f"{note}\n\n{table(header, rows, words=2)}"


def _baselines(each: LevelOutcomes) -> str:
    parts = [f"## The simple answers in detail, {each.level.name}"]
    for method in METHODS:
        if method != ANALYZER:
            counts = pooled(outcome.counts[method] for outcome in each.outcomes)
            parts.append(f"### {method.capitalize()}\n\n{counted_table(counts)}")
    return "\n\n".join(parts)

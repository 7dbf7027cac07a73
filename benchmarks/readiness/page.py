"""``docs/readiness-accuracy.md``: what was measured, beside what was asked."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import benchmarks.readiness
from benchmarks.accuracy import seeds
from benchmarks.accuracy.markdown import definitions, figure, table
from benchmarks.readiness.observed import NOT_IN_LOGS, SWITCHED_SINCE
from benchmarks.readiness.scoring import LEVELS, OTHER_SHARES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from benchmarks.readiness.scoring import Row

GOAL = 0.95
CONFIDENCE_FROM = tuple(range(1, 11))
"""Tuning tenants whose shares stand in ``analyzer.readiness.predicting.CONFIDENCE``."""
_HEAD = """\
# Accuracy of readiness

Written by `python -m benchmarks.readiness`, which `make accuracy` runs; do not edit. On the day
before each wave of a simulated migration, readiness forecasts who will be stuck; the simulator
knows who was. A simulated tenant is only as strange as its authors thought of: read these figures
as an upper bound. Beside [accuracy.md](accuracy.md), which scores the verdicts after the fact.
"""


def page(rows: Sequence[Row], waves: Mapping[str, int], tenants: Sequence[int]) -> str:
    """The whole page as Markdown; some of the tenants may have no wave that could be scored."""
    _, _, rules = (benchmarks.readiness.__doc__ or "").partition("\n\n")
    parts = [
        _HEAD,
        _tenants(rows, waves, tenants),
        "## Who will be stuck\n\n" + _levels(rows),
        "## What on-premises logs are assumed to show\n\n" + _shares(rows),
        "## By what the forecast rests on\n\n" + _bases(rows),
        "## Outlooks too old for modern authentication\n\n" + _old(rows),
        "## What is counted\n\n" + definitions(rules),
    ]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _tenants(rows: Sequence[Row], waves: Mapping[str, int], tenants: Sequence[int]) -> str:
    full = [row for row in rows if row.level == "full"]
    told = [
        ("seeds", seeds.spelled(tuple(tenants))),
        ("seeds that confidence was read from", seeds.spelled(CONFIDENCE_FROM)),
        ("waves", f"{waves['waves']:,}, of which {waves['scored']:,} could be scored"),
        ("movers forecast", f"{_count(full):,}"),
        ("away for all five days, not scored", f"{_count(_of(full, fate='away')):,}"),
        ("Outlook too old, in a table of their own", f"{_count(_of(full, fate='old')):,}"),
        ("overtaken by a change of policies", f"{_count(r for r in full if r.overtaken):,}"),
    ]
    return "## Tenants\n\n" + table(("", ""), told)


def _levels(rows: Sequence[Row]) -> str:
    header = (
        "evidence", "precision", "recall", "cannot be told, stuck", "cannot be told, well",
        "precision with overtaken", "recall with overtaken", "stuck", "well",
    )  # fmt: skip
    lines = []
    for level in LEVELS:
        own = [row for row in rows if row.level == level.name]
        calm = [row for row in own if not row.overtaken]
        is_goal = level.name == "full"
        lines.append(
            (
                level.title,
                _asked(_precision(calm), is_goal=is_goal),
                _asked(_recall(calm), is_goal=is_goal),
                f"{_count(_of(calm, fate='stuck', predicted='unknown')):,}",
                f"{_count(_of(calm, fate='well', predicted='unknown')):,}",
                figure(_precision(own)),
                figure(_recall(own)),
                f"{_count(_of(calm, fate='stuck')):,}",
                f"{_count(_of(calm, fate='well')):,}",
            )
        )
    note = (
        "Without MAPI over HTTP state or without policies nobody is called stuck: one half of the "
        "cause is not known, and the forecast says so rather than guess."
    )
    return f"{table(header, lines)}\n\n{note}"


def _asked(value: float | None, *, is_goal: bool) -> str:
    if value is None or not is_goal:
        return figure(value)
    return f"{figure(value)} (at least {GOAL:.2f}: {'met' if value >= GOAL else '**missed**'})"


def _shares(rows: Sequence[Row]) -> str:
    shares = sorted((*OTHER_SHARES, SWITCHED_SINCE))
    lines = []
    for share in shares:
        name = "full" if share == SWITCHED_SINCE else f"logs-{share:.0%}"
        own = [row for row in rows if row.level == name and not row.overtaken]
        chosen = " (taken above)" if share == SWITCHED_SINCE else ""
        lines.append((f"{share:.0%}{chosen}", figure(_precision(own)), figure(_recall(own))))
    note = (
        "The simulator lets 5 to 20 % of the Outlooks whose setting says RPC over HTTP reconfigure "
        "all the same, for no reason that it tells, and writes no on-premises logs. What these "
        "would have shown is assumed. Since RPC over HTTP is the cause, those that reconfigure are "
        f"taken as switched since the exports ({SWITCHED_SINCE:.0%}) and seen on MAPI over HTTP; "
        f"{NOT_IN_LOGS:.0%} of everybody are in no log. **The precision with logs is this "
        "assumption's doing**: the table gives it for smaller shares, of which the rest is seen on "
        "RPC over HTTP and reconfigures. How many really do under a block, nobody has published."
    )
    return f"{note}\n\n{table(('switched since the exports', 'precision', 'recall'), lines)}"


def _bases(rows: Sequence[Row]) -> str:
    """How often each kind of forecast came true: what the confidence was read from."""
    told: Counter[tuple[str, str, bool]] = Counter()
    for row in rows:
        is_scored = row.fate in {"stuck", "well"} and not row.overtaken
        if row.level in {"full", "no-logs"} and is_scored and row.predicted != "unknown":
            right = (row.predicted == "stuck") == (row.fate == "stuck")
            told[row.predicted, row.basis, right] += row.count
    lines = []
    for predicted, basis in sorted({key[:2] for key in told}):
        right, wrong = told[predicted, basis, True], told[predicted, basis, False]
        share = right / (right + wrong)
        lines.append((predicted, basis, figure(share), f"{right + wrong:,}"))
    note = "With and without on-premises logs together."
    return f"{note}\n\n{table(('predicted', 'basis', 'right', 'forecasts'), lines, words=2)}"


def _old(rows: Sequence[Row]) -> str:
    lines = []
    for level in LEVELS[:2]:
        own = _of([row for row in rows if row.level == level.name], fate="old")
        by = Counter[str]()
        for row in own:
            by[row.predicted] += row.count
        lines.append(
            (level.title, *(f"{by[name]:,}" for name in ("stuck", "reconfigures", "unknown")))
        )
    note = (
        "They are blocked whatever is done. Without their build, which only logs and earlier "
        "sign-ins show, they look like any other."
    )
    header = ("evidence", "called stuck", "called reconfigures", "cannot be told")
    return f"{note}\n\n{table(header, lines)}"


def _precision(rows: Sequence[Row]) -> float | None:
    hits = _count(_of(rows, fate="stuck", predicted="stuck"))
    false = _count(_of(rows, fate="well", predicted="stuck"))
    return hits / (hits + false) if hits + false else None


def _recall(rows: Sequence[Row]) -> float | None:
    stuck = _count(_of(rows, fate="stuck"))
    return _count(_of(rows, fate="stuck", predicted="stuck")) / stuck if stuck else None


def _of(rows: Iterable[Row], *, fate: str, predicted: str = "") -> list[Row]:
    return [r for r in rows if r.fate == fate and (not predicted or r.predicted == predicted)]


def _count(rows: Iterable[Row]) -> int:
    return sum(row.count for row in rows)


_TITLE = "## Readiness: who will be stuck"


def with_forecasts(accuracy: str, forecasts: str) -> str:
    """The page of accuracy with the forecasts' own table as its last section."""
    _, _, rest = forecasts.partition("## Who will be stuck\n")
    table, _, _ = rest.partition("\n## ")
    before, _, _ = accuracy.partition(f"\n{_TITLE}\n")
    return (
        f"{before.rstrip()}\n\n{_TITLE}\n\nForecast on the day before each wave. What full "
        "evidence is taken to hold, and who is not scored, stands in "
        f"[readiness-accuracy.md](readiness-accuracy.md).\n\n{table.strip()}\n"
    )

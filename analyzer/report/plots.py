"""Matplotlib figures for notebooks: one person's timeline, and failures around the cut-over.

Figures carry their own canvas; ``pyplot`` and its global state are not touched.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure

from analyzer.report import palette
from analyzer.report.causes import CAUSES, FAMILIES
from analyzer.report.moments import OUTCOMES
from analyzer.report.person import find
from analyzer.report.visible import one_line
from analyzer.results import KIND_OF, VERDICT_CAUSES, Cause

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from analyzer.results import Result, TimelineMark

_DAY_SECONDS = 86_400
_LABEL_CHARACTERS = 40
_TITLE_CHARACTERS = 90
_HALF_LANE = 0.42
_DAYS_AROUND = 14
_HATCHES = ("", "//", "..", "xx", "\\\\", "++")


def timeline(result: Result, person: str) -> Figure:
    """Figure of one person's sign-ins by hour (UTC), a lane per kind of client, and the moves.

    Failures stand above a lane's line and everything else hangs below it.

    Raises:
        UsageError: Nobody in the result has that name, or several have.
    """
    user = find(result, person)
    marks = result.timelines.get(user, ())
    lanes = list(dict.fromkeys(mark.lane for mark in marks if mark.lane != "move"))
    figure = _figure(10, 1.6 + 0.9 * max(1, len(lanes)))
    axes = figure.add_subplot()
    _draw_hours(axes, marks, lanes)
    _draw_moves(axes, [mark for mark in marks if mark.lane == "move"])
    axes.set_yticks(range(len(lanes)), [_plain(FAMILIES.get(lane, lane)) for lane in lanes])
    axes.set_ylim(len(lanes) - 0.4 if lanes else 0.6, -0.6)
    locator = AutoDateLocator(tz=UTC)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    formatter = ConciseDateFormatter(locator, tz=UTC)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(formatter)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel("UTC")
    axes.set_title(_plain(user, _TITLE_CHARACTERS), loc="left")
    if axes.get_legend_handles_labels()[1]:
        figure.legend(loc="outside lower center", ncols=4, frameon=False)
    return figure


def failures_around_cutover(result: Result) -> Figure:
    """Figure of failing sign-ins by day before or after the cut-over each verdict rests on.

    Counts the hours of the timelines; a failure whose verdict names no move is not in it.
    """
    counts = _by_day(result)
    figure = _figure(9, 4)
    axes = figure.add_subplot()
    days = range(-_DAYS_AROUND, _DAYS_AROUND + 1)
    floor = [0] * len(days)
    for number, cause in enumerate(cause for cause in VERDICT_CAUSES if cause in counts):
        heights = [counts[cause][day] for day in days]
        axes.bar(
            days,
            heights,
            bottom=floor,
            width=0.9,
            align="edge",
            color=palette.KINDS[KIND_OF[cause]].light,
            hatch=_HATCHES[number % len(_HATCHES)],
            edgecolor=palette.PAPER.light,
            label=CAUSES[cause].title,
        )
        floor = [low + height for low, height in zip(floor, heights, strict=True)]
    axes.axvline(0, color=palette.INK.light, linestyle="--", linewidth=1)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel("Days from the mailbox's cut-over (UTC)")
    axes.set_ylabel("Failing sign-ins")
    if counts:
        axes.legend(frameon=False)
    else:
        axes.set_title("No failure here rests on a mailbox move", loc="left")
    return figure


def _figure(width: float, height: float) -> Figure:
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _plain(text: str, longest: int = _LABEL_CHARACTERS) -> str:
    """Text on one line, cut to fit a label, in which nothing is read as mathematics."""
    line = one_line(text)
    short = line if len(line) <= longest else f"{line[: longest - 1]}…"
    return short.replace("$", r"\$")


def _number(mark: TimelineMark) -> float:
    """Instant as matplotlib counts it."""
    return float(date2num(mark.at))  # type: ignore[no-untyped-call]


def _draw_hours(axes: Axes, marks: Sequence[TimelineMark], lanes: Sequence[str]) -> None:
    by_outcome: dict[str, list[TimelineMark]] = defaultdict(list)
    for mark in marks:
        if mark.lane != "move":
            by_outcome[mark.outcome].append(mark)
    most = max((mark.count for mark in marks if mark.lane != "move"), default=1)
    hour = timedelta(hours=1) / timedelta(days=1)
    for outcome, found in by_outcome.items():
        sign = -1 if outcome in palette.ABOVE else 1
        axes.bar(
            [_number(mark) for mark in found],
            [sign * max(0.08, _HALF_LANE * (mark.count / most) ** 0.5) for mark in found],
            width=hour,
            align="edge",
            bottom=[lanes.index(mark.lane) for mark in found],
            color=palette.OUTCOMES.get(outcome, palette.OTHER_OUTCOME).light,
            label=_plain(OUTCOMES.get(outcome, outcome)),
        )
    for number in range(len(lanes)):
        axes.axhline(number, color=palette.LINE.light, linewidth=0.8, zorder=0)


def _draw_moves(axes: Axes, moves: Sequence[TimelineMark]) -> None:
    named: set[str] = set()
    for mark in moves:
        label = _plain(OUTCOMES.get(mark.outcome, mark.outcome))
        axes.axvline(
            _number(mark),
            color=palette.OUTCOMES["move"].light,
            linestyle="--" if mark.outcome == "move" else ":",
            label="_nolegend_" if label in named else label,
        )
        named.add(label)


def _by_day(result: Result) -> dict[Cause, Counter[int]]:
    """Failing sign-ins by cause and by whole days from the cut-over, within two weeks of it."""
    counts: dict[Cause, Counter[int]] = defaultdict(Counter)
    for verdict in result.verdicts:
        if verdict.move is None:
            continue
        for mark in result.timelines.get(verdict.user, ()):
            if mark.cause is not verdict.cause or mark.outcome not in palette.ABOVE:
                continue
            seconds = (mark.at - verdict.move.completed_at).total_seconds()
            day = int(seconds // _DAY_SECONDS)
            if abs(day) <= _DAYS_AROUND:
                counts[verdict.cause][day] += mark.count
    return dict(counts)

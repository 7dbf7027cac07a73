"""Figures hold what the timeline holds, touch no global state, and survive any name."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from analyzer.errors import UsageError
from analyzer.report import plots
from analyzer.results import TimelineMark
from tests import report_fixture as fixture

MOVER = fixture.result().verdicts[0].user


def drawn(figure: plots.Figure) -> int:
    """Draw for real, so that bad text or sizes fail here; return the size of the picture."""
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=40)
    return len(picture.getvalue())


def test_a_timeline_has_a_bar_for_each_hour_a_line_for_each_move_and_a_lane_each() -> None:
    figure = plots.timeline(fixture.result(), MOVER.upper())

    (axes,) = figure.axes
    assert len(axes.patches) == 7
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Outlook"]
    assert axes.get_xlabel() == "UTC"
    assert axes.get_legend_handles_labels()[1] == ["mailbox move", "blocked", "signed in"]
    assert drawn(figure)


def test_failures_stand_above_the_line_and_successes_hang_below() -> None:
    (axes,) = plots.timeline(fixture.result(), MOVER).axes

    assert [patch.get_height() < 0 for patch in axes.patches] == [True] * 6 + [False]


def test_failures_are_counted_by_day_from_the_cut_over_across_its_hour() -> None:
    result = fixture.result()
    verdict = result.verdicts[0]
    marks = tuple(
        TimelineMark(
            fixture.MOVED_AT + timedelta(hours=hours), "outlook", "blocked", 1, "", verdict.cause
        )
        for hours in (-25, -1, 0, 23, 24, 400)
    )

    (axes,) = plots.failures_around_cutover(replace(result, timelines={verdict.user: marks})).axes

    heights = {round(patch.get_x()): patch.get_height() for patch in axes.patches}
    assert {day: height for day, height in heights.items() if height} == {-2: 1, -1: 1, 0: 2, 1: 1}


def test_without_moves_the_figure_says_so() -> None:
    figure = plots.failures_around_cutover(fixture.empty())

    assert "No failure here rests on a mailbox move" in figure.axes[0].get_title(loc="left")
    assert drawn(figure)


def test_a_person_without_timeline_gets_an_empty_figure_and_an_unknown_one_an_error() -> None:
    assert drawn(plots.timeline(fixture.result(), "quiet@contoso.example"))
    with pytest.raises(UsageError):
        plots.timeline(fixture.result(), "nobody")


def test_hostile_names_are_drawn_as_text() -> None:
    result = fixture.hostile()
    awkward = r"$\frac{1}{0}$ _under_ " + "x" * 500
    verdict = fixture.verdict(fixture.Cause.MAIL_PROTOCOL, 1, user=awkward)
    marks = {awkward: (TimelineMark(fixture.FIRST, awkward, awkward, 1, awkward),)}

    for user in result.timelines:
        assert drawn(plots.timeline(result, user))
    assert drawn(plots.timeline(replace(result, verdicts=(verdict,), timelines=marks), awkward))


def test_no_global_state_of_matplotlib_is_touched() -> None:
    plots.timeline(fixture.result(), MOVER)

    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or not pyplot.get_fignums()

"""A person's timeline worded: like hours in a row become one line."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from analyzer.report.causes import CAUSES, EVIDENCE_NAMES, FAMILIES
from analyzer.report.model import Moment
from analyzer.report.phrases import counted, stamp
from analyzer.times import iso_z

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.results import TimelineMark

_HOUR = timedelta(hours=1)

OUTCOMES: dict[str, str] = {
    "move": "move",
    "blocked": "blocked",
    "policy": "stopped by a policy",
    "wrong-password": "with a wrong password",
    "failure": "failed",
    "success": "signed in",
    "legacy-success": "legacy client let in",
    "interrupt": "prompted",
}


def moments(marks: Sequence[TimelineMark]) -> tuple[Moment, ...]:
    """Lines in order of time; marks of one lane, outcome and cause in a row are one line."""
    ordered = sorted(marks, key=lambda mark: (mark.at, mark.lane != "move", mark.lane))
    runs = groupby(ordered, key=lambda mark: (mark.lane, mark.outcome, mark.cause, mark.source))
    return tuple(_moment(tuple(run)) for _, run in runs)


def _moment(run: tuple[TimelineMark, ...]) -> Moment:
    first, last = run[0], run[-1]
    is_move = first.lane == "move"
    lane = FAMILIES.get(first.lane, first.lane)
    outcome = OUTCOMES.get(first.outcome, first.outcome)
    total = sum(mark.count for mark in run)
    what = lane if is_move else f"{lane}: {counted(total, 'sign-in')} {outcome}"
    cause = f"{CAUSES[first.cause].title}." if first.cause else ""
    says = first.says if len(run) == 1 else cause
    return Moment(
        when=stamp(first.at) if is_move else _range(first, last),
        what=what,
        says=says,
        source=EVIDENCE_NAMES.get(first.source, first.source),
        outcome=first.outcome,
    )


def _range(first: TimelineMark, last: TimelineMark) -> str:
    """Hours covered, end exclusive: ``2026-03-02 07:00 to 12:00 UTC``."""
    start, end = stamp(first.at), stamp(last.at + _HOUR)
    same_day = iso_z(first.at)[:10] == iso_z(last.at + _HOUR)[:10]
    return f"{start.removesuffix(' UTC')} to {end[11:] if same_day else end}"

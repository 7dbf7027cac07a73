"""A person's timeline worded: the like hours of a day become one line."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from analyzer.report.causes import CAUSES, EVIDENCE_NAMES, FAMILIES
from analyzer.report.model import Moment
from analyzer.report.phrases import stamp
from analyzer.times import iso_z

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.results import TimelineMark

_HOUR = timedelta(hours=1)
USUAL_SOURCE = "sign-ins"

OUTCOMES: dict[str, str] = {
    "move": "mailbox move",
    "owner-move": "owner's move",
    "blocked": "blocked",
    "policy": "stopped by a policy",
    "wrong-password": "with a wrong password",
    "failure": "failed",
    "success": "signed in",
    "legacy-success": "legacy client let in",
    "interrupt": "prompted",
}


def moments(marks: Sequence[TimelineMark]) -> tuple[Moment, ...]:
    """Lines in order of time: each move, and each day's hours of one lane, outcome and cause."""
    days: dict[tuple[object, ...], list[TimelineMark]] = {}
    for mark in sorted(marks, key=lambda mark: (mark.at, mark.lane != "move", mark.lane)):
        day = iso_z(mark.at) if mark.lane == "move" else iso_z(mark.at)[:10]
        key = (day, mark.lane, mark.outcome, mark.cause, mark.source, mark.lane == "move" and mark)
        days.setdefault(key, []).append(mark)
    return tuple(_move(run[0]) if run[0].lane == "move" else _hours(run) for run in days.values())


def _move(mark: TimelineMark) -> Moment:
    return Moment(stamp(mark.at), FAMILIES["move"], mark.says, source_words(mark.source))


def _hours(run: Sequence[TimelineMark]) -> Moment:
    first = run[0]
    total = sum(mark.count for mark in run)
    return Moment(
        when=_range(first, run[-1]),
        what=f"{FAMILIES.get(first.lane, first.lane)}: {total:,} {outcome_words(first.outcome)}",
        says=CAUSES[first.cause].title if first.cause else "",
        source=source_words(first.source),
    )


def outcome_words(outcome: str) -> str:
    """Outcome of a mark, for reading after a number; an unknown one under its own name."""
    return OUTCOMES.get(outcome, outcome)


def source_words(source: str) -> str:
    """Export a mark comes from; empty for the sign-in log, where nearly all come from."""
    return "" if source == USUAL_SOURCE else EVIDENCE_NAMES.get(source, source)


def _range(first: TimelineMark, last: TimelineMark) -> str:
    """Hours covered within one day, end exclusive: ``2026-03-02 07:00 to 12:00 UTC``."""
    end = stamp(last.at + _HOUR)[11:]
    return f"{stamp(first.at).removesuffix(' UTC')} to {'24:00 UTC' if end[:2] == '00' else end}"

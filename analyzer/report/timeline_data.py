"""Timelines as compact arrays for the page's script, every text stored once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.report.causes import EVIDENCE_NAMES, FAMILIES
from analyzer.report.moments import OUTCOMES
from analyzer.report.palette import ABOVE
from analyzer.report.palette import OUTCOMES as COLOURED
from analyzer.report.visible import visible

if TYPE_CHECKING:
    from analyzer.report.model import Document
    from analyzer.results import TimelineMark

_MINUTE_SECONDS = 60


class _Texts:
    """Texts in order of first use, and the index of each."""

    def __init__(self) -> None:
        self._index: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        return self._index.setdefault(visible(text), len(self._index))

    def all(self) -> list[str]:
        return list(self._index)


def timeline_data(document: Document) -> tuple[dict[str, int], dict[str, object]]:
    """Index of each person with a timeline, and the arrays the script draws from.

    A mark is ``[minute since 1970 UTC, lane, outcome, count, sentence, source]``, the last
    five but the count being indexes into the lists of texts. Outcomes carry the name of their
    colour and whether they are drawn above the line.
    """
    lanes, outcomes, says, sources = _Texts(), _Texts(), _Texts(), _Texts()
    marks = [
        [
            [
                int(mark.at.timestamp()) // _MINUTE_SECONDS,
                -1 if mark.lane == "move" else lanes(FAMILIES.get(mark.lane, mark.lane)),
                outcomes(mark.outcome),
                mark.count,
                says(mark.says),
                sources(EVIDENCE_NAMES.get(mark.source, mark.source)),
            ]
            for mark in sorted(timeline, key=_when)
        ]
        for timeline in document.result.timelines.values()
    ]
    data: dict[str, object] = {
        "lanes": lanes.all(),
        "outcomes": [
            {
                "title": OUTCOMES.get(outcome, outcome),
                "colour": outcome if outcome in COLOURED else "other",
                "above": outcome in ABOVE,
            }
            for outcome in outcomes.all()
        ],
        "says": says.all(),
        "sources": sources.all(),
        "people": marks,
    }
    return {user: number for number, user in enumerate(document.result.timelines)}, data


def _when(mark: TimelineMark) -> float:
    return mark.at.timestamp()

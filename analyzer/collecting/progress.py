"""What a pull says of itself while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analyzer.sources.store.spans import Span

_ZERO = timedelta(0)


class Say(Protocol):
    """Tells a person or a program what happens: a sentence, and the facts in it by name."""

    def __call__(self, text: str, /, **facts: object) -> None:
        """Say it."""
        ...


@dataclass
class Tally:
    """Counts of a run that is under way.

    Attributes:
        wanted: Time to be covered, over all streams.
        covered: Time covered so far.
        records: Records received, with those received twice.
        requests: Requests sent.
        late: Records that an earlier reading of the same time had not seen.
        by_stream: Records of each stream.
    """

    wanted: timedelta = _ZERO
    covered: timedelta = _ZERO
    records: int = 0
    requests: int = 0
    late: int = 0
    by_stream: dict[str, int] = field(default_factory=dict)

    def covers(self, span: Span) -> None:
        """Count a window that was read."""
        self.covered += span[1] - span[0]

    @property
    def share(self) -> float:
        """Share of the wanted time that is covered, 0 to 1."""
        return min(1.0, self.covered / self.wanted) if self.wanted else 1.0

    def facts(self, elapsed_seconds: float, requests_left: int) -> Mapping[str, object]:
        """Numbers for a line of progress; the estimated end is None while nothing is covered."""
        share = self.share
        remaining = elapsed_seconds * (1 - share) / share if share > 0 else None
        return {
            "covered_share": round(share, 4),
            "events": self.records,
            "events_per_second": round(self.records / elapsed_seconds, 1) if elapsed_seconds else 0,
            "requests": self.requests,
            "requests_left_in_window": requests_left,
            "late_rows": self.late,
            "seconds_left": None if remaining is None else round(remaining),
        }

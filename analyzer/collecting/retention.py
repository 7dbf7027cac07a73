"""What Graph no longer keeps: told apart from time in which nothing happened."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from analyzer.sources.store.ledger import Slice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyzer.collecting.reader import Reading
    from analyzer.collecting.streams import Stream
    from analyzer.sources.store.ledger import Ledger

RETENTION = timedelta(days=30)
"""How long Graph keeps sign-ins (7 days on Free). [Microsoft Learn, reports data retention]"""
TOO_OLD = "older than Graph keeps sign-ins"
_SURELY_LONGER = timedelta(days=7)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_WHY = f"{TOO_OLD} ({RETENTION.days} days; 7 without a licence)"


@dataclass
class Retention:
    """The edge of Graph's memory during one pull.

    Attributes:
        now: When the pull began, by this machine's clock.
        clock_ahead: How far the service's clock is before that.
    """

    now: datetime
    clock_ahead: timedelta = timedelta(0)
    _began: float = field(default_factory=time.monotonic)
    _oldest: datetime | None = None

    def kept_from(self) -> datetime:
        """Since when Graph keeps sign-ins, to the second: it moves on while a pull runs."""
        passed = timedelta(seconds=time.monotonic() - self._began)
        present = self.now + passed + max(self.clock_ahead, timedelta(0))
        return (present - RETENTION).replace(microsecond=0) + timedelta(seconds=1)

    def saw(self, first: datetime) -> None:
        """Remember the oldest record that came back."""
        self._oldest = min(first, self._oldest or first)

    def judge(self, readings: Iterable[tuple[Stream, Reading]], ledger: Ledger) -> None:
        """Write windows down that begin before what Graph keeps, from where they can be believed.

        What came back tells: nothing is kept from before the oldest record of all. A service that
        gives records far older than that keeps them longer, and its silence is silence.
        """
        believed = self._believed_from()
        for stream, reading in readings:
            start, end = reading.done.span
            edge = min(max(start, believed), end)
            now = datetime.now(UTC)
            if edge < end:
                done = replace(reading.done, span=(edge, end))
                others = [Slice(name, (edge, end)) for name in stream.names[1:]]
                ledger.record([done, *others], now)
            if start < edge:
                for name in stream.names:
                    ledger.trouble(name, (start, edge), _WHY, now)

    def _believed_from(self) -> datetime:
        kept_from = self.kept_from()
        if self._oldest is None:
            return kept_from
        if self._oldest < kept_from - _SURELY_LONGER:
            return _BEGINNING
        return min(kept_from, self._oldest.replace(microsecond=0))

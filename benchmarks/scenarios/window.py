"""The weeks that the sign-ins cover, and clock times in them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

HOUR = 3600
DAY = 24 * HOUR
SATURDAY = 5
FOREVER = 1 << 40
"""Later than everything."""


@dataclass(frozen=True, slots=True)
class Window:
    """Whole weeks, Monday to Friday night; times are seconds since 1970, UTC, half open."""

    first: date
    last: date
    start: int
    end: int

    @property
    def workdays(self) -> tuple[date, ...]:
        """Every Monday to Friday of the window."""
        return _workdays(self.first, self.last)

    def has(self, at: int) -> bool:
        """Whether an instant is in the window."""
        return self.start <= at < self.end

    def day(self, share: float) -> date:
        """The day at a share of the window, 0 the first and 1 the last."""
        return self.first + timedelta(days=round((self.last - self.first).days * share))

    def share(self, at: int) -> float:
        """How much of the window lies before an instant."""
        return (at - self.start) / (self.end - self.start)


def draw_window(dice: random.Random, weeks: int) -> Window:
    """``weeks`` weeks somewhere in 2021 or 2022, when basic authentication still had uses."""
    first = date(2021, 1, 4) + timedelta(weeks=dice.randrange(90))
    last = first + timedelta(days=7 * weeks - 3)
    start = seconds(datetime.combine(first, time(0), UTC))
    return Window(first, last, start, seconds(datetime.combine(last, time(0), UTC)) + DAY)


def seconds(instant: datetime) -> int:
    """Whole seconds since 1970."""
    return int(instant.timestamp())


def instant(at: int) -> datetime:
    """The aware instant of seconds since 1970."""
    return datetime.fromtimestamp(at, UTC)


@cache
def _workdays(first: date, last: date) -> tuple[date, ...]:
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(day for day in days if day.weekday() < SATURDAY)


@cache
def midnight(zone: str, day: date) -> int:
    """Local midnight, with the offset that holds at noon, so that a day has 24 hours."""
    noon = datetime.combine(day, time(12), ZoneInfo(zone))
    return seconds(noon) - 12 * HOUR


def local(zone: str, day: date, hour: float) -> int:
    """The instant of a local clock time."""
    return midnight(zone, day) + round(hour * HOUR)


def working_seconds(zone: str, since: int, until: int) -> int:
    """Seconds of Monday to Friday, local time, between two instants."""
    day = datetime.fromtimestamp(since, ZoneInfo(zone)).date()
    total = 0
    while midnight(zone, day) < until:
        if day.weekday() < SATURDAY:
            begins = midnight(zone, day)
            total += max(0, min(until, begins + DAY) - max(since, begins))
        day += timedelta(days=1)
    return total

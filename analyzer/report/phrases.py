"""Small phrases that every sentence of a report shares: instants, durations, counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.times import iso_z

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


def stamp(instant: datetime) -> str:
    """UTC instant to the minute, for reading: ``2026-03-02 07:14 UTC``."""
    return iso_z(instant)[:16].replace("T", " ") + " UTC"


def duration(span: timedelta) -> str:
    """Length of time in its two largest units: ``2 days 9 h``, ``14 min``."""
    seconds = int(abs(span.total_seconds()))
    days, hours, minutes = seconds // _DAY, seconds % _DAY // _HOUR, seconds % _HOUR // _MINUTE
    if days:
        return counted(days, "day") + (f" {hours} h" if hours else "")
    if hours:
        return f"{hours} h" + (f" {minutes} min" if minutes else "")
    return f"{minutes} min" if minutes else "less than a minute"


def counted(count: int, one: str, many: str = "") -> str:
    """Number with its noun, thousands grouped: ``1 person``, ``12,000 sign-ins``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def people(count: int) -> str:
    """``1 person`` or ``3 people``."""
    return counted(count, "person", "people")


def percent(share: float) -> str:
    """Share of one as a whole percentage; never rounded up to a certainty."""
    return f"{min(99, round(share * 100)) if share < 1 else 100} %"


def listed(words: Sequence[str], *, last: str = "and") -> str:
    """Words as prose: ``a``, ``a and b``, ``a, b and c``."""
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"

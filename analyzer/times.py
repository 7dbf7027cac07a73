"""Instants: always aware, always UTC, written with a Z; ranges are half-open."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from analyzer.errors import UsageError

_SATURDAY = 5
_DURATION = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*([smhd]?)", re.ASCII)
_SECONDS_OF = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST = timedelta(days=3660)


@lru_cache(maxsize=8192)
def iso_z(instant: datetime) -> str:
    """ISO 8601 text of an aware instant in UTC, with microseconds only where there are any."""
    utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return f"{utc.isoformat()[:-6]}Z"


def parse_instant(text: str, *, what: str = "time") -> datetime:
    """Aware UTC instant of an ISO 8601 text; a bare date is that day's UTC midnight.

    Raises:
        UsageError: The text is no ISO 8601 instant, or names no zone.
    """
    cleaned = text.strip()
    try:
        parsed = datetime.fromisoformat(cleaned.replace("z", "Z"))
    except ValueError as error:
        msg = f"{what} {text!r} is not an ISO 8601 instant"
        raise UsageError(msg, remedy="Write it like 2026-03-02T07:00:00Z.") from error
    is_bare_date = "T" not in cleaned and " " not in cleaned
    if parsed.tzinfo is None and not is_bare_date:
        msg = f"{what} {text!r} names no time zone"
        raise UsageError(msg, remedy="End it with Z for UTC, or with an offset like -05:00.")
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def parse_duration(text: str, *, what: str) -> timedelta:
    """Length of time of a text like ``2h``, ``90m``, ``30s``, ``1d``, or plain seconds.

    Raises:
        UsageError: The text is no such length, is negative, or is longer than ten years.
    """
    matched = _DURATION.fullmatch(text.strip().lower())
    length = float(matched[1]) * _SECONDS_OF[matched[2]] if matched else None
    if length is None or length > _LONGEST.total_seconds():
        msg = f"{what} {text!r} is not a length of time"
        raise UsageError(msg, remedy="Write it like 2h, 90m, 30s or 1d, or as plain seconds.")
    return timedelta(seconds=length)


def duration_text(length: timedelta) -> str:
    """Text of a length of time that ``parse_duration`` reads back, in the largest whole unit."""
    seconds = length.total_seconds()
    for unit in "dhm":
        whole, rest = divmod(seconds, _SECONDS_OF[unit])
        if whole and not rest:
            return f"{whole:.0f}{unit}"
    return f"{seconds:g}s"


def working_time_between(start: datetime, end: datetime, *, utc_offset_hours: int = 0) -> timedelta:
    """Time from ``start`` to ``end`` that is not on a Saturday or Sunday.

    Args:
        start: First instant, aware.
        end: First instant no longer counted, aware.
        utc_offset_hours: Of the zone whose Saturdays and Sundays are meant.

    Returns:
        Zero where ``end`` is not after ``start``.
    """
    local = timedelta(hours=utc_offset_hours)
    return max(timedelta(0), _since_a_monday(end + local) - _since_a_monday(start + local))


def _since_a_monday(local: datetime) -> timedelta:
    """Working time since some Monday long ago; it stands still from Saturday to Monday."""
    days = local.toordinal() - 1  # 0001-01-01 was a Monday.
    weeks, weekday = divmod(days, 7)
    if weekday >= _SATURDAY:
        return timedelta(days=weeks * _SATURDAY + _SATURDAY)
    of_day = timedelta(
        hours=local.hour,
        minutes=local.minute,
        seconds=local.second,
        microseconds=local.microsecond,
    )
    return timedelta(days=weeks * _SATURDAY + weekday) + of_day

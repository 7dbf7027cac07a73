"""Times as exports write them: culture dates, ISO, ``/Date(ms)/``, with and without a zone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from analyzer.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

DateOrder = Literal["dmy", "mdy", "ymd"]

_FIRST_YEAR, _LAST_YEAR = 2000, 2100  # outside: .NET's "never" (0001, 9999), or another calendar
_LONGEST = 100
_NOON = 12

# Day-period words of .NET cultures, without dots and blanks, lower case (CLDR dayPeriods).
_BEFORE_NOON = {"am", "上午", "오전", "午前", "πμ", "ص", "de", "sa", "vorm", "fm", "öö"}
_AFTER_NOON = {"pm", "下午", "오후", "午後", "μμ", "م", "du", "ch", "nachm", "em", "ös"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_BLANKS = re.compile("[\u00a0\u202f\u2007\u2009\\s]+")
_UNSEEN = re.compile("[\u200e\u200f\u202a-\u202e\ufeff]")
_MICROSOFT_JSON = re.compile(r"^\\?/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\\?/$")
_ZONE = re.compile(r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})$", re.IGNORECASE)
_NUMERIC = re.compile(
    # Hungarian ends the date with a dot, Bulgarian with the abbreviated word for year.
    r"^(\d{1,4})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{1,4})\.?(?: ?\u0433\.?)?(?:[T,]? ?(\S.*))?$"
)
_NAMED_MONTH = re.compile(
    r"^(?:[A-Za-z]{3,9},? )?(?:(\d{1,2})[ -])?([A-Za-z]{3,9})[ -](?:(\d{1,2}),? )?(\d{4})"
    r"(?:,? (\S.*))?$"
)
_CLOCK = re.compile(r"^([^\d]*?) ?(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d+))?)? ?([^\d]*)$")


@dataclass(frozen=True, slots=True)
class Written:
    """A time as written: the instant, the local time, or two readings of day and month.

    Attributes:
        local: Wall-clock time, first of the two numbers read as day, where the order is open.
        swapped: The same with the first number read as month; None where the order is told.
        year_first: The same with a two-digit year in front, where that is a date at all.
        offset: Zone as written, None where none is.
    """

    local: datetime | None
    swapped: datetime | None = None
    year_first: datetime | None = None
    is_order_open: bool = False
    offset: timezone | None = None


@lru_cache(maxsize=65_536)
def written(text: str) -> Written | None:
    """What a text says of a time; None where it is no time.

    Fractions beyond microseconds are cut. Years outside 2000 to 2100 are no time: exports
    write 0001 and 9999 for never.
    """
    if len(text) > _LONGEST:
        return None
    cleaned = _BLANKS.sub(" ", _UNSEEN.sub("", text)).strip()
    ticks = _MICROSOFT_JSON.match(cleaned)
    if ticks:
        # Milliseconds since 1970 in UTC; the offset only says how to show it.
        since = timedelta(milliseconds=int(ticks[1]))
        if abs(since) > timedelta(days=366 * 200):
            return None
        return _in_range(
            Written((datetime(1970, 1, 1, tzinfo=UTC) + since).replace(tzinfo=None), offset=UTC)
        )
    zone = _ZONE.search(cleaned)
    offset = _offset(zone[1]) if zone and ":" in cleaned[: zone.start()] else None
    body = cleaned[: zone.start()].strip() if zone and offset else cleaned
    numeric = _NUMERIC.match(body)
    return _in_range(_numeric(numeric, offset) if numeric else _named(body, offset))


def _offset(text: str) -> timezone:
    if text.upper() in {"Z", "UTC", "GMT"}:
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    minutes = min(minutes, 24 * 60 - 1)
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _numeric(found: re.Match[str], offset: timezone | None) -> Written | None:
    first, second, third = found[1], found[3], found[4]
    clock = _clock(found[5])
    if clock is None:
        return None
    if len(first) == len("2026"):
        return Written(_at(int(first), int(second), int(third), clock), offset=offset)
    if len(first) > len("31") or len(third) not in {2, 4}:
        return None
    year = int(third) if len(third) == len("2026") else _FIRST_YEAR + int(third)
    day_first = _at(year, int(second), int(first), clock)
    month_first = _at(year, int(first), int(second), clock)
    is_short = len(third) == len("26")
    year_first = _at(_FIRST_YEAR + int(first), int(second), int(third), clock) if is_short else None
    if not (day_first or month_first or year_first):
        return None
    return Written(day_first, month_first, year_first, is_order_open=True, offset=offset)


def _named(body: str, offset: timezone | None) -> Written | None:
    found = _NAMED_MONTH.match(body)
    if not found or found[2][:3].lower() not in _MONTHS or not (found[1] or found[3]):
        return None
    clock = _clock(found[5])
    if clock is None:
        return None
    month = _MONTHS.index(found[2][:3].lower()) + 1
    return Written(_at(int(found[4]), month, int(found[1] or found[3]), clock), offset=offset)


def _clock(text: str | None) -> timedelta | None:
    """Time of day, 12-hour words resolved; midnight where there is none written."""
    if not text:
        return timedelta(0)
    found = _CLOCK.match(text.strip())
    if not found:
        return None
    hour, minute, second = int(found[2]), int(found[3]), int(found[4] or 0)
    word = re.sub(r"[.\s]", "", (found[1] or found[6] or "").casefold())
    if word and word not in _BEFORE_NOON | _AFTER_NOON:
        return None
    if word and 1 <= hour <= _NOON:
        hour = hour % _NOON + (_NOON if word in _AFTER_NOON else 0)
    if hour > 23 or minute > 59 or second > 59:  # noqa: PLR2004 - the clock
        return None
    micro = int((found[5] or "0")[:6].ljust(6, "0"))
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=micro)


def _at(year: int, month: int, day: int, clock: timedelta) -> datetime | None:
    try:
        # Naive on purpose: wall-clock time, its zone comes later.
        return datetime(year, month, day) + clock  # noqa: DTZ001
    except ValueError:
        return None


def _in_range(found: Written | None) -> Written | None:
    any_reading = found and (found.local or found.swapped or found.year_first)
    if not found or not any_reading:
        return None
    return found if _FIRST_YEAR <= any_reading.year < _LAST_YEAR else None


def is_never(text: str) -> bool:
    """Whether a text is a date outside every migration, as .NET writes for "not set"."""
    return bool(re.search(r"\b(0001|1601|9999)\b", text)) or text.strip() in {"0", "N/A", "-"}


def decide_order(values: Iterable[tuple[int | None, str]], path: str) -> DateOrder | None:
    """Day/month order of one file's dates; None where no date in it decides.

    A first number above 12 is a day, a second number above 12 is a day too. Dates with a
    two-digit year decide nothing where the first number could be that year.

    Raises:
        InputError: Two rows contradict each other.
    """
    deciding: dict[DateOrder, tuple[int | None, str]] = {}
    for line, text in values:
        found = written(text)
        if found is None or not found.is_order_open or found.year_first:
            continue  # three short numbers: a first one above 12 may be a year
        if found.swapped is None:
            deciding.setdefault("dmy", (line, text))
        elif found.local is None:
            deciding.setdefault("mdy", (line, text))
        if len(deciding) > 1:
            (day_line, day_text), (month_line, month_text) = deciding["dmy"], deciding["mdy"]
            msg = (
                f"the dates contradict each other: {day_text!r} (line {day_line}) starts with the "
                f"day, {month_text!r} (line {month_line}) with the month"
            )
            remedy = "Export each part again with one culture, as separate files."
            raise InputError(msg, remedy=remedy, source=path, line=line)
    return next(iter(deciding), None)


@dataclass(slots=True)
class Clock:
    """Reads one file's times with the file's order and zone; remembers what was doubtful.

    Attributes:
        order: Day/month order; None is not told.
        zone: Zone of times written without one; None is not told.
    """

    order: DateOrder | None
    zone: ZoneInfo | None
    unclear: set[str] = field(default_factory=set)

    def instant(self, text: str, *, is_utc: bool = False) -> datetime | None:
        """The UTC instant; None where the text, the order or the zone does not tell it.

        In the hour that clocks pass twice the first pass is taken, in the hour they skip the
        offset before it; both are remembered in ``unclear``.
        """
        found = written(text)
        local = self._local(found) if found else None
        if found is None or local is None:
            return None
        if found.offset is not None:
            return local.replace(tzinfo=found.offset).astimezone(UTC)
        if is_utc:
            return local.replace(tzinfo=UTC)
        if self.zone is None:
            return None
        early = local.replace(tzinfo=self.zone, fold=0)
        if early.utcoffset() != early.replace(fold=1).utcoffset():
            self.unclear.add(text)
        return early.astimezone(UTC)

    def _local(self, found: Written) -> datetime | None:
        if not found.is_order_open:
            return found.local
        if found.local == found.swapped and not found.year_first:
            return found.local
        readings = {"dmy": found.local, "mdy": found.swapped, "ymd": found.year_first}
        return readings[self.order] if self.order else None


def needs_order(text: str) -> bool:
    """Whether reading this time needs the day/month order."""
    found = written(text)
    if found is None or not found.is_order_open:
        return False
    return found.local != found.swapped or found.year_first is not None


def needs_zone(text: str) -> bool:
    """Whether reading this time needs a zone from elsewhere."""
    found = written(text)
    return found is not None and found.offset is None

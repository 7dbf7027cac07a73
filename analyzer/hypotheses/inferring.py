"""What the log itself tells of moves and zones, where no export does.

A mailbox on premises authenticates on premises: Exchange Online first meets a person at or after
the cut-over, and the people of one wave together (field guide, section 2).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

from analyzer.hypotheses.model import answer_of
from analyzer.results import Answer
from analyzer.times import working_time_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

FROM_THE_START = timedelta(days=2)
"""Who met Exchange Online this soon after the log begins may have met it long before."""
_WAVE_PEOPLE = 3
_WAVE_TIMES_USUAL = 3
_AROUND = timedelta(days=1)
_ENOUGH_TO_MISS = timedelta(days=3)
_WORK_BEGINS, _WORK_ENDS = 8, 18
_ENOUGH_HOURS = 10
_HOURS = 24


class FirstMeetings:
    """When Exchange Online first met each person, and whether others came with him."""

    def __init__(self, first_at: Mapping[str, datetime], window: tuple[datetime, datetime]) -> None:
        self._first_at = first_at
        self._begins = window[0] + FROM_THE_START
        self._times = sorted(at for at in first_at.values() if at >= self._begins)
        days = max(1, (window[1] - window[0]).days + 1)
        counts = Counter(at.date() for at in self._times)
        usual = median([*counts.values(), *([0] * max(0, days - len(counts)))])
        self._many = max(_WAVE_PEOPLE, _WAVE_TIMES_USUAL * usual)

    def of(self, person: str) -> datetime | None:
        """When Exchange Online first met the person; None where the log shows no meeting."""
        return self._first_at.get(person)

    def cutover(self, person: str) -> datetime | None:
        """A cut-over inferred for somebody without a record: a first meeting among many."""
        is_wave = self.came_with_others(person) is Answer.YES
        return self._first_at[person] if is_wave else None

    def came_with_others(self, person: str) -> Answer:
        """Whether unusually many others first met Exchange Online within a day of the person."""
        at = self._first_at.get(person)
        if at is None or at < self._begins:
            return Answer.UNKNOWN
        first = bisect_left(self._times, at - _AROUND)
        last = bisect_right(self._times, at + _AROUND)
        return answer_of(last - first - 1 >= self._many)


def own_use(last_own_at: datetime | None, onset: datetime, window_to: datetime) -> Answer:
    """Whether a mailbox of the person's own is used in Exchange Online since the onset."""
    if last_own_at is not None and last_own_at >= onset - _AROUND:
        return Answer.YES
    if working_time_between(onset, window_to) >= _ENOUGH_TO_MISS:
        return Answer.NO
    return Answer.UNKNOWN


class Zones:
    """Offset from UTC, in hours, at which most of a person's sign-ins fall into working hours."""

    def __init__(self, counted: Iterable[tuple[str, int, int]]) -> None:
        """Take (person, hour of the day in UTC, sign-ins)."""
        self._by_person: dict[str, list[int]] = {}
        for person, hour, count in counted:
            if person not in self._by_person:
                self._by_person[person] = [0] * _HOURS
            self._by_person[person][hour] += count
        everybody = [sum(of_hour) for of_hour in zip(*self._by_person.values(), strict=True)]
        self._usual = _offset(everybody or [0] * _HOURS)

    def signs_in(self, person: str, window: tuple[datetime, datetime]) -> Answer:
        """Whether the account has any success of a modern client in a log of days that has some."""
        if person in self._by_person:
            return Answer.YES
        is_long = working_time_between(*window) >= _ENOUGH_TO_MISS
        return Answer.NO if is_long and self._by_person else Answer.UNKNOWN

    def of(self, person: str) -> int:
        """The person's offset; the organisation's where he is too seldom seen."""
        hours = self._by_person.get(person)
        if hours is None or sum(hours) < _ENOUGH_HOURS:
            return self._usual
        return _offset(hours)


def _offset(hours: list[int]) -> int:
    """The middle of the offsets that put most sign-ins between eight and eighteen o'clock."""
    counts = hours * 3
    # Eight o'clock there is 24 + 8 - offset here, counted on three days in a row.
    scores = {
        offset: sum(counts[24 + _WORK_BEGINS - offset : 24 + _WORK_ENDS - offset])
        for offset in range(-11, 13)
    }
    most = max(scores.values())
    best = [offset for offset, score in scores.items() if score == most]
    return 0 if len(best) == len(scores) else best[len(best) // 2]

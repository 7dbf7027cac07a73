"""Whether the move times look as if they were read in the wrong time zone."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_HOUR = timedelta(hours=1)
_FURTHEST_HOURS = 14  # the widest offset of any zone
# Outlook may fail a little before the completion time: the mailbox is locked, then finalised.
_EARLY = timedelta(minutes=5)
_FEWEST = 3


def zone_offset_hint(onsets: pd.DataFrame, cutovers: pd.DataFrame) -> tuple[int, int] | None:
    """By how many whole hours failures lead the cut-over, and for how many people.

    A failure cannot come from a move that has not happened. Where times are read in a zone
    that is k hours behind the true one, failures begin right after the true completion, which
    is k hours before the time read: each lead lies in the hour up to k, less for those who
    start Outlook late.

    Args:
        onsets: ``person_key, first_block_at``: where each person's blocks begin near the move.
        cutovers: ``schema.evidence.CUTOVERS``.

    Returns:
        Hours and people, or None: fewer than three people, or less than half of the movers
        with a failure within 14 hours of the move, agree on one hour.
    """
    own = cutovers.loc[~cutovers["is_coarse"].astype(bool), ["person_key", "completed_at"]]
    both = onsets.dropna(subset=["first_block_at"]).merge(own, on="person_key")
    pairs = zip(both["completed_at"], both["first_block_at"], strict=True)
    leads = [(moved - blocked) - _EARLY for moved, blocked in pairs]
    near = [lead for lead in leads if abs(lead) <= _FURTHEST_HOURS * _HOUR]
    hours = Counter(ceil(lead / _HOUR) for lead in near if lead > timedelta(0))
    if not hours:
        return None
    best = max(hours, key=lambda hour: (hours[hour], hour))
    people = hours[best]
    return (best, people) if people >= _FEWEST and 2 * people >= len(near) else None


def zone_offset_sentence(hours: int, people: int) -> str:
    """The hint in words, for the coverage."""
    plural = "hour" if hours == 1 else "hours"
    return (
        f"The time zone of the moves looks wrong by {hours} {plural}: the failures of {people} "
        f"people begin {hours} {plural} before their mailbox moved. Check --moves-timezone."
    )

"""What became of each mover of a simulated wave."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from benchmarks.scenarios.outlooks import LEGACY_OUTLOOK, RECONFIGURATION
from benchmarks.scenarios.window import DAY, HOUR, instant

if TYPE_CHECKING:
    from benchmarks.scenarios.event import Event
    from benchmarks.scenarios.people import Person
    from benchmarks.scenarios.world import World

HORIZON = 5 * DAY
_BEFORE = DAY
_WORKDAYS_AFTER = 3
_MENDS_ITSELF = "mover-mapi-hiccup"
_OLD = {"mover-outlook-2010", "blocked-before-move", "outlook-set-to-basic", "mac-outlook-2011"}


@dataclass(frozen=True, slots=True)
class Wave:
    """Movers of one evening and the instant of the forecast, a day before the first move."""

    name: str
    at: int
    movers: tuple[Person, ...]


@dataclass
class Truth:
    """Answers about one tenant's movers."""

    world: World

    def waves(self) -> list[Wave]:
        """Waves with a day of the window before and enough of it after."""
        by_name: dict[str, list[Person]] = defaultdict(list)
        for number, move in self.world.moves.items():
            if move.is_cutover and move.wave.startswith("Wave"):
                by_name[move.wave].append(self.world.people[number])
        found = []
        for name, movers in sorted(by_name.items()):
            first = min(self.world.moves[person.number].at for person in movers)
            if self._is_covered(first):
                found.append(Wave(name, first - _BEFORE, tuple(movers)))
        return found

    def wave_count(self) -> int:
        """All waves, covered or not."""
        waves = (move.wave for move in self.world.moves.values() if move.is_cutover)
        return len({wave for wave in waves if wave.startswith("Wave")})

    def is_stuck(self, person: Person) -> bool:
        """Whether his own Outlook is turned away within the horizon."""
        return any(
            event.cause == RECONFIGURATION and event.story != _MENDS_ITSELF
            for event in self._after_move(person)
        )

    def is_old(self, person: Person) -> bool:
        """Whether his Outlook cannot do modern authentication, or is set not to."""
        told = set(self.world.stories.get(person.number, ())) & _OLD
        return bool(told) or any(
            event.cause == LEGACY_OUTLOOK for event in self._after_move(person)
        )

    def is_at_work(self, person: Person) -> bool:
        """Whether he works within the horizon, so that anything could be seen."""
        moved = self.world.moves[person.number].at
        return any(
            moved <= workday.begins < min(moved + HORIZON, self.world.window.end)
            for workday in self.world.workdays[person.number]
        )

    def is_overtaken(self, person: Person, forecast_at: int) -> bool:
        """Whether the policies changed for him after the forecast."""
        guard, moved = self.world.guard, self.world.moves[person.number].at
        then = guard.blocks_legacy(person.number, forecast_at)
        hours = range(forecast_at, moved + HORIZON, HOUR)
        return any(guard.blocks_legacy(person.number, at) != then for at in hours)

    def _after_move(self, person: Person) -> list[Event]:
        moved = self.world.moves[person.number].at
        events = self._outlook_events.get(person.number, [])
        return [event for event in events if moved <= event.at < moved + HORIZON]

    @cached_property
    def _outlook_events(self) -> dict[int, list[Event]]:
        found: dict[int, list[Event]] = defaultdict(list)
        for event in self.world.events:
            if event.cause in {RECONFIGURATION, LEGACY_OUTLOOK}:
                found[event.person].append(event)
        return found

    def _is_covered(self, first: int) -> bool:
        window = self.world.window
        days_after = [day for day in window.workdays if day.toordinal() > _ordinal(first)]
        return first - _BEFORE >= window.start and len(days_after) >= _WORKDAYS_AFTER


def _ordinal(at: int) -> int:
    return instant(at).date().toordinal()

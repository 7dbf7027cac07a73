"""What a right judgement says: per sign-in, per person and cause, and about each person.

Causes are those of the events' stories; a verdict's status follows from what happened after it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.scenarios.clients import is_legacy
from benchmarks.scenarios.window import DAY, instant, working_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.scenarios.event import Event
    from benchmarks.scenarios.world import World

FAILING = (
    "outlook-reconfiguration",
    "delegate-access",
    "skype-for-business",
    "native-activesync",
    "mail-protocol",
    "legacy-outlook",
    "legacy-application",
    "credential-attack",
    "wrong-password",
    "other-policy",
    "other-failure",
)
EVENT_HEADER = ("signin_id", "user", "cause", "owners", "story")
VERDICT_HEADER = ("user", "cause", "owners", "status", "events", "first_seen", "last_seen")
PEOPLE_HEADER = ("user", "stories", "moved_at", "move_recorded")


class Verdict(NamedTuple):
    """A person, a cause, and what became of it."""

    user: str
    cause: str
    owners: tuple[str, ...]
    status: str
    events: int
    first_seen: int
    last_seen: int


def user_of(world: World, event: Event) -> str:
    """The person's name at the window's end; the tried name where it is nobody's."""
    person = world.people[event.person]
    is_own = event.name == person.upn_at(event.at)
    return person.upn if is_own else event.name.lower()


def verdicts(world: World) -> list[Verdict]:
    """One for each person, cause and set of owners that something failed for."""
    failing: dict[tuple[str, str, tuple[str, ...]], list[Event]] = defaultdict(list)
    last_success: dict[tuple[int, str], int] = {}
    for event in world.events:
        if event.cause in FAILING:
            failing[user_of(world, event), event.cause, event.owners].append(event)
        elif event.cause == "success" and not is_legacy(event.client):
            key = (event.person, event.instance)
            last_success[key] = max(event.at, last_success.get(key, 0))
    return [
        Verdict(*key, _status(world, events, last_success), len(events), first, last)
        for key, events in sorted(failing.items())
        for first, last in [(min(e.at for e in events), max(e.at for e in events))]
    ]


def _status(world: World, events: list[Event], last_success: dict[tuple[int, str], int]) -> str:
    last_failure: dict[tuple[int, str], int] = {}
    for event in events:
        key = (event.person, event.instance)
        last_failure[key] = max(event.at, last_failure.get(key, 0))
    if all(last_success.get(key, 0) > at for key, at in last_failure.items()):
        return "recovered"
    zone = world.people[events[0].person].site.zone
    quiet = working_seconds(zone, max(last_failure.values()), world.window.end)
    return "stopped" if quiet >= DAY else "ongoing"


def event_rows(world: World) -> Iterator[tuple[object, ...]]:
    """Rows of ``truth/events.csv``."""
    for event in world.events:
        yield event.id, user_of(world, event), event.cause, ";".join(event.owners), event.story


def verdict_rows(world: World) -> Iterator[tuple[object, ...]]:
    """Rows of ``truth/verdicts.csv``."""
    for verdict in verdicts(world):
        yield (
            verdict.user, verdict.cause, ";".join(verdict.owners), verdict.status, verdict.events,
            iso(verdict.first_seen), iso(verdict.last_seen),
        )  # fmt: skip


def people_rows(world: World) -> Iterator[tuple[object, ...]]:
    """Rows of ``truth/people.csv``."""
    for person in world.people:
        moved = world.moved_at(person.number)
        move = world.moves.get(person.number)
        yield (
            person.upn,
            ";".join(world.stories.get(person.number, ())),
            "" if moved is None else iso(moved),
            "yes" if move and move.is_recorded else "no",
        )


def iso(at: int) -> str:
    """``2021-03-05T01:00:00Z``."""
    return instant(at).strftime("%Y-%m-%dT%H:%M:%SZ")

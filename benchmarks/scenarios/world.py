"""The simulated tenant: people live their days in it, and every sign-in is judged as it happens."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from benchmarks.scenarios.clients import is_legacy
from benchmarks.scenarios.event import PROMPTS, TROUBLES, Act, Event, Workday, identifier
from benchmarks.scenarios.policies import Guard, Outcome
from benchmarks.scenarios.window import Window, local

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from benchmarks.scenarios.evidence_model import Move, Right
    from benchmarks.scenarios.features import Features
    from benchmarks.scenarios.people import Person
    from benchmarks.scenarios.places import Addresses
    from benchmarks.tenant.world import Client, Place


@dataclass
class World:
    """Everything of one tenant; the stories add to it."""

    seed: int
    features: Features
    window: Window
    people: list[Person]
    addresses: Addresses
    offices: list[Place]
    guard: Guard
    moves: dict[int, Move] = field(default_factory=dict)
    rights: list[Right] = field(default_factory=list)
    workdays: dict[int, list[Workday]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    stories: dict[int, list[str]] = field(default_factory=dict)

    def dice(self, topic: str) -> random.Random:
        """Chance of its own for a topic, so that one story does not change another."""
        return random.Random(f"{self.seed}/{topic}")

    @cached_property
    def staff(self) -> list[Person]:
        """People who work here."""
        return self.of_kind("staff")

    def of_kind(self, kind: str) -> list[Person]:
        """All of one kind."""
        return [person for person in self.people if person.kind == kind]

    def moved_at(self, person: int) -> int | None:
        """When the mailbox came to the cloud, if a wave brought it."""
        move = self.moves.get(person)
        return move.at if move and move.is_cutover else None

    def in_cloud_at(self, person: int, at: int) -> bool:
        """Whether the mailbox is in Exchange Online."""
        moved = self.moved_at(person)
        return self.people[person].was_cloud or (moved is not None and moved <= at)

    def count(self, story: str, per_400: float) -> int:
        """How many of a story this tenant has; about ``per_400`` in one of 400 people."""
        return max(1, round(per_400 * len(self.staff) / 400 * self.features.rates[story]))

    def pick(self, dice: random.Random, among: Sequence[Person], count: int) -> list[Person]:
        """``count`` people, or as many as there are."""
        return dice.sample(among, min(count, len(among)))

    def note(self, person: int, story: str) -> None:
        """Remember that a person is in a story."""
        told = self.stories.setdefault(person, [])
        if story not in told:
            told.append(story)

    def uses_mapi(self, person: Person) -> bool:
        """Whether the person's Outlook talks MAPI over HTTP; the mailbox beats the organisation."""
        if person.mapi_http:
            return person.mapi_http == "True"
        return self.features.organisation_mapi

    def tries(
        self,
        dice: random.Random,
        person: Person,
        at: int,
        client: Client,
        place: Place,
        act: Act,
        *,
        trouble: str = "",
        refused: tuple[str, int] | None = None,
        prompt: str = "",
        lies: bool = False,
        correlation: str = "",
        name: str = "",
    ) -> None:
        """Sign in, whatever comes of it.

        Args:
            dice: Where identifiers come from.
            person: Whose account.
            at: When; nothing is logged outside the window.
            client: With which program.
            place: From where.
            act: What it means if it fails.
            trouble: Key of ``TROUBLES``: what is wrong before any policy is asked.
            refused: Policy and code that stop a modern client.
            prompt: Key of ``PROMPTS``.
            lies: ActiveSync says success though blocked.
            correlation: Shared by the sign-ins of one round; blank draws one.
            name: Name tried, where it is nobody's.
        """
        if not self.window.has(at):
            return
        cause = act.cause
        if trouble:
            outcome = Outcome(TROUBLES[trouble], "notApplied")
        elif is_legacy(client):
            outcome = self.guard.legacy(person.number, at, client, lies=lies)
            cause = cause if outcome.ca_status == "failure" else "legacy-success"
        elif refused:
            outcome = self.guard.refused(*refused)
        elif prompt:
            outcome, cause = self._prompted(prompt), "interrupt"
        else:
            outcome = self.guard.modern(person.number % 5 == 0, person.number % 3 == 0)
            cause = "success"
        self.events.append(
            Event(
                at, identifier(dice), correlation or identifier(dice), person.number,
                name or person.upn_at(at), client, place, outcome, cause,
                act.owners if cause == act.cause else (), act.story, act.instance,
            )
        )  # fmt: skip
        if not name:
            self.note(person.number, act.story)

    def round(
        self,
        dice: random.Random,
        person: Person,
        at: int,
        clients: Sequence[Client],
        place: Place,
        act: Act,
        *,
        trouble: str = "",
    ) -> None:
        """One round of an Outlook's connections, seconds apart; the log misses some."""
        kept = [client for client in clients if dice.random() < 0.85] or [clients[0]]
        correlation = identifier(dice)
        for client in kept:
            self.tries(
                dice, person, at, client, place, act, trouble=trouble, correlation=correlation
            )
            at += dice.randint(1, 20)

    def in_working_hours(self, dice: random.Random, workday: Workday) -> int:
        """Some instant of a working day."""
        return dice.randint(workday.begins, workday.ends)

    def place_at(self, dice: random.Random, workday: Workday, at: int) -> Place:
        """Where the person's computer is at an instant of that day."""
        if workday.is_trip or workday.begins <= at <= workday.ends:
            return workday.desk
        return workday.home if dice.random() < 0.9 else workday.desk

    def _prompted(self, prompt: str) -> Outcome:
        code = PROMPTS[prompt]
        if prompt == "second-factor" and "mfa" in self.guard.policies:
            return Outcome(code, "failure", (("mfa", "failure"),))
        # Failing Block policies beside status success and a prompt's code: published rows do this.
        if prompt == "device-prompt" and "legacy" in self.guard.policies:
            return Outcome(code, "success", (("legacy", "failure"),))
        return Outcome(code, "notApplied")


def hour_of(person: Person, day: date, hour: float) -> int:
    """The instant of the person's local clock time."""
    return local(person.site.zone, day, hour)

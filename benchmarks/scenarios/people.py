"""Who there is: staff, shared mailboxes, services, guests, under all the names exports use."""

from __future__ import annotations

import random
import re
import uuid
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.scenarios.names import FIRST, LAST, SERVICES, SHARED
from benchmarks.scenarios.places import Addresses, Site
from benchmarks.tenant.people import DOMAIN, ascii_name
from benchmarks.tenant.world import Place

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Person:
    """One person, service, shared mailbox or guest.

    Attributes:
        number: Position among all; the handle that stories use.
        kind: ``staff``, ``shared``, ``service`` or ``guest``.
        upn: User principal name at the window's end, lower case.
        old_upn: The name until ``renamed_at``; blank where it never changed.
        logged_upn: How the log writes the name, which keeps the case of its entry.
        common_name: Last part of the canonical name.
        works: ``office``, ``hybrid`` or ``remote``.
        homes: Address at home, and from ``home_changes`` (share of the window) on the other one.
        was_cloud: The mailbox was in Exchange Online before the first wave.
        mapi_http: MapiHttpEnabled of the mailbox: ``True``, ``False`` or blank, which inherits.
    """

    number: int
    kind: str
    display_name: str
    upn: str
    old_upn: str
    renamed_at: int
    logged_upn: str
    common_name: str
    office: int
    site: Site
    works: str
    homes: tuple[Place, Place]
    home_changes: float
    was_cloud: bool
    mapi_http: str
    user_id: str
    exchange_guid: str

    @property
    def alias(self) -> str:
        """Exchange alias."""
        return self.upn.split("@")[0].replace(".", "")

    @property
    def sam(self) -> str:
        """sAMAccountName; kept when the person is renamed."""
        name = (self.old_upn or self.upn).split("@")[0]
        first, _, last = name.partition(".")
        return (f"{first[:2]}{last}" if last else first)[:14] + f"{self.number}"

    @property
    def smtp(self) -> str:
        """Primary SMTP address, which not everybody's UPN equals."""
        return f"{self.sam}@{DOMAIN}" if self.number % 7 == 3 and self.kind == "staff" else self.upn

    @property
    def canonical_name(self) -> str:
        """Canonical name in Active Directory, as Exchange shows an identity."""
        unit = self.site.city if self.kind == "staff" else "Services"
        return f"{DOMAIN}/{unit}/Users/{self.common_name}"

    def upn_at(self, at: int) -> str:
        """The name in the log at an instant."""
        return self.old_upn if self.old_upn and at < self.renamed_at else self.logged_upn


@dataclass(frozen=True, slots=True)
class Habits:
    """How a tenant's people are, in shares of the staff."""

    hybrid: float
    remote: float
    was_cloud: float
    mapi_on: float
    mapi_off: float
    renamed: float


class Register:
    """Makes people one after the other; names and numbers are given out once."""

    def __init__(self, dice: random.Random, addresses: Addresses, sites: tuple[Site, ...]) -> None:
        self._dice = dice
        self._addresses = addresses
        self._sites = sites
        self._space = uuid.UUID(int=dice.getrandbits(128), version=4)
        self._names: Counter[str] = Counter()
        self.people: list[Person] = []

    def go_on(self, people: Sequence[Person]) -> None:
        """Number on from people who are there already, and give none of their names again."""
        self.people += people
        self._names.update(re.sub(r" \d+$", "", person.common_name) for person in people)

    def staff(self, count: int, habits: Habits, start: int, end: int) -> None:
        """Add people who work here; ``start`` and ``end`` bound the renamings."""
        for _ in range(count):
            roll = self._dice.random()
            works = "remote" if roll < habits.remote else "office"
            if habits.remote <= roll < habits.remote + habits.hybrid:
                works = "hybrid"
            is_cloud = self._dice.random() < habits.was_cloud
            roll = self._dice.random()
            state = "True" if roll < habits.mapi_on else ""
            if habits.mapi_on <= roll < habits.mapi_on + habits.mapi_off:
                state = "False"
            renamed_at = 0
            if self._dice.random() < habits.renamed:
                renamed_at = round(self._dice.uniform(start + 0.2 * (end - start), end))
            name = self._name()
            self._add("staff", name, works, is_cloud, state, renamed_at)

    def others(self, shared: int, services: int, guests: int) -> None:
        """Add shared mailboxes, service accounts and guests."""
        for name in SHARED[:shared]:
            self._add("shared", name, "office", False, "", 0)
        for name in SERVICES[:services]:
            self._add("service", name, "office", self._dice.random() < 0.6, "", 0)
        for _ in range(guests):
            name = f"{self._dice.choice(FIRST)} {self._dice.choice(LAST)}"
            self._add("guest", name, "remote", False, "", 0)

    def _name(self) -> str:
        """A name, now and then one that somebody has already."""
        if self.people and self._dice.random() < 0.015:
            return self._dice.choice(self.people).display_name
        return f"{self._dice.choice(FIRST)} {self._dice.choice(LAST)}"

    def _add(
        self, kind: str, name: str, works: str, is_cloud: bool, mapi: str, renamed_at: int
    ) -> None:
        dice = self._dice
        number = len(self.people)
        self._names[name] += 1
        again = str(self._names[name]) if self._names[name] > 1 else ""
        left = ascii_name(name).replace(".", "-" if kind in {"shared", "service"} else ".")
        upn = f"{left}{again}@{DOMAIN}"
        logged, old, display = upn, "", name
        if kind == "service":
            upn = logged = f"svc-{upn}"
        if kind == "guest":
            logged = f"{left}{again}_fabrikam.example#EXT#@{DOMAIN}"
            upn, display = logged.lower(), f"{name} (Fabrikam)"
        if renamed_at:
            old, display = upn, f"{name.split(maxsplit=1)[0]} {dice.choice(LAST)}"
            upn = logged = f"{ascii_name(display)}{number}@{DOMAIN}"
        elif kind == "staff" and dice.random() < 0.03:
            logged = upn.title()
        office = 0 if kind != "staff" else dice.choice((0, 0, 0, *range(len(self._sites))))
        site = self._sites[office]
        home = other = self._addresses.home(site)
        changes = 2.0
        if dice.random() < 0.14:
            changes, other = dice.random(), self._addresses.home(site)
        self.people.append(
            Person(
                number, kind, display, upn, old, renamed_at, logged,
                f"{name} {number}" if again or dice.random() < 0.05 else name,
                office, site, works, (home, other), changes, is_cloud, mapi,
                str(uuid.uuid5(self._space, f"user {number}")),
                str(uuid.uuid5(self._space, f"mailbox {number}")),
            )
        )  # fmt: skip

"""What is known of each person, asked one question at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from analyzer.evidence.exchange_version import is_too_old_for_mapi_http
from analyzer.evidence.linking import cas_person
from analyzer.readiness.blocking import Blocking, Rules, blocking_of
from analyzer.readiness.clients import SeenClient, legacy_clients
from analyzer.readiness.outlook import Outlook, is_old_build, outlook_of
from analyzer.records import records

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from analyzer.evidence import Evidence, Linked
    from analyzer.evidence.onprem import OnPrem
    from analyzer.identity import People, Person
    from analyzer.policies import LegacyKind
    from analyzer.readiness.model import LegacyClient
    from analyzer.results import PolicyRef

_OWNERLESS = ("shared", "room", "equipment", "scheduling", "team")
_NO_MAILBOX = ("group", "contact", "distributionlist", "publicfolder")
_RECIPIENT_NAMES = ("object_id", "exchange_guid", "user_principal_name", "primary_smtp", "alias")


@dataclass(frozen=True, slots=True)
class SeenInSignins:
    """What 30 days of sign-ins show, by person key.

    Attributes:
        clients: Legacy clients.
        blocked_by: Enforced policies that turned a legacy client away.
        defaults_seen: Security defaults turned somebody's legacy client away.
        first, last: Time the sign-ins cover.
    """

    clients: Mapping[str, tuple[SeenClient, ...]] = field(default_factory=dict)
    blocked_by: Mapping[str, frozenset[PolicyRef]] = field(default_factory=dict)
    defaults_seen: bool = False
    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True)
class Known:
    """Everything that was given, joined to people.

    Attributes:
        seen: None where no sign-ins were given; ``onprem`` likewise.
        as_of: Moves that were completed then or later have not happened yet.
    """

    people: People
    linked: Linked
    evidence: Evidence
    rules: Rules
    onprem: OnPrem | None = None
    seen: SeenInSignins | None = None
    as_of: datetime | None = None

    def person(self, key: str) -> Person:
        """The person of a key."""
        return self.people.person(key)

    def smtp(self, key: str) -> str:
        """What a mailbox is called in reports: its address, else the next best name."""
        person = self.person(key)
        name = person.primary_smtp or person.user_principal_name or person.display_name or key
        return name.lower()

    def outlook(self, key: str) -> Outlook:
        """How the person's Outlook connects."""
        if key not in self._outlooks:
            self._outlooks[key] = self._outlook(key)
        return self._outlooks[key]

    def _outlook(self, key: str) -> Outlook:
        seen = self.onprem.outlooks.get(key) if self.onprem else None
        is_2010 = key in self._on_exchange_2010
        return outlook_of(self.linked.mapi_of(key), seen, self._build(key),
                          is_on_exchange_2010=is_2010)  # fmt: skip

    def own_setting(self, key: str) -> bool | None:
        """The mailbox's own MapiHttpEnabled; None where it inherits, or is not known."""
        state = self.linked.mapi_of(key)
        return state.state == "on" if state.source == "mailbox" else None

    def blocking(self, key: str, kind: LegacyKind = "other") -> Blocking:
        """Which policies turn the person's legacy clients away."""
        if (key, kind) not in self._blockings:
            self._blockings[key, kind] = self._blocking(key, kind)
        return self._blockings[key, kind]

    def _blocking(self, key: str, kind: LegacyKind) -> Blocking:
        person = self.person(key)
        is_guest = "#ext#" in (person.user_principal_name or "")
        by = self.seen.blocked_by.get(key, frozenset()) if self.seen else frozenset()
        user_id = person.user_id.lower() if person.user_id else None
        return blocking_of(self.rules, kind, user_id, is_guest=is_guest, blocked_by=by)

    def clients(self, key: str) -> tuple[LegacyClient, ...]:
        """The person's legacy clients."""
        return legacy_clients(
            self.seen.clients.get(key, ()) if self.seen else (),
            self.onprem.others.get(key, ()) if self.onprem else (),
            self.outlook(key),
            activesync_allowed=self._activesync.get(key),
            blocked=self.blocking(key).answer,
            phones_blocked=self.blocking(key, "activesync").answer,
        )

    def is_ownerless(self, key: str) -> bool:
        """Whether the mailbox has no person, and so no Outlook, of its own."""
        kind = (self.person(key).recipient_type or "").lower()
        return any(word in kind for word in _OWNERLESS)

    def is_mailbox(self, key: str) -> bool:
        """Whether the recipient is one that can be moved, as far as is known."""
        kind = (self.person(key).recipient_type or "").lower()
        return "mailbox" in kind or not any(word in kind for word in _NO_MAILBOX)

    def is_in_cloud(self, key: str) -> bool:
        """Whether the mailbox has moved already."""
        times = self._cutovers.get(key, [])
        if any(self.as_of is None or at < self.as_of for at in times):
            return True
        # A recipient export of later than the time that is asked about shows what came after it.
        is_remote = (self.person(key).recipient_type or "").lower().startswith("remote")
        return is_remote and not times

    def _build(self, key: str) -> str | None:
        """An old build in the sign-ins, else the newest; the sign-ins need not have any."""
        seen = self.seen.clients.get(key, ()) if self.seen else ()
        builds = [each.agent for each in seen if each.family == "outlook"]
        old = [agent for agent in builds if is_old_build(agent)]
        return old[0] if old else None

    @cached_property
    def _outlooks(self) -> dict[str, Outlook]:
        return {}

    @cached_property
    def _blockings(self) -> dict[tuple[str, LegacyKind], Blocking]:
        return {}

    @cached_property
    def _cutovers(self) -> dict[str, list[datetime]]:
        found: dict[str, list[datetime]] = {}
        for row in records(self.linked.moves_all):
            if isinstance(row["person_key"], str) and row["is_cutover"]:
                found.setdefault(row["person_key"], []).append(row["completed_at"])
        return found

    @cached_property
    def _cas_rows(self) -> list[tuple[str, dict[str, object]]]:
        rows = records(self.evidence.mapi_http)
        found = ((cas_person(row, self.people).key, row) for row in rows)
        return [(key, row) for key, row in found if key is not None]

    @cached_property
    def _activesync(self) -> dict[str, bool]:
        return {
            key: allowed
            for key, row in self._cas_rows
            if isinstance(allowed := row["activesync_enabled"], bool)
        }

    @cached_property
    def _on_exchange_2010(self) -> frozenset[str]:
        found = {
            key
            for key, row in self._cas_rows
            if is_too_old_for_mapi_http(_text(row["exchange_version"]))
        }
        for row in records(self.evidence.recipients):
            if is_too_old_for_mapi_http(_text(row["exchange_version"])):
                names = (_text(row[name]) for name in _RECIPIENT_NAMES)
                key = next((self.people.resolve(name).key for name in names if name), None)
                found |= {key} if key is not None and self.is_mailbox(key) else set()
        return frozenset(found)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None

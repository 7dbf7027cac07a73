"""Which of the things that can happen did happen in a tenant."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.scenarios.clients import EWS
from benchmarks.scenarios.places import VPN_NETWORK

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.scenarios.world import World

STUCK = {"mover-stuck", "mover-recovered", "mover-stopped"}
STORIES = (
    "mover-stuck", "mover-recovered", "mover-stopped", "mover-reconfigured", "mover-mapi",
    "mover-mapi-hiccup", "mover-outlook-2010", "modern-outlook", "second-computer",
    "delegate", "delegate-two-owners", "delegate-many-owners", "delegate-moves-later",
    "delegate-without-trouble", "right-through-group", "folder-right", "send-on-behalf",
    "outlook-2010", "outlook-set-to-basic", "blocked-before-move", "old-outlook-with-rights",
    "mac-outlook", "mac-outlook-2011", "phone", "phone-with-oauth", "device-mail", "imap-program",
    "skype", "script", "program-of-a-person", "directory-sync", "excluded", "travel",
    "blocked-country", "public-vpn", "quiet-home", "mistyped", "expired", "locked-out",
    "stale-on-phone", "stale-on-device", "mistyped-in-prompt", "known-password", "guessing",
    "spray-fast", "spray-slow", "spray-distributed", "spray-migration-night",
    "spray-own-country", "spray-vpn-hosting", "stopped-by-device", "stopped-by-mfa", "leaver",
    "not-assigned", "no-such-resource", "no-such-app", "app-secret", "guest", "unknown-guest",
    "prompted", "no-cutover-archive", "no-cutover-failed", "no-cutover-synced",
    "no-cutover-intra", "no-cutover-offboarding",
)  # fmt: skip
"""Stories that people are in, as ``truth/people.csv`` names them."""


@dataclass(frozen=True)
class Facts:
    """What the predicates ask about.

    Attributes:
        clients: Client app, agent and code of what failed.
        together: Stories of each person.
        outcomes: Cause, code and Conditional Access status of every sign-in.
        results: Policy key, result and whether the sign-in was by a legacy client's cause.
    """

    clients: set[tuple[str, str]]
    together: list[set[str]]
    outcomes: set[tuple[str, int, str]]
    results: set[tuple[str, str, str]]
    networks: set[int]
    addresses: set[str]
    kinds: set[tuple[str, str]]

    def both(self, some: set[str], others: set[str]) -> bool:
        """Whether a person is in one story of each."""
        return any(some & told and others & told for told in self.together)


ANY_SPRAY = {story for story in STORIES if story.startswith("spray-")}
DELEGATES = {"delegate", "delegate-two-owners", "delegate-many-owners", "delegate-moves-later"}
OBSERVED: dict[str, Callable[[Facts], bool]] = {
    "outlook-with-agents": lambda f: any("Outlook 16" in agent for _, agent in f.clients),
    "outlook-without-agents": lambda f: ("Autodiscover", "") in f.clients,
    "rpc-over-http": lambda f: any("RPC over HTTP" in app for app, _ in f.clients),
    "mapi-over-http": lambda f: any(app == "MAPI Over HTTP" for app, _ in f.clients),
    "other-clients": lambda f: any(app == "Other clients" for app, _ in f.clients),
    "other-clients-mapi": lambda f: any(app == "Other clients; MAPI" for app, _ in f.clients),
    "offline-address-book": lambda f: any(app == "Offline Address Book" for app, _ in f.clients),
    "ews": lambda f: any(app == EWS for app, _ in f.clients),
    "exchange-powershell": lambda f: any("PowerShell" in app for app, _ in f.clients),
    "reporting-web-services": lambda f: any("Reporting" in app for app, _ in f.clients),
    "imap": lambda f: any("IMAP" in app for app, _ in f.clients),
    "pop": lambda f: any("POP" in app for app, _ in f.clients),
    "smtp": lambda f: any("SMTP" in app for app, _ in f.clients),
    "legacy-success": lambda f: any(cause == "legacy-success" for cause, _, _ in f.outcomes),
    "nonexistent-users": lambda f: any(code == 50034 for _, code, _ in f.outcomes),
    "attacker-with-right-password": lambda f: ("credential-attack", 53003, "failure") in f.outcomes,
    "report-only-failure": lambda f: any(r == "reportOnlyFailure" for _, r, _ in f.results),
    "public-vpn-network": lambda f: VPN_NETWORK in f.networks,
    "ipv6": lambda f: any(":" in ip for ip in f.addresses),
    "mobile-carrier": lambda f: any(64700 <= network < 64800 for network in f.networks),
    "shared-mailbox-owner": lambda f: ("owner", "shared") in f.kinds,
    "renamed": lambda f: ("renamed", "staff") in f.kinds,
    "new-home": lambda f: ("new-home", "staff") in f.kinds,
    "same-display-name": lambda f: ("same-display-name", "staff") in f.kinds,
    "sprayed-stuck-mover": lambda f: f.both(STUCK, ANY_SPRAY),
    "stuck-mover-with-phone": lambda f: f.both(STUCK, {"phone"}),
    "sprayed-delegate": lambda f: f.both(DELEGATES, ANY_SPRAY),
    "delegate-and-stuck-mover": lambda f: f.both(DELEGATES, STUCK),
    "stuck-abroad": lambda f: f.both(STUCK, {"travel"}),
    "stuck-mover-excluded": lambda f: f.both(STUCK, {"excluded"}),
}


def features_present(world: World) -> list[str]:
    """Names out of ``STORIES`` and ``OBSERVED``, sorted."""
    facts = _facts(world)
    told = {story for stories in facts.together for story in stories}
    return sorted(told | {name for name, holds in OBSERVED.items() if holds(facts)})


def _facts(world: World) -> Facts:
    kinds = set()
    owners = {owner for event in world.events for owner in event.owners}
    names = Counter(person.display_name for person in world.staff)
    for person in world.people:
        told = {
            "owner": person.upn in owners,
            "renamed": bool(person.renamed_at),
            "new-home": person.home_changes < 1,
            "same-display-name": names[person.display_name] > 1,
        }
        kinds |= {(name, person.kind) for name, holds in told.items() if holds}
    return Facts(
        {
            (event.client.client_app, event.client.user_agent)
            for event in world.events
            if event.cause not in {"success", "interrupt"}
        },
        [set(stories) - {"ordinary"} for stories in world.stories.values()],
        {(e.cause, e.outcome.code, e.outcome.ca_status) for e in world.events},
        {(*result, e.cause) for e in world.events for result in e.outcome.results},
        {event.place.network for event in world.events},
        {event.place.ip for event in world.events},
        kinds,
    )

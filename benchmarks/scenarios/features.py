"""What kind of tenant a seed draws: everything that differs from one tenant to the next."""

from __future__ import annotations

import random
from dataclasses import dataclass

from benchmarks.scenarios.places import SITES, Site

SPRAY_KINDS = ("fast", "slow", "distributed", "migration-night", "own-country", "vpn-hosting")
EXPORTS = ("moves", "permissions", "cas-mailbox", "organization-config", "recipients", "policies")


@dataclass(frozen=True, slots=True)
class Features:
    """The tenant's traits; shares of the staff unless said otherwise.

    Attributes:
        phase: Where the window lies to the waves: ``before``, ``during`` or ``after``.
        guard: What stops legacy clients: ``legacy-policy``, ``security-defaults``, ``mfa-policy``.
        enforced_after: Share of the window the block is report-only for; 0 enforced throughout.
        off_from: Share of the window at which the block is switched off; negative for never.
        off_days: For how many days.
        indirect_by: Policy that asks something of everybody which no legacy client can give.
        shows_policies: Whether the exporter was permitted to see policy results.
        organisation_mapi: MapiHttpEnabled of the organisation.
        clock_skew_minutes: How far the Exchange server's clock is ahead.
        written_zone: Zone the moves are really written in; not always the stated one.
        keeps_records: Whether move records older than 30 days are in the export.
        exported_after_days: Days from the window's end to the export of the moves.
        has_identities: Whether the recipient export has the canonical names rights go by.
        missing: The export that nobody made; blank for none.
    """

    phase: str
    weeks: int
    sites: tuple[Site, ...]
    wave_count: int
    mover_share: float
    guard: str
    splits_activesync: bool
    has_pilot: bool
    has_old_policy: bool
    has_guest_policy: bool
    has_country_policy: bool
    enforced_after: float
    off_from: float
    off_days: int
    indirect_by: str
    shows_policies: bool
    false_success: bool
    organisation_mapi: bool
    mapi_on: float
    mapi_off: float
    was_cloud: float
    stuck_despite_rpc: float
    sprays: tuple[str, ...]
    clock_skew_minutes: float
    moves_timezone: str
    written_zone: str
    keeps_records: bool
    exported_after_days: int
    has_identities: bool
    missing: str
    rates: dict[str, float]

    def told(self) -> dict[str, object]:
        """The features as the tenant's description names them."""
        return {
            "phase": self.phase,
            "weeks": self.weeks,
            "zones": sorted({site.zone for site in self.sites}),
            "waves": self.wave_count,
            "guard": self.guard,
            "separate_activesync_policy": self.splits_activesync,
            "report_only_pilot": self.has_pilot,
            "enforced_midway": self.enforced_after > 0,
            "policy_off_and_on": self.off_from >= 0,
            "indirect_block": self.indirect_by,
            "policies_visible": self.shows_policies,
            "activesync_false_success": self.false_success,
            "organisation_mapi_http": self.organisation_mapi,
            "sprays": list(self.sprays),
            "clock_skew": abs(self.clock_skew_minutes) >= 1,
            "wrong_zone_export": self.written_zone != self.moves_timezone,
            "recipient_identities": self.has_identities,
            "purged_moves": not self.keeps_records,
            "missing_export": self.missing,
        }


def draw_features(dice: random.Random, seed: int) -> Features:
    """The traits of one tenant; the first spray takes turns, so that a few seeds have them all."""
    chance = dice.random
    phase = dice.choices(("before", "during", "after"), (0.1, 0.7, 0.2))[0]
    guard = dice.choices(
        ("legacy-policy", "security-defaults", "mfa-policy"), (0.84, 0.1, 0.06)
    )[0]  # fmt: skip
    has_policy = guard == "legacy-policy"
    main, second = dice.sample(SITES, 2)
    sites = (main, second) if chance() < 0.45 else (main,)
    if len(sites) == 1 and chance() < 0.3:
        sites = (main, main)
    shows_policies = chance() >= 0.04
    changes = dice.choices(("none", "midway", "off"), (0.6, 0.15, 0.25))[0] if has_policy else ""
    zone = main.zone if chance() < 0.8 else "UTC"
    organisation_mapi = chance() < 0.2
    indirect_by = dice.choice(("mfa", "device")) if has_policy and chance() < 0.2 else ""
    if guard == "mfa-policy":
        indirect_by = "mfa"
    return Features(
        phase=phase,
        weeks=dice.choice((4, 5, 5, 6)),
        sites=sites,
        wave_count=dice.randint(3, 6) if phase != "before" else 1,
        mover_share=dice.uniform(0.2, 0.42) if phase != "before" else dice.uniform(0.04, 0.1),
        guard=guard,
        splits_activesync=has_policy and chance() < 0.15,
        has_pilot=chance() < 0.5,
        has_old_policy=chance() < 0.6,
        has_guest_policy=chance() < 0.4,
        has_country_policy=chance() < 0.75,
        enforced_after=dice.uniform(0.2, 0.6) if changes == "midway" else 0.0,
        off_from=dice.uniform(0.25, 0.8) if changes == "off" else -1.0,
        off_days=dice.randint(1, 4),
        indirect_by=indirect_by,
        shows_policies=shows_policies,
        false_success=has_policy and shows_policies and chance() < 0.75,
        organisation_mapi=organisation_mapi,
        mapi_on=0.1 if organisation_mapi else dice.uniform(0.45, 0.65),
        mapi_off=dice.uniform(0.2, 0.4) if organisation_mapi else 0.08,
        was_cloud=dice.uniform(0.1, 0.3) if phase != "after" else dice.uniform(0.2, 0.4),
        stuck_despite_rpc=dice.uniform(0.8, 0.95),
        sprays=tuple(
            dict.fromkeys(
                (SPRAY_KINDS[seed % 6], *dice.sample(SPRAY_KINDS, dice.choice((0, 0, 1, 1, 2))))
            )
        ),
        clock_skew_minutes=dice.choice((0.0, 0.0, dice.uniform(-9, 9))),
        moves_timezone=zone,
        written_zone=_other_zone(dice, zone) if chance() < 0.06 else zone,
        has_identities=chance() < 0.5,
        exported_after_days=dice.randint(1, 6),
        keeps_records=phase != "during" or chance() < 0.7,
        missing=dice.choice(EXPORTS) if chance() < 0.1 else "",
        rates={name: dice.uniform(0.5, 1.6) for name in STORY_RATES},
    )


STORY_RATES = (
    "delegates", "phones", "protocols", "skype", "legacy-outlook", "applications", "refusals",
    "passwords", "failures", "strangers", "exclusions", "prompts", "travel",
)  # fmt: skip
"""Stories whose numbers vary from tenant to tenant, by a factor."""


def _other_zone(dice: random.Random, zone: str) -> str:
    return dice.choice([site.zone for site in SITES if site.zone != zone])

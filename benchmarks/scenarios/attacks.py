"""Sprays, guessing, and known passwords in strange hands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.scenarios.clients import CAPABLE_BUILDS, GUESSING_TOOL, bundle
from benchmarks.scenarios.event import Act
from benchmarks.scenarios.names import FIRST, LAST
from benchmarks.scenarios.places import HOSTING_NETWORKS, STRANGE, VPN_NETWORK
from benchmarks.scenarios.window import DAY, HOUR
from benchmarks.tenant.people import DOMAIN, ascii_name
from benchmarks.tenant.world import IMAP, IPHONE, POP, SMTP

if TYPE_CHECKING:
    import random

    from benchmarks.scenarios.people import Person
    from benchmarks.scenarios.world import World
    from benchmarks.tenant.world import Client, Place

ATTACK = "credential-attack"
OUTLOOK = bundle("agents", CAPABLE_BUILDS[0])
TOOLS: tuple[tuple[Client, ...], ...] = (
    OUTLOOK[2:3],
    OUTLOOK[:1],
    bundle("blank", CAPABLE_BUILDS[0])[2:3],
    (SMTP,),
    (IMAP,),
    (GUESSING_TOOL,),
    bundle("other", CAPABLE_BUILDS[1])[1:],
)
"""What attackers pose as; an Outlook agent proves nothing (field guide section 3)."""


def live(world: World) -> None:
    """Let attackers try."""
    for number, kind in enumerate(world.features.sprays):
        _spray(world, world.dice(f"spray {number} {kind}"), kind)
    _strangers(world, world.dice("strangers"))
    _guessing(world, world.dice("guessing"))


def _spray(world: World, dice: random.Random, kind: str) -> None:
    """One password each for many people; now and then it is the right one."""
    size = round(dice.uniform(10, 50) * max(0.5, min(3.0, len(world.staff) / 400)))
    targets = _targets(world, dice, kind, size)
    at, seconds_each = _tempo(world, dice, kind)
    machines = _machines(world, dice, kind, len(targets))
    tool = dice.choice(TOOLS[:2] if kind == "migration-night" else TOOLS)
    act = Act(f"spray-{kind}", ATTACK, "attacker")
    rounds = dice.randint(1, 3) if kind in {"fast", "own-country"} else 1
    for _ in range(rounds):
        for number, person in enumerate(targets):
            at += dice.randint(1, 2 * seconds_each)
            place = machines[number * len(machines) // len(targets)]
            if kind == "distributed":
                place = machines[number % len(machines)]
            client = dice.choice(tool)
            if person is None:
                name = _nobody(world, dice)
                world.tries(dice, world.people[0], at, client, place, act,
                            trouble="no-such-user", name=name)  # fmt: skip
                continue
            _one_try(world, dice, person, at, client, place, act)
        at += dice.randint(HOUR, 5 * HOUR)


def _one_try(
    world: World,
    dice: random.Random,
    person: Person,
    at: int,
    client: Client,
    place: Place,
    act: Act,
) -> None:
    roll = dice.random()
    if roll < 0.05:
        # The right password: turned away by the block, or asked for the second factor.
        for number in range(dice.randint(1, 3)):
            later = at + number * dice.randint(5, 60)
            world.tries(dice, person, later, client, place, act, prompt="second-factor")
        return
    trouble = "locked" if roll > 0.93 else "wrong-password"
    world.tries(dice, person, at, client, place, act, trouble=trouble)


def _targets(world: World, dice: random.Random, kind: str, size: int) -> list[Person | None]:
    """Whom the attacker knows of: movers in a migration night, and names that nobody has."""
    among = world.staff
    if kind == "migration-night":
        movers = [person for person in world.staff if world.moved_at(person.number) is not None]
        among = movers if len(movers) >= 12 else world.staff
    targets: list[Person | None] = list(world.pick(dice, among, size))
    targets += [None] * round(size * dice.uniform(0.05, 0.25))
    dice.shuffle(targets)
    return targets


def _tempo(world: World, dice: random.Random, kind: str) -> tuple[int, int]:
    """When it begins, and the average pause between two tries."""
    window = world.window
    at = round(dice.uniform(window.start + DAY, window.end - 3 * DAY))
    if kind == "migration-night":
        waves = sorted({move.at // DAY for move in world.moves.values() if move.is_cutover})
        inside = [day * DAY for day in waves if window.has(day * DAY + 2 * DAY)]
        if inside:
            at = dice.choice(inside) + DAY + dice.randint(2 * HOUR, 10 * HOUR)
        return at, dice.randint(15, 60)
    if kind == "slow":
        return min(at, window.end - 9 * DAY), dice.randint(900, 14400)
    if kind == "distributed":
        return at, dice.randint(60, 300)
    return at, dice.randint(4, 40)


def _machines(world: World, dice: random.Random, kind: str, targets: int) -> list[Place]:
    """Where the tries come from."""
    addresses = world.addresses
    site = dice.choice(world.features.sites)
    here = (site.country, site.state, site.city)
    if kind == "own-country":
        if dice.random() < 0.5:
            return [addresses.home(site)]
        return [addresses.hosting(here, dice.choice(HOSTING_NETWORKS))]
    if kind == "vpn-hosting":
        return [addresses.hosting(here, VPN_NETWORK) for _ in range(dice.randint(1, 3))]
    if kind == "distributed":
        networks = dice.sample(HOSTING_NETWORKS, dice.randint(1, 3))
        count = max(6, targets // dice.randint(2, 4))
        return [
            addresses.hosting(dice.choice(STRANGE), dice.choice(networks)) for _ in range(count)
        ]
    where, network = dice.choice(STRANGE), dice.choice(HOSTING_NETWORKS)
    return [addresses.hosting(where, network) for _ in range(dice.randint(1, 2))]


def _nobody(world: World, dice: random.Random) -> str:
    """A name that looks right and is nobody's."""
    taken = {person.upn for person in world.people}
    while True:
        name = ascii_name(f"{dice.choice(FIRST)} {dice.choice(LAST)}")
        upn = f"{name}{dice.choice(('', '1', '.ext'))}@{DOMAIN}"
        if upn not in taken and not any(person.old_upn == upn for person in world.people):
            return upn


def _strangers(world: World, dice: random.Random) -> None:
    """A right password from an address, network and country where nobody of ours ever is."""
    movers = [person for person in world.staff if world.moved_at(person.number) is not None]
    for _ in range(world.count("strangers", 5)):
        is_mover = dice.random() < 0.5 and movers
        person = dice.choice(movers if is_mover else world.staff)
        where, network = dice.choice(STRANGE), 65544 + dice.randrange(4)
        place = world.addresses.hosting(where, network)
        tool = dice.choice((OUTLOOK, OUTLOOK[:1], OUTLOOK[2:3], (IMAP,), (POP,), (IPHONE,)))
        act = Act("known-password", ATTACK, "attacker")
        at = round(dice.uniform(world.window.start, world.window.end - DAY))
        if is_mover:
            at = (world.moved_at(person.number) or 0) + dice.randint(2 * HOUR, 4 * DAY)
        for _ in range(dice.randint(1, 5)):
            world.round(dice, person, at, tool, place, act)
            at += dice.randint(60, 12 * HOUR)


def _guessing(world: World, dice: random.Random) -> None:
    """Many passwords for one person."""
    if dice.random() < 0.5:
        return
    person = dice.choice(world.staff)
    place = world.addresses.hosting(dice.choice(STRANGE), dice.choice(HOSTING_NETWORKS))
    at = round(dice.uniform(world.window.start, world.window.end - DAY))
    act, client = Act("guessing", ATTACK, "attacker"), dice.choice(dice.choice(TOOLS))
    for number in range(dice.randint(20, 60)):
        trouble = "locked" if number > 10 and dice.random() < 0.5 else "wrong-password"
        world.tries(dice, person, at, client, place, act, trouble=trouble)
        at += dice.randint(5, 90)

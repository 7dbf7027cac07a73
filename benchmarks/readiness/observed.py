"""What on-premises logs would have shown of a simulated tenant before a wave: an assumption.

The simulator has no on-premises front end. Its tenants let a share of the Outlooks whose setting
says RPC over HTTP reconfigure all the same (``features.stuck_despite_rpc``), without a reason that
an export could show. RPC over HTTP is the cause [KB 3126599], so here all of those are taken as
switched and restarted since the exports, and the logs show them on MAPI over HTTP. One person in 20
is not in the week's logs at all. Precision with logs follows from the first of these assumptions,
which is why the page gives it for smaller shares, too.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from analyzer.evidence.onprem import OnPrem, OpenedSeen, OtherSeen, OutlookSeen
from benchmarks.scenarios.clients import CAPABLE_BUILDS, OLD_BUILDS
from benchmarks.scenarios.window import DAY, instant

if TYPE_CHECKING:
    import random

    from analyzer.identity import People
    from benchmarks.scenarios.people import Person
    from benchmarks.scenarios.world import World

SWITCHED_SINCE = 1.0
NOT_IN_LOGS = 1 / 20
LOG_DAYS = 7
_OLD = {"outlook-2010", "mover-outlook-2010"}


def observed(
    world: World, at: int, people: People, switched_since: float = SWITCHED_SINCE
) -> OnPrem:
    """Logs of a week up to an instant, joined to people."""
    outlooks: dict[str, OutlookSeen] = {}
    others: dict[str, tuple[OtherSeen, ...]] = {}
    for person in world.staff:
        key = people.resolve(person.user_id).key or people.resolve(person.smtp).key
        if key is None or world.in_cloud_at(person.number, at):
            continue
        # Of the person alone, so that no wave and no other person changes what is seen.
        dice = world.dice(f"on-premises logs {person.number}")
        stories = set(world.stories.get(person.number, ()))
        if "phone" in stories:
            seen = instant(at) - timedelta(hours=dice.uniform(1, 48))
            others[key] = (OtherSeen("activesync", "Apple-iPhone14C5/2202.91", seen, 40),)
        if dice.random() >= NOT_IN_LOGS and not stories & {"mac-outlook", "mac-outlook-2011"}:
            outlooks[key] = _outlook(world, dice, person, stories, at, switched_since)
    return OnPrem(
        instant(at - LOG_DAYS * DAY), instant(at), outlooks, others, _opened(world, at, people)
    )


def _outlook(
    world: World,
    dice: random.Random,
    person: Person,
    stories: set[str],
    at: int,
    switched_since: float,
) -> OutlookSeen:
    on_mapi = world.uses_mapi(person)
    roll = dice.random()
    if "mover-reconfigured" in stories and roll < switched_since:
        on_mapi = True
    build = dice.choice(OLD_BUILDS if stories & _OLD else CAPABLE_BUILDS)[1]
    seen = instant(at) - timedelta(hours=dice.uniform(1, 24 * LOG_DAYS))
    if on_mapi:
        return OutlookSeen("mapi-http", seen, None, seen, build)
    return OutlookSeen("rpc-http", seen, seen, None, build)


def _opened(world: World, at: int, people: People) -> tuple[OpenedSeen, ...]:
    """Delegates whom the stories let fail later open the mailbox before it moves."""
    found = {
        (event.person, owner)
        for event in world.events
        if event.cause == "delegate-access"
        for owner in event.owners
    }
    numbers = {person.upn: person.number for person in world.people}
    opened = []
    for number, owner in sorted(found):
        if world.in_cloud_at(number, at) or world.in_cloud_at(numbers[owner], at):
            continue
        keys = people.resolve(world.people[number].user_id).key, people.resolve(owner).key
        if keys[0] and keys[1]:
            opened.append(OpenedSeen(keys[0], keys[1], "rpc-http", instant(at), 20))
    return tuple(opened)

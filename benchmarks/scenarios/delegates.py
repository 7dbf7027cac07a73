"""People who open mailboxes of others, and the rights that let them.

A delegate fails from the owner's move on, with an Outlook of his own that talks RPC over HTTP
(field guide sections 1 and 6), until his own mailbox moves.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.scenarios.clients import BUNDLE_STYLES, CAPABLE_BUILDS, bundle
from benchmarks.scenarios.evidence_model import Right
from benchmarks.scenarios.names import GROUPS
from benchmarks.scenarios.outlooks import WATCHED_DAYS, Life, use
from benchmarks.scenarios.window import DAY, FOREVER, HOUR

if TYPE_CHECKING:
    import random

    from benchmarks.scenarios.people import Person
    from benchmarks.scenarios.world import World

DELEGATE = "delegate-access"
LEGACY_CAUSES = {"legacy-outlook"}


def live(world: World, lives: dict[int, Life]) -> None:
    """Cast delegates and let them fail; give rights to many who never do."""
    dice = world.dice("delegates")
    free = [
        person
        for person in world.staff
        if not person.was_cloud
        and not world.uses_mapi(person)
        and (person.number not in lives or lives[person.number].cause not in LEGACY_CAUSES)
    ]
    for person in world.pick(dice, free, world.count("delegates", 24)):
        owners = _draw_owners(world, dice, person)
        for owner in owners:
            _give_right(world, dice, owner, person)
        _fail(world, dice, person, owners, lives.get(person.number))
    _harmless_rights(world, dice)
    watched = world.window.start + WATCHED_DAYS * DAY
    moved = [person for person in world.staff if (world.moved_at(person.number) or 0) > watched]
    for number, life in lives.items():
        if life.cause in LEGACY_CAUSES and moved and dice.random() < 0.3:
            _give_right(world, dice, dice.choice(moved), world.people[number])
            world.note(number, "old-outlook-with-rights")


def _draw_owners(world: World, dice: random.Random, person: Person) -> list[Person]:
    """One mailbox for most, several for some; shared mailboxes are popular."""
    staff = [other for other in world.staff if other.number != person.number]
    moved = [other for other in staff if world.moved_at(other.number) is not None]
    shared = world.of_kind("shared")
    owners: list[Person] = []
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        roll = dice.random()
        among = shared if roll < 0.4 else moved if roll < 0.85 else staff
        owner = dice.choice(among or staff)
        if owner not in owners:
            owners.append(owner)
    return owners


def _fail(
    world: World,
    dice: random.Random,
    person: Person,
    owners: list[Person],
    own: Life | None,
) -> None:
    moves = sorted(
        (moved, owner.upn)
        for owner in owners
        if (moved := world.moved_at(owner.number)) is not None
    )
    own_move = world.moved_at(person.number)
    if not moves or (own_move is not None and own_move <= moves[0][0]):
        world.note(person.number, "delegate-without-trouble")
        return
    begins = moves[0][0]
    # Mailboxes of one evening all explain the trouble; one that moves later adds nothing new.
    explaining = tuple(sorted(upn for moved, upn in moves if moved <= begins + 8 * HOUR))
    ends = FOREVER if own_move is None else own_move
    modern_from = FOREVER
    roll = dice.random()
    recovers_well = own is None or own.story.startswith(("mover-mapi", "mover-reconfigured"))
    until = begins + round(dice.lognormvariate(1.5, 0.8) * DAY) + 14 * HOUR
    if roll < 0.25 and recovers_well:
        ends = min(ends, until)
        modern_from = until
    elif roll < 0.4:
        ends = min(ends, until)
    build = dice.choice(CAPABLE_BUILDS)
    style = dice.choice([style for style in BUNDLE_STYLES if style != "mapi"])
    names = {1: "delegate", 2: "delegate-two-owners", 3: "delegate-many-owners"}
    story = names[len(owners)] if own_move is None else "delegate-moves-later"
    life = Life(story, DELEGATE, bundle(style, build), build, begins, ends, modern_from,
                dice.randint(1, 4), dice.random() < 0.15)  # fmt: skip
    if own_move is not None and modern_from < FOREVER:
        life = replace(life, modern_from=FOREVER if own_move < until else until)
    use(world, dice, person, life, explaining)


def _give_right(world: World, dice: random.Random, owner: Person, person: Person) -> None:
    """Full access for most; folders, send on behalf and groups for some."""
    roll = dice.random()
    user = f"CONTOSO\\{person.sam}" if dice.random() < 0.8 else person.upn
    if roll < 0.68:
        right = Right(owner.number, "mailbox", user, dice.choice(_WHOLE))
    elif roll < 0.84 and owner.kind == "staff":
        name = person.display_name if dice.random() < 0.7 else person.upn
        folder = dice.choice(("Calendar", "Inbox", "Kalender", "Boîte de réception"))
        right = Right(owner.number, "folder", name, dice.choice(_FOLDER), folder=folder)
        world.note(person.number, "folder-right")
    elif roll < 0.92:
        right = Right(owner.number, "send-on-behalf", person.canonical_name)
        world.note(person.number, "send-on-behalf")
    elif roll < 0.96:
        right = Right(owner.number, "mailbox", f"CONTOSO\\{dice.choice(GROUPS)}")
        world.note(person.number, "right-through-group")
    else:
        right = Right(owner.number, "mailbox", user, "FullAccess")
        world.rights.append(Right(owner.number, "mailbox", user, "SendAs"))
    world.rights.append(right)


_WHOLE = ("FullAccess", "FullAccess", "FullAccess, ReadPermission")
_FOLDER = ("Editor", "Reviewer", "Author", "Owner", "PublishingEditor")


def _harmless_rights(world: World, dice: random.Random) -> None:
    """Rights nobody's Outlook uses, denied and inherited ones: half of any real export."""
    everybody = [*world.staff, *world.of_kind("shared")]
    for person in world.pick(dice, world.staff, len(world.staff) // 8):
        owner = dice.choice(everybody)
        if owner.number == person.number:
            continue
        user = f"CONTOSO\\{person.sam}"
        roll = dice.random()
        if roll < 0.25:
            right = Right(owner.number, "mailbox", user, deny=True)
        elif roll < 0.5:
            right = Right(owner.number, "mailbox", user, inherited=True)
        elif roll < 0.8:
            right = Right(owner.number, "folder", person.display_name, "AvailabilityOnly",
                          folder="Calendar")  # fmt: skip
        else:
            right = Right(owner.number, "mailbox", user)
        world.rights.append(right)

"""A simulated tenant's exports as an admin would have made them at some instant."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from benchmarks.scenarios import evidence
from benchmarks.scenarios.policy_export import policies
from benchmarks.scenarios.waves import RETENTION_DAYS
from benchmarks.scenarios.window import DAY

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.scenarios.people import Person
    from benchmarks.scenarios.world import World


def as_of(world: World, at: int) -> World:
    """The tenant as it was: moves that were completed by then and not yet purged."""
    keeps = world.features.keeps_records
    done = {
        person: replace(move, is_recorded=keeps or move.at > at - RETENTION_DAYS * DAY)
        for person, move in world.moves.items()
        if move.at <= at
    }
    return replace(world, moves=done, window=replace(world.window, end=at))


def write(world: World, at: int, movers: list[Person], folder: Path) -> None:
    """Write batch and exports of an instant; the tenant's missing export stays missing."""
    then = as_of(world, at)
    missing = world.features.missing
    _table(folder / "batch.csv", [{"EmailAddress": person.smtp} for person in movers])
    _table(folder / "groups.csv", _groups(world))
    if missing != "moves":
        _table(folder / "moves.csv", evidence.moves(then))
    if missing != "recipients":
        _table(folder / "recipients.csv", evidence.recipients(then))
    if missing != "cas-mailbox":
        _table(folder / "cas-mailbox.csv", evidence.cas_mailboxes(then))
    if missing != "organization-config":
        text = evidence.organization_config(then)
        (folder / "organization-config.txt").write_bytes(text.encode())
    if missing != "policies":
        told = json.dumps(_policies(then, at))
        (folder / "policies.json").write_text(told, encoding="utf-8")
    if missing != "permissions":
        _table(folder / "permissions-mailbox.csv", evidence.mailbox_permissions(then))
        _table(folder / "permissions-folder.csv", evidence.folder_permissions(then))
        _table(folder / "permissions-behalf.csv", evidence.send_on_behalf(then))


def _policies(then: World, at: int) -> dict[str, Any]:
    """The policies with the state that they had: both blocks are switched together."""
    told = policies(then)
    switched = {
        policy.id for key, policy in then.guard.policies.items() if key in {"legacy", "activesync"}
    }
    for policy in told["value"]:
        if policy["id"] in switched:
            policy["state"] = then.guard.state_at(at)
    return told


def _groups(world: World) -> list[dict[str, str]]:
    """Members of the groups that policies name, as ``World.tries`` has them."""
    held = {
        "device": lambda person: person.kind == "staff" and person.number % 5 == 0,
        "mfa": lambda person: person.kind == "staff" and person.number % 3 == 0,
        "guests": lambda person: person.kind == "guest",
    }
    rows = [
        {"GroupId": f"{policy.id[:-4]}a11c", "MemberId": person.user_id}
        for key, policy in world.guard.policies.items()
        if key in held
        for person in world.people
        if held[key](person)
    ]
    return rows or [{"GroupId": world.staff[0].user_id, "MemberId": world.staff[0].user_id}]


def _table(path: Path, rows: list[dict[str, str]]) -> None:
    if not rows:
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

"""People's timelines: moves and hours of sign-ins on one axis, each with its source."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pandas as pd

from analyzer.correlate import timeline as hourly
from analyzer.correlate.recoveries import RECOVERY_KIND
from analyzer.hypotheses.questions import moment
from analyzer.records import records
from analyzer.results import Cause, MoveRef, TimelineMark
from analyzer.vocabulary.client_apps import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from analyzer.engine.workspace import Frame, Workspace
    from analyzer.evidence import Linked
    from analyzer.hypotheses.gather import Key
    from analyzer.results import Verdict

_SAYS = {
    "success": "signed in",
    "legacy-success": "were let in with legacy authentication",
    "blocked": "were blocked",
    "policy": "were stopped by a policy's demand",
    "wrong-password": "had a wrong password",
    "failure": "failed",
}


def timelines(
    everything: Frame,
    work: Frame,
    verdict_of: Mapping[Key, Verdict],
    linked: Linked,
    workspace: Workspace,
) -> dict[str, tuple[TimelineMark, ...]]:
    """Timeline of each person with a verdict, by ``Verdict.user``."""
    users = {key[0]: verdict.user for key, verdict in verdict_of.items()}
    if not users:
        return {}
    lanes = sorted({(key[0], RECOVERY_KIND.get(key[1], key[1])) for key in verdict_of})
    pushed = workspace.push(pd.DataFrame(lanes, columns=["person_key", "lane"]))
    marks: dict[str, list[TimelineMark]] = defaultdict(list)
    for row in records(hourly.hours(everything, work, pushed, workspace)):
        marks[users[row["person_key"]]].append(_hour(row, verdict_of))
    for user, moves in _moves(verdict_of, linked, users).items():
        marks[user].extend(moves)
    return {
        user: tuple(sorted(each, key=lambda mark: (mark.at, mark.lane, mark.outcome)))
        for user, each in sorted(marks.items())
    }


def _hour(row: dict[Any, Any], verdict_of: Mapping[Key, Verdict]) -> TimelineMark:
    key = (row["person_key"], row["family"], row["outcome"], row["source_class"], row["side"])
    verdict = verdict_of.get(key)
    count = int(row["n"])
    name = FAMILIES.get(row["lane"], row["lane"])
    what = _SAYS.get(row["outcome"], row["outcome"])
    return TimelineMark(
        at=row["hour"],
        lane=row["lane"],
        outcome=row["outcome"],
        count=count,
        says=f"{count} sign-in{'s' if count > 1 else ''} of {name} {what}",
        cause=verdict.cause if verdict else None,
    )


def _moves(
    verdict_of: Mapping[Key, Verdict], linked: Linked, users: Mapping[str, str]
) -> dict[str, list[TimelineMark]]:
    """The person's own cut-over, and the owner's for a delegate."""
    where = _sources(linked)
    found: dict[str, dict[tuple[str, str], TimelineMark]] = defaultdict(dict)
    for row in records(linked.cutovers):
        key = row["person_key"]
        if user := users.get(key):
            mailbox = row["mailbox_upn"] or row["mailbox_smtp"] or user
            at = row["completed_at"]
            found[user]["own", str(at)] = TimelineMark(
                at,
                "move",
                "move",
                1,
                f"Own mailbox {mailbox} moved, completed {moment(at)}",
                source=where.get(key, "moves"),
            )
    for move, user in _owners(verdict_of.values()):
        at = move.completed_at
        found[user][move.mailbox, str(at)] = TimelineMark(
            at,
            "move",
            "owner-move",
            1,
            f"{move.mailbox} moved, completed {moment(at)}",
            source="moves",
        )
    return {user: list(each.values()) for user, each in found.items()}


def _owners(verdicts: Iterable[Verdict]) -> list[tuple[MoveRef, str]]:
    return [
        (verdict.move, verdict.user)
        for verdict in verdicts
        if verdict.cause is Cause.DELEGATE_ACCESS and verdict.move is not None
    ]


def _sources(linked: Linked) -> dict[str, str]:
    """File and line of each person's move record."""
    columns = ["person_key", "is_cutover", "source_file", "source_line"]
    sources: dict[str, str] = {}
    for row in records(linked.moves_all[columns]):
        if row["is_cutover"] and isinstance(row["person_key"], str):
            sources[row["person_key"]] = f"moves: {row['source_file']}:{row['source_line']}"
    return sources

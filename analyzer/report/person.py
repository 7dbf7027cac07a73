"""Finding one person in a result by any of his names, and narrowing the result to him."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from analyzer.errors import UsageError
from analyzer.report.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyzer.results import Result

_SHOWN = 5


def find(result: Result, person: str) -> str:
    """User name, as the result writes it, of the one person that ``person`` names.

    An exact user name wins over an object id or SMTP address, and those over a display name.

    Raises:
        UsageError: Nobody in the result has that name, or several have.
    """
    wanted = _folded(person)
    for names in _names(result):
        exact = {user for name, user in names if name == person}
        users = sorted(exact or {user for name, user in names if _folded(name) == wanted})
        if len(users) == 1:
            return users[0]
        if users:
            shown = ", ".join(one_line(user) for user in users[:_SHOWN])
            msg = f"{len(users)} people are named {one_line(person)!r}: {shown}"
            raise UsageError(msg, remedy="Give the user principal name instead.")
    raise _unknown(result, person)


def _folded(name: str) -> str:
    return name.strip().casefold()


def _names(result: Result) -> Iterable[list[tuple[str, str]]]:
    """Pairs of name and user, the surest kind of name first."""
    verdicts = result.verdicts
    cutovers = result.cutovers
    yield [
        *((verdict.user, verdict.user) for verdict in verdicts),
        *((user, user) for user in result.timelines),
        *((move.mailbox, move.mailbox) for move in cutovers),
    ]
    yield [
        *((verdict.user_id, verdict.user) for verdict in verdicts if verdict.user_id),
        *((verdict.user_smtp, verdict.user) for verdict in verdicts if verdict.user_smtp),
        *((move.mailbox_smtp, move.mailbox) for move in cutovers if move.mailbox_smtp),
    ]
    yield [(verdict.display_name, verdict.user) for verdict in verdicts if verdict.display_name]


def _unknown(result: Result, person: str) -> UsageError:
    names = {_folded(name): name for names in _names(result) for name, _ in names}
    close = get_close_matches(_folded(person), names, n=3, cutoff=0.8)
    msg = f"nobody named {one_line(person)!r} failed to sign in or moved in this data"
    if close:
        meant = " or ".join(repr(one_line(names[name])) for name in close)
        return UsageError(msg, remedy=f"Did you mean {meant}?")
    return UsageError(msg, remedy="Give a user principal name, object id or display name.")


def only(result: Result, user: str) -> Result:
    """Result narrowed to one person; coverage stays whole, counts of everybody are dropped."""
    mailboxes = {user, *(v.move.mailbox for v in result.verdicts if v.user == user and v.move)}
    marks = result.timelines.get(user)
    return replace(
        result,
        verdicts=tuple(verdict for verdict in result.verdicts if verdict.user == user),
        events_by_cause={},
        timelines={} if marks is None else {user: marks},
        cutovers=tuple(move for move in result.cutovers if move.mailbox in mailboxes),
    )

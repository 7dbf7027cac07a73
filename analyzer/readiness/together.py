"""Who should move together: connected components of the permission graph, with a size limit."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_FOLDER, _BEHALF, _POPULAR, _WHOLE = range(4)
_STRENGTH = {"folder": _FOLDER, "send-on-behalf": _BEHALF, "mailbox": _WHOLE}
TIE_KINDS = frozenset(_STRENGTH)
"""Kinds of rights that tie. Send-as alone opens nothing and ties nobody."""


@dataclass(frozen=True, slots=True, order=True)
class Tie:
    """A right of one mailbox's owner on another mailbox."""

    delegate: str
    owner: str
    kind: str


@dataclass(frozen=True, slots=True)
class Component:
    """Mailboxes tied to each other, and the ties of theirs that were given up."""

    members: tuple[str, ...]
    cut: tuple[Tie, ...]


def components(
    ties: Iterable[Tie], limit: int, shared: frozenset[str] = frozenset()
) -> tuple[Component, ...]:
    """The tied mailboxes in parts, none larger than the limit; each mailbox is in just one.

    A part that is too large is put together again from its strongest ties down, and a tie that
    would make a piece too large is given up. So the weakest go first: folder rights, then send
    on behalf, then rights on shared mailboxes, those with most delegates before the others.

    Args:
        ties: Each between two different mailboxes; others are passed over.
        limit: Most mailboxes in one part, at least 1.
        shared: Mailboxes without a person of their own.
    """
    each_once = sorted(set(ties))
    strongest: dict[frozenset[str], Tie] = {}
    delegates: dict[str, set[str]] = defaultdict(set)
    for tie in each_once:
        if tie.delegate != tie.owner:
            delegates[tie.owner].add(tie.delegate)
    popularity = {owner: len(each) for owner, each in delegates.items() if owner in shared}

    def weight(tie: Tie) -> tuple[int, int]:
        strength = _STRENGTH.get(tie.kind, _FOLDER)
        crowd = popularity.get(tie.owner, 0)
        if strength == _WHOLE and crowd > 1:
            strength = _POPULAR
        return strength, -crowd

    for tie in each_once:
        pair = frozenset((tie.delegate, tie.owner))
        if len(pair) > 1 and (pair not in strongest or weight(tie) > weight(strongest[pair])):
            strongest[pair] = tie
    order = sorted(strongest.values(), key=lambda tie: (*(-w for w in weight(tie)), tie))
    return _joined(order, limit)


def _joined(order: list[Tie], limit: int) -> tuple[Component, ...]:
    root: dict[str, str] = {}
    size: Counter[str] = Counter()

    def find(name: str) -> str:
        while root.setdefault(name, name) != name:
            root[name] = root[root[name]]
            name = root[name]
        size[name] = size[name] or 1
        return name

    kept_apart = []
    for tie in order:
        one, other = sorted((find(tie.delegate), find(tie.owner)))
        if one == other:
            continue
        if size[one] + size[other] > limit:
            kept_apart.append(tie)
            continue
        root[other] = one
        size[one] += size[other]
    members: dict[str, list[str]] = defaultdict(list)
    for name in sorted(root):
        members[find(name)].append(name)
    cut: dict[str, set[Tie]] = defaultdict(set)
    for tie in kept_apart:
        ends = {find(tie.delegate), find(tie.owner)}
        for end in ends if len(ends) > 1 else ():
            cut[end].add(tie)
    parts = [Component(tuple(names), tuple(sorted(cut[at]))) for at, names in members.items()]
    return tuple(sorted(parts, key=lambda part: (-len(part.members), part.members)))

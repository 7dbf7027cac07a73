"""People by any of their names: exact or refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from analyzer.identity.clusters import addresses, clusters_of, join_recipients
from analyzer.identity.drafts import Draft, seen_drafts, signin_names, text, upn_holders
from analyzer.identity.index import NameIndex
from analyzer.identity.mailboxes import Resolution, mailbox_id, mailboxes_of, resolve_mailboxes
from analyzer.identity.names import NameKind, normal
from analyzer.records import records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Person:
    """One person (or mailbox).

    Attributes:
        key: Stable key: the sign-ins' object id, else their UPN; for those who never signed in
            the recipient's object id, UPN or SMTP address, else the mailbox's own identifier.
        is_seen: Whether the sign-ins know this person.
    """

    key: str
    user_id: str | None
    user_principal_name: str | None
    primary_smtp: str | None
    display_name: str | None
    recipient_type: str | None
    is_seen: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """Recipients and mailboxes as their exports name them, before anybody knows who signs in.

    Attributes:
        recipients: The recipients' rows, grouped by recipient.
        mailboxes: The moves' rows by mailbox.
    """

    recipients: list[list[Row]]
    mailboxes: dict[str, list[Row]]

    @classmethod
    def of(cls, recipients: pd.DataFrame | None, moves: pd.DataFrame | None) -> Listed:
        """Group the rows of ``Evidence.recipients`` and ``Evidence.moves``; either may be None."""
        return cls(clusters_of(records(recipients)), mailboxes_of(records(moves)))


class People:
    """Everybody the sign-ins, recipients and moves name. Build with :meth:`build`."""

    def __init__(self, seen: pd.DataFrame, drafts: list[Draft], listed: Listed) -> None:
        self._drafts = drafts
        self._index = NameIndex(drafts)
        joined = resolve_mailboxes(drafts, self._index, listed.mailboxes)
        self._keys = _keys(drafts)
        self._at = {key: at for at, key in enumerate(self._keys)}
        self._persons: dict[str, Person] = {}
        self._pairs = _pairs(seen)
        self._signins = _signin_keys(seen, drafts, self._keys)
        self._moves = {
            mailbox: Resolution(self._keys[one.at], one.by, self._named(one.candidates))
            for mailbox, one in joined.items()
        }

    @classmethod
    def build(
        cls, seen: pd.DataFrame, recipients: pd.DataFrame | None, moves: pd.DataFrame | None
    ) -> People:
        """Bring the names of sign-ins, recipients and moves together.

        Args:
            seen: Distinct ``user_id, user_principal_name, user_display_name, last_seen`` of the
                sign-ins; missing columns count as unknown.
            recipients: ``Evidence.recipients`` or None.
            moves: ``Evidence.moves`` or None.
        """
        return cls.join(seen, Listed.of(recipients, moves))

    @classmethod
    def join(cls, seen: pd.DataFrame, listed: Listed) -> People:
        """Like :meth:`build`, with the recipients and moves already grouped."""
        drafts = join_recipients(seen_drafts(seen), listed.recipients)
        drafts.sort(key=_order)
        return cls(seen, drafts, listed)

    def resolve(self, name: str, hint: str | None = None) -> Resolution:
        r"""Who a name means.

        Args:
            name: Any name: object id, UPN, SMTP address, alias, sAMAccountName, DOMAIN\\sam,
                GUID, distinguished or canonical name, legacyExchangeDN, display name.
            hint: A :class:`NameKind` value to try first, e.g. ``"display name"``.

        Returns:
            The person's key and the kind of name that found it. A name that fits several people
            finds nobody and lists them as candidates.
        """
        by, found = self._index.find(name, NameKind(hint) if hint else None)
        if by is None:
            return Resolution(None, "unknown", ())
        candidates = self._named(found)
        key = candidates[0] if len(candidates) == 1 else None
        return Resolution(key, by.value, candidates)

    def resolve_move(self, row: Mapping[str, object]) -> Resolution:
        """Whose mailbox a row of the moves table is."""
        return self._moves.get(mailbox_id(row), Resolution(None, "unknown", ()))

    def key_of_signin(self, user_id: str | None, upn: str | None) -> str | None:
        """The person of a sign-in; None where it names nobody."""
        found, name = signin_names(text(user_id), text(upn))
        if found:
            return self._signins.get((found, None))
        return self._signins.get((None, name)) if name else None

    def person(self, key: str) -> Person:
        """The person of a key.

        Raises:
            KeyError: No such key.
        """
        if key not in self._persons:
            self._persons[key] = _person(key, self._drafts[self._at[key]])
        return self._persons[key]

    def names_of(self, key: str) -> tuple[str, ...]:
        """Every name known for a person, as compared, sorted.

        Raises:
            KeyError: No such key.
        """
        draft = self._drafts[self._at[key]]
        rows = [*draft.recipients, *draft.mailboxes]
        names = {normal(cell) for row in rows for cell in row.values() if isinstance(cell, str)}
        names |= {address for row in draft.recipients for address in addresses(row)}
        names |= {*draft.upns, *map(normal, draft.display_names), draft.user_id or ""}
        return tuple(sorted(names - {""}))

    def _named(self, positions: Iterable[int]) -> tuple[str, ...]:
        return tuple(sorted(self._keys[at] for at in positions))

    def all(self) -> Iterator[Person]:
        """Everybody, by key."""
        return (self.person(key) for key in self.keys())

    def keys(self) -> tuple[str, ...]:
        """All keys, sorted."""
        return tuple(sorted(self._keys))

    def keys_frame(self) -> pd.DataFrame:
        """``user_id, user_principal_name, person_key`` for each distinct pair of the sign-ins."""
        pairs = zip(self._pairs["user_id"], self._pairs["user_principal_name"], strict=True)
        keys = [self.key_of_signin(user_id, upn) for user_id, upn in pairs]
        return self._pairs.assign(person_key=pd.Series(keys, dtype=object, index=self._pairs.index))


def keys_of_object_ids(seen: pd.DataFrame) -> pd.DataFrame | None:
    """What :meth:`People.keys_frame` will say, where the sign-ins alone decide it.

    A person's key is the object id wherever the sign-ins carry it, whatever evidence is given;
    None where a row names somebody without one.
    """
    pairs = _pairs(seen)
    keys: list[str | None] = []
    for user_id, upn in zip(pairs["user_id"], pairs["user_principal_name"], strict=True):
        found, name = signin_names(text(user_id), text(upn))
        if name and not found:
            return None
        keys.append(found)
    return pairs.assign(person_key=pd.Series(keys, dtype=object, index=pairs.index))


def _pairs(seen: pd.DataFrame) -> pd.DataFrame:
    pairs = seen.reindex(columns=["user_id", "user_principal_name"]).astype(object)
    return pairs.where(pairs.notna(), None).drop_duplicates(ignore_index=True)


def _signin_keys(
    seen: pd.DataFrame, drafts: list[Draft], keys: list[str]
) -> dict[tuple[str | None, str | None], str]:
    """Person key by object id, and by UPN for sign-ins that carry no object id."""
    found: dict[tuple[str | None, str | None], str] = {}
    key_of = {id(draft): key for draft, key in zip(drafts, keys, strict=True)}
    owners = upn_holders([draft for draft in drafts if draft.is_seen])
    alone = {upn: draft for draft in drafts if not draft.user_id for upn in draft.upns}
    for draft in drafts:
        if draft.user_id:
            found[draft.user_id, None] = key_of[id(draft)]
    for row in records(seen):
        user_id, upn = signin_names(text(row.get("user_id")), text(row.get("user_principal_name")))
        owner = (alone.get(upn) or owners.get(upn)) if upn and not user_id else None
        if owner:
            found[None, upn] = key_of[id(owner)]
    return found


def _order(draft: Draft) -> tuple[str, ...]:
    return (draft.user_id or "~", *(min(_key_choices(draft), default="~"),))


def _keys(drafts: list[Draft]) -> list[str]:
    """A key for each, in their order: the first choice that no one seen, or before, has taken."""
    taken: set[str] = set()
    keys = [""] * len(drafts)
    for at in sorted(range(len(drafts)), key=lambda at: not drafts[at].is_seen):
        choices = [*_key_choices(drafts[at]), f"person:{at}"]
        keys[at] = next(choice for choice in choices if choice not in taken)
        taken.add(keys[at])
    return keys


def _key_choices(draft: Draft) -> list[str]:
    if draft.user_id:
        return [draft.user_id]
    if draft.upns:
        return [draft.current_upns()[0]]
    ids = _from_recipients(draft, "object_id") + _from_mailboxes(draft, "object_id")
    upns = _from_recipients(draft, "user_principal_name")
    upns += _from_mailboxes(draft, "user_principal_name")
    smtps = _from_recipients(draft, "primary_smtp") + _from_mailboxes(draft, "email")
    guids = _from_recipients(draft, "exchange_guid") + _from_mailboxes(draft, "exchange_guid")
    other = [mailbox_id(row) for row in draft.mailboxes]
    other += [
        f"{name}:{value}"
        for name in ("guid", "distinguished_name", "alias", "canonical_name", "name")
        for value in _from_recipients(draft, name)
    ]
    return [
        *ids,
        *upns,
        *(f"smtp:{smtp}" for smtp in smtps),
        *(f"mailbox:{guid}" for guid in guids),
        *other,
    ]


def _from_recipients(draft: Draft, column: str) -> list[str]:
    return _distinct(row.get(column) for row in draft.recipients)


def _from_mailboxes(draft: Draft, column: str) -> list[str]:
    return _distinct(row.get(column) for row in draft.mailboxes)


def _distinct(values: Iterable[object]) -> list[str]:
    return sorted({name for value in values if (name := normal(text(value)))})


def _person(key: str, draft: Draft) -> Person:
    upns = draft.current_upns() if draft.upns else []
    upns += _from_recipients(draft, "user_principal_name")
    upns += _from_mailboxes(draft, "user_principal_name")
    smtps = _from_recipients(draft, "primary_smtp") + _from_mailboxes(draft, "email")
    rows = [*draft.recipients, *draft.mailboxes]
    shown = sorted(draft.display_names) + [
        name for row in rows if (name := text(row.get("display_name")))
    ]
    kinds = [kind for row in draft.recipients if (kind := text(row.get("recipient_type")))]
    return Person(
        key=key,
        user_id=draft.user_id or next(iter(_from_recipients(draft, "object_id")), None),
        user_principal_name=upns[0] if upns else None,
        primary_smtp=smtps[0] if smtps else None,
        display_name=shown[0] if shown else None,
        recipient_type=kinds[0] if kinds else None,
        is_seen=draft.is_seen,
    )

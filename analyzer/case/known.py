"""Linked evidence → what the hypotheses know of each person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analyzer.hypotheses.known import Known
from analyzer.hypotheses.verdicts import Naming
from analyzer.records import records
from analyzer.results import MoveRef

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd

    from analyzer.evidence import Evidence, Linked
    from analyzer.identity import People, Person

_APPLICATION = "app:"


def known_of(evidence: Evidence, linked: Linked, people: People, failing: Iterable[str]) -> Known:
    """Turn the linked tables into look-ups by person key; ``failing`` are those asked about."""
    not_cutover: dict[str, str] = {}
    for row in records(linked.moves_all):
        key = row["person_key"]
        if isinstance(key, str) and not row["is_cutover"]:
            not_cutover[key] = str(row["not_cutover_reason"])
    rights: dict[str, list[tuple[str, str, bool]]] = {}
    for row in records(linked.access):
        right = (row["owner_key"], str(row["right"]), bool(row["opens_mailbox"]))
        rights.setdefault(row["delegate_key"], []).append(right)
    policies = {} if evidence.policies is None else _legacy_policies(evidence.policies)
    return Known(
        moves_given=evidence.moves is not None,
        permissions_given=evidence.permissions is not None,
        rights_are_whole=evidence.permissions is not None
        and not any(
            item.what == "permission-trustee" and item.reason != "ambiguous"
            for item in linked.unresolved
        ),
        cutovers={row["person_key"]: _move(row) for row in records(linked.cutovers)},
        not_cutover=not_cutover,
        rights={key: tuple(sorted(set(values))) for key, values in rights.items()},
        mapi_http=dict(linked.mapi),
        legacy_policies=policies,
        recipient_types={
            key: kind
            for key in failing
            if not key.startswith(_APPLICATION) and (kind := _recipient_type(people, key))
        },
        through_groups=tuple(linked.through_groups),
        owner_names={
            key: name
            for values in rights.values()
            for key, _right, _opens in values
            if (name := _mailbox_name(people.person(key)))
        },
        unjoined_cutovers=tuple(
            row["completed_at"]
            for row in records(linked.cutovers)
            if _is_nobody_known(people.person(row["person_key"]))
        ),
        onprem=linked.onprem,
    )


def _recipient_type(people: People, key: str) -> str | None:
    try:
        return people.person(key).recipient_type
    except KeyError:  # nobody: sign-ins without any name
        return None


def _mailbox_name(person: Person) -> str | None:
    name = person.user_principal_name or person.primary_smtp or person.display_name
    return name.lower() if name else None


def _is_nobody_known(person: Person) -> bool:
    """A mailbox of the moves that joined neither a sign-in nor a recipient with a name."""
    return not person.is_seen and person.user_principal_name is None


def pairs_of(linked: Linked) -> pd.DataFrame:
    """Delegate x owner with the owner's cut-over, for those owners that moved.

    Returns:
        Columns ``person_key`` (delegate), ``owner_key``, ``completed_at``, ``is_coarse``.
    """
    owners = linked.cutovers[["person_key", "completed_at", "is_coarse"]]
    access = linked.access[["delegate_key", "owner_key"]].drop_duplicates()
    joined = access.merge(owners, left_on="owner_key", right_on="person_key")
    joined = joined[joined["delegate_key"] != joined["owner_key"]]
    columns = ["delegate_key", "owner_key", "completed_at", "is_coarse"]
    return joined[columns].rename(columns={"delegate_key": "person_key"})


def naming_of(people: People, app_names: dict[str, str]) -> Callable[[str], Naming]:
    """Names of people for reports; an application goes by its name, marked as one."""

    def naming(key: str) -> Naming:
        if key.startswith(_APPLICATION):
            app_id = key.removeprefix(_APPLICATION)
            return Naming(key, None, app_names.get(app_id), None)
        person = people.person(key)
        upn = person.user_principal_name
        user = upn or person.primary_smtp or person.display_name or person.user_id or key
        return Naming(user, person.user_id, person.display_name, person.primary_smtp)

    return naming


def _move(row: dict[str, Any]) -> MoveRef:
    names = ("mailbox_upn", "mailbox_smtp", "mailbox_name", "person_key")
    mailbox = next(name for column in names if (name := _text(row[column])))
    return MoveRef(
        mailbox=mailbox.lower(),
        completed_at=row["completed_at"],
        batch=_text(row["batch"]),
        status=_text(row["status"]),
        mailbox_smtp=_text(row["mailbox_smtp"]),
        is_coarse=bool(row["is_coarse"]),
        joined_by=_text(row["joined_by"]),
    )


def _legacy_policies(policies: pd.DataFrame) -> dict[str, bool]:
    return {
        str(row["id"]).lower(): bool(row["blocks_legacy"])
        for row in records(policies)
        if _text(row["id"])
    }


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None

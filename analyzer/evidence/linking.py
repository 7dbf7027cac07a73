"""Evidence joined to people: cut-overs, access rights, MAPI over HTTP; and what joined nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

import pandas as pd

from analyzer.evidence.access import GroupRight, access_of
from analyzer.evidence.frames import frame
from analyzer.evidence.onprem import OBSERVED_KIND, OBSERVED_RIGHT, OUTLOOK_PROTOCOLS
from analyzer.evidence.unresolved import Reason, Unresolved, notes_of, unresolved_row
from analyzer.identity import WEAK_KINDS
from analyzer.records import records
from analyzer.schema.evidence import ACCESS, CUTOVERS, MOVES

if TYPE_CHECKING:
    from analyzer.evidence.bundle import Evidence
    from analyzer.evidence.onprem import OnPrem
    from analyzer.identity import People, Resolution

State = Literal["on", "off", "unknown"]

_CAS_NAMES = (
    ("exchange_guid", None),
    ("user_principal_name", None),
    ("primary_smtp", None),
    ("distinguished_name", None),
    ("guid", None),
    ("sam_account_name", "sAMAccountName"),
    ("alias", "alias"),
    ("identity", None),
    ("name", "common name"),
    ("display_name", "display name"),
)
_CAS_SHOWN = ("display_name", "primary_smtp", "sam_account_name", "alias", "identity", "name")
_MOVE_NAMES = ("identity", "email", "display_name", "alias", "exchange_guid")


class MapiState(NamedTuple):
    """Whether a person's Outlook may use MAPI over HTTP, and who says so."""

    state: State
    source: Literal["mailbox", "organisation", "none"]


@dataclass(frozen=True, slots=True)
class Linked:
    """Evidence by person.

    Attributes:
        cutovers: ``schema.evidence.CUTOVERS``, one row for each person: the latest cut-over,
            a time of the mailbox's own before a coarse one.
        moves_all: Every move with ``person_key``, ``joined_by``, ``is_cutover`` and
            ``not_cutover_reason``.
        access: ``schema.evidence.ACCESS``: who may open whose mailbox.
        mapi: Effective state of everybody of whom something is known: his mailbox's own value,
            else the organisation's default.
        org_default: The organisation's default.
        unresolved: Names that joined nobody.
        through_groups: Rights that open a mailbox, held by names that are no person's.
        notes: Sentences for the coverage.
        counts: Numbers for the coverage.
        onprem: What on-premises logs show; None where none were given.
    """

    cutovers: pd.DataFrame
    moves_all: pd.DataFrame
    access: pd.DataFrame
    mapi: dict[str, MapiState]
    org_default: MapiState
    unresolved: tuple[Unresolved, ...] = ()
    through_groups: tuple[GroupRight, ...] = ()
    notes: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    onprem: OnPrem | None = None

    def mapi_of(self, person_key: str) -> MapiState:
        """Effective state of one person."""
        return self.mapi.get(person_key, self.org_default)


def link(evidence: Evidence, people: People) -> Linked:
    """Join the evidence to people. ``people`` must be built from the same recipients and moves."""
    unresolved: list[Unresolved] = []
    moves_all = _moves_all(evidence, people, unresolved)
    access_rows, access_unresolved, through_groups = access_of(evidence, people)
    unresolved += access_unresolved
    org_default = _org_default(evidence)
    mapi = _mapi(evidence, people, org_default, unresolved)
    access = frame(access_rows, ACCESS)
    cutovers = _cutovers(moves_all, people)
    counts = _counts(moves_all, access, unresolved)
    return Linked(
        cutovers=cutovers,
        moves_all=moves_all,
        access=access,
        mapi=mapi,
        org_default=org_default,
        unresolved=tuple(unresolved),
        through_groups=tuple(through_groups),
        notes=tuple(notes_of(unresolved, evidence, counts)),
        counts=counts,
    )


def with_onprem(linked: Linked, onprem: OnPrem) -> Linked:
    """The same evidence with what on-premises logs show: observed delegates are rights as well.

    Only what Outlook's own protocols opened: those are what a delegate's Outlook prompts for.
    """
    rows = [
        {
            "delegate_key": one.delegate_key,
            "owner_key": one.owner_key,
            "right": OBSERVED_RIGHT,
            "kind": OBSERVED_KIND,
            "opens_mailbox": True,
            "joined_by_delegate": "on-premises log",
            "joined_by_owner": "on-premises log",
            "source_file": "on-premises logs",
        }
        for one in onprem.opened
        if one.protocol in OUTLOOK_PROTOCOLS
    ]
    access = frame([*records(linked.access), *rows], ACCESS) if rows else linked.access
    return replace(
        linked,
        access=access,
        notes=(*linked.notes, *onprem.notes),
        counts={**linked.counts, **onprem.counts},
        onprem=onprem,
    )


def _moves_all(evidence: Evidence, people: People, unresolved: list[Unresolved]) -> pd.DataFrame:
    if evidence.moves is None:
        empty = pd.Series([], dtype=object)
        return frame([], MOVES).assign(person_key=empty, joined_by=empty)
    moves = records(evidence.moves)
    found = [people.resolve_move(row) for row in moves]
    for row, resolution in zip(moves, found, strict=True):
        reason = _why_unjoined(resolution, people)
        if reason:
            candidates = resolution.candidates if reason == "ambiguous" else ()
            unresolved.append(unresolved_row("move", _MOVE_NAMES, row, reason, candidates))
    keys = pd.Series([one.key for one in found], dtype=object, index=evidence.moves.index)
    joined = pd.Series([one.by for one in found], dtype=object, index=evidence.moves.index)
    return evidence.moves.assign(person_key=keys, joined_by=joined)


def _why_unjoined(resolution: Resolution, people: People) -> Reason | None:
    if len(resolution.candidates) > 1:
        return "ambiguous"
    if resolution.key is None:
        return "unknown"
    person = people.person(resolution.key)
    is_alone = not person.is_seen and person.user_principal_name is None
    return "unknown" if is_alone and person.primary_smtp is None else None


def _cutovers(moves_all: pd.DataFrame, people: People) -> pd.DataFrame:
    best: dict[str, dict[str, object]] = {}
    for row in records(moves_all):
        key = row["person_key"]
        if not isinstance(key, str) or not row["is_cutover"]:
            continue
        if key not in best or _rank(row) > _rank(best[key]):
            best[key] = row
    rows = []
    for key, row in best.items():
        person = people.person(key)
        rows.append(
            {
                **row,
                "mailbox_upn": person.user_principal_name,
                "mailbox_smtp": person.primary_smtp,
                "mailbox_name": person.display_name or _first_name(row),
            }
        )
    return frame(rows, CUTOVERS)


def _first_name(row: dict[str, object]) -> object:
    return next((row[name] for name in _MOVE_NAMES if row[name]), None)


def _rank(row: dict[str, object]) -> tuple[bool, str]:
    at = row["completed_at"]
    return not row["is_coarse"], at.isoformat() if isinstance(at, datetime) else ""


def _org_default(evidence: Evidence) -> MapiState:
    enabled = evidence.org.mapi_http_enabled if evidence.org else None
    if enabled is None:
        return MapiState("unknown", "none")
    return MapiState("on" if enabled else "off", "organisation")


def _mapi(
    evidence: Evidence, people: People, default: MapiState, unresolved: list[Unresolved]
) -> dict[str, MapiState]:
    found: dict[str, MapiState] = {}
    if default.state != "unknown":
        found = dict.fromkeys(people.keys(), default)
    for row in records(evidence.mapi_http):
        resolution = cas_person(row, people)
        if resolution.key is None:
            reason: Reason = "ambiguous" if resolution.candidates else "unknown"
            unresolved.append(
                unresolved_row("cas-mailbox", _CAS_SHOWN, row, reason, resolution.candidates)
            )
            continue
        own = row["mapi_http_enabled"]
        is_told = isinstance(own, bool)
        state = MapiState("on" if own else "off", "mailbox") if is_told else default
        if found.get(resolution.key, default).source != "mailbox":
            found[resolution.key] = state
    return found


def cas_person(row: dict[str, object], people: People) -> Resolution:
    """The person of a CAS mailbox row: the first identifier that anybody goes by decides."""
    last = people.resolve("")
    for name, hint in _CAS_NAMES:
        value = row.get(name)
        if isinstance(value, str):
            last = people.resolve(value, hint)
            if last.candidates:
                return last
    return last


def _counts(
    moves_all: pd.DataFrame, access: pd.DataFrame, unresolved: list[Unresolved]
) -> dict[str, int]:
    what = Counter(f"{one.what.replace('-', '_')}_{one.reason}" for one in unresolved)
    weak = {kind.value for kind in WEAK_KINDS}
    is_weak = moves_all["joined_by"].isin(weak) & moves_all["is_cutover"].astype(bool)
    joined = access["joined_by_delegate"].isin(weak) | access["joined_by_owner"].isin(weak)
    return {
        "moves_joined_weakly": int(is_weak.sum()),
        "access_rights": len(access),
        "access_joined_weakly": int(joined.sum()),
        **{f"unresolved_{name}": number for name, number in sorted(what.items())},
    }

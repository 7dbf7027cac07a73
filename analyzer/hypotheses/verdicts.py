"""Bundles → verdicts: one for each person, cause and kind of client (and owner, for a delegate)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from analyzer.hypotheses import HYPOTHESES
from analyzer.hypotheses import questions as q
from analyzer.hypotheses.weighing import Weighed, weigh
from analyzer.results import KIND_OF, Answer, Cause, Kind, MoveRef, PolicyRef, Status, Verdict
from analyzer.times import working_time_between

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from analyzer.hypotheses.facts import Facts
    from analyzer.hypotheses.gather import Key

QUIET = timedelta(days=1)
"""A working day: a failure quiet for that long at the end of the window has stopped."""

_SHOWN_ADDRESSES = 20
_SHOWN_AGENTS = 10
_SHOWN_IDS = 5

WOULD_DECIDE = {
    "moves": "A mailbox-move export (Get-MoveRequestStatistics) that covers this person.",
    "permissions": "A permission export (Get-MailboxPermission) that shows whose mailboxes the "
    "person can open.",
    "MAPI over HTTP": "The MAPI over HTTP state (Get-CASMailbox, Get-OrganizationConfig) from "
    "before the move.",
    "policies": "The Conditional Access policies (Graph export), to see which of them refused.",
    "sign-ins": "More days of sign-ins, successes and non-interactive ones included.",
}


@dataclass(frozen=True, slots=True)
class Naming:
    """How a person is called in reports."""

    user: str
    user_id: str | None
    display_name: str | None
    smtp: str | None


@dataclass(frozen=True, slots=True)
class Judged:
    """Verdicts, and which verdict each bundle belongs to."""

    verdicts: tuple[Verdict, ...]
    verdict_of: dict[Key, Verdict]


def judge(facts: Iterable[Facts], naming: Callable[[str], Naming]) -> Judged:
    """Weigh every bundle and merge those of one person, cause and kind of client."""
    groups: dict[tuple[str, Cause, str, str], list[tuple[Facts, Weighed]]] = defaultdict(list)
    for bundle in facts:
        weighed = weigh(bundle, HYPOTHESES)
        groups[_group(bundle, weighed)].append((bundle, weighed))
    verdicts: list[Verdict] = []
    verdict_of: dict[Key, Verdict] = {}
    for group, members in groups.items():
        verdict = _verdict(group, members, naming(group[0]))
        verdicts.append(verdict)
        for bundle, _ in members:
            verdict_of[_bundle_key(bundle)] = verdict
    order = {cause: position for position, cause in enumerate(Cause)}
    verdicts.sort(key=lambda v: (order[v.cause], -v.events, v.user, v.client_family, v.id))
    return Judged(tuple(verdicts), verdict_of)


def verdict_id(person_key: str, cause: Cause, family: str, owner: str) -> str:
    """Stable id: no times, no evidence, no format in it."""
    text = "\x1f".join((person_key, cause, family, owner))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _bundle_key(facts: Facts) -> Key:
    return (facts.person_key, facts.family, facts.outcome, facts.source_class, facts.side)


def _group(facts: Facts, weighed: Weighed) -> tuple[str, Cause, str, str]:
    owner = ""
    if weighed.cause is Cause.DELEGATE_ACCESS and facts.owner is not None:
        owner = facts.owner.move.mailbox
    return facts.person_key, weighed.cause, facts.family, owner


def _verdict(
    group: tuple[str, Cause, str, str], members: list[tuple[Facts, Weighed]], who: Naming
) -> Verdict:
    person_key, cause, family, owner = group
    # The surest bundle speaks: what else the person's client did takes nothing from it.
    lead, weighed = max(members, key=lambda m: (m[1].log_odds, m[0].events))
    bundles = [facts for facts, _ in members]
    last_seen = max(facts.last_seen for facts in bundles)
    recovered_at = _recovered_at(cause, bundles, last_seen)
    is_undetermined = cause is Cause.UNDETERMINED
    return Verdict(
        id=verdict_id(person_key, cause, family, owner),
        user=who.user,
        user_id=who.user_id,
        display_name=who.display_name,
        user_smtp=who.smtp,
        cause=cause,
        kind=KIND_OF[cause],
        client_family=family,
        confidence=weighed.confidence,
        status=_status(recovered_at, last_seen, lead),
        clients=tuple(sorted({client for facts in bundles for client in facts.clients})),
        user_agents=_joined((f.user_agents for f in bundles), _SHOWN_AGENTS),
        events=sum(facts.events for facts in bundles),
        first_seen=min(facts.first_seen for facts in bundles),
        last_seen=last_seen,
        recovered_at=recovered_at,
        ip_addresses=_joined((f.ip_addresses for f in bundles), _SHOWN_ADDRESSES),
        ip_address_count=max(
            len({ip for facts in bundles for ip in facts.ip_addresses}),
            *(facts.ip_address_count for facts in bundles),
        ),
        countries=_joined((f.countries for f in bundles), _SHOWN_ADDRESSES),
        error_codes=tuple(sorted({code for facts in bundles for code in facts.error_codes})),
        move=_move(cause, lead, who),
        policies=_policies(bundles),
        evidence=weighed.evidence,
        alternatives=weighed.alternatives,
        actions=_undetermined_actions(weighed)
        if is_undetermined
        else weighed.leading.actions(lead),
        signin_ids=_joined((f.signin_ids for f in bundles), _SHOWN_IDS),
        would_decide=_would_decide(weighed) if is_undetermined else (),
        rival=weighed.rival,
        networks=_joined((f.networks for f in bundles), _SHOWN_ADDRESSES),
        places=tuple(sorted({facts.source_class for facts in bundles})),
    )


def _move(cause: Cause, facts: Facts, who: Naming) -> MoveRef | None:
    """The owner's move for a delegate, the person's own for a mover, none otherwise."""
    if cause is Cause.DELEGATE_ACCESS:
        owner = facts.owner or facts.supposed_owner
        return owner.move if owner else None
    if cause in {Cause.OUTLOOK_RECONFIGURATION, Cause.SKYPE_FOR_BUSINESS}:
        return facts.own_move or _inferred_move(facts, who)
    return None


def _inferred_move(facts: Facts, who: Naming) -> MoveRef | None:
    """A move without a record, where the log shows when Exchange Online first met the person."""
    if q.met_exchange_then(facts) is not Answer.YES or facts.met_exchange is None:
        return None
    return MoveRef(
        who.user.lower(),
        facts.met_exchange,
        batch=None,
        status=None,
        mailbox_smtp=who.smtp,
        is_inferred=True,
    )


def _recovered_at(cause: Cause, bundles: list[Facts], last_seen: datetime) -> datetime | None:
    """First success of the same client after the last failure; an attacker never recovers."""
    if KIND_OF[cause] is Kind.HOSTILE:
        return None
    times = [facts.recovered_at for facts in bundles if facts.recovered_at is not None]
    later = [at for at in times if at > last_seen]
    return min(later, default=None)


def _status(recovered_at: datetime | None, last_seen: datetime, facts: Facts) -> Status:
    """Whether it recovered, has been quiet for a working day of the person's own zone, or lasts."""
    if recovered_at is not None:
        return Status.RECOVERED
    quiet = working_time_between(
        last_seen, facts.window_to, utc_offset_hours=facts.utc_offset_hours
    )
    return Status.STOPPED if quiet >= QUIET else Status.ONGOING


def _joined(groups: Iterable[tuple[str, ...]], most: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for group in groups for value in group))[:most]


def _policies(bundles: list[Facts]) -> tuple[PolicyRef, ...]:
    refs: dict[str, PolicyRef] = {}
    for facts in bundles:
        for policy in facts.policies:
            refs.setdefault(policy.id, policy)
    return tuple(refs.values())


def _would_decide(weighed: Weighed) -> tuple[str, ...]:
    """What would decide: the exports behind the leading hypothesis' unanswered checks."""
    sources = [item.source for item in weighed.evidence if item.answer is Answer.UNKNOWN]
    return tuple(dict.fromkeys(WOULD_DECIDE[s] for s in sources if s in WOULD_DECIDE))


def _undetermined_actions(weighed: Weighed) -> tuple[str, ...]:
    return (
        "Do not act on the account yet: the evidence does not decide between "
        + " and ".join(alternative.cause for alternative in weighed.alternatives[:2])
        + ".",
        *(f"Get: {sentence}" for sentence in _would_decide(weighed)),
    )

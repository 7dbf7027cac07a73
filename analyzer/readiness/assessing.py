"""From a batch and what is known to the whole forecast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.readiness.checklist import checklist
from analyzer.readiness.delegates import Rights
from analyzer.readiness.model import (
    BatchRead,
    CutTie,
    Mailbox,
    Needs,
    Predicted,
    Prompted,
    Readiness,
    Standing,
    Together,
)
from analyzer.readiness.predicting import Forecast, forecast
from analyzer.readiness.saying import blocking_items, exclusion, item, outlook_items
from analyzer.readiness.together import components
from analyzer.results import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from analyzer.evidence.batch import Batch
    from analyzer.readiness.known import Known
    from analyzer.results import Coverage, EvidenceItem

DEFAULT_BATCH_SIZE = 50


@dataclass(frozen=True, slots=True)
class _Entry:
    """A mailbox of the batch, once."""

    name: str
    key: str | None
    is_completed: bool


def assess(
    known: Known,
    batch: Batch,
    coverage: Coverage,
    generated_at: datetime,
    *,
    batch_size: int = DEFAULT_BATCH_SIZE,
) -> Readiness:
    """Forecast every mailbox of a batch.

    Args:
        known: Everything that was given, joined to people.
        batch: The planned batch.
        coverage: What was read.
        generated_at: Time of the report.
        batch_size: Most mailboxes that may be told to move together.
    """
    entries = _entries(known, batch)
    rights = Rights(known)
    moving = frozenset(
        each.key for each in entries if each.key and _standing(known, each) is Standing.ON_PREMISES
    )
    mailboxes = tuple(_mailbox(known, rights, entry, moving) for entry in entries)
    switch = _switch(known, mailboxes)
    return Readiness(
        generated_at=generated_at,
        window_from=known.seen.first if known.seen else None,
        window_to=known.seen.last if known.seen else None,
        as_of=known.as_of,
        coverage=coverage,
        batch=_batch_read(batch, mailboxes),
        organisation=known.linked.org_default.state,
        mailboxes=mailboxes,
        together=_together(known, rights, moving, batch_size),
        batch_size=batch_size,
        checklist=checklist(known, mailboxes),
        switch=switch,
        restart=_restart(known, mailboxes),
        impossible=tuple(
            m.mailbox for m in mailboxes if m.is_forecast and m.setting_from == "exchange-2010"
        ),
    )


def _entries(known: Known, batch: Batch) -> tuple[_Entry, ...]:
    found: dict[str, _Entry] = {}
    for row in batch.rows:
        key = known.people.resolve(row.name).key
        before = found.get(key or row.name)
        is_completed = row.is_completed or (before is not None and before.is_completed)
        found[key or row.name] = _Entry(before.name if before else row.name, key, is_completed)
    return tuple(found.values())


def _standing(known: Known, entry: _Entry) -> Standing:
    if entry.key is None:
        return Standing.NOT_FOUND
    if not known.is_mailbox(entry.key):
        return Standing.NO_MAILBOX
    has_moved = known.is_in_cloud(entry.key) or (entry.is_completed and known.as_of is None)
    return Standing.MOVED if has_moved else Standing.ON_PREMISES


def _mailbox(known: Known, rights: Rights, entry: _Entry, moving: frozenset[str]) -> Mailbox:
    standing = _standing(known, entry)
    if entry.key is None or standing is not Standing.ON_PREMISES:
        return _not_forecast(known, entry, standing)
    key = entry.key
    person, outlook, blocking = known.person(key), known.outlook(key), known.blocking(key)
    if known.is_ownerless(key):
        made, evidence = _of_shared(known, rights, key)
    else:
        made = forecast(outlook, blocking)
        evidence = (*outlook_items(outlook), *blocking_items(blocking))
    return Mailbox(
        mailbox=known.smtp(key),
        person_key=key,
        user=person.user_principal_name,
        display_name=person.display_name,
        recipient_type=person.recipient_type,
        standing=standing,
        setting=outlook.setting,
        setting_from=outlook.setting_from,
        predicted=made.predicted,
        basis=made.basis,
        confidence=made.confidence,
        delegates=rights.left_behind(key, moving),
        legacy_clients=() if known.is_ownerless(key) else known.clients(key),
        policies=blocking.by,
        exclusions=tuple(
            f"{each.policy.name or each.policy.id} ({exclusion(each)})"
            for each in blocking.excluded
        ),
        evidence=evidence,
        through_groups=rights.through_groups.get(key, ()),
    )


def _not_forecast(known: Known, entry: _Entry, standing: Standing) -> Mailbox:
    person = known.person(entry.key) if entry.key else None
    return Mailbox(
        mailbox=known.smtp(entry.key) if entry.key else entry.name,
        person_key=entry.key,
        user=person.user_principal_name if person else None,
        display_name=person.display_name if person else None,
        recipient_type=person.recipient_type if person else None,
        standing=standing,
        setting="unknown",
        setting_from="none",
        predicted=Predicted.UNKNOWN,
        basis="none",
        confidence=None,
    )


def _of_shared(known: Known, rights: Rights, key: str) -> tuple[Forecast, tuple[EvidenceItem, ...]]:
    """A mailbox without an Outlook of its own is as well as those of everybody who opens it."""
    forecasts = rights.own_forecasts(key)
    stuck = [known.smtp(who) for who, made in forecasts if made.predicted is Predicted.STUCK]
    open_ = [known.smtp(who) for who, made in forecasts if made.predicted is Predicted.UNKNOWN]
    unnamed = rights.through_groups.get(key, ())
    if stuck:
        answer, says = Answer.YES, f"{_some(stuck)} opens it with an Outlook that will be stuck."
    elif known.evidence.permissions is None and not forecasts:
        answer, says = Answer.UNKNOWN, "Who opens it is not known: permissions were not given."
    elif open_:
        answer, says = Answer.UNKNOWN, f"Of {_some(open_)}, who opens it, it cannot be told."
    elif unnamed:
        answer, says = Answer.UNKNOWN, f"Who opens it through {_some(unnamed)} is not known."
    elif forecasts:
        answer, says = Answer.NO, "Everybody on-premises who opens it has an Outlook that copes."
    else:
        answer, says = Answer.NO, "Nobody on-premises is known to open it."
    says = f"It has no Outlook of its own. {says}"
    evidence = (item("opened-by-stuck-delegate", answer, says, "permissions"),)
    made = {
        Answer.YES: Forecast(Predicted.STUCK, "delegates"),
        Answer.NO: Forecast(Predicted.RECONFIGURES, "delegates"),
        Answer.UNKNOWN: Forecast(Predicted.UNKNOWN, "none"),
    }
    return made[answer], evidence


def _some(names: Sequence[str]) -> str:
    more = len(names) - 1
    return f"{names[0]} (and {more} more)" if more else names[0]


def _together(
    known: Known, rights: Rights, moving: frozenset[str], limit: int
) -> tuple[Together, ...]:
    """The groups that hold a mailbox of the batch."""
    ties = rights.ties()
    ends = {end for tie in ties for end in (tie.delegate, tie.owner)}
    shared = frozenset(key for key in ends if known.is_ownerless(key))
    found = []
    for part in components(ties, limit, shared):
        if not moving & set(part.members) or (len(part.members) == 1 and not part.cut):
            continue
        outside = [known.smtp(key) for key in part.members if key not in moving]
        cut = [
            CutTie(known.smtp(tie.delegate), known.smtp(tie.owner), tie.kind) for tie in part.cut
        ]
        members = tuple(sorted(known.smtp(key) for key in part.members))
        found.append(Together(members, tuple(sorted(outside)), tuple(cut)))
    return tuple(found)


def _switch(known: Known, mailboxes: Iterable[Mailbox]) -> tuple[Needs, ...]:
    """Exactly the mailboxes whose setting has to change: movers, and delegates left behind."""
    found: dict[str, Needs] = {}
    for mailbox in mailboxes:
        key = mailbox.person_key
        if key is None or not mailbox.is_forecast or known.is_ownerless(key):
            continue
        if _needs_switch(known, key):
            needs = _needs(known, key, "mover", "moves with this batch")
            found[needs.mailbox] = needs
    for mailbox in mailboxes:
        for delegate in mailbox.delegates:
            key = delegate.delegate_key
            if delegate.prompted is not Prompted.WILL_NOT and _needs_switch(known, key):
                note = f"opens {mailbox.mailbox} and stays on-premises"
                needs = _needs(known, key, "delegate", note)
                found.setdefault(needs.mailbox, needs)
    return tuple(found[name] for name in sorted(found))


def _needs_switch(known: Known, key: str) -> bool:
    """Off by its setting where that can be changed, not seen on MAPI over HTTP, and it matters."""
    outlook, blocking = known.outlook(key), known.blocking(key)
    can_be_switched = outlook.setting == "off" and outlook.setting_from != "exchange-2010"
    return (
        can_be_switched
        and not outlook.is_old
        and outlook.on_rpc is not Answer.NO
        and blocking.answer is not Answer.NO
    )


def _needs(known: Known, key: str, why: str, note: str) -> Needs:
    return Needs(
        known.smtp(key), known.own_setting(key), "mover" if why == "mover" else "delegate", note
    )


def _restart(known: Known, mailboxes: Iterable[Mailbox]) -> tuple[str, ...]:
    """Mailboxes that are switched on already, and whose Outlook was still seen on RPC."""
    found = []
    for mailbox in mailboxes:
        if mailbox.person_key and mailbox.is_forecast:
            outlook = known.outlook(mailbox.person_key)
            if outlook.setting == "on" and outlook.on_rpc is Answer.YES and not outlook.is_old:
                found.append(mailbox.mailbox)
    return tuple(found)


def _batch_read(batch: Batch, mailboxes: tuple[Mailbox, ...]) -> BatchRead:
    def standing(which: Standing) -> list[str]:
        return [mailbox.mailbox for mailbox in mailboxes if mailbox.standing is which]

    return BatchRead(
        rows=len(batch.rows),
        mailboxes=len(mailboxes),
        duplicates=len(batch.rows) - len(mailboxes),
        not_found=tuple(standing(Standing.NOT_FOUND)),
        moved=len(standing(Standing.MOVED)),
        nameless=batch.nameless,
    )

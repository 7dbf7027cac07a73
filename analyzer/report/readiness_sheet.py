"""Readiness in words: a sheet that every renderer draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.readiness.model import Predicted, Prompted, Standing
from analyzer.report.coverage import missing_data
from analyzer.report.model import Block, Tone
from analyzer.report.phrases import counted, listed, percent, stamp
from analyzer.report.sheet import Grid, Sheet
from analyzer.results import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyzer.readiness.model import LegacyClient, Mailbox, Readiness

_SHOWN = 12
_NAMES = {
    "moves": "Mailbox moves",
    "recipients": "Recipients",
    "permissions": "Mailbox permissions",
    "cas_mailbox": "MAPI over HTTP per mailbox (Get-CASMailbox)",
    "org_config": "Organisation configuration",
    "policies": "Conditional Access policies",
    "signins": "30 days of sign-ins",
    "onprem_logs": "On-premises logs",
}
_PREDICTED = {
    Predicted.STUCK: "will be stuck",
    Predicted.UNKNOWN: "cannot be told",
    Predicted.RECONFIGURES: "reconfigures",
}
_ORDER = tuple(_PREDICTED)
_FROM = {
    "mailbox": "its own value",
    "organisation": "inherited",
    "exchange-2010": "Exchange 2010 has none",
    "none": "",
}
_KINDS = {
    "phone": "phone on ActiveSync",
    "mail-protocol": "IMAP, POP or SMTP",
    "script": "program on Exchange Web Services",
    "skype": "Skype for Business",
    "old-outlook": "Outlook without modern authentication",
}
_BLOCKED = {Answer.YES: "yes", Answer.NO: "no", Answer.UNKNOWN: "cannot be told"}
_TIES = {"folder": "folder right", "send-on-behalf": "send on behalf", "mailbox": "full access"}


_NOT_FORECAST = {
    Standing.MOVED: "The mailbox is in Exchange Online already.",
    Standing.NOT_FOUND: "Nobody is known by this name in any export.",
    Standing.NO_MAILBOX: "This recipient is no mailbox.",
}


def sheet(readiness: Readiness) -> Sheet:
    """The whole forecast, worded."""
    parts: tuple[Block | Grid, ...] = (
        *_first(readiness),
        _mailboxes(readiness),
        _delegates(readiness),
        _together(readiness),
        _clients(readiness),
        _checklist(readiness),
    )
    return Sheet(
        title="Readiness of a planned batch",
        generated=f"Made {stamp(readiness.generated_at)}",
        window=_window(readiness),
        headline=_headline(readiness),
        standing=_standing(readiness),
        coverage=tuple(block for block in _coverage(readiness) if block.sentences),
        parts=tuple(part for part in parts if isinstance(part, Block) or part.rows),
    )


def _window(readiness: Readiness) -> str:
    as_of = f"As of {stamp(readiness.as_of)}. " if readiness.as_of else ""
    if readiness.window_from is None or readiness.window_to is None:
        return f"{as_of}No sign-ins were given"
    return f"{as_of}Sign-ins of {stamp(readiness.window_from)} to {stamp(readiness.window_to)}"


def _headline(readiness: Readiness) -> str:
    told = [(len(readiness.of(each)), _PREDICTED[each]) for each in _ORDER]
    parts = [f"{count:,} {what}" for count, what in told if count]
    moved = readiness.batch.moved
    parts += [f"{moved:,} moved already"] if moved else []
    lost = len(readiness.batch.not_found)
    parts += [f"{lost:,} not found"] if lost else []
    return f"{counted(readiness.batch.mailboxes, 'mailbox', 'mailboxes')}: {listed(parts)}."


def _standing(readiness: Readiness) -> str:
    prompted = {
        each.delegate
        for mailbox in readiness.mailboxes
        for each in mailbox.delegates
        if each.prompted is Prompted.WILL
    }
    if not prompted:
        return ""
    who = counted(len(prompted), "delegate", "delegates")
    return f"{who} who stay on-premises will be prompted for a password."


def _coverage(readiness: Readiness) -> Iterable[Block]:
    coverage = readiness.coverage
    yield Block("Part of the sign-in data is missing", missing_data(coverage), Tone.ALARM)
    yield Block(
        "Evidence that was not given",
        tuple(
            f"{_NAMES.get(each.evidence, each.evidence)}: {each.would_tell}"
            for each in coverage.evidence_missing
        ),
        Tone.CAUTION,
    )
    yield Block("Please note", coverage.notes, Tone.CAUTION)
    yield Block("What was read", tuple(_was_read(readiness)))


def _was_read(readiness: Readiness) -> Iterable[str]:
    batch = readiness.batch
    repeated = f", {batch.duplicates:,} of them again" if batch.duplicates else ""
    yield f"The batch: {counted(batch.rows, 'row')}{repeated}."
    if batch.nameless:
        yield f"{counted(len(batch.nameless), 'row')} without a name: {_some(batch.nameless)}."
    if batch.not_found:
        yield f"Nobody is known by these names: {_some(batch.not_found)}."
    if readiness.coverage.events_read:
        yield f"{counted(readiness.coverage.events_read, 'sign-in')}."


def _some(names: tuple[str, ...]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f", and {more:,} more" if more > 0 else "")


def _first(readiness: Readiness) -> Iterable[Block]:
    """What to do before the batch is started."""
    sentences = []
    if readiness.switch:
        count = counted(len(readiness.switch), "mailbox", "mailboxes")
        how = (
            "for the organisation (Set-OrganizationConfig), or for these mailboxes (Set-CASMailbox)"
            if readiness.organisation == "off"
            else "for these mailboxes (Set-CASMailbox)"
        )
        sentences.append(
            f"Switch on MAPI over HTTP before the move {how}: {count} in need of it. --remediation "
            "FILE.ps1 writes the commands for review."
        )
    if readiness.restart:
        count = counted(len(readiness.restart), "mailbox", "mailboxes")
        sentences.append(
            f"{count} with MAPI over HTTP switched on, whose Outlook was still seen on RPC over "
            f"HTTP: have it restarted ({_some(readiness.restart)})."
        )
    if readiness.impossible:
        count = counted(len(readiness.impossible), "mailbox is", "mailboxes are")
        sentences.append(
            f"{count} on Exchange 2010, which has no MAPI over HTTP: move to a later version "
            "first, or plan for new Outlook profiles."
        )
    if any(each.outside for each in readiness.together):
        sentences.append(
            "Some mailboxes are tied by rights to others that are not in this batch: see who "
            "should move together."
        )
    if any(each.exclusions for each in readiness.mailboxes):
        sentences.append(
            "Some people are excluded from the policies that would block them. That lets Outlook "
            "reconfigure, and weakens the tenant: take it back after the move."
        )
    if sentences:
        yield Block("Before the batch starts", tuple(sentences), Tone.CAUTION)


def _mailboxes(readiness: Readiness) -> Grid:
    ordered = [mailbox for each in _ORDER for mailbox in readiness.of(each)]
    ordered += [mailbox for mailbox in readiness.mailboxes if not mailbox.is_forecast]
    return Grid(
        "Mailboxes",
        ("Mailbox", "MAPI over HTTP", "After the move", "Confidence", "Delegates", "Policies"),
        tuple(_row(mailbox) for mailbox in ordered),
        says=("Delegates are those who stay on-premises and will, or may, be prompted.",),
        numeric=frozenset((3, 4)),
        notes=tuple(_notes(mailbox) for mailbox in ordered),
        tone=Tone.ALARM if readiness.of(Predicted.STUCK) else Tone.CALM,
    )


def _notes(mailbox: Mailbox) -> tuple[str, ...]:
    if not mailbox.is_forecast:
        return (_NOT_FORECAST[mailbox.standing],)
    return tuple(item.says for item in mailbox.evidence)


def _row(mailbox: Mailbox) -> tuple[str, ...]:
    prompted = [each for each in mailbox.delegates if each.prompted is not Prompted.WILL_NOT]
    return (
        mailbox.mailbox,
        _setting(mailbox),
        _PREDICTED[mailbox.predicted] if mailbox.is_forecast else mailbox.standing.value,
        "" if mailbox.confidence is None else percent(mailbox.confidence),
        str(len(prompted)) if prompted else "",
        _policies(mailbox),
    )


def _setting(mailbox: Mailbox) -> str:
    if not mailbox.is_forecast:
        return ""
    whose = _FROM[mailbox.setting_from]
    return f"{mailbox.setting} ({whose})" if whose else mailbox.setting


def _policies(mailbox: Mailbox) -> str:
    names = [each.name or each.id for each in mailbox.policies]
    more = len(names) - 1
    return f"{names[0]}, and {more} more" if more > 0 else "".join(names)


def _delegates(readiness: Readiness) -> Grid:
    rows = [
        (mailbox.mailbox, each.delegate, each.right, each.prompted.value, each.says)
        for mailbox in readiness.mailboxes
        for each in mailbox.delegates
    ]
    rows += [
        (mailbox.mailbox, name, "through a group", "cannot be told", "members are not known")
        for mailbox in readiness.mailboxes
        for name in mailbox.through_groups
    ]
    return Grid(
        "Delegates who stay on-premises",
        ("Mailbox", "Delegate", "Right", "Prompted", "Why"),
        tuple(rows),
        says=("It is the delegate's own Outlook that prompts once the owner has moved.",),
        tone=Tone.CAUTION,
    )


def _together(readiness: Readiness) -> Grid:
    found = readiness.together
    return Grid(
        "Who should move together",
        ("Group", "Mailboxes", "Members", "Not in this batch"),
        tuple(
            (str(number), str(len(each.members)), ", ".join(each.members), ", ".join(each.outside))
            for number, each in enumerate(found, 1)
        ),
        says=(
            "Mailboxes that rights tie to each other, at most "
            f"{readiness.batch_size} in a group (--batch-size).",
        ),
        numeric=frozenset((0, 1)),
        notes=tuple(
            tuple(
                f"Given up to keep the size: {tie.delegate} on {tie.owner} "
                f"({_TIES.get(tie.kind, tie.kind)})."
                for tie in each.cut
            )
            for each in found
        ),
    )


def _clients(readiness: Readiness) -> Grid:
    rows = [
        (mailbox.mailbox, *_client(client))
        for mailbox in readiness.mailboxes
        for client in mailbox.legacy_clients
        if client.is_seen
    ]
    could = sum(
        any(not client.is_seen for client in mailbox.legacy_clients)
        for mailbox in readiness.mailboxes
    )
    says = ["MAPI over HTTP does not help these: replace them, or add the account again."]
    if could:
        says.append(
            f"ActiveSync is allowed for {counted(could, 'more mailbox', 'more mailboxes')}, of "
            "which no phone was seen: there could be one."
        )
    return Grid(
        "Legacy clients, blocked whatever is done",
        ("Mailbox", "Kind", "Client", "Seen in", "Last seen", "Blocked"),
        tuple(rows),
        says=tuple(says),
        tone=Tone.CAUTION,
    )


def _client(client: LegacyClient) -> tuple[str, ...]:
    return (
        _KINDS.get(client.kind, client.kind),
        client.client,
        client.seen_in,
        stamp(client.last_seen) if client.last_seen else "",
        _BLOCKED[client.blocked],
    )


def _checklist(readiness: Readiness) -> Grid:
    return Grid(
        "Prerequisites",
        ("What", "State", "What the exports say", "How to verify"),
        tuple((each.what, each.state.value, each.says, each.how) for each in readiness.checklist),
    )

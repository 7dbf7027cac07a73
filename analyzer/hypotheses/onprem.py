"""What on-premises front-end logs show: asked by every reading of a blocked Outlook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analyzer.hypotheses.facts import OnPremFacts
from analyzer.hypotheses.model import Check, answer_of, opposite
from analyzer.results import Answer

if TYPE_CHECKING:
    from datetime import datetime

    from analyzer.evidence.onprem import OnPrem
    from analyzer.hypotheses.facts import Facts, OwnerFit
    from analyzer.results import MoveRef

SOURCE = "on-premises logs"
_NAMES = {"rpc-http": "RPC over HTTP", "mapi-http": "MAPI over HTTP"}


def onprem_facts(
    onprem: OnPrem | None,
    row: dict[str, Any],
    own_move: MoveRef | None,
    owner: OwnerFit | None,
    onset: datetime,
) -> OnPremFacts | None:
    """What the logs show of one bundle's person; None where no logs were given."""
    if onprem is None:
        return None
    person = row["person_key"]
    before = own_move.completed_at if own_move is not None and row["side"] == "after" else onset
    return OnPremFacts(
        outlook=onprem.outlook_before(person, before),
        opened_at=None if owner is None else onprem.opened_at(person, owner.owner_key),
    )


def is_asked(facts: Facts) -> bool:
    """Whether on-premises logs were given; without them a report does not speak of them."""
    return facts.onprem is not None


def is_setting_asked(facts: Facts) -> bool:
    """Whether the exported setting is asked: what a log shows counts, whatever the setting."""
    return facts.onprem is None or facts.onprem.outlook is None


def was_on_rpc(facts: Facts) -> Answer:
    """Whether Outlook was seen on RPC over HTTP last, before the cut-over or the first failure."""
    seen = facts.onprem.outlook if facts.onprem else None
    return answer_of(None if seen is None else seen.protocol == "rpc-http")


def says_on_rpc(facts: Facts, answer: Answer) -> str:
    """Sentence on the last Outlook connection on premises."""
    seen = facts.onprem.outlook if facts.onprem else None
    if seen is None or answer is Answer.UNKNOWN:
        return "The on-premises logs do not show this person's Outlook in the month before."
    at = f"{seen.at:%Y-%m-%d %H:%M} UTC"
    when = f"from {at} on" if seen.goes_on else f"last {at}"
    effect = {
        "rpc-http": "which cannot do modern authentication",
        "mapi-http": "and such a profile reconfigures without incident",
    }[seen.protocol]
    return (
        f"According to the on-premises log Outlook connected by {_NAMES[seen.protocol]} ({when}), "
        f"{effect}{_against_export(facts, seen.protocol)}."
    )


def _against_export(facts: Facts, protocol: str) -> str:
    """What the exported setting says, where the connection contradicts it: that one counts."""
    if facts.mapi_http == "on" and protocol == "rpc-http":
        return "; the export says MAPI over HTTP is on, but the connection counts"
    if facts.mapi_http == "off" and protocol == "mapi-http":
        return "; the export says MAPI over HTTP is off, but the connection counts"
    return ""


def was_on_rpc_check(yes: float, no: float) -> Check:
    """The check, with the weights of one hypothesis."""
    return Check(
        "outlook-on-rpc",
        "Was Outlook last on RPC over HTTP on premises, before the cut-over or the first failure?",
        was_on_rpc,
        says_on_rpc,
        yes=yes,
        no=no,
        source=SOURCE,
        is_asked=is_asked,
    )


def was_on_mapi_check(yes: float, no: float) -> Check:
    """The check turned round, for a reading that an Outlook on MAPI over HTTP speaks for."""
    return Check(
        "outlook-on-mapi",
        "Was Outlook last on MAPI over HTTP on premises, and so able to reconfigure?",
        lambda facts: opposite(was_on_rpc(facts)),
        lambda facts, _answer: says_on_rpc(facts, was_on_rpc(facts)),
        yes=yes,
        no=no,
        source=SOURCE,
        is_asked=is_asked,
    )


def says_opened(facts: Facts) -> str:
    """Half a sentence: that the person opened the owner's mailbox on premises; else empty."""
    at = facts.onprem.opened_at if facts.onprem else None
    if at is None or facts.owner is None:
        return ""
    return (
        f"opened the mailbox {facts.owner.move.mailbox} on premises, last {at:%Y-%m-%d %H:%M} UTC, "
        "according to the front-end log"
    )

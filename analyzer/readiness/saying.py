"""The evidence of a forecast: each check answered, with a sentence that holds the facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.hypotheses.questions import moment
from analyzer.policies import SECURITY_DEFAULTS
from analyzer.results import Answer, EvidenceItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyzer.readiness.blocking import Blocking, Touching
    from analyzer.readiness.outlook import Outlook
    from analyzer.results import PolicyRef

_NAMED = 3

WEIGHTS = {
    "mapi-http-off": (1.7, -3.4),
    "outlook-on-rpc": (2.9, -3.5),
    "outlook-too-old": (2.2, 0.0),
    "legacy-fallback-blocked": (0.0, -3.0),
    "excluded": (-2.2, 0.0),
    "opened-by-stuck-delegate": (0.8, -0.8),
}
"""Log-odds of being stuck that a yes and a no add, where the other half does not settle it. Fitted
by eye to the shares of the tuning tenants; the confidence is the table's, not their sum."""


def item(check: str, answer: Answer, says: str, source: str) -> EvidenceItem:
    """One check with the weight of its answer; of an unknown, what either answer would weigh."""
    yes, no = WEIGHTS[check]
    weight = {Answer.YES: yes, Answer.NO: no, Answer.UNKNOWN: 0.0}[answer]
    if answer is Answer.UNKNOWN:
        return EvidenceItem(check, answer, weight, says, source, yes, no)
    return EvidenceItem(check, answer, weight, says, source)


def outlook_items(outlook: Outlook) -> Iterable[EvidenceItem]:
    """What is set, what was seen, and which build it is."""
    yield _setting(outlook)
    if outlook.seen is not None:
        yield _seen(outlook)
    if outlook.is_old:
        says = (
            f"Outlook names itself {outlook.build!r}, which is older than 2013 SP1 (15.0.4569): "
            "it cannot do modern authentication, whatever is switched on."
        )
        yield item("outlook-too-old", Answer.YES, says, "clients seen")


def _setting(outlook: Outlook) -> EvidenceItem:
    source = "MAPI over HTTP state"
    if outlook.setting_from == "exchange-2010":
        says = (
            "The mailbox is on Exchange 2010, which has no MAPI over HTTP: move it to Exchange "
            "2013 or later first, or plan for a new Outlook profile."
        )
        return item("mapi-http-off", Answer.YES, says, source)
    whose = (
        "The mailbox's own MapiHttpEnabled"
        if outlook.setting_from == "mailbox"
        else "The mailbox inherits MapiHttpEnabled, and the organisation's"
    )
    if outlook.setting == "unknown":
        says = "Whether MAPI over HTTP is on for this mailbox is not told by any export."
        return item("mapi-http-off", Answer.UNKNOWN, says, source)
    is_off = outlook.setting == "off"
    says = f"{whose} is {'False' if is_off else 'True'}."
    return item("mapi-http-off", Answer.YES if is_off else Answer.NO, says, source)


def _seen(outlook: Outlook) -> EvidenceItem:
    assert outlook.seen is not None  # noqa: S101 - asked for by the caller
    at = moment(outlook.seen.at)
    source = "on-premises logs"
    if outlook.on_rpc is Answer.UNKNOWN:
        says = (
            f"On-premises logs saw both RPC over HTTP and MAPI over HTTP within a day, last at "
            f"{at}: two computers, or an Outlook just restarted."
        )
    elif outlook.on_rpc is Answer.YES:
        says = f"On-premises logs saw Outlook connect by RPC over HTTP, last at {at}."
        if outlook.setting == "on":
            says += " The setting is on, so Outlook has not been restarted since the switch."
    else:
        says = f"On-premises logs saw Outlook connect by MAPI over HTTP, last at {at}."
        if outlook.setting == "off":
            says += " The setting says off: its export may be older than a switch."
    return item("outlook-on-rpc", outlook.on_rpc, says, source)


def blocking_items(blocking: Blocking) -> Iterable[EvidenceItem]:
    """Whether the legacy fallback is turned away, and exclusions that prevent it."""
    source = "sign-ins" if blocking.is_from_signins else "policies"
    yield item("legacy-fallback-blocked", blocking.answer, _blocked(blocking), source)
    for touching in blocking.excluded:
        says = (
            f"{_quoted(touching.policy)} would turn the fallback away but excludes this person "
            f"({exclusion(touching)}). An exclusion weakens the tenant: take it back once "
            "Outlook has reconfigured."
        )
        yield item("excluded", Answer.YES, says, source)


def _blocked(blocking: Blocking) -> str:
    if blocking.answer is Answer.YES:
        if all(ref.id.lower() == SECURITY_DEFAULTS for ref in blocking.by):
            return "Security defaults turn legacy authentication away; sign-ins show them at work."
        names = _listed(blocking.by)
        if blocking.is_from_signins:
            return f"Sign-ins show that {names} turned this person's legacy client away."
        return f"A legacy sign-in of this person would be turned away by {names}."
    if blocking.answer is Answer.NO:
        if blocking.excluded:
            return (
                "No policy turns this person's legacy sign-ins away: those that would exclude him."
            )
        return "No enforced policy turns legacy sign-ins of this person away."
    return " ".join(_why_unknown(blocking))


def _why_unknown(blocking: Blocking) -> Iterable[str]:
    if not blocking.policies_given:
        yield "The policies were not given, so whether the fallback is turned away is not known."
        return
    for touching in blocking.perhaps:
        name = _quoted(touching.policy)
        if touching.why == "conditions":
            conditions = " and ".join(touching.narrowed_by)
            yield f"{name} depends on {conditions}, so whether it strikes cannot be told."
        elif touching.placed.ids:
            what = {"group": "groups", "role": "roles"}.get(touching.placed.by, "groups")
            ids = ", ".join(touching.placed.ids[:_NAMED])
            yield (
                f"Whether {name} is meant for this person cannot be told: the members of the "
                f"{what} {ids} were not given."
            )
        else:
            yield (
                f"Whether {name} is meant for this person cannot be told: the person's object "
                "id is not known."
            )
    if not blocking.perhaps and blocking.defaults is Answer.UNKNOWN:
        yield (
            "No enforced policy turns legacy sign-ins away, but security defaults, which do, may "
            "be on: that is not in the export."
        )


def exclusion(touching: Touching) -> str:
    """How a person is excluded: by name, through a group, or through a role."""
    ids = ", ".join(touching.placed.ids[:_NAMED])
    return {"group": f"through group {ids}", "role": f"through role {ids}"}.get(
        touching.placed.by, f"as a {touching.placed.by}"
    )


def _listed(refs: Iterable[PolicyRef]) -> str:
    names = [_quoted(ref) for ref in refs]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _quoted(ref: PolicyRef) -> str:
    return f"'{ref.name or ref.id}'"

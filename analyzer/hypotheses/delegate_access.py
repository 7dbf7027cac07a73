"""Outlook of someone whose own mailbox has not moved, opening a moved mailbox he has rights on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.evidence.onprem import OBSERVED_RIGHT
from analyzer.hypotheses import questions as q
from analyzer.hypotheses.model import Check, Hypothesis, answer_of, opposite
from analyzer.hypotheses.onprem import is_setting_asked, says_opened, was_on_rpc_check
from analyzer.results import Answer, Cause
from analyzer.times import working_time_between

if TYPE_CHECKING:
    from analyzer.hypotheses.facts import Facts, OwnerFit

_DAYS_BEFORE_ALLOWED = 1


def _has_right(facts: Facts) -> Answer:
    if facts.owner is not None:
        return Answer.YES
    if not facts.rights_are_whole or not facts.moves_given:
        return Answer.UNKNOWN
    return Answer.NO


def _says_owner(facts: Facts, owner: OwnerFit, more: str) -> str:
    moved = f"moved {'by ' if owner.move.is_inferred else ''}{q.moment(owner.move.completed_at)}"
    opened = says_opened(facts)
    if owner.right == OBSERVED_RIGHT:
        return f"The person {opened}{more}; no export shows the right. It {moved}."
    right = f"The person has {owner.right} on {owner.move.mailbox}{more}, {moved}"
    return f"{right}, and {opened}." if opened else f"{right}."


def _says_right(facts: Facts, answer: Answer) -> str:
    if answer is Answer.YES and facts.owner is not None:
        more = f" (one of {facts.owner_count} moved mailboxes)" if facts.owner_count > 1 else ""
        return _says_owner(facts, facts.owner, more)
    if answer is Answer.NO:
        return "The permission exports show no right of this person on a moved mailbox."
    if facts.supposed_owner is not None:
        supposed = facts.supposed_owner
        if supposed.move.is_inferred:
            return (
                f"The person has {supposed.right} on {supposed.move.mailbox} and on no other "
                "mailbox; no export tells whether that one moved."
            )
        return (
            f"{supposed.move.mailbox} is the one mailbox moved just before that a group may open: "
            f"{supposed.right}. Whether the person is in it is not exported."
        )
    if facts.permissions_given:
        return (
            "The permission exports name no right of this person, but groups or unknown "
            "names hold rights, and who is in them is not exported."
        )
    return "No permission export was given, so rights on a moved mailbox cannot be told."


def _own_not_moved(facts: Facts) -> Answer:
    if facts.side == "after":
        return Answer.NO
    return Answer.YES if facts.moves_given else Answer.UNKNOWN


def _says_own_not_moved(facts: Facts, answer: Answer) -> str:
    if answer is Answer.NO:
        return "The person's own mailbox had already moved by then."
    if answer is Answer.UNKNOWN:
        return q.says_has_moved(facts, Answer.UNKNOWN)
    if facts.own_move is not None:
        return (
            f"The person's own mailbox moved only later, {q.moment(facts.own_move.completed_at)}."
        )
    return q.says_has_moved(facts, q.has_moved(facts))


def _after_owner(facts: Facts) -> Answer:
    if facts.owner is None:
        return Answer.UNKNOWN
    if not facts.owner.after:
        return Answer.NO
    return answer_of(facts.owner.days_before <= _DAYS_BEFORE_ALLOWED)


def _says_after_owner(facts: Facts, answer: Answer) -> str:
    if facts.owner is None:
        return "There is no owner's cut-over to compare the first failure with."
    if answer is Answer.YES:
        gap = q.span(abs(facts.onset - facts.owner.move.completed_at))
        moved = "moved (inferred from the log)" if facts.owner.move.is_inferred else "moved"
        return (
            f"It began after {facts.owner.move.mailbox} {moved}: first failure "
            f"{q.moment(facts.owner.first_after)}, {gap} from the cut-over."
        )
    return (
        f"The same failures were there on {facts.owner.days_before} days before "
        f"{facts.owner.move.mailbox} moved."
    )


def _soon_after_owner(facts: Facts) -> Answer:
    if facts.owner is None or facts.owner.first_after is None:
        return Answer.UNKNOWN
    gap = working_time_between(facts.owner.move.completed_at, facts.owner.first_after)
    return answer_of(gap <= q.SOON)


def _opens(facts: Facts) -> Answer:
    """Outlook grants send-on-behalf together with rights on folders, which may not be exported."""
    owner = facts.owner
    if owner is None or (not owner.opens_mailbox and "behalf" in owner.right.lower()):
        return Answer.UNKNOWN
    return answer_of(owner.opens_mailbox)


def _owner_of(facts: Facts) -> str:
    """Name of the mailbox that it is, or is supposed to be."""
    owner = facts.owner or facts.supposed_owner
    return owner.move.mailbox if owner else "the moved mailbox"


def _actions(facts: Facts) -> tuple[str, ...]:
    owner = _owner_of(facts)
    if facts.recovered_at is not None:
        return (f"Nothing more to do: Outlook now opens {owner} with modern authentication.",)
    if facts.own_move is not None:
        return (
            "Nothing more to do as a delegate: the person's own mailbox has moved since, "
            f"{q.moment(facts.own_move.completed_at)}. Look at the verdicts after that.",
        )
    if facts.owner is None and facts.supposed_owner and facts.supposed_owner.move.is_inferred:
        return (
            f"Check whether {_owner_of(facts)} was moved: it is the only other mailbox that this "
            "person may open, and no export tells of its move.",
            "If so, treat it as a delegate: move this mailbox in the next batch, or enable MAPI "
            "over HTTP for it and restart Outlook.",
        )
    if facts.owner is None and facts.supposed_owner is not None:
        return (
            f"Check whether the person is in the group: {facts.supposed_owner.right} on "
            f"{facts.supposed_owner.move.mailbox}, the one mailbox that moved just before.",
            "If so, treat it as a delegate: move this mailbox in the next batch, or enable MAPI "
            "over HTTP for it and restart Outlook.",
        )
    if facts.owner is None:
        return (
            "Find out whose mailbox it is: export the permissions (Get-MailboxPermission, "
            "Get-MailboxFolderPermission) and expand the groups that hold rights.",
            "Ask the person which shared or other mailbox Outlook prompts for.",
        )
    return (
        f"Move this person's mailbox in the next batch, together with {owner}: rights do not "
        "work across premises with a profile on RPC over HTTP.",
        "Until then enable MAPI over HTTP for this person's own mailbox, not for the owner's: "
        "Set-CASMailbox -Identity <delegate> -MapiHttpEnabled $true, or for the whole "
        "organisation Set-OrganizationConfig -MapiHttpEnabled $true; then restart Outlook.",
        f"As a stopgap let the person open {owner} in Outlook on the web.",
    )


HYPOTHESIS = Hypothesis(
    cause=Cause.DELEGATE_ACCESS,
    title="Delegate of a moved mailbox",
    why=(
        "The delegate's own profile is on RPC over HTTP against on-premises Exchange. To open "
        "the moved mailbox it asks Exchange Online with basic authentication and is blocked."
    ),
    source="KB 3126599 (MicrosoftDocs/OfficeDocs-Support); field experience of Exchange migrations",
    blind_spots=(
        "Rights through groups are not expanded.",
        "Sign-ins name the delegate, never the mailbox that was opened: the owner is inferred "
        "from rights and times.",
        "Folder rights are exported by display name, which may be ambiguous.",
    ),
    priors={
        ("blocked", "outlook"): -1.0,
        ("blocked", "ews"): -2.0,
        ("blocked", "other"): -1.5,
        ("blocked", "unknown"): -3.0,
    },
    checks=(
        Check(
            "right-on-moved-mailbox",
            "Has the person a right on a mailbox that moved?",
            _has_right,
            _says_right,
            yes=2.5,
            no=-3.0,
            source="permissions",
        ),
        Check(
            "own-mailbox-not-moved",
            "Had the person's own mailbox not moved by then?",
            _own_not_moved,
            _says_own_not_moved,
            yes=1.0,
            no=-7.0,
            source="moves",
        ),
        Check(
            "began-after-owner-move",
            "Did it begin after the owner's cut-over?",
            _after_owner,
            _says_after_owner,
            yes=1.8,
            no=-5.0,
            source="moves",
        ),
        Check(
            "soon-after-owner-move",
            "Did it begin within five working days of the owner's cut-over?",
            _soon_after_owner,
            q.says(
                "It began within five working days of the owner's cut-over.",
                "It began more than five working days after the owner's cut-over.",
                "How soon after an owner's cut-over it began cannot be told.",
            ),
            yes=0.5,
            no=-0.6,
            source="moves",
        ),
        Check(
            "first-met-then",
            "No record of a move: did Exchange Online first meet the person when it began?",
            q.met_exchange_then,
            q.says_met_exchange,
            yes=0.8,
            no=-1.0,
        ),
        Check(
            "met-with-others",
            "No record of a move: did Exchange Online first meet many others at that time?",
            q.met_with_others,
            q.SAYS_MET_WITH,
            yes=0.6,
            no=-0.5,
        ),
        Check(
            "no-mailbox-of-own",
            "No record of a move: is no cloud mailbox of the person's own used beside Outlook?",
            lambda facts: opposite(q.uses_own_mailbox(facts)),
            q.says(
                "Nothing but Outlook has asked Exchange Online for this person since.",
                "A phone or Skype asks for a mailbox of the person's own in Exchange Online.",
                "Not asked: an export tells of the move, or the log is too short.",
            ),
            yes=0.3,
            no=-2.0,
        ),
        Check(
            "right-opens-mailbox",
            "Does the right open the mailbox or a folder of it?",
            _opens,
            q.says(
                "The right opens the mailbox or one of its folders.",
                "The right alone (such as SendAs) does not open the mailbox.",
                "Whether a right opens the mailbox cannot be told.",
            ),
            yes=0.4,
            no=-3.2,
            source="permissions",
        ),
        Check(
            "follows-a-wave",
            "Where rights are not known: did it begin within a working day of somebody's cut-over?",
            q.follows_a_wave,
            q.says(
                "It began within a working day of other people's cut-over.",
                "It did not begin with other people's cut-over.",
                "Not asked: rights can be looked up, or there are no moves to compare with.",
            ),
            yes=1.3,
            no=-1.0,
            source="moves",
        ),
        q.CAPABLE,
        Check(
            "mapi-http-off",
            "Is MAPI over HTTP off for the delegate?",
            q.mapi_http_is_off,
            q.says_mapi,
            yes=0.5,
            no=-0.6,
            source="MAPI over HTTP",
            is_asked=is_setting_asked,
        ),
        was_on_rpc_check(yes=0.7, no=-0.9),
        q.RECOVERED,
        q.PLACE,
    ),
    actions=_actions,
)

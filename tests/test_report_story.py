"""An explanation tells what happened in order, the case against, and what would settle it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from analyzer.hypotheses import HYPOTHESES
from analyzer.report import causes, document, html, jsonin, jsonout, markdown, settling, terminal
from analyzer.report.expected import EXPECTED
from analyzer.report.exports import EXPORTS
from analyzer.report.model import Story
from analyzer.report.story import TOLD, story
from analyzer.report.visible import is_unseen
from analyzer.results import (
    VERDICT_CAUSES,
    Alternative,
    Answer,
    Cause,
    EvidenceItem,
    EvidenceMissing,
    MoveRef,
    Result,
    Rival,
    Status,
    TimelineMark,
    Verdict,
)
from analyzer.vocabulary import client_apps
from tests import report_fixture as fixture

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
REFUSED = (
    "What refused it: Block legacy authentication (53003 blocked by a Conditional Access policy)."
)
WHERE = (
    "It came from 198.51.100.7 and 2001:db8::7 (network AS64500; country CA): normal for this "
    "person or organisation."
)
AGENT = "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.14326; Pro)"
FAILED = "12 sign-ins failed, the last 2026-03-04 16:02 UTC."
STOPPED = (
    "Then it stopped: quiet for 7 h 57 min at the end of the data, without a success of the same "
    "kind of client."
)
ONGOING = "It was still failing at the end of the data."
NOTHING_MISSING = ("Nothing that is missing could change this verdict.",)
PLACE = EvidenceItem("own-place", YES, 0.3, "The place is normal.")


def told_of(verdict: Verdict, **changes: object) -> Story:
    result = replace(fixture.result(), verdicts=(verdict,), cutovers=(), **changes)
    return story(verdict, result)


def rival(cause: Cause, *items: EvidenceItem, lead: float = 3.0) -> Rival:
    return Rival(cause, lead, items)


def item(check: str, answer: Answer, weight: float, says: str, source: str = "sign-ins"):
    return EvidenceItem(check, answer, weight, says, source)


def unknown(check: str, if_yes: float, if_no: float, source: str = "sign-ins") -> EvidenceItem:
    return EvidenceItem(check, UNKNOWN, 0.0, f"{check} cannot be told.", source, if_yes, if_no)


MOVER = fixture.verdict(
    Cause.OUTLOOK_RECONFIGURATION,
    1,
    evidence=(
        item("own-move-completed", YES, 2.0, "The person's own mailbox was moved.", "moves"),
        item("mapi-http-off", YES, 0.8, "MAPI over HTTP is off.", "MAPI over HTTP"),
        item("outlook-bundle", NO, -2.3, "Only part of an Outlook's bundle was seen."),
        unknown("not-a-service", 0.2, -1.5),
        PLACE,
    ),
    rival=rival(
        Cause.LEGACY_OUTLOOK,
        item("from-the-start", NO, -0.3, "It began in the middle of the log."),
        item("no-move-explains-it", NO, -2.0, "A move explains it as well.", "moves"),
        PLACE,
    ),
)
DELEGATE = fixture.verdict(
    Cause.DELEGATE_ACCESS,
    3,
    evidence=(
        item("right-on-moved-mailbox", YES, 2.5, "The person has FullAccess on it.", "permissions"),
        item("own-mailbox-not-moved", YES, 1.0, "The own mailbox moved only later.", "moves"),
        item("soon-after-owner-move", YES, 0.5, "It began soon after.", "moves"),
        unknown("follows-a-wave", 1.3, -1.0, "moves"),
        unknown("mapi-http-off", 0.5, -0.6, "MAPI over HTTP"),
    ),
    rival=rival(
        Cause.LEGACY_OUTLOOK, item("from-the-start", YES, 0.8, "It was there from the start.")
    ),
)
SKYPE = fixture.verdict(
    Cause.SKYPE_FOR_BUSINESS,
    2,
    user_agents=("OC/16.0.1 (Skype for Business)",),
    evidence=(item("skype-agent", YES, 1.5, "The agent names Skype."),),
    rival=rival(Cause.LEGACY_APPLICATION),
)
ATTACK = fixture.verdict(
    Cause.CREDENTIAL_ATTACK,
    2,
    places=("hostile", "unfamiliar"),
    countries=(),
    networks=("192.0.2.0/24",),
    evidence=(
        item("hostile-source", YES, 9.0, "192.0.2.10 tried 18 people."),
        item(
            "known-password-in-strange-hands",
            YES,
            6.5,
            "192.0.2.10 tried 18 people. It was the right one.",
        ),
    ),
    rival=rival(
        Cause.MAIL_PROTOCOL, item("own-place", NO, -10.0, "192.0.2.10 tried 18 people."), lead=9.0
    ),
)
PHONE = fixture.verdict(
    Cause.NATIVE_ACTIVESYNC,
    0,
    user_agents=(),
    error_codes=(0,),
    evidence=(item("phone-agent", NO, -0.5, "The agents name no known phone."),),
    rival=rival(Cause.OTHER_POLICY),
)
PRINTER = fixture.verdict(
    Cause.MAIL_PROTOCOL,
    0,
    evidence=(item("protocol-is-mail", YES, 1.5, "The protocol is SMTP."),),
    rival=rival(
        Cause.OTHER_POLICY,
        item("not-the-legacy-block", NO, -1.5, "A legacy block refused.", "policies"),
    ),
)
OLD_OUTLOOK = fixture.verdict(
    Cause.LEGACY_OUTLOOK,
    0,
    evidence=(
        item("from-the-start", YES, 0.8, "It was there from the start."),
        item("build-cannot-do-modern-auth", NO, -0.2, "The agent names Outlook 16."),
    ),
    rival=rival(
        Cause.OUTLOOK_RECONFIGURATION,
        unknown("own-move-completed", 2.0, -4.0, "moves"),
        unknown("began-after-own-move", 1.5, -6.0, "moves"),
    ),
)
SCRIPT = fixture.verdict(
    Cause.LEGACY_APPLICATION,
    0,
    ip_addresses=("203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4"),
    ip_address_count=30,
    places=("familiar", "unknown"),
    last_seen=fixture.FIRST + timedelta(hours=1),
    events=1,
    evidence=(
        item("scripted-client", YES, 1.5, "The agent is a script's."),
        unknown("round-the-clock", 2.0, -0.4),
        unknown("own-place", 0.3, -10.0),
    ),
    rival=rival(Cause.OTHER_POLICY, lead=5.0),
)
PASSWORD = fixture.verdict(
    Cause.WRONG_PASSWORD,
    1,
    policies=(),
    error_codes=(50126,),
    evidence=(
        item("password-was-wrong", YES, 3.0, "The code says so."),
        item("succeeded-later", YES, 0.4, "The person succeeded later."),
    ),
    rival=rival(Cause.CREDENTIAL_ATTACK, item("hostile-source", NO, -0.5, "No others were tried.")),
)
POLICY = fixture.verdict(
    Cause.OTHER_POLICY,
    0,
    error_codes=(53000,),
    clients=(),
    user_agents=("Agent/" + "x" * 200, "Other/1"),
    evidence=(item("not-the-legacy-block", YES, 2.0, "Another policy refused.", "policies"),),
    rival=None,
)
FAILURE = fixture.verdict(
    Cause.OTHER_FAILURE,
    0,
    policies=(),
    error_codes=(),
    ip_addresses=(),
    ip_address_count=0,
    networks=(),
    places=(),
    evidence=(item("code-is-other", YES, 0.5, "The code is another."),),
    rival=rival(Cause.CREDENTIAL_ATTACK),
)
OPEN = fixture.verdict(
    Cause.UNDETERMINED,
    0,
    confidence=0.54,
    user_agents=(),
    alternatives=(
        Alternative(Cause.OUTLOOK_RECONFIGURATION, 0.46),
        Alternative(Cause.DELEGATE_ACCESS, 0.39),
    ),
    evidence=(
        unknown("own-move-completed", 2.0, -4.0, "moves"),
        item("uses-own-mailbox", NO, -0.3, "Nothing but Outlook was seen."),
        item("outlook-bundle", YES, 0.7, "An Outlook's bundle was seen."),
        PLACE,
    ),
    rival=rival(
        Cause.DELEGATE_ACCESS,
        unknown("right-on-moved-mailbox", 2.5, -3.0, "permissions"),
        item("follows-a-wave", YES, 1.3, "It began with other people's moves.", "moves"),
        PLACE,
        lead=0.2,
    ),
)

STORIES = {
    Cause.OUTLOOK_RECONFIGURATION: (
        MOVER,
        Story(
            told=(
                "The person's own mailbox, outlook.reconfiguration.1@contoso.example, moved to "
                "Exchange Online in batch Batch 7, completed 2026-03-02 05:00 UTC.",
                "2 h 14 min after that, 2026-03-02 07:14 UTC, Outlook was first blocked; " + FAILED,
                WHERE,
                "The log names Autodiscover and Outlook Anywhere (RPC over HTTP), with the agent "
                f"{AGENT}.",
                REFUSED,
                "It recovered 2026-03-04 18:02 UTC, 2 days 10 h after the first failure: Outlook "
                "then signed in with modern authentication.",
                "What speaks for it beside that: MAPI over HTTP is off.",
            ),
            otherwise=(
                "If it were an Outlook without modern authentication, no move, own or of a mailbox "
                "with rights, would explain it. Seen instead: A move explains it as well.",
                "And it would have been there from the start of the log. Seen instead: It began in "
                "the middle of the log.",
            ),
            against="Only part of an Outlook's bundle was seen. (sign-in log, -2.3)",
            would_settle=NOTHING_MISSING,
        ),
    ),
    Cause.DELEGATE_ACCESS: (
        DELEGATE,
        Story(
            told=(
                "Another mailbox, owner@contoso.example, moved to Exchange Online in "
                "batch Batch 7, completed 2026-03-02 05:00 UTC.",
                "2 h 14 min after that, 2026-03-02 07:14 UTC, Outlook was first blocked; " + FAILED,
                WHERE,
                f"The log names Autodiscover, with the agent {AGENT}.",
                REFUSED,
                "The person has FullAccess on it.",
                "On the person's own mailbox: The own mailbox moved only later.",
                "That owner@contoso.example was opened is inferred from rights and times: sign-ins "
                "name the delegate, never the mailbox.",
                ONGOING,
                "What speaks for it beside that: It began soon after.",
            ),
            otherwise=(
                "If it were an Outlook without modern authentication, nothing seen would have to "
                "differ: it is only the less likely of the two.",
            ),
            against=(
                "Nothing speaks against it. What speaks most for the next likely cause, an Outlook "
                "without modern authentication: It was there from the start. (sign-in log, +0.8)"
            ),
            would_settle=(
                "MAPI over HTTP state from before the move (Get-CASMailbox, "
                "Get-OrganizationConfig): what was given does not cover this mailbox. This would "
                "tell whether Outlook was on RPC over HTTP, which cannot do modern authentication. "
                "That could weaken the verdict, not overturn it.",
            ),
        ),
    ),
    Cause.SKYPE_FOR_BUSINESS: (
        SKYPE,
        Story(
            told=(
                "The person's own mailbox, skype.for.business.2@contoso.example, moved to Exchange "
                "Online in batch Batch 7, completed 2026-03-02 05:00 UTC.",
                "2 h 14 min after that, 2026-03-02 07:14 UTC, Skype for Business was first "
                "blocked; " + FAILED,
                WHERE,
                "The log names Exchange Web Services, with the agent OC/16.0.1 (Skype for "
                "Business).",
                REFUSED,
                STOPPED,
                "What speaks for it beside that: The agent names Skype.",
            ),
            otherwise=(
                "If it were a script or application, nothing seen would have to differ: it is only "
                "the less likely of the two.",
            ),
            against="Nothing speaks against it.",
            would_settle=NOTHING_MISSING,
        ),
    ),
    Cause.CREDENTIAL_ATTACK: (
        ATTACK,
        Story(
            told=(
                "2026-03-02 07:14 UTC, a client on IMAP, POP or SMTP was first blocked; " + FAILED,
                "It came from 198.51.100.7 and 2001:db8::7 (network 192.0.2.0/24): partly where "
                "wrong passwords were tried on many people, partly new for this person in address, "
                "network and country.",
                f"The log names IMAP4, with the agent {AGENT}.",
                REFUSED,
                "Nothing more of it was seen for 7 h 57 min until the end of the data.",
                "What speaks for it beside that: 192.0.2.10 tried 18 people. It was the right one.",
            ),
            otherwise=(
                "If it were an IMAP, POP or SMTP client, it would come from a place that is normal "
                "for the person. Seen instead: 192.0.2.10 tried 18 people.",
            ),
            against="Nothing speaks against it.",
            would_settle=NOTHING_MISSING,
        ),
    ),
    Cause.NATIVE_ACTIVESYNC: (
        PHONE,
        Story(
            told=(
                "2026-03-02 07:14 UTC, a mail app on ActiveSync was first blocked; " + FAILED,
                WHERE,
                "The log names Exchange ActiveSync, and no user agent.",
                "What refused it: Block legacy authentication.",
                ONGOING,
            ),
            otherwise=(
                "If it were another policy, nothing seen would have to differ: it is only the less "
                "likely of the two.",
            ),
            against="Little: The agents name no known phone. (sign-in log, -0.5)",
            would_settle=NOTHING_MISSING,
        ),
    ),
    Cause.MAIL_PROTOCOL: (
        PRINTER,
        Story(
            told=(
                "2026-03-02 07:14 UTC, a client on IMAP, POP or SMTP was first blocked; " + FAILED,
                WHERE,
                f"The log names Authenticated SMTP, with the agent {AGENT}.",
                REFUSED,
                ONGOING,
                "What speaks for it beside that: The protocol is SMTP.",
            ),
            otherwise=(
                "If it were another policy, what refused would be something else than a legacy "
                "block. Seen instead: A legacy block refused.",
            ),
            against="Nothing speaks against it.",
            would_settle=NOTHING_MISSING,
        ),
    ),
    Cause.LEGACY_OUTLOOK: (
        OLD_OUTLOOK,
        Story(
            told=(
                "own-move-completed cannot be told.",
                "2026-03-02 07:14 UTC, Outlook was first blocked; " + FAILED,
                WHERE,
                f"The log names MAPI Over HTTP, with the agent {AGENT}.",
                REFUSED,
                ONGOING,
                "What speaks for it beside that: It was there from the start.",
            ),
            otherwise=(
                "If it were an Outlook stuck since its mailbox moved, nothing seen would have to "
                "differ: it is only the less likely of the two.",
            ),
            against="Little: The agent names Outlook 16. (sign-in log, -0.2)",
            would_settle=(
                "Mailbox moves (Get-MoveRequestStatistics, or Get-MigrationUser with "
                "Get-MigrationBatch): those given do not hold this person; move requests are "
                "purged 30 days after completion, migration users are kept longer. This would tell "
                "whether and when the person's own mailbox moved. That could overturn the verdict, "
                "in favour of an Outlook stuck since its mailbox moved.",
            ),
        ),
    ),
    Cause.LEGACY_APPLICATION: (
        SCRIPT,
        Story(
            told=(
                "2026-03-02 07:14 UTC, a script or application was first blocked; it did so once.",
                "It came from 203.0.113.1, 203.0.113.2, 203.0.113.3 and 27 more (network AS64500; "
                "country CA): partly normal for this person or organisation, partly of which too "
                "few successes tell whether it is normal for this person.",
                f"The log names Exchange Web Services, with the agent {AGENT}.",
                REFUSED,
                ONGOING,
                "What speaks for it beside that: The agent is a script's.",
            ),
            otherwise=(
                "If it were another policy, nothing seen would have to differ: it is only the less "
                "likely of the two.",
            ),
            against="Nothing speaks against it.",
            would_settle=(
                "Successful sign-ins of more days, interactive and non-interactive: those given "
                "are too few. This would tell whether the place is normal for the person. That "
                "could overturn the verdict, in favour of another policy.",
                "Sign-ins of more days: those given show it on one day. This would tell how it "
                "goes on, and at which hours. That could make the verdict surer.",
            ),
        ),
    ),
    Cause.WRONG_PASSWORD: (
        PASSWORD,
        Story(
            told=(
                "2026-03-02 07:14 UTC, a modern client first failed; " + FAILED,
                WHERE,
                f"The log names Browser, with the agent {AGENT}.",
                "The answer was: 50126 user name or password is wrong.",
                "It recovered 2026-03-04 18:02 UTC, 2 days 10 h after the first failure: a modern "
                "client then signed in.",
            ),
            otherwise=(
                "If it were an attack on credentials, its address or network would have tried "
                "wrong passwords on many people. Seen instead: No others were tried.",
            ),
            against="Nothing speaks against it.",
            would_settle=NOTHING_MISSING,
        ),
    ),
    Cause.OTHER_POLICY: (
        POLICY,
        Story(
            told=(
                "2026-03-02 07:14 UTC, a modern client first failed; " + FAILED,
                WHERE,
                "The log names no client app, with the agent Agent/"
                f"{'x' * 114}… and 1 other agent.",
                "What refused it: Block legacy authentication (53000 device is not compliant).",
                ONGOING,
                "What speaks for it beside that: Another policy refused.",
            ),
            otherwise=(),
            against="Nothing speaks against it.",
            would_settle=NOTHING_MISSING,
        ),
    ),
    Cause.OTHER_FAILURE: (
        FAILURE,
        Story(
            told=(
                "2026-03-02 07:14 UTC, a modern client first failed; " + FAILED,
                "It came from an address not logged (country CA).",
                f"The log names Browser, with the agent {AGENT}.",
                ONGOING,
            ),
            otherwise=(
                "If it were an attack on credentials, nothing seen would have to differ: it is "
                "only the less likely of the two.",
            ),
            against="Nothing speaks against it.",
            would_settle=NOTHING_MISSING,
        ),
    ),
    Cause.UNDETERMINED: (
        OPEN,
        Story(
            told=(
                "own-move-completed cannot be told.",
                "2026-03-02 07:14 UTC, a client that the log does not name was first blocked; "
                + FAILED,
                WHERE,
                "The log names no client app, and no user agent.",
                REFUSED,
                ONGOING,
                "No cause has enough for it; the two closest are an Outlook stuck since its "
                "mailbox moved (46 %) and a delegate of a moved mailbox (39 %).",
                "For both speaks: The place is normal.",
                "For an Outlook stuck since its mailbox moved alone speaks: An Outlook's bundle "
                "was seen.",
                "For a delegate of a moved mailbox alone speaks: It began with other people's "
                "moves.",
            ),
            otherwise=(
                "If it were an Outlook stuck since its mailbox moved, a phone or Skype would use "
                "the person's mailbox there as well. Seen instead: Nothing but Outlook was seen.",
                "If it were a delegate of a moved mailbox, nothing seen would have to differ: it "
                "is only the less likely of the two.",
            ),
            against=(
                "Against an Outlook stuck since its mailbox moved: Nothing but Outlook was seen. "
                "(sign-in log, -0.3) Against a delegate of a moved mailbox: nothing."
            ),
            would_settle=(
                "Mailbox moves (Get-MoveRequestStatistics, or Get-MigrationUser with "
                "Get-MigrationBatch): those given do not hold this person; move requests are "
                "purged 30 days after completion, migration users are kept longer. This would tell "
                "whether and when the person's own mailbox moved. That could decide it.",
                "Mailbox permissions (Get-MailboxPermission, Get-MailboxFolderPermission): not "
                "given. This would tell whether the person has a right on a mailbox that moved. "
                "That could decide it.",
            ),
        ),
    ),
}


@pytest.mark.parametrize("cause", VERDICT_CAUSES, ids=str)
def test_each_cause_is_told_whole(cause: Cause) -> None:
    verdict, expected = STORIES[cause]

    assert told_of(verdict) == expected


@pytest.mark.parametrize("hypothesis", HYPOTHESES, ids=lambda each: each.cause.value)
def test_every_check_says_what_its_cause_would_have_shown(hypothesis) -> None:
    assert {check.id for check in hypothesis.checks} == set(EXPECTED[hypothesis.cause])


def test_no_check_is_named_that_no_hypothesis_asks() -> None:
    asked = {check.id for hypothesis in HYPOTHESES for check in hypothesis.checks}
    waiting = {check for checks in settling.WAITS_FOR.values() for check in checks}

    assert (waiting | settling.EXPORT_OF.keys() | TOLD) - asked == set()


def test_every_cause_and_client_family_has_a_noun() -> None:
    assert set(causes.NOUNS) == set(VERDICT_CAUSES) - {Cause.UNDETERMINED}
    assert set(client_apps.FAMILIES) <= set(causes.SUBJECTS)


def moved(**changes: object) -> list[str]:
    move = replace(MoveRef("amy@contoso.example", fixture.MOVED_AT, None, None), **changes)
    told = told_of(replace(MOVER, move=move)).told
    return [sentence for sentence in told if "Online" in sentence or "first blocked" in sentence]


def test_a_time_of_a_whole_batch_is_said_to_be_one() -> None:
    told = told_of(replace(MOVER, move=replace(MOVER.move, is_coarse=True))).told

    assert told[1:3] == (
        "That is the time of the whole batch; the mailbox itself may be up to a day off it.",
        "About 2 h 14 min after that, 2026-03-02 07:14 UTC, Outlook was first blocked; " + FAILED,
    )


def test_a_move_inferred_from_the_log_is_never_told_as_a_record() -> None:
    assert moved(is_inferred=True) == [
        "The person's own mailbox, amy@contoso.example, has no move on record. Exchange Online "
        "first met the person 2026-03-02 05:00 UTC: from that it is inferred that it moved then or "
        "earlier.",
        "At least 2 h 14 min after that, 2026-03-02 07:14 UTC, Outlook was first blocked; "
        + FAILED,
    ]


def test_a_supposed_owner_is_never_told_as_inferred() -> None:
    move = replace(DELEGATE.move, is_supposed=True)

    assert [each for each in told_of(replace(DELEGATE, move=move)).told if "opened" in each] == [
        "That owner@contoso.example was opened is only supposed: sign-ins name the delegate, never "
        "the mailbox."
    ]


@pytest.mark.parametrize(
    ("completed_at", "opening"),
    [
        (fixture.FIRST, "At that very time, 2026-03-02 07:14 UTC, "),
        (fixture.FIRST + timedelta(hours=3), "Already 3 h before that, 2026-03-02 07:14 UTC, "),
    ],
)
def test_a_failure_at_or_before_the_move_is_told_so(completed_at, opening: str) -> None:
    assert moved(completed_at=completed_at)[1].startswith(opening)


def test_a_move_joined_by_a_weak_name_is_said_to_be() -> None:
    told = told_of(replace(MOVER, move=replace(MOVER.move, joined_by="display name"))).told

    assert told[1] == "The move names the mailbox by display name only, which is a weak join."


def test_a_delegate_whose_owner_is_not_known_is_told_as_such() -> None:
    told = told_of(replace(DELEGATE, move=None)).told

    assert told[0] == "No move is known of a mailbox that the person can open."
    assert told[7] == "So whose mailbox was opened is not known: sign-ins never name it."


def test_the_own_cut_over_of_somebody_else_s_cause_is_told_too_and_excuses_no_attack() -> None:
    own = MoveRef(ATTACK.user, fixture.MOVED_AT, "Batch 7", "Completed")
    result = replace(fixture.result(), verdicts=(ATTACK,), cutovers=(own,))

    assert story(ATTACK, result).told[:2] == (
        "The person's own mailbox, credential.attack.2@contoso.example, moved to Exchange Online "
        "in batch Batch 7, completed 2026-03-02 05:00 UTC.",
        "The move does not excuse what follows.",
    )


@pytest.mark.parametrize(
    ("missing", "evidence", "expected"),
    [
        (("moves",), (), "No move export was given, so whether the mailbox moved cannot be told."),
        ((), (), "The move export has no completed move of this person's mailbox."),
        (
            (),
            (item("own-mailbox-not-moved", YES, 1.0, "It has no completed move (archive-only)."),),
            "It has no completed move (archive-only).",
        ),
    ],
)
def test_why_no_move_is_told_is_said(missing, evidence, expected: str) -> None:
    coverage = replace(
        fixture.coverage(),
        evidence_missing=tuple(EvidenceMissing(name, "") for name in missing),
    )

    told = told_of(replace(OLD_OUTLOOK, evidence=evidence, rival=None), coverage=coverage).told

    assert told[0] == expected


def test_the_client_that_got_in_is_the_one_of_the_timeline() -> None:
    at = MOVER.recovered_at.replace(minute=0, second=0)
    marks = (TimelineMark(at, "modern", "success", 1, ""),)

    told = told_of(MOVER, timelines={MOVER.user: marks}).told

    assert told[5].endswith("a modern client then signed in with modern authentication.")


def test_a_recovery_without_a_time_says_so() -> None:
    told = told_of(replace(MOVER, status=Status.RECOVERED, recovered_at=None)).told

    assert told[5] == "It recovered, at a time that cannot be told."


def settled(verdict: Verdict, *missing: str, cutovers: tuple[MoveRef, ...] = ()) -> list[str]:
    """Names of the exports that would settle it, in order, with their effect."""
    coverage = replace(
        fixture.coverage(),
        evidence_missing=tuple(EvidenceMissing(name, "") for name in missing),
    )
    result = replace(fixture.result(), verdicts=(verdict,), cutovers=cutovers, coverage=coverage)
    names = {export.name: name for name, export in EXPORTS.items()}
    return [
        next((names[name] for name in names if sentence.startswith(f"{name}: ")), sentence)
        for sentence in story(verdict, result).would_settle
    ]


def of(*items: EvidenceItem, **changes: object) -> Verdict:
    made = fixture.verdict(Cause.OUTLOOK_RECONFIGURATION, 0, evidence=items, move=None)
    return replace(made, **{"rival": None, **changes})


RIGHT = unknown("right-on-moved-mailbox", 2.5, -3.0, "permissions")
OWN_MOVE = unknown("own-move-completed", 2.0, -4.0, "moves")
QUIET = unknown("not-seen-before-move", 0.7, -6.0)
CUTOVER = MoveRef("outlook.reconfiguration.0@contoso.example", fixture.MOVED_AT, None, None)


def test_the_export_that_could_move_the_verdict_most_comes_first() -> None:
    verdict = of(OWN_MOVE, RIGHT, unknown("mapi-http-off", 0.8, -0.8, "MAPI over HTTP"))

    assert settled(verdict, "moves", "permissions", "org_config") == [
        "moves",
        "permissions",
        "mapi",
    ]


def test_what_was_given_and_answered_is_not_asked_for_again() -> None:
    no_right = item("right-on-moved-mailbox", NO, -3.0, "No right.", "permissions")
    follows = unknown("began-after-owner-move", 1.8, -5.0, "moves")

    assert settled(of(no_right, follows)) == list(NOTHING_MISSING)


def test_a_person_whom_the_moves_would_hold_needs_no_more_moves() -> None:
    recorded = item("exports-may-lack-it", NO, -2.5, "They hold all.", "moves")

    assert settled(of(OWN_MOVE, recorded)) == list(NOTHING_MISSING)


def test_a_log_that_begins_too_late_asks_for_the_time_before_a_known_move() -> None:
    assert settled(of(QUIET), cutovers=(CUTOVER,)) == ["earlier"]
    assert settled(of(QUIET)) == ["moves"]


def test_groups_with_rights_ask_for_their_members_where_permissions_were_given() -> None:
    sentence = told_of(of(RIGHT), coverage=fixture.coverage()).would_settle[0]
    given = replace(fixture.coverage(), evidence_missing=())
    of_groups = told_of(of(RIGHT), coverage=given).would_settle[0]

    assert ": not given. " in sentence
    assert ": in those given, groups or unknown names hold rights; export the mem" in of_groups


def test_a_client_that_no_row_names_asks_for_an_export_that_names_it() -> None:
    check = unknown("build-can-do-modern-auth", 0.4, -5.0)

    assert settled(of(check, clients=(), user_agents=())) == ["clients"]
    assert settled(of(check)) == list(NOTHING_MISSING)


def test_a_check_that_nobody_listed_asks_for_its_source_only_where_that_was_not_given() -> None:
    new = unknown("new-check", 3.0, -3.0, "moves")

    assert settled(of(new), "moves") == ["moves"]
    assert settled(of(new)) == list(NOTHING_MISSING)


@pytest.mark.parametrize(
    ("lead", "effect"),
    [
        (3.9, "That could overturn the verdict, in favour of an Outlook without modern authentica"),
        (4.1, "That could weaken the verdict, not overturn it."),
    ],
)
def test_an_export_overturns_a_verdict_only_where_it_weighs_more_than_the_lead(
    lead: float, effect: str
) -> None:
    verdict = of(OWN_MOVE, rival=rival(Cause.LEGACY_OUTLOOK, lead=lead))

    assert effect in told_of(verdict).would_settle[0]


def test_an_answer_that_both_causes_share_moves_neither() -> None:
    verdict = of(OWN_MOVE, rival=rival(Cause.DELEGATE_ACCESS, OWN_MOVE))

    assert settled(verdict, "moves") == list(NOTHING_MISSING)


def test_an_open_verdict_that_no_export_decides_says_whom_to_ask() -> None:
    verdict = replace(OPEN, evidence=(PLACE,), rival=rival(Cause.DELEGATE_ACCESS, PLACE))

    assert told_of(verdict).would_settle == (
        "No export that could be given would decide it: ask the person which client it is.",
    )


def test_every_format_of_one_person_tells_the_story_and_the_report_of_all_does_not() -> None:
    result = replace(fixture.result(), verdicts=(MOVER,))
    told = document.explain(result, MOVER.user)
    everybody = document.build(result)

    for render in (terminal.render, markdown.render, html.render, html.fragment):
        assert "What would settle it" in render(told)
        assert "What would settle it" not in render(everybody)


def test_json_of_one_person_adds_the_story_and_reads_back_as_the_same_result() -> None:
    result = replace(fixture.result(), verdicts=(MOVER,))
    told = document.explain(result, MOVER.user)

    text = jsonout.explained(told)

    (verdict,) = json.loads(text)["verdicts"]
    expected = story(MOVER, told.result)
    assert {key: verdict[key] for key in ("story", "otherwise", "against", "would_settle")} == {
        "story": list(expected.told),
        "otherwise": list(expected.otherwise),
        "against": expected.against,
        "would_settle": list(expected.would_settle),
    }
    assert jsonin.loads(text) == told.result


def test_a_saved_result_tells_the_same_story_as_the_triage_itself() -> None:
    verdicts = tuple(verdict for verdict, _ in STORIES.values())
    result: Result = replace(fixture.result(), verdicts=verdicts)

    again = jsonin.loads(jsonout.dumps(result))

    assert [story(each, again) for each in again.verdicts] == [
        story(each, result) for each in verdicts
    ]


@pytest.mark.parametrize("text", fixture.HOSTILE_TEXTS)
def test_hostile_text_in_a_story_stays_text_in_every_format(text: str) -> None:
    made = next(each for each in fixture.hostile().verdicts if each.user == text)
    spoken = item("own-move-completed", NO, -1.0, text, text)
    verdicts = tuple(
        replace(made, cause=cause, id=cause.value, evidence=(*made.evidence, spoken))
        for cause in VERDICT_CAUSES
    )
    told = document.explain(replace(fixture.hostile(), verdicts=verdicts), text)

    plain, marked, page, fragment = (
        render(told) for render in (terminal.render, markdown.render, html.render, html.fragment)
    )

    for words in (plain, marked, page, fragment, jsonout.explained(told)):
        assert not [mark for mark in words if is_unseen(mark) and mark != "\n"]
    assert max(len(line) for line in plain.splitlines()) <= terminal.WIDTH
    assert "<" not in marked
    if "<" in text:
        assert text not in page
        assert text not in fragment

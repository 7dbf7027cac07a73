"""Hand-made results for the report and command-line tests: one verdict of each cause."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from analyzer.results import (
    KIND_OF,
    VERDICT_CAUSES,
    Alternative,
    Answer,
    Cause,
    Coverage,
    EvidenceItem,
    EvidenceMissing,
    InputRead,
    MoveRef,
    PolicyRef,
    Result,
    Rival,
    Status,
    TimelineMark,
    Verdict,
)

MOVED_AT = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
FIRST = datetime(2026, 3, 2, 7, 14, tzinfo=UTC)
LAST = datetime(2026, 3, 4, 16, 2, 30, tzinfo=UTC)
GENERATED = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)

SCRIPT = '<script>document.title="owned"</script>'
HOSTILE_TEXTS = (
    SCRIPT,
    '"><img src=x onerror="document.title=1">',
    "</script><script>document.title='owned'</script>",
    '=HYPERLINK("http://198.51.100.9/","x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\x1b[31mred\x1b[0m\x1b]8;;http://198.51.100.9/\x07link\x1b]8;;\x07",
    "abc\u202egnp.exe\u2066x\u2069",
    "zero\u200bwidth\ufeff",
    "line one\nline two\r\n# heading",
    "a|b`c`*d*_e_[link](http://198.51.100.9/)<b>@everyone",
    "'; Remove-Item -Recurse C:\\; '",
    "\u2019; Stop-Computer; \u2018",
    "#> Stop-Computer <#",
    "$(Stop-Computer)",
    "`nStop-Computer",
    "[bold red]not markup[/bold red]",
    "{{ 7*7 }}{% raw %}",
    "\udcff lone surrogate",
    "nul\x00byte\x9bC1",
)

FAMILY_OF = {
    Cause.OUTLOOK_RECONFIGURATION: (
        "outlook",
        ("Autodiscover", "Outlook Anywhere (RPC over HTTP)"),
    ),
    Cause.DELEGATE_ACCESS: ("outlook", ("Autodiscover",)),
    Cause.SKYPE_FOR_BUSINESS: ("skype", ("Exchange Web Services",)),
    Cause.CREDENTIAL_ATTACK: ("mail-protocol", ("IMAP4",)),
    Cause.NATIVE_ACTIVESYNC: ("activesync", ("Exchange ActiveSync",)),
    Cause.MAIL_PROTOCOL: ("mail-protocol", ("Authenticated SMTP",)),
    Cause.LEGACY_OUTLOOK: ("outlook", ("MAPI Over HTTP",)),
    Cause.LEGACY_APPLICATION: ("application", ("Exchange Web Services",)),
    Cause.WRONG_PASSWORD: ("modern", ("Browser",)),
    Cause.OTHER_POLICY: ("modern", ("Mobile Apps and Desktop clients",)),
    Cause.OTHER_FAILURE: ("modern", ("Browser",)),
    Cause.UNDETERMINED: ("unknown", ()),
}
STATUSES = (Status.ONGOING, Status.RECOVERED, Status.STOPPED)
WITH_MOVE = {Cause.OUTLOOK_RECONFIGURATION, Cause.SKYPE_FOR_BUSINESS, Cause.DELEGATE_ACCESS}


def _move(cause: Cause, user: str) -> MoveRef | None:
    if cause not in WITH_MOVE:
        return None
    mailbox = "owner@contoso.example" if cause is Cause.DELEGATE_ACCESS else user
    return MoveRef(mailbox, MOVED_AT, "Batch 7", "Completed", mailbox_smtp=mailbox)


def verdict(cause: Cause, number: int = 1, **changes: object) -> Verdict:
    """A plausible verdict of ``cause`` about person ``number``."""
    user = f"{cause.value.replace('-', '.')}.{number}@contoso.example"
    family, clients = FAMILY_OF[cause]
    status = STATUSES[number % 3]
    made = Verdict(
        id=f"{list(Cause).index(cause):02x}{number:06x}",
        user=user,
        user_id=f"00000000-0000-4000-8000-{number:012d}",
        display_name=f"Person {number}",
        cause=cause,
        kind=KIND_OF[cause],
        client_family=family,
        confidence=0.91,
        status=status,
        clients=clients,
        user_agents=("Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.14326; Pro)",),
        events=12,
        first_seen=FIRST,
        last_seen=LAST,
        recovered_at=LAST + timedelta(hours=2) if status is Status.RECOVERED else None,
        ip_addresses=("198.51.100.7", "2001:db8::7"),
        ip_address_count=2,
        countries=("CA",),
        error_codes=(53003,),
        move=_move(cause, user),
        policies=(
            PolicyRef("5f3c6d5e-0000-4000-8000-000000000001", "Block legacy authentication"),
        ),
        evidence=(
            EvidenceItem(
                "after-move",
                Answer.YES,
                2.5,
                "The first failure came 2 h 14 min after the move.",
                "moves",
            ),
            EvidenceItem("agent", Answer.NO, -0.4, "The user agent is not Outlook's."),
            EvidenceItem(
                "mapi-off",
                Answer.UNKNOWN,
                0.0,
                "Whether MAPI over HTTP is on cannot be told.",
                "mapi_http",
                if_yes=0.8,
                if_no=-0.8,
            ),
        ),
        alternatives=(Alternative(Cause.LEGACY_OUTLOOK, 0.06),),
        actions=("Enable MAPI over HTTP for the mailbox.", "Restart Outlook."),
        signin_ids=("aaaaaaaa-0000-4000-8000-000000000001",),
        user_smtp=user,
        would_decide=("A permissions export.",) if cause is Cause.UNDETERMINED else (),
        rival=_rival(cause),
        networks=("AS64500",),
        places=("familiar",),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def _rival(cause: Cause) -> Rival:
    other = Cause.LEGACY_OUTLOOK if cause is not Cause.LEGACY_OUTLOOK else Cause.OTHER_POLICY
    return Rival(
        other,
        2.7,
        (
            EvidenceItem("from-the-start", Answer.NO, -0.3, "It began in the middle of the log."),
            EvidenceItem("own-place", Answer.YES, 0.3, "The place is normal for the person."),
        ),
    )


def timeline(hours: int = 6) -> tuple[TimelineMark, ...]:
    """A move, then blocked Outlook hours, then one success."""
    start = MOVED_AT.replace(hour=7)
    blocked = tuple(
        TimelineMark(
            start + timedelta(hours=hour),
            "outlook",
            "blocked",
            4,
            "4 sign-ins blocked.",
            Cause.OUTLOOK_RECONFIGURATION,
        )
        for hour in range(hours)
    )
    move = TimelineMark(
        MOVED_AT, "move", "move", 1, "The mailbox move completed.", None, "moves.csv:2"
    )
    success = TimelineMark(
        start + timedelta(hours=hours + 1), "outlook", "success", 2, "2 sign-ins with modern auth."
    )
    return (move, *blocked, success)


def coverage(*, complete: bool = True) -> Coverage:
    """What was read: one good file, and when not ``complete`` also bad lines and a refusal."""
    good = InputRead("exports/signins.json", "graph", 400, duplicates=3)
    missing = (EvidenceMissing("permissions", "who has rights on the moved mailboxes"),)
    if complete:
        return Coverage(True, 400, 3, 0, (good,), evidence_missing=missing, notes=("A note.",))
    bad = (
        InputRead("exports/broken.json", "graph", 10, rejected=2),
        InputRead(
            "exports/audit.json",
            "",
            0,
            refused="it is a directory audit",
            remedy="Export sign-ins.",
        ),
    )
    return Coverage(
        False,
        410,
        3,
        2,
        (good, *bad),
        gaps=("Nothing was received from 2026-03-03 00:00 to 06:00 UTC.",),
        evidence_missing=missing,
        notes=("2 moves are archive-only and are no cut-over.",),
        counts={"moves_cutover": 3, "moves_archive_only": 2},
    )


def result(*, complete: bool = True) -> Result:
    """One verdict of each cause."""
    verdicts = tuple(verdict(cause, number) for number, cause in enumerate(VERDICT_CAUSES))
    mover = verdicts[0]
    return Result(
        generated_at=GENERATED,
        window_from=datetime(2026, 2, 20, tzinfo=UTC),
        window_to=datetime(2026, 3, 5, tzinfo=UTC),
        coverage=coverage(complete=complete),
        verdicts=verdicts,
        events_by_cause={"success": 200, "legacy-success": 7, "outlook-reconfiguration": 12},
        timelines={mover.user: timeline()},
        cutovers=(
            MoveRef(mover.user, MOVED_AT, "Batch 7", "Completed", mailbox_smtp=mover.user),
            MoveRef("quiet@contoso.example", MOVED_AT, "Batch 7", "Completed"),
        ),
    )


def empty(*, complete: bool = True) -> Result:
    """A result without any verdict."""
    return replace(result(complete=complete), verdicts=(), timelines={}, events_by_cause={})


def hostile() -> Result:
    """Every free-text field of every verdict holds a hostile string, each string somewhere."""
    count = len(HOSTILE_TEXTS)
    verdicts = tuple(
        _hostile_verdict(VERDICT_CAUSES[number % len(VERDICT_CAUSES)], number, text)
        for number, text in enumerate(HOSTILE_TEXTS)
    )
    marks = {
        v.user: (
            TimelineMark(MOVED_AT, "move", "move", 1, v.user, None, v.user),
            TimelineMark(FIRST, v.user, v.user, 3, v.user, v.cause, v.user),
        )
        for v in verdicts
    }
    nasty = HOSTILE_TEXTS[0] + HOSTILE_TEXTS[9] + HOSTILE_TEXTS[10]
    covered = Coverage(
        False,
        count,
        0,
        1,
        tuple(
            InputRead(text, text, 1, rejected=1, refused=text, remedy=text)
            for text in HOSTILE_TEXTS
        ),
        gaps=HOSTILE_TEXTS,
        evidence_missing=tuple(EvidenceMissing(text, text) for text in HOSTILE_TEXTS),
        notes=HOSTILE_TEXTS,
        counts={nasty: 1},
    )
    return replace(result(), coverage=covered, verdicts=verdicts, timelines=marks)


def _hostile_verdict(cause: Cause, number: int, text: str) -> Verdict:
    return verdict(
        cause,
        number,
        id=f"ff{number:06x}",
        user=text,
        user_id=text,
        display_name=text,
        client_family=text,
        clients=(text,),
        user_agents=(text,),
        ip_addresses=(text,),
        countries=(text,),
        move=MoveRef(text, MOVED_AT, text, text, text, joined_by=text),
        policies=(PolicyRef(text, text),),
        evidence=(
            EvidenceItem(text, Answer.YES, 1.0, text, text),
            EvidenceItem("against", Answer.NO, -1.0, text, text),
            EvidenceItem("unknown", Answer.UNKNOWN, 0.0, text, text),
        ),
        actions=(text,),
        signin_ids=(text,),
        user_smtp=text,
        would_decide=(text,),
        rival=Rival(
            Cause.OTHER_POLICY,
            1.0,
            (
                EvidenceItem(text, Answer.YES, 1.0, text, text),
                EvidenceItem("against", Answer.NO, -1.0, text, text),
            ),
        ),
        networks=(text,),
        places=(text,),
    )

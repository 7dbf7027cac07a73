"""The document says what is missing first, words every cause, and finds a person by any name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from analyzer.errors import UsageError
from analyzer.report import causes, document
from analyzer.report.cards import move_words
from analyzer.report.model import Tone
from analyzer.report.moments import moments
from analyzer.report.phrases import counted, duration, listed, percent, stamp
from analyzer.report.visible import one_line, visible
from analyzer.results import (
    VERDICT_CAUSES,
    Alternative,
    Answer,
    Cause,
    EvidenceItem,
    EvidenceMissing,
    InputRead,
    Kind,
    MoveRef,
    Status,
    TimelineMark,
)
from analyzer.vocabulary import client_apps
from tests import report_fixture as fixture


def test_every_cause_kind_status_answer_and_family_has_words() -> None:
    assert set(causes.CAUSES) == set(Cause)
    assert set(causes.KINDS) == set(Kind)
    assert set(causes.STATUSES) == set(Status)
    assert set(causes.ANSWERS) == set(Answer)
    assert set(client_apps.FAMILIES) <= set(causes.FAMILIES)
    assert all(words.title and words.means.endswith(".") for words in causes.CAUSES.values())


def test_missing_data_is_the_first_block_and_names_gap_refusal_and_rejects() -> None:
    told = document.build(fixture.result(complete=False))

    first = told.coverage[0]
    assert first.tone is Tone.ALARM
    assert first.sentences == (
        "Nothing was received from 2026-03-03 00:00 to 06:00 UTC.",
        "exports/audit.json was refused whole: it is a directory audit. Export sign-ins.",
        "exports/broken.json: 2 records could not be read (list them with --rejects FILE).",
    )
    assert told.headline.endswith("Part of the data is missing: there may be more.")


def test_complete_data_raises_no_alarm_but_names_the_evidence_not_given() -> None:
    told = document.build(fixture.result())

    assert [(block.title, block.tone) for block in told.coverage] == [
        ("Evidence that was not given", Tone.CAUTION),
        ("Please note", Tone.CAUTION),
        ("What was read", Tone.CALM),
    ]
    assert told.coverage[0].sentences == (
        "Mailbox permissions: would tell who has rights on the moved mailboxes.",
    )


def test_what_an_export_would_tell_goes_on_in_the_same_sentence() -> None:
    missing = (EvidenceMissing("moves", "Which mailboxes moved."), EvidenceMissing("x", "MAPI."))
    result = fixture.result()
    told = document.build(
        replace(result, coverage=replace(result.coverage, evidence_missing=missing))
    )

    assert told.coverage[0].sentences == (
        "Mailbox moves: would tell which mailboxes moved.",
        "X: would tell MAPI.",
    )


def test_data_marked_incomplete_without_a_reason_still_raises_the_alarm() -> None:
    result = fixture.result()
    unexplained = replace(result, coverage=replace(result.coverage, complete=False))

    first = document.build(unexplained).coverage[0]

    assert (first.tone, len(first.sentences)) == (Tone.ALARM, 1)


def test_a_thousand_refused_files_are_counted_not_listed() -> None:
    inputs = tuple(InputRead(f"{n}.json", "", 0, refused="no") for n in range(1000))
    result = fixture.result()
    many = replace(result, coverage=replace(result.coverage, complete=False, inputs=inputs))

    sentences = document.build(many).coverage[0].sentences

    assert len(sentences) == 13
    assert sentences[-1] == "And 988 more refused files; --format json lists them all."


def test_nothing_found_in_complete_data_warns_that_an_empty_log_proves_nothing() -> None:
    told = document.build(fixture.empty())

    notes = next(block for block in told.coverage if block.title == "Please note")
    assert told.headline == "No failure that needs explaining was found."
    assert "does not prove" in notes.sentences[-1]
    assert told.groups == told.summary == ()


def test_nothing_read_says_that_nothing_can_be_said() -> None:
    result = fixture.empty()
    unread = replace(result, coverage=replace(result.coverage, events_read=0), window_from=None)

    told = document.build(unread)

    assert told.headline == "No sign-in was read, so nothing can be said about anybody."
    assert told.window == "No sign-in carries a time"


def test_nothing_found_in_part_of_the_data_says_so() -> None:
    told = document.build(fixture.empty(complete=False))

    assert told.headline == (
        "No failure was found in what could be read; part of the data is missing."
    )


def test_people_are_counted_once_however_many_verdicts_they_have() -> None:
    one = fixture.verdict(Cause.OUTLOOK_RECONFIGURATION, 1)
    other = replace(one, id="other", client_family="ews")
    told = document.build(replace(fixture.result(), verdicts=(one, other)))

    assert told.headline == "1 person with failing sign-ins: 1 wrongly taken for legacy clients."
    assert told.tallies[0].people == told.summary[0].people == 1
    assert told.summary[0].events == 24


def test_groups_follow_the_order_of_causes_and_the_most_urgent_comes_first() -> None:
    recovered, stopped, ongoing = (
        fixture.verdict(Cause.MAIL_PROTOCOL, number, events=events)
        for number, events in ((1, 90), (2, 50), (3, 1))
    )
    busier = fixture.verdict(Cause.MAIL_PROTOCOL, 6, events=2)
    attack = fixture.verdict(Cause.CREDENTIAL_ATTACK, 1)
    verdicts = (recovered, stopped, ongoing, busier, attack)

    told = document.build(replace(fixture.result(), verdicts=verdicts))

    assert [group.cause for group in told.groups] == [Cause.CREDENTIAL_ATTACK, Cause.MAIL_PROTOCOL]
    assert [card.verdict for card in told.groups[1].cards] == [busier, ongoing, stopped, recovered]


@pytest.mark.parametrize(
    ("status", "recovered_after", "expected"),
    [
        (Status.ONGOING, None, "Still failing at the end of the data."),
        (Status.STOPPED, None, "Stopped: quiet for 7 h 57 min at the end of the data"),
        (
            Status.RECOVERED,
            timedelta(hours=2),
            "Recovered 2026-03-04 18:02 UTC, 2 days 10 h after the first failure.",
        ),
        (Status.RECOVERED, None, "Recovered, at a time that cannot be told."),
    ],
)
def test_a_card_says_where_it_stands_and_how_long_it_took(
    status: Status, recovered_after: timedelta | None, expected: str
) -> None:
    recovered_at = None if recovered_after is None else fixture.LAST + recovered_after
    verdict = fixture.verdict(Cause.LEGACY_OUTLOOK, status=status, recovered_at=recovered_at)

    told = document.build(replace(fixture.result(), verdicts=(verdict,)))

    standing = told.groups[0].cards[0].standing
    assert standing.startswith(expected)
    assert standing.endswith("First failed 2026-03-02 07:14 UTC, last 2026-03-04 16:02 UTC.")


def test_evidence_is_sorted_by_what_it_spoke_for_and_nothing_is_lost() -> None:
    items = (
        EvidenceItem("weak", Answer.YES, 0.5, "weak"),
        EvidenceItem("against", Answer.YES, -2.0, "against"),
        EvidenceItem("strong", Answer.NO, 3.0, "strong"),
        EvidenceItem("neither", Answer.NO, 0.0, "neither"),
        EvidenceItem("unknown", Answer.UNKNOWN, 0.0, "unknown"),
    )
    verdict = fixture.verdict(Cause.DELEGATE_ACCESS, evidence=items)

    card = document.build(replace(fixture.result(), verdicts=(verdict,))).groups[0].cards[0]

    said = [
        [line.says for line in lines]
        for lines in (card.supports, card.speaks_against, card.noted, card.unknown)
    ]
    assert said == [["strong", "weak"], ["against"], ["neither"], ["unknown"]]


def test_the_move_of_a_delegate_is_named_as_the_owners() -> None:
    told = document.build(fixture.result())

    facts = {
        group.cause: {fact.name: fact.value for fact in group.cards[0].facts}
        for group in told.groups
    }
    assert "Move" in facts[Cause.OUTLOOK_RECONFIGURATION]
    assert facts[Cause.DELEGATE_ACCESS]["Owner's move"] == (
        "owner@contoso.example, completed 2026-03-02 05:00 UTC (batch Batch 7, Completed)"
    )
    assert all(
        "Move" not in facts[cause] and "Owner's move" not in facts[cause]
        for cause in set(VERDICT_CAUSES) - fixture.WITH_MOVE
    )


def test_more_addresses_than_are_listed_are_counted() -> None:
    verdict = fixture.verdict(Cause.CREDENTIAL_ATTACK, ip_address_count=412)

    card = document.build(replace(fixture.result(), verdicts=(verdict,))).groups[0].cards[0]

    facts = {fact.name: fact.value for fact in card.facts}
    assert facts["Addresses"] == "198.51.100.7, 2001:db8::7 and 410 more"


PERSON = fixture.verdict(Cause.OUTLOOK_RECONFIGURATION, 0)


@pytest.mark.parametrize(
    "name",
    [
        PERSON.user,
        f"  {PERSON.user.upper()} ",
        PERSON.user_id,
        PERSON.display_name,
        "PERSON 0",
    ],
)
def test_a_person_is_found_by_any_name_in_any_case(name: str) -> None:
    told = document.explain(fixture.result(), name)

    assert told.person == PERSON.user
    assert [card.verdict.id for group in told.groups for card in group.cards] == [PERSON.id]
    assert told.result.coverage == fixture.result().coverage
    assert told.result.events_by_cause == {}


def test_a_timeline_is_in_order_with_the_like_hours_of_a_day_as_one_line() -> None:
    told = document.explain(fixture.result(), PERSON.user)

    assert [(each.when, each.what, each.says, each.source) for each in told.timeline] == [
        ("2026-03-02 05:00 UTC", "Mailbox move", "The mailbox move completed.", "moves.csv:2"),
        (
            "2026-03-02 07:00 to 13:00 UTC",
            "Outlook: 24 blocked",
            "Outlook stuck since its mailbox moved",
            "",
        ),
        ("2026-03-02 14:00 to 15:00 UTC", "Outlook: 2 signed in", "", ""),
    ]


def test_a_day_that_ends_at_midnight_says_24_and_each_day_has_its_own_line() -> None:
    late = fixture.MOVED_AT.replace(hour=22)
    marks = tuple(
        TimelineMark(late + timedelta(hours=hours), "outlook", "blocked", 1, "")
        for hours in range(4)
    )

    lines = moments(marks)

    assert [(line.when, line.what) for line in lines] == [
        ("2026-03-02 22:00 to 24:00 UTC", "Outlook: 2 blocked"),
        ("2026-03-03 00:00 to 02:00 UTC", "Outlook: 2 blocked"),
    ]


def test_advice_to_many_is_one_line_and_what_one_recovered_person_needs_is_not_in_it() -> None:
    waiting = [fixture.verdict(Cause.OUTLOOK_RECONFIGURATION, number * 3) for number in range(1, 3)]
    waiting = [replace(v, actions=(f"Repair the profile of {v.user}.", "Tell.")) for v in waiting]
    done = fixture.verdict(Cause.OUTLOOK_RECONFIGURATION, 1, actions=("Nothing more to do.",))

    told = document.build(replace(fixture.result(), verdicts=(*waiting, done)))

    assert told.groups[0].actions == ("Repair the profile of the person.", "Tell.")


def test_a_mover_without_failures_is_explained_by_the_move() -> None:
    told = document.explain(fixture.result(), "quiet@contoso.example")

    assert told.headline == (
        "No failure of quiet@contoso.example was found in the sign-ins read. "
        "The mailbox moved, completed 2026-03-02 05:00 UTC."
    )


def test_a_name_that_several_people_have_is_refused_with_all_of_them() -> None:
    namesakes = tuple(
        fixture.verdict(Cause.MAIL_PROTOCOL, number, display_name="Amy Adler") for number in (1, 2)
    )

    with pytest.raises(UsageError, match="2 people are named 'amy adler'") as caught:
        document.explain(replace(fixture.result(), verdicts=namesakes), "amy adler")

    assert "mail.protocol.1@contoso.example, mail.protocol.2@contoso.example" in str(caught.value)


def test_a_misspelt_name_is_answered_with_the_likely_one() -> None:
    with pytest.raises(UsageError) as caught:
        document.explain(fixture.result(), "delegate.acess.1@contoso.example")

    assert caught.value.remedy == "Did you mean 'delegate.access.1@contoso.example'?"


def test_an_unlike_name_is_answered_without_a_guess() -> None:
    with pytest.raises(UsageError) as caught:
        document.explain(fixture.result(), "zz")

    assert caught.value.remedy == "Give a user principal name, object id or display name."


@pytest.mark.parametrize("text", fixture.HOSTILE_TEXTS)
def test_visible_text_holds_no_character_that_hides_or_moves_anything(text: str) -> None:
    shown = one_line(text)

    assert shown.isprintable()
    assert visible(shown) == shown
    assert shown.encode("utf-8")


def test_visible_text_keeps_letters_of_every_script() -> None:
    for text in ("Zoë Müller", "Ольга", "عمر", "山田太郎", "क्‍ष", "می‌خواهم"):
        assert visible(text) == text


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "less than a minute"),
        (59, "less than a minute"),
        (60, "1 min"),
        (3_600, "1 h"),
        (8_040, "2 h 14 min"),
        (86_400, "1 day"),
        (205_200, "2 days 9 h"),
    ],
)
def test_durations_are_said_in_their_two_largest_units(seconds: int, expected: str) -> None:
    assert duration(timedelta(seconds=seconds)) == expected


def test_small_phrases() -> None:
    assert [percent(share) for share in (0.914, 0.999, 1.0, 0.0)] == [
        "91 %",
        "99 %",
        "100 %",
        "0 %",
    ]
    assert [counted(number, "file") for number in (0, 1, 1200)] == [
        "0 files",
        "1 file",
        "1,200 files",
    ]
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert stamp(fixture.LAST) == "2026-03-04 16:02 UTC"


def test_alternatives_are_named_with_their_share() -> None:
    verdict = fixture.verdict(
        Cause.UNDETERMINED, alternatives=(Alternative(Cause.LEGACY_OUTLOOK, 0.44),)
    )

    card = document.build(replace(fixture.result(), verdicts=(verdict,))).groups[0].cards[0]

    assert card.alternatives == ("Outlook without modern authentication (44 %)",)
    assert card.would_decide == ("A permissions export.",)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, ""),
        ({"batch": "Wave 1", "status": "Completed"}, " (batch Wave 1, Completed)"),
        ({"is_supposed": True}, " (supposed: see the right on it below)"),
        (
            {"is_inferred": True, "is_supposed": True},
            " (no record given: inferred from the log, not later than this, supposed: see the "
            "right on it below)",
        ),
    ],
)
def test_a_move_says_how_sure_it_is(changes: dict[str, object], told: str) -> None:
    move = replace(MoveRef("amy@contoso.example", fixture.MOVED_AT, None, None), **changes)

    assert move_words(move) == f"amy@contoso.example, completed 2026-03-02 05:00 UTC{told}"

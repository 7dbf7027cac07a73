"""The script names exactly who needs something, and no name can leave its quotes."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.hypotheses import HYPOTHESES
from analyzer.report import remediation
from analyzer.results import VERDICT_CAUSES, Answer, Cause, EvidenceItem, Result, Status
from tests import report_fixture as fixture

ONGOING = {"status": Status.ONGOING, "recovered_at": None}

# PowerShell's own reading: any of these ends a string unless the next character is one too.
QUOTES = "'\u2018\u2019\u201a\u201b"
COMMAND = re.compile(
    r"Set-CASMailbox -Identity (?P<name>['\u2018\u2019\u201a\u201b].*) "
    r"-MapiHttpEnabled \$true -WhatIf:\(-not \$Apply\)"
)


def string_value(token: str) -> str:
    """Value of a single-quoted string as PowerShell reads it; fails if it ends early."""
    assert token[0] in QUOTES
    value, at = "", 1
    while at < len(token):
        if token[at] not in QUOTES:
            value, at = value + token[at], at + 1
        elif at + 1 < len(token) and token[at + 1] in QUOTES:
            value, at = value + token[at], at + 2
        else:
            assert at == len(token) - 1, f"the string ends before {token[at + 1 :]!r}"
            return value
    raise AssertionError("the string never ends")


def script_of(result: Result) -> list[str]:
    text = remediation.powershell(result)
    assert text.startswith("\ufeff")
    return text.removeprefix("\ufeff").split("\r\n")


def commands(lines: list[str]) -> list[str]:
    return [line for line in lines if line and not line.startswith("#")]


def test_delegates_get_their_own_mailbox_switched_and_movers_a_comment() -> None:
    verdicts = tuple(fixture.verdict(cause, 3, **ONGOING) for cause in VERDICT_CAUSES)

    lines = script_of(replace(fixture.result(), verdicts=verdicts))

    tail = "-MapiHttpEnabled $true -WhatIf:(-not $Apply)"
    assert commands(lines) == [
        "param([switch]$Apply)",
        f"Set-CASMailbox -Identity 'delegate.access.3@contoso.example' {tail}",
    ]
    assert (
        "# Already in Exchange Online, so nothing to set on premises: Set-CASMailbox -Identity "
        f"'outlook.reconfiguration.3@contoso.example' {tail}"
    ) in lines
    assert f"# Set-OrganizationConfig {tail}" in lines


def test_attacked_accounts_are_suggested_only_as_comments() -> None:
    attacked = fixture.verdict(Cause.CREDENTIAL_ATTACK, 3)

    lines = script_of(replace(fixture.result(), verdicts=(attacked,)))

    account = "'00000000-0000-4000-8000-000000000003'"
    assert commands(lines) == ["param([switch]$Apply)"]
    assert f"# Revoke-MgUserSignInSession -UserId {account}" in lines


def test_who_recovered_or_has_it_on_already_is_left_out_and_named() -> None:
    recovered = fixture.verdict(Cause.DELEGATE_ACCESS, 1)
    is_on = EvidenceItem("mapi-http-off", Answer.NO, -0.6, "MAPI over HTTP is on.")
    on_already = fixture.verdict(Cause.OUTLOOK_RECONFIGURATION, 3, evidence=(is_on,), **ONGOING)

    lines = script_of(replace(fixture.result(), verdicts=(recovered, on_already)))

    assert commands(lines) == ["param([switch]$Apply)"]
    assert "# Left out, recovered: delegate.access.1@contoso.example" in lines
    assert (
        "# Left out, MAPI over HTTP is on already: outlook.reconfiguration.3@contoso.example"
        in lines
    )


def test_the_check_that_tells_whether_it_is_on_exists_in_both_hypotheses() -> None:
    named = {
        each.cause: {check.id for check in each.checks}
        for each in HYPOTHESES
        if each.cause in (Cause.OUTLOOK_RECONFIGURATION, Cause.DELEGATE_ACCESS)
    }

    assert all("mapi-http-off" in checks for checks in named.values())
    assert len(named) == 2


@settings(max_examples=300, deadline=None)
@given(
    name=st.one_of(
        st.sampled_from(fixture.HOSTILE_TEXTS),
        st.text(
            alphabet="'\u2018\u2019\u201a\u201b\"\u201c`$(){};#<>|&\n\r\u2028\x00\t x", max_size=20
        ),
        st.text(max_size=20),
    )
)
def test_no_name_leaves_its_quotes_or_its_comment(name: str) -> None:
    verdicts = tuple(
        fixture.verdict(cause, 3, user=name, user_smtp=None, user_id=name, **ONGOING)
        for cause in (Cause.DELEGATE_ACCESS, Cause.CREDENTIAL_ATTACK)
    )

    lines = script_of(replace(fixture.result(), verdicts=verdicts))

    head, *switched = commands(lines)
    assert head == "param([switch]$Apply)"
    assert not any(ending in line for line in lines for ending in "\n\r\x00\u2028\x85")
    for command in switched:
        match = COMMAND.fullmatch(command)
        assert match
        assert string_value(match["name"]) == name
    assert len(switched) <= 1


def test_a_name_with_invisible_characters_is_left_for_a_person_to_look_up() -> None:
    verdict = fixture.verdict(
        Cause.DELEGATE_ACCESS, 3, user="amy\u202e@contoso.example", user_smtp=None, **ONGOING
    )

    lines = script_of(replace(fixture.result(), verdicts=(verdict,)))

    assert commands(lines) == ["param([switch]$Apply)"]
    assert any(line.startswith("# This name holds invisible characters") for line in lines)


def test_an_empty_result_makes_a_script_that_does_nothing() -> None:
    assert commands(script_of(fixture.empty())) == ["param([switch]$Apply)"]

"""The review in words, as JSON and as a script; hostile names can leave none of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from analyzer.cli.options import Format
from analyzer.cli.output import sheet_text
from analyzer.policies.exposure import exposing, windows_of
from analyzer.policies.history import policy_changes
from analyzer.policies.membership import Memberships
from analyzer.policies.observed import ResultCount, observed_of, standing_of, views_of
from analyzer.policies.reasons import Seen, open_exclusions
from analyzer.policies.result import (
    Change,
    ChangeKind,
    Count,
    Example,
    PoliciesResult,
    Shift,
    Standing,
    Subject,
    WhatIf,
)
from analyzer.report import policies_json, policies_script, policies_sheet
from analyzer.report.sheet import Grid
from analyzer.results import Coverage
from tests.policy_making import (
    AMY,
    BLOCK,
    GROUP,
    OTHER,
    at,
    audit,
    came_in,
    courses,
    exported,
    nobody,
    policy,
)

HOSTILE = "'; Remove-Item -Recurse / #\u202e\n=cmd|'/C calc'!A0 <script>alert(1)</script> |x|"
COVERAGE = Coverage(True, 10, 0, 0, ())
SEEN = Seen({}, {}, {}, timedelta(days=20), is_complete=True)


def name_of(kind, each):
    return {("user", AMY): "amy@contoso.example", ("group", GROUP): HOSTILE}.get((kind, each))


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (policy(), Standing.BLOCKS),
        (policy(clientAppTypes=["other"]), Standing.BLOCKS),
        (policy(builtInControls=["mfa"]), Standing.DEMANDS),
        (policy(locations={"includeLocations": ["x"]}), Standing.SOMETIMES),
        (policy(state="enabledForReportingButNotEnforced"), Standing.REPORT_ONLY),
        (policy(state="disabled"), Standing.DISABLED),
        (policy(clientAppTypes=["browser"]), Standing.NONE),
        (policy(state="something new"), Standing.UNKNOWN),
    ],
)
def test_what_a_policy_is_to_legacy_clients(made, expected):
    assert standing_of(exported(made)[0]) is expected


def test_policies_only_in_sign_ins_are_listed_with_their_latest_name():
    count = Count(5, 2, at(1), at(4))
    seen = observed_of(
        [
            ResultCount("gone", "Old name", True, True, Count(1, 1, at(1), at(1))),
            ResultCount("gone", "New name", False, True, count),
            ResultCount("securitydefaults", "Security defaults", True, True, count),
            ResultCount(BLOCK, "Block legacy", True, False, count),
        ]
    )

    views = {view.id: view for view in views_of(courses([], policy()), seen, {}, nobody)}

    assert views["gone"].name == "New name"
    assert views["gone"].observed.names == ("New name", "Old name")
    assert views["gone"].observed.would_block_legacy == count
    assert (views["gone"].definition, views["gone"].standing) == (None, Standing.UNKNOWN)
    assert views["securitydefaults"].observed.blocked_legacy == count
    assert views["securitydefaults"].standing is Standing.BLOCKS
    assert views[BLOCK].observed.blocked_other == count
    assert views[BLOCK].standing is Standing.BLOCKS


def result(*, legacy_name="Block legacy", audits=True, signins=True, what_if=()) -> PoliciesResult:
    made = policy(displayName=legacy_name, excludeUsers=[AMY], excludeGroups=[GROUP])
    before = policy(displayName=legacy_name)
    records = [audit(at(3), before, made)] if audits else []
    listed = courses(records, made, policy(OTHER, clientAppTypes=["browser"]))
    found = exposing(listed)
    came = [came_in(place="hostile")] if signins else []
    seen = SEEN if signins else replace(SEEN, length=None)
    history = [c for course in listed for c in policy_changes(course, name_of)]
    history.append(Change(at(2), ChangeKind.MOVES, new="Wave 1", counts={"mailboxes": 3}))
    views = views_of(listed, {}, {}, name_of)
    return PoliciesResult(
        generated_at=at(28),
        window_from=at(1) if signins else None,
        window_to=at(21) if signins else None,
        coverage=COVERAGE,
        policies=views,
        history=tuple(sorted(history, key=lambda c: (c.at, c.kind))),
        windows=windows_of(found, came, Memberships(), name_of, (None, None)),
        exclusions=open_exclusions(found, Memberships(), seen, name_of),
        what_if=what_if,
        log_from=at(3) if audits else None,
        has_signins=signins,
        has_audits=audits,
        guards=(BLOCK,),
    )


def grids(sheet):
    return {part.title: part for part in sheet.parts if isinstance(part, Grid)}


def test_the_sheet_tells_windows_exclusions_and_history():
    sheet = policies_sheet.sheet(result(legacy_name="CA001"))
    found = grids(sheet)

    assert sheet.headline == (
        "1 policy blocks everybody's legacy clients by definition: CA001. "
        "The block was weakened in 2 windows; 1 person came in."
    )
    assert sheet.standing == "Exclusions open now: 2; without a reason any more: 1."
    assert found["When the block was weakened"].rows == (
        ("CA001", "exclusion of amy@contoso.example", "2026-03-03 12:00 UTC", "still open",
         "amy@contoso.example", "1 person, 2 sign-ins"),
        ("CA001", f"exclusion of group {HOSTILE}", "2026-03-03 12:00 UTC", "still open",
         "cannot be told", "nobody seen"),
    )  # fmt: skip
    assert found["When the block was weakened"].notes[0] == (
        "Opened by admin@contoso.example",
        "amy: 2 sign-ins with Outlook desktop from CA (HOSTILE place), 198.51.100.1, "
        "2026-03-10 12:00 UTC to 2026-03-10 13:00 UTC",
    )
    assert found["Exclusions open now: which have no reason any more"].rows == (
        ("amy@contoso.example", "CA001", "", "2026-03-03 12:00 UTC", "close",
         "No legacy sign-in in the whole window"),
        (f"group {HOSTILE}", "CA001", "", "2026-03-03 12:00 UTC", "cannot be told",
         "Cannot be told: the members of the group are not known"),
    )  # fmt: skip
    assert found["What happened, in order"].rows == (
        ("2026-03-02 12:00", "3 mailboxes of Wave 1 moved", ""),
        ("2026-03-03 12:00", f"CA001: exclusion of group {HOSTILE} opened",
         "admin@contoso.example"),
        ("2026-03-03 12:00", "CA001: exclusion of amy@contoso.example opened",
         "admin@contoso.example"),
    )  # fmt: skip


CLEAR = {"history": (), "windows": (), "exclusions": ()}


@pytest.mark.parametrize(
    ("made", "let_in", "guards", "headline"),
    [
        ((policy(state="disabled"),), 0, (),
         "NO policy that is on blocks everybody's legacy clients by definition."),
        ((policy(includeUsers=[AMY]),), 0, (),
         "NO policy that is on blocks everybody's legacy clients by definition. 1 more blocks "
         "those of some people."),
        ((policy(), policy(OTHER, includeUsers=["GuestsOrExternalUsers"])), 0, (BLOCK,),
         "1 policy blocks everybody's legacy clients by definition: Block legacy. 1 more blocks "
         "those of some people."),
        ((policy(),), 3, (),
         "NO policy that is on blocks everybody's legacy clients by definition. By definition "
         "1 other should, but was seen to let legacy clients in."),
        ((), 0, (),
         "Which policies block legacy clients by definition cannot be told: none were given."),
    ],
)  # fmt: skip
def test_the_headline_says_what_blocks(made, let_in, guards, headline):
    against = {BLOCK: [came_in(events=let_in)]} if let_in else {}
    views = views_of(courses([], *made), {}, against, name_of)

    sheet = policies_sheet.sheet(replace(result(), policies=views, guards=guards, **CLEAR))

    assert sheet.headline == headline


def test_what_is_not_known_is_said():
    sheet = policies_sheet.sheet(result(audits=False, signins=False))
    found = grids(sheet)

    assert sheet.window == "No sign-ins: definitions only"
    assert found["When the block was weakened"].says == (
        "Without directory audits, since when cannot be told.",
        "Who did come in cannot be told without sign-ins.",
    )
    assert [row[2:4] for row in found["When the block was weakened"].rows] == [
        ("cannot be told", "still open"),
        ("cannot be told", "still open"),
    ]
    whys = [row[-1] for row in found["Exclusions open now: which have no reason any more"].rows]
    assert whys[0] == "Cannot be told: too few sign-ins to say"


ASKED = WhatIf(
    "CA001 state=disabled", BLOCK, "CA001", "state", "disabled", None,
    let_in=Shift(7, 2, 5, 1, ("amy", "ben")),
    blocked=Shift(),
    untold={"policies-not-visible": Shift(1, 1, 0, 0, ("carl",))},
    changes_nothing=False,
    example=Example("s1", {"signInIdentity": {"userId": AMY}}, applies_today=True),
)  # fmt: skip


def test_a_what_if_is_told_with_how_it_is_known():
    block = policies_sheet.sheet(result(what_if=(ASKED,))).parts[-1]

    assert block.title == "What if: CA001 off"
    assert block.sentences == (
        "Asked: CA001 state=disabled.",
        "Blocked sign-ins that would be let in: 7 sign-ins of 2 people (5 as recorded in the log "
        "and 2 by the definition, 1 from strange or HOSTILE places): amy and ben.",
        "Sign-ins let in that would be blocked: none.",
        "Cannot be told: 1 sign-in of 1 person, the sign-ins do not show which policies applied.",
        "To compare with Microsoft's what-if, sign-in s1: POST "
        '/beta/identity/conditionalAccess/evaluate {"signInIdentity": {"userId": "' + AMY + '"}}',
        "It should say that the policy, as saved today, applies.",
    )


def test_json_has_the_keys_of_the_contract():
    told = json.loads(policies_json.dumps(result(what_if=(ASKED,))))

    assert list(told) == [
        "schema_version", "generated_at", "window", "coverage", "policies", "history",
        "history_from", "exposure", "what_if",
    ]  # fmt: skip
    assert told["window"] == {"from": "2026-03-01T12:00:00Z", "to": "2026-03-21T12:00:00Z"}
    first = told["policies"][0]
    assert {key: first[key] for key in ("id", "name", "state", "blocks_legacy")} == {
        "id": BLOCK, "name": "Block legacy", "state": "enabled", "blocks_legacy": True,
    }  # fmt: skip
    assert first["exclusions"] == [
        {"kind": "user", "id": AMY, "name": "amy@contoso.example"},
        {"kind": "group", "id": GROUP, "name": HOSTILE},
    ]
    assert told["policies"][1]["blocks_legacy"] is False
    assert told["exposure"]["windows"][0] == {
        "policy": {"id": BLOCK, "name": "Block legacy"},
        "weakness": "exclusion",
        "subject": {"kind": "user", "id": AMY, "name": "amy@contoso.example"},
        "from": "2026-03-03T12:00:00Z",
        "from_known": True,
        "to": None,
        "to_known": True,
        "open": True,
        "opened_by": "admin@contoso.example",
        "closed_by": None,
        "could": {"everybody": False, "people": ["amy@contoso.example"], "complete": True},
        "did": [
            {
                "user": "amy", "user_id": AMY, "client_families": ["outlook"],
                "countries": ["CA"], "ip_addresses": ["198.51.100.1"], "places": ["hostile"],
                "events": 2, "first_seen": "2026-03-10T12:00:00Z",
                "last_seen": "2026-03-10T13:00:00Z", "certain": True,
            }
        ],
        "also_guarded_by": [],
    }  # fmt: skip
    assert [(e["close"], e["reason"]) for e in told["exposure"]["exclusions"]] == [
        (True, "no-legacy-sign-in"),
        (None, "cannot-be-told"),
    ]
    assert told["what_if"][0]["let_in"] == {
        "events": 7, "people": 2, "recorded": 5, "by_definition": 2, "from_strange_places": 1,
        "users": ["amy", "ben"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (policy(), True),
        (policy(state="disabled"), True),
        (policy(builtInControls=["mfa"]), True),
        (policy(locations={"includeLocations": ["x"]}), None),
        (policy(clientAppTypes=["browser"]), False),
    ],
)
def test_blocks_legacy_is_yes_no_or_null(made, expected):
    views = views_of(courses([], made), {}, {}, nobody)
    told = policies_json.to_dict(replace(result(), policies=views))

    assert told["policies"][0]["blocks_legacy"] is expected


def test_every_line_of_ndjson_says_what_it_is():
    lines = policies_json.to_ndjson(result(what_if=(ASKED,))).splitlines()

    assert [json.loads(line)["record"] for line in lines] == [
        "policy", "policy", "history", "history", "history", "window", "window", "exclusion",
        "exclusion", "what_if",
    ]  # fmt: skip


def test_the_script_closes_what_has_no_reason_and_says_what_it_leaves():
    script = policies_script.powershell(result())

    assert script.startswith("\ufeff# Exclusions to close")
    assert f"Close-UserExclusion -PolicyId '{BLOCK}' -UserIds @('{AMY}')" in script.splitlines()
    assert "# Left open: group " in script
    assert [line for line in script.split("\r\n") if "Remove-MgGroupMember" in line] == []


def test_a_member_is_taken_out_of_the_group():
    exclusion = result().exclusions[0]
    through = replace(exclusion, through=Subject("group", GROUP, HOSTILE))

    script = policies_script.powershell(replace(result(), exclusions=(through,)))

    assert (
        f"Remove-MgGroupMemberByRef -GroupId '{GROUP}' -DirectoryObjectId '{AMY}' "
        "-WhatIf:(-not $Apply)"
    ) in script.splitlines()


def test_hostile_names_stay_in_comments_and_quotes():
    script = policies_script.powershell(result(legacy_name=HOSTILE))
    hostile_id = replace(result().exclusions[0], policy_id=HOSTILE)
    other = policies_script.powershell(replace(result(), exclusions=(hostile_id,)))

    for text in (script, other):
        live = [line for line in text.split("\r\n") if line and not line.startswith("#")]
        assert not any("Remove-Item" in line for line in live)
        assert "\u202e" not in text


@pytest.mark.parametrize("form", [form for form in Format if form not in {"json", "ndjson"}])
def test_every_form_is_written_whatever_a_policy_is_called(form):
    sheet = policies_sheet.sheet(result(legacy_name=f"Block legacy {HOSTILE}", what_if=(ASKED,)))

    text = sheet_text(sheet, form, to_file=True)

    assert ("Block legacy" if form == "csv" else "Exclusions open now") in text
    assert "\u202e" not in text
    assert "<script>alert" not in text or form in {"table", "csv"}

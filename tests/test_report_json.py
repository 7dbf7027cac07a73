"""JSON carries the contract of design 4.3 and reads back into the very same result."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import InputError
from analyzer.report import jsonin, jsonout, rows
from analyzer.results import KIND_OF, VERDICT_CAUSES, Cause, Kind
from tests import report_fixture as fixture

TOP_KEYS = {"schema_version", "generated_at", "window", "coverage", "summary", "verdicts"}
VERDICT_KEYS = [
    "id", "user", "user_id", "cause", "kind", "confidence", "status", "clients", "events",
    "first_seen", "last_seen", "recovered_at", "ip_addresses", "move", "policies", "evidence",
    "alternatives", "actions",
]  # fmt: skip


def test_a_delegates_verdict_has_exactly_the_keys_and_values_of_the_contract() -> None:
    verdict = fixture.verdict(Cause.DELEGATE_ACCESS, 1)

    told = jsonout.verdict_to_dict(verdict)

    assert {key: told[key] for key in VERDICT_KEYS} == {
        "id": "01000001",
        "user": "delegate.access.1@contoso.example",
        "user_id": "00000000-0000-4000-8000-000000000001",
        "cause": "delegate-access",
        "kind": "misclassified",
        "confidence": 0.91,
        "status": "recovered",
        "clients": ["Autodiscover"],
        "events": 12,
        "first_seen": "2026-03-02T07:14:00Z",
        "last_seen": "2026-03-04T16:02:30Z",
        "recovered_at": "2026-03-04T18:02:30Z",
        "ip_addresses": ["198.51.100.7", "2001:db8::7"],
        "move": {
            "mailbox": "owner@contoso.example",
            "completed_at": "2026-03-02T05:00:00Z",
            "batch": "Batch 7",
            "status": "Completed",
            "mailbox_smtp": "owner@contoso.example",
            "is_coarse": False,
            "joined_by": None,
            "is_inferred": False,
            "is_supposed": False,
        },
        "policies": [
            {"id": "5f3c6d5e-0000-4000-8000-000000000001", "name": "Block legacy authentication"}
        ],
        "evidence": [
            {
                "check": "after-move",
                "answer": "yes",
                "weight": 2.5,
                "says": "The first failure came 2 h 14 min after the move.",
                "source": "moves",
            },
            {
                "check": "agent",
                "answer": "no",
                "weight": -0.4,
                "says": "The user agent is not Outlook's.",
                "source": "sign-ins",
            },
            {
                "check": "mapi-off",
                "answer": "unknown",
                "weight": 0.0,
                "says": "Whether MAPI over HTTP is on cannot be told.",
                "source": "mapi_http",
                "if_yes": 0.8,
                "if_no": -0.8,
            },
        ],
        "alternatives": [{"cause": "legacy-outlook", "confidence": 0.06}],
        "actions": ["Enable MAPI over HTTP for the mailbox.", "Restart Outlook."],
    }


def test_the_runner_up_is_told_beside_the_contract_with_its_evidence() -> None:
    told = jsonout.verdict_to_dict(fixture.verdict(Cause.DELEGATE_ACCESS, 1))

    assert {key: told[key] for key in ("rival", "networks", "places")} == {
        "rival": {
            "cause": "legacy-outlook",
            "lead": 2.7,
            "evidence": [
                {
                    "check": "from-the-start",
                    "answer": "no",
                    "weight": -0.3,
                    "says": "It began in the middle of the log.",
                    "source": "sign-ins",
                },
                {
                    "check": "own-place",
                    "answer": "yes",
                    "weight": 0.3,
                    "says": "The place is normal for the person.",
                    "source": "sign-ins",
                },
            ],
        },
        "networks": ["AS64500"],
        "places": ["familiar"],
    }


def test_the_result_has_the_top_keys_and_its_coverage_says_what_is_missing() -> None:
    told = json.loads(jsonout.dumps(fixture.result(complete=False)))

    assert set(told) >= TOP_KEYS
    assert told["schema_version"] == 1
    assert told["generated_at"] == "2026-03-05T06:00:00Z"
    assert told["window"] == {"from": "2026-02-20T00:00:00Z", "to": "2026-03-05T00:00:00Z"}
    assert told["coverage"]["complete"] is False
    assert told["coverage"]["inputs"][0] == {
        "path": "exports/signins.json",
        "format": "graph",
        "events": 400,
        "duplicates": 3,
        "rejected": 0,
        "refused": None,
        "remedy": None,
    }
    assert told["coverage"]["evidence_missing"] == [
        {"evidence": "permissions", "would_tell": "who has rights on the moved mailboxes"}
    ]


def test_the_summary_lists_every_cause_and_kind_and_counts_people_once() -> None:
    one = fixture.verdict(Cause.DELEGATE_ACCESS, 1)
    same_person = replace(fixture.verdict(Cause.DELEGATE_ACCESS, 1), id="x")
    also_phone = replace(fixture.verdict(Cause.NATIVE_ACTIVESYNC, 9), user=one.user)

    summary = jsonout.summary_to_dict((one, same_person, also_phone))

    assert summary["people"] == 1
    assert list(summary["by_cause"]) == [cause.value for cause in VERDICT_CAUSES]
    assert {cause for cause, count in summary["by_cause"].items() if count} == {
        "delegate-access",
        "native-activesync",
    }
    assert summary["by_cause"]["delegate-access"] == 1
    assert set(summary["by_kind"]) == {kind.value for kind in Kind} - {"none"}


def test_a_verdict_without_move_or_recovery_says_null() -> None:
    told = jsonout.verdict_to_dict(fixture.verdict(Cause.WRONG_PASSWORD, 3, user_id=None))

    assert (told["move"], told["recovered_at"], told["user_id"]) == (None, None, None)


@pytest.mark.parametrize(
    "result",
    [
        fixture.result(),
        fixture.result(complete=False),
        fixture.empty(),
        replace(fixture.empty(), window_from=None, window_to=None),
        fixture.hostile(),
    ],
    ids=["complete", "incomplete", "empty", "no window", "hostile"],
)
def test_a_saved_result_reads_back_into_the_same_result(result: fixture.Result) -> None:
    assert jsonin.loads(jsonout.dumps(result)) == result


@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet=st.characters(), max_size=40))
def test_any_text_survives_json_and_none_of_it_moves_a_cursor(text: str) -> None:
    verdict = fixture.verdict(Cause.MAIL_PROTOCOL, 1, user=text, actions=(text,))

    written = jsonout.dumps(replace(fixture.result(), verdicts=(verdict,)))

    assert jsonin.loads(written).verdicts == (verdict,)
    assert written.encode("utf-8")
    assert set(written) & {"\x1b", "\x9b", "\u202e", "\u2066", "\x00", "\u2028"} == set()


def test_a_result_from_which_optional_keys_were_dropped_still_reads() -> None:
    told = jsonout.to_dict(fixture.result())
    plain = {key: told[key] for key in TOP_KEYS}
    plain["verdicts"] = [{key: each[key] for key in VERDICT_KEYS} for each in told["verdicts"]]

    result = jsonin.from_dict(plain)

    assert [verdict.kind for verdict in result.verdicts] == [KIND_OF[c] for c in VERDICT_CAUSES]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "this is not JSON"),
        ("[]", "it has no schema_version"),
        ('{"value": []}', "it has no schema_version"),
        ('{"schema_version": 99}', "schema_version is 99, this program reads 1"),
        ('{"schema_version": 1}', "lacks the key 'generated_at'"),
        (
            jsonout.dumps(fixture.result()).replace('"mail-protocol"', '"no-such-cause"'),
            "'no-such-cause' is not a valid Cause",
        ),
        (
            jsonout.dumps(fixture.result()).replace("2026-03-05T06:00:00Z", "2026-03-05T06:00:00"),
            "names no zone",
        ),
    ],
)
def test_what_is_no_result_of_ours_is_refused_with_file_and_remedy(text: str, says: str) -> None:
    with pytest.raises(InputError, match=r"saved\.json") as caught:
        jsonin.loads(text, source="saved.json")

    assert says in caught.value.problem
    assert "--format json" in caught.value.remedy


def test_ndjson_holds_the_verdicts_one_a_line_as_in_the_json_result() -> None:
    result = fixture.hostile()

    lines = rows.to_ndjson(result).splitlines()

    assert [json.loads(line) for line in lines] == jsonout.to_dict(result)["verdicts"]

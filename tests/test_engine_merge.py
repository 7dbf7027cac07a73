"""One row per sign-in: copies merged, policies united, every surplus row counted where it was."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tests.engine_support import counts, engine, graph, lines, log_analytics, rows_of, write


def _policy(name, result="failure", **changes):
    entry = {"id": name, "displayName": name, "enforcedGrantControls": ["Block"], "result": result}
    return entry | changes


def test_a_copy_that_failed_speaks_first_and_gaps_are_filled(tmp_path):
    success = graph(
        1, status={"errorCode": 0}, conditionalAccessStatus="success", userAgent="seen once"
    )
    failure = graph(1, userAgent="", appliedConditionalAccessPolicies=[])
    path = write(tmp_path, "a.json", lines([success, failure]))

    with engine(tmp_path) as e:
        loaded = e.load([path])
        (row,) = rows_of(loaded.signins)

    assert counts(loaded) == (1, 1, 0)
    assert (row["ca_status"], row["error_code"], row["user_agent"], row["policies_known"]) == (
        "failure", 53003, "seen once", True,
    )  # fmt: skip


def test_policies_of_all_copies_are_united(tmp_path):
    first = graph(1, appliedConditionalAccessPolicies=[_policy("P1"), _policy("P2")])
    second = graph(1, appliedConditionalAccessPolicies=[_policy("p1"), _policy("P3")])
    path = write(tmp_path, "a.json", lines([first, second]))

    with engine(tmp_path) as e:
        found = rows_of(e.load([path]).policy_results, "policy_id")

    assert [r["policy_id"] for r in found] == ["p1", "p2", "p3"]


def test_sign_ins_with_the_same_list_of_policies_each_have_its_results(tmp_path):
    shared = [_policy("P1"), _policy("P2", "reportOnlyFailure"), _policy("P3", "success")]
    records = [
        graph(1, appliedConditionalAccessPolicies=shared),
        graph(2, appliedConditionalAccessPolicies=shared),
        graph(2, appliedConditionalAccessPolicies=[_policy("P1", enforcedGrantControls=["Mfa"])]),
        graph(3, appliedConditionalAccessPolicies=[_policy("P3", "success")]),
    ]
    path = write(tmp_path, "a.json", lines(records))

    with engine(tmp_path) as e:
        found = rows_of(e.load([path]).policy_results, "signin_id, policy_id")

    ids = [graph(n)["id"] for n in (1, 2)]
    columns = ("signin_id", "policy_id", "result", "is_block", "grant_controls")
    assert [tuple(row[c] for c in columns) for row in found] == [
        (ids[0], "p1", "failure", True, "block"),
        (ids[0], "p2", "reportOnlyFailure", True, "block"),
        (ids[1], "p1", "failure", True, "mfa"),
        (ids[1], "p2", "reportOnlyFailure", True, "block"),
    ]


def test_copies_in_several_formats_and_files_merge(tmp_path):
    one = write(tmp_path, "1.json", lines([graph(1), graph(2)]))
    two = write(tmp_path, "2.json", lines([log_analytics(graph(2)), log_analytics(graph(3))]))

    with engine(tmp_path) as e:
        loaded = e.load([one, two])

        assert len(loaded.signins) == 3
    assert [(i.events, i.duplicates) for i in loaded.inputs] == [(2, 0), (1, 1)]


def test_ids_are_compared_without_regard_to_case(tmp_path):
    path = write(tmp_path, "a.json", lines([graph(1, id="AB-1"), graph(1, id="ab-1")]))

    with engine(tmp_path) as e:
        assert counts(e.load([path])) == (1, 1, 0)


def test_the_same_file_twice_under_two_names_changes_nothing_but_the_counts(tmp_path):
    records = [graph(n) for n in range(20)]
    one = write(tmp_path, "1.json", lines(records))
    two = write(tmp_path, "2.json", json.dumps(records))

    with engine(tmp_path) as e:
        once = rows_of(e.load([one]).signins)
    with engine(tmp_path) as e:
        loaded = e.load([one, two])
        twice = rows_of(loaded.signins)

    assert twice == once
    assert [(i.events, i.duplicates) for i in loaded.inputs] == [(20, 0), (0, 20)]


POLICY_CASES = {
    "bit mask with the client type": ({"conditionsSatisfied": 19}, (True, "block", True)),
    "bit mask without": ({"conditionsSatisfied": 3}, (True, "block", False)),
    "names without": ({"conditionsSatisfied": "application,users"}, (True, "block", False)),
    "not said": ({}, (True, "block", None)),
    "several controls": (
        {"enforcedGrantControls": ["Mfa", "BLOCK "]},
        (True, "block,mfa", None),
    ),
    "another control": ({"enforcedGrantControls": ["Mfa"]}, (False, "mfa", None)),
    "no control": ({"enforcedGrantControls": []}, (False, "", None)),
    "controls not said": ({"enforcedGrantControls": None}, (None, None, None)),
    "one control as text": ({"enforcedGrantControls": "Block"}, (True, "block", None)),
}


@pytest.mark.parametrize("name", POLICY_CASES)
def test_policy_results_are_read(name, tmp_path):
    changes, expected = POLICY_CASES[name]
    record = graph(1, appliedConditionalAccessPolicies=[_policy("P1", **changes)])
    path = write(tmp_path, "a.json", lines([record]))

    with engine(tmp_path) as e:
        (row,) = rows_of(e.load([path]).policy_results)

    assert (row["is_block"], row["grant_controls"], row["matched_client_type"]) == expected


def test_only_results_that_tell_something_are_kept_in_graph_spelling(tmp_path):
    results = [
        "FAILURE", "success", "notApplied", "notEnabled", "reportonlyfailure", "unknown",
        "reportOnlyInterrupted", "unknownFutureValue", "reportOnlySuccess", "reportOnlyNotApplied",
    ]  # fmt: skip
    policies = [_policy(f"p{n}", result) for n, result in enumerate(results)]
    policies.append(_policy("SecurityDefaults"))
    path = write(tmp_path, "a.json", lines([graph(1, appliedConditionalAccessPolicies=policies)]))

    with engine(tmp_path) as e:
        rows = rows_of(e.load([path]).policy_results, "policy_id")

    assert [(r["policy_id"], r["result"]) for r in rows] == [
        ("p0", "failure"), ("p4", "reportOnlyFailure"), ("p5", "unknown"),
        ("p6", "reportOnlyInterrupted"), ("p7", "unknownFutureValue"),
        ("securitydefaults", "failure"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("policies", "known"),
    [
        ([_policy("P1")], True),
        (_policy("P1"), True),
        ([], False),
        (None, False),
        ("", False),
        (json.dumps([_policy("P1")]), True),
    ],
)
def test_policies_are_known_only_where_one_is_listed(policies, known, tmp_path):
    path = write(tmp_path, "a.json", lines([graph(1, appliedConditionalAccessPolicies=policies)]))

    with engine(tmp_path) as e:
        loaded = e.load([path])
        (row,) = rows_of(loaded.signins)

        assert row["policies_known"] is known
        assert len(loaded.policy_results) == int(known)


def test_the_window_is_half_open_and_what_is_outside_is_said(tmp_path):
    path = write(tmp_path, "a.json", lines([graph(n) for n in range(10)] + [graph(9)]))

    with engine(tmp_path) as e:
        loaded = e.load(
            [path],
            since=datetime(2026, 3, 2, 7, 0, 2, 123456, tzinfo=UTC),
            until=datetime(2026, 3, 2, 7, 0, 5, 123456, tzinfo=UTC),
        )
        ids = [r["signin_id"] for r in rows_of(loaded.signins)]

    assert ids == ["id-2", "id-3", "id-4"]
    assert counts(loaded) == (3, 0, 0)
    assert "8 sign-ins outside the window asked for left out" in loaded.notes
    assert loaded.gaps == ()

"""``analyzer policies`` as a user runs it: with sign-ins, with definitions, with a store."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from analyzer import Case
from analyzer.cli.run import main
from analyzer.sources.store.layout import Store
from benchmarks.tenant.audits import STOPGAP_ID
from benchmarks.tenant.people import PEOPLE
from sample_data.generate import build
from tests.policy_making import AMY, BLOCK, at, audit, policy
from tests.storing import add_slice, signin

ROOT = Path(__file__).parents[1]
CONTOSO = ROOT / "sample_data" / "contoso"
EVIDENCE = CONTOSO / "evidence"
LEGACY = "1b9f0c55-6a0e-4d7e-8a1f-25c0b7d1e001"
PILOT = "1b9f0c55-6a0e-4d7e-8a1f-25c0b7d1e006"
TENANT = (
    CONTOSO / "signins", "--policies", EVIDENCE / "conditional-access-policies.json",
    "--moves", EVIDENCE / "moves.csv", "--moves-timezone", "America/Toronto",
    "--recipients", EVIDENCE / "recipients.csv",
    "--permissions", EVIDENCE / "mailbox-permissions.csv",
    "--audits", EVIDENCE / "directory-audits.json", "--groups", EVIDENCE / "group-members.csv",
)  # fmt: skip


@pytest.fixture
def run(capfdbinary):
    def run_once(*arguments):
        with pytest.raises(SystemExit) as done:
            main(["policies", *map(str, arguments), "--quiet"])
        out = capfdbinary.readouterr()
        return done.value.code or 0, out.out.decode(), out.err.decode()

    return run_once


@pytest.fixture(scope="module")
def contoso(tmp_path_factory):
    """The sample tenant reviewed, with three changes asked about."""
    folder = tmp_path_factory.mktemp("review")
    with pytest.raises(SystemExit) as done:
        main(
            [
                "policies", *map(str, TENANT), "--quiet", "--format", "json",
                "--what-if", "CA001: Block legacy authentication state=disabled",
                "--what-if", f"{PILOT} state=enabled",
                "--what-if", f"{LEGACY} exclude-user={PEOPLE['leela'].upn}",
                "--output", str(folder / "review.json"), "--script", str(folder / "close.ps1"),
            ]
        )  # fmt: skip
    assert done.value.code in {0, None}
    return json.loads((folder / "review.json").read_text()), (folder / "close.ps1").read_text()


def test_the_sample_tenant_has_the_windows_that_were_planted(contoso):
    windows = contoso[0]["exposure"]["windows"]

    assert [
        (w["weakness"], w["subject"]["name"], w["from"], w["to"], w["could"]["people"],
         [d["user"] for d in w["did"]])
        for w in windows
    ] == [
        ("exclusion", "svc-archive@contoso.example", None, None, ["svc-archive@contoso.example"],
         ["svc-archive@contoso.example"]),
        ("exclusion", "owen.gallagher@contoso.example", "2021-03-08T21:30:00Z",
         "2021-03-12T19:40:00Z", ["owen.gallagher@contoso.example"], []),
        ("exclusion", "priya.raman@contoso.example", "2021-03-09T21:05:00Z", None,
         ["priya.raman@contoso.example"], []),
        ("disabled", None, "2021-03-14T02:00:00Z", "2021-03-14T02:45:00Z", None, []),
        ("exclusion", "Legacy authentication stopgap", "2021-03-16T21:20:00Z", None,
         ["derek.simms@contoso.example", "jurgen.weiss@contoso.example"], []),
    ]  # fmt: skip


def test_the_sample_tenant_has_two_exclusions_to_close(contoso):
    told, script = contoso

    assert [
        (e["subject"]["name"], e["through"] and e["through"]["id"], e["close"], e["reason"],
         e["move"] and e["move"]["mailbox"])
        for e in told["exposure"]["exclusions"]
    ] == [
        ("derek.simms@contoso.example", STOPGAP_ID, True, "recovered", "info@contoso.example"),
        ("priya.raman@contoso.example", None, True, "recovered", "priya.raman@contoso.example"),
        ("svc-archive@contoso.example", None, False, "legacy-client-in-use", None),
    ]  # fmt: skip
    assert f"@('{PEOPLE['priya'].user_id}')" in script
    assert f"-GroupId '{STOPGAP_ID}' -DirectoryObjectId '{PEOPLE['derek'].user_id}'" in script


def test_what_if_agrees_with_what_the_sample_recorded(contoso):
    off, pilot, leela = contoso[0]["what_if"]
    events = [event for event, _ in build().signins]
    failing = [
        {p["id"] for p in e["appliedConditionalAccessPolicies"] if p["result"] == "failure"}
        for e in events
    ]
    blocked = [
        event
        for event, failed in zip(events, failing, strict=True)
        if failed == {LEGACY} and event["conditionalAccessStatus"] == "failure"
    ]

    assert off["let_in"]["events"] == off["let_in"]["recorded"] == len(blocked)
    assert off["let_in"]["from_strange_places"] > 0
    assert (off["blocked"]["events"], off["cannot_be_told"]) == (0, {})
    own = [e for e in blocked if e["userId"] == PEOPLE["leela"].user_id]
    assert (leela["let_in"]["events"], leela["let_in"]["people"]) == (len(own), 1)
    assert (pilot["blocked"]["events"], pilot["blocked"]["users"]) == (
        20, ["svc-archive@contoso.example"],
    )  # fmt: skip
    assert pilot["example"]["request"]["body"]["signInIdentity"]["userId"] == (
        PEOPLE["archiver"].user_id
    )
    assert pilot["example"]["policy_applies_today"] is True


def test_what_policies_were_seen_to_do(contoso):
    told = {p["id"]: p for p in contoso[0]["policies"]}

    assert told[LEGACY]["legacy_effect"] == "blocks"
    assert told[LEGACY]["observed"]["blocked_legacy"]["events"] == 3253
    assert told[PILOT]["observed"]["would_block_legacy"]["people"] == 65
    assert told[PILOT]["in_force"] is False
    administrators = told[LEGACY.replace("e001", "e002")]
    assert administrators["legacy_effect"] == "blocks-by-a-demand"
    assert administrators["observed"]["let_in_against_definition"]["events"] == 0


def test_moves_failures_and_changes_stand_on_one_axis(contoso):
    history = contoso[0]["history"]

    assert [h["at"] for h in history] == sorted(h["at"] for h in history)
    assert {h["kind"] for h in history} == {
        "moves", "failures", "state", "exclusion-opened", "exclusion-closed", "member-added",
        "member-removed", "other", "cannot-be-told",
    }  # fmt: skip
    first = next(h for h in history if h["kind"] == "failures")
    assert (first["blocked"], first["blocked_people"], first["let_in"]) == (26, 9, 1)


@pytest.fixture
def policies(tmp_path):
    path = tmp_path / "policies.json"
    path.write_text(json.dumps({"value": [policy(excludeUsers=[AMY])]}))
    return path


def test_definitions_alone_are_told_and_the_rest_is_named(run, policies):
    code, out, _ = run("--policies", policies, "--format", "json")
    told = json.loads(out)

    assert code == 0
    assert told["window"] == {"from": None, "to": None}
    assert [p["blocks_legacy"] for p in told["policies"]] == [True]
    missing = [m["evidence"] for m in told["coverage"]["evidence_missing"]]
    assert {"sign-ins", "directory audits"} <= set(missing)
    assert told["exposure"]["exclusions"][0]["close"] is None


def test_sign_ins_alone_are_told(run):
    code, out, _ = run(CONTOSO / "signins" / "graph-interactive", "--format", "json")
    told = json.loads(out)

    assert code == 0
    assert {p["state"] for p in told["policies"]} == {None}
    blocking = {p["id"] for p in told["policies"] if p["blocks_legacy"]}
    assert LEGACY in blocking
    assert told["exposure"] == {"windows": [], "exclusions": []}


@pytest.fixture
def store(tmp_path):
    folder = tmp_path / "store"
    with Store.create(folder) as held:
        rows = [signin(1, 2), signin(2, 12)]
        add_slice(held, rows, (at(1, 0), at(20, 0)))
        change = audit(at(5), policy(), policy(excludeUsers=[AMY]))
        record = change | {"createdDateTime": change["activityDateTime"]}
        add_slice(held, [record], (at(1, 0), at(20, 0)), stream="audits policies")
    kept = folder / "raw" / "tenant"
    kept.mkdir(parents=True)
    made = {"value": [policy(excludeUsers=[AMY])]}
    (kept / "policies-20260320T000000Z.json").write_text(json.dumps(made))
    return folder


@pytest.mark.parametrize("as_option", [True, False])
def test_a_store_brings_its_policies_and_audits(run, store, as_option):
    code, out, _ = run(*(["--store", store] if as_option else [store]), "--format", "json")
    told = json.loads(out)

    assert code == 0
    assert told["history_from"] == "2026-03-01T00:00:00Z"
    (window,) = told["exposure"]["windows"]
    assert (window["from"], window["open"], window["subject"]["id"]) == (
        "2026-03-05T12:00:00Z", True, AMY,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fail_on", "excluded", "code"),
    [
        (["--fail-on", "any"], [AMY], 6),
        (["--fail-on", "any"], [], 0),
        (["--fail-on", "hostile"], [AMY], 0),
        ([], [AMY], 0),
        (["--fail-on", "new"], [AMY], 2),
    ],
)
def test_exit_codes(run, tmp_path, fail_on, excluded, code):
    path = tmp_path / "policies.json"
    path.write_text(json.dumps([policy(excludeUsers=excluded)]))

    assert run("--policies", path, *fail_on)[0] == code


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "nothing to review"),
        (["--policies", "POLICIES", "--what-if", "Nobody state=enabled"], 2, "no policy has"),
        (["--policies", "POLICIES", "--what-if", f"{BLOCK} colour=red"], 2, "is no change"),
        (["--policies", "POLICIES", "--audits", "POLICIES"], 3, "Conditional Access policies"),
        (["--policies", "POLICIES", "--groups", "POLICIES"], 3, "who is in which group"),
        (["--policies", "no-such.json"], 3, "no such file"),
    ],
)
def test_what_is_wrong_is_said(run, policies, arguments, code, words):
    done, _, err = run(*(policies if each == "POLICIES" else each for each in arguments))

    assert done == code
    assert words in err


@pytest.mark.parametrize("form", ["table", "json", "ndjson", "csv", "markdown", "html"])
def test_every_form_is_written(run, policies, tmp_path, form):
    target = tmp_path / "out"

    code, out, _ = run("--policies", policies, "--format", form, "--output", target)

    text = target.read_text()
    assert (code, out) == (0, "")
    assert "Block legacy" in text
    if form == "csv":
        assert len(list(csv.reader(io.StringIO(text)))) > 1


def test_a_notebook_asks_a_case():
    signins = CONTOSO / "signins" / "graph-interactive"
    with Case.load(signins, policies=EVIDENCE / "conditional-access-policies.json") as case:
        result = case.policies(
            audits=EVIDENCE / "directory-audits.json", what_if=f"{LEGACY} state=disabled"
        )

    assert LEGACY in result.guards
    assert result.what_if[0].let_in.events > 0


def test_security_defaults_are_a_policy_told_by_its_code_or_by_name(run, tmp_path):
    listed = {
        "id": "SecurityDefaults",
        "displayName": "Security defaults",
        "enforcedGrantControls": ["Block"],
        "result": "failure",
    }
    refused = {
        "clientAppUsed": "IMAP4",
        "status": {"errorCode": 530035},
        "conditionalAccessStatus": "failure",
    }
    rows = [
        signin(1, 2, **refused, appliedConditionalAccessPolicies=[listed]),
        signin(2, 3, **refused, appliedConditionalAccessPolicies=[]),
    ]
    path = tmp_path / "signins.json"
    path.write_text(json.dumps(rows))

    told = json.loads(run(path, "--format", "json", "--allow-incomplete")[1])

    assert [
        (p["id"], p["blocks_legacy"], p["legacy_effect"], p["observed"]["blocked_legacy"]["events"])
        for p in told["policies"]
    ] == [("securitydefaults", True, "blocks", 2)]
    assert "Security defaults block legacy clients." in run(path)[1]


def test_groups_whose_members_were_not_among_those_given_are_named(contoso):
    coverage = contoso[0]["coverage"]

    assert "group members" not in [each["evidence"] for each in coverage["evidence_missing"]]
    assert (
        "The members of 2 groups or roles that policies name were not given: "
        "62e90394-69f5-4237-9190-012177145e10, b5c5d0ee-3a61-4d0e-8f2c-6f1f3b0e5a03. Whether they "
        "hold a person cannot be told."
    ) in coverage["notes"]

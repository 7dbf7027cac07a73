"""What sign-ins add: clients in use, and policies seen at work; by the triage's pipeline."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from analyzer.case.readiness import readiness_of
from analyzer.readiness.model import LegacyClient
from analyzer.results import Answer, PolicyRef
from analyzer.sources.store.layout import Store
from tests.readiness_tenant import AT, POLICY, one, policies, policy, smtp, told, user_id, write
from tests.storing import sort, take

SEEN = datetime(2026, 3, 1, 10, tzinfo=UTC)
OUTLOOK = "Microsoft Office/14.0 (Windows NT 6.1; Microsoft Outlook 14.0.7268; Pro)"


def signin(number, name="amy", *, app="IMAP4", agent="", blocked=True, by=POLICY, code=None):
    told_by = {
        "id": by,
        "displayName": "Block legacy",
        "enforcedGrantControls": ["Block"],
        "result": "failure" if blocked else "notApplied",
    }
    return {
        "id": f"aaaaaaaa-0000-4000-8000-{number:012d}",
        "createdDateTime": "2026-03-01T10:00:00Z",
        "userPrincipalName": smtp(name),
        "userId": user_id(name),
        "userDisplayName": name,
        "clientAppUsed": app,
        "userAgent": agent,
        "ipAddress": "203.0.113.7",
        "conditionalAccessStatus": "failure" if blocked else "success",
        "status": {"errorCode": code if code is not None else 53003 if blocked else 0},
        "location": {"countryOrRegion": "CA"},
        "isInteractive": True,
        "appliedConditionalAccessPolicies": [told_by],
    }


def assess(folder, *events, **changes):
    path = folder / "signins.json"
    path.write_text(json.dumps(list(events)), encoding="utf-8")
    inputs = replace(write(folder, **changes), signins=(path,))
    return readiness_of(inputs, generated_at=AT)


BROWSER = signin(99, app="Browser", agent="Mozilla/5.0", blocked=False)


def test_people_and_joins_are_the_same_with_and_without_sign_ins(tmp_path):
    without = readiness_of(write(tmp_path), generated_at=AT)

    told_with = assess(tmp_path, BROWSER)

    assert told(told_with) == told(without)
    assert (told_with.window_from, told_with.window_to) == (SEEN, SEEN)
    assert [each.evidence for each in told_with.coverage.evidence_missing] == [
        "moves", "onprem_logs",
    ]  # fmt: skip


IN_USE = {
    "phone": ("Exchange ActiveSync", "Apple-iPhone14C5/2202.91"),
    "mail-protocol": ("IMAP4", "BAV2ROPC"),
    "script": ("Exchange Web Services", "ExchangeServicesClient/15.0"),
    "skype": ("Exchange Web Services", "OC/16.0.14326.20404 (Skype for Business)"),
    "old-outlook": ("Outlook Anywhere (RPC over HTTP)", OUTLOOK),
}


@pytest.mark.parametrize("blocked", [True, False])
def test_legacy_clients_in_use_are_listed_whether_or_not_they_were_let_in(tmp_path, blocked):
    events = [
        signin(number, app=app, agent=agent, blocked=blocked)
        for number, (app, agent) in enumerate(IN_USE.values())
    ]

    readiness = assess(tmp_path, BROWSER, *events)

    expected = {
        LegacyClient(kind, f"{app}, {agent}", "sign-ins", True, SEEN, Answer.YES)
        for kind, (app, agent) in IN_USE.items()
    }
    assert expected <= set(one(readiness, "amy").legacy_clients)
    assert one(readiness, "bo").legacy_clients == ()


def test_a_wrong_password_and_a_capable_outlook_are_no_legacy_client(tmp_path):
    capable = "Microsoft Office/16.0 (Microsoft Outlook 16.0.14326)"
    events = (
        signin(1, app="IMAP4", blocked=False, code=50126),
        signin(2, app="Autodiscover", agent=capable),
    )

    assert one(assess(tmp_path, BROWSER, *events), "amy").legacy_clients == ()


def test_a_policy_seen_at_work_answers_where_none_was_exported(tmp_path):
    readiness = assess(tmp_path, BROWSER, signin(1), policies=None)

    assert told(readiness) == {
        "amy": ("stuck", "setting-off"), "bo": ("reconfigures", "setting-on"),
    }  # fmt: skip
    assert one(readiness, "amy").policies == (PolicyRef(POLICY, "Block legacy"),)


def test_security_defaults_seen_at_work_hold_for_everybody(tmp_path):
    event = signin(1, "cy", by="SecurityDefaults", code=530035)

    readiness = assess(tmp_path, BROWSER, event, policies=policies())

    assert told(readiness)["amy"] == ("stuck", "setting-off")


def test_rejected_sign_ins_make_the_forecast_incomplete(tmp_path):
    broken = {**signin(2), "createdDateTime": "yesterday"}

    readiness = assess(tmp_path, BROWSER, broken)

    assert not readiness.coverage.complete
    assert readiness.coverage.events_rejected == 1


def test_a_store_brings_the_policies_that_its_last_pull_saw(tmp_path):
    inputs = write(tmp_path, policies=None)
    export = tmp_path / "signins.json"
    export.write_text(json.dumps([BROWSER]), encoding="utf-8")
    with Store.create(tmp_path / "store") as held, held.locked():
        take(held, tmp_path / "work", export)
        sort(held, tmp_path / "work")
    kept = tmp_path / "store" / "raw" / "tenant"
    kept.mkdir(parents=True)
    (kept / "policies-20260301T000000.json").write_text(policies(), encoding="utf-8")
    (kept / "policies-20260302T000000.json").write_text(policies(policy()), encoding="utf-8")

    readiness = readiness_of(replace(inputs, signins=(tmp_path / "store",)), generated_at=AT)

    assert told(readiness)["amy"] == ("stuck", "setting-off")
    assert "policies" not in [each.evidence for each in readiness.coverage.evidence_missing]

"""The scenario simulator keeps its word: same bytes, whole truth, every feature somewhere."""

from __future__ import annotations

import csv
import hashlib
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.scenarios import Tenant, simulate, write
from benchmarks.scenarios.clients import is_legacy
from benchmarks.scenarios.evidence import moves
from benchmarks.scenarios.features import SPRAY_KINDS, draw_features
from benchmarks.scenarios.present import OBSERVED, STORIES, features_present
from benchmarks.scenarios.truth import FAILING, user_of, verdicts

PEOPLE = 140
pytestmark = pytest.mark.soak

SEEDS = range(1, 6)


@pytest.fixture(scope="module")
def tenants() -> list[Tenant]:
    return [simulate(seed, PEOPLE) for seed in SEEDS]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, tenants: list[Tenant]) -> Path:
    path = tmp_path_factory.mktemp("tenant")
    write(tenants[0], path)
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def records(folder: Path) -> list[dict]:
    files = sorted((folder / "signins").glob("*.ndjson"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


def tenant_dice(seed: int) -> random.Random:
    return random.Random(f"{seed}/tenant")  # noqa: S311 - no secret


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_same_seed_and_size_give_the_same_bytes_in_another_process(tmp_path: Path):
    write(simulate(9, 30), tmp_path / "here")
    command = [sys.executable, "-m", "benchmarks.scenarios", "--seed", "9", "--people", "30"]
    environment = {"PYTHONHASHSEED": "77"}

    subprocess.run(
        [*command, "--output", str(tmp_path / "there")],
        check=True, env=environment, cwd=Path(__file__).parents[1], capture_output=True,
    )  # fmt: skip

    assert digests(tmp_path / "here") == digests(tmp_path / "there")


def test_another_seed_gives_another_tenant():
    assert simulate(1, 20).events != simulate(2, 20).events


def test_every_signin_is_in_the_truth_once_and_the_reverse(folder: Path, records: list[dict]):
    truth = [row["signin_id"] for row in rows(folder / "truth/events.csv")]

    assert len(truth) == len(set(truth))
    assert {record["id"] for record in records} == set(truth)


def test_the_portal_has_the_same_signins_once(folder: Path):
    portal = [row["Request ID"] for file in (folder / "portal").iterdir() for row in rows(file)]

    assert sorted(portal) == sorted(row["signin_id"] for row in rows(folder / "truth/events.csv"))


def test_rows_come_late_and_twice(records: list[dict]):
    times = [record["createdDateTime"] for record in records]

    assert len({record["id"] for record in records}) < len(records)
    assert times != sorted(times)


def test_a_published_again_signin_has_each_policy_once(records: list[dict]):
    by_id: dict[str, list[str]] = {}
    for record in records:
        policies = [policy["id"] for policy in record["appliedConditionalAccessPolicies"]]
        by_id.setdefault(record["id"], []).extend(policies)

    assert all(len(policies) == len(set(policies)) for policies in by_id.values())
    assert len({len(policies) for policies in by_id.values()}) == 1


def test_the_description_is_whole(folder: Path):
    about = json.loads((folder / "about.json").read_text())

    assert set(about) == {
        "seed", "people", "window", "moves_timezone", "date_order", "events", "features"
    }  # fmt: skip
    assert about["people"] == PEOPLE
    assert about["events"] == len(rows(folder / "truth/events.csv"))


def test_headers_are_those_of_the_contract(folder: Path):
    headers = {
        "events": "signin_id,user,cause,owners,story",
        "verdicts": "user,cause,owners,status,events,first_seen,last_seen",
        "people": "user,stories,moved_at,move_recorded",
    }

    for name, header in headers.items():
        assert (folder / f"truth/{name}.csv").read_text().splitlines()[0] == header


def test_every_cause_occurs_and_no_other(tenants: list[Tenant]):
    causes = {event.cause for tenant in tenants for event in tenant.events}

    assert causes == {*FAILING, "success", "legacy-success", "interrupt"}


def test_every_story_and_observation_occurs_in_five_tenants(tenants: list[Tenant]):
    present = {name for tenant in tenants for name in features_present(tenant)}

    assert present == {*STORIES, *OBSERVED}


def test_every_kind_of_tenant_occurs():
    drawn = [draw_features(tenant_dice(seed), seed).told() for seed in range(200)]

    for name in (
        "separate_activesync_policy", "report_only_pilot", "enforced_midway", "policy_off_and_on",
        "indirect_block", "policies_visible", "activesync_false_success", "missing_export",
        "organisation_mapi_http", "clock_skew", "wrong_zone_export", "purged_moves",
    ):  # fmt: skip
        assert len({bool(features[name]) for features in drawn}) == 2, name
    assert {features["phase"] for features in drawn} == {"before", "during", "after"}
    assert {features["guard"] for features in drawn} == {
        "legacy-policy", "security-defaults", "mfa-policy"
    }  # fmt: skip
    assert {spray for features in drawn for spray in features["sprays"]} == set(SPRAY_KINDS)
    assert {len(features["zones"]) for features in drawn} == {1, 2}


def test_an_old_move_may_be_purged_from_the_export():
    seed = next(
        seed for seed in range(99) if not draw_features(tenant_dice(seed), seed).keeps_records
    )
    tenant = simulate(seed, 60)

    recorded = {row["ExchangeGuid"] for row in moves(tenant)}
    purged = [move for move in tenant.moves.values() if not move.is_recorded]

    assert purged
    assert not recorded & {tenant.people[move.person].exchange_guid for move in purged}


def test_nobody_is_reconfiguring_before_the_move(tenants: list[Tenant]):
    for tenant in tenants:
        for event in tenant.events:
            if event.cause in {"outlook-reconfiguration", "skype-for-business"}:
                moved = tenant.moved_at(event.person)
                assert moved is not None
                assert moved <= event.at


def test_a_delegate_fails_between_the_owners_move_and_his_own(tenants: list[Tenant]):
    for tenant in tenants:
        by_upn = {person.upn: person.number for person in tenant.people}
        for event in tenant.events:
            if event.cause == "delegate-access":
                owners_moves = [tenant.moved_at(by_upn[owner]) for owner in event.owners]
                own = tenant.moved_at(event.person)
                assert owners_moves
                assert min(move for move in owners_moves if move is not None) <= event.at
                assert not tenant.people[event.person].was_cloud
                assert own is None or event.at < own


def test_modern_clients_of_staff_are_no_legacy_cause(tenants: list[Tenant]):
    legacy = set(FAILING[:7])

    for tenant in tenants:
        for event in tenant.events:
            if event.cause in legacy or event.cause == "legacy-success":
                assert is_legacy(event.client)
            if event.cause in legacy:
                assert event.outcome.ca_status == "failure"


def test_attackers_and_staff_never_share_an_address(tenants: list[Tenant]):
    for tenant in tenants:
        hostile = {event.place.ip for event in tenant.events if event.instance == "attacker"}
        own = {event.place.ip for event in tenant.events if event.instance != "attacker"}
        assert hostile
        assert not hostile & own


def test_strangers_come_from_countries_nobody_is_in(tenants: list[Tenant]):
    for tenant in tenants:
        strange = {e.place.country for e in tenant.events if e.story == "known-password"}
        own = {e.place.country for e in tenant.events if e.instance != "attacker"}
        assert not strange & own


def test_verdicts_count_every_failing_event_once(tenants: list[Tenant]):
    for tenant in tenants:
        told = verdicts(tenant)
        failing = [event for event in tenant.events if event.cause in FAILING]
        assert sum(verdict.events for verdict in told) == len(failing)
        assert {(v.user, v.cause) for v in told} == {
            (user_of(tenant, event), event.cause) for event in failing
        }
        assert {verdict.status for verdict in told} == {"recovered", "stopped", "ongoing"}


def test_users_are_named_as_at_the_end_in_lower_case(tenants: list[Tenant]):
    for tenant in tenants:
        old = {person.old_upn for person in tenant.people if person.old_upn}
        users = {user_of(tenant, event) for event in tenant.events}
        assert not users & old
        assert all(user == user.lower() for user in users)

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

import duckdb
import pytest

from analyzer.case import Case
from analyzer.errors import PermissionMissingError, UsageError
from analyzer.sources.store.layout import Store
from tests.graph.dataset import make_policies, make_signins
from tests.graph.faults import VARIANTS, Faults
from tests.graph.server import GraphServer
from tests.pulling import (
    END,
    NOW,
    START,
    Puller,
    hurry,
    ids_by_day,
    lost_silently,
    names_its_person,
)

ROWS = make_signins(900, people=40, start=START, end=END, seed=7, legacy_share=0.1)
TIMES = {row["id"]: datetime.fromisoformat(row["createdDateTime"]) for row in ROWS}
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _no_waiting():
    hurry()


@pytest.fixture
def server():
    with GraphServer(ROWS, policies=make_policies()) as running:
        yield running


@pytest.fixture
def pull(server, tmp_path):
    return Puller(server.url, tmp_path / "store")


def whole(pull):
    """Whether the store holds every sign-in once and knows of no gap."""
    ids = ids_by_day(pull.folder)
    with Store.open(pull.folder) as store:
        gaps = store.ledger.gaps()
    return sorted(ids) == sorted(TIMES) and gaps == []


def test_a_full_pull_holds_every_sign_in_once(pull):
    pulled = pull()

    assert whole(pull)
    assert (pulled.tally.records >= len(ROWS), pulled.tally.late, pulled.gaps) == (True, 0, ())
    assert pulled.still_open == ((NOW - 2 * HOUR, NOW),)


def test_a_second_pull_asks_only_for_what_may_have_changed(pull, server):
    pull()
    asked_before = len(server.requests)

    pulled = pull(since=None)

    assert whole(pull)
    assert pulled.span[0] == NOW - 2 * HOUR
    assert len(server.requests) - asked_before < 15


@pytest.mark.soak
@pytest.mark.parametrize(
    ("kind", "variant"),
    [(kind, v) for kind, variants in VARIANTS.items() if kind != "forbidden" for v in variants],
)
def test_each_fault_is_survived(pull, server, kind, variant):
    server.faults = Faults.only(
        kind,
        seed=3,
        limit=3,
        variants={kind: variant},
        retry_after_seconds=0,
        stall_seconds=1.0,
        slow_seconds=0.1,
    )

    pull()

    assert server.faults.injected.total() == 3
    server.faults = Faults.none()
    pull()
    assert whole(pull)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(6))
def test_mixed_faults_lose_nothing_and_hide_nothing(pull, server, seed):
    server.faults = dataclasses.replace(
        Faults.mixed(seed, 0.3), retry_after_seconds=0, stall_seconds=0.8, slow_seconds=0.1
    )
    pull(workers=3)

    assert lost_silently(pull.folder, TIMES) == []
    assert all(each in TIMES for each in ids_by_day(pull.folder))

    server.faults = Faults.none()
    pull()
    assert whole(pull)


def test_what_cannot_be_had_is_a_gap_until_it_can(pull, server):
    pull.give_up_seconds = 0.2
    server.faults = Faults.only("server_error", variants={})
    pulled = pull()

    assert {gap.stream for gap in pulled.gaps if gap.stream == "signins"} == {"signins"}
    assert all("500" in gap.why for gap in pulled.gaps)
    assert lost_silently(pull.folder, TIMES) == []

    server.faults = Faults.none()
    # Asked for an hour only, the next pull fills the gaps of the one before it as well.
    assert pull(since=END - HOUR, until=END).gaps == ()
    assert whole(pull)


def test_a_bounded_pull_of_the_past_leaves_the_cursor(pull):
    pull(since=END - HOUR)
    pull(since=START, until=END - 2 * HOUR)

    assert pull(since=None).span[0] == NOW - 2 * HOUR


def test_late_rows_are_read_again_and_counted(pull, server):
    pull()
    late = make_signins(5, people=3, start=NOW - HOUR, end=NOW, seed=99)
    server.add_signins(late)

    pulled = pull(since=None, now=NOW + 3 * HOUR)

    assert pulled.tally.late == 5
    assert sorted(ids_by_day(pull.folder)) == sorted([*TIMES, *(row["id"] for row in late)])


def test_a_row_published_again_gets_both_lists_of_policies(pull, server):
    blocked = [row for row in ROWS if row["conditionalAccessStatus"] == "failure"]
    newest = max(blocked, key=lambda row: row["createdDateTime"])
    pull(now=END + HOUR)
    other = {"id": "late-policy", "displayName": "Late", "result": "failure"}
    server.replace_policies_of(newest["id"], [other])
    pull(now=END + 60 * HOUR, overlap=timedelta(days=3))

    with Store.open(pull.folder) as store:
        files = [str(path) for path in store.day_files().values()]
    with duckdb.connect() as connection:
        rows = connection.read_parquet(files).filter(f"signin_id = '{newest['id']}'")
        [(policies,)] = rows.select("policies").fetchall()
    assert "late-policy" in policies
    assert all(each["id"] in policies for each in newest["appliedConditionalAccessPolicies"])


def test_refused_for_lack_of_a_permission(pull, server):
    server.faults = Faults.only("forbidden")

    with pytest.raises(PermissionMissingError) as caught:
        pull()

    assert "AuditLog.Read.All" in caught.value.remedy
    with Store.open(pull.folder) as store:
        assert [gap.stream for gap in store.ledger.gaps()] == ["signins"]


def test_an_expired_token_that_cannot_be_renewed(pull, server):
    server.tokens = set()

    with pytest.raises(PermissionMissingError, match="does not accept the token"):
        pull()


def test_two_runs_at_once(pull):
    refused = pytest.raises(UsageError, match="another run")

    with Store.create(pull.folder) as store, store.locked(), refused:
        pull()


def test_older_than_graph_keeps_is_a_gap(pull):
    pulled = pull(since=NOW - timedelta(days=40))

    [gap] = [gap for gap in pulled.gaps if gap.stream == "signins"]
    edge = NOW - timedelta(days=30)
    assert gap.why.startswith("older than Graph keeps sign-ins")
    assert gap.span[0] == NOW - timedelta(days=40)
    # It moves on while the pull runs.
    assert edge <= gap.span[1] < edge + timedelta(minutes=1)
    assert sorted(ids_by_day(pull.folder)) == sorted(TIMES)


def test_the_triage_plan_holds_everything_of_the_people_it_names(pull):
    pull(plan="triage")

    named = {row["userId"] for row in ROWS if names_its_person(row)}
    prompted = {row["userId"] for row in ROWS if row["conditionalAccessStatus"] == "failure"}
    assert prompted - named
    wanted = {
        row["id"]
        for row in ROWS
        if row["userId"] in named or row["conditionalAccessStatus"] == "failure"
    }
    assert set(ids_by_day(pull.folder)) == wanted
    assert len(ids_by_day(pull.folder)) == len(wanted)
    with Store.open(pull.folder) as store:
        assert store.ledger.gaps() == []


def test_movers_of_a_refused_pull_are_read_by_the_next(pull, server):
    mover, named = ROWS[-1]["userId"], ROWS[-2]["userPrincipalName"]
    server.faults = Faults.only("forbidden")
    with pytest.raises(PermissionMissingError):
        pull(plan="triage", mover_ids=frozenset([mover]), mover_names=frozenset([named]))
    server.faults = Faults.none()

    pull(plan="triage")

    held = set(ids_by_day(pull.folder))
    wanted = [r["id"] for r in ROWS if mover == r["userId"] or named == r["userPrincipalName"]]
    assert wanted
    assert held.issuperset(wanted)


def test_a_full_pull_fills_the_gaps_of_an_earlier_triage(pull, server):
    pull.give_up_seconds = 0.2
    server.faults = Faults.only("server_error")
    assert pull(plan="triage", until=START + 20 * HOUR).gaps
    server.faults = Faults.none()

    pulled = pull(since=END - HOUR)

    assert [gap for gap in pulled.gaps if gap.stream.startswith("signins")] == []


def test_every_page_asks_for_unknown_members_and_none_goes_elsewhere(pull, server):
    server.faults = Faults.only("foreign_link", limit=2, seed=1)
    pull()

    reports = [r for r in server.requests if r.path.endswith("signIns")]
    assert {r.headers.get("prefer") for r in reports} == {"include-unknown-enum-members"}


def test_what_is_kept_a_little_longer_makes_no_whole_month_complete(tmp_path):
    edge = make_signins(20, people=3, start=NOW - timedelta(days=30, hours=6), end=NOW, seed=4)
    oldest = min(datetime.fromisoformat(row["createdDateTime"]) for row in edge)
    with GraphServer(edge) as server:
        pulled = Puller(server.url, tmp_path / "store")(since=NOW - timedelta(days=60))

    [gap] = [gap for gap in pulled.gaps if gap.stream == "signins"]
    assert gap.span[0] == NOW - timedelta(days=60)
    assert abs(gap.span[1] - min(oldest, NOW - timedelta(days=30))) < timedelta(minutes=1)


def test_a_service_that_keeps_far_longer_has_no_gap_where_nothing_happened(tmp_path):
    start = NOW - timedelta(days=400)
    rows = make_signins(20, people=3, start=start, end=start + timedelta(days=2), seed=4)
    with GraphServer(rows) as server:
        pull = Puller(server.url, tmp_path / "store")
        for plan in ("full", "triage"):
            pulled = pull(since=start - HOUR, until=start + timedelta(days=3), plan=plan)
            assert pulled.gaps == ()

    assert sorted(ids_by_day(pull.folder)) == sorted(row["id"] for row in rows)


def test_time_that_was_never_asked_for_is_named(pull):
    pull(since=END - HOUR)

    asked = Case.load(pull.folder, since=END - 5 * HOUR).coverage
    whole = Case.load(pull.folder).coverage

    assert whole.gaps == ()
    assert [gap.partition("from")[0] for gap in asked.gaps] == [
        "store store was never asked for sign-ins "
    ]


def test_a_gap_of_a_full_pull_is_tried_again_by_the_default_plan(pull, server):
    pull.give_up_seconds = 0.2
    server.faults = Faults.only("server_error")
    pull()
    server.faults = Faults.none()

    assert pull(plan="triage").gaps == ()
    assert whole(pull)


def test_people_without_an_object_id_are_asked_for_by_name(tmp_path):
    rows = [dict(row) for row in ROWS[:60]]
    nobody = {"userId": None, "userPrincipalName": "scanner@contoso.example"}
    for row in rows[::2]:
        row.update(nobody)
    rows[0] |= {"conditionalAccessStatus": "failure"}
    with GraphServer(rows) as server:
        pull = Puller(server.url, tmp_path / "store")
        pull(plan="triage")

    of_scanner = {row["id"] for row in rows if row["userId"] is None}
    assert of_scanner <= set(ids_by_day(pull.folder))

"""``analyzer pull`` as a program, against a real server on loopback."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from datetime import timedelta

import pytest

from analyzer.sources.store.layout import Store
from tests.graph.dataset import make_policies, make_signins
from tests.graph.faults import Faults
from tests.graph.server import GraphServer
from tests.pulling import END, NOW, START

ROWS = make_signins(300, people=30, start=START, end=END, seed=5, legacy_share=0.2)
TOKEN = "loopback-secret-token"  # noqa: S105 - opens the loopback server only
SINCE = START.isoformat()


@pytest.fixture
def server():
    with GraphServer(ROWS, policies=make_policies(), token=TOKEN) as running:
        yield running


@pytest.fixture
def run(server, tmp_path):
    """Run a command line; the store is ``store`` in the working folder."""

    def ran(*arguments, url=None, **environ):
        own = {
            "GRAPH_ACCESS_TOKEN": TOKEN,
            "ANALYZER_GRAPH_URL": url or server.url,
            "ANALYZER_GRAPH_REQUESTS_PER_10_SECONDS": "100000",
            "ANALYZER_GRAPH_POLICY_REQUESTS_PER_SECOND": "1000",
        }
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ANALYZER_", "AZURE_"))}
        return subprocess.run(
            [sys.executable, "-m", "analyzer.cli", *arguments],
            env={**kept, **own, **environ},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return ran


def coverage(done):
    return json.loads(done.stdout)["coverage"]


def test_a_store_is_an_input_like_any_other(run, tmp_path):
    pulled = run("pull", "--store", "store", "--since", SINCE, "--plan", "full")
    triaged = run("triage", "store", "--format", "json", "--events", "events.ndjson")

    assert (pulled.returncode, triaged.returncode) == (0, 0), pulled.stderr + triaged.stderr
    lines = (tmp_path / "events.ndjson").read_text().splitlines()
    events = [json.loads(line) for line in lines]
    assert sorted(event["signin_id"] for event in events) == sorted(row["id"] for row in ROWS)
    told = coverage(triaged)
    assert (told["complete"], told["gaps"], told["events_read"]) == (True, [], len(ROWS))
    assert [each["format"] for each in told["inputs"]] == ["store"]
    # The policies that were pulled are evidence.
    assert "policies" not in [each["evidence"] for each in told["evidence_missing"]]


@pytest.mark.soak
def test_a_gap_is_told_by_every_later_report(run, server):
    server.faults = Faults.only("unavailable", variants={"unavailable": "silent"})
    pulled = run("pull", "--store", "store", "--since", SINCE, "--give-up", "1s")
    triaged = run("triage", "store", "--format", "json")

    assert (pulled.returncode, triaged.returncode) == (5, 5)
    assert "GAP" in pulled.stdout
    assert "503" in pulled.stdout
    assert not coverage(triaged)["complete"]
    assert "503" in coverage(triaged)["gaps"][0]

    server.faults = Faults.none()
    assert run("pull", "--store", "store").returncode == 0
    assert coverage(run("triage", "store", "--format", "json"))["complete"]


@pytest.mark.soak
@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"premium": False}, "P1"),
        ({"token": "another"}, "token"),
        ({"faults": Faults.only("forbidden")}, "AuditLog.Read.All"),
    ],
)
def test_not_permitted_is_exit_code_four_and_says_what_is_missing(run, how, says):
    with GraphServer(ROWS, **{"token": TOKEN, **how}) as server:
        done = run("pull", "--store", "store", "--since", SINCE, url=server.url)

    assert done.returncode == 4
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert run("triage", "store", "--format", "json").returncode == 5


@pytest.mark.soak
def test_warnings_before_the_pull(run):
    with GraphServer(ROWS, token=TOKEN, hide_policies=True, clock_skew_seconds=-3600) as server:
        done = run(
            "pull", "--store", "store", "--since", (NOW - timedelta(days=45)).isoformat(),
            url=server.url,
        )  # fmt: skip

    assert done.returncode == 5
    assert "Policy.Read" in done.stderr
    assert "30 days" in done.stderr
    assert "clock" in done.stderr
    assert "older than Graph keeps" in done.stdout


@pytest.mark.soak
def test_progress_for_programs_and_both_plans_estimates(run):
    done = run("pull", "--store", "store", "--since", SINCE, "--log-format", "json")

    lines = [json.loads(line) for line in done.stderr.splitlines()]
    estimate = next(line for line in lines if "full_requests" in line)
    assert done.returncode == 0
    assert all(line["at"].endswith("Z") for line in lines)
    assert estimate["full_requests"] >= 1
    assert estimate["triage_requests"] >= 3
    assert 0 < estimate["not_fetched"] <= estimate["events"]


def test_nothing_secret_and_nothing_for_others_in_a_store(run, tmp_path):
    done = run("pull", "--store", "store", "--since", SINCE)

    store = tmp_path / "store"
    found = {p: stat.S_IMODE(p.stat().st_mode) for p in [store, *store.rglob("*")]}
    assert {mode for p, mode in found.items() if p.is_dir()} == {0o700}
    assert {mode for p, mode in found.items() if p.is_file()} == {0o600}
    assert not [p for p in found if p.is_file() and TOKEN.encode() in p.read_bytes()]
    assert TOKEN not in done.stdout + done.stderr


def test_the_second_of_two_runs_says_so_and_stops(run, tmp_path):
    with Store.create(tmp_path / "store") as store, store.locked():
        done = run("pull", "--store", "store", "--since", SINCE)

    assert done.returncode == 2
    assert "another run is writing" in done.stderr


@pytest.mark.soak
@pytest.mark.parametrize(
    ("arguments", "environ", "says"),
    [
        ((), {}, "--since"),
        (("--since", "2026-03-02T00:00:00"), {}, "time zone"),
        (("--since", SINCE, "--until", SINCE), {}, "empty"),
        (("--since", SINCE), {"ANALYZER_GRAPH_URL": "http://192.0.2.1"}, "ANALYZER_GRAPH_URL"),
        (("--since", SINCE, "--give-up", "soon"), {}, "--give-up"),
    ],
)
def test_what_only_the_caller_can_say(run, arguments, environ, says):
    done = run("pull", "--store", "store", *arguments, **environ)

    assert (done.returncode, says in done.stderr, "Traceback" in done.stderr) == (2, True, False)


@pytest.mark.soak
def test_no_network_is_said_at_once_and_is_a_gap(run):
    done = run("pull", "--store", "store", "--since", SINCE, "--give-up", "1s",
               url="http://127.0.0.1:9")  # fmt: skip

    assert done.returncode == 5
    assert "can be reached" in done.stderr
    assert run("triage", "store", "--format", "json").returncode == 5

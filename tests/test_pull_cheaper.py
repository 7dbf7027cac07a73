"""Where reading all sign-ins takes fewer requests than asking for people, they are read."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from analyzer.collecting.estimate import Estimate
from analyzer.sources.store.layout import Store
from tests.graph.dataset import make_signins
from tests.graph.faults import Faults
from tests.graph.server import GraphServer
from tests.pulling import END, NOW, START, Puller, hurry, ids_by_day, names_its_person

HOUR = timedelta(hours=1)
# A spray by a legacy client: everybody is named, and each has few sign-ins.
ROWS = make_signins(600, people=200, start=START, end=NOW, seed=5, legacy_share=1.0)
PEOPLE = {row["userId"] for row in ROWS if names_its_person(row)}
ALL_SEEN = Estimate(
    requests_per_10_seconds=5,
    events=len(ROWS),
    named=frozenset(PEOPLE),
    seen=Counter(row["userId"] for row in ROWS),
)


@pytest.fixture(autouse=True)
def _no_waiting():
    hurry()


@pytest.fixture
def server():
    with GraphServer(ROWS) as running:
        yield running


@pytest.fixture
def pull(server, tmp_path):
    return Puller(server.url, tmp_path / "store", page_size=1000, expected=ALL_SEEN)


def questions(server, field):
    return [each for each in server.requests if field in each.query.get("$filter", "")]


def held(pull):
    with Store.open(pull.folder) as store:
        return store.ledger.asked("signins"), store.ledger.gaps()


@pytest.mark.parametrize(
    ("people", "count", "share", "is_cheaper"),
    [
        (PEOPLE, 10, 1.0, True),
        (PEOPLE, 1, 1.0, False),
        (sorted(PEOPLE)[:20], 1, 1.0, False),
        # Nobody was seen in the looks: a question takes a page all the same.
        (["nobody"], 10, 0.1, True),
        ([], 0, 1.0, False),
    ],
)
def test_which_takes_fewer_requests(people, count, share, is_cheaper):
    assert ALL_SEEN.is_cheaper_whole(sorted(people), count, share) == is_cheaper


def test_what_was_not_looked_at_is_not_called_cheaper():
    assert not Estimate(5).is_cheaper_whole(sorted(PEOPLE), 1000, 1.0)


def test_an_estimate_counts_questions_pages_and_what_is_left_out():
    found = Estimate(
        5, events=100_000, first_part=3_500, named=frozenset("ab"), movers=50,
        seen={"a": 3, "b": 2, "c": 95},
    )  # fmt: skip

    assert (found.full_requests, found.triage_events) == (103, 5_000)
    # One question for policies, two for clients with three full pages more, three for people.
    assert found.triage_requests == 1 + 2 + 3 + 7
    assert found.duration(found.full_requests) == timedelta(seconds=206)


def test_people_of_whom_everything_is_cheaper_are_not_asked_for(pull, server):
    pulled = pull(plan="triage", until=END)

    assert held(pull) == ([(START, END)], [])
    assert questions(server, "userId") == []
    assert (pulled.gaps, pulled.tally.late) == ((), 0)
    wanted = {row["id"] for row in ROWS if row["createdDateTime"] <= f"{END:%Y-%m-%dT%H:%M:%SZ}"}
    assert sorted(ids_by_day(pull.folder)) == sorted(wanted)


def test_without_an_estimate_people_are_asked_for(pull, server):
    pull.expected = None

    pull(plan="triage", until=END)

    until = {row["userId"] for row in ROWS if row["createdDateTime"] <= f"{END:%Y-%m-%dT%H:%M:%SZ}"}
    assert held(pull) == ([], [])
    assert len(questions(server, "userId")) >= len(until & PEOPLE) / 20 - 1


def test_everything_that_could_not_be_had_is_a_gap_until_it_is(pull, server):
    pull.give_up_seconds = 0.2
    server.faults = Faults.only("server_error")
    before = pull(plan="triage")
    server.faults = Faults.none()
    again = pull(plan="triage")

    assert before.gaps
    assert again.gaps == ()
    assert sorted(ids_by_day(pull.folder)) == sorted(row["id"] for row in ROWS)


def test_what_is_open_is_read_again_by_the_next_pull_and_closed(pull, server):
    first = pull(plan="triage")
    assert questions(server, "userId") == []
    pull.expected = None
    later = pull(plan="triage", since=None, now=NOW + 3 * HOUR)

    assert [end for _, end in first.still_open] == [NOW]
    assert all(start >= NOW for start, _ in later.still_open)
    assert (later.gaps, later.tally.late) == ((), 0)


def test_a_full_pull_after_it_completes(pull):
    pull(plan="triage", until=END)

    pulled = pull(plan="full", since=START, now=NOW + 3 * HOUR)

    assert pulled.gaps == ()
    assert sorted(ids_by_day(pull.folder)) == sorted(row["id"] for row in ROWS)

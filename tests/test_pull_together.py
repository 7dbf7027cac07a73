from __future__ import annotations

import math

import pytest

from analyzer.collecting.streams import TOGETHER, of_name, of_person, together
from analyzer.sources.store.layout import Store
from tests.graph.answers import refused
from tests.graph.dataset import make_signins
from tests.graph.server import GraphServer
from tests.pulling import END, START, Puller, hurry, ids_by_day, names_its_person

ROWS = make_signins(1500, people=60, start=START, end=END, seed=3, legacy_share=0.6)


class RefusingServer(GraphServer):
    """Takes no question for several people."""

    def answer(self, asked, *, has_doubles=False):
        if " or userId" in asked.query.get("$filter", ""):
            self.requests.append(asked)
            return refused("Invalid filter clause").answer(asked, END)
        return super().answer(asked, has_doubles=has_doubles)


@pytest.fixture(autouse=True)
def _no_waiting():
    hurry()


def of_people(server):
    return [r for r in server.requests if "userId eq" in r.query.get("$filter", "")]


def named():
    """Everybody whom a legacy client or a block names, and what is fetched with them."""
    people = {row["userId"] for row in ROWS if names_its_person(row)}
    return people, sorted(
        row["id"]
        for row in ROWS
        if row["userId"] in people or row["conditionalAccessStatus"] == "failure"
    )


def test_one_question_for_some_people():
    question = together([of_person("A"), of_name("b@contoso.example")])

    assert question.names == ("signins person=a", "signins name=b@contoso.example")
    assert question.conditions[-1] == "(userId eq 'a' or userPrincipalName eq 'b@contoso.example')"
    assert together([of_person("a")]) == of_person("a")


def test_people_are_asked_for_together_and_known_one_by_one(tmp_path):
    with GraphServer(ROWS) as server:
        pull = Puller(server.url, tmp_path / "store", page_size=1000)
        pulled = pull(plan="triage", until=END)
        asked = len(of_people(server))
        again = pull(plan="triage", until=END)

    people, ids = named()
    assert asked <= math.ceil(len(people) / TOGETHER["people"]) * 2
    assert (pulled.gaps, again.gaps, again.tally.late) == ((), (), 0)
    assert sorted(ids_by_day(pull.folder)) == ids
    with Store.open(pull.folder) as store:
        read = {p for p in people if store.ledger.done(f"signins person={p}") == [(START, END)]}
    assert read == people


def test_where_the_service_takes_no_such_question_people_are_asked_for_one_by_one(tmp_path):
    with RefusingServer(ROWS) as server:
        pull = Puller(server.url, tmp_path / "store", page_size=1000)
        pulled = pull(plan="triage", until=END)

    people, ids = named()
    assert pulled.gaps == ()
    assert sorted(ids_by_day(pull.folder)) == ids
    assert len(of_people(server)) >= len(people)


def test_a_later_pull_counts_nobody_late_who_came_with_others_before(tmp_path):
    with GraphServer(ROWS) as server:
        pull = Puller(server.url, tmp_path / "store", page_size=1000)
        pull(plan="triage")
        people, _ = named()
        left_out = sorted({row["userId"] for row in ROWS} - people)

        pulled = pull(plan="triage", since=None, mover_ids=frozenset(left_out[:1]))

    assert (pulled.tally.late, pulled.gaps) == (0, ())

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import duckdb
import pandas as pd
import pytest

from analyzer import classify
from analyzer.correlate import correlate
from analyzer.engine.workspace import DuckDbWorkspace
from tests import canonical

START = datetime(2026, 3, 9, 8, tzinfo=UTC)
NO_MOVES = pd.DataFrame(
    {
        "person_key": pd.Series(dtype="object"),
        "completed_at": pd.Series(dtype="datetime64[us, UTC]"),
        "is_coarse": pd.Series(dtype="bool"),
    }
)
NO_PAIRS = NO_MOVES.assign(owner_key=pd.Series(dtype="object"))
OUTLOOK = "d3590ed6-52b3-4102-aeff-aad2292ab01c"
EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"


def at(minutes: float) -> str:
    return (START + timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M:%S")


def good(person, minutes, ip="203.0.113.1", country="CA", **more):
    base = {"client_app": "Browser", "error_code": 0, "ca_status": "success"}
    return {**_who(person, minutes, ip, country), **base, **more}


def wrong(person, minutes, ip, country="CA", client="Browser"):
    return {**_who(person, minutes, ip, country), "client_app": client, "error_code": 50126}


def blocked(person, minutes, ip="203.0.113.1", country="CA", client="Autodiscover", agent=None):
    failed = {"error_code": 53003, "ca_status": "failure", "user_agent": agent}
    return {**_who(person, minutes, ip, country), "client_app": client, **failed}


def _who(person, minutes, ip, country):
    return {
        "user_id": person,
        "occurred_at": at(minutes),
        "ip_address": ip,
        "country": country,
    }


@pytest.fixture
def run(tmp_path):
    """Correlate rows; close the connection afterwards."""
    connection = duckdb.connect()

    def correlated(rows, cutovers=NO_MOVES, pairs=NO_PAIRS):
        people = sorted({row["user_id"] for row in rows})
        workspace = DuckDbWorkspace(connection, tmp_path)
        policies = canonical.policy_results(connection, [])
        labelled = classify.label(
            canonical.signins(connection, rows),
            policies,
            canonical.keys(connection, [(person, person) for person in people]),
        )
        return correlate(labelled.stored(workspace), policies, cutovers, pairs, workspace)

    yield correlated
    connection.close()


def places(found):
    """(person, outcome) → source classes."""
    classes: dict[tuple[str, str], set[str]] = {}
    for row in found.bundles.to_dict("records"):
        classes.setdefault((row["person_key"], row["outcome"]), set()).add(row["source_class"])
    return classes


def everyday(*people):
    return [good(person, 60 * 24 * day) for person in people for day in range(3)]


PEOPLE = [f"p{number}" for number in range(8)]


def test_wrong_passwords_on_five_people_in_twenty_minutes_make_a_hostile_address(run):
    rows = everyday(*PEOPLE) + [
        wrong(person, 100 + 4 * number, "198.51.100.9", "NL")
        for number, person in enumerate(PEOPLE[:5])
    ]

    found = run(rows)

    assert places(found) == {(p, "wrong-password"): {"hostile"} for p in PEOPLE[:5]}
    hostile = found.sources.to_dict("records")[0]
    assert (hostile["source"], hostile["failing_people"], hostile["succeeding_people"]) == (
        "198.51.100.9",
        5,
        0,
    )


def test_four_people_are_not_many(run):
    rows = everyday(*PEOPLE) + [
        wrong(person, 100 + number, "203.0.113.99") for number, person in enumerate(PEOPLE[:4])
    ]

    assert places(run(rows)) == {(p, "wrong-password"): {"familiar"} for p in PEOPLE[:4]}


def test_five_people_over_five_days_are_not_a_short_time(run):
    rows = everyday(*PEOPLE) + [
        wrong(person, 60 * 24 * number, "203.0.113.99") for number, person in enumerate(PEOPLE[:5])
    ]

    assert places(run(rows)) == {(p, "wrong-password"): {"familiar"} for p in PEOPLE[:5]}


def test_an_office_where_more_people_succeed_than_fail_is_no_attacker(run):
    crowd = [f"c{number}" for number in range(12)]
    rows = everyday(*crowd) + [
        wrong(person, 100 + number, "203.0.113.1") for number, person in enumerate(crowd[:6])
    ]

    assert set.union(*places(run(rows)).values()) == {"familiar"}


def test_many_stuck_outlooks_behind_one_address_are_no_attacker(run):
    crowd = [f"c{number}" for number in range(30)]
    rows = (
        [blocked(person, 10 + number) for number, person in enumerate(crowd)]
        + [wrong(person, 20 + number, "203.0.113.1") for number, person in enumerate(crowd[:5])]
        + [good(person, 200) for person in crowd[10:20]]
    )

    found = run(rows)

    assert "hostile" not in set.union(*places(found).values())
    assert len(found.sources) == 0


def test_what_fails_from_a_hostile_address_is_hostile_whatever_the_code(run):
    spray = [
        wrong(person, 100 + number, "198.51.100.9", "NL") for number, person in enumerate(PEOPLE)
    ]
    rows = [*everyday(*PEOPLE), *spray, blocked("p0", 103, "198.51.100.9", "NL")]

    assert places(run(rows))["p0", "blocked"] == {"hostile"}


def test_a_new_home_address_in_the_usual_country_is_familiar(run):
    rows = [*everyday(*PEOPLE), blocked("p0", 500, "192.0.2.77", "CA")]

    assert places(run(rows)) == {("p0", "blocked"): {"familiar"}}


def test_a_place_new_in_address_network_and_country_is_unfamiliar(run):
    rows = [*everyday(*PEOPLE), blocked("p0", 500, "192.0.2.77", "BR")]

    assert places(run(rows)) == {("p0", "blocked"): {"unfamiliar"}}


def test_a_place_abroad_where_colleagues_sign_in_is_familiar(run):
    branch = [good(p, 60 * 24 * day, "192.0.2.70", "BR") for p in ("p6", "p7") for day in range(3)]
    rows = [*everyday(*PEOPLE[:6]), *branch, blocked("p0", 500, "192.0.2.77", "BR")]

    assert places(run(rows)) == {("p0", "blocked"): {"familiar"}}


def test_of_a_person_without_successes_in_a_small_organisation_nothing_is_strange(run):
    rows = [*everyday("p1", "p2"), blocked("p0", 500, "192.0.2.77", "BR")]

    assert places(run(rows)) == {("p0", "blocked"): {"unknown"}}


def test_an_input_of_failures_only_knows_no_places(run):
    rows = [blocked("p0", 500, "192.0.2.77", "BR"), blocked("p1", 510)]

    assert places(run(rows)) == {("p0", "blocked"): {"unknown"}, ("p1", "blocked"): {"unknown"}}


def test_a_spray_with_an_address_for_each_person_is_seen_by_its_hour(run):
    rows = everyday(*PEOPLE) + [
        wrong(person, 100 + 5 * number, f"198.18.{number}.9", "VN")
        for number, person in enumerate(PEOPLE[:6])
    ]

    assert places(run(rows)) == {(p, "wrong-password"): {"hostile"} for p in PEOPLE[:6]}


def test_ews_without_an_agent_belongs_to_the_outlook_beside_it(run):
    rows = [
        *everyday("p0"),
        blocked("p0", 500),
        blocked("p0", 501, client="Exchange Web Services"),
        blocked("p0", 502, client="Other clients"),
    ]

    assert run(rows).bundles[["family", "events"]].to_dict("records") == [
        {"family": "outlook", "events": 3}
    ]


def test_sides_are_half_open_with_a_tolerance_for_clocks(run):
    cutovers = pd.DataFrame(
        {
            "person_key": ["p0"],
            "completed_at": pd.to_datetime([at(500)], utc=True).astype("datetime64[us, UTC]"),
            "is_coarse": [False],
        }
    )
    rows = [*everyday("p0"), *(blocked("p0", minute) for minute in (484, 485, 500, 600))]

    sides = run(rows, cutovers).bundles.set_index("side")["events"].to_dict()

    assert sides == {"before": 1, "after": 3}


def test_failures_are_counted_on_both_sides_of_each_owners_cut_over(run):
    pairs = pd.DataFrame(
        {
            "person_key": ["p0", "p0"],
            "owner_key": ["early", "late"],
            "completed_at": pd.to_datetime([at(0), at(1500)], utc=True).astype(
                "datetime64[us, UTC]"
            ),
            "is_coarse": [False, False],
        }
    )
    rows = [*everyday("p0"), *(blocked("p0", minute) for minute in (100, 200, 1600))]

    owners = run(rows, pairs=pairs).owners.set_index("owner_key")

    assert owners[["events", "after", "days_before"]].to_dict("index") == {
        "early": {"events": 3, "after": 3, "days_before": 0},
        "late": {"events": 3, "after": 1, "days_before": 1},
    }


def test_only_the_same_kind_of_client_is_a_recovery(run):
    outlook = {
        "client_app": "Mobile Apps and Desktop clients",
        "app_id": OUTLOOK,
        "resource_id": EXCHANGE,
        "device_os": "Windows 10",
    }
    rows = [
        *everyday("p0", "p1"),
        blocked("p0", 500),
        blocked("p1", 500),
        good("p0", 700),
        good("p1", 700),
        good("p1", 800, **outlook),
    ]

    found = run(rows).recoveries

    assert found[["person_key", "family"]].to_dict("records") == [
        {"person_key": "p1", "family": "outlook"}
    ]
    assert found["recovered_at"].iloc[0] == pd.Timestamp(at(800), tz="UTC")


def test_outcomes_add_up_to_every_event(run):
    rows = [*everyday(*PEOPLE), blocked("p0", 500), wrong("p1", 600, "203.0.113.1")]

    found = run(rows)

    assert sum(found.outcomes.values()) == len(rows)
    assert found.bundles["events"].sum() == 2


def test_another_app_is_no_recovery_of_one_that_a_policy_stopped(run):
    stopped = {"client_app": "Mobile Apps and Desktop clients", "app_id": "word"}
    device = {"error_code": 53000, "ca_status": "failure"}
    rows = [
        *everyday("p0", "p1"),
        good("p0", 500, **{**stopped, **device}),
        good("p1", 500, **{**stopped, **device}),
        good("p0", 700, app_id="teams"),
        good("p1", 800, **stopped),
    ]

    found = run(rows).recoveries

    assert found[["person_key", "outcome"]].to_dict("records") == [
        {"person_key": "p1", "outcome": "policy"}
    ]


def test_a_guess_that_gets_in_does_not_make_the_place_familiar(run):
    guesses = [wrong("p0", 600 + number, "192.0.2.77", "NG") for number in range(40)]
    inside = [good("p0", 650, "192.0.2.77", "NG"), blocked("p0", 655, "192.0.2.77", "NG")]

    found = places(run([*everyday(*PEOPLE), *guesses, *inside]))

    assert found == {("p0", "wrong-password"): {"unfamiliar"}, ("p0", "blocked"): {"unfamiliar"}}


def test_a_success_from_a_hostile_network_does_not_excuse_what_failed_there(run):
    spray = [wrong(p, 600 + 2 * n, f"198.51.100.{n}", "NL") for n, p in enumerate(PEOPLE)]
    inside = [good("p0", 650, "198.51.100.99", "NL"), blocked("p0", 655, "198.51.100.99", "NL")]

    found = places(run([*everyday(*PEOPLE), *spray, *inside]))

    assert found["p0", "blocked"] == {"hostile"}
    assert found["p0", "wrong-password"] == {"hostile"}


def test_two_days_abroad_make_a_place_familiar(run):
    trip = [good("p0", 1440 * day, "192.0.2.77", "BR") for day in (5, 6)]

    found = places(run([*everyday(*PEOPLE), *trip, blocked("p0", 7500, "192.0.2.77", "BR")]))

    assert found == {("p0", "blocked"): {"familiar"}}


def test_an_export_of_one_day_knows_homes_all_the_same(run):
    homes = [good(p, n, f"203.0.113.{n + 10}") for n, p in enumerate(PEOPLE)]

    found = places(run([*homes, blocked("p3", 300, "203.0.113.13")]))

    assert found == {("p3", "blocked"): {"familiar"}}


APP = {"client_app": "Mobile Apps and Desktop clients", "device_os": "Windows 10"}
OUTLOOK_APP = {**APP, "app_id": OUTLOOK, "resource_id": EXCHANGE}
DAY = 1440


def test_a_client_that_was_well_all_along_is_another_device(run):
    rows = [
        *everyday("p0", "p1"),
        *(blocked(person, DAY * day + 500) for person in ("p0", "p1") for day in range(4, 9)),
        *(good("p0", DAY * day + 600, **OUTLOOK_APP) for day in range(4, 12)),
        good("p1", DAY * 11 + 600, **OUTLOOK_APP),
    ]

    found = run(rows).recoveries

    assert found[["person_key", "family"]].to_dict("records") == [
        {"person_key": "p1", "family": "outlook"}
    ]


def test_outlook_on_a_phone_is_no_recovery_of_the_phones_own_mail_app(run):
    phone = {"client": "Exchange ActiveSync", "agent": "Apple-iPhone14C5/2202.91"}
    app = "27922004-5251-4030-b22d-91ecd9a37ea4"
    again = "f8d98a96-0999-43f5-8af3-69971c7bb423"
    rows = [
        *everyday("p0", "p1"),
        *(blocked(person, 500, **phone) for person in ("p0", "p1")),
        good("p0", 3000, **{**APP, "app_id": app}),
        good("p1", 3000, **{**APP, "app_id": again}),
    ]

    found = run(rows).recoveries

    assert found["person_key"].tolist() == ["p1"]


def test_another_page_in_the_browser_shows_the_end_of_a_policy_but_not_of_an_apps_own_failure(run):
    stopped = {"error_code": 53003, "ca_status": "failure"}
    failed = {"error_code": 50105}
    rows = [
        *everyday("p0", "p1"),
        good("p0", 5000, app_id="sharepoint", **stopped),
        good("p1", 5000, app_id="sharepoint", **failed),
        *(good(person, 6000, app_id="portal") for person in ("p0", "p1")),
    ]

    found = run(rows).recoveries

    assert found[["person_key", "outcome"]].to_dict("records") == [
        {"person_key": "p0", "outcome": "blocked"}
    ]


def test_a_phone_let_in_again_with_the_new_password_has_recovered(run):
    phone = {"client": "Exchange ActiveSync"}
    rows = [
        *everyday("p0", "p1"),
        wrong("p0", 5000, "203.0.113.1", **phone),
        wrong("p1", 5000, "203.0.113.1", **phone),
        good("p0", 6000, client_app="Exchange ActiveSync"),
    ]

    found = run(rows).recoveries

    assert found["person_key"].tolist() == ["p0"]


def test_a_spray_that_steps_to_the_next_address_is_one_spray(run):
    hosting = {"autonomous_system_number": 65548}
    agent = {"user_agent": "Microsoft Office/16.0 (Windows NT 10.0)", **hosting}
    vpn = [good(person, 60 * 24, "192.0.2.200", **hosting) for person in PEOPLE]
    first = [
        {**wrong(person, 100 + number, "192.0.2.2", client="Autodiscover"), **agent}
        for number, person in enumerate(PEOPLE[:5])
    ]
    beside = {**wrong("p5", 110, "192.0.2.3", client="Autodiscover"), **agent}
    later = {**wrong("p6", 900, "192.0.2.3", client="Autodiscover"), **agent}
    other = {**wrong("p7", 111, "192.0.2.4", client="Autodiscover"), **hosting}

    found = places(run([*everyday(*PEOPLE), *vpn, *first, beside, later, other]))

    assert found["p5", "wrong-password"] == {"hostile"}
    assert found["p6", "wrong-password"] == {"familiar"}
    assert found["p7", "wrong-password"] == {"familiar"}


def test_a_campaign_counts_those_of_its_people_who_came_by_a_hostile_network(run):
    networks = ["NG"] * 4 + ["KZ"] * 4
    spray = [
        wrong(person, 5000 + 6 * number, f"198.51.{number}.9", country)
        for number, (person, country) in enumerate(zip(PEOPLE, networks, strict=True))
    ]

    found = places(run([*everyday(*PEOPLE), *spray]))

    assert set(map(frozenset, found.values())) == {frozenset({"hostile"})}


def test_exchange_is_first_met_by_mail_clients_and_not_by_browsers(run):
    rows = [
        good("p0", 10, resource_id=EXCHANGE),
        blocked("p0", 5000),
        good("p1", 20, **OUTLOOK_APP),
        wrong("p1", 10, "203.0.113.1", client="Autodiscover"),
        blocked("p2", 70, client="Exchange ActiveSync"),
    ]

    met = run(rows).exchange.set_index("person_key")

    assert {key: str(at)[:16] for key, at in met["first_at"].items()} == {
        "p0": at(5000)[:16],
        "p1": at(20)[:16],
        "p2": at(70)[:16],
    }
    assert met["last_own_at"].notna().to_dict() == {"p0": False, "p1": False, "p2": True}


def test_hours_are_counted_for_those_who_failed(run):
    rows = [good("p0", 0), good("p0", 61), good("p1", 0), blocked("p0", 200)]

    hours = run(rows).hours

    start = START.hour
    assert sorted(hours.itertuples(index=False, name=None)) == [
        ("p0", start, 1),
        ("p0", start + 1, 1),
    ]

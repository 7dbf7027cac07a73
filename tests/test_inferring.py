"""What the log tells of moves and zones where no export does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from analyzer.hypotheses.inferring import FirstMeetings, Zones, own_use
from analyzer.results import Answer
from analyzer.times import working_time_between

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
WINDOW = (MONDAY, MONDAY + timedelta(days=28))


def day(number, hour=9):
    return MONDAY + timedelta(days=number, hours=hour)


def test_people_of_a_wave_are_first_met_together():
    wave = {f"w{number}": day(9, 7 + number) for number in range(4)}
    met = FirstMeetings({**wave, "lone": day(16), "early": day(0)}, WINDOW)

    assert {name: met.came_with_others(name) for name in ("w0", "lone", "early", "nobody")} == {
        "w0": Answer.YES,
        "lone": Answer.NO,
        "early": Answer.UNKNOWN,
        "nobody": Answer.UNKNOWN,
    }
    assert met.cutover("w1") == day(9, 8)
    assert met.cutover("lone") is None
    assert met.of("nobody") is None


def test_two_others_make_no_wave():
    met = FirstMeetings({f"w{number}": day(9) for number in range(3)}, WINDOW)

    assert met.came_with_others("w0") is Answer.NO


def test_where_people_come_every_day_a_few_more_make_no_wave():
    daily = {f"p{number}-{turn}": day(number) for number in range(28) for turn in range(3)}
    met = FirstMeetings(daily, WINDOW)

    assert met.came_with_others("p10-0") is Answer.NO


@pytest.mark.parametrize(
    ("last_own_at", "until", "answer"),
    [
        (day(5), day(6), Answer.YES),
        (day(0), day(20), Answer.NO),
        (None, day(20), Answer.NO),
        (None, day(6), Answer.UNKNOWN),
    ],
)
def test_own_use_needs_days_to_be_missed(last_own_at, until, answer):
    assert own_use(last_own_at, day(4), until) is answer


def test_a_zone_is_where_work_falls_into_the_day():
    sydney = [("syd", hour, 5) for hour in (22, 23, 0, 1, 2, 3, 4, 5, 6)]
    toronto = [("tor", hour, 50) for hour in range(13, 22)]
    zones = Zones([*sydney, *toronto, ("seldom", 3, 1)])

    assert abs(zones.of("syd") - 10) <= 1
    assert abs(zones.of("tor") + 4) <= 1
    assert zones.of("seldom") == zones.of("nobody")


def test_without_any_sign_in_the_zone_is_utc():
    assert Zones([]).of("anybody") == 0


def test_a_working_day_is_counted_where_the_person_works():
    friday_noon = MONDAY + timedelta(days=4, hours=12)
    saturday = MONDAY + timedelta(days=5)

    assert working_time_between(friday_noon, saturday) == timedelta(hours=12)
    assert working_time_between(friday_noon, saturday, utc_offset_hours=10) == timedelta(hours=2)
    assert working_time_between(friday_noon, saturday, utc_offset_hours=-8) == timedelta(hours=12)

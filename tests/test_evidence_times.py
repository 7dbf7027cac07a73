"""Times as exports write them, cases as tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import InputError, UsageError
from analyzer.evidence.times_in import Clock, decide_order, is_never, needs_order, written
from analyzer.evidence.zones import WINDOWS_ZONES, zone_named

TORONTO = ZoneInfo("America/Toronto")
# 19:05:11 on the second of March 2026, Toronto (UTC-5), is 00:05:11 on the third in UTC.
SECOND_OF_MARCH = datetime(2026, 3, 3, 0, 5, 11, tzinfo=UTC)

# (as written, day/month order of the file, what it means with Toronto's zone)
READ = [
    ("3/2/2026 7:05:11 PM", "mdy", SECOND_OF_MARCH),
    ("03/02/2026 19:05:11", "mdy", SECOND_OF_MARCH),
    ("02.03.2026 19:05:11", "dmy", SECOND_OF_MARCH),
    ("02/03/2026 19:05:11", "dmy", SECOND_OF_MARCH),
    ("2-3-2026 19:05:11", "dmy", SECOND_OF_MARCH),
    ("2.3.2026 19.05.11", "dmy", SECOND_OF_MARCH),
    ("2. 3. 2026 19:05:11", "dmy", SECOND_OF_MARCH),
    ("2.3.2026 \u0433. 19:05:11", "dmy", SECOND_OF_MARCH),
    ("2/03/2026 7:05:11 p. m.", "dmy", SECOND_OF_MARCH),
    ("2/3/2026 7:05:11 μμ", "dmy", SECOND_OF_MARCH),
    ("02.03.26 19:05:11", "dmy", SECOND_OF_MARCH),
    ("26/03/02 19:05:11", "ymd", SECOND_OF_MARCH),
    ("3/2/2026 7:05:11\u202fPM", "mdy", SECOND_OF_MARCH),
    ("3/2/2026\u00a07:05:11\u00a0PM", "mdy", SECOND_OF_MARCH),
    ("\u200e3/2/2026 7:05:11 PM", "mdy", SECOND_OF_MARCH),
    ("3/2/2026, 7:05:11 PM", "mdy", SECOND_OF_MARCH),
    ("2026-03-02 19:05:11", None, SECOND_OF_MARCH),
    ("2026-03-02T19:05:11", None, SECOND_OF_MARCH),
    ("2026/03/02 19:05:11", None, SECOND_OF_MARCH),
    ("2026/3/2 下午 7:05:11", None, SECOND_OF_MARCH),
    ("2026-03-02 오후 7:05:11", None, SECOND_OF_MARCH),
    ("2026. 03. 02. 19:05:11", None, SECOND_OF_MARCH),
    ("2026-03-02 7:05:11 PM", None, SECOND_OF_MARCH),
    ("Monday, March 2, 2026 7:05:11 PM", None, SECOND_OF_MARCH),
    ("02-Mar-2026 19:05:11", None, SECOND_OF_MARCH),
    # With their own zone, the caller's is not used.
    ("2026-03-03T00:05:11Z", None, SECOND_OF_MARCH),
    ("2026-03-03T00:05:11.0000009Z", None, SECOND_OF_MARCH),
    ("2026-03-02T16:05:11-08:00", None, SECOND_OF_MARCH),
    ("2026-03-03 00:05:11+00:00", None, SECOND_OF_MARCH),
    ("3/3/2026 12:05:11 AM +00:00", "mdy", SECOND_OF_MARCH),
    ("Tue, 03 Mar 2026 00:05:11 GMT", None, SECOND_OF_MARCH),
    ("/Date(1772496311000)/", None, SECOND_OF_MARCH),
    ("/Date(1772496311000-0500)/", None, SECOND_OF_MARCH),
    ("\\/Date(1772496311000)\\/", None, SECOND_OF_MARCH),
    # Day and month are the same: the order does not matter.
    ("4/4/2026 12:00:00 AM", None, datetime(2026, 4, 4, 4, tzinfo=UTC)),
    # Noon and midnight of the twelve-hour clock.
    ("3/2/2026 12:00:00 AM", "mdy", datetime(2026, 3, 2, 5, tzinfo=UTC)),
    ("3/2/2026 12:00:00 PM", "mdy", datetime(2026, 3, 2, 17, tzinfo=UTC)),
    ("2026-03-02", None, datetime(2026, 3, 2, 5, tzinfo=UTC)),
]

NOT_READ = [
    "",
    "Completed",
    "46083.79526",
    "31/02/2026 10:00:00",
    "2026-02-30 10:00:00",
    "2026-03-02 25:00:00",
    "3/2/2026 7:05:11 XM",
    "13/13/2026",
    "12/31/9999 11:59:59 PM",
    "1/1/0001 12:00:00 AM",
    "2569-03-02 19:05:11",
    "/Date(99999999999999999)/",
    "/Date(-62135596800000)/",
    "3/2/2026 " + "9" * 200,
]


@pytest.mark.parametrize(("text", "order", "meant"), READ, ids=[case[0] for case in READ])
def test_every_way_of_writing_a_time_is_read(text, order, meant):
    assert Clock(order, TORONTO).instant(text) == meant


@pytest.mark.parametrize("text", NOT_READ)
def test_what_is_no_time_is_not_read(text):
    assert written(text) is None
    assert Clock("mdy", TORONTO).instant(text) is None


def test_a_utc_column_needs_no_zone():
    assert Clock(None, None).instant("2026-03-03 00:05:11", is_utc=True) == SECOND_OF_MARCH


def test_without_zone_or_order_nothing_is_guessed():
    assert Clock("mdy", None).instant("3/2/2026 7:05:11 PM") is None
    assert Clock(None, TORONTO).instant("3/2/2026 7:05:11 PM") is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        # Skipped hour (8 March 2026, 02:00 to 03:00): the offset before the change.
        ("2026-03-08 02:30:00", datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),
        # Repeated hour (1 November 2026, 01:00 to 02:00): its first pass.
        ("2026-11-01 01:30:00", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
    ],
)
def test_the_hours_of_a_clock_change_are_read_and_remembered(text, meant):
    clock = Clock(None, TORONTO)

    assert clock.instant(text) == meant
    assert clock.unclear == {text}
    assert clock.instant("2026-03-08 04:30:00") == datetime(2026, 3, 8, 8, 30, tzinfo=UTC)
    assert clock.unclear == {text}


# (dates of one file, the order they show)
ORDERS = [
    (["3/2/2026", "3/25/2026"], "mdy"),
    (["3/2/2026", "25/3/2026"], "dmy"),
    (["3/2/2026", "4/5/2026"], None),
    (["4/4/2026"], None),
    (["2026-03-25"], None),
    (["nonsense", ""], None),
    (["31/02/2026"], None),  # no date, so it decides nothing
    (["26/03/02"], None),  # the year may stand first
    (["25.03.2026 10:00", "02.04.2026"], "dmy"),
]


@pytest.mark.parametrize(("dates", "order"), ORDERS)
def test_the_order_is_told_by_a_number_above_twelve(dates, order):
    assert decide_order(enumerate(dates, start=2), "moves.csv") == order


def test_rows_that_contradict_each_other_are_named():
    with pytest.raises(InputError) as caught:
        decide_order([(2, "25/3/2026"), (7, "3/25/2026")], "moves.csv")

    assert "'25/3/2026' (line 2)" in caught.value.problem
    assert "'3/25/2026' (line 7)" in caught.value.problem
    assert (caught.value.source, caught.value.exit_code) == ("moves.csv", 3)


def test_the_order_matters_only_where_day_and_month_differ():
    assert needs_order("3/2/2026 10:00")
    assert not needs_order("3/3/2026 10:00")
    assert not needs_order("2026-03-02 10:00")


@pytest.mark.parametrize("text", ["12/31/9999 11:59:59 PM", "1/1/0001 12:00:00 AM", "N/A", "0"])
def test_dotnets_way_of_writing_never_is_no_time(text):
    assert is_never(text)


# .NET short date and long time of common cultures, as Python formats.
CULTURES = [
    ("mdy", "%m/%d/%Y %I:%M:%S %p"),
    ("dmy", "%d/%m/%Y %H:%M:%S"),
    ("dmy", "%d.%m.%Y %H:%M:%S"),
    ("dmy", "%d-%m-%Y %H:%M:%S"),
    (None, "%Y-%m-%d %H:%M:%S"),
    (None, "%Y/%m/%d %H:%M:%S"),
    (None, "%Y-%m-%dT%H:%M:%S.%f"),
]


@settings(deadline=None, max_examples=60)
@given(
    when=st.datetimes(datetime(2001, 1, 1), datetime(2099, 12, 30)),  # noqa: DTZ001
    culture=st.sampled_from(CULTURES),
)
def test_a_time_written_in_any_culture_comes_back(when, culture):
    order, pattern = culture
    when = when.replace(microsecond=when.microsecond if "%f" in pattern else 0)

    read = Clock(order, None).instant(when.strftime(pattern), is_utc=True)

    assert read == when.replace(tzinfo=UTC)


@settings(deadline=None, max_examples=60)
@given(
    days=st.lists(st.dates(datetime(2024, 1, 1).date(), datetime(2027, 1, 1).date()), max_size=8),  # noqa: DTZ001
    order=st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]),
)
def test_an_inferred_order_is_never_the_wrong_one(days, order):
    told = decide_order([(None, day.strftime(order)) for day in days], "moves.csv")

    assert told in {None, "dmy" if order.startswith("%d") else "mdy"}
    assert (told is None) == all(day.day <= 12 for day in days)


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text):
    Clock("dmy", TORONTO).instant(text)


# (name, what the remedy must say)
BAD_ZONES = [
    ("America/Toront", "Did you mean America/Toronto?"),
    ("toronto", "Did you mean America/Toronto?"),
    ("Eastern Standard Time", "--moves-timezone America/New_York"),
    ("w. europe standard time", "--moves-timezone Europe/Berlin"),
    ("../../etc/passwd", "such as America/Toronto"),
    ("", "such as America/Toronto"),
    ("Europe", "such as America/Toronto"),
]


@pytest.mark.parametrize(("name", "remedy"), BAD_ZONES)
def test_an_unknown_zone_says_what_to_write(name, remedy):
    with pytest.raises(UsageError) as caught:
        zone_named(name)

    assert remedy in caught.value.remedy
    assert caught.value.exit_code == 2


def test_every_suggested_zone_exists():
    assert all(zone_named(name).utcoffset(datetime(2026, 1, 1)) is not None  # noqa: DTZ001
               for name in WINDOWS_ZONES.values())  # fmt: skip


def test_the_zone_of_utc_is_utc():
    assert zone_named(" UTC ").utcoffset(None) in {None, timedelta(0)}

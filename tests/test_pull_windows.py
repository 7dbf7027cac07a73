from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from analyzer.collecting.streams import EVERY_SIGNIN, SHORTEST, of_client, of_person
from analyzer.collecting.windows import PAGES_WANTED, Windows
from analyzer.sources.store.spans import united

START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@given(st.integers(1, 5000), st.lists(st.integers(0, 200), min_size=1, max_size=60))
def test_windows_cover_everything_whatever_is_learnt(minutes, pages):
    span = (START, START + timedelta(minutes=minutes))
    windows = Windows(EVERY_SIGNIN, [span])
    read = []

    while (window := windows.next()) is not None:
        count = pages[len(read) % len(pages)]
        halves = windows.halve(window) if count > 150 and len(read) < 200 else []
        if halves:
            windows.put_back(halves)
        else:
            windows.learn(window, count)
            read.append(window)
        if len(read) > 5000:
            break

    assert united(read) == [span]
    assert all(end - start >= timedelta(0) for start, end in read)


def test_a_window_grows_where_little_happens_and_shrinks_where_much_does():
    windows = Windows(EVERY_SIGNIN, [(START, START + timedelta(days=30))])
    first = windows.next()

    windows.learn(first, 1)
    grown = windows.length
    windows.learn((START, START + grown), 4 * PAGES_WANTED)

    assert (first[1] - first[0], grown, windows.length) == (HOUR, 4 * HOUR, HOUR)


def test_the_shortest_window_is_not_cut():
    assert Windows(EVERY_SIGNIN, []).halve((START, START + SHORTEST)) == []


def test_hostile_names_stay_inside_their_quotes():
    span = (START, START + HOUR)

    asked = of_client("O'Brien' or 1 eq 1").query(span, 999)["$filter"]

    assert asked.endswith("clientAppUsed eq 'O''Brien'' or 1 eq 1'")
    assert of_person("A'B").query(span, 5) == {
        "$filter": "createdDateTime ge 2026-03-01T00:00:00Z and "
        "createdDateTime le 2026-03-01T01:00:00Z and signInEventTypes/any(t: t eq "
        "'interactiveUser' or t eq 'nonInteractiveUser') and userId eq 'a''b'",
        "$top": "5",
    }

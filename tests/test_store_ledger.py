"""The ledger: asked less done is what is missing, whatever happens in between."""

from __future__ import annotations

import os
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import InputError, UsageError
from analyzer.sources.store.layout import Store
from analyzer.sources.store.ledger import Gap, Import, Ledger, Slice, Sorted
from analyzer.sources.store.raw import RawFile
from analyzer.sources.store.spans import united, within, without
from tests.storing import NOW, add_slice, at, signin

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
STREAMS = ("signins", "signins person=a", "signins person=b", "audits policies")
SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 40)).map(
        lambda pair: tuple(EPOCH + timedelta(hours=h) for h in sorted(pair))
    ),
    max_size=8,
)


def hour(number):
    return EPOCH + timedelta(hours=number)


def hours(spans):
    """The hours that spans cover; every end is a whole hour."""
    spans = list(spans)
    return {
        EPOCH + timedelta(hours=h)
        for h in range(41)
        if any(a <= EPOCH + timedelta(hours=h) < b for a, b in spans)
    }


@pytest.fixture
def ledger(tmp_path):
    with Store.create(tmp_path / "store") as store:
        yield store.ledger


@given(SPANS)
def test_united_spans_cover_the_same_apart_and_in_order(spans):
    found = united(spans)

    assert hours(found) == hours(spans)
    assert all(a < b for a, b in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))


@given(SPANS, SPANS)
def test_what_is_left_and_what_is_taken_make_up_the_whole(spans, taken):
    left = without(spans, taken)

    assert hours(left) == hours(spans) - hours(taken)
    assert left == united(left)


@given(SPANS, st.integers(0, 40), st.integers(0, 40))
def test_what_lies_within_bounds_is_covered_by_both(spans, one, other):
    bounds = tuple(EPOCH + timedelta(hours=h) for h in sorted((one, other)))

    assert hours(within(spans, bounds)) == hours(spans) & hours([bounds])


@settings(max_examples=40, deadline=None)
@given(SPANS, SPANS)
def test_gaps_are_what_was_asked_less_what_was_done(tmp_path_factory, asked, done):
    ledger = Ledger(_empty(tmp_path_factory.getbasetemp() / "property.sqlite"))
    for span in asked:
        ledger.ask("signins", span, NOW)
    ledger.record([Slice("signins", span) for span in done if span[0] < span[1]], NOW)

    gaps = ledger.gaps()
    ledger.close()

    assert hours([gap.span for gap in gaps]) == hours(asked) - hours(done)
    assert {gap.why for gap in gaps} <= {"not read yet: the pull was interrupted"}


SLICES = st.lists(
    st.tuples(
        st.sampled_from(STREAMS),
        st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted),
        st.booleans(),
        st.booleans(),
    ),
    max_size=14,
)


@settings(max_examples=100, deadline=None)
@given(SLICES, SLICES)
def test_rows_that_are_folded_say_what_they_said_apart(tmp_path_factory, asked, read):
    ledger = Ledger(_empty(tmp_path_factory.getbasetemp() / "folded.sqlite"))
    streams = {stream for stream, *_ in asked}
    wanted, done, closed = ({name: set() for name in STREAMS} for _ in range(3))
    for stream, (start, end), *_ in asked:
        ledger.ask(stream, (hour(start), hour(end)), NOW)
        wanted[stream] |= hours([(hour(start), hour(end))])
    for number, (stream, (start, end), is_closed, has_file) in enumerate(read):
        span = (hour(start), hour(end))
        file = RawFile(f"raw/{number}", 1, "", *span) if has_file else None
        if start < end:
            facts = {"file": file, "rows": int(has_file), "requests": 1}
            ledger.record([Slice(stream, span, is_closed, **facts)], NOW)
            done[stream] |= hours([span])
            closed[stream] |= hours([span]) if is_closed else set()

    found = {each.stream: each for each in ledger.standings()}
    gaps, totals, files = ledger.gaps(), ledger.totals(), ledger.stored()
    alone = {name: ledger.standing(name) for name in found}
    ledger.close()

    assert found == alone
    assert {name for name, each in found.items() if each.asked} == {s for s in streams if wanted[s]}
    for name, each in found.items():
        part = name.startswith("signins ")
        around, settled = (done["signins"], closed["signins"]) if part else (set(), set())
        missing = wanted[name] - done[name] - around
        assert hours(each.asked) == wanted[name]
        assert (hours(each.done), hours(each.closed)) == (done[name], closed[name])
        assert hours(each.settled) == closed[name] | settled
        assert hours(each.missing) == missing
        assert hours(gap.span for gap in gaps if gap.stream == name) == missing
        assert hours(each.still_open) == done[name] - closed[name] - settled
    spans = [(start < end, has_file) for _, (start, end), _, has_file in read]
    assert totals["requests"] == sum(is_some for is_some, _ in spans)
    assert len(files) == sum(is_some and has_file for is_some, has_file in spans)


def test_hourly_pulls_of_a_person_without_sign_ins_stay_three_rows(ledger):
    for number in range(48):
        now = EPOCH + timedelta(hours=number + 3)
        begin, seam = max(EPOCH, now - timedelta(hours=3)), now - timedelta(hours=2)
        ledger.ask("signins person=a", (begin, now), NOW)
        pieces = [((begin, seam), True), ((seam, now), False)]
        ledger.record([Slice("signins person=a", *each, requests=1) for each in pieces], NOW)

    rows = [ledger._one(f"SELECT count(*) FROM {table}") for table in ("asked", "slices")]
    assert rows == [1, 2]
    assert ledger.totals()["requests"] == 96
    assert ledger.gaps() == []
    assert ledger.open_spans("signins person=a") == [(seam, now)]


def _empty(path):
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()
    path.touch()
    return path


def test_a_trouble_explains_its_part_of_a_gap_and_the_newest_speaks(ledger):
    ledger.ask("signins", (at(1), at(5)), NOW)
    ledger.record([Slice("signins", (at(1), at(2)))], NOW)
    ledger.trouble("signins", (at(2), at(4)), "503 for an hour", NOW)
    ledger.trouble("signins", (at(3), at(4)), "500 for an hour", NOW + timedelta(hours=1))

    assert ledger.gaps() == [
        Gap("signins", (at(2), at(3)), "503 for an hour"),
        Gap("signins", (at(3), at(4)), "500 for an hour"),
        Gap("signins", (at(4), at(5)), "not read yet: the pull was interrupted"),
    ]


def test_a_span_read_in_the_end_ends_its_trouble(ledger):
    ledger.ask("signins", (at(1), at(3)), NOW)
    ledger.trouble("signins", (at(1), at(3)), "503", NOW)

    ledger.record([Slice("signins", (at(1), at(3)))], NOW)

    assert ledger.gaps() == []


def test_a_part_of_the_plan_is_done_where_everything_was_read(ledger):
    ledger.ask("signins client=imap4", (at(1), at(3)), NOW)
    ledger.ask("audits policies", (at(1), at(3)), NOW)
    ledger.record([Slice("signins", (at(1), at(2)))], NOW)

    assert [(gap.stream, gap.span) for gap in ledger.gaps()] == [
        ("audits policies", (at(1), at(3))),
        ("signins client=imap4", (at(2), at(3))),
    ]


def test_a_span_read_too_early_stays_open_until_read_again(ledger):
    ledger.ask("signins", (at(1), at(3)), NOW)
    ledger.record([Slice("signins", (at(1), at(2))), Slice("signins", (at(2), at(3)), False)], NOW)
    before = ledger.open_spans("signins")

    ledger.record([Slice("signins", (at(2), at(3)))], NOW)

    assert (before, ledger.open_spans("signins")) == ([(at(2), at(3))], [])


def test_files_sorted_twice_are_counted_once(ledger):
    ledger.record_import(Import("ab", "a.json", "raw/imports/a", "unknown", 7))
    read = Sorted(
        "raw/imports/a", "graph", 3, ((2, "is cut", "{"),), {"2026-03-01": 3}, (at(1), at(1, 9))
    )

    for _ in range(2):
        ledger.record_sorted([read], {"2026-03-01": 2})

    assert ledger.imports() == [
        Import("ab", "a.json", "raw/imports/a", "graph", 7, 3, 1, (at(1), at(1, 9)), True)
    ]
    assert ledger.days() == {"2026-03-01": (2, 1)}
    assert ledger.rejects() == [("raw/imports/a", 2, "is cut", "{")]


def test_what_was_pruned_is_neither_asked_nor_a_gap_nor_open(ledger):
    ledger.ask("signins", (at(1), at(9)), NOW)
    ledger.record([Slice("signins", (at(3), at(6)), False)], NOW)

    ledger.prune(at(5), [])

    assert ledger.asked("signins") == [(at(5), at(9))]
    assert [gap.span for gap in ledger.gaps()] == [(at(6), at(9))]
    assert ledger.open_spans("signins") == [(at(5), at(6))]
    assert ledger.pruned_until() == at(5)


def test_a_newer_version_is_refused_with_the_remedy(tmp_path):
    Store.create(tmp_path / "store").ledger.close()
    path = tmp_path / "store" / "ledger.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET value = '2' WHERE name = 'version'")
    connection.close()

    with pytest.raises(InputError) as caught:
        Store.open(tmp_path / "store")

    assert str(caught.value) == (
        f"{path}: the store was written by a newer version (its format is 2)\n"
        "  -> Update the program: pip install --upgrade ."
    )


@pytest.mark.parametrize("content", [b"no database at all, but long enough" * 40, b"\x00" * 512])
def test_a_file_that_is_no_ledger_is_an_input_error(tmp_path, content):
    (tmp_path / "ledger.sqlite").write_bytes(content)

    with pytest.raises(InputError, match="the ledger cannot be read: file is not a database"):
        Store.open(tmp_path)


def test_the_database_of_something_else_is_left_alone(tmp_path):
    with sqlite3.connect(tmp_path / "ledger.sqlite") as connection:
        connection.execute("CREATE TABLE cats (name TEXT)")
    connection.close()
    before = (tmp_path / "ledger.sqlite").read_bytes()

    with pytest.raises(InputError, match="it is the database of something else"):
        Store.open(tmp_path)

    assert (tmp_path / "ledger.sqlite").read_bytes() == before


def test_a_damaged_page_is_an_input_error(tmp_path):
    with Store.create(tmp_path / "store") as store:
        for day in range(1, 20):
            for stream in range(40):
                store.ledger.ask(f"signins person={stream}", (at(day), at(day, 1)), NOW)
    path = tmp_path / "store" / "ledger.sqlite"
    content = bytearray(path.read_bytes())
    content[3 * 4096 :] = b"\xff" * (len(content) - 3 * 4096)
    path.write_bytes(content)

    with (
        pytest.raises(InputError, match="the ledger cannot be read"),
        Store.open(path.parent) as it,
    ):
        it.ledger.gaps()


def test_a_folder_that_may_only_be_read_can_be_read(tmp_path, monkeypatch):
    with Store.create(tmp_path / "store") as store:
        store.ledger.ask("signins", (at(1), at(2)), NOW)
    before = {path.name for path in (tmp_path / "store").iterdir()}
    # The superuser, who may run this, may write everywhere.
    monkeypatch.setattr(os, "access", lambda *_: False)

    with Store.open(tmp_path / "store") as store:
        assert [gap.span for gap in store.ledger.gaps()] == [(at(1), at(2))]
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            store.ledger.note("cursor", 1)
        assert {path.name for path in (tmp_path / "store").iterdir()} == before


def test_what_a_killed_writer_left_in_its_log_is_read_though_the_folder_is_read_only(
    tmp_path, monkeypatch
):
    with Store.create(tmp_path / "store") as store:
        store.ledger.ask("signins", (at(1), at(2)), NOW)
        shutil.copytree(tmp_path / "store", tmp_path / "copy")
    monkeypatch.setattr(os, "access", lambda *_: False)

    with Store.open(tmp_path / "copy") as store:
        assert store.ledger.asked("signins") == [(at(1), at(2))]


def test_no_ledger_no_store(tmp_path):
    with pytest.raises(InputError, match="folder is no store: it has no ledger"):
        Store.open(tmp_path)


def test_a_folder_of_other_things_does_not_become_a_store(tmp_path):
    (tmp_path / "thesis.txt").write_text("...")

    with pytest.raises(UsageError, match="holds other files and is no store"):
        Store.create(tmp_path)


def test_only_one_may_write(tmp_path):
    with Store.create(tmp_path / "store") as one, Store.open(tmp_path / "store") as other:
        with one.locked(), pytest.raises(UsageError, match=f"process {os.getpid()}"):
            other.locked().__enter__()
        with other.locked():
            assert other.ledger.streams() == []


def test_a_sweep_removes_what_the_ledger_lacks_and_nothing_else(tmp_path):
    with Store.create(tmp_path / "store") as store:
        kept = add_slice(store, [signin(1, 1)], (at(1), at(2)))
        for name in ("raw/signins/2026-03-01/a.jsonl.gz", "raw/signins/2026-03-01/b.gz.partial"):
            (store.folder / name).write_bytes(b"left")
        (store.folder / "signins" / "2026-03-01.parquet.partial").write_bytes(b"left")
        (store.folder / "signins" / "2026-03-02.parquet").write_bytes(b"left")
        (store.folder / "raw" / "tenant").mkdir()
        (store.folder / "raw" / "tenant" / "policies.json").write_bytes(b"{}")

        removed = store.sweep()
        left = {p.relative_to(store.folder).as_posix() for p in store.folder.rglob("*.*")}

    assert removed == 4
    assert {name for name in left if not name.startswith("ledger")} == {
        kept,
        "raw/tenant/policies.json",
    }


def test_a_full_ledger_keeps_what_it_had_and_goes_on_when_there_is_room(tmp_path):
    with Store.create(tmp_path / "store") as store:
        connection = store.ledger._connection
        [(pages,)] = connection.execute("PRAGMA page_count").fetchall()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(sqlite3.OperationalError, match="full"):
            store.ledger.note("long", "x" * 100_000)
        connection.execute("PRAGMA max_page_count = 100000")
        store.ledger.note("short", 1)

        assert (store.ledger.noted("long"), store.ledger.noted("short")) == (None, 1)

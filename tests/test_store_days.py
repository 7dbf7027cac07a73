"""Days of a store: each sign-in once, and the same whatever was interrupted."""

from __future__ import annotations

import gzip
import json

import pytest

from analyzer.engine.days import derive, pending, rebuild
from analyzer.errors import InputError
from analyzer.sources.store.layout import Store
from analyzer.sources.store.ledger import Import
from tests.engine_support import diagnostic, engine, lines, log_analytics, write
from tests.storing import add_slice, at, held_rows, signin, silent, sort, take

OTHER_POLICY = {
    "id": "P2",
    "displayName": "Require MFA",
    "enforcedGrantControls": ["Mfa"],
    "result": "failure",
    "conditionsSatisfied": "application,users",
}


@pytest.fixture
def store(tmp_path):
    with Store.create(tmp_path / "store") as store, store.locked():
        yield store


def policies(row):
    return {each["id"] for each in json.loads(row["policies"])}


def test_sign_ins_are_sorted_into_the_days_of_their_time(store, tmp_path):
    path = add_slice(store, [signin(1, 1, 23), signin(2, 2, 0), signin(3, 2)], (at(1), at(3)))

    with engine(tmp_path) as own:
        done = derive(own, store, pending(store), silent)

    assert [(d.path, d.format, d.events, d.days, d.times) for d in done] == [
        (path, "graph", 3, {"2026-03-01": 1, "2026-03-02": 2}, (at(1, 23), at(2, 7)))
    ]
    assert [(r["signin_id"], f"{r['occurred_at']:%d %H}") for r in held_rows(store)] == [
        ("id-1", "01 23"),
        ("id-2", "02 00"),
        ("id-3", "02 07"),
    ]
    assert store.ledger.days() == {"2026-03-01": (1, 0), "2026-03-02": (2, 0)}
    assert pending(store) == []


def test_audits_are_no_sign_ins(store):
    add_slice(store, [signin(1, 1)], (at(1), at(2)), stream="audits policies")

    assert pending(store) == []


def test_copies_are_merged_with_the_policies_of_all(store, tmp_path):
    one = signin(1, 1)
    other = signin(1, 1, appliedConditionalAccessPolicies=[OTHER_POLICY], city=None)
    add_slice(store, [one, signin(2, 1)], (at(1), at(2)))
    sort(store, tmp_path)
    add_slice(store, [other], (at(1), at(2)), stream="signins ca=failure")

    sort(store, tmp_path)

    rows = held_rows(store)
    assert [(row["signin_id"], policies(row)) for row in rows] == [
        ("id-1", {"P1", "P2"}),
        ("id-2", {"P1"}),
    ]
    assert store.ledger.days() == {"2026-03-01": (2, 1)}


def test_where_copies_disagree_the_one_that_was_there_first_speaks(store, tmp_path):
    for city in ("Toronto", "Ottawa"):
        place = {"city": city, "countryOrRegion": "CA"}
        add_slice(store, [signin(1, 1, location=place)], (at(1), at(2)))
        sort(store, tmp_path)

    found = [row["city"] for row in held_rows(store)]
    with engine(tmp_path) as own:
        rebuild(own, store, silent)

    assert (found, [row["city"] for row in held_rows(store)]) == (["Toronto"], ["Toronto"])


def test_a_crash_between_the_days_and_the_ledger_repeats_without_loss(store, tmp_path):
    add_slice(store, [signin(1, 1), signin(2, 1)], (at(1), at(2)))
    sort(store, tmp_path)
    add_slice(store, [signin(2, 1), signin(3, 1), signin(4, 2)], (at(1), at(3)))
    ledger = store.ledger.path
    before = ledger.read_bytes(), ledger.with_name("ledger.sqlite-wal").read_bytes()
    sort(store, tmp_path)
    whole, days = held_rows(store), store.ledger.days()
    store.ledger.close()
    ledger.write_bytes(before[0])
    ledger.with_name("ledger.sqlite-wal").write_bytes(before[1])
    ledger.with_name("ledger.sqlite-shm").unlink(missing_ok=True)

    with Store.open(store.folder) as again:
        assert len(pending(again)) == 1
        again.sweep()
        sort(again, tmp_path)

        assert (held_rows(again), again.ledger.days()) == (whole, days)
        assert days == {"2026-03-01": (3, 1), "2026-03-02": (1, 0)}


def test_rebuilt_days_equal_those_that_grew(store, tmp_path):
    for day, numbers in ((1, (1, 2)), (2, (3, 4))):
        add_slice(store, [signin(n, day) for n in numbers], (at(day), at(day + 1)))
        sort(store, tmp_path)
    records = [log_analytics(signin(n, 2)) for n in (3, 4, 5)]
    take(store, tmp_path, write(tmp_path, "la.json", lines(records)))
    before = held_rows(store), store.ledger.days(), store.ledger.imports()

    with engine(tmp_path) as own:
        done = rebuild(own, store, silent)

    assert (held_rows(store), store.ledger.days(), store.ledger.imports()) == before
    assert [each.events for each in done] == [2, 2, 3]
    assert before[1] == {"2026-03-01": (2, 0), "2026-03-02": (3, 2)}


def test_a_rebuild_that_is_killed_is_finished_by_the_next_run(store, tmp_path):
    add_slice(store, [signin(1, 1)], (at(1), at(2)))
    sort(store, tmp_path)
    before = held_rows(store), store.ledger.days()

    store.ledger.sorting_again()
    store.sweep()
    between = held_rows(store), store.ledger.days(), len(pending(store))
    sort(store, tmp_path)

    assert between == ([], {}, 1)
    assert (held_rows(store), store.ledger.days()) == before


def test_a_rebuild_without_its_raw_files_changes_nothing(store, tmp_path):
    path = add_slice(store, [signin(1, 1)], (at(1), at(2)))
    sort(store, tmp_path)
    before = held_rows(store), store.ledger.days()
    (store.folder / path).unlink()

    with engine(tmp_path) as own, pytest.raises(InputError, match=f"lacks {path} as it was"):
        rebuild(own, store, silent)

    assert (held_rows(store), store.ledger.days()) == before


def test_a_record_that_cannot_be_read_is_kept_in_the_ledger(store, tmp_path):
    bad = signin(2, 1) | {"createdDateTime": "2026-03-01T25:00:00Z"}
    path = add_slice(store, [signin(1, 1)], (at(1), at(2)))
    (store.folder / path).write_bytes(gzip.compress(lines([signin(1, 1), bad]).encode()))

    sort(store, tmp_path)

    [(file, line, reason, text)] = store.ledger.rejects()
    assert (file, line, json.loads(text)["id"]) == (path, 2, "id-2")
    assert "2026-03-01T25:00:00Z" in reason


def test_a_pulled_file_of_which_nothing_can_be_read_is_no_silent_loss(store, tmp_path):
    path = add_slice(store, [signin(1, 1)], (at(1), at(2)))
    (store.folder / path).write_bytes(gzip.compress(b"\x00" * 64))

    sort(store, tmp_path)

    assert store.ledger.rejects() == [(path, None, "is binary, not text", "")]
    assert pending(store) == []


def test_a_file_that_breaks_off_is_said_to(store, tmp_path):
    records = lines([diagnostic(signin(n, 1)) for n in range(400)]).encode()
    export = write(tmp_path, "cut.json.gz", gzip.compress(records)[:-900])

    [result] = take(store, tmp_path, export)

    assert result.events > 0
    assert (None, "breaks off: its compressed data end too early", "") in result.rejects
    assert len(store.ledger.rejects()) == len(result.rejects)


def test_what_is_older_than_the_store_was_pruned_to_stays_out(store, tmp_path):
    store.ledger.prune(at(2), [])
    path = add_slice(store, [signin(1, 1), signin(2, 2)], (at(1), at(3)))

    with engine(tmp_path) as own:
        [done] = derive(own, store, pending(store), silent)

    assert (done.path, done.events, done.left_out) == (path, 2, 1)
    assert [row["signin_id"] for row in held_rows(store)] == ["id-2"]


def test_more_files_than_are_sorted_at_once(store, tmp_path):
    said = []
    for number in range(50):
        add_slice(store, [signin(number, 1), signin(100, 1)], (at(1), at(2)))

    with engine(tmp_path) as own:
        derive(own, store, pending(store), said.append)

    assert store.ledger.days() == {"2026-03-01": (51, 49)}
    assert said == [
        "sorting files 1 to 48 of 50 into days",
        "sorting files 49 to 50 of 50 into days",
    ]


def test_a_lost_raw_file_is_an_input_error(store, tmp_path):
    store.ledger.record_import(Import("ab", "a.json", "raw/imports/a", "unknown", 7))

    with engine(tmp_path) as own, pytest.raises(InputError, match="cannot be read"):
        derive(own, store, pending(store), silent)

"""A store looked after: its status, whether it is whole, and what may go."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace

import duckdb
import pytest

from analyzer.cli.store_status import as_text, days_of
from analyzer.collecting.upkeep import Coverage, Day, prunable, prune, status_of
from analyzer.collecting.verifying import Problem, verify
from analyzer.engine.days import rebuild
from analyzer.sources.store.layout import Store
from analyzer.sources.store.ledger import Gap
from tests.engine_support import engine, lines, write
from tests.storing import NOW, add_slice, at, held_rows, signin, silent, sort, take


@pytest.fixture
def store(tmp_path):
    with Store.create(tmp_path / "store") as store, store.locked():
        yield store


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Six days asked for: three whole, late rows, two missing, the last still open."""
    folder = tmp_path_factory.mktemp("template")
    with Store.create(folder / "store") as store:
        for day in (1, 2, 3):
            add_slice(store, [signin(day, day)], (at(day), at(day + 1)), late_rows=day - 1)
        store.ledger.ask("signins", (at(1), at(7)), NOW)
        store.ledger.trouble("signins", (at(4), at(6)), "503 for an hour", NOW)
        add_slice(store, [signin(6, 6)], (at(6), at(7)), is_closed=False)
        store.ledger.ask("audits policies", (at(1), at(2)), NOW)
        store.ledger.note("cursor", "2026-03-04T00:00:00Z")
        export = write(folder, "old.json", lines([signin(30, 9), signin(31, 9), {"id": "x"}]))
        take(store, folder, export)
    return folder / "store"


@pytest.fixture
def march(template, tmp_path):
    shutil.copytree(template, tmp_path / "march")
    with Store.open(tmp_path / "march") as store, store.locked():
        yield store


def test_the_status_tells_what_is_there_and_what_is_not(march):
    status = status_of(march)

    assert status.days == (
        Day("2026-03-01", 1, 0),
        Day("2026-03-02", 1, 0),
        Day("2026-03-03", 1, 0),
        Day("2026-03-06", 1, 0),
        Day("2026-03-09", 2, 0),
    )
    assert status.coverage == (
        Coverage(
            "every sign-in",
            1,
            ((at(1), at(7)),),
            ((at(1), at(4)), (at(6), at(7))),
            ((at(6), at(7)),),
        ),
        Coverage("audits", 1, ((at(1), at(2)),), (), ()),
    )
    assert status.signin_gaps == (Gap("signins", (at(4), at(6)), "503 for an hour"),)
    assert len(status.gaps) == 2
    assert (status.received, status.late_rows, status.requests) == (4, 3, 4)
    assert [(each.events, each.rejected) for each in status.imports] == [(2, 1)]
    assert (status.rejects, status.pending, status.cursor) == (1, 0, at(4))
    assert status.pruned_until is None
    assert min(status.bytes.raw, status.bytes.days, status.bytes.ledger) > 0


def test_parts_of_the_plan_and_people_are_told_together(store):
    for stream in ("ca=failure", "client=imap4", "of the people named", "person=a", "name=b"):
        store.ledger.ask(f"signins {stream}", (at(1), at(2)), NOW)
    add_slice(store, [signin(1, 1)], (at(1), at(2)), stream="signins ca=failure")

    found = [(each.kind, each.streams, each.done) for each in status_of(store).coverage]

    assert found == [("policy failures and legacy clients", 2, ()), ("people named", 3, ())]


def test_each_day_has_one_character(march):
    march.ledger.ask("signins", (at(12), at(12, 6)), NOW)
    march.ledger.trouble("signins", (at(12), at(12, 6)), "500", NOW)
    march.ledger.ask("signins client=imap4", (at(14), at(14, 6)), NOW)
    add_slice(march, [signin(40, 14)], (at(14), at(14, 6)), stream="signins client=imap4")

    days = "".join(days_of(status_of(march)).values())

    assert days == "###!!+..i..!.+"


def test_the_status_as_text_fits_eighty_columns_and_begins_with_what_is_missing(march):
    text = as_text("store", status_of(march))

    assert text.startswith(
        "Store store is incomplete: sign-ins that were asked for are missing.\n"
        "GAP  store store lacks sign-ins from 2026-03-04T00:00:00Z to\n"
        "     2026-03-06T00:00:00Z: 503 for an hour\n"
    )
    assert "2026-03   ###!!+..i                                 6\n" in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_whole_store_has_no_problem(march):
    assert verify(march, silent) == []


def _day_file(store, query):
    path = store.folder / "signins" / "2026-03-01.parquet"
    copy = path.with_suffix(".copy")
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({query.format(path)}) TO '{copy}' (FORMAT parquet)")
    copy.replace(path)
    path.chmod(0o600)


def test_every_kind_of_damage_is_named(march):
    first, second, third, _ = (march.folder / file.path for file in march.ledger.stored())
    [taken] = march.ledger.imports()
    size = first.stat().st_size
    first.write_bytes(first.read_bytes() + b"x")
    content = bytearray(second.read_bytes())
    content[-5] ^= 1
    second.write_bytes(content)
    third.unlink()
    (march.folder / taken.path).unlink()
    stray = march.folder / "raw" / "signins" / "stray.gz"
    stray.write_bytes(b"x")
    stray.chmod(0o600)
    _day_file(march, "SELECT * FROM '{0}' UNION ALL SELECT * FROM '{0}'")
    (march.folder / "signins" / "2026-03-02.parquet").write_bytes(b"x")
    (march.folder / "signins" / "2026-03-03.parquet").unlink()

    found = {each.path.rsplit("/", 1)[-1]: each.what for each in verify(march, silent)}
    days = [each for each in verify(march, silent) if "03-01.parquet" in each.path]

    assert found[first.name] == f"has {size + 1} bytes, and the ledger says {size}"
    assert found[second.name].startswith("has the digest ")
    assert found[third.name] == "is missing"
    assert found[taken.path.rsplit("/", 1)[-1]] == "is missing"
    assert found["stray.gz"] == "is not in the ledger; the next pull or import removes it"
    assert days == [
        Problem("signins/2026-03-01.parquet", "holds 2 rows, and the ledger says 1"),
        Problem("signins/2026-03-01.parquet", "holds 1 sign-ins more than once"),
    ]
    assert found["2026-03-02.parquet"].startswith("cannot be read: ")
    assert found["2026-03-03.parquet"] == "is missing; `analyzer store rebuild` makes it again"
    assert len(verify(march, silent)) == 9


def test_a_file_that_was_written_with_other_records_than_were_counted_is_named(store):
    add_slice(store, [signin(1, 1)], (at(1), at(2)), stream="audits one")
    span = (at(1), at(2))
    path = add_slice(store, [signin(1, 1)], span, stream="audits two")
    true = next(file for file in store.ledger.stored() if file.path == path)
    with store.ledger._transaction() as connection:
        connection.execute("UPDATE slices SET ids_digest = 'x' WHERE stream = 'audits one'")
        connection.execute("UPDATE slices SET rows = 2 WHERE stream = 'audits two'")

    found = [each.what for each in verify(store, silent)]

    assert true.rows == 1
    assert found == [
        "holds other ids than the ledger says",
        "holds 1 records, and the ledger says 2",
    ]


def test_rights_of_others_and_leftovers_are_warnings(march):
    march.folder.chmod(0o755)
    (march.folder / "signins" / "2026-03-01.parquet").chmod(0o644)
    leftover = march.folder / "raw" / "signins" / "a.gz.partial"
    leftover.write_bytes(b"x")
    leftover.chmod(0o600)
    add_slice(march, [signin(50, 1)], (at(1), at(2)))

    assert verify(march, silent) == [
        Problem(
            "raw/signins/a.gz.partial", "was left by a run that is not over, or was killed", True
        ),
        Problem(
            "signins",
            "1 files are not sorted into days yet; the next pull or import does it",
            True,
        ),
        Problem(".", "has the rights 0755, and should have 0700", True),
        Problem("signins/2026-03-01.parquet", "has the rights 0644, and should have 0600", True),
    ]


def test_what_lies_wholly_before_a_time_may_go(march):
    one, two, _, _ = march.ledger.stored()

    going = prunable(march, at(3, 5))

    sizes = [one.bytes, two.bytes]
    sizes += [march.day_files()[day].stat().st_size for day in ("2026-03-01", "2026-03-02")]
    assert (going.before, going.raw, going.days) == (
        at(3),
        (one.path, two.path),
        ("2026-03-01", "2026-03-02"),
    )
    assert (going.rows, going.bytes) == (2, sum(sizes))


def test_a_file_with_one_later_record_stays_whole(store, tmp_path):
    add_slice(store, [signin(1, 1), signin(2, 3)], (at(1), at(4)))
    take(store, tmp_path, write(tmp_path, "a.json", lines([signin(3, 1), signin(4, 3)])))

    going = prunable(store, at(3))

    assert (going.raw, going.days) == ((), ("2026-03-01",))


def test_what_was_pruned_is_gone_remembered_and_does_not_come_back(march, tmp_path):
    add_slice(march, [signin(60, 2), signin(61, 3)], (at(2), at(4)), stream="signins ca=failure")
    sort(march, tmp_path)
    march.ledger.note("cursor", "2026-03-02T00:00:00Z")
    going = prunable(march, at(3))

    prune(march, going)

    kept = ["id-3", "id-30", "id-31", "id-6", "id-61"]
    assert [row["signin_id"] for row in held_rows(march)] == kept
    assert not any((march.folder / path).exists() for path in going.raw)
    assert march.sweep() == 0
    assert verify(march, silent) == []
    status = status_of(march)
    assert (status.pruned_until, status.cursor) == (at(3), at(3))
    assert [gap.span for gap in status.signin_gaps] == [(at(4), at(6))]
    assert status.coverage[0].asked == ((at(3), at(7)),)
    with engine(tmp_path) as own:
        rebuild(own, march, silent)
    assert [row["signin_id"] for row in held_rows(march)] == kept
    assert status_of(march).days == status.days


def test_a_prune_that_is_killed_is_finished_by_the_next_sweep(march):
    going = prunable(march, at(3))

    march.ledger.prune(going.before, going.raw)
    removed = march.sweep()

    assert removed == len(going.raw) + len(going.days) == 4
    assert verify(march, silent) == []


def test_pruning_never_goes_back(march):
    prune(march, prunable(march, at(3)))

    going = prunable(march, at(1))

    assert (going.before, going.is_nothing) == (at(3), True)


@pytest.mark.parametrize(
    ("since", "until", "gaps", "notes"),
    [
        (at(2), None, 1, 0),
        (at(3), None, 0, 0),
        (None, None, 0, 1),
        (None, at(2), 1, 0),
    ],
)
def test_a_triage_that_reaches_into_pruned_time_says_so(store, tmp_path, since, until, gaps, notes):
    add_slice(store, [signin(1, 1), signin(2, 4)], (at(1), at(5)))
    sort(store, tmp_path)
    prune(store, replace(prunable(store, at(3)), raw=()))

    with engine(tmp_path) as own:
        loaded = own.load([store.folder], since=since, until=until)

    told = "sign-ins before 2026-03-03T00:00:00Z were pruned from store store"
    assert (loaded.gaps.count(told), loaded.notes.count(told)) == (gaps, notes)
    assert len(loaded.gaps) == gaps


def test_a_triage_of_a_store_that_lost_a_day_says_so(store, tmp_path):
    add_slice(store, [signin(1, 1), signin(2, 2)], (at(1), at(3)))
    sort(store, tmp_path)
    os.unlink(store.day_files()["2026-03-01"])  # noqa: PTH108

    with engine(tmp_path) as own:
        loaded = own.load([store.folder])

    assert loaded.gaps == (
        "store store has lost its file of 2026-03-01; `analyzer store rebuild` makes it again",
    )

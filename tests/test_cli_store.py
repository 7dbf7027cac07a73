"""``analyzer store`` as a user runs it: what it says, writes, and its exit codes."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys

import pytest

from analyzer.cli import store as command
from analyzer.sources.store.layout import Store
from tests.storing import NOW, ROOT, Done, add_slice, at, held_rows, run, signin, sort


class Terminal(io.StringIO):
    """Someone who answers."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A store of three whole days."""
    folder = tmp_path_factory.mktemp("template")
    with Store.create(folder / "store") as store:
        for day in (1, 2, 3):
            add_slice(store, [signin(day, day)], (at(day), at(day + 1)))
        sort(store, folder)
    return folder / "store"


@pytest.fixture
def folder(template, tmp_path):
    """A copy of it."""
    return shutil.copytree(template, tmp_path / "store")


def files(folder):
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name != "lock"}


def test_a_complete_store_is_said_to_be(folder, capfd):
    done = run(capfd, "store", "status", folder)

    head, rest = done.out.split("\n\n", maxsplit=1)
    size = next(line for line in rest.splitlines() if line.startswith("Size"))
    assert (done.code, done.err) == (0, "")
    assert " ".join(head.split()) == (
        f"Store {folder} is complete: no sign-in that was ever asked for is missing."
    )
    assert rest == (
        "          1...5....10...15...20...25...30.  sign-ins (days in UTC)\n"
        "2026-03   ###                                       3\n"
        "# complete   + partly asked, or may grow   ! gap: part is missing\n"
        "i imports only, completeness not known   . not asked\n"
        "\n"
        "Asked: every sign-in\n"
        "  2026-03-01T00:00:00Z to 2026-03-04T00:00:00Z\n"
        "Sign-ins                  3  on 3 days; 0 copies merged\n"
        "From Graph                3  records in 3 requests\n"
        "Late                      0  records came after their time had been read\n"
        "Imports                   0  0 records rejected\n"
        f"{size}\n"
    )


def test_gaps_come_first_and_give_five(folder, capfd):
    with Store.open(folder) as store:
        store.ledger.ask("signins", (at(4), at(5)), NOW)
        store.ledger.trouble("signins", (at(4), at(5)), "\x1b[31m503", NOW)

    done = run(capfd, "store", "status", folder)

    assert done.code == 5
    assert " is incomplete: " in " ".join(done.out.split("\n\n")[0].split())
    assert "<U+001B>[31m503" in done.out
    assert "###!" in done.out


def test_gaps_of_audits_alone_are_no_gaps_of_sign_ins(folder, capfd):
    with Store.open(folder) as store:
        store.ledger.ask("audits policies", (at(1), at(2)), NOW)

    done = run(capfd, "store", "status", folder)

    assert (done.code, "lacks audits (audits policies) from" in " ".join(done.out.split())) == (
        0,
        True,
    )


def test_the_status_as_json(folder, capfd, tmp_path):
    target = tmp_path / "status.json"

    done = run(capfd, "store", "status", folder, "--format", "json", "--output", target)

    told = json.loads(target.read_text())
    sizes = told.pop("bytes")
    whole = [{"from": "2026-03-01T00:00:00Z", "until": "2026-03-04T00:00:00Z"}]
    assert (done.code, done.out) == (0, "")
    assert min(sizes.values()) > 0
    assert told == {
        "store": str(folder),
        "complete": True,
        "gaps": [],
        "days": [
            {"day": f"2026-03-0{n}", "coverage": "complete", "signins": 1, "duplicates": 0}
            for n in (1, 2, 3)
        ],
        "coverage": [
            {"kind": "every sign-in", "streams": 1, "asked": whole, "done": whole, "open": []}
        ],
        "received": 3,
        "late": 0,
        "requests": 3,
        "rejected": 0,
        "pending_files": 0,
        "imports": [],
        "cursor": None,
        "pruned_until": None,
    }


@pytest.mark.parametrize(
    "words", [("status",), ("verify",), ("rebuild",), ("prune", "--older-than", "1d")]
)
def test_a_folder_that_is_no_store_gives_three(tmp_path, capfd, words):
    name, *more = words

    done = run(capfd, "store", name, tmp_path, *more)

    assert done == Done(
        3,
        "",
        f"analyzer: {tmp_path}: folder is no store: it has no ledger\n"
        "  -> Name a folder that `analyzer pull` or `analyzer import` wrote.\n",
    )


def test_verify_finds_a_whole_store_whole(folder, capfd):
    assert run(capfd, "store", "verify", folder) == Done(
        0, f"Store {folder}: every file is as the ledger says\n", ""
    )


def test_verify_gives_five_for_a_problem_and_changes_nothing(folder, capfd):
    next(folder.rglob("20260301*.gz")).write_bytes(b"x")
    before = files(folder)

    done = run(capfd, "store", "verify", folder)

    assert done.code == 5
    assert done.out.splitlines()[0] == f"Store {folder}: 1 problem"
    assert "has 1 bytes, and the ledger says" in done.out.splitlines()[1]
    assert files(folder) == before


def test_verify_only_warns_of_rights(folder, capfd):
    folder.chmod(0o750)

    assert run(capfd, "store", "verify", folder) == Done(
        0,
        f"Store {folder}: every file is as the ledger says; 1 warning\n"
        "WARNING . has the rights 0750, and should have 0700\n",
        "",
    )


def test_rebuild_makes_lost_days_again(folder, capfd):
    with Store.open(folder) as store:
        before = held_rows(store)
    (folder / "signins" / "2026-03-02.parquet").unlink()

    done = run(capfd, "store", "rebuild", folder)

    assert done == Done(
        0, "Rebuilt 3 days from 3 raw files: 3 sign-ins, 0 copies merged, 0 rejected\n", ""
    )
    with Store.open(folder) as store:
        assert held_rows(store) == before


def test_prune_without_a_terminal_says_what_it_would_remove(folder, capfd):
    before = files(folder)

    done = run(capfd, "store", "prune", folder, "--older-than", "2026-03-03")

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(
        "analyzer: this would remove 2 sign-ins of 2 days and 2 raw files "
        "from before 2026-03-03T00:00:00Z ("
    )
    assert done.err.endswith("  -> Add --yes to remove it without being asked.\n")
    assert files(folder) == before


@pytest.mark.parametrize(("answer", "left"), [("n\n", 3), ("\n", 3), ("y\n", 1)])
def test_prune_asks_on_a_terminal(folder, capfd, monkeypatch, answer, left):
    monkeypatch.setattr(sys, "stdin", Terminal(answer))

    done = run(capfd, "store", "prune", folder, "--older-than", "2026-03-03")

    assert done.code == 0
    assert "Remove 2 sign-ins of 2 days and 2 raw files" in done.out + done.err
    assert ("nothing was removed" in done.err) is (left == 3)
    with Store.open(folder) as store:
        assert len(held_rows(store)) == left


def test_prune_removes_with_yes_and_every_later_report_knows(folder, capfd):
    done = run(capfd, "store", "prune", folder, "--older-than", "2026-03-03T12:00:00Z", "--yes")
    status = run(capfd, "store", "status", folder)
    triage = run(capfd, "triage", folder, "--since", "2026-03-01", "--quiet", "--format", "json")

    assert done.code == 0
    assert done.out.startswith(
        "Removed 2 sign-ins of 2 days and 2 raw files from before 2026-03-03T00:00:00Z ("
    )
    assert (status.code, triage.code) == (0, 5)
    assert "NOTE everything before 2026-03-03T00:00:00Z was pruned on request\n" in status.out
    assert "sign-ins before 2026-03-03T00:00:00Z were pruned from store store" in triage.out


def test_nothing_to_prune(folder, capfd):
    assert run(capfd, "store", "prune", folder, "--older-than", "2026-03-01") == Done(
        0, f"Nothing in {folder} is older than 2026-03-01T00:00:00Z.\n", ""
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("90", "--older-than '90' names no unit"),
        ("2999-01-01", "--older-than '2999-01-01' lies ahead"),
        ("long ago", "--older-than 'long ago' is not an ISO 8601 instant"),
        ("2026-03-01T00:00:00", "--older-than '2026-03-01T00:00:00' names no time zone"),
    ],
)
def test_a_time_that_cannot_be_meant_is_refused(folder, capfd, text, problem):
    done = run(capfd, "store", "prune", folder, "--older-than", text, "--yes")

    assert (done.code, done.err.splitlines()[0]) == (2, f"analyzer: {problem}")


def test_two_cannot_write(folder, capfd):
    with Store.open(folder) as store, store.locked():
        done = run(capfd, "store", "rebuild", folder)

    assert (done.code, "another run is writing to the store" in done.err) == (2, True)


def test_the_help_has_examples_and_loads_nothing_heavy(capfd):
    for name in ("status", "verify", "rebuild", "prune"):
        done = run(capfd, "store", name, "--help")
        assert (done.code, f"  analyzer store {name} store/" in done.out) == (0, True)
    loaded = (
        "import sys; import analyzer.cli.store, analyzer.cli.importing; "
        "print([m for m in ('duckdb', 'pandas', 'sqlite3', 'pyarrow') if m in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert found.stdout == "[]\n"
    assert command.app.info.name == "store"

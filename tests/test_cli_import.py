"""``analyzer import`` as a user runs it: each file once, each sign-in once, nothing lost."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import zipfile

import pytest

from analyzer.sources.store.layout import Store
from tests.engine_support import diagnostic, graph, lines, log_analytics, write
from tests.storing import ROOT, Done, held_rows, run, signin

CONTOSO = ROOT / "sample_data" / "contoso"
EVIDENCE = (
    "--moves", CONTOSO / "evidence" / "moves.csv", "--moves-timezone", "America/Toronto",
    "--recipients", CONTOSO / "evidence" / "recipients.csv",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "store"


def ids(folder):
    with Store.open(folder) as store:
        return [row["signin_id"] for row in held_rows(store)]


def raw_files(folder):
    return sorted(p.name for p in (folder / "raw").rglob("*") if p.is_file())


def test_an_export_is_taken_in_as_it_is(folder, tmp_path, capfd):
    export = write(tmp_path, "my export.json", lines([signin(1, 1), signin(2, 2)]))

    done = run(capfd, "import", folder, export, "--quiet")

    assert done == Done(
        0,
        f"{export}: 2 events (graph), 0 rejected\n"
        f"{folder} holds 2 sign-ins of 2 days; 0 copies merged\n",
        "",
    )
    [kept] = (folder / "raw" / "imports").iterdir()
    assert (kept.read_bytes(), kept.name[16:]) == (export.read_bytes(), "-my-export.json")
    assert ids(folder) == ["id-1", "id-2"]


def test_the_same_file_twice_changes_nothing(folder, tmp_path, capfd):
    export = write(tmp_path, "a.json", lines([signin(1, 1)]))
    copy = write(tmp_path, "copy of a.json", export.read_bytes())
    run(capfd, "import", folder, export)
    before = {p: p.read_bytes() for p in folder.rglob("*.*") if p.suffix != ".sqlite"}

    done = run(capfd, "import", folder, export, copy)

    assert done == Done(
        0,
        f"{export}: already imported\n{copy}: already imported\n"
        f"{folder} holds 1 sign-in of 1 day; 0 copies merged\n",
        "",
    )
    assert {p: p.read_bytes() for p in before} == before


def test_the_same_sign_ins_in_other_formats_are_merged_by_id(folder, tmp_path, capfd):
    records = [graph(n) for n in range(3)]
    for name, content in {
        "graph.json": lines(records),
        "la.json": lines([log_analytics(r) for r in records]),
        "diagnostic.json": lines([diagnostic(r) for r in records]),
    }.items():
        done = run(capfd, "import", folder, write(tmp_path, name, content))

    assert ids(folder) == ["id-0", "id-1", "id-2"]
    assert done.out.endswith("holds 3 sign-ins of 1 day; 6 copies merged\n")


def test_folders_globs_archives_and_standard_input(folder, tmp_path, capfd, monkeypatch):
    write(tmp_path, "in/a.json", lines([graph(1)]))
    write(tmp_path, "globbed-b.json.gz", gzip.compress(lines([graph(2)]).encode()))
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr("one.json", lines([graph(3)]))
        archive.writestr("two.json", lines([graph(4)]))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines([graph(5)]).encode())))

    done = run(
        capfd, "import", folder, tmp_path / "in", tmp_path / "globbed-*", tmp_path / "c.zip", "-"
    )

    assert [line.split(": ")[0] for line in done.out.splitlines()[:-1]] == [
        f"{tmp_path}/in/a.json",
        f"{tmp_path}/globbed-b.json.gz",
        f"{tmp_path}/c.zip!one.json",
        f"{tmp_path}/c.zip!two.json",
        "-",
    ]
    assert ids(folder) == ["id-1", "id-2", "id-3", "id-4", "id-5"]


def test_what_is_no_sign_in_log_is_refused_with_the_remedy_and_not_kept(folder, tmp_path, capfd):
    good = write(tmp_path, "a.json", lines([graph(1)]))
    bad = write(tmp_path, "notes.txt", "milk, eggs\nbread\n")
    torn = write(tmp_path, "torn.zip", b"PK\x03\x04 and no more")

    done = run(capfd, "import", folder, good, bad, torn)

    told = done.out.splitlines()
    assert done.code == 5
    assert told[1].startswith(f"{bad}: refused, it ")
    assert told[2].startswith("  -> ")
    assert told[3].startswith(f"{torn}: refused, it is a damaged archive (")
    assert told[4] == "  -> Fetch it again."
    assert [name[17:] for name in raw_files(folder)] == ["a.json"]
    assert run(capfd, "store", "verify", folder).code == 0


def test_nothing_at_all_gives_three(folder, tmp_path, capfd):
    bad = write(tmp_path, "notes.txt", "milk, eggs\nbread\n")

    done = run(capfd, "import", folder, bad)

    assert (done.code, ids(folder), raw_files(folder)) == (3, [], [])


def test_a_mistyped_name_leaves_no_store_behind(folder, tmp_path, capfd):
    done = run(capfd, "import", folder, tmp_path / "exprots")

    assert (done.code, folder.exists()) == (3, False)


def test_rejected_lines_are_said_written_and_kept_in_mind(folder, tmp_path, capfd):
    content = lines([graph(1)]) + '{"id": "x", \x1b[31m\n' + lines([graph(2)])
    export = write(tmp_path, "a.json", content)
    rejects = tmp_path / "rejects.ndjson"

    done = run(capfd, "import", folder, export, "--rejects", rejects)
    triage = run(capfd, "triage", folder, "--quiet")

    [reject] = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert done.code == 5
    assert f"{export}: 2 events (graph), 1 rejected\n  line 2: " in done.out
    assert "\x1b" not in done.out
    assert (reject["file"], reject["line"]) == (str(export), 2)
    assert reject["text"].startswith('{"id": "x",')
    assert (triage.code, "1 record of " in " ".join(triage.out.split())) == (5, True)


def test_rejects_as_a_table_are_no_formulas(folder, tmp_path, capfd):
    export = write(tmp_path, "a.json", lines([graph(1)]) + "=cmd()\n")

    run(capfd, "import", folder, export, "--rejects", tmp_path / "r.csv")

    header, row = (tmp_path / "r.csv").read_text().splitlines()
    assert header == "file,line,reason,text"
    assert row.startswith(f"{export},2,")
    assert row.endswith(",'=cmd()")


_KILLED = """
import os, signal, sys
from analyzer.engine import days
from analyzer.sources.store import ledger
where = sys.argv.pop(1)
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
if where == "copied":
    ledger.Ledger.record_import = die
elif where == "written down":
    days._derive = die
else:
    ledger.Ledger.record_sorted = die
from tests.storing import program
from analyzer.cli.run import main
main(sys.argv[1:], program=program())
"""


@pytest.mark.parametrize("where", ["copied", "written down", "sorted"])
def test_an_import_that_was_killed_is_finished_or_gone(folder, tmp_path, capfd, where):
    export = write(tmp_path, "a.json", lines([graph(1), graph(2), graph(2)]))
    bad = write(tmp_path, "b.txt", "milk, eggs\nbread\n")
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, where, "import", folder, export, bad],
        cwd=ROOT,
        env=os.environ | {"ANALYZER_SPILL_DIR": str(tmp_path)},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL

    other = write(tmp_path, "c.json", lines([graph(3)]))
    run(capfd, "import", folder, other)
    between = ids(folder)
    done = run(capfd, "import", folder, export)

    is_gone = where == "copied"
    assert between == (["id-3"] if is_gone else ["id-1", "id-2", "id-3"])
    assert ("already imported" in done.out) is not is_gone
    assert ids(folder) == ["id-1", "id-2", "id-3"]
    assert done.out.endswith("holds 3 sign-ins of 1 day; 1 copies merged\n")
    assert [name[17:] for name in raw_files(folder)].count("b.txt") == 0
    assert run(capfd, "store", "verify", folder).code == 0


def test_a_triage_reads_what_a_killed_import_left_unsorted(folder, tmp_path, capfd):
    pages = [json.dumps({"value": [graph(n)]}) for n in (1, 2)]
    exports = [write(tmp_path, f"{n}.json", page) for n, page in enumerate(pages)]
    run(capfd, "import", folder, *exports)
    with Store.open(folder) as store:
        store.ledger.sorting_again()
        for path in store.day_files().values():
            path.unlink()

    done = run(capfd, "triage", folder, "--quiet", "--format", "json")

    assert sum(each["events"] for each in json.loads(done.out)["verdicts"]) == 2


@pytest.mark.soak
def test_a_store_gives_the_same_verdicts_as_the_files_it_was_made_of(folder, capfd):
    parts = [CONTOSO / "signins" / name for name in ("sentinel", "defender", "graph-interactive")]
    run(capfd, "import", folder, *parts[:2])
    run(capfd, "import", folder, parts[2])

    of_files = run(capfd, "triage", *parts, *EVIDENCE, "--format", "csv", "--quiet")
    of_store = run(capfd, "triage", folder, *EVIDENCE, "--format", "csv", "--quiet")

    assert of_files.out.count("\n") > 50
    assert of_store == of_files

"""``--onprem-logs`` as a user gives it."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from analyzer.cli.run import main
from tests.onprem_logs import log, proxy
from tests.test_cli_triage import signin


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(capfd):
    def runs(*arguments: str | Path) -> Done:
        with pytest.raises(SystemExit) as caught:
            main([str(each) for each in arguments])
        sys.stdout.flush()
        out, err = capfd.readouterr()
        assert isinstance(caught.value.code, int)
        return Done(caught.value.code, out, err)

    return runs


@pytest.fixture
def export(tmp_path):
    events = [signin(8), signin(12, blocked=False)]
    path = tmp_path / "signins.json"
    path.write_text(json.dumps({"value": events}), encoding="utf-8")
    return path


@pytest.fixture
def logs(tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "a.LOG").write_text(log([proxy(), "cut"]), newline="")
    return folder


def test_rejected_rows_are_named_and_the_data_stays_complete(run, export, logs):
    done = run("triage", export, "--onprem-logs", logs, "--format", "json", "--quiet")

    coverage = json.loads(done.stdout)["coverage"]
    assert (done.returncode, coverage["complete"]) == (0, True)
    assert [note for note in coverage["notes"] if "on-premises log " in note] == [
        f"1 row of the on-premises log {logs}/a.LOG rejected (line 7: has 1 field where #Fields "
        "names 12)."
    ]
    assert "onprem_logs" not in {each["evidence"] for each in coverage["evidence_missing"]}


def test_a_wrong_file_is_refused(run, export):
    done = run("triage", export, "--onprem-logs", export, "--quiet")

    assert (done.returncode, done.stdout) == (3, "")
    assert "it is no on-premises log: it holds sign-ins (graph)" in done.stderr


def test_a_path_that_is_not_there_is_refused(run, export, tmp_path):
    done = run("triage", export, "--onprem-logs", tmp_path / "nowhere", "--quiet")

    assert done.returncode == 3
    assert "does not exist" in done.stderr


def test_explain_takes_them_too(run, export, logs):
    done = run("explain", "ivan.imap@contoso.example", export, "--onprem-logs", logs, "--quiet")

    assert done.returncode == 0


def test_logs_among_the_sign_ins_name_the_option(run, logs):
    done = run("triage", logs, "--quiet")

    assert done.returncode == 3
    assert "--onprem-logs" in done.stderr

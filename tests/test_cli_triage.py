"""``analyzer triage`` on a small export, as a user runs it: every form, every file, every code."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from analyzer.cli.run import main

ROOT = Path(__file__).parents[1]
USER = "ivan.imap@contoso.example"


def signin(number: int, *, blocked: bool = True, **changes: object) -> dict[str, object]:
    """A Graph sign-in: an IMAP client blocked by the legacy block, or a browser let in."""
    policy = {
        "id": "5f3c6d5e-0000-4000-8000-000000000001",
        "displayName": "Block legacy authentication",
        "enforcedGrantControls": ["Block"],
        "result": "failure" if blocked else "notApplied",
    }
    return {
        "id": f"aaaaaaaa-0000-4000-8000-{number:012d}",
        "createdDateTime": f"2026-03-02T{number % 24:02d}:00:00Z",
        "userPrincipalName": USER,
        "userId": "00000000-0000-4000-8000-000000000009",
        "userDisplayName": "Ivan Imap",
        "clientAppUsed": "IMAP4" if blocked else "Browser",
        "userAgent": "BAV2ROPC" if blocked else "Mozilla/5.0",
        "ipAddress": "198.51.100.7",
        "conditionalAccessStatus": "failure" if blocked else "success",
        "status": {"errorCode": 53003 if blocked else 0, "failureReason": "Blocked."},
        "location": {"countryOrRegion": "CA", "city": "Toronto"},
        "isInteractive": True,
        "appliedConditionalAccessPolicies": [policy],
        **changes,
    }


@dataclass(frozen=True)
class Done:
    """What a run left behind."""

    returncode: int
    stdout: bytes
    stderr: bytes


class Run(Protocol):
    """Runs the program with these arguments."""

    def __call__(self, *arguments: str | Path) -> Done: ...


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """The program in this process: starting Python for each would take most of the time."""

    def runs(*arguments: str | Path) -> Done:
        with pytest.raises(SystemExit) as caught:
            main([str(each) for each in arguments])
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        assert isinstance(caught.value.code, int)
        return Done(caught.value.code, out, err)

    return runs


@pytest.fixture
def export(tmp_path: Path) -> Path:
    events = [signin(number) for number in range(8, 12)]
    events += [signin(number, blocked=False) for number in range(12, 15)]
    path = tmp_path / "signins.json"
    path.write_text(json.dumps({"value": events}), encoding="utf-8")
    return path


def test_json_is_the_whole_contract_on_standard_output(run: Run, export: Path) -> None:
    done = run("triage", export, "--format", "json", "--quiet")

    told = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, b"")
    assert told["coverage"]["complete"] is True
    assert told["coverage"]["events_read"] == 7
    assert told["summary"]["by_cause"]["mail-protocol"] == 1
    assert [(each["user"], each["cause"], each["events"]) for each in told["verdicts"]] == [
        (USER, "mail-protocol", 4)
    ]


def test_a_report_is_written_whole_to_a_file_and_nothing_to_the_screen(
    run: Run, export: Path, tmp_path: Path
) -> None:
    path = tmp_path / "out"

    done = run("triage", export, "--format", "html", "--output", path, "--quiet")

    text = path.read_text(encoding="utf-8")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert text.startswith("<!doctype html>")
    assert USER in text
    assert '"outcomes": [{"title": ' in text


def test_sign_ins_come_from_standard_input_too(export: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "analyzer.cli", "triage", "-", "--format", "json"],
        capture_output=True,
        input=export.read_bytes(),
        cwd=ROOT,
        check=True,
        timeout=120,
    )

    assert json.loads(done.stdout)["coverage"]["events_read"] == 7


def test_events_are_written_beside_the_report(run: Run, export: Path, tmp_path: Path) -> None:
    path = tmp_path / "events.csv"

    done = run("triage", export, "--events", path, "--format", "json")

    events = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    (verdict,) = json.loads(done.stdout)["verdicts"]
    assert list(events[0])[:10] == [
        "signin_id", "occurred_at", "user", "cause", "kind", "confidence", "client_app",
        "error_code", "blocked", "verdict_id",
    ]  # fmt: skip
    assert sorted(event["cause"] for event in events) == ["mail-protocol"] * 4 + ["success"] * 3
    assert {event["verdict_id"] for event in events} - {""} == {verdict["id"]}


def test_a_bad_record_costs_one_record_and_exits_5_unless_allowed(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "signins.ndjson"
    lines = [json.dumps(signin(number)) for number in range(8, 11)]
    path.write_text("\n".join([lines[0], '{"id": broken', *lines[1:]]) + "\n", encoding="utf-8")
    rejects = tmp_path / "rejects.txt"

    done = run("triage", path, "--format", "json", "--rejects", rejects)
    allowed = run("triage", path, "--allow-incomplete")

    told = json.loads(done.stdout)["coverage"]
    assert (done.returncode, allowed.returncode) == (5, 0)
    assert (told["complete"], told["events_read"], told["events_rejected"]) == (False, 3, 1)
    assert b"part of the sign-in data is missing" in done.stderr
    assert "broken" in rejects.read_text(encoding="utf-8")
    assert allowed.stdout.index(b"Part of the sign-in data is missing") < allowed.stdout.index(
        b"1 person"
    )


def test_a_remediation_script_is_written_and_findings_exit_6_when_asked(
    run: Run, export: Path, tmp_path: Path
) -> None:
    path = tmp_path / "fix.ps1"

    done = run("triage", export, "--remediation", path, "--fail-on", "any")

    assert done.returncode == 6
    assert b"\x1b" not in done.stdout
    assert path.read_bytes().startswith(b"\xef\xbb\xbf# Remediation")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("no-such-file.json",), 3),
        (("{export}", "--since", "yesterday"), 2),
        (("{export}", "--moves", "no-such-moves.csv"), 3),
        (("{export}", "--output", "no-such-folder/out.json"), 2),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_with_a_remedy(
    run: Run, export: Path, arguments: tuple[str, ...], code: int
) -> None:
    done = run("triage", "--quiet", *(each.format(export=export) for each in arguments))

    told = done.stderr.decode()
    assert done.returncode == code
    assert told.startswith("analyzer: ")
    assert "\n  -> " in told
    assert "Traceback" not in told


def test_explain_gives_the_same_from_the_export_as_from_a_saved_result(
    run: Run, export: Path, tmp_path: Path
) -> None:
    saved = tmp_path / "result.json"
    run("triage", export, "--format", "json", "--output", saved)

    from_export = json.loads(run("explain", USER, export, "--format", "json").stdout)
    from_saved = json.loads(run("explain", "Ivan Imap", saved, "--format", "json").stdout)

    for told in (from_export, from_saved):
        del told["generated_at"]
    assert from_export == from_saved


def test_the_demo_shows_the_sample_tenant(run: Run) -> None:
    done = run("demo", "--format", "json")

    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert all(told["summary"]["by_cause"].values())

"""The command line: help that is quick and useful, errors that say what to do, exit codes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from analyzer import __version__
from analyzer.cli import demo, outcome
from analyzer.cli.app import app
from analyzer.cli.options import FailOn, Format
from analyzer.cli.output import triage_text
from analyzer.cli.progress import Progress
from analyzer.cli.run import main
from analyzer.errors import UsageError
from analyzer.hypotheses import HYPOTHESES
from analyzer.report import jsonin, jsonout, rows
from analyzer.results import Kind, Result, Status
from tests import report_fixture as fixture

ROOT = Path(__file__).parents[1]
COMMANDS = (
    "triage",
    "explain",
    "policies",
    "readiness",
    "pull",
    "import",
    "doctor",
    "formats",
    "hypotheses",
    "demo",
)
HEAVY = {"pandas", "duckdb", "matplotlib", "rich", "jinja2", "narwhals", "pyarrow", "msgraph"}
MOVER = fixture.result().verdicts[0].user


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    """The program as a user starts it, in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **more}
    return subprocess.run(
        [sys.executable, "-m", "analyzer.cli", *arguments],
        capture_output=True,
        env=environment,
        check=False,
        timeout=60,
    )


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "result.json"
    path.write_text(jsonout.dumps(fixture.result()), encoding="utf-8")
    return path


# --- help ---


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_line_a_paragraph_and_two_real_commands(command: str) -> None:
    text = CliRunner().invoke(app, [command, "--help"]).stdout

    examples = re.findall(rf"^    (analyzer {command}\b.*)$", text, re.MULTILINE)
    paragraphs = re.split(r"\n\s*\n", text.split("Options:")[0].strip())
    assert len(examples) == 2
    assert len(paragraphs) >= 3
    assert max(len(line) for line in text.splitlines()) <= 90


def test_the_commands_are_those_and_no_stubs() -> None:
    text = CliRunner().invoke(app, ["--help"]).stdout

    assert re.findall(r"^  (\w+)  ", text.split("Commands:")[1], re.MULTILINE) == [
        *COMMANDS,
        "store",
    ]
    assert "..." not in text.split("Commands:")[1]


def test_the_flags_of_triage_are_those_of_the_design() -> None:
    text = CliRunner().invoke(app, ["triage", "--help"]).stdout

    assert set(re.findall(r"^  (?:-h, )?(--[a-z-]+)", text, re.MULTILINE)) == {
        "--moves", "--recipients", "--permissions", "--cas-mailbox", "--org-config", "--policies",
        "--onprem-logs", "--moves-timezone", "--date-order", "--since", "--until", "--format",
        "--output", "--events", "--rejects", "--remediation", "--allow-incomplete", "--fail-on",
        "--quiet", "--help",
    }  # fmt: skip
    assert "<table|json|ndjson|csv|markdown|html>" in text


@pytest.mark.parametrize("arguments", [["--help"], ["triage", "--help"], ["--version"]])
def test_help_and_version_load_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        "from analyzer.cli.run import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit: pass\n"
        f"print(sorted({sorted(HEAVY)!r} & sys.modules.keys()), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=True, timeout=60
    )

    assert done.stderr.decode().strip() == "[]"
    assert done.stdout


def test_the_version_is_the_packages() -> None:
    assert run("--version").stdout.decode() == f"analyzer {__version__}\n"


# --- forms ---


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        (Format.TABLE, "Why sign-ins failed\n"),
        (Format.JSON, '{\n  "schema_version": 1,'),
        (Format.NDJSON, '{"id": '),
        (Format.CSV, ",".join(rows.COLUMNS)),
        (Format.MARKDOWN, "# Why sign-ins failed\n"),
        (Format.HTML, "<!doctype html>"),
    ],
)
def test_every_form_writes_the_whole_result(form: Format, begins: str) -> None:
    text = triage_text(fixture.result(), form, to_file=True)

    assert text.startswith(begins)
    assert text.endswith("\n")
    assert fixture.result().verdicts[1].user in text


# --- explain, from a saved result ---


def test_explain_reads_a_saved_result_and_writes_it_narrowed(saved: Path) -> None:
    done = run("explain", MOVER.upper(), str(saved), "--format", "json")

    told = jsonin.loads(done.stdout.decode())
    assert (done.returncode, done.stderr) == (0, b"")
    assert [verdict.user for verdict in told.verdicts] == [MOVER]
    assert told.coverage == fixture.result().coverage
    assert list(told.timelines) == [MOVER]


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("table", "Why sign-ins failed: "),
        ("markdown", "# Why sign-ins"),
        ("html", "<!doctype html>"),
    ],
)
def test_explain_writes_each_form_to_a_file_and_nothing_to_the_screen(
    saved: Path, tmp_path: Path, form: str, begins: str
) -> None:
    path = tmp_path / "out"

    done = run("explain", MOVER, str(saved), "--format", form, "--output", str(path))

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert path.read_text(encoding="utf-8").startswith(begins)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["out", "result.json"]


def test_a_saved_result_is_recognised_whatever_its_keys_order(saved: Path) -> None:
    told = json.loads(saved.read_text(encoding="utf-8"))
    saved.write_text("\ufeff" + json.dumps(told, sort_keys=True), encoding="utf-8")

    assert run("explain", MOVER, str(saved)).returncode == 0


def test_explain_of_incomplete_data_exits_5_unless_allowed(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text(jsonout.dumps(fixture.result(complete=False)), encoding="utf-8")

    codes = [
        run("explain", MOVER, str(path), *flags).returncode
        for flags in ((), ("--allow-incomplete",))
    ]

    assert codes == [5, 0]


def test_an_unknown_person_is_a_usage_error_with_a_guess(saved: Path) -> None:
    done = run("explain", "outlook.reconfiguration.O@contoso.example", str(saved))

    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.decode() == (
        "analyzer: nobody named 'outlook.reconfiguration.O@contoso.example' failed to sign in or "
        f"moved in this data\n  -> Did you mean '{MOVER}'?\n"
    )


def test_explain_without_inputs_says_what_to_name() -> None:
    done = run("explain", "amy")

    assert done.returncode == 2
    assert "Name sign-in exports, or a saved JSON result, after PERSON." in done.stderr.decode()


def test_a_reader_that_goes_away_is_no_error(saved: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "analyzer.cli", "explain", MOVER, str(saved), "--format", "html"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        told = process.stderr.read()
        process.wait(timeout=60)

    assert (process.returncode, told) == (0, b"")


# --- what is built in ---


def test_formats_lists_what_is_read_and_what_is_refused() -> None:
    text = run("formats").stdout.decode()

    assert all(name in text for name in ("graph:", "diagnostic:", "log-analytics:", "defender:"))
    assert text.index("Read as sign-ins") < text.index("Recognised and refused")
    assert max(len(line) for line in text.splitlines()) <= 80


def test_hypotheses_lists_every_check_with_authority_and_blind_spots() -> None:
    text = run("hypotheses").stdout.decode()

    flat = " ".join(text.split())
    for hypothesis in HYPOTHESES:
        assert f"{hypothesis.cause.value}: {hypothesis.title}" in flat
        assert all(f"? {check.id}: " in flat for check in hypothesis.checks)
        assert all(" ".join(spot.split()) in flat for spot in hypothesis.blind_spots)


def test_hypotheses_of_an_unknown_cause_names_the_known_ones() -> None:
    done = run("hypotheses", "gremlins")

    assert done.returncode == 2
    assert "Did you mean one of outlook-reconfiguration, " in done.stderr.decode()


def test_the_demo_finds_its_sample_or_says_where_it_is(tmp_path: Path) -> None:
    inputs = demo.sample_inputs(demo.find_sample([tmp_path, ROOT]))
    given = [
        *inputs.signins,
        *(inputs.moves or ()),
        *(inputs.recipients or ()),
        *(inputs.permissions or ()),
        *(inputs.cas_mailbox or ()),
        *(inputs.org_config or ()),
        *(inputs.policies or ()),
    ]

    assert [path for path in given if not Path(path).exists()] == []
    with pytest.raises(UsageError, match="comes with the source only"):
        demo.find_sample([tmp_path])


# --- exit codes and errors ---


@pytest.mark.parametrize(
    ("complete", "allow", "fail_on", "expected"),
    [
        (True, False, None, 0),
        (False, False, None, 5),
        (False, True, None, 0),
        (True, False, FailOn.ANY, 6),
        (True, False, FailOn.HOSTILE, 6),
        (False, False, FailOn.HOSTILE, 6),
        (False, True, FailOn.ANY, 6),
    ],
)
def test_exit_codes(complete: bool, allow: bool, fail_on: FailOn | None, expected: int) -> None:
    result = fixture.result(complete=complete)

    assert outcome.exit_code(result, allow_incomplete=allow, fail_on=fail_on) == expected


def test_without_such_findings_fail_on_changes_nothing() -> None:
    harmless = [each for each in fixture.result().verdicts if each.kind is not Kind.HOSTILE]
    calm: Result = fixture.replace(fixture.result(), verdicts=tuple(harmless))

    codes = [
        outcome.exit_code(calm, allow_incomplete=False, fail_on=FailOn.HOSTILE),
        outcome.exit_code(fixture.empty(), allow_incomplete=False, fail_on=FailOn.ANY),
        outcome.exit_code(
            fixture.empty(complete=False), allow_incomplete=False, fail_on=FailOn.ANY
        ),
    ]

    assert codes == [0, 0, 5]
    assert {verdict.status for verdict in calm.verdicts} == set(Status)


def test_fail_on_new_is_refused_before_anything_is_read() -> None:
    done = run("triage", "no-such-file.json", "--fail-on", "new")

    assert done.returncode == 2
    assert "Use --fail-on any or --fail-on hostile." in done.stderr.decode()


@pytest.mark.parametrize(
    "arguments", [("triage",), ("nonsense",), ("triage", "x", "--format", "xml")]
)
def test_wrong_usage_exits_2_and_says_so_on_standard_error(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)

    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Error" in done.stderr


def broken() -> typer.Typer:
    """A program with a bug in it."""
    program = typer.Typer(pretty_exceptions_enable=False)

    @program.command()
    def fail(debug: bool = False) -> None:
        raise RuntimeError("a \x1b[31m bug" + "!" * debug)

    return program


def test_a_bug_is_one_line_and_a_file_with_the_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    with pytest.raises(SystemExit) as caught:
        main([], program=broken())

    (line,) = capsys.readouterr().err.splitlines()
    (written,) = tmp_path.glob("analyzer-bug-*.txt")
    assert caught.value.code == 1
    assert line == (
        "analyzer: this is a bug of ours: RuntimeError: a <U+001B>[31m bug. Please report it with "
        f"{written}, or run again with: analyzer --debug ..."
    )
    assert "Traceback (most recent call last)" in written.read_text(encoding="utf-8")


def test_a_bug_with_debug_prints_the_traceback_and_writes_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    with pytest.raises(SystemExit) as caught:
        main(["--debug"], program=broken())

    printed = capsys.readouterr().err
    assert caught.value.code == 1
    assert "Traceback (most recent call last)" in printed
    assert "\x1b" not in printed
    assert list(tmp_path.iterdir()) == []


def test_an_error_with_hostile_text_moves_no_cursor(
    saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["explain", "\x1b[31mamy\u202e", str(saved)])

    assert caught.value.code == 2
    assert set(capsys.readouterr().err) & {"\x1b", "\u202e"} == set()


# --- progress ---


def test_quick_work_prints_no_progress(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(is_quiet=False) as progress:
        progress("reading")
        progress("judging")

    assert capsys.readouterr().err == ""


def test_slow_work_prints_the_step_at_hand_and_each_after_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Progress(is_quiet=False, patience_seconds=0.05) as progress:
        progress("opening")
        progress("reading")
        time.sleep(0.2)
        progress("judging")

    printed = re.sub(r"\[ *[\d.]+ s\] ", "", capsys.readouterr().err)
    assert printed == "reading\njudging\n"


def test_quiet_work_prints_nothing_however_slow(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(is_quiet=True, patience_seconds=0) as progress:
        progress("reading")
        time.sleep(0.05)

    assert capsys.readouterr().err == ""

"""The doctor: settings with their origins, and what a pull would stumble over."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from analyzer import __version__
from analyzer.cli import doctor
from analyzer.errors import UsageError
from analyzer.sources.setting_table import SETTINGS
from tests.graph.dataset import make_policies, make_signins
from tests.graph.server import GraphServer

ROOT = Path(__file__).parents[1]
TOKEN = "test-token"  # noqa: S105 - made up
OURS = {setting.environment: "" for setting in SETTINGS}
NOW = datetime.now(UTC)

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
app.command("doctor", help=doctor.HELP, epilog=doctor.EPILOG)(doctor.doctor)
app.callback()(lambda: None)


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def run(*arguments: str, **environ: str):
    return CliRunner().invoke(app, ["doctor", *arguments], env={**OURS, **environ})


def told(*arguments: str, **environ: str):
    """Exit code, and the report as JSON."""
    ran = run("--format", "json", *arguments, **environ)
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    return ran.exit_code, json.loads(ran.stdout)


def states(report):
    return {finding["name"]: finding["state"] for finding in report["findings"]}


# --- offline ---


def test_every_setting_is_shown_with_its_origin_and_no_secret():
    Path("mine.toml").write_text('[graph]\ncloud = "dod"\nlag = "90m"\n', encoding="utf-8")

    code, report = told(
        "--offline",
        "--config",
        "mine.toml",
        "--auth",
        "secret",
        AZURE_CLIENT_SECRET="hunter2",  # noqa: S106 - made up
        AZURE_TENANT_ID="contoso.example",
    )

    assert code == 0
    assert "hunter2" not in json.dumps(report)
    assert [setting["name"] for setting in report["settings"]] == [s.name for s in SETTINGS]
    assert {
        setting["name"]: (setting["value"], setting["source"], setting["where"])
        for setting in report["settings"]
        if setting["source"] != "default"
    } == {
        "config": ("mine.toml", "flag", "--config"),
        "cloud": ("dod", "file", "mine.toml [graph] cloud"),
        "auth": ("secret", "flag", "--auth"),
        "tenant_id": ("contoso.example", "environment", "AZURE_TENANT_ID"),
        "client_secret": ("set", "environment", "AZURE_CLIENT_SECRET"),
        "base_url": ("https://dod-graph.microsoft.us", "file", "mine.toml [graph] cloud"),
        "lag": ("90m", "file", "mine.toml [graph] lag"),
    }
    assert report["versions"]["analyzer"] == __version__
    assert list(report["versions"]) == ["analyzer", "duckdb", "msgraph-sdk", "azure-identity"]
    assert (report["schema_version"], report["ok"], report["findings"]) == (1, True, [])


def test_offline_says_what_needs_no_network(tmp_path):
    code, report = told("--offline", "--store", str(tmp_path / "new"), "--since", "2020-01-01")

    assert (code, states(report)) == (0, {"retention": "warning", "disk space": "ok"})


def test_the_table_has_a_line_for_each_setting():
    text = run("--offline", "--since", "2020-01-01").stdout

    lines = text.splitlines()
    assert lines[0] == "Settings"
    assert [line.split()[0] for line in lines[1 : 1 + len(SETTINGS)]] == [s.name for s in SETTINGS]
    assert "  cloud                       global                       built in" in lines
    assert "  client_secret               not set                      built in" in lines
    assert "  warning  retention: Entra keeps sign-ins for 30 days" in text


def test_nothing_moves_the_cursor_of_whoever_reads():
    Path("a\x1b[31m.toml").write_text("", encoding="utf-8")

    text = run("--offline", "--config", "a\x1b[31m.toml").stdout

    assert "a<U+001B>[31m.toml" in text
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--cloud", "mars"], "--cloud 'mars' is none of the values it may have"),
        (["--since", "yesterday"], "--since 'yesterday' is not an ISO 8601 instant"),
        (["--config", "gone.toml"], "the settings file cannot be read: No such file or directory"),
    ],
)
def test_wrong_usage_is_said_before_anything_is_asked(arguments, problem):
    error = run(*arguments).exception

    assert isinstance(error, UsageError)
    assert error.problem == problem


def test_help_loads_nothing_heavy():
    code = (
        "import sys, analyzer.cli.doctor;"
        "print({m.split('.')[0] for m in sys.modules}"
        " & {'azure', 'msgraph', 'pandas', 'duckdb', 'httpx', 'asyncio', 'tomllib'})"
    )
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ
    )

    assert ran.stdout == "set()\n"


# --- credentials ---


def test_a_missing_credential_is_a_finding_beside_the_others(tmp_path):
    code, report = told("--auth", "secret", "--store", str(tmp_path))

    assert code == 4
    assert states(report) == {"credentials": "failed", "disk space": "ok"}
    assert report["findings"][0] == {
        "name": "credentials",
        "state": "failed",
        "says": "the application's client secret needs AZURE_TENANT_ID and AZURE_CLIENT_ID and "
        "AZURE_CLIENT_SECRET, which is not set",
        "remedy": "Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET to the secret's "
        "value (not its id), and check that it has not expired.",
    }


# --- asking ---


def graph(**more):
    rows = make_signins(20, people=3, start=NOW - timedelta(days=1), end=NOW, seed=1)
    return GraphServer(rows, policies=make_policies(), token=TOKEN, **more)


WELL = {
    "token": "ok",
    "permissions": "unknown",
    "sign-ins": "ok",
    "licence": "ok",
    "conditional access details": "ok",
    "policies": "ok",
    "clock": "ok",
}
TROUBLES = {
    "none": ({}, TOKEN, 0, WELL),
    "hidden policies": (
        {"hide_policies": True},
        TOKEN,
        0,
        {**WELL, "conditional access details": "warning"},
    ),
    "clock": ({"clock_skew_seconds": 900}, TOKEN, 0, {**WELL, "clock": "warning"}),
    "refused token": (
        {},
        "another-token",
        4,
        {
            "token": "ok",
            "credentials": "failed",
            "permissions": "unknown",
            "licence": "unknown",
            "conditional access details": "unknown",
            "clock": "ok",
        },
    ),
    "licence": (
        {"premium": False},
        TOKEN,
        4,
        {
            "token": "ok",
            "permissions": "unknown",
            "licence": "failed",
            "conditional access details": "unknown",
            "clock": "ok",
        },
    ),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_the_service_is_asked(name):
    more, token, code, expected = TROUBLES[name]

    with graph(**more) as server:
        ran = subprocess.run(
            [sys.executable, "-m", "analyzer.cli", "doctor", "--format", "json"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env={
                **os.environ,
                **OURS,
                "PYTHONPATH": str(ROOT),
                "ANALYZER_GRAPH_URL": server.url,
                "GRAPH_ACCESS_TOKEN": token,
            },
        )

    assert (ran.returncode, states(json.loads(ran.stdout))) == (code, expected)
    assert (TOKEN in ran.stdout, ran.stderr) == (False, "")

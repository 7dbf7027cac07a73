from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest

from analyzer.errors import UsageError
from analyzer.sources.configuration import (
    GraphSettings,
    Origin,
    load_configuration,
    unknown_variables,
)
from analyzer.sources.graph.clouds import CLOUDS
from analyzer.sources.graph.credential_kinds import KINDS
from analyzer.sources.graph.permissions import FEATURES
from analyzer.sources.setting_table import AUTHS, SETTINGS, shown
from analyzer.times import duration_text, parse_duration

ROOT = Path(__file__).parents[1]
BUILT_IN = Origin("default", "built in")


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def load(*, flags=None, environ=None, config_path=None):
    return load_configuration(flags or {}, environ=environ or {}, config_path=config_path)


def written(text: str, name: str = "analyzer.toml") -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def test_with_nothing_said_everything_is_built_in():
    found = load()

    assert found.graph == GraphSettings(
        cloud="global",
        auth="default",
        tenant_id="",
        client_id="",
        base_url="https://graph.microsoft.com",
        requests_per_10_seconds=5,
        policy_requests_per_second=1,
        page_size=1000,
        timeout_seconds=60,
        give_up_seconds=900,
        lag=timedelta(hours=2),
        overlap=timedelta(minutes=30),
        workers=4,
    )
    assert found.origins == {setting.name: BUILT_IN for setting in SETTINGS}


def test_flags_beat_the_environment_which_beats_the_file():
    path = written(
        '[graph]\nauth = "cli"\ncloud = "dod"\nworkers = 2\nlag = "3h"\npage_size = 50\n',
        "mine.toml",
    )

    found = load(
        flags={"auth": "browser", "cloud": None},
        environ={
            "ANALYZER_GRAPH_AUTH": "secret",
            "ANALYZER_GRAPH_WORKERS": "8",
            "ANALYZER_GRAPH_LAG": " ",
            "AZURE_TENANT_ID": "contoso.example",
            "ANALYZER_CONFIG": "ignored.toml",
        },
        config_path=path,
    )

    assert found.graph == GraphSettings(
        cloud="dod",
        auth="browser",
        tenant_id="contoso.example",
        base_url="https://dod-graph.microsoft.us",
        page_size=50,
        lag=timedelta(hours=3),
        workers=8,
    )
    assert {name: at for name, at in found.origins.items() if at != BUILT_IN} == {
        "config": Origin("flag", "--config"),
        "auth": Origin("flag", "--auth"),
        "cloud": Origin("file", "mine.toml [graph] cloud"),
        "base_url": Origin("file", "mine.toml [graph] cloud"),
        "page_size": Origin("file", "mine.toml [graph] page_size"),
        "lag": Origin("file", "mine.toml [graph] lag"),
        "workers": Origin("environment", "ANALYZER_GRAPH_WORKERS"),
        "tenant_id": Origin("environment", "AZURE_TENANT_ID"),
    }


def test_the_usual_file_is_read_where_it_is_there():
    written("[graph]\nworkers = 3\n")

    found = load()

    assert found.graph.workers == 3
    assert found.origins["config"] == Origin("default", "in the working folder")


def test_the_environment_names_a_file():
    written("[graph]\nworkers = 3\n")
    other = written("\ufeff[graph]\nworkers = 5\n", "other.toml")

    found = load(environ={"ANALYZER_CONFIG": str(other)})

    assert found.graph.workers == 5
    assert found.texts["config"] == "other.toml"


def test_an_address_of_a_cloud_says_the_cloud():
    found = load(environ={"ANALYZER_GRAPH_URL": "https://graph.microsoft.us/beta"})

    assert (found.graph.cloud, found.graph.base_url) == ("usgov", "https://graph.microsoft.us")
    assert found.origins["cloud"] == Origin("environment", "ANALYZER_GRAPH_URL")


def test_an_address_on_this_machine_leaves_the_cloud_alone():
    found = load(flags={"cloud": "china"}, environ={"ANALYZER_GRAPH_URL": "http://[::1]:80/beta"})

    assert (found.graph.cloud, found.graph.base_url) == ("china", "http://[::1]:80")


def test_secrets_are_only_said_to_be_set():
    found = load(environ={"AZURE_CLIENT_SECRET": "hunter2", "GRAPH_ACCESS_TOKEN": "ey.ey.x"})

    assert "hunter2" not in repr(found)
    assert "ey.ey.x" not in repr(found)
    assert {n: found.texts[n] for n in ("client_secret", "access_token", "tenant_id")} == {
        "client_secret": "set",
        "access_token": "set",
        "tenant_id": "not set",
    }


WRONG = {
    "unknown cloud": (
        {"environ": {"ANALYZER_GRAPH_CLOUD": "mars"}},
        "ANALYZER_GRAPH_CLOUD 'mars' is none of the values it may have",
        "Choose one of global, usgov, dod, china.",
    ),
    "unknown credential": (
        {"flags": {"auth": "psychic"}},
        "--auth 'psychic' is none of the values it may have",
        "Choose one of default, environment, certificate, secret, managed-identity, "
        "workload-identity, cli, device-code, browser.",
    ),
    "cloud and address disagree": (
        {
            "flags": {"cloud": "dod"},
            "environ": {"ANALYZER_GRAPH_URL": "https://graph.microsoft.com"},
        },
        "ANALYZER_GRAPH_URL is https://graph.microsoft.com, of the cloud global, "
        "but --cloud says dod",
        "Set the cloud to global, or the address to https://dod-graph.microsoft.us.",
    ),
    "page too large": (
        {"environ": {"ANALYZER_GRAPH_PAGE_SIZE": "1001"}},
        "ANALYZER_GRAPH_PAGE_SIZE '1001' is no whole number from 1 to 1000",
        "Write a whole number from 1 to 1000.",
    ),
    "no requests at all": (
        {"environ": {"ANALYZER_GRAPH_REQUESTS_PER_10_SECONDS": "0"}},
        "ANALYZER_GRAPH_REQUESTS_PER_10_SECONDS '0' is no number above zero",
        "Write a number like 5 or 0.5.",
    ),
    "endless": (
        {"environ": {"ANALYZER_GRAPH_TIMEOUT_SECONDS": "inf"}},
        "ANALYZER_GRAPH_TIMEOUT_SECONDS 'inf' is no number above zero",
        "Write a number like 5 or 0.5.",
    ),
    "a tenant that is none": (
        {"environ": {"AZURE_TENANT_ID": "a/../b"}},
        "AZURE_TENANT_ID 'a/../b' is no identifier",
        "Copy the id from the app's overview page in Entra.",
    ),
    "lag longer than the log": (
        {"environ": {"ANALYZER_GRAPH_LAG": "31d"}},
        "ANALYZER_GRAPH_LAG '31d' is longer than Entra keeps sign-ins",
        "Write at most 30d.",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_said_with_where_and_what_instead(name):
    given, problem, remedy = WRONG[name]

    with pytest.raises(UsageError) as caught:
        load(**given)

    assert (caught.value.problem, caught.value.remedy) == (problem, remedy)


WRONG_FILES = {
    "misspelt key": ("[graph]\nworkers = 1\nworker = 2\n", 3, "Did you mean graph.workers?"),
    "key without its table": ("\nauth = 'cli'\n", 2, "Did you mean graph.auth?"),
    "misspelt table": ("[grpah]\nauth = 'cli'\n", 2, "Did you mean graph.auth?"),
    "secret": ("[graph]\n\nclient_secret = 'hunter2'\n", 3, "Remove it from the file"),
    "secret under another name": ("[graph]\nAccess-Token = 'hunter2'\n", 2, "Remove it"),
    "secret in a table of its own": ("[graph.secrets]\nclient = 'hunter2'\n", None, "Remove it"),
    "no TOML": ("[graph]\nclient_secret: hunter2\n", 2, "Write lines like"),
    "value of another kind": ("[graph]\nworkers = true\n", 2, "Write it like"),
    "value out of range": ("[graph]\nlag = '2h'\nworkers = 99\n", 3, "Write a whole number"),
    "value of no use": ("[graph]\nurl = 'https://evil.example'\n", 2, "Give a loopback"),
}


@pytest.mark.parametrize("name", WRONG_FILES)
def test_a_wrong_file_is_refused_by_name_and_line_and_never_quoted_from(name):
    text, line, remedy = WRONG_FILES[name]
    path = written(text)

    with pytest.raises(UsageError) as caught:
        load()

    assert (caught.value.source, caught.value.line) == (path, line)
    assert caught.value.remedy.startswith(remedy)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda _: None, "the settings file cannot be read: No such file or directory"),
        (lambda path: path.mkdir(), "the settings file cannot be read: Is a directory"),
        (lambda path: path.write_bytes(b"\xff\xfe["), "the settings file is not UTF-8 text"),
    ],
)
def test_a_file_that_cannot_be_read_is_said(make, problem):
    path = Path("named.toml")
    make(path)

    with pytest.raises(UsageError) as caught:
        load(config_path=path)

    assert (caught.value.problem, caught.value.source) == (problem, path)


def test_a_setting_that_code_misspells_is_our_bug():
    with pytest.raises(ValueError, match="worker"):
        load(flags={"worker": 2})


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("2h", timedelta(hours=2)),
        (" 90M ", timedelta(minutes=90)),
        ("30s", timedelta(seconds=30)),
        ("1d", timedelta(days=1)),
        ("45", timedelta(seconds=45)),
        ("1.5 h", timedelta(minutes=90)),
        ("0", timedelta(0)),
    ],
)
def test_lengths_of_time_are_read(text, length):
    assert parse_duration(text, what="lag") == length
    assert parse_duration(duration_text(length), what="lag") == length


@pytest.mark.parametrize("text", ["", "h", "-2h", "2w", "1h30m", "1e3", "nan", "٣h", "999999999d"])
def test_what_is_no_length_of_time_is_a_usage_error(text):
    with pytest.raises(UsageError, match="is not a length of time") as caught:
        parse_duration(text, what="--lag")

    assert caught.value.remedy == "Write it like 2h, 90m, 30s or 1d, or as plain seconds."


# --- one table ---


def test_the_table_has_each_field_once_and_no_name_twice():
    names = [setting.name for setting in SETTINGS]

    assert {field.name for field in fields(GraphSettings)} <= set(names)
    for part in (
        names,
        [s.environment for s in SETTINGS],
        [s.toml for s in SETTINGS if s.toml],
        [s.flag for s in SETTINGS if s.flag],
    ):
        assert len(part) == len(set(part))
    assert [s.name for s in SETTINGS if s.is_secret and s.toml] == []
    assert set(AUTHS) == set(KINDS)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_default_reads_back(setting):
    text = shown(setting.default)

    assert not text or setting.parse(text, "it") == setting.default


def test_the_page_on_permissions_has_every_setting_cloud_and_permission():
    page = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")

    rows = [
        *(
            f"| {s.name} | `{s.environment}` | {f'`{s.toml}`' if s.toml else ''} "
            f"| {f'`{s.flag}`' if s.flag else ''} "
            f"| {'' if s.is_secret or not shown(s.default) else f'`{shown(s.default)}`'} "
            f"| {s.means} |"
            for s in SETTINGS
        ),
        *(
            f"| `{c.name}` | {c.title} | `{c.graph_url}` | `{c.authority}` |"
            for c in CLOUDS.values()
        ),
        *(
            f"| {f.name} | {' or '.join(f'`{p}`' for p in f.permissions)} "
            f"| {f.lost} | <{f.source}> |"
            for f in FEATURES
        ),
        *(f"| `{auth}` |" for auth in AUTHS),
    ]
    assert [row for row in rows if row not in page] == []
    assert page.index("certificate (first choice)") < page.index("secret (second best)")


def test_loading_settings_loads_nothing_heavy():
    code = (
        "import sys, analyzer.sources.configuration, analyzer.sources.graph.credentials;"
        "print({m.split('.')[0] for m in sys.modules}"
        " & {'azure', 'msal', 'msgraph', 'pandas', 'duckdb', 'httpx', 'asyncio'})"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert ran.stdout == "set()\n"


def test_a_misspelt_variable_is_told_and_stops_nothing():
    environ = {"ANALYZER_GRAPH_CLOUDS": "dod", "ANALYZER_GRAPH_CLOUD": "usgov"}

    assert unknown_variables(environ) == [
        "the environment variable ANALYZER_GRAPH_CLOUDS is no setting; "
        "did you mean ANALYZER_GRAPH_CLOUD?"
    ]

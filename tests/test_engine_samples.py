"""Files that nobody here wrote are read or refused as their README says."""

from __future__ import annotations

import pytest

from analyzer.errors import InputError
from tests.conftest import NO_SAMPLES
from tests.engine_support import SAMPLES, counts, engine

# File → events, duplicates, rejected. Several hand-edited diagnostic events share an id.
READ = {
    "diagnostic/rule-tests-27.ndjson": ("diagnostic", 19, 8, 0),
    "graph/2021-07_beta_signin-list_2.json": ("graph", 1, 0, 0),
    "graph/2023-02-ruRU_beta_signin-get_1.json": ("graph", 1, 0, 0),
    "graph/2023-02-ruRU_beta_signin-list_1.json": ("graph", 1, 0, 0),
    "graph/2023-02-ruRU_beta_signin-list_2.json": ("graph", 1, 0, 0),
    "graph/2023-02-ruRU_beta_signin-list_3.json": ("graph", 1, 0, 0),
    "graph/published-but-invalid.json": ("graph", 1, 0, 0),
    "graph/v1-single.ndjson": ("graph", 1, 0, 0),
    "log-analytics/export-with-union-columns-56.csv": ("log-analytics", 56, 0, 0),
    "log-analytics/nested-as-strings-26.csv": ("log-analytics", 26, 0, 0),
    "log-analytics/signinlogs-86.ndjson": ("log-analytics", 45, 41, 0),
}
REFUSED = {
    "not-sign-ins/aggregate.csv": "an aggregate",
    "not-sign-ins/directory-audit.json": "a directory audit log",
    "not-sign-ins/office-activity.csv": "an Office 365 activity",
    "httpproxy/Eas__HttpProxy_2023011116-1.LOG": "an Exchange front-end log",
    "httpproxy/RpcHttp__HttpProxy_2023010708-1.LOG": "an Exchange front-end log",
}


@pytest.fixture
def samples():
    if not SAMPLES.is_dir():
        pytest.skip(NO_SAMPLES)
    return SAMPLES


@pytest.mark.parametrize("name", READ)
def test_sample_is_read(name, samples, tmp_path):
    with engine(tmp_path) as e:
        loaded = e.load([samples / name])

        form, *expected = READ[name]
        assert counts(loaded) == tuple(expected)
        assert [i.format for i in loaded.inputs] == [form]
        assert loaded.gaps == ()


@pytest.mark.parametrize("name", REFUSED)
def test_sample_is_refused_by_name(name, samples, tmp_path):
    with engine(tmp_path) as e, pytest.raises(InputError, match=REFUSED[name]) as caught:
        e.load([samples / name])

    assert caught.value.remedy


def test_the_whole_folder_is_read_and_what_is_none_is_named(samples, tmp_path):
    with engine(tmp_path) as e:
        loaded = e.load([samples])

        read = {i.path.split("samples/")[1]: i for i in loaded.inputs if not i.refused}
        assert set(read) == set(READ)
        found = sum(i.events + i.duplicates for i in read.values())
        assert found == sum(sum(numbers) for _, *numbers in READ.values())
        assert len(loaded.signins) == sum(i.events for i in read.values())
        assert sum(1 for i in loaded.inputs if i.refused) == len(loaded.gaps)


def test_a_published_file_with_trailing_commas_is_read_and_it_is_said(samples, tmp_path):
    with engine(tmp_path) as e:
        loaded = e.load([samples / "graph" / "published-but-invalid.json"])

    assert any(note.startswith("trailing commas overlooked in") for note in loaded.notes)


def test_american_times_and_nested_text_of_a_csv_are_understood(samples, tmp_path):
    with engine(tmp_path) as e:
        loaded = e.load([samples / "log-analytics" / "export-with-union-columns-56.csv"])
        row = loaded.signins.filter("signin_id = 'cfb68155-70f5-4e28-b046-0a3a7086c401'")

        values = row.select("occurred_at::VARCHAR, country, city, device_os, error_code").fetchall()
        assert values == [("2021-04-28 14:08:45.221", "IL", "Azor", "Windows 10", 0)]

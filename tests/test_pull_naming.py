from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from analyzer.collecting.naming import is_of_first_part, names_its_person

CASES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))["case"]
NO_RECORDS = (None, "text", 7, [], {})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_who_is_named(case):
    record = case["signin"]

    assert (names_its_person(record), is_of_first_part(record)) == (
        case["names"],
        case["first_part"],
    )


@pytest.mark.parametrize("record", NO_RECORDS, ids=repr)
def test_what_is_no_record_names_nobody(record):
    assert (names_its_person(record), is_of_first_part(record)) == (False, False)

"""The made-up tenant is what its README says, and the same in every run."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from analyzer.results import VERDICT_CAUSES, Cause
from sample_data.generate import build, generate

CONTOSO = Path(__file__).parents[1] / "sample_data" / "contoso"
MAX_BYTES = 4_000_000


def _rows(name):
    with (CONTOSO / "truth" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _content(path):
    """Bytes before compression: packed bytes differ between builds of zlib."""
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return b"".join(archive.read(name) for name in archive.namelist())
    return path.read_bytes()


def _digests(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(_content(path)).hexdigest()
        for part in ("signins", "evidence", "truth")
        for path in sorted((folder / part).rglob("*"))
        if path.is_file()
    }


def test_committed_files_are_what_the_generator_writes(tmp_path):
    generate(tmp_path)

    assert _digests(CONTOSO) == _digests(tmp_path)


def test_sample_data_stays_modest():
    assert sum(path.stat().st_size for path in CONTOSO.rglob("*") if path.is_file()) < MAX_BYTES


def test_every_cause_is_planted():
    assert {row["cause"] for row in _rows("events.csv")} == {cause.value for cause in Cause}
    assert {row["cause"] for row in _rows("verdicts.csv")} == {c.value for c in VERDICT_CAUSES}


def test_every_sign_in_has_one_truth():
    ids = Counter(row["signin_id"] for row in _rows("events.csv"))
    counts = json.loads((CONTOSO / "truth" / "counts.json").read_text(encoding="utf-8"))

    assert set(ids.values()) == {1}
    assert len(ids) == counts["distinct"] == counts["records"] - counts["duplicates"]


def test_every_expected_verdict_rests_on_events():
    told = {(row["user"], row["cause"]) for row in _rows("events.csv")}

    lost = [row for row in _rows("verdicts.csv") if (row["user"], row["cause"]) not in told]

    assert lost == []


@pytest.mark.parametrize("seed", [1, 2])
def test_another_seed_keeps_the_verdicts(seed):
    first = build(seed)

    assert first.expected == build(20210304).expected

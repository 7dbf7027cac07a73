"""Raw files: whole or not there, only their owner's, one record a line."""

from __future__ import annotations

import gzip
import hashlib
import stat

import pytest

from analyzer.sources.store.layout import Store
from analyzer.sources.store.raw import RawWriter, measure, records_of
from tests.storing import at

PATH = "raw/signins/2026-03-01/one.jsonl.gz"


def modes(folder):
    return {
        path.relative_to(folder).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in (folder, *folder.rglob("*"))
    }


def test_a_finished_file_holds_its_records_and_says_so(tmp_path):
    with RawWriter(tmp_path, PATH) as writer:
        writer.write([b'{"id":1}', b'{"id":2}'])
        writer.write([])
        writer.write([b'{"id":3}'])
        file = writer.finish(at(1), at(2))

    content = (tmp_path / PATH).read_bytes()
    assert (file.path, file.bytes, file.sha256, file.first, file.last) == (
        PATH,
        len(content),
        hashlib.sha256(content).hexdigest(),
        at(1),
        at(2),
    )
    assert gzip.decompress(content) == b'{"id":1}\n{"id":2}\n{"id":3}\n'
    assert list(records_of(tmp_path / PATH)) == [b'{"id":1}\n', b'{"id":2}\n', b'{"id":3}\n']
    assert measure(tmp_path / PATH) == (file.bytes, file.sha256)


def test_the_name_appears_only_with_the_whole_file(tmp_path):
    with RawWriter(tmp_path, PATH) as writer:
        writer.write([b"{}"])
        before = [p.name for p in tmp_path.rglob("*") if p.is_file()]
        writer.finish()

    after = [p.name for p in tmp_path.rglob("*") if p.is_file()]
    assert (before, after) == (["one.jsonl.gz.partial"], ["one.jsonl.gz"])


def test_an_error_leaves_no_file(tmp_path):
    def records():
        yield b"{}"
        msg = "the line broke"
        raise ValueError(msg)

    with pytest.raises(ValueError, match="the line broke"), RawWriter(tmp_path, PATH) as writer:
        writer.write(records())

    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_what_is_not_finished_is_removed(tmp_path):
    with RawWriter(tmp_path, PATH) as writer:
        writer.write([b"{}"])

    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


@pytest.mark.parametrize("record", [b'{"a":\n1}', b'{"a":\r\n1}', b'{"a":\r1}'])
def test_a_line_end_between_values_stays_one_record(tmp_path, record):
    with RawWriter(tmp_path, PATH) as writer:
        writer.write([record, b"{}"])
        writer.finish()

    assert [line.split() for line in records_of(tmp_path / PATH)] == [[b'{"a":', b"1}"], [b"{}"]]


def test_equal_records_make_equal_files(tmp_path):
    digests = set()
    for name in ("raw/one.gz", "raw/two.gz"):
        with RawWriter(tmp_path, name) as writer:
            writer.write([b"{}"] * 1000)
            digests.add(writer.finish().sha256)

    assert len(digests) == 1


def test_only_the_owner_may_read_a_store(tmp_path):
    with Store.create(tmp_path / "store") as store, store.locked():
        with RawWriter(store.folder, PATH) as writer:
            writer.write([b"{}"])
            writer.finish()
        found = modes(store.folder)

    assert {name: oct(mode) for name, mode in found.items()} == {
        ".": "0o700",
        "ledger.sqlite": "0o600",
        "ledger.sqlite-shm": "0o600",
        "ledger.sqlite-wal": "0o600",
        "lock": "0o600",
        "raw": "0o700",
        "raw/signins": "0o700",
        "raw/signins/2026-03-01": "0o700",
        PATH: "0o600",
        "signins": "0o700",
    }

"""A file is written whole or not at all, and keeps its mode."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import UsageError
from analyzer.sources.atomic import write_atomically
from analyzer.sources.saved import saved_result_text


def test_a_new_file_holds_the_content_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_atomically(tmp_path / "out.json", b"whole")

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"out.json": b"whole"}
    assert (tmp_path / "out.json").stat().st_mode & 0o400


def test_an_old_file_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_bytes(b"old")
    path.chmod(0o640)

    write_atomically(path, b"new")

    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o640)


def test_a_failed_write_leaves_the_old_file_and_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write") as caught:
        write_atomically(tmp_path / "missing" / "out.json", b"x")

    assert caught.value.remedy
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_file_to_write(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write"):
        write_atomically(tmp_path, b"x")


def test_a_device_is_written_to_and_not_replaced() -> None:
    write_atomically(Path("/dev/null"), b"x")

    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize(
    ("content", "is_saved"),
    [
        (b'{"schema_version": 1}', True),
        (b'\xef\xbb\xbf \n{"coverage": {"events_duplicate": 0}}', True),
        (b'{"value": []}', False),
        (b'[{"schema_version": 1}]', False),
        (b"", False),
    ],
)
def test_a_saved_result_is_told_from_an_export_by_its_start(
    tmp_path: Path, content: bytes, is_saved: bool
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)

    assert (saved_result_text(path) is not None) == is_saved
    assert saved_result_text(tmp_path / "absent") is None

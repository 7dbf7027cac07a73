"""Files are found by path, folder, glob and standard input, each once, in a stable order."""

from __future__ import annotations

import gzip
import io
import zipfile
from types import SimpleNamespace

import pytest

from analyzer.errors import InputError
from analyzer.sources import inputs as module
from analyzer.sources.inputs import InputFile, find_inputs
from analyzer.sources.text import TextPieces, encoding_of
from tests.engine_support import counts, engine, graph, lines, write


@pytest.fixture
def spool(tmp_path):
    folder = tmp_path / "spool"
    folder.mkdir()
    return folder


@pytest.fixture
def tree(tmp_path):
    root = tmp_path / "in"
    for name in ("b.json", "a/y=2026/PT1H.json", "a/.hidden", ".DS_Store"):
        write(root, name, lines([graph(1)]))
    return root


def _labels(found, root):
    return [f.label.removeprefix(f"{root}/") for f in found.files]


def test_folders_are_searched_through_and_hidden_files_are_said(tree, spool):
    found = find_inputs([tree], spool)

    assert _labels(found, tree) == ["a/y=2026/PT1H.json", "b.json"]
    assert found.notes == (f"passed over hidden files: {tree}/.DS_Store, {tree}/a/.hidden",)


def test_a_file_named_twice_is_read_once(tree, spool):
    found = find_inputs([tree / "b.json", str(tree / "*.json"), tree], spool)

    assert _labels(found, tree) == ["b.json", "a/y=2026/PT1H.json"]


def test_globs_reach_into_folders(tree, spool):
    found = find_inputs([f"{tree}/**/PT1H.json"], spool)

    assert _labels(found, tree) == ["a/y=2026/PT1H.json"]


def test_a_name_with_brackets_that_exists_is_no_glob(tmp_path, spool):
    path = write(tmp_path, "log[1].json", lines([graph(1)]))

    assert [f.path for f in find_inputs([path], spool).files] == [path]


@pytest.mark.parametrize("named", ["absent.json", "absent-*.json", "empty"])
def test_what_does_not_exist_is_an_error_with_a_remedy(named, tmp_path, spool):
    (tmp_path / "empty").mkdir()

    with pytest.raises(InputError) as caught:
        find_inputs([str(tmp_path / named)], spool)

    assert named in str(caught.value)
    assert caught.value.remedy
    assert caught.value.exit_code == 3


def test_members_of_an_archive_are_inputs_of_their_own(tmp_path, spool):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("deep.json", lines([graph(3)]))
    outer = tmp_path / "all.zip"
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("a.json", lines([graph(1)]))
        archive.writestr("b/c.gz", gzip.compress(lines([graph(2)]).encode()))
        archive.writestr("d.zip", inner.getvalue())

    found = find_inputs([outer], spool)

    assert _labels(found, tmp_path) == [
        "all.zip!a.json", "all.zip!b/c.gz", "all.zip!d.zip!deep.json"
    ]  # fmt: skip
    assert [f.is_gzip for f in found.files] == [False, True, False]


def test_an_office_document_is_named(tmp_path, spool):
    book = tmp_path / "book.xlsx"
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("[Content_Types].xml", "")

    (only,) = find_inputs([book], spool).files

    assert only.trouble.startswith("is an Office document")


def test_standard_input_is_read(tmp_path, monkeypatch):
    piped = io.BytesIO(gzip.compress(lines([graph(1), graph(2)]).encode()))
    monkeypatch.setattr(module.sys, "stdin", SimpleNamespace(buffer=piped))

    with engine(tmp_path) as e:
        loaded = e.load(["-"])

    assert counts(loaded) == (2, 0, 0)
    assert [i.path for i in loaded.inputs] == ["-"]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (b"\xef\xbb\xbf{", "utf-8-sig"),
        (b"\xff\xfe{\0", "utf-16"),
        (b"{\0\n\0", "utf-16-le"),
        (b"\0{\0\n", "utf-16-be"),
        (b'{"id"', "utf-8"),
        (b"{", "utf-8"),
    ],
)
def test_encodings_are_told_by_their_first_bytes(start, expected):
    assert encoding_of(start) == expected


def test_bytes_that_are_no_text_become_replacement_characters(tmp_path):
    path = write(tmp_path, "a", b"a\xffb")

    assert "".join(TextPieces(InputFile("a", path))) == "a\ufffdb"

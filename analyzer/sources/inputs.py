"""Which files are meant: paths, folders, globs, archives and standard input."""

from __future__ import annotations

import glob
import gzip
import shutil
import sys
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_GLOB_CHARACTERS = frozenset("*?[")
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 20

_UNPACKING_ERRORS = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile)


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file, or member of an archive, that may hold sign-ins.

    Attributes:
        label: What a report calls it: the path as found, ``archive.zip!member`` for a member.
        path: Where its bytes are now.
        is_gzip: Whether those bytes are gzip-compressed.
        trouble: Why its bytes cannot be had at all, with the remedy after a newline.
    """

    label: str
    path: Path
    is_gzip: bool = False
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Files found, and what was passed over on the way, as sentences."""

    files: tuple[InputFile, ...]
    notes: tuple[str, ...]


def find_inputs(inputs: Sequence[Path | str], spool: Path) -> Found:
    """Resolve what the caller named to files, in a stable order, each file once.

    Args:
        inputs: Paths, folders (searched through), globs, or ``-`` for standard input.
        spool: Folder for what must be copied: standard input and members of archives.

    Raises:
        InputError: A path does not exist or cannot be read, or a folder or glob has no file.
    """
    files: list[InputFile] = []
    hidden: list[str] = []
    seen: set[Path] = set()
    for named in inputs:
        if str(named) == "-":
            files.append(_standard_input(spool))
            continue
        for path in _paths_of(named, hidden):
            resolved = path.resolve()
            if resolved not in seen:
                seen.add(resolved)
                files.extend(_unpacked(path, str(path), spool))
    notes = (f"passed over hidden files: {', '.join(sorted(hidden))}",) if hidden else ()
    return Found(tuple(files), notes)


def _paths_of(named: Path | str, hidden: list[str]) -> list[Path]:
    path = Path(named)
    if path.is_dir():
        return _in_folder(path, hidden)
    if path.exists():
        return [path]
    if _GLOB_CHARACTERS & set(str(named)):
        matches = sorted(glob.glob(str(named), recursive=True))  # noqa: PTH207 - absolute globs
        found = [p for m in matches for p in _paths_of(m, hidden)]
        if found:
            return found
        msg = f"no file matches {str(named)!r}"
        raise InputError(msg, remedy="Check the pattern, and quote it so the shell leaves it be.")
    msg = f"{str(named)!r} does not exist"
    raise InputError(msg, remedy="Check the path; folders, globs and - are understood too.")


def _in_folder(folder: Path, hidden: list[str]) -> list[Path]:
    try:
        every = sorted(p for p in folder.rglob("*") if p.is_file())
    except OSError as error:
        msg = f"folder cannot be read: {error.strerror}"
        raise InputError(msg, remedy="Check its permissions.", source=folder) from error
    files = []
    for path in every:
        if any(part.startswith(".") for part in path.relative_to(folder).parts):
            hidden.append(str(path))
        else:
            files.append(path)
    if not files:
        raise InputError(
            "folder holds no file", remedy="Name a folder with exports.", source=folder
        )
    return files


def _standard_input(spool: Path) -> InputFile:
    target = spool / "standard-input"
    with target.open("wb") as out:
        shutil.copyfileobj(sys.stdin.buffer, out, _CHUNK)
    inner = list(_unpacked(target, "-", spool))
    return (
        inner[0]
        if len(inner) == 1
        else InputFile(
            "-", target, trouble="is an archive of several files\nUnpack it and name the files."
        )
    )


def _unpacked(path: Path, label: str, spool: Path) -> Iterator[InputFile]:
    try:
        with path.open("rb") as stream:
            start = stream.read(4)
    except OSError as error:
        msg = f"file cannot be read: {error.strerror}"
        raise InputError(msg, remedy="Check its permissions.", source=label) from error
    if start in (_ZIP, _EMPTY_ZIP):
        yield from _members(path, label, spool)
    else:
        yield InputFile(label, path, is_gzip=start.startswith(_GZIP))


def _members(path: Path, label: str, spool: Path) -> Iterator[InputFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [i for i in archive.infolist() if not i.is_dir()]
            if any(i.filename == "[Content_Types].xml" for i in infos):
                why = "is an Office document (Excel?)\nSave the sheet as CSV UTF-8."
                yield InputFile(label, path, trouble=why)
                return
            if not infos:
                yield InputFile(label, path, trouble="is an empty archive\nExport again.")
            for info in infos:
                yield from _member(archive, info, label, spool)
    except zipfile.BadZipFile as error:
        yield InputFile(label, path, trouble=f"is a damaged archive ({error})\nFetch it again.")


def _member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, label: str, spool: Path
) -> Iterator[InputFile]:
    name = f"{label}!{info.filename}"
    target = spool / f"member-{len(list(spool.iterdir()))}"
    try:
        with archive.open(info) as source, target.open("wb") as out:
            shutil.copyfileobj(source, out, _CHUNK)
    except (RuntimeError, *_UNPACKING_ERRORS) as error:
        why = f"cannot be unpacked ({error})\nUnpack the archive and name the files."
        yield InputFile(name, target, trouble=why)
        return
    yield from _unpacked(target, name, spool)

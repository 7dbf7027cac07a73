"""Files of records exactly as received: one record a line, gzip, whole or not there at all."""

from __future__ import annotations

import gzip
import hashlib
import os
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Self, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

FOLDER = "raw"
PARTIAL = ".partial"
_MODE = 0o600
_LEVEL = 1


@dataclass(frozen=True, slots=True)
class RawFile:
    """A finished file.

    Attributes:
        path: Relative to the store's folder, with slashes.
        bytes: Its size.
        sha256: Digest of its bytes.
        first: Earliest time of a record in it; ``last`` the latest; None where none has a time.
    """

    path: str
    bytes: int
    sha256: str
    first: datetime | None = None
    last: datetime | None = None


class RawWriter:
    """Writes one raw file: to a partial name, fsync, then a rename. A context manager.

    What is not finished when the context ends is removed.
    """

    def __init__(self, store_folder: Path, path: str) -> None:
        self._folder = store_folder
        self._path = path
        self._target = store_folder / path
        self._partial = self._target.with_name(self._target.name + PARTIAL)
        make_private(self._target.parent, store_folder)
        handle = os.open(self._partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _MODE)
        self._file = os.fdopen(handle, "wb")
        # No name and no time inside: equal records make equal files.
        self._gzip = gzip.GzipFile("", "wb", _LEVEL, cast("IO[bytes]", self._file), mtime=0)
        self._is_finished = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._is_finished:
            try:
                self._file.close()
            finally:
                self._partial.unlink(missing_ok=True)

    def write(self, records: Iterable[bytes]) -> None:
        """Append records; a line end inside one, which JSON has only between values, is blank."""
        lines = [record.replace(b"\r", b" ").replace(b"\n", b" ") for record in records]
        if lines:
            self._gzip.write(b"\n".join(lines) + b"\n")

    def finish(self, first: datetime | None = None, last: datetime | None = None) -> RawFile:
        """Put the file in its place, safely on disk."""
        self._gzip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        size, digest = measure(self._partial)
        self._partial.replace(self._target)
        sync_folder(self._target.parent)
        self._is_finished = True
        return RawFile(self._path, size, digest, first, last)


def measure(path: Path) -> tuple[int, str]:
    """Size and SHA-256 of a file."""
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def records_of(path: Path) -> Iterator[bytes]:
    """Records of a raw file, one by one."""
    with gzip.open(path, "rb") as lines:
        for line in lines:
            if line.strip():
                yield line


def make_private(folder: Path, root: Path) -> None:
    """Create a folder below ``root`` that only its owner may enter, and those above it."""
    missing = [f for f in (folder, *folder.parents) if not f.exists() and f.is_relative_to(root)]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)


def sync_folder(folder: Path) -> None:
    """Make sure that a rename in a folder survives a power cut, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

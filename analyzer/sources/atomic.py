"""Writing a file whole or not at all, so that nobody reads half of one."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from analyzer.errors import UsageError

_DEFAULT_MODE = 0o666


def write_atomically(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path``: a temporary name beside it, fsync, then a rename.

    A file that was there keeps its mode and is replaced in one step; after a failure it is
    as it was.

    Raises:
        UsageError: The folder does not exist or may not be written to, or the disk is full.
    """
    try:
        _write(path, content)
    except OSError as error:
        msg = f"cannot write {path}: {error.strerror or error}"
        raise UsageError(
            msg, remedy="Name a file in a folder that exists and can be written."
        ) from (error)


def _write(path: Path, content: bytes) -> None:
    if path.exists() and not path.is_file():
        # A pipe, a terminal or /dev/null: there is nothing to replace.
        path.write_bytes(content)
        return
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".part", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode(path))
        temporary.replace(path)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def _mode(path: Path) -> int:
    """Mode the file has, or would have been created with; ``mkstemp`` makes it 0600."""
    if path.exists():
        return path.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return _DEFAULT_MODE & ~mask

"""Evidence files from disk: plain, gzip, or the members of a zip."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.errors import InputError
from analyzer.evidence import EvidenceFile

if TYPE_CHECKING:
    from collections.abc import Iterable

_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
# Far above any export; a member that unpacks to more is a trap.
_MOST_BYTES = 2 * 1024**3


def read_evidence_files(paths: Iterable[str | Path]) -> list[EvidenceFile]:
    """The files' bytes; each member of a zip is a file of its own.

    Raises:
        InputError: A file is missing, unreadable, or a damaged archive.
    """
    return [file for path in paths for file in _unpacked(str(path), _bytes(Path(path)))]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        msg = "there is no such file"
        raise InputError(msg, remedy="Check the path.", source=path) from error
    except IsADirectoryError as error:
        msg = "this is a folder, not a file"
        raise InputError(msg, remedy="Name the export file itself.", source=path) from error
    except OSError as error:
        msg = f"the file cannot be read: {error.strerror or error}"
        raise InputError(msg, remedy="Check its permissions.", source=path) from error


def _unpacked(path: str, content: bytes) -> list[EvidenceFile]:
    try:
        if content.startswith(_GZIP):
            with gzip.open(io.BytesIO(content)) as packed:
                return [EvidenceFile(path, _bounded(packed.read(_MOST_BYTES + 1), path))]
        if content.startswith(_ZIP):
            return _members(path, content)
    except (gzip.BadGzipFile, zipfile.BadZipFile, EOFError, zlib.error, RuntimeError) as error:
        msg = f"the archive is damaged or encrypted: {error}"
        raise InputError(msg, remedy="Pack it again without a password.", source=path) from error
    return [EvidenceFile(path, content)]


def _members(path: str, content: bytes) -> list[EvidenceFile]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [info for info in archive.infolist() if not info.is_dir()]
        found = []
        for info in members:
            with archive.open(info) as member:
                inner = f"{path}!{info.filename}"
                found.append(EvidenceFile(inner, _bounded(member.read(_MOST_BYTES + 1), inner)))
    if not found:
        raise InputError("the archive is empty", remedy="Pack the export again.", source=path)
    return found


def _bounded(content: bytes, path: str) -> bytes:
    if len(content) > _MOST_BYTES:
        msg = "the archive unpacks to more than 2 GiB, which no export is"
        raise InputError(msg, remedy="Give the export itself.", source=path)
    return content

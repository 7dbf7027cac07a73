"""A file's text in pieces: decompressed, decoded, never whole in memory."""

from __future__ import annotations

import codecs
import gzip
from typing import IO, TYPE_CHECKING

from analyzer.sources.inputs import UNPACKING_ERRORS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from analyzer.sources.inputs import InputFile

CHUNK = 1 << 20
HEAD_BYTES = 1 << 19

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def open_bytes(source: InputFile) -> IO[bytes]:
    """The file's bytes, decompressed."""
    if source.is_gzip:
        return gzip.open(source.path, "rb")
    return source.path.open("rb")


def encoding_of(start: bytes) -> str:
    """Encoding by byte-order mark; without one UTF-8, or UTF-16 where every second byte is 0."""
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    if len(start) > 3 and start[1:4:2] == b"\0\0" and start[0] != 0:
        return "utf-16-le"
    if len(start) > 3 and start[0:3:2] == b"\0\0" and start[1] != 0:
        return "utf-16-be"
    return "utf-8"


class TextPieces:
    """Iterates over a file's text; afterwards ``cut_short`` says if its compression was broken.

    Bytes that are no text in the file's encoding become U+FFFD: a user agent with one wrong
    byte is still a sign-in.
    """

    def __init__(self, source: InputFile) -> None:
        self._source = source
        self.cut_short = False

    def __iter__(self) -> Iterator[str]:
        with open_bytes(self._source) as stream:
            start = self._read(stream)
            decoder = codecs.getincrementaldecoder(encoding_of(start))(errors="replace")
            while start:
                yield decoder.decode(start)
                start = self._read(stream)
            yield decoder.decode(b"", final=True)

    def _read(self, stream: IO[bytes]) -> bytes:
        try:
            return stream.read(CHUNK)
        except UNPACKING_ERRORS:
            self.cut_short = True
            return b""


def read_start(source: InputFile) -> tuple[bytes, bool]:
    """First bytes of the file, decompressed, and whether that is all of it."""
    with open_bytes(source) as stream:
        try:
            start = stream.read(HEAD_BYTES)
            return start, len(start) < HEAD_BYTES
        except UNPACKING_ERRORS:
            return _readable_start(source), False


def _readable_start(source: InputFile) -> bytes:
    """What can be had of a file whose compressed data break off early."""
    pieces = []
    with open_bytes(source) as stream:
        try:
            while piece := stream.read(4096):
                pieces.append(piece)
        except UNPACKING_ERRORS:
            pass
    return b"".join(pieces)


def write_utf8(source: InputFile, target: Path) -> None:
    """Copy a file's text as plain UTF-8 without a byte-order mark."""
    with target.open("w", encoding="utf-8", newline="") as out:
        for piece in TextPieces(source):
            out.write(piece)

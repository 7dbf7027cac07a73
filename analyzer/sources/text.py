"""A file's text in pieces: decompressed, decoded, never whole in memory."""

from __future__ import annotations

import codecs
import zlib
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from analyzer.sources.inputs import InputFile

CHUNK = 1 << 20
HEAD_BYTES = 1 << 19
_PACKED_CHUNK = 1 << 18
_GZIP_WINDOW = 31

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class BytePieces:
    """Iterates over a file's bytes, decompressed; ``cut_short`` tells of broken compression.

    What could be decompressed before the break is handed out, which ``gzip.open`` does not do.
    """

    def __init__(self, source: InputFile) -> None:
        self._source = source
        self.cut_short = False

    def __iter__(self) -> Iterator[bytes]:
        with self._source.path.open("rb") as stream:
            if self._source.is_gzip:
                yield from self._decompressed(stream)
                return
            while piece := stream.read(CHUNK):
                yield piece

    def _decompressed(self, stream: IO[bytes]) -> Iterator[bytes]:
        member = zlib.decompressobj(_GZIP_WINDOW)
        rest = b""
        while packed := rest or stream.read(_PACKED_CHUNK):
            if member.eof:
                packed = packed.lstrip(b"\0")
                member = zlib.decompressobj(_GZIP_WINDOW) if packed else member
            if not packed:
                rest = b""
                continue
            try:
                piece = member.decompress(packed, CHUNK)
            except zlib.error:
                self.cut_short = True
                return
            rest = member.unused_data if member.eof else member.unconsumed_tail
            if piece:
                yield piece
        self.cut_short = not member.eof


def encoding_of(start: bytes) -> str:
    """Encoding by byte-order mark; without one UTF-8, or UTF-16 where every second byte is 0."""
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    match [byte != 0 for byte in start[:4]]:
        case [True, False, True, False]:
            return "utf-16-le"
        case [False, True, False, True]:
            return "utf-16-be"
    return "utf-8"


class TextPieces:
    """Iterates over a file's text; afterwards ``cut_short`` says if its compression was broken.

    Bytes that are no text in the file's encoding become U+FFFD: a user agent with one wrong
    byte is still a sign-in.
    """

    def __init__(self, source: InputFile) -> None:
        self._bytes = BytePieces(source)

    @property
    def cut_short(self) -> bool:
        """Whether the file's compressed data ended too early."""
        return self._bytes.cut_short

    def __iter__(self) -> Iterator[str]:
        decoder: codecs.IncrementalDecoder | None = None
        for piece in self._bytes:
            decoder = decoder or codecs.getincrementaldecoder(encoding_of(piece))("replace")
            yield decoder.decode(piece)
        if decoder:
            yield decoder.decode(b"", final=True)


def read_start(source: InputFile) -> tuple[bytes, bool]:
    """First bytes of the file, decompressed, and whether that is all of it."""
    start = b""
    pieces = BytePieces(source)
    for piece in pieces:
        start += piece
        if len(start) >= HEAD_BYTES:
            return start[:HEAD_BYTES], False
    return start, not pieces.cut_short


def write_utf8(source: InputFile, target: Path) -> None:
    """Copy a file's text as plain UTF-8 without a byte-order mark."""
    with target.open("w", encoding="utf-8", newline="") as out:
        for piece in TextPieces(source):
            out.write(piece)

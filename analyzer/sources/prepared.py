"""Each file looked at once: what it is, and a form of it that the engine can scan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analyzer.errors import InputError
from analyzer.formats.head import Head, read_head
from analyzer.formats.recognise import (
    Refusal,
    flattened,
    foreign_time_zone,
    format_of,
    refusal_of,
)
from analyzer.formats.strangers import BINARY_STARTS, FLATTENED_STARTS
from analyzer.sources.inputs import InputFile
from analyzer.sources.pages import unwrap
from analyzer.sources.text import encoding_of, read_start, write_utf8

if TYPE_CHECKING:
    from pathlib import Path

    from analyzer.formats import Format
    from analyzer.formats.head import Container

_CONTROL_SHARE = 0.01
_EMPTY = Refusal("is empty", "Export again, or leave the file out.")


@dataclass(frozen=True, slots=True)
class Prepared:
    """One input, judged.

    Attributes:
        number: Its place among the inputs.
        source: Where its bytes are; plain UTF-8, perhaps compressed.
        head: What its beginning says.
        form: Its format by the beginning; None where nothing there is recognised.
        refusal: Why it is not read at all, or None.
        array: For pages: a copy of their records as one array, which scans faster.
    """

    number: int
    source: InputFile
    head: Head
    form: Format | None
    refusal: Refusal | None
    array: Path | None = None

    @property
    def label(self) -> str:
        """What a report calls the input."""
        return self.source.label

    @property
    def scanned(self) -> tuple[Path, Container, bool]:
        """What the engine's reader is given: the file, its container, whether it is gzip."""
        if self.array:
            return self.array, "array", False
        return self.source.path, self.head.container, self.source.is_gzip

    @property
    def scans_quickly(self) -> bool:
        """Whether the engine's own reader may try the file."""
        return self.form is not None and self.head.container != "tables"


def prepare(number: int, source: InputFile, spool: Path) -> Prepared:
    """Look at the beginning of a file; copy it as UTF-8 if it is in another encoding.

    Raises:
        InputError: The file cannot be read.
    """
    nothing = Head("empty")
    if source.trouble:
        why, _, remedy = source.trouble.partition("\n")
        return Prepared(number, source, nothing, None, Refusal(why, remedy))
    try:
        start, whole = read_start(source)
    except OSError as error:
        msg = f"file cannot be read: {error.strerror or error}"
        raise InputError(msg, remedy="Check its permissions.", source=source.label) from error
    if not start:
        return Prepared(number, source, nothing, None, _EMPTY)
    encoding = encoding_of(start)
    binary = _binary(start, encoding)
    if binary:
        return Prepared(number, source, nothing, None, binary)
    if encoding != "utf-8":
        target = spool / f"text-{number}"
        write_utf8(source, target)
        source = replace(source, path=target, is_gzip=False)
        start, whole = read_start(source)
    judged = _judge(number, source, start.decode("utf-8", errors="replace"), whole=whole)
    is_read = judged.form is not None and judged.refusal is None
    array = spool / f"array-{number}"
    if is_read and judged.head.container in {"page", "pages"} and unwrap(source, array):
        return replace(judged, array=array)
    return judged


def _binary(start: bytes, encoding: str) -> Refusal | None:
    for magic, what, remedy in BINARY_STARTS:
        if start.startswith(magic):
            return Refusal(f"is {what}", remedy)
    sample = start[:65536]
    odd = sum(sample.count(c) for c in (0, 1, 2, 3, 4, 5, 6, 14, 15, 16, 17, 18))
    if encoding == "utf-8" and odd > _CONTROL_SHARE * len(sample):
        return Refusal("is binary, not text", "Export the sign-ins as JSON or CSV.")
    return None


def _judge(number: int, source: InputFile, text: str, *, whole: bool) -> Prepared:
    head = read_head(text, whole=whole)
    if head.container == "empty":
        return Prepared(number, source, head, None, _EMPTY)
    form = _common_format(head)
    refusal: Refusal | None = None
    if form is None and head.container in {"csv", "text"}:
        refusal = refusal_of(head.names, head.opening)
    elif form:
        may_be_flattened = any(start in text for start in FLATTENED_STARTS)
        refusal = flattened(head, form) if may_be_flattened else None
        refusal = refusal or foreign_time_zone(head, form)
    # Thousands of files may be waiting: what is known of each must stay small.
    return Prepared(number, source, replace(head, records=()), form, refusal)


def _common_format(head: Head) -> Format | None:
    """Format of the header, or of most of the first records."""
    if head.container == "csv":
        return format_of(head.names)
    counts: dict[str, tuple[int, Format]] = {}
    for record in head.records:
        form = format_of(frozenset(k.lower() for k in record))
        if form:
            counts[form.name] = (counts.get(form.name, (0, form))[0] + 1, form)
    return max(counts.values(), key=lambda pair: pair[0])[1] if counts else None

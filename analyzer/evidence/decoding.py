"""Bytes to text, in every encoding PowerShell writes."""

from __future__ import annotations

import codecs

from analyzer.errors import InputError

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE_BYTES = 4096


def decode(content: bytes, path: str) -> str:
    """Text of an export: by its byte-order mark, else UTF-16 by its zero bytes, UTF-8, cp1252.

    Windows PowerShell 5.1 writes ASCII, UTF-8 with a mark or UTF-16LE; PowerShell 7 UTF-8;
    Excel saves the ANSI code page (about_Character_Encoding, MicrosoftDocs/PowerShell-Docs).

    Raises:
        InputError: The file is empty or its marked encoding does not hold.
    """
    for mark, name in _BOMS:
        if content.startswith(mark):
            return _not_blank(_decoded(content[len(mark) :], name, path), path)
    unmarked = _utf16_by_zeros(content[:_SAMPLE_BYTES])
    if unmarked:
        return _not_blank(_decoded(content, unmarked, path), path)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        # cp1252 leaves five bytes undefined; latin-1 reads them rather than losing the file.
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            text = content.decode("latin-1")
    return _not_blank(text, path)


def _decoded(content: bytes, name: str, path: str) -> str:
    try:
        return content.decode(name)
    except UnicodeDecodeError as error:
        msg = f"the file says it is {name}, but byte {error.start} is not"
        raise InputError(msg, remedy="Export it again.", source=path) from error


def _utf16_by_zeros(sample: bytes) -> str | None:
    """UTF-16 without a mark: Latin letters leave every other byte zero."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = max(1, len(sample) // 2)
    if odd > 0.4 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _not_blank(text: str, path: str) -> str:
    if text.strip("\ufeff\x00 \t\r\n"):
        return text.lstrip("\ufeff")
    msg = "the file is empty"
    remedy = (
        "Run the export again and look at its object count; an export that truly found "
        "nothing is better left out."
    )
    raise InputError(msg, remedy=remedy, source=path)

"""The kinds of names a person goes by, and how a bare text may be read as one of them."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache


class NameKind(StrEnum):
    """A kind of identifier; the value is how a report names it."""

    OBJECT_ID = "object id"
    UPN = "UPN"
    SMTP = "SMTP address"
    FORMER_UPN = "former UPN"
    ALIAS = "alias"
    SAM = "sAMAccountName"
    DOMAIN_SAM = "DOMAIN\\sam"
    EXCHANGE_GUID = "ExchangeGuid"
    GUID = "GUID"
    DISTINGUISHED_NAME = "distinguished name"
    CANONICAL_NAME = "canonical name"
    LEGACY_DN = "legacyExchangeDN"
    COMMON_NAME = "common name"
    DISPLAY_NAME = "display name"
    LOCAL_PART = "alias = local part of UPN"


# A join by one of these rests on a name that is only believed to be unique.
WEAK_KINDS = frozenset((NameKind.DISPLAY_NAME, NameKind.LOCAL_PART))

Tier = tuple[tuple[NameKind, str], ...]

_GUID = re.compile(r"^\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?$")
_NO_GUID = "00000000-0000-0000-0000-000000000000"
_DN_PART = re.compile(r"(?:[^,\\]|\\.)+")
_CANONICAL_PART = re.compile(r"(?:[^/\\]|\\.)+")


@lru_cache(maxsize=1 << 17)
def normal(text: str | None) -> str:
    """A name as compared: case folded, blanks collapsed; empty for none."""
    if not isinstance(text, str):
        return ""
    words = text.casefold().split()
    return words[0] if len(words) == 1 else " ".join(words)


def as_ascii_export(name: str) -> str:
    """A name as Windows PowerShell's ASCII encoding writes it: "?" for every other letter.

    Source: MicrosoftDocs/PowerShell-Docs, about_Character_Encoding.
    """
    return name.encode("ascii", "replace").decode("ascii")


@lru_cache(maxsize=1 << 17)
def as_guid(text: str | None) -> str | None:
    """The GUID a text is, without braces; None for other texts and for all zeros."""
    bare = normal(text)
    if not _GUID.match(bare):
        return None
    bare = bare.strip("{}")
    return None if bare == _NO_GUID else bare


def local_part(address: str) -> str | None:
    """What stands before the @; None for a guest, whose UPN only quotes another address."""
    before, at, _domain = normal(address).partition("@")
    return before if at and before and "#ext#" not in address.casefold() else None


def canonical_of(distinguished_name: str) -> str | None:
    """The canonical name of a distinguished name, e.g. ``contoso.example/users/amy adler``."""
    parts = [part.strip() for part in _parts(normal(distinguished_name), ",", _DN_PART)]
    domain = ".".join(part[3:] for part in parts if part.startswith("dc="))
    path = [_plain(part.partition("=")[2]) for part in parts if not part.startswith("dc=")]
    return "/".join([domain, *reversed(path)]) if domain and path else None


def common_name_of(name: str) -> str | None:
    """The CN of a distinguished or canonical name: its own last part; else None."""
    text = normal(name)
    if text.startswith("cn="):
        return _plain(_parts(text, ",", _DN_PART)[0].partition("=")[2])
    if "/" in text and not text.startswith("/"):
        parts = _parts(text, "/", _CANONICAL_PART)
        return _plain(parts[-1]) if parts else None
    return None


def canonical_path(name: str) -> str | None:
    """A canonical name with its escapes removed; None where the text is none."""
    text = normal(name)
    if "/" not in text or text.startswith("/"):
        return None
    return "/".join(_plain(part) for part in _parts(text, "/", _CANONICAL_PART))


def _parts(text: str, mark: str, escaped: re.Pattern[str]) -> list[str]:
    """The parts of a path; only a path with escapes needs the (slower) pattern."""
    if "\\" in text:
        return escaped.findall(text)
    return [part for part in text.split(mark) if part]


def _plain(part: str) -> str:
    return re.sub(r"\\(.)", r"\1", part).strip() if "\\" in part else part.strip()


def readings(name: str) -> list[Tier]:
    """How a bare text may be meant, the surest reading first.

    Within a tier all readings count at once, so that a text which is one person's alias and
    another's sAMAccountName is ambiguous rather than lucky.
    """
    text = normal(name).removeprefix("smtp:")
    guid = as_guid(text)
    if guid:
        return _guid_readings(guid)
    if text.startswith(("/o=", "ex:/o=", "x500:/o=")):
        return [((NameKind.LEGACY_DN, text[text.index("/o=") :]),)]
    if text.startswith("cn=") and "," in text:
        return _path_readings(text, canonical_of(text), (NameKind.DISTINGUISHED_NAME, text))
    if "/" in text and "@" not in text.partition("/")[0]:
        return _path_readings(text, canonical_path(text), None)
    return _short_readings(text) if text else []


def _short_readings(text: str) -> list[Tier]:
    if "\\" in text:
        return [((NameKind.DOMAIN_SAM, text.rpartition("\\")[2]),)]
    if "@" in text:
        kinds = (NameKind.UPN, NameKind.SMTP, NameKind.FORMER_UPN)
        return [*(((kind, text),) for kind in kinds), _called(text)]
    return [((NameKind.ALIAS, text), (NameKind.SAM, text)), _called(text)]


def _guid_readings(guid: str) -> list[Tier]:
    kinds = (
        NameKind.OBJECT_ID,
        NameKind.EXCHANGE_GUID,
        NameKind.GUID,
        NameKind.COMMON_NAME,  # Exchange Online names new mailboxes by their object id
    )
    return [((kind, guid),) for kind in kinds]


def _path_readings(
    text: str, canonical: str | None, first: tuple[NameKind, str] | None
) -> list[Tier]:
    tiers: list[Tier] = [(first,)] if first else []
    if canonical:
        tiers.append(((NameKind.CANONICAL_NAME, canonical),))
    own = common_name_of(text)
    if own and as_guid(own):
        tiers += _guid_readings(own)
    elif own:
        # Exchange names a new object by its display name, so that one serves where no CN is known.
        tiers += [((NameKind.COMMON_NAME, own),), ((NameKind.DISPLAY_NAME, own),)]
    return tiers


def _called(text: str) -> Tier:
    return ((NameKind.COMMON_NAME, text), (NameKind.DISPLAY_NAME, text))

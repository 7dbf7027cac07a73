"""Network addresses in the one spelling in which equal addresses are equal texts."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address

_V4_WITH_PORT = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}")
_BRACKETED = re.compile(r"\[([^\]]*)\](?::\d{1,5})?")


@lru_cache(maxsize=65536)
def shortest_address(text: str | None) -> str | None:
    """An address without port and zone, IPv6 in its shortest form (RFC 5952).

    An IPv4 address written as IPv6 (``::ffff:203.0.113.7``) becomes plain IPv4. What is no
    address is returned as it came: sign-in logs hold such texts, and they still compare.
    """
    if text is None or ":" not in text:
        return text
    if with_port := _V4_WITH_PORT.fullmatch(text):
        return with_port[1]
    bracketed = _BRACKETED.fullmatch(text)
    bare = (bracketed[1] if bracketed else text).partition("%")[0]
    try:
        address = IPv6Address(bare)
    except AddressValueError:
        return text
    return str(address.ipv4_mapped or address)

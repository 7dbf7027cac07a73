"""Exchange's version as exports show it, where it decides whether MAPI over HTTP can be had."""

from __future__ import annotations

import re

# "Version 14.3 (Build 123.4)" of a server, "0.10 (14.0.100.0)" of a mailbox, or a bare number.
_FORMS = (
    re.compile(r"\bversion\s+(\d{1,3})\.\d", re.IGNORECASE),
    re.compile(r"\((\d{1,3})\.\d"),
    re.compile(r"^\s*(\d{1,3})\.\d+"),
)
_LAST_WITHOUT_MAPI_HTTP = 14


def is_too_old_for_mapi_http(version: str | None) -> bool:
    """Whether a version is Exchange 2010 (14) or older, which has no MAPI over HTTP.

    [MicrosoftDocs/OfficeDocs-Exchange, mapi-over-http]
    """
    major = next((int(found[1]) for form in _FORMS if (found := form.search(version or ""))), None)
    return major is not None and 0 < major <= _LAST_WITHOUT_MAPI_HTTP

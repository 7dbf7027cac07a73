"""Client apps (``clientAppUsed``) and the family of client each name stands for.

Source: MicrosoftDocs/entra-docs, *howto-customize-filter-logs* and *block-legacy-authentication*.
Names are matched caselessly and trimmed; Microsoft has written several of them in two ways.
"""

from __future__ import annotations

from typing import Literal

Family = Literal[
    "modern",
    "outlook",
    "skype",
    "activesync",
    "mail-protocol",
    "application",
    "ews",
    "other",
    "unknown",
]

FAMILIES: dict[Family, str] = {
    "modern": "Browser or app with modern authentication",
    "outlook": "Outlook desktop",
    "skype": "Skype for Business or Lync",
    "activesync": "Phone mail app on Exchange ActiveSync",
    "mail-protocol": "IMAP, POP or SMTP client, device or application",
    "application": "Script or application on Exchange protocols",
    "ews": "Exchange Web Services, kind of client not told",
    "other": "Legacy client, kind not told",
    "unknown": "Client app not logged",
}
"""Families, with the words a report uses. ``ews`` and ``other`` are what is left when neither
the agent nor the rest of the person's bundle says which client it was."""

LEGACY_FAMILIES: tuple[Family, ...] = (
    "outlook",
    "skype",
    "activesync",
    "mail-protocol",
    "application",
    "ews",
    "other",
)

MODERN_CLIENT_APPS = ("browser", "mobile apps and desktop clients", "modern clients")
UNKNOWN_CLIENT_APPS = ("unknown", "", "none", "null", "n/a")

CLIENT_APP_FAMILY: dict[str, Family] = {
    "browser": "modern",
    "mobile apps and desktop clients": "modern",
    "modern clients": "modern",
    "outlook anywhere (rpc over http)": "outlook",
    "outlook anywhere": "outlook",
    "mapi over http": "outlook",
    "offline address book": "outlook",
    "autodiscover": "outlook",
    "exchange web services": "ews",
    "exchange activesync": "activesync",
    "exchange activesync (supported)": "activesync",
    "exchange activesync (unsupported)": "activesync",
    "imap": "mail-protocol",
    "imap4": "mail-protocol",
    "pop": "mail-protocol",
    "pop3": "mail-protocol",
    "smtp": "mail-protocol",
    "authenticated smtp": "mail-protocol",
    "other clients; imap": "mail-protocol",
    "other clients; pop": "mail-protocol",
    "other clients; smtp": "mail-protocol",
    # Office without (or, in the 2019 wording, with) ADAL: Office either way, unless the agent
    # names something else.
    "other clients; older office clients": "outlook",
    "other clients; mapi": "outlook",
    "other clients": "other",
    "exchange online powershell": "application",
    "reporting web services": "application",
    "outlook service": "application",
    "universal outlook": "application",
}
"""Family by lower-case name. A name that is not here, begins like none of
:data:`CLIENT_APP_PREFIX` and is not empty is legacy of a kind not told (``other``)."""

CLIENT_APP_PREFIX: tuple[tuple[str, Family], ...] = (
    ("exchange activesync", "activesync"),
    ("imap", "mail-protocol"),
    ("pop3", "mail-protocol"),
)

OUTLOOK_ONLY_CLIENT_APPS = (
    "outlook anywhere (rpc over http)",
    "outlook anywhere",
    "mapi over http",
    "offline address book",
)
"""Protocols only Outlook speaks. Autodiscover is not among them: phones, Skype and scripts
ask it too, and Microsoft 365 Apps probe it for people who never moved."""

AUTODISCOVER = "autodiscover"

LEGACY_NAMES = (
    "Authenticated SMTP",
    "Autodiscover",
    "Exchange ActiveSync",
    "Exchange ActiveSync (supported)",
    "Exchange ActiveSync (unsupported)",
    "Exchange Online PowerShell",
    "Exchange Web Services",
    "IMAP",
    "IMAP4",
    "MAPI Over HTTP",
    "Offline Address Book",
    "Other clients",
    "Other clients; IMAP",
    "Other clients; MAPI",
    "Other clients; Older Office clients",
    "Other clients; POP",
    "Other clients; SMTP",
    "Outlook Anywhere (RPC over HTTP)",
    "Outlook Service",
    "POP",
    "POP3",
    "Reporting Web Services",
    "SMTP",
    "Universal Outlook",
)
"""Names of legacy client apps as Graph writes them, to ask for them one by one: it can filter
by equality only, so that a blank or a new name is not found this way."""

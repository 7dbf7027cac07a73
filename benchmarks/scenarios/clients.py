"""Programs as a sign-in shows them, beside those of ``benchmarks.tenant.world``.

Names of client apps: entra-docs howto-customize-filter-logs; agents: field guide section 3.
"""

from __future__ import annotations

import random
from dataclasses import replace

from benchmarks.tenant.world import (
    APPLE_MAIL_APP,
    EDGE_AGENT,
    EXCHANGE_APP,
    GRAPH_APP,
    MODERN,
    OFFICE_APP,
    OUTLOOK_MODERN,
    OUTLOOK_MODERN_BLANK,
    SHAREPOINT_APP,
    Client,
)

EWS = "Exchange Web Services"
AZURE_POWERSHELL = ("1b730954-1685-4b74-9bfd-dac224a7b894", "Azure Active Directory PowerShell")
CAPABLE_BUILDS = (
    ("16.0", "16.0.13628"),
    ("16.0", "16.0.14326"),
    ("16.0", "16.0.12527"),
    ("16.0", "16.0.4266"),
)
OLD_BUILDS = (("14.0", "14.0.7268"), ("14.0", "14.0.7188"))
"""Outlook 2010: no modern authentication at all."""

CHROME_AGENT = EDGE_AGENT.rsplit(" Edg/", 1)[0]
OWA_CHROME = Client(
    "Browser", CHROME_AGENT, EXCHANGE_APP, browser="Chrome 89.0.4389", is_interactive=True
)
SHAREPOINT = Client(
    "Browser", CHROME_AGENT, SHAREPOINT_APP, SHAREPOINT_APP, browser="Chrome 89.0.4389",
    is_interactive=True,
)  # fmt: skip
ONEDRIVE = Client(MODERN, "", OFFICE_APP, SHAREPOINT_APP, browser="Rich Client 4.40.0.0")
GUESSING_TOOL = Client(MODERN, "", AZURE_POWERSHELL, GRAPH_APP, "ropc", operating_system="")
MAC_OUTLOOK_2011 = Client(
    EWS, "MacOutlook/14.7.7.170905 (Intel Mac OS X 10.9.6)", operating_system="MacOs"
)
MAC_OUTLOOK = Client(
    EWS, "MacOutlook/16.35.20030802 (Intelx64 Mac OS X Version 10.15.3 (Build 19D76))",
    operating_system="MacOs",
)  # fmt: skip
MAC_OUTLOOK_MODERN = replace(MAC_OUTLOOK, client_app=MODERN, app=OFFICE_APP)
MAC_MAIL = Client(EWS, "AppleExchangeWebServices/814.80.3 Mail/3445.9.1", operating_system="MacOs")
EXCHANGELIB = Client(EWS, "exchangelib/4.1.1 (python-requests/2.25.1)", operating_system="Linux")
REPORTING = Client("Reporting Web Services", "", operating_system="")
OUTLOOK_SERVICE = Client("Outlook Service", "")
OTHER_SMTP = Client("Other clients; SMTP", "BAV2ROPC", protocol="ropc", operating_system="")
OTHER_POP = Client("Other clients; POP", "CBAInPROD", operating_system="")
IPAD = Client("Exchange ActiveSync", "Apple-iPad11C3/1803.82", operating_system="Ios")
APPLE_MAIL = Client(
    MODERN, "", APPLE_MAIL_APP, operating_system="Ios 14", is_interactive=True
)  # fmt: skip
ANDROID_MAIL = Client(
    "Exchange ActiveSync (unsupported)", "Android-Mail/2020.11.22.345053", operating_system=""
)
SKYPE_NEW = Client(EWS, "OC/16.0.14326.20404 (Skype for Business)")

BUNDLE_STYLES = ("agents", "agents", "blank", "other", "other-mapi", "ews", "mapi")


def outlook_agent(build: tuple[str, str]) -> str:
    """The agent of a desktop Outlook."""
    windows = "6.1" if build[0] == "14.0" else "10.0"
    return f"Microsoft Office/{build[0]} (Windows NT {windows}; Microsoft Outlook {build[1]}; Pro)"


def bundle(style: str, build: tuple[str, str]) -> tuple[Client, ...]:
    """What one Outlook's round of connections looks like; the log keeps more or less of it.

    Args:
        style: One of ``BUNDLE_STYLES``.
        build: Version of Office and of Outlook.
    """
    agent = outlook_agent(build)
    windows = "Windows 7" if build[0] == "14.0" else "Windows 10"
    autodiscover = Client("Autodiscover", agent, protocol="ropc", operating_system=windows)
    ews = Client(EWS, agent, protocol="ropc", operating_system=windows)
    rpc = Client("Outlook Anywhere (RPC over HTTP)", "MSRPC", operating_system=windows)
    book = Client("Offline Address Book", agent, operating_system=windows)
    # Legacy rows are split between the two logs (field guide section 2).
    is_interactive = build[1].endswith("6") or style == "other"
    ews = replace(ews, is_interactive=is_interactive)
    other = Client(
        "Other clients", agent, protocol="ropc", operating_system=windows,
        is_interactive=is_interactive,
    )  # fmt: skip
    styles = {
        "agents": (autodiscover, rpc, ews, book),
        "blank": tuple(_bare(client) for client in (autodiscover, rpc, ews, book)),
        "other": (_bare(autodiscover), replace(other, user_agent="MSRPC"), other),
        "other-mapi": (_bare(autodiscover), replace(other, client_app="Other clients; MAPI"), ews),
        "ews": (ews,),
        "mapi": (autodiscover, replace(rpc, client_app="MAPI Over HTTP", user_agent=agent), ews),
    }
    return styles[style]


def _bare(client: Client) -> Client:
    return replace(client, user_agent="", protocol="none")


def modern_outlook(dice: random.Random, build: tuple[str, str]) -> Client:
    """Outlook signed in with modern authentication; many rows have no agent."""
    if dice.random() < 0.5:
        return OUTLOOK_MODERN_BLANK
    return replace(OUTLOOK_MODERN, user_agent=outlook_agent(build))


def is_legacy(client: Client) -> bool:
    """Whether the program signs in with a password that it sends along."""
    return client.client_app not in {"Browser", MODERN}


def is_activesync(client: Client) -> bool:
    """Whether the program is a phone's native mail."""
    return client.client_app.startswith("Exchange ActiveSync")

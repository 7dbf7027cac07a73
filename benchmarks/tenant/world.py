"""The tables the tenant is made of: places, client programs, policies, outcomes."""

from __future__ import annotations

from dataclasses import dataclass

TENANT_ID = "5f1c2a90-7d3e-4b8a-9c61-0e4f7a2b3c4d"
WORKSPACE_ID = "a7e0d3b2-1c4f-4e58-8a96-3d2b1f0e9c87"
EXCHANGE_APP = ("00000002-0000-0ff1-ce00-000000000000", "Office 365 Exchange Online")
SHAREPOINT_APP = ("00000003-0000-0ff1-ce00-000000000000", "Office 365 SharePoint Online")
GRAPH_APP = ("00000003-0000-0000-c000-000000000000", "Microsoft Graph")
DIRECTORY_APP = ("00000002-0000-0000-c000-000000000000", "Windows Azure Active Directory")
OFFICE_APP = ("d3590ed6-52b3-4102-aeff-aad2292ab01c", "Microsoft Office")
TEAMS_APP = ("1fec8e78-bce4-4aaf-ab1b-5451cc387264", "Microsoft Teams")
OUTLOOK_MOBILE_APP = ("27922004-5251-4030-b22d-91ecd9a37ea4", "Outlook Mobile")
APPLE_MAIL_APP = ("f8d98a96-0999-43f5-8af3-69971c7bb423", "Apple Internet Accounts")
OWA_APP = ("00000002-0000-0ff1-ce00-000000000000", "Office 365 Exchange Online")
PORTAL_APP = ("89bee1f7-5e6e-4d8a-9f3d-ecd601259da7", "Office365 Shell WCSS-Client")
SYNC_APP = ("cb1056e2-e479-49de-ae31-7812af012ed8", "Microsoft Azure Active Directory Connect")

MODERN = "Mobile Apps and Desktop clients"
OUTLOOK_AGENT = "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.13628; Pro)"
OUTLOOK_2010_AGENT = "Microsoft Office/14.0 (Windows NT 6.1; Microsoft Outlook 14.0.7268; Pro)"
EDGE_AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/89.0.4389.90 Safari/537.36 Edg/89.0.774.57"
)


@dataclass(frozen=True, slots=True)
class Place:
    """An address as Entra sees it. Addresses are from the documentation ranges (RFC 5737, 3849)."""

    ip: str
    network: int
    country: str
    state: str
    city: str


@dataclass(frozen=True, slots=True)
class Client:
    """A program as a sign-in shows it; names as in entra-docs howto-customize-filter-logs."""

    client_app: str
    user_agent: str
    app: tuple[str, str] = EXCHANGE_APP
    resource: tuple[str, str] = EXCHANGE_APP
    protocol: str = "none"
    operating_system: str = "Windows 10"
    browser: str = ""
    is_interactive: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """A Conditional Access policy and what it says of a sign-in it does not touch."""

    id: str
    name: str
    state: str
    grant_controls: tuple[str, ...]
    untouched: tuple[str, str, str] = ("notApplied", "application", "users")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a sign-in ends: code, Conditional Access status, and the policies that say why."""

    code: int
    ca_status: str
    results: tuple[tuple[str, str], ...] = ()


TORONTO = Place("203.0.113.10", 64500, "CA", "Ontario", "Toronto")
BERLIN = Place("203.0.113.77", 64505, "DE", "Berlin", "Berlin")
DATA_CENTRE = Place("203.0.113.14", 64500, "CA", "Ontario", "Toronto")
LONDON_HOTEL = Place("2001:db8:4c0:2::19", 64507, "GB", "England", "London")
NEW_HOME = Place("2001:db8:77:1::5", 64509, "CA", "Ontario", "Hamilton")
LISBON_HOTEL = Place("100.127.9.30", 65545, "PT", "Lisboa", "Lisbon")
SPRAY = (
    Place("192.0.2.10", 65540, "BR", "Sao Paulo", "Sao Paulo"),
    Place("192.0.2.11", 65540, "BR", "Sao Paulo", "Sao Paulo"),
)
STRANGER = Place("192.0.2.201", 65541, "VN", "Ha Noi", "Hanoi")
STRANGER_IPV6 = Place("2001:0db8:0bad:0000:0000:0000:0000:0042", 65542, "KZ", "Almaty", "Almaty")

BUNDLE = (
    Client("Autodiscover", OUTLOOK_AGENT, protocol="ropc"),
    Client("Outlook Anywhere (RPC over HTTP)", "MSRPC"),
    Client("Exchange Web Services", OUTLOOK_AGENT, protocol="ropc"),
    Client("Offline Address Book", OUTLOOK_AGENT),
)
BUNDLE_WITHOUT_AGENTS = (
    Client("AutoDiscover", ""),
    Client("Outlook Anywhere (RPC over HTTP)", ""),
    Client("Exchange Web Services", ""),
    Client("Offline Address Book", ""),
)
BUNDLE_UNNAMED = (
    Client("Autodiscover", ""),
    Client("Other clients", "MSRPC"),
    Client("Other clients", OUTLOOK_AGENT, protocol="ropc", is_interactive=True),
)
BUNDLE_2010 = (
    Client("Autodiscover", OUTLOOK_2010_AGENT, operating_system="Windows 7"),
    Client("Outlook Anywhere (RPC over HTTP)", "MSRPC", operating_system="Windows 7"),
    Client("Offline Address Book", OUTLOOK_2010_AGENT, operating_system="Windows 7"),
)
BUNDLE_MAPI = (
    Client("Autodiscover", OUTLOOK_AGENT),
    Client("MAPI Over HTTP", OUTLOOK_AGENT),
    Client("Exchange Web Services", OUTLOOK_AGENT, protocol="ropc"),
)

OUTLOOK_MODERN = Client(MODERN, OUTLOOK_AGENT, OFFICE_APP, browser="Rich Client 4.53.0.0")
OUTLOOK_MODERN_BLANK = Client(MODERN, "", OFFICE_APP, browser="Rich Client 4.53.0.0")
WORD = Client(MODERN, "", OFFICE_APP, SHAREPOINT_APP, browser="Rich Client 4.53.0.0")
TEAMS = Client(MODERN, "", TEAMS_APP, GRAPH_APP, browser="Rich Client 4.40.0.0")
OWA = Client("Browser", EDGE_AGENT, OWA_APP, browser="Edge 89.0.774", is_interactive=True)
PORTAL = Client(
    "Browser", EDGE_AGENT, PORTAL_APP, GRAPH_APP, browser="Edge 89.0.774", is_interactive=True
)
OUTLOOK_MOBILE = Client(
    MODERN, "Outlook-iOS/709.2226530.prod.iphone (3.24.0)", OUTLOOK_MOBILE_APP,
    operating_system="Ios 14", browser="Mobile Safari",
)  # fmt: skip
APPLE_MAIL_OAUTH = Client(
    MODERN, "accountsd/113 CFNetwork/1220.1 Darwin/20.3.0", APPLE_MAIL_APP,
    operating_system="Ios 14", is_interactive=True,
)  # fmt: skip
IPHONE = Client(
    "Exchange ActiveSync", "Apple-iPhone14C5/1804.52", operating_system="Ios", is_interactive=True
)
ANDROID = Client(
    "Exchange ActiveSync (supported)", "Android-SAMSUNG-SM-G973F/101.10", operating_system="Android"
)
PHONE_WITHOUT_AGENT = Client("Exchange ActiveSync", "", operating_system="")
PHONE_CERTIFICATE = Client("Exchange ActiveSync", "CBAInPROD", operating_system="")
SKYPE = Client("Exchange Web Services", "OC/16.0.13628.20274 (Skype for Business)")
SKYPE_UCC = Client("Exchange Web Services", "UCCAPI/16.0.4266.1001 OC/16.0.4266.1001 (Lync)")
EWS_SCRIPT = Client("Exchange Web Services", "ExchangeServicesClient/15.00.0847.030")
EWS_UNKNOWN = Client("Exchange Web Services", "")
EXO_POWERSHELL = Client("Exchange Online PowerShell", "Microsoft WinRM Client", protocol="ropc")
WINDOWS_MAIL = Client("Universal Outlook", "", operating_system="Windows 10")
IMAP = Client("IMAP4", "BAV2ROPC", protocol="ropc", operating_system="")
POP = Client("POP3", "CBAinTAR", operating_system="")
SMTP = Client("Authenticated SMTP", "BAV2ROPC", protocol="ropc", operating_system="")
OTHER_IMAP = Client("Other clients; IMAP", "BAV2ROPC", protocol="ropc", operating_system="")
UNKNOWN = Client("", "", operating_system="")
SYNC = Client(MODERN, "", SYNC_APP, DIRECTORY_APP, protocol="ropc")

POLICIES: dict[str, Policy] = {
    "legacy": Policy(
        "1b9f0c55-6a0e-4d7e-8a1f-25c0b7d1e001",
        "CA001: Block legacy authentication",
        "enabled",
        ("Block",),
        ("notApplied", "application,users", "clientType"),
    ),
    "admins": Policy(
        "1b9f0c55-6a0e-4d7e-8a1f-25c0b7d1e002", "CA002: MFA for administrators", "enabled", ("Mfa",)
    ),
    "devices": Policy(
        "1b9f0c55-6a0e-4d7e-8a1f-25c0b7d1e003",
        "CA003: Finance needs a compliant device",
        "enabled",
        ("RequireCompliantDevice",),
    ),
    "country": Policy(
        "1b9f0c55-6a0e-4d7e-8a1f-25c0b7d1e004",
        "CA004: Block countries we do not work in",
        "enabled",
        ("Block",),
        ("notApplied", "application,users", "location"),
    ),
    "guests": Policy(
        "1b9f0c55-6a0e-4d7e-8a1f-25c0b7d1e005", "CA005: MFA for guests", "enabled", ("Mfa",)
    ),
    "pilot": Policy(
        "1b9f0c55-6a0e-4d7e-8a1f-25c0b7d1e006",
        "CA901: Block legacy authentication, no exclusions (report only)",
        "enabledForReportingButNotEnforced",
        ("Block",),
        ("reportOnlyNotApplied", "application,users", "clientType"),
    ),
    "old": Policy(
        "1b9f0c55-6a0e-4d7e-8a1f-25c0b7d1e007",
        "CA999: MFA everywhere (2019, off)",
        "disabled",
        ("Mfa",),
        ("notEnabled", "none", "none"),
    ),
}

OUTCOMES: dict[str, Outcome] = {
    "success": Outcome(0, "notApplied"),
    "success-device": Outcome(0, "success", (("devices", "success"),)),
    "blocked": Outcome(53003, "failure", (("legacy", "failure"), ("pilot", "reportOnlyFailure"))),
    "false-success": Outcome(0, "failure", (("legacy", "failure"), ("pilot", "reportOnlyFailure"))),
    "let-in": Outcome(0, "notApplied", (("pilot", "reportOnlyFailure"),)),
    "country": Outcome(53003, "failure", (("country", "failure"),)),
    # An MFA policy stops a legacy client, which cannot answer it (entra-docs block-legacy).
    "second-factor-impossible": Outcome(53003, "failure", (("admins", "failure"),)),
    "security-defaults": Outcome(530035, "failure"),
    "device": Outcome(53000, "failure", (("devices", "failure"),)),
    "device-joined": Outcome(53001, "failure", (("devices", "failure"),)),
    "wrong-password": Outcome(50126, "notApplied"),
    "password-expired": Outcome(50055, "notApplied"),
    "locked": Outcome(50053, "notApplied"),
    "no-such-user": Outcome(50034, "notApplied"),
    "disabled": Outcome(50057, "notApplied"),
    "guest-not-here": Outcome(90072, "notApplied"),
    "app-secret": Outcome(7000215, "notApplied"),
    "keep-signed-in": Outcome(50140, "notApplied"),
    "no-session": Outcome(50058, "notApplied"),
    "second-factor": Outcome(50074, "failure", (("admins", "failure"),)),
    # Failing Block policies yet status success and a prompt: not blocked. Published rows do this.
    "device-prompt": Outcome(50097, "success", (("country", "failure"), ("legacy", "failure"))),
}

REASONS: dict[int, str] = {
    0: "Other.",
    50034: "The user account does not exist in the directory.",
    50053: "The account is locked, because of too many sign-ins with a wrong user ID or password.",
    50055: "The password is expired.",
    50057: "The user account is disabled.",
    50058: "Session information is not sufficient for single-sign-on.",
    50074: "Strong Authentication is required.",
    50097: "Device authentication is required.",
    50126: "Error validating credentials due to invalid username or password.",
    50140: "This occurred due to 'Keep me signed in' interrupt when the user was signing-in.",
    53000: "Device is not in required device state: compliant.",
    53001: "Device is not in required device state: domain joined.",
    53003: "Access has been blocked by Conditional Access policies.",
    530035: "Access has been blocked by security defaults.",
    90072: "User account from an external identity provider does not exist in this tenant.",
    7000215: "Invalid client secret is provided.",
}

r"""User agents: what kind of client each pattern names.

The order is the order of trial; the first pattern that matches the lower-case agent wins.
An agent alone never proves a client (spray tools send Outlook's), and a missing agent never
disproves one; the hypotheses weigh them with the rest of the bundle.

Sources: KB 4487380 (BAV2ROPC, CBAInPROD), MicrosoftDocs/OfficeDocs-Exchange, and public samples.
"""

from __future__ import annotations

from typing import Literal

AgentClass = Literal[
    "skype",
    "outlook",
    "rpc",
    "outlook-mobile",
    "phone",
    "basic-conversion",
    "script",
    "browser",
    "blank",
    "other",
]

AGENT_PATTERNS: tuple[tuple[str, AgentClass], ...] = (
    (r"skype for business|uccapi/|\boc/1[0-9]\.|microsoft lync|\(lync", "skype"),
    (r"outlook-ios|outlook-android|outlook/.*(ios|android)", "outlook-mobile"),
    (r"oneoutlook/", "browser"),
    (r"appleexchangewebservices|exchangewebservices/.*mac|mac[ _]os[ _]x/.*exchange", "script"),
    (r"macoutlook/", "outlook"),
    (r"microsoft outlook|^outlook/|^microsoft office/1[0-9]\.", "outlook"),
    (r"^msrpc", "rpc"),
    (
        r"apple-(iphone|ipad|ipod|watch)|^android[-/ ]|samsung|^moto|^huawei|^lg-|^sm-|^htc"
        r"|msft-(wp|wince|ppc|sphone)|windows ?mail|^touchdown|^nine[-/]|^z-?push|blackberry",
        "phone",
    ),
    (r"bav2ropc|cbainprod|cbaintar", "basic-conversion"),
    (
        r"exchangeservicesclient|python|curl/|^java|okhttp|go-http-client|powershell|winrm|perl"
        r"|libwww|exchangelib|davmail|evolution|thunderbird|microsoft wcf|axios|node-|ruby|php"
        r"|microsoftteamsroom|ews[-_ /]?(editor|client|script|java)|zeep|jakarta|mule|postman"
        r"|wget|guzzle|httpclient",
        "script",
    ),
    (r"mozilla/|chrome/|safari/|edg/", "browser"),
)

OUTLOOK_BUILD = r"(?:outlook|office)[ /](1[0-9])\.(\d+)(?:\.(\d+))?"
"""Major, minor and build of Outlook or Office in an agent: 14 is 2010, 15 is 2013, 16 is 2016
and later."""

LAST_OUTLOOK_WITHOUT_MODERN_AUTH = 14
"""Outlook 2010 (14) and older have no modern authentication at all; 2013 (15) has it behind
``EnableADAL``. Source: MicrosoftDocs/OfficeDocs-Support, modern authentication for Office."""

"""How an Outlook connects: what was seen beats what is set, and versions beat both."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from analyzer.evidence.exchange_version import is_too_old_for_mapi_http
from analyzer.evidence.linking import MapiState
from analyzer.evidence.onprem import OutlookSeen
from analyzer.readiness.outlook import is_old_build, outlook_of
from analyzer.results import Answer

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ON, OFF = MapiState("on", "mailbox"), MapiState("off", "organisation")
UNKNOWN = MapiState("unknown", "none")


def seen(protocol, *, rpc=None, mapi=None, build=None):
    return OutlookSeen(protocol, NOW, rpc, mapi, build)


RPC, MAPI = seen("rpc-http", rpc=NOW), seen("mapi-http", mapi=NOW)


@pytest.mark.parametrize(
    ("own", "observed", "on_exchange_2010", "expected"),
    [
        (ON, None, False, ("on", "mailbox", Answer.NO)),
        (OFF, None, False, ("off", "organisation", Answer.YES)),
        (UNKNOWN, None, False, ("unknown", "none", Answer.UNKNOWN)),
        (ON, None, True, ("off", "exchange-2010", Answer.YES)),
        (ON, RPC, False, ("on", "mailbox", Answer.YES)),
        (OFF, MAPI, False, ("off", "organisation", Answer.NO)),
        (UNKNOWN, MAPI, False, ("unknown", "none", Answer.NO)),
        (UNKNOWN, RPC, False, ("unknown", "none", Answer.YES)),
        # Both within a day: two computers, or the switch itself. A day apart it was the switch.
        (ON, seen("mapi-http", rpc=NOW - DAY / 2, mapi=NOW), False,
         ("on", "mailbox", Answer.UNKNOWN)),
        (ON, seen("mapi-http", rpc=NOW - DAY, mapi=NOW), False, ("on", "mailbox", Answer.NO)),
    ],
)  # fmt: skip
def test_setting_and_observation(own, observed, on_exchange_2010, expected):
    outlook = outlook_of(own, observed, None, is_on_exchange_2010=on_exchange_2010)

    assert (outlook.setting, outlook.setting_from, outlook.on_rpc) == expected


@pytest.mark.parametrize(
    ("build", "is_old"),
    [
        ("14.0.7268", True),
        ("Microsoft Office/14.0 (Windows NT 6.1; Microsoft Outlook 14.0.7268; Pro)", True),
        ("15.0.4420.1017", True),
        ("15.0.4569.1506", False),
        ("15.0.4568", True),
        ("Microsoft Office/15.0 (Windows NT 6.1; Microsoft Outlook 15.0.4420; Pro)", True),
        ("Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.14326; Pro)", False),
        ("16.0", False),
        ("14.0", True),
        ("15.0", None),
        ("MSRPC", None),
        ("MacOutlook/14.7.7.170905 (Intel Mac OS X 10.9.6)", None),
        ("", None),
        (None, None),
    ],
)
def test_builds_before_2013_sp1_are_old(build, is_old):
    assert is_old_build(build) is is_old


@pytest.mark.parametrize(
    ("version", "is_too_old"),
    [
        ("Version 14.3 (Build 123.4)", True),
        ("0.10 (14.0.100.0)", True),
        ("0.1 (8.0.535.0)", True),
        ("14.3.123.4", True),
        ("0.20 (15.0.0.0)", False),
        ("Version 15.1 (Build 2507.6)", False),
        ("Version 15.14 (Build 1.2)", False),
        ("ex2010-14", False),
        ("", False),
        (None, False),
    ],
)
def test_exchange_2010_is_told_from_its_version(version, is_too_old):
    assert is_too_old_for_mapi_http(version) is is_too_old

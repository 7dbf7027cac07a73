"""Cells become values: times to UTC microseconds, addresses to one spelling, codes to numbers."""

from __future__ import annotations

from datetime import datetime
from ipaddress import IPv6Address

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.engine import conversions
from analyzer.engine.addresses import shortest_address


@pytest.fixture(scope="module")
def connection():
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    conversions.install(connection)
    yield connection
    connection.close()


def _value(connection, conversion, text):
    sql = conversions.SQL[conversion].format(x="x")
    return connection.execute(f"SELECT {sql} FROM (SELECT ?::VARCHAR AS x)", [text]).fetchall()[0][
        0
    ]


NOON = datetime(2026, 3, 2, 12, 0, 1)  # noqa: DTZ001 - the engine's own timestamps are UTC
CASES = [
    ("instant", "2026-03-02T12:00:01Z", NOON),
    ("instant", "2026-03-02T12:00:01.1234567Z", NOON.replace(microsecond=123456)),
    ("instant", "2026-03-02T12:00:01.999999999Z", NOON.replace(microsecond=999999)),
    ("instant", "2026-03-02T12:00:01+00:00", NOON),
    ("instant", "2026-03-02T07:00:01-05:00", NOON),
    ("instant", "2026-03-02T17:30:01+0530", NOON),
    ("instant", "2026-03-02 12:00:01", NOON),
    ("instant", "3/2/2026, 12:00:01 PM", NOON),
    ("instant", "3/2/2026, 12:00:01.500\u202fPM", NOON.replace(microsecond=500000)),
    ("instant", "Mar 2, 2026 12:00:01 PM", NOON),
    ("instant", "/Date(1772452801000)/", NOON),
    ("instant", "2026-02-30T12:00:00Z", None),
    ("instant", "13/25/2026, 1:00:00 PM", None),
    ("instant", "2026-03-02", None),
    ("instant", "epoch", None),
    ("instant", "infinity", None),
    ("zoned_instant", "2026-03-02T12:00:01", None),
    ("zoned_instant", "2026-03-02T13:00:01+01:00", NOON),
    ("integer", "50126", 50126),
    ("integer", "50126.0", 50126),
    ("integer", "5.5", None),
    ("integer", "abc", None),
    ("integer", "99999999999999999999", None),
    ("network_number", "AS64500", 64500),
    ("result_code", "0", 0),
    ("result_code", "Success", 0),
    ("result_code", "Failure", None),
    ("portal_outcome", "Success", 0),
    ("portal_outcome", "Interrupted", None),
    ("ca_status", "Not Applied", "notApplied"),
    ("ca_status", "2", "notApplied"),
    ("ca_status", "1", "failure"),
    ("ca_status", "SUCCESS", "success"),
    ("ca_status", "applied", None),
    ("boolean", "TRUE", True),
    ("boolean", "0", False),
    ("event_types", '["nonInteractiveUser"]', False),
    ("event_types", '["interactiveUser"]', True),
    ("event_types", "interactiveuser", True),
    ("event_types", '["servicePrincipal"]', False),
    ("event_types", "[]", None),
    ("interactive_log", "NonInteractiveUserSignInLogs", False),
    ("interactive_log", "signinlogs", True),
    ("interactive_log", "AuditLogs", None),
    ("country", "ca", "CA"),
    ("location_text", "ca", "CA"),
    ("location_text", "Toronto", None),
    ("portal_country", "Toronto, Ontario, CA", "CA"),
    ("portal_city", "Toronto, Ontario, CA", "Toronto"),
    ("portal_city", ", , CA", None),
    ("address", "203.0.113.7", "203.0.113.7"),
    ("address", "203.0.113.7:443", "203.0.113.7"),
    ("address", "2001:0DB8:0000:0000:0000:0000:0000:0001", "2001:db8::1"),
    ("address", "[2001:db8::0:1]:443", "2001:db8::1"),
    ("address", "::ffff:203.0.113.7", "203.0.113.7"),
    ("address", "fe80::1%eth0", "fe80::1"),
    ("address", "not:an:address", "not:an:address"),
]


@pytest.mark.parametrize(("conversion", "text", "expected"), CASES)
def test_conversion(conversion, text, expected, connection):
    assert _value(connection, conversion, text) == expected


@pytest.mark.parametrize("conversion", conversions.SQL)
def test_a_missing_cell_stays_missing(conversion, connection):
    assert _value(connection, conversion, None) is None


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_every_spelling_of_an_address_is_one(address):
    spellings = {str(address), address.exploded, address.exploded.upper(), f"[{address}]:443"}

    assert {shortest_address(s) for s in spellings} == {str(address.ipv4_mapped or address)}


@pytest.mark.parametrize("text", ["", " ", "\t\n", "\u00a0"])
def test_blank_cells_are_missing(text, connection):
    assert connection.execute("SELECT cell(?)", [text]).fetchall() == [(None,)]


def test_cells_are_trimmed(connection):
    found = connection.execute("SELECT cell(?), cell(?)", [" a b ", "a\t"]).fetchall()

    assert found == [("a b", "a")]

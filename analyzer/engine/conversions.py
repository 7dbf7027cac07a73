"""SQL of every conversion: a cell's text in, a canonical value or NULL out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.engine.addresses import shortest_address
from analyzer.formats.logs import (
    INTERACTIVE_EVENT_TYPE,
    NONINTERACTIVE_EVENT_TYPE,
    SIGNIN_LOGS,
)

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from analyzer.formats import Conversion

# Trimming walks through every character of every cell; most need none. Below '!' sort blanks,
# control characters and the empty text.
_BLANK = """CASE WHEN x < '!' OR ends_with(x, ' ') OR ends_with(x, '\t') OR ends_with(x, '\u00a0')
    THEN nullif(trim(x, ' \t\r\n\u00a0'), '') ELSE x END"""


def _quoted(texts: list[str]) -> str:
    return ", ".join(f"'{t}'" for t in texts)


_LOGS_YES = _quoted([name for name, there in SIGNIN_LOGS.items() if there])
_LOGS_NO = _quoted([name for name, there in SIGNIN_LOGS.items() if not there])

# Macros call only macros above them.
MACROS: tuple[str, ...] = (
    f"CREATE OR REPLACE MACRO cell(x) AS {_BLANK}",
    # ISO 8601 with any number of decimals (cut, not rounded) and any offset; no zone is UTC, as
    # Graph, diagnostic settings and Log Analytics document. The pattern keeps out DuckDB's own
    # words ('epoch', 'infinity') and bare dates.
    # Almost every time is written 2026-03-02T07:00:00.1234567Z, which needs no look at zones.
    """CREATE OR REPLACE MACRO iso_instant(x) AS CASE
        WHEN ends_with(x, 'Z') AND length(x) BETWEEN 20 AND 30 AND x >= '0'
            AND x[5] = '-' AND x[11] = 'T' AND NOT contains(x, ' ')
        THEN try_cast(x AS TIMESTAMP)
        WHEN regexp_matches(x, '^\\d{4}-\\d\\d-\\d\\d[T ]\\d')
        THEN try_cast(x AS TIMESTAMPTZ) AT TIME ZONE 'UTC' END""",
    # The portals write American dates; newer browsers put U+202F before AM and PM. PowerShell 5
    # writes /Date(milliseconds)/ in JSON.
    """CREATE OR REPLACE MACRO other_instant(x) AS CASE
        WHEN regexp_matches(x, '^/Date\\(-?\\d+\\)/$')
        THEN make_timestamp(try_cast(regexp_extract(x, '-?\\d+') AS BIGINT) * 1000)
        WHEN regexp_matches(x, '\\d{4}')
        THEN try_strptime(regexp_replace(x, '[\u202f\u00a0 ]+', ' ', 'g'), [
            '%m/%d/%Y, %I:%M:%S.%f %p', '%m/%d/%Y, %I:%M:%S %p', '%m/%d/%Y %I:%M:%S.%f %p',
            '%m/%d/%Y %I:%M:%S %p', '%b %d, %Y %I:%M:%S.%f %p', '%b %d, %Y %I:%M:%S %p',
            '%b %d, %Y, %I:%M:%S %p', '%m/%d/%Y, %H:%M:%S.%f', '%m/%d/%Y, %H:%M:%S']) END""",
    """CREATE OR REPLACE MACRO instant(x) AS CASE WHEN x IS NULL THEN NULL
        ELSE coalesce(iso_instant(x), other_instant(x)) END""",
    # Whole numbers only: a cast alone would round 5.5 to 6.
    """CREATE OR REPLACE MACRO whole_number(x) AS CASE
        WHEN regexp_matches(x, '^[+-]?\\d+(\\.0*)?$')
        THEN try_cast(split_part(x, '.', 1) AS BIGINT) END""",
    """CREATE OR REPLACE MACRO network_number(x) AS
        whole_number(regexp_replace(x, '^(?i:AS)\\s*', ''))""",
    """CREATE OR REPLACE MACRO truth(x) AS CASE
        WHEN lower(x) IN ('true', '1', '1.0', 'yes') THEN true
        WHEN lower(x) IN ('false', '0', '0.0', 'no') THEN false END""",
    # ResultType is a number in text. Some exporters write a word: 'Success' is 0, any other word
    # names no code and stays unknown (never 0).
    """CREATE OR REPLACE MACRO result_code(x) AS CASE
        WHEN lower(x) IN ('success', 'succeeded') THEN 0 ELSE whole_number(x) END""",
    """CREATE OR REPLACE MACRO portal_outcome(x) AS CASE WHEN lower(x) = 'success' THEN 0 END""",
    """CREATE OR REPLACE MACRO ca_status_of(x) AS CASE
        WHEN lower(x) IN ('success', '0') THEN 'success'
        WHEN lower(x) IN ('failure', '1') THEN 'failure'
        WHEN lower(x) IN ('notapplied', 'not applied', '2') THEN 'notApplied' END""",
    """CREATE OR REPLACE MACRO country_of(x) AS CASE
        WHEN length(x) = 2 THEN upper(x) ELSE x END""",
    """CREATE OR REPLACE MACRO location_text(x) AS CASE
        WHEN regexp_matches(x, '^[A-Za-z]{2}$') THEN upper(x) END""",
    # The portal writes 'City, State, CC'.
    """CREATE OR REPLACE MACRO portal_country(x) AS
        location_text(trim(string_split(x, ',')[-1]))""",
    """CREATE OR REPLACE MACRO portal_city(x) AS CASE
        WHEN contains(x, ',') THEN nullif(trim(split_part(x, ',', 1)), '') END""",
    f"""CREATE OR REPLACE MACRO event_types(x) AS CASE
        WHEN x = '[]' THEN NULL
        WHEN contains(x, '"nonInteractiveUser"') THEN false
        WHEN contains(x, '"interactiveUser"') THEN true
        WHEN contains(lower(x), '{NONINTERACTIVE_EVENT_TYPE}') THEN false
        WHEN contains(lower(x), '{INTERACTIVE_EVENT_TYPE}') THEN true
        WHEN regexp_matches(lower(x), 'serviceprincipal|managedidentity') THEN false END""",
    f"""CREATE OR REPLACE MACRO interactive_log(x) AS CASE
        WHEN lower(x) IN ({_LOGS_YES}) THEN true WHEN lower(x) IN ({_LOGS_NO}) THEN false END""",
    # Only what holds a colon is worth a look: IPv6, or an IPv4 address with a port.
    """CREATE OR REPLACE MACRO address(x) AS CASE
        WHEN contains(x, ':') THEN shortest_address(x) ELSE x END""",
)

SQL: dict[Conversion, str] = {
    "text": "{x}",
    "key": "lower({x})",
    "lowered": "lower({x})",
    "instant": "instant({x})",
    "zoned_instant": "CASE WHEN regexp_matches({x}, '(Z|[+-]\\d\\d:?\\d\\d)$') "
    "THEN instant({x}) END",
    "integer": "whole_number({x})",
    "network_number": "network_number({x})",
    "boolean": "truth({x})",
    "result_code": "result_code({x})",
    "portal_outcome": "portal_outcome({x})",
    "ca_status": "ca_status_of({x})",
    "address": "address({x})",
    "country": "country_of({x})",
    "portal_country": "portal_country({x})",
    "portal_city": "portal_city({x})",
    "location_text": "location_text({x})",
    "event_types": "event_types({x})",
    "interactive_log": "interactive_log({x})",
}
"""Conversion → SQL over a trimmed, non-empty cell ``{x}``."""

RESULT_WORDS = "'failure', 'failed', 'interrupted', 'none', 'unknown', 'timeout', 'clienterror'"

# A cell that holds text which the conversion cannot read costs its record: the reader is told,
# in these words. Conversions not listed lose an optional detail at most and stay NULL.
STRICT: dict[Conversion, tuple[str, str]] = {
    "instant": ("{sql} IS NULL", "is not a time that can be read"),
    "zoned_instant": ("{sql} IS NULL", "is not a time with its zone"),
    "integer": ("{sql} IS NULL", "is not a number"),
    "network_number": ("{sql} IS NULL", "is not a number"),
    "boolean": ("{sql} IS NULL", "is neither true nor false"),
    "result_code": (
        f"{{sql}} IS NULL AND lower({{x}}) NOT IN ({RESULT_WORDS})",
        "is not a number",
    ),
}


def _shortest_of_each(texts: pa.ChunkedArray) -> pa.Array:
    """The shortest form of each address; Python sees each distinct text of a chunk once."""
    import pyarrow as pa  # noqa: PLC0415 - heavy, and a scan should start at once

    encoded = texts.combine_chunks().dictionary_encode()
    shortest = [shortest_address(text) for text in encoded.dictionary.to_pylist()]
    return pa.DictionaryArray.from_arrays(encoded.indices, pa.array(shortest, pa.string())).cast(
        pa.string()
    )


def install(connection: duckdb.DuckDBPyConnection) -> None:
    """Define the macros the conversions are written with."""
    # Wrapped: the engine would look up the annotations, and load Arrow for that.
    connection.create_function(  # type: ignore[call-overload]
        "shortest_address",
        lambda texts: _shortest_of_each(texts),  # noqa: PLW0108
        ["VARCHAR"],
        "VARCHAR",
        type="arrow",
    )
    for macro in MACROS:
        connection.execute(macro)

"""One row per sign-in id: copies of a sign-in merged, and the policies of all copies united."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.engine.conform import INPUT, POLICIES
from analyzer.engine.layout import literal
from analyzer.schema import POLICY_RESULTS, SIGNINS
from analyzer.schema.policy_results import TELLING_RESULTS

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

_NAMES = ", ".join(c.name for c in SIGNINS)
_COUNTED = [c.name for c in SIGNINS if not c.name.startswith(("source_", "signin_id"))]
_KNOWN_COLUMNS = " + ".join(f"({name} IS NOT NULL)::INTEGER" for name in _COUNTED)
_PICKED = ("signin_id", "policies_known")

# Which copy speaks first: one that says something failed (Exchange ActiveSync is logged as a
# success that Conditional Access failed), then the fuller one, then the earlier input.
_RANK = (
    "(ca_status = 'failure')::INTEGER DESC NULLS LAST, "
    "(error_code <> 0)::INTEGER DESC NULLS LAST, "
    f"({_KNOWN_COLUMNS}) DESC, {INPUT}, hash({_NAMES})"
)


def has_duplicates(connection: duckdb.DuckDBPyConnection, rows: str) -> bool:
    """Whether any sign-in id occurs twice; spills to disk like any grouping."""
    total, distinct = connection.execute(
        f"SELECT (SELECT count(*) FROM {rows}), "
        f"(SELECT count(*) FROM (SELECT signin_id FROM {rows} GROUP BY signin_id))"
    ).fetchall()[0]
    return bool(total != distinct)


def merge_duplicates(connection: duckdb.DuckDBPyConnection, rows: str, target: Path) -> None:
    """Write one row per sign-in: the best copy's values, gaps filled from the others."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE repeated_ids AS "
        f"SELECT signin_id FROM {rows} GROUP BY signin_id HAVING count(*) > 1"
    )
    filled = ", ".join(
        f"arg_min({c.name}, copy) AS {c.name}" for c in SIGNINS if c.name not in _PICKED
    )
    merged = (
        f"SELECT signin_id, {filled}, bool_or(policies_known) AS policies_known, "
        f"arg_min({INPUT}, copy) AS {INPUT} FROM ("
        f"SELECT *, row_number() OVER (PARTITION BY signin_id ORDER BY {_RANK}) AS copy "
        f"FROM {rows} SEMI JOIN repeated_ids USING (signin_id)) GROUP BY signin_id"
    )
    connection.execute(
        f"COPY (SELECT {_NAMES}, {INPUT} FROM {rows} ANTI JOIN repeated_ids USING (signin_id) "
        f"UNION ALL SELECT {_NAMES}, {INPUT} FROM ({merged})) "
        f"TO {literal(str(target))} (FORMAT parquet)"
    )
    connection.execute("DROP TABLE repeated_ids")


def _either(*keys: str) -> str:
    """A policy entry's field in camelCase, PascalCase or lower case."""
    spellings = dict.fromkeys(s for k in keys for s in (k, k[:1].upper() + k[1:], k.lower()))
    return "coalesce(" + ", ".join(f"nullif(p->>'$.{s}', '')" for s in spellings) + ")"


_RESULT = " ".join(f"WHEN {literal(r.lower())} THEN {literal(r)}" for r in TELLING_RESULTS)
_CLIENT_TYPE_BIT = 16

_MATCHED = f"""CASE
    WHEN conditions IS NULL THEN NULL
    WHEN regexp_full_match(conditions, '\\d+')
    THEN (try_cast(conditions AS BIGINT) & {_CLIENT_TYPE_BIT}) <> 0
    ELSE contains(lower(conditions), 'clienttype') END"""

_CONTROLS = """CASE
    WHEN controls IS NULL THEN NULL
    WHEN starts_with(controls, '[') THEN list_transform(
        from_json(controls, '["VARCHAR"]'), lambda c: lower(trim(c)))
    ELSE list_transform(string_split(controls, ','), lambda c: lower(trim(c))) END"""


def write_policy_results(connection: duckdb.DuckDBPyConnection, rows: str, target: Path) -> None:
    """Write sign-in x policy with a telling result, distinct over all copies of a sign-in.

    ``conditionsSatisfied`` is a comma-separated list of names on Graph beta and a bit mask in
    diagnostic logs, where 16 is the client type (microsoftgraph/msgraph-metadata,
    ``conditionalAccessConditions``).
    """
    entries = (
        f"SELECT signin_id, unnest(from_json(CASE WHEN starts_with({POLICIES}, '{{') "
        f"THEN '[' || {POLICIES} || ']' ELSE {POLICIES} END, '[\"JSON\"]')) AS p "
        f"FROM {rows} WHERE {POLICIES} IS NOT NULL"
    )
    fields = (
        f"SELECT signin_id, lower({_either('id')}) AS policy_id, "
        f"{_either('displayName')} AS policy_name, "
        f"CASE lower({_either('result')}) {_RESULT} END AS result, "
        f"{_either('enforcedGrantControls')} AS controls, "
        f"{_either('conditionsSatisfied')} AS conditions FROM ({entries}) "
        f"WHERE json_type(p) = 'OBJECT'"
    )
    told = (
        "SELECT signin_id, policy_id, policy_name, result, "
        f"{_CONTROLS} AS controls, {_MATCHED} AS matched FROM ({fields}) WHERE result IS NOT NULL"
    )
    values = {
        "policy_name": "min(policy_name)",
        "is_block": "bool_or(list_contains(controls, 'block'))",
        "grant_controls": "max(array_to_string(list_sort(list_filter(controls, "
        "lambda c: c <> '')), ','))",
        "matched_client_type": "bool_or(matched)",
    }
    columns = ", ".join(f"{values.get(c.name, c.name)} AS {c.name}" for c in POLICY_RESULTS)
    connection.execute(
        f"COPY (SELECT {columns} FROM ({told}) GROUP BY signin_id, policy_id, result) "
        f"TO {literal(str(target))} (FORMAT parquet)"
    )

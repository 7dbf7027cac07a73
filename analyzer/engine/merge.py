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


# Lists of several copies become one list with every entry; entries that come twice do no harm.
_UNITED = f"""CASE WHEN count(DISTINCT {POLICIES}) < 2 THEN min({POLICIES}) ELSE '[' || string_agg(
    DISTINCT CASE WHEN starts_with({POLICIES}, '[') THEN {POLICIES}[2:-2] ELSE {POLICIES} END, ','
    ) || ']' END"""


def merge_duplicates(
    connection: duckdb.DuckDBPyConnection, rows: str, target: Path, *, keep: str = INPUT
) -> None:
    """Write one row per sign-in: the best copy's values, gaps filled from the others.

    Args:
        connection: Engine.
        rows: Table, view or query in brackets, with the canonical columns and ``keep``.
        target: Parquet file to write.
        keep: Column to write beside the canonical ones: the number of the input that the best
            copy came from, or the lists of policies, united.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE repeated_ids AS "
        f"SELECT signin_id FROM {rows} GROUP BY signin_id HAVING count(*) > 1"
    )
    filled = ", ".join(
        f"arg_min({c.name}, copy) AS {c.name}" for c in SIGNINS if c.name not in _PICKED
    )
    merged = (
        f"SELECT signin_id, {filled}, bool_or(policies_known) AS policies_known, "
        f"{_UNITED if keep == POLICIES else f'arg_min({INPUT}, copy)'} AS {keep} FROM ("
        f"SELECT *, row_number() OVER (PARTITION BY signin_id ORDER BY {_RANK}) AS copy "
        f"FROM {rows} SEMI JOIN repeated_ids USING (signin_id)) GROUP BY signin_id"
    )
    connection.execute(
        f"COPY (SELECT {_NAMES}, {keep} FROM {rows} ANTI JOIN repeated_ids USING (signin_id) "
        f"UNION ALL SELECT {_NAMES}, {keep} FROM ({merged})) "
        f"TO {literal(str(target))} (FORMAT parquet)"
    )
    connection.execute("DROP TABLE repeated_ids")


_FIELDS = ("result", "id", "displayName", "enforcedGrantControls", "conditionsSatisfied")


def _spellings(key: str) -> list[str]:
    """A policy entry's field in camelCase, PascalCase and lower case."""
    return [key, key[:1].upper() + key[1:], key.lower()]


_PATHS = ", ".join(literal(f"$.{s}") for f in _FIELDS for s in _spellings(f))


def _of_entry(key: str) -> str:
    """SQL of an entry's field, whichever spelling has it; blank is NULL."""
    width = len(_spellings(key))
    first = _FIELDS.index(key) * width + 1
    return "coalesce(" + ", ".join(f"nullif(e[{first + i}], '')" for i in range(width)) + ")"


_RESULT = " ".join(f"WHEN {literal(r.lower())} THEN {literal(r)}" for r in TELLING_RESULTS)
_CLIENT_TYPE_BIT = 16


def _may_tell(text: str) -> str:
    """SQL: a list's or an entry's text may hold a telling result; most do not, and stay unread."""
    endings = ("ailure", "nterrupted", "nknown", "AILURE", "NTERRUPTED", "NKNOWN")
    return " OR ".join(f"contains({text}, {literal(ending)})" for ending in endings)


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
    ``conditionalAccessConditions``). Most sign-ins share their list with many others: each
    distinct one is read once.
    """
    lists = f"SELECT DISTINCT {POLICIES} AS list FROM {rows} WHERE {_may_tell(POLICIES)}"
    entries = (
        f"SELECT list, json_extract_string(p, [{_PATHS}]) AS e FROM (SELECT list, "
        "unnest(json_extract(CASE WHEN starts_with(list, '{') "
        f"THEN '[' || list || ']' ELSE list END, '$[*]'))::VARCHAR AS p FROM ({lists})) "
        f"WHERE {_may_tell('p')}"
    )
    fields = (
        f"SELECT list, lower({_of_entry('id')}) AS policy_id, "
        f"{_of_entry('displayName')} AS policy_name, "
        f"CASE lower({_of_entry('result')}) {_RESULT} END AS result, "
        f"{_of_entry('enforcedGrantControls')} AS controls, "
        f"{_of_entry('conditionsSatisfied')} AS conditions FROM ({entries})"
    )
    told = (
        f"SELECT list, policy_id, policy_name, result, list_contains(controls, 'block') AS blocks, "
        "array_to_string(list_sort(list_filter(controls, lambda c: c <> '')), ',') AS controls, "
        f"matched FROM (SELECT * EXCLUDE (controls), {_CONTROLS} AS controls, "
        f"{_MATCHED} AS matched FROM ({fields}) WHERE result IS NOT NULL)"
    )
    values = {
        "policy_name": "min(policy_name)",
        "is_block": "bool_or(blocks)",
        "grant_controls": "max(controls)",
        "matched_client_type": "bool_or(matched)",
    }
    columns = ", ".join(f"{values.get(c.name, c.name)} AS {c.name}" for c in POLICY_RESULTS)
    connection.execute(
        f"COPY (SELECT {columns} FROM ({told}) JOIN {rows} ON {POLICIES} = list "
        f"GROUP BY signin_id, policy_id, result) TO {literal(str(target))} (FORMAT parquet)"
    )

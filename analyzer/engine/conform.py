"""SQL that turns one table's cells into canonical columns, generated from a format's table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.engine.cells import Cells, first_of
from analyzer.engine.conversions import SQL, STRICT
from analyzer.engine.layout import literal
from analyzer.formats.logs import SIGNIN_LOGS
from analyzer.formats.strangers import FLATTENED_STARTS
from analyzer.schema import SIGNINS
from analyzer.vocabulary.client_apps import MODERN_CLIENT_APPS, UNKNOWN_CLIENT_APPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.engine.layout import Layout
    from analyzer.formats import Format, Place

# Written beside the canonical columns, for the stages after the scan.
POLICIES = "policies"
PROBLEM = "problem"
SUSPECT = "suspect"
INPUT = "input_number"

_NO_LEGACY_CLIENT = ", ".join(literal(c) for c in (*MODERN_CLIENT_APPS, *UNKNOWN_CLIENT_APPS))
_LOG_NAMES = ", ".join(literal(n) for n in SIGNIN_LOGS)
_SHOWN = 60

# The list of policies is most of a record and long to parse. Only where something failed, or a
# legacy client came in, does a later stage read it.
_WANTS_POLICIES = (
    "(ca_status IS NULL OR ca_status = 'failure' OR error_code IS DISTINCT FROM 0 "
    f"OR lower(client_app) NOT IN ({_NO_LEGACY_CLIENT}))"
)


def conform(
    form: Format, layout: Layout, reader: str, *, keep: Sequence[str], seed: str | None
) -> str:
    """A query of canonical columns over a reader.

    Args:
        form: Table of the format.
        layout: Where the reader keeps the cells.
        reader: SQL after FROM.
        keep: Columns of the reader to pass through; ``… AS source_file`` must be among them.
        seed: SQL of the record's text, from which a sign-in without an id gets one; None
            to leave it NULL and mark the row.

    Returns:
        SQL with the columns of ``schema.SIGNINS``, ``policies`` (text, only where a later
        stage reads it), ``problem`` (why the record cannot be read, or NULL), ``suspect``
        (the quick scan may have misread the record) and ``keep``.
    """
    cells = Cells(layout)
    values, complaints = _values(form, cells)
    policies = first_of([sql for p in form.policies if (sql := cells.of_list(p))])
    values["policies_known"] = _policies_known(values.get("policies_known"), policies)
    values["source_format"] = literal(form.name)
    if seed:
        derived = f"'derived-' || md5({seed})"
        values["signin_id"] = f"coalesce({values.get('signin_id', 'NULL')}, {derived})"
    checks = _checks(form, cells, policies, complaints)
    columns = [
        f"({values.get(c.name, 'NULL')})::{c.sql_type} AS {c.name}"
        for c in SIGNINS
        if c.name != "source_file"
    ]
    suspect = [f"{cells.of_field(s) or 'NULL'} IS NULL" for s in form.sentinels]
    middle = (
        f"SELECT *, {', '.join(columns)}, {policies} AS all_policies "
        f"FROM ({cells.query(reader, keep)})"
    )
    return _judged(middle, checks, [*suspect, "signin_id IS NULL"], keep)


def _checks(form: Format, cells: Cells, policies: str, complaints: Sequence[str]) -> list[str]:
    """WHEN branches, each with why a record cannot be read; the first that holds is told."""
    lists = [policies] if form.policies else []
    return [
        *_kind_checks(form, cells),
        *_flattened_checks([*lists, *cells.nested]),
        *complaints,
        "WHEN occurred_at IS NULL THEN "
        + literal(f"has no time ({form.time_names()} is missing or empty)"),
        "WHEN wants_policies AND NOT json_valid(all_policies) "
        "THEN 'its list of policies is not valid JSON'",
    ]


def _judged(middle: str, checks: Sequence[str], suspect: Sequence[str], keep: Sequence[str]) -> str:
    """Canonical rows with what is wrong with each."""
    kept = [name for k in keep if (name := k.rpartition(" AS ")[2]) != "source_file"]
    return (
        f"SELECT {', '.join([*(c.name for c in SIGNINS), *kept])}, "
        f"CASE WHEN wants_policies THEN all_policies END AS {POLICIES}, "
        f"CASE {' '.join(checks)} END AS {PROBLEM}, "
        f"({' OR '.join(suspect)}) AS {SUSPECT} "
        f"FROM (SELECT *, policies_known AND {_WANTS_POLICIES} AS wants_policies FROM ({middle}))"
    )


def _values(form: Format, cells: Cells) -> tuple[dict[str, str], list[str]]:
    """SQL of each canonical column, and WHEN branches for cells that cannot be read."""
    values: dict[str, str] = {}
    complaints: list[str] = []
    for each in form.fields:
        places = [(place, sql) for place in each.places if (sql := cells.of_place(place))]
        values[each.column] = first_of([SQL[p.conversion].format(x=sql) for p, sql in places])
        complaints += [_complaint(each.column, p, s) for p, s in places if p.conversion in STRICT]
    return values, complaints


def _complaint(column: str, place: Place, sql: str) -> str:
    condition, words = STRICT[place.conversion]
    test = condition.format(sql=SQL[place.conversion].format(x=sql), x=sql)
    says = f"format('{place.path} ''{{}}'' {words}', left({sql}, {_SHOWN}))"
    return f"WHEN {column} IS NULL AND {sql} IS NOT NULL AND {test} THEN {says}"


def _policies_known(stated: str | None, policies: str) -> str:
    """SQL: there is a list with an entry. PowerShell writes a list of one as the entry alone."""
    has_entry = (
        f"coalesce(starts_with({policies}, '{{') OR (starts_with({policies}, '[') "
        f"AND contains({policies}, '{{')), false)"
    )
    return f"coalesce({stated}, {has_entry})" if stated else has_entry


def _kind_checks(form: Format, cells: Cells) -> list[str]:
    """A record of another log than of sign-ins is none, whatever its fields."""
    return [
        f"WHEN {sql} IS NOT NULL AND lower({sql}) NOT IN ({_LOG_NAMES}) "
        f"THEN format('{name.lower()} {{}} is not a sign-in', left({sql}, {_SHOWN}))"
        for name in form.kind_fields
        if (sql := cells.of_field(name))
    ]


def _flattened_checks(cells: Sequence[str]) -> list[str]:
    tests = [
        # What opens like JSON needs no second look.
        f"(left({c}, 1) NOT IN ('{{', '[') AND ("
        + " OR ".join(f"starts_with({c}, {literal(s)})" for s in FLATTENED_STARTS)
        + "))"
        for c in cells
    ]
    if not tests:
        return []
    return [f"WHEN {' OR '.join(tests)} THEN 'a nested value is PowerShell text, not JSON'"]

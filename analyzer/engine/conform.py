"""SQL that turns one table's cells into canonical columns, generated from a format's table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analyzer.engine.conversions import SQL, STRICT
from analyzer.engine.layout import literal, quoted
from analyzer.formats.logs import SIGNIN_LOGS
from analyzer.formats.strangers import FLATTENED_STARTS
from analyzer.schema import SIGNINS
from analyzer.vocabulary.client_apps import MODERN_CLIENT_APPS, UNKNOWN_CLIENT_APPS

if TYPE_CHECKING:
    from analyzer.engine.layout import Layout
    from analyzer.formats import Format, Place

# Written beside the canonical columns, for the stages after the scan.
POLICIES = "policies"
PROBLEM = "problem"
SUSPECT = "suspect"
INPUT = "input_number"

_MODERN = ", ".join(literal(c) for c in (*MODERN_CLIENT_APPS, *UNKNOWN_CLIENT_APPS))
_LOG_NAMES = ", ".join(literal(n) for n in SIGNIN_LOGS)
_SHOWN = 60


def _or_null(expressions: list[str]) -> str:
    if not expressions:
        return "NULL::VARCHAR"
    return expressions[0] if len(expressions) == 1 else f"coalesce({', '.join(expressions)})"


@dataclass
class _Cells:
    """Cells the format asks for, each computed once in an inner query."""

    form: Format
    layout: Layout
    plain: dict[str, str] = field(default_factory=dict)
    nested: dict[str, list[str]] = field(default_factory=dict)

    def of_field(self, path: str) -> str | None:
        """Name of the inner column with a field's trimmed text; None where no column has it."""
        found = self.layout.expressions(path)
        if not found:
            return None
        name = f"f_{path.lower()}"
        self.plain[name] = _or_null([f"cell({e})" for e in found])
        return quoted(name)

    def of_list(self, path: str) -> str | None:
        """Name of the inner column with a field's text as it is; None where no column has it.

        Trimming walks through every character: on lists of policies that takes longer than
        all the rest of the scan.
        """
        found = self.layout.expressions(path)
        if not found:
            return None
        name = f"l_{path.lower()}"
        self.plain[name] = _or_null([f"nullif({e}, '')" for e in found])
        return quoted(name)

    def of_place(self, place: Place) -> str | None:
        """SQL of a place's trimmed text; None where the table has no column for it."""
        key = place.nested_key
        if key is None:
            return self.of_field(place.path)
        options = []
        flat = self.layout.expressions(place.path.replace("/", "."))
        if flat:
            name = f"f_{place.path.lower()}"
            self.plain[name] = _or_null([f"cell({e})" for e in flat])
            options.append(quoted(name))
        outer = self.of_field(place.field)
        if outer:
            keys = self.nested.setdefault(outer, [])
            for spelling in dict.fromkeys((key, key[:1].upper() + key[1:], key.lower())):
                if spelling not in keys:
                    keys.append(spelling)
                at = keys.index(spelling) + 1
                options.append(f"cell({_nested_name(outer)}[{at}])")
        return _or_null(options) if options else None

    def inner_query(self, reader: str, keep: tuple[str, ...]) -> str:
        """The reader's rows with every cell asked for, trimmed; blank is NULL."""
        columns = [f"{sql} AS {quoted(name)}" for name, sql in self.plain.items()]
        query = f"SELECT {', '.join([*keep, *columns])} FROM {reader}"
        lists = [
            f"CASE WHEN starts_with({outer}, '{{') AND json_valid({outer}) THEN "
            f"json_extract_string({outer}, [{', '.join(literal(f'$.{k}') for k in keys)}]) END "
            f"AS {_nested_name(outer)}"
            for outer, keys in self.nested.items()
        ]
        return f"SELECT *, {', '.join(lists)} FROM ({query})" if lists else query


def _nested_name(outer: str) -> str:
    return quoted("n" + outer.strip('"')[1:])


def conform(
    form: Format, layout: Layout, reader: str, *, keep: tuple[str, ...] = (), seed: str | None
) -> str:
    """A query of canonical columns over a reader.

    Args:
        form: Table of the format.
        layout: Where the reader keeps the cells.
        reader: SQL after FROM.
        keep: Columns of the reader to pass through; ``source_file`` must be among them.
        seed: SQL of the record's text, from which a sign-in without an id gets one; None
            to leave it NULL and mark the row.

    Returns:
        SQL with the columns of ``schema.SIGNINS``, ``policies`` (text, only where a stage
        after this one reads it), ``problem`` (why the record cannot be read, or NULL),
        ``suspect`` (the quick scan may have misread the record) and ``keep``.
    """
    cells = _Cells(form, layout)
    values, complaints = {}, []
    for f in form.fields:
        places = [(p, sql) for p in f.places if (sql := cells.of_place(p))]
        values[f.column] = _or_null([SQL[p.conversion].format(x=sql) for p, sql in places])
        complaints += [_complaint(f.column, p, sql) for p, sql in places if p.conversion in STRICT]
    policies = _or_null([sql for p in form.policies if (sql := cells.of_list(p))])
    missing = [cells.of_field(s) or "NULL" for s in form.sentinels]
    kinds = [(k, sql) for k in form.kind_fields if (sql := cells.of_field(k))]
    if seed:
        derived = f"'derived-' || md5({seed})"
        values["signin_id"] = f"coalesce({values.get('signin_id', 'NULL')}, {derived})"
    known = f"coalesce(starts_with({policies}, '{{') OR (starts_with({policies}, '[') "
    known += f"AND contains({policies}, '{{')), false)"
    values.setdefault("policies_known", known)
    if form.policies and "policies_known" in {f.column for f in form.fields}:
        values["policies_known"] = f"coalesce({values['policies_known']}, {known})"
    values["source_format"] = literal(form.name)
    columns = [
        f"({values.get(c.name, 'NULL')})::{c.sql_type} AS {c.name}"
        for c in SIGNINS
        if c.name != "source_file"
    ]
    flattened = [
        *([policies] if form.policies and policies != "NULL::VARCHAR" else []),
        *cells.nested,
    ]
    checks = [*_kind_checks(kinds), *_flattened_checks(flattened), *(c for c in complaints if c)]
    checks.append(
        "WHEN occurred_at IS NULL THEN "
        + literal(f"has no time ({form.time_names()} is missing or empty)")
    )
    lacks = " OR ".join(f"{m} IS NULL" for m in missing) or "false"
    inner = cells.inner_query(reader, keep)
    middle = f"SELECT *, {', '.join(columns)}, {policies} AS all_policies FROM ({inner})"
    return _outer(middle, checks, lacks, keep)


def _outer(middle: str, checks: list[str], lacks: str, keep: tuple[str, ...]) -> str:
    named = ", ".join(c.name for c in SIGNINS)
    rest = ", ".join(k.split(" AS ")[-1] for k in keep if not k.endswith("source_file"))
    wants = (
        "(ca_status IS NULL OR ca_status = 'failure' OR error_code IS DISTINCT FROM 0 "
        f"OR lower(client_app) NOT IN ({_MODERN}))"
    )
    valid = (
        f"WHEN policies_known AND {wants} AND NOT json_valid(all_policies) "
        "THEN 'its list of policies is not valid JSON'"
    )
    return (
        f"SELECT {named}{', ' + rest if rest else ''}, "
        f"CASE WHEN policies_known AND {wants} THEN all_policies END AS {POLICIES}, "
        f"CASE {' '.join(checks)} {valid} END AS {PROBLEM}, "
        f"({lacks} OR signin_id IS NULL) AS {SUSPECT} FROM ({middle})"
    )


def _complaint(column: str, place: Place, sql: str) -> str:
    condition, words = STRICT[place.conversion]
    converted = SQL[place.conversion].format(x=sql)
    test = condition.format(sql=converted, x=sql)
    says = f"format('{place.path} ''{{}}'' {words}', left({sql}, {_SHOWN}))"
    return f"WHEN {column} IS NULL AND {sql} IS NOT NULL AND {test} THEN {says}"


def _kind_checks(kinds: list[tuple[str, str]]) -> list[str]:
    return [
        f"WHEN {sql} IS NOT NULL AND lower({sql}) NOT IN ({_LOG_NAMES}) "
        f"THEN format('{name.lower()} {{}} is not a sign-in', left({sql}, {_SHOWN}))"
        for name, sql in kinds
    ]


def _flattened_checks(cells: list[str]) -> list[str]:
    tests = [f"starts_with({c}, {literal(s)})" for c in cells for s in FLATTENED_STARTS]
    if not tests:
        return []
    return [f"WHEN {' OR '.join(tests)} THEN 'a nested value is PowerShell text, not JSON'"]

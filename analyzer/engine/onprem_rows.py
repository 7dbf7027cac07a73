"""SQL of one on-premises log's rows: what each is, who made it, whose mailbox it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.engine.layout import literal
from analyzer.formats.onprem import (
    ADDRESS_BOOK,
    COLUMNS,
    LOCAL_ADDRESSES,
    LOCAL_HOSTS,
    NOT_OUTLOOK,
    OPENING_PROTOCOLS,
    OUTLOOK_PROTOCOLS,
    OUTLOOK_SOFTWARE,
    PROBE_AGENTS,
    PROBE_SOFTWARE,
    PROBE_USERS,
    PROTOCOLS,
    RPC_AGENT,
)

if TYPE_CHECKING:
    from analyzer.formats.onprem import LogKind, Protocol

_GUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_NO_GUID = "00000000-0000-0000-0000-000000000000"
# Of RPC over HTTP 6001 is the mailbox; 6002 refers to another server, 6004 is the address book.
_NO_MAILBOX_PORT = r":600[24](\D|$)"
_LOGON = r"logon: \w+, (/o=.*?) in database"
_QUOTED = '(?:^|,)("(?:[^"]|"")*"|[^,]*)'
_AGENT_LENGTH = 200
_NAME_LENGTH = 300

CATEGORIES = ("used", "probe", "anonymous", "other", "rejected")


@dataclass(frozen=True, slots=True)
class Shape:
    """Kind and fields of some rows; a kind of None rejects them."""

    kind: LogKind | None
    fields: tuple[str, ...]


def rows(shape: Shape, lines: str) -> str:
    """Query of the rows among lines, each with its category.

    Args:
        shape: What their ``#Fields`` line says.
        lines: SQL with the columns ``n`` (path of the log), ``line_no`` and ``line``.

    Returns:
        SQL with ``n``, ``line_no``, ``category``, ``reason`` and what :func:`summed` groups by.
    """
    kind = shape.kind
    if kind is None:
        return (
            f"SELECT n, line_no, 'rejected' AS category, 'stands under #Fields of no known log' "
            f"AS reason, {_NOTHING} FROM ({lines}) WHERE {_is_row(shape)}"
        )
    cells = ", ".join(f"{_cell(kind, shape.fields, name)} AS {name}" for name in COLUMNS)
    return f"""
        SELECT n, line_no, {_category()} AS category, reason, kind, who,
            {_mailbox(kind)} AS mailbox, protocol,
            {_agent(kind)} AS agent, {_device("devicetype")} AS device_type,
            {_device("deviceid")} AS device_id, {_build()} AS build, {_is_ok(kind)} AS is_ok, at_utc
        FROM (SELECT *, CASE WHEN NOT is_strange THEN told END AS protocol FROM (
            SELECT n, line_no, {literal(kind.name)} AS kind, {_who()} AS who,
                {_told(kind)} AS told, {_is_strange(kind)} AS is_strange, {_instant()} AS at_utc,
                {_probe()} AS is_probe, {_reason(shape)} AS reason,
                try_cast(status AS INTEGER) AS code, lower(authenticated) AS is_authenticated,
                lower(stem) AS low_stem, lower(query) AS low_query, query,
                lower(anchor) AS anchor_of, agent, software, version, outcome,
                lower(operation) AS low_operation
            FROM (
                SELECT n, line_no, len(f) AS width, {cells}
                FROM (SELECT n, line_no, {_split(kind, len(shape.fields))} AS f FROM ({lines})
                      WHERE {_is_row(shape)}))))"""


_NOTHING = (
    "NULL AS kind, NULL AS who, NULL AS mailbox, NULL AS protocol, NULL AS agent, "
    "NULL AS device_type, NULL AS device_id, NULL AS build, false AS is_ok, "
    "NULL::TIMESTAMP AS at_utc"
)


def summed(query: str) -> str:
    """Query of the rows' counts and times by connection and, for Outlook, by day."""
    outlook = ", ".join(map(literal, OUTLOOK_PROTOCOLS))
    names = ("kind", "who", "mailbox", "protocol", "agent", "device_type", "device_id", "build")
    kept = ", ".join(f"CASE WHEN category = 'used' THEN {name} END AS {name}" for name in names)
    return f"""
        SELECT n, category, {kept},
            CASE WHEN category = 'used' AND protocol IN ({outlook}) THEN at_utc::DATE END AS day,
            count(*) AS attempts, count(*) FILTER (is_ok) AS requests,
            min(at_utc) AS first, max(at_utc) AS last,
            min(at_utc) FILTER (is_ok) AS first_ok, max(at_utc) FILTER (is_ok) AS last_ok
        FROM ({query}) GROUP BY ALL"""


def _is_row(shape: Shape) -> str:
    """Neither blank nor a directive nor the header repeated as a row."""
    separator = shape.kind.separator if shape.kind else ","
    header = literal(separator.join(shape.fields))
    other = (
        "trim(line) <> '' AND NOT starts_with(line, '#') "
        f"AND replace(lower(line), '\"', '') <> {header}"
    )
    # A row begins with its date; only the few other lines are looked at closely.
    return f"line IS NOT NULL AND CASE WHEN line ^@ '2' THEN true ELSE {other} END"


def _split(kind: LogKind, count: int) -> str:
    plain = f"string_split(line, {literal(kind.separator)})"
    if kind.separator != ",":
        return plain
    bare = (
        "lambda x: CASE WHEN starts_with(x, '\"') AND ends_with(x, '\"') AND len(x) > 1 "
        "THEN replace(x[2:-2], '\"\"', '\"') ELSE x END"
    )
    quoted = f"list_transform(regexp_extract_all(line, {literal(_QUOTED)}, 1), {bare})"
    # A lone quotation mark, as in an agent, is text and quotes nothing.
    lone = f"len({quoted}) <> {count} AND len({plain}) = {count}"
    lone += " AND len(replace(line, '\"', '')) % 2 <> len(line) % 2"
    has_none = "NOT contains(line, '\"')"
    return f"CASE WHEN {has_none} THEN {plain} WHEN {lone} THEN {plain} ELSE {quoted} END"


def _cell(kind: LogKind, fields: tuple[str, ...], column: str) -> str:
    cells = []
    for name in kind.columns.get(column, ()):
        if name not in fields:
            continue
        cell = f"nullif(trim(f[{fields.index(name) + 1}]), '')"
        cells.append(f"nullif({cell}, {literal(kind.blank)})" if kind.blank else cell)
    return f"coalesce({', '.join(cells)})" if cells else "NULL::VARCHAR"


def _who() -> str:
    """Who is authenticated: NULL where nobody, as for a name of a domain alone."""
    name = f"left(lower(user), {_NAME_LENGTH})"
    return f"CASE WHEN {name} NOT IN ('anonymous') AND NOT ends_with({name}, '\\') THEN {name} END"


def _instant() -> str:
    text = "CASE WHEN day IS NULL THEN clock ELSE day || ' ' || clock END"
    return f"timezone('UTC', try_cast({text} AS TIMESTAMPTZ))"


def _reason(shape: Shape) -> str:
    count = len(shape.fields)
    return (
        f"CASE WHEN width <> {count} THEN 'has ' || width || ' fields where #Fields names {count}' "
        f"WHEN {_instant()} IS NULL THEN 'has no time that can be read' END"
    )


def _told(kind: LogKind) -> str:
    """Canonical protocol by what the log says; NULL for one that is not of interest."""
    if kind.protocol:
        return literal(kind.protocol)
    cases = " ".join(f"WHEN {_is_of(p, kind)} THEN {literal(p.name)}" for p in PROTOCOLS)
    return f"CASE {cases} END"


def _is_strange(kind: LogKind) -> str:
    """Whether it speaks Outlook's protocols without being one."""
    agent = f"regexp_matches(lower(coalesce(agent, '')), {literal(NOT_OUTLOOK)})"
    software = f"lower(coalesce(software, '{OUTLOOK_SOFTWARE}')) <> '{OUTLOOK_SOFTWARE}'"
    outlook = ", ".join(map(literal, OUTLOOK_PROTOCOLS))
    return f"coalesce({_told(kind)}, '') IN ({outlook}) AND ({agent} OR {software})"


def _is_of(protocol: Protocol, kind: LogKind) -> str:
    claims = []
    if "protocol" in kind.columns:
        claims.append(f"lower(protocol) IN ({', '.join(map(literal, protocol.logged))})")
    if "stem" in kind.columns:
        stems = " OR ".join(f"starts_with(lower(stem), {literal(s)})" for s in protocol.stems)
        claims.append(f"({stems})")
    if protocol.name == "rpc-http" and "agent" in kind.columns:
        claims.append(f"starts_with(lower(coalesce(agent, '{RPC_AGENT}')), '{RPC_AGENT}')")
    return " AND ".join(claims)


def _probe() -> str:
    claims = {
        "user": PROBE_USERS,
        "agent": PROBE_AGENTS,
        "software": PROBE_SOFTWARE,
        "address": LOCAL_ADDRESSES,
        "host": LOCAL_HOSTS,
    }
    return " OR ".join(
        f"regexp_matches(lower(coalesce({column}, '')), {literal(pattern)})"
        for column, pattern in claims.items()
    )


def _category() -> str:
    return (
        "CASE WHEN reason IS NOT NULL THEN 'rejected' WHEN is_probe THEN 'probe' "
        "WHEN who IS NULL OR coalesce(is_authenticated, 'true') <> 'true' OR code = 401 "
        "THEN 'anonymous' WHEN protocol IS NULL THEN 'other' ELSE 'used' END"
    )


def _is_ok(kind: LogKind) -> str:
    fine = "(outcome IS NULL OR regexp_matches(lower(outcome), '^0(x0+)?( |$)'))"
    if "status" not in kind.columns:
        return fine
    return f"(coalesce(code, 0) BETWEEN 200 AND 299 AND {fine})"


def _mailbox(kind: LogKind) -> str:
    """The mailbox a row is about: its GUID, an address or a legacyExchangeDN; NULL if not told."""
    if "operation" in kind.columns:
        return f"nullif(regexp_extract(low_operation, {literal(_LOGON)}, 1), '')"
    guid = f"coalesce({_guid(f'^[?]?({_GUID})@')}, {_guid(f'(?:^|[?&])mailboxid=({_GUID})')})"
    opening = ", ".join(map(literal, OPENING_PROTOCOLS))
    outlook = ", ".join(map(literal, OUTLOOK_PROTOCOLS))
    book = " OR ".join(f"starts_with(coalesce(low_stem, ''), {literal(s)})" for s in ADDRESS_BOOK)
    port = f"regexp_matches(coalesce(low_query, ''), {literal(_NO_MAILBOX_PORT)})"
    value = (
        f"CASE WHEN protocol IN ({outlook}) THEN coalesce({guid}, {_anchor()}) ELSE {_anchor()} END"
    )
    return (
        f"CASE WHEN protocol IN ({opening}) AND NOT ({book}) "
        f"AND NOT (protocol = 'rpc-http' AND {port}) "
        f"THEN nullif(left({value}, {_NAME_LENGTH}), '{_NO_GUID}') END"
    )


def _guid(pattern: str) -> str:
    return f"nullif(regexp_extract(low_query, {literal(pattern)}, 1), '')"


def _anchor() -> str:
    """What an anchor names; NULL for a SID, a database, a server: they tell no mailbox."""
    return (
        "CASE "
        f"WHEN starts_with(anchor_of, 'mailboxguid~') "
        f"THEN nullif(regexp_extract(anchor_of, '^mailboxguid~({_GUID})(@|$)', 1), '') "
        "WHEN regexp_matches(anchor_of, '^(smtp|upn|userprincipalname)[~:][^@]+@') "
        "THEN regexp_extract(anchor_of, '^[a-z]+[~:](.*)$', 1) "
        "WHEN regexp_matches(anchor_of, '^legacy(exchange)?dn~/o=') "
        "THEN regexp_extract(anchor_of, '^[a-z]+~(.*)$', 1) "
        "WHEN regexp_matches(anchor_of, '^[^@~:]+@[^@~:]+$') THEN anchor_of END"
    )


def _agent(kind: LogKind) -> str:
    spelled = "replace(agent, '+', ' ')" if kind.blank else "agent"
    named = "concat_ws('/', software, version)"
    return f"left(coalesce({spelled}, nullif({named}, '')), {_AGENT_LENGTH})"


def _device(name: str) -> str:
    found = f"regexp_extract(query, '(?i)(?:^|[?&]){name}=([^&;]+)', 1)"
    return (
        f"CASE WHEN protocol = 'activesync' "
        f"THEN nullif(left(coalesce(try(url_decode({found})), {found}), 100), '') END"
    )


def _build() -> str:
    named = r"regexp_extract(replace(agent, '+', ' '), '(?i)microsoft outlook (\d+(\.\d+)+)', 1)"
    own = f"CASE WHEN lower(software) = '{OUTLOOK_SOFTWARE}' THEN version END"
    return f"coalesce({own}, nullif({named}, ''))"

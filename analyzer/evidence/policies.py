"""Conditional Access policies from Graph JSON (or the same through PowerShell's ConvertTo-Json)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.errors import InputError
from analyzer.evidence.clixml import clixml_objects
from analyzer.evidence.decoding import decode
from analyzer.evidence.frames import frame
from analyzer.evidence.json_rows import json_objects
from analyzer.evidence.roles import require
from analyzer.evidence.tables import read_table, shape_of
from analyzer.evidence.times_in import Clock
from analyzer.evidence.values import flatten, is_flattened, lower, one
from analyzer.schema.evidence import POLICIES

if TYPE_CHECKING:
    import pandas as pd

    from analyzer.evidence.tables import EvidenceFile

# "Other clients" and Exchange ActiveSync are the legacy types of a policy's client app
# condition (microsoft-graph-docs-contrib, conditionalAccessConditionSet).
_LEGACY_TYPES = frozenset(("exchangeactivesync", "easunsupported", "eassupported", "other"))
_REMEDY = "Save GET /identity/conditionalAccess/policies, or use ConvertTo-Json -Depth 8."


_NO_POLICIES = re.compile(r"^\s*\[\s*\]\s*$|\"value\"\s*:\s*\[\s*\]\s*[,}]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PoliciesRead:
    """The policies table with what a report says about it."""

    frame: pd.DataFrame
    counts: dict[str, int]


def read_policies(files: list[EvidenceFile]) -> PoliciesRead:
    """All policies of the given files; of one id the one changed last.

    Raises:
        InputError: No policies, or flattened by ConvertTo-Json's default depth.
    """
    by_id: dict[str, dict[str, object]] = {}
    for file in files:
        text = decode(file.content, file.path)
        for line, record in _records(text, file):
            row = policy_row(record, file.path, line)
            older = by_id.get(str(row["id"]))
            if older is None or str(older["modified_at"] or "") <= str(row["modified_at"] or ""):
                by_id[str(row["id"])] = row
    counts = {"policies_read": len(by_id)}
    return PoliciesRead(frame(by_id.values(), POLICIES), counts)


def _records(text: str, file: EvidenceFile) -> list[tuple[int, dict[str, object]]]:
    """The policies with their lines. A tenant may have none, and an empty list says so.

    Raises:
        InputError: The file holds anything but policies.
    """
    shape = shape_of(text)
    if shape == "json" and _NO_POLICIES.search(text):
        return []
    require(read_table(file), frozenset(("policies",)), "--policies")
    if shape == "clixml":
        return clixml_objects(text, file.path)
    if shape == "json":
        return list(json_objects(text, file.path))
    msg = "policies come as nested data, which this file cannot hold"
    raise InputError(msg, remedy=_REMEDY, source=file.path)


def policy_row(policy: Mapping[str, object], path: str, line: int) -> dict[str, object]:
    """Cells of ``schema.evidence.POLICIES`` for one policy as Graph writes it, in any case.

    Raises:
        InputError: A part was flattened by ConvertTo-Json's default depth.
    """
    return _cells(_caseless(policy), path, line)


def _caseless(value: object) -> object:
    """The value with every key in lower case, so that Graph's and PowerShell's spelling agree."""
    if isinstance(value, Mapping):
        return {str(key).lower(): _caseless(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_caseless(item) for item in value]
    return value


def _cells(policy: object, path: str, line: int) -> dict[str, object]:
    conditions = _part(policy, "conditions", path, line)
    users = _part(conditions, "users", path, line)
    applications = _part(conditions, "applications", path, line)
    grant = _part(policy, "grantcontrols", path, line)
    types = _texts(conditions, "clientapptypes", path, line)
    controls = _controls(grant, path, line)
    lowered = {text.lower() for text in types}
    modified = one(flatten(_get(policy, "modifieddatetime") or _get(policy, "createddatetime")))
    return {
        "id": lower(flatten(_get(policy, "id"))) or f"{path}:{line}",
        "display_name": one(flatten(_get(policy, "displayname"))),
        "state": one(flatten(_get(policy, "state"))),
        "blocks_legacy": "block" in controls and bool(lowered) and lowered <= _LEGACY_TYPES,
        "client_app_types": types,
        **{name: _texts(users, name.replace("_", ""), path, line) for name in _SCOPES},
        "include_applications": _texts(applications, "includeapplications", path, line),
        "exclude_applications": _texts(applications, "excludeapplications", path, line),
        "grant_controls": controls,
        "grant_operator": lower(flatten(_get(grant, "operator"))),
        "narrowed_by": _narrowed_by(conditions, path, line),
        "modified_at": Clock(None, None).instant(modified) if modified else None,
        "source_file": path,
    }


# Conditions that Graph leaves null or empty where they are not set, and what they are about.
# [microsoft-graph-docs-contrib, conditionalAccessConditionSet]
_NARROWING = (
    ("locations", "locations"),
    ("platforms", "platforms"),
    ("devices", "devices"),
    ("devicestates", "devices"),
    ("signinrisklevels", "sign-in risk"),
    ("userrisklevels", "user risk"),
    ("insiderrisklevels", "insider risk"),
    ("authenticationflows", "authentication flows"),
    ("clientapplications", "workload identities"),
)


def _controls(grant: object, path: str, line: int) -> tuple[str, ...]:
    """Built-in controls, and whatever else is demanded."""
    found = [text.lower() for text in _texts(grant, "builtincontrols", path, line)]
    if _get(grant, "authenticationstrength"):
        found.append("authenticationstrength")
    found += ["termsofuse"] if _texts(grant, "termsofuse", path, line) else []
    custom = _texts(grant, "customauthenticationfactors", path, line)
    return (*found, *(["customfactor"] if custom else []))


def _narrowed_by(conditions: object, path: str, line: int) -> tuple[str, ...]:
    found = []
    for name, about in _NARROWING:
        part = _part(conditions, name, path, line)
        if _is_set(part) and not _is_everything(part):
            found.append(about)
    return tuple(dict.fromkeys(found))


def _is_set(part: object) -> bool:
    if isinstance(part, Mapping):
        return any(_is_set(value) for key, value in part.items() if not key.startswith("@"))
    return part not in (None, "", [], "none", "None")


def _is_everything(part: object) -> bool:
    """Whether a condition includes all and excludes nothing, as if it were not set."""
    if not isinstance(part, Mapping):
        return False
    include = [v for k, v in part.items() if k.startswith("include") and _is_set(v)]
    exclude = [v for k, v in part.items() if not k.startswith("include") and _is_set(v)]
    return not exclude and all(
        isinstance(v, list) and [str(each).lower() for each in v] == ["all"] for v in include
    )


_SCOPES = (
    "include_users",
    "exclude_users",
    "include_groups",
    "exclude_groups",
    "include_roles",
    "exclude_roles",
)


def _get(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, Mapping) else None


def _part(value: object, name: str, path: str, line: int) -> object:
    part = _get(value, name)
    _refuse_flattened(part, name, path, line)
    return part


def _texts(value: object, name: str, path: str, line: int) -> tuple[str, ...]:
    cell = flatten(_part(value, name, path, line))
    if isinstance(cell, str):
        return (cell,)
    return cell or ()


def _refuse_flattened(part: object, name: str, path: str, line: int) -> None:
    if isinstance(part, str) and is_flattened(part):
        msg = f"{name} was flattened to {part[:40]!r} by ConvertTo-Json's default depth"
        raise InputError(msg, remedy=_REMEDY, source=path, line=line)

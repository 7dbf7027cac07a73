"""Checks before a pull: permissions, licence, visible policies, retention, clock, disk space."""

from __future__ import annotations

import json
import shutil
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from analyzer.sources.graph.findings import Finding
from analyzer.sources.graph.permissions import FEATURES
from analyzer.sources.graph.refusals import access
from analyzer.sources.graph.retry import GaveUpError
from analyzer.times import duration_text, iso_z

if TYPE_CHECKING:
    from pathlib import Path

    from analyzer.sources.graph.answer import Answer, Budget, Graph
    from analyzer.sources.graph.permissions import Feature

SIGN_INS = "/beta/auditLogs/signIns"
POLICIES = "/v1.0/identity/conditionalAccess/policies"
SIGN_INS_NAME = "sign-ins"
RETENTION_DAYS = 30
FREE_RETENTION_DAYS = 7
_LOOKED_AT = 10
_OK = 200
_SKEW_ALLOWED = timedelta(minutes=5)
_MIB = 1 << 20
_BY_NAME = {feature.name: feature for feature in FEATURES}


async def preflight(
    graph: Graph,
    *,
    held: frozenset[str] | None,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
    store_folder: Path | None = None,
    needed_bytes: int = 0,
) -> tuple[Finding, ...]:
    """Check everything that can be known before the first page is stored.

    Args:
        graph: Asks Graph; two small requests are made.
        held: Permissions of the token; None for an opaque one.
        now: The present by this machine's clock.
        since: First instant that will be asked for, if there is a range.
        until: First instant no longer asked for; None for the present.
        store_folder: Where the pull will write, if anywhere; it need not exist yet.
        needed_bytes: Estimate of what it will write there.

    Returns:
        Findings in the order they matter.

    Raises:
        PermissionMissingError: A new token was needed, and none was to be had.
    """
    began = time.monotonic()
    answer = await _asked(graph, SIGN_INS, {"$top": str(_LOOKED_AT)}, "reports")
    arrived = now + timedelta(seconds=time.monotonic() - began)
    sign_ins = access(answer, _BY_NAME[SIGN_INS_NAME], what=SIGN_INS_NAME)
    # Where nothing answers, or nobody is let in, a second question only takes time.
    is_worth_asking = sign_ins.name == SIGN_INS_NAME and not isinstance(answer, str)
    policies = [await _policies(graph)] if is_worth_asking else []
    is_answered = not isinstance(answer, str) and answer.status == _OK
    days = FREE_RETENTION_DAYS if sign_ins.name == "licence" else RETENTION_DAYS
    findings = [
        *permissions(held, are_sign_ins_answered=is_answered),
        sign_ins,
        *([] if sign_ins.name == "licence" else [_licence(is_answered=is_answered)]),
        policy_details(answer),
        *policies,
    ]
    if since is not None:
        findings.append(retention(since, until or now, now, days))
    findings.append(clock_skew(answer, arrived))
    if store_folder is not None:
        findings.append(disk_space(store_folder, needed_bytes))
    return tuple(findings)


async def _policies(graph: Graph) -> Finding:
    answer = await _asked(graph, POLICIES, {"$select": "id"}, "policies")
    return access(answer, _BY_NAME["policies"], what="policies")


async def _asked(graph: Graph, path: str, query: dict[str, str], budget: Budget) -> Answer | str:
    """The answer, or in words why there is none."""
    try:
        return await graph.get(path, query, budget=budget)
    except GaveUpError as error:
        return str(error)


def permissions(held: frozenset[str] | None, *, are_sign_ins_answered: bool) -> tuple[Finding, ...]:
    """One finding for each feature of which the token says whether it may."""
    if held is None:
        says = "The token is opaque: which permissions it holds cannot be told."
        return (Finding("permissions", "unknown", says),)
    return tuple(_permission(feature, held, are_sign_ins_answered) for feature in FEATURES)


def _permission(feature: Feature, held: frozenset[str], are_sign_ins_answered: bool) -> Finding:
    name = f"permission: {feature.name}"
    either = " or ".join(feature.permissions)
    if feature.is_granted(held):
        return Finding(name, "ok", f"The token holds {either}.")
    # What Graph answered is surer than what the token says.
    if feature.is_workaround and are_sign_ins_answered:
        return Finding(name, "ok", f"The token does not hold {either}, and does not need it.")
    is_fatal = feature.is_required and not are_sign_ins_answered
    return Finding(
        name,
        "failed" if is_fatal else "warning",
        f"The token does not hold {either}. {feature.lost}",
        f"Grant the application permission {feature.permissions[0]} in Entra, with admin consent.",
    )


def _licence(*, is_answered: bool) -> Finding:
    if is_answered:
        return Finding("licence", "ok", "Sign-ins are answered, so the tenant has P1 or P2.")
    return Finding("licence", "unknown", "Sign-ins were not answered, so it cannot be told.")


def policy_details(answer: Answer | str) -> Finding:
    """Whether sign-ins come with the policies that applied: Graph leaves them out silently."""
    name = "conditional access details"
    records = _records(answer)
    if not records:
        return Finding(name, "unknown", "No sign-in was at hand to see whether policies show.")
    hidden = sum(
        not isinstance(record.get("appliedConditionalAccessPolicies"), list) for record in records
    )
    if not hidden:
        return Finding(name, "ok", "Sign-ins show which policies applied.")
    return Finding(
        name,
        "warning",
        f"{hidden} of {len(records)} sign-ins came without the policies that applied. "
        + _BY_NAME[name].lost,
        "Grant Policy.Read.ConditionalAccess (or Policy.Read.All) in Entra, with admin consent; "
        "a person also needs a role that reads policies, such as Security Reader.",
    )


def _records(answer: Answer | str) -> list[dict[str, object]]:
    if isinstance(answer, str) or answer.status != _OK:
        return []
    try:
        page = json.loads(answer.body)
    except (ValueError, RecursionError):
        return []
    value = page.get("value") if isinstance(page, dict) else None
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def gap_before_retention(
    since: datetime, now: datetime, days: int
) -> tuple[datetime, datetime] | None:
    """The part of a range that Entra no longer keeps, half-open; None where it keeps it all."""
    earliest = now - timedelta(days=days)
    return (since, earliest) if since < earliest else None


def retention(since: datetime, until: datetime, now: datetime, days: int) -> Finding:
    """Whether the range that is asked for lies within what Entra keeps."""
    gap = gap_before_retention(since, now, days)
    if gap is None:
        says = f"Entra keeps sign-ins for {days} days, which covers the range."
        return Finding("retention", "ok", says)
    ends = min(gap[1], until)
    return Finding(
        "retention",
        "warning",
        f"Entra keeps sign-ins for {days} days: there can be none before {iso_z(gap[1])}, so "
        f"{iso_z(since)} to {iso_z(ends)} will be a gap.",
        f"Import an export or a log archive for that part, or start with --since {iso_z(gap[1])}.",
    )


def clock_skew(answer: Answer | str, arrived: datetime) -> Finding:
    """How far this machine's clock is from Graph's."""
    name = "clock"
    text = "" if isinstance(answer, str) else answer.headers.get("date", "")
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return Finding(name, "unknown", "Graph did not say what time it is.")
    theirs = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    skew = arrived - theirs
    if abs(skew) <= _SKEW_ALLOWED:
        return Finding(name, "ok", "This machine's clock agrees with Graph's.")
    apart = duration_text(timedelta(seconds=round(abs(skew).total_seconds())))
    way = "ahead of" if skew > timedelta(0) else "behind"
    return Finding(
        name,
        "warning",
        f"This machine's clock is {apart} {way} Graph's: windows end at the wrong instant, and "
        "times of moves taken from this machine miss the cut-over.",
        "Set the clock, and keep it set by NTP.",
    )


def disk_space(folder: Path, needed_bytes: int) -> Finding:
    """Whether the disk under a folder, which need not exist yet, has room for the estimate."""
    name = "disk space"
    there = next((p for p in (folder, *folder.absolute().parents) if p.exists()), None)
    try:
        free = shutil.disk_usage(there or folder).free
    except OSError as error:
        return Finding(name, "unknown", f"Free space at {folder} cannot be told: {error.strerror}.")
    says = f"{free // _MIB} MiB are free at {folder}, about {-(-needed_bytes // _MIB)} are needed."
    if free >= needed_bytes:
        return Finding(name, "ok", says)
    return Finding(name, "failed", says, "Free some space, or choose another folder with --store.")

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from analyzer.sources.graph import preflight as checks
from analyzer.sources.graph.answer import Answer
from analyzer.sources.graph.permissions import FEATURES
from analyzer.sources.graph.preflight import gap_before_retention, preflight
from analyzer.sources.graph.retry import GaveUpError

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
ALL = frozenset({"AuditLog.Read.All", "Policy.Read.ConditionalAccess", "Directory.Read.All"})
SHOWN = {"id": "1", "appliedConditionalAccessPolicies": []}
HIDDEN = {"id": "2"}
NO_PREMIUM = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"


def page(*records, date=NOW, status=200):
    headers = {} if date is None else {"date": format_datetime(date, usegmt=True)}
    return Answer(status, headers, json.dumps({"value": records}).encode())


def error(status, code="", message=""):
    body = json.dumps({"error": {"code": code, "message": message}}).encode()
    return Answer(status, {"date": format_datetime(NOW, usegmt=True)}, body)


class Graph:
    """Answers what it is told to: the outside."""

    def __init__(self, sign_ins=None, policies=None) -> None:
        self.answers = {
            checks.SIGN_INS: sign_ins or page(SHOWN),
            checks.POLICIES: policies or page({"id": "p"}),
        }
        self.asked = []

    async def get(self, path, query, *, budget="reports"):
        self.asked.append((path, dict(query), budget))
        if isinstance(self.answers[path], Exception):
            raise self.answers[path]
        return self.answers[path]


def run(graph=None, *, held=ALL, **more):
    return asyncio.run(preflight(graph or Graph(), held=held, now=NOW, **more))


def states(findings):
    return {finding.name: finding.state for finding in findings}


PERMISSIONS = {f"permission: {feature.name}": "ok" for feature in FEATURES}
WELL = {
    **PERMISSIONS,
    "sign-ins": "ok",
    "licence": "ok",
    "conditional access details": "ok",
    "policies": "ok",
    "clock": "ok",
}


def test_when_all_is_well_two_small_requests_are_made(tmp_path):
    graph = Graph()

    found = run(graph, since=NOW - timedelta(days=30), store_folder=tmp_path, needed_bytes=1)

    assert states(found) == {**WELL, "retention": "ok", "disk space": "ok"}
    assert [finding.remedy for finding in found] == [""] * len(found)
    assert graph.asked == [
        ("/beta/auditLogs/signIns", {"$top": "10"}, "reports"),
        ("/v1.0/identity/conditionalAccess/policies", {"$select": "id"}, "policies"),
    ]


def test_an_opaque_token_cannot_be_told_and_stops_nothing():
    found = run(held=None)

    told = {n: s for n, s in WELL.items() if n not in PERMISSIONS}
    assert states(found) == {"permissions": "unknown", **told}


CASES = {
    "only the least": (
        Graph(),
        frozenset({"auditlog.read.all"}),
        {
            "permission: conditional access details": "warning",
            "permission: policies": "warning",
            "permission: group members": "warning",
        },
    ),
    "a stronger permission suffices": (
        Graph(),
        frozenset({"AuditLog.Read.All", "Policy.ReadWrite.ConditionalAccess", "Group.Read.All"}),
        {},
    ),
    "a near miss does not": (
        Graph(),
        ALL - {"Policy.Read.ConditionalAccess"} | {"Policy.Read.PermissionGrant"},
        {
            "permission: conditional access details": "warning",
            "permission: policies": "warning",
        },
    ),
    "sign-ins are answered though the token does not say so": (
        Graph(),
        ALL - {"AuditLog.Read.All"},
        {"permission: sign-ins": "warning", "permission: policy history": "warning"},
    ),
    "sign-ins are refused": (
        Graph(error(403, "Authentication_MSGraphPermissionMissing", "AuditLog.Read.All")),
        frozenset({"Policy.Read.All"}),
        {
            "permission: sign-ins": "failed",
            "permission: directory": "warning",
            "permission: policy history": "warning",
            "permission: group members": "warning",
            "sign-ins": "failed",
            "licence": "unknown",
            "conditional access details": "unknown",
        },
    ),
    "policies are hidden": (
        Graph(page(HIDDEN, HIDDEN)),
        ALL,
        {"conditional access details": "warning"},
    ),
    "policies are hidden in one sign-in": (
        Graph(page(SHOWN, HIDDEN, SHOWN)),
        ALL,
        {"conditional access details": "warning"},
    ),
    "policies are null": (
        Graph(page({"appliedConditionalAccessPolicies": None})),
        ALL,
        {"conditional access details": "warning"},
    ),
    "no sign-in at hand": (
        Graph(page()),
        ALL,
        {"conditional access details": "unknown"},
    ),
    "policies are refused": (
        Graph(policies=error(403, "AccessDenied", "You cannot")),
        ALL,
        {"policies": "warning"},
    ),
    "the page is none": (
        Graph(Answer(200, {}, b"<html>")),
        ALL,
        {"conditional access details": "unknown", "clock": "unknown"},
    ),
    "Graph is out of order": (
        Graph(error(500)),
        ALL,
        {"sign-ins": "unknown", "licence": "unknown", "conditional access details": "unknown"},
    ),
    "the clock is five minutes off": (
        Graph(page(SHOWN, date=NOW - timedelta(seconds=299))),
        ALL,
        {},
    ),
    "the clock is more than five minutes ahead": (
        Graph(page(SHOWN, date=NOW - timedelta(seconds=302))),
        ALL,
        {"clock": "warning"},
    ),
    "the clock is behind": (
        Graph(page(SHOWN, date=NOW + timedelta(seconds=310))),
        ALL,
        {"clock": "warning"},
    ),
    "no date": (Graph(page(SHOWN, date=None)), ALL, {"clock": "unknown"}),
}


@pytest.mark.parametrize("name", CASES)
def test_each_trouble_shows_in_its_own_finding(name):
    graph, held, changed = CASES[name]

    found = run(graph, held=held)

    assert states(found) == {**WELL, **changed}
    assert all(f.remedy for f in found if f.state in {"warning", "failed"})


def test_a_tenant_without_a_licence_keeps_seven_days():
    graph = Graph(error(403, NO_PREMIUM, "no premium"))

    found = run(graph, held=None, since=NOW - timedelta(days=8))

    assert states(found) == {
        "permissions": "unknown",
        "licence": "failed",
        "conditional access details": "unknown",
        "retention": "warning",
        "clock": "ok",
    }
    assert "7 days" in next(f.says for f in found if f.name == "retention")
    assert len(graph.asked) == 1


def test_a_refused_token_is_said_once():
    graph = Graph(error(401, "InvalidAuthenticationToken", "expired"))

    found = run(graph, held=None)

    refused = next(f for f in found if f.name == "credentials")
    assert (refused.state, refused.says) == (
        "failed",
        "Graph does not accept the token (401): InvalidAuthenticationToken expired",
    )
    assert len(graph.asked) == 1


def test_no_answer_at_all_cannot_be_told():
    graph = Graph(GaveUpError("status 503 (asked 7 times)"))

    found = run(graph, held=None)

    assert {f.state for f in found} == {"unknown"}
    assert len(graph.asked) == 1


def test_a_refusal_names_the_role():
    graph = Graph(error(403, "Authorization_RequestDenied", "Insufficient privileges"))

    refused = next(f for f in run(graph) if f.name == "sign-ins")

    assert refused.says == (
        "Graph refuses sign-ins (403): Authorization_RequestDenied Insufficient privileges. "
        "No sign-ins and no audit records can be pulled at all."
    )
    assert "Grant the application permission AuditLog.Read.All" in refused.remedy


# --- retention ---


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        (NOW, None),
        (NOW - timedelta(days=30), None),
        (
            NOW - timedelta(days=30, microseconds=1),
            (NOW - timedelta(days=30, microseconds=1), NOW - timedelta(days=30)),
        ),
        (NOW - timedelta(days=90), (NOW - timedelta(days=90), NOW - timedelta(days=30))),
    ],
)
def test_what_is_older_than_entra_keeps_is_a_gap(since, expected):
    assert gap_before_retention(since, NOW, 30) == expected


def test_a_range_that_ends_before_what_entra_keeps_is_a_gap_to_its_end():
    found = checks.retention(
        datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC), NOW, 30
    )

    assert found.state == "warning"
    assert found.says == (
        "Entra keeps sign-ins for 30 days: there can be none before 2026-03-01T12:00:00Z, "
        "so 2026-01-01T00:00:00Z to 2026-01-02T00:00:00Z will be a gap."
    )


# --- disk ---


@pytest.mark.parametrize(("free", "state"), [(999, "failed"), (1000, "ok")])
def test_the_disk_of_a_folder_that_is_not_there_yet_is_measured(tmp_path, monkeypatch, free, state):
    asked = []

    def usage(path: Path) -> SimpleNamespace:
        asked.append(path)
        return SimpleNamespace(free=free)

    monkeypatch.setattr(checks.shutil, "disk_usage", usage)

    found = checks.disk_space(tmp_path / "not" / "yet", 1000)

    assert (found.name, found.state) == ("disk space", state)
    assert asked == [tmp_path]

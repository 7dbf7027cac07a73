"""The loopback Graph pages completely, refuses what Graph refuses, and fails as it is told to."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.graph.dataset import (
    EXCLUDED_GROUP_ID,
    LEGACY_POLICY_ID,
    make_directory_audits,
    make_named_locations,
    make_policies,
    make_signins,
)
from tests.graph.odata import AUDITS, SIGN_INS, FilterError, parse, ticks
from tests.graph.server import GraphServer
from tests.graph.support import (
    AUDIT_LOG,
    BOTH,
    END,
    POLICIES,
    POLICY_ARRAY,
    PREFER,
    ROWS,
    SIGNINS,
    START,
    asking,
    calling,
    crawled,
    error_of,
    pages,
)


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


@pytest.fixture
def graph() -> Iterator[GraphServer]:
    audits = make_directory_audits(start=START, end=END)
    with GraphServer(
        ROWS, policies=make_policies(), locations=make_named_locations(), audits=audits
    ) as server:
        yield server


@pytest.fixture
def client(graph: GraphServer) -> Iterator[httpx.Client]:
    with calling(graph) as caller:
        yield caller


class TestLists:
    def test_every_row_once_newest_first(self, client: httpx.Client, graph: GraphServer) -> None:
        rows = crawled(client)
        assert [row["id"] for row in rows] == [row["id"] for row in ROWS]
        assert {row["id"] for row in rows} == graph.ids()
        times = [row["createdDateTime"] for row in rows]
        assert times == sorted(times, reverse=True)

    def test_interactive_only_unless_event_types_are_named(self, client: httpx.Client) -> None:
        rows = crawled(client, None)
        assert [row["id"] for row in rows] == [row["id"] for row in ROWS if row["isInteractive"]]
        others = crawled(client, "signInEventTypes/any(t: t ne 'interactiveUser')")
        assert len(rows) + len(others) == len(ROWS)

    def test_v1_has_no_event_types(self, client: httpx.Client) -> None:
        answer = client.get("/v1.0/auditLogs/signIns", params=asking(None))
        assert all("signInEventTypes" not in row for row in answer.json()["value"])
        refusal = client.get("/v1.0/auditLogs/signIns", params=asking())
        assert error_of(refusal) == (400, "BadRequest")

    @pytest.mark.parametrize(
        ("text", "holds"),
        [
            ("clientAppUsed eq 'IMAP4'", lambda row: row["clientAppUsed"] == "IMAP4"),
            ("status/errorCode eq 53003", lambda row: row["status"]["errorCode"] == 53003),
            (
                "(conditionalAccessStatus eq 'failure' or startswith(userPrincipalName,'person0000'"
                ")) and createdDateTime le 2024-05-02T00:00:00Z",
                lambda row: (
                    (
                        row["conditionalAccessStatus"] == "failure"
                        or row["userPrincipalName"].startswith("person0000")
                    )
                    and row["createdDateTime"] <= "2024-05-02T00:00:00Z"
                ),
            ),
            (
                "createdDateTime ge 2024-05-01T06:00:00Z and createdDateTime le 2024-05-01T08:00Z",
                lambda row: (
                    "2024-05-01T06:00:00Z" <= row["createdDateTime"] <= "2024-05-01T08:00:00Z"
                ),
            ),
            (
                f"userId eq '{ROWS[0]['userId']}' or userId eq '{ROWS[1]['userId']}'",
                lambda row: row["userId"] in {ROWS[0]["userId"], ROWS[1]["userId"]},
            ),
        ],
    )
    def test_filters(self, client: httpx.Client, text: str, holds: Any) -> None:
        expected = [row["id"] for row in ROWS if holds(row)]
        assert expected
        assert [row["id"] for row in crawled(client, f"({text}) and {BOTH}", top=7)] == expected

    def test_bounds_are_inclusive_and_exact(self, client: httpx.Client) -> None:
        at = ROWS[100]["createdDateTime"]
        rows = crawled(client, f"createdDateTime eq {at} and {BOTH}")
        assert ROWS[100]["id"] in [row["id"] for row in rows]
        assert {row["createdDateTime"] for row in rows} == {at}

    def test_audits_policies_locations_organization(self, client: httpx.Client) -> None:
        text = "category eq 'Policy' and activityDateTime ge 2024-05-01T00:00:00Z"
        audits = client.get(AUDIT_LOG, params={"$filter": text}).json()["value"]
        assert {audit["activityDisplayName"] for audit in audits} == {
            "Update Conditional Access policy"
        }
        change = audits[0]["targetResources"][0]["modifiedProperties"][0]
        assert json.loads(change["newValue"])["id"] == LEGACY_POLICY_ID
        text = "startswith(activityDisplayName, 'Add member')"
        members = client.get(AUDIT_LOG, params={"$filter": text}).json()["value"]
        assert EXCLUDED_GROUP_ID in json.dumps(members[0])
        policies = client.get(POLICIES).json()["value"]
        assert policies[0]["conditions"]["users"]["excludeGroups"] == [EXCLUDED_GROUP_ID]
        locations = client.get(POLICIES.replace("policies", "namedLocations")).json()["value"]
        assert len(locations) == 2
        tenant = client.get("/v1.0/organization", params={"$select": "id,assignedPlans"}).json()
        assert set(tenant["value"][0]) == {"id", "assignedPlans"}

    def test_headers(self, client: httpx.Client) -> None:
        answer = client.get(SIGNINS, headers={"client-request-id": "mine"})
        assert answer.headers["content-type"].startswith("application/json;odata.metadata=minimal")
        assert answer.headers["client-request-id"] == "mine"
        assert answer.headers["content-encoding"] == "gzip"
        plain = client.get(SIGNINS, headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.json()["value"] == answer.json()["value"]


class TestWhatTheClientMaySee:
    def test_report_only_results_need_prefer_on_every_page(self, client: httpx.Client) -> None:
        def results(**headers: str) -> set[str]:
            found = client.get(SIGNINS, params=asking(), headers=headers).json()["value"]
            return {each["result"] for row in found for each in row[POLICY_ARRAY]}

        assert "reportOnlySuccess" in results(**PREFER)
        assert not any(result.startswith("reportOnly") for result in results())
        assert "unknownFutureValue" in results()

    def test_policies_hidden(self) -> None:
        with GraphServer(ROWS[:5], hide_policies=True) as server, calling(server) as client:
            assert all(POLICY_ARRAY not in row for row in crawled(client))

    def test_late_and_republished_rows(self, client: httpx.Client, graph: GraphServer) -> None:
        late = make_signins(3, people=3, start=START, end=END, seed=99)
        begun = pages(client, asking(top=300))
        next(begun)
        graph.add_signins(late)
        assert len(next(begun)["value"]) == 100
        assert len(crawled(client)) == 403
        graph.replace_policies_of(late[0]["id"], [])
        assert graph.record(late[0]["id"]) == {**late[0], POLICY_ARRAY: []}
        with pytest.raises(ValueError, match="already"):
            graph.add_signins(late)


class TestRefusals:
    @pytest.mark.parametrize(
        "options",
        [
            asking(top=1001),
            asking(top=0),
            asking(skip=10),
            asking(orderby="createdDateTime"),
            asking(select="id"),
            asking(count="true"),
            asking(skiptoken="0"),
            asking(skiptoken=""),
            {"$nonsense": "1"},
        ],
    )
    def test_query_options(self, client: httpx.Client, options: dict[str, str | int]) -> None:
        assert client.get(SIGNINS, params=options).status_code == 400

    @pytest.mark.parametrize(
        "text",
        [
            "createdDateTime gt 2024-05-01T00:00:00Z",
            "createdDateTime lt 2024-05-01T00:00:00Z",
            "createdDateTime ge '2024-05-01T00:00:00Z'",
            "createdDateTime ge 2024-05-01",
            "createdDateTime ge 2024-13-01T00:00:00Z",
            "clientAppUsed ne 'Browser'",
            "startswith(clientAppUsed,'I')",
            "startswith(userId,'a')",
            "status/errorCode ge 1",
            "status/errorCode eq '0'",
            "conditionalAccessStatus eq 'failed'",
            "riskState eq 'none' and colour eq 'red'",
            "signInEventTypes/any(t: t eq 'robot')",
            "signInEventTypes/any(t: u eq 'interactiveUser')",
            "userId eq 'a' and",
            "(userId eq 'a'",
            "userId eq 'a' userId eq 'b'",
            "not (userId eq 'a')",
            "userId in ('a','b')",
            "",
        ],
    )
    def test_filters(self, text: str) -> None:
        with pytest.raises(FilterError):
            parse(text, SIGN_INS)

    def test_sign_in_filters_are_not_audit_filters(self) -> None:
        with pytest.raises(FilterError, match="directoryAudit"):
            parse("userId eq 'a'", AUDITS)

    def test_seven_digits_of_a_second_count(self) -> None:
        assert ticks("2024-05-01T00:00:00.0000001Z") - ticks("2024-05-01T02:00:00+02:00") == 1

    def test_tokens(self, client: httpx.Client, graph: GraphServer) -> None:
        graph.tokens = {"newer"}
        refusal = client.get(SIGNINS)
        assert error_of(refusal) == (401, "InvalidAuthenticationToken")
        assert "WWW-Authenticate" in refusal.headers
        newer = client.get(SIGNINS, headers={"Authorization": "Bearer newer"})
        assert newer.status_code == 200
        assert [each.status for each in graph.requests] == [401, 200]

    def test_paths_and_methods(self, client: httpx.Client) -> None:
        assert client.get("/beta/users").status_code == 400
        assert client.post(SIGNINS, content=b"{}").status_code == 405

    def test_no_premium_licence(self) -> None:
        with GraphServer(ROWS[:1], premium=False) as server, calling(server) as client:
            code = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
            assert error_of(client.get(SIGNINS)) == (403, code)
            assert client.get(AUDIT_LOG).status_code == 200

    def test_next_link_of_another_filter_and_expired_ones(
        self, client: httpx.Client, graph: GraphServer
    ) -> None:
        link = next(pages(client, asking(top=10)))["@odata.nextLink"]
        token = parse_qs(urlsplit(link).query)["$skiptoken"][0]
        assert client.get(SIGNINS, params=asking(None, skiptoken=token)).status_code == 400
        assert client.get(link).json() == client.get(link).json()
        graph.expire_links()
        assert client.get(link).status_code == 400


ROOT = Path(__file__).parents[1]


def test_as_a_process() -> None:
    command = [sys.executable, "-m", "tests.graph.server", "--count", "50", "--people", "5"]
    with subprocess.Popen(
        [*command, "--faults", "1:0"], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as made:
        try:
            assert made.stdout is not None
            url = made.stdout.readline().strip()
            headers = {"Authorization": "Bearer test-token"}
            rows = httpx.get(url + SIGNINS, params=asking(), headers=headers).json()["value"]
            assert len(rows) == 50
            assert httpx.get(url + "/_double/counts").json()["requests"] == 1
            assert len(httpx.get(url + "/_double/ids").json()) == 50
        finally:
            made.kill()

"""What the tests of the loopback Graph share."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.graph.dataset import make_signins
from tests.graph.server import GraphServer

END = datetime(2024, 5, 3, tzinfo=UTC)
START = END - timedelta(days=2)
BOTH = "signInEventTypes/any(t: t eq 'interactiveUser' or t eq 'nonInteractiveUser')"
SIGNINS = "/beta/auditLogs/signIns"
AUDIT_LOG = "/v1.0/auditLogs/directoryAudits"
POLICIES = "/v1.0/identity/conditionalAccess/policies"
ROWS = make_signins(400, people=60, start=START, end=END, seed=3, legacy_share=0.1)
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # spares loading certificates for each client
POLICY_ARRAY = "appliedConditionalAccessPolicies"
PREFER = {"Prefer": "include-unknown-enum-members"}


def calling(server: GraphServer) -> httpx.Client:
    headers = {"Authorization": "Bearer test-token"}
    return httpx.Client(base_url=server.url, headers=headers, timeout=5, verify=NO_TLS)


def asking(text: str | None = BOTH, **options: str | int) -> dict[str, str | int]:
    asked: dict[str, str | int] = {f"${name}": value for name, value in options.items()}
    return asked if text is None else {"$filter": text, **asked}


def pages(client: httpx.Client, params: dict[str, str | int]) -> Iterator[dict[str, Any]]:
    answer = client.get(SIGNINS, params=params)
    while True:
        assert answer.status_code == 200, answer.text
        page = answer.json()
        yield page
        if (link := page.get("@odata.nextLink")) is None:
            return
        answer = client.get(link)


def crawled(client: httpx.Client, text: str | None = BOTH, top: int = 90) -> list[dict[str, Any]]:
    return [row for page in pages(client, asking(text, top=top)) for row in page["value"]]


def error_of(answer: httpx.Response) -> tuple[int, str]:
    error = answer.json()["error"]
    inner = error["innerError"]
    assert inner["request-id"] == answer.headers["request-id"]
    assert inner["client-request-id"] == answer.headers["client-request-id"]
    return answer.status_code, error["code"]

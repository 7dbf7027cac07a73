"""The loopback Graph throttles by a sliding window, and its clock can be wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tests.graph.dataset import make_policies
from tests.graph.server import GraphServer
from tests.graph.support import AUDIT_LOG, POLICIES, ROWS, SIGNINS, calling


class TestPace:
    def test_reports(self) -> None:
        with GraphServer(ROWS[:1], requests_per_10_seconds=2) as server, calling(server) as client:
            answers = [client.get(path) for path in (SIGNINS, AUDIT_LOG, SIGNINS)]
            assert [answer.status_code for answer in answers] == [200, 200, 429]
            assert answers[2].headers["Retry-After"] == "10"
            assert client.get("/beta/organization").status_code == 200

    def test_policies(self) -> None:
        with (
            GraphServer([], policies=make_policies(), policy_requests_per_second=1) as server,
            calling(server) as client,
        ):
            answers = [client.get(POLICIES) for _ in range(2)]
            assert [answer.status_code for answer in answers] == [200, 429]
            assert "Retry-After" not in answers[1].headers

    def test_clock_skew(self) -> None:
        with GraphServer([], clock_skew_seconds=3600) as server, calling(server) as client:
            told = parsedate_to_datetime(client.get(SIGNINS).headers["Date"])
            assert 3590 < (told - datetime.now(UTC)).total_seconds() < 3610

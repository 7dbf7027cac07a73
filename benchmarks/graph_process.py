"""A loopback Graph in a process of its own, and what it was asked.

As a program (``python -m benchmarks.graph_process '{"kind": …}'``) it serves until its standard
input ends, and tells its requests whenever it reads a line.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from benchmarks.measuring import python

if TYPE_CHECKING:
    from types import TracebackType

    from tests.graph.server import GraphServer

ROOT = Path(__file__).parents[1]
TOKEN = "test-token"  # noqa: S105 - opens the loopback server only
SIGN_INS = "/beta/auditLogs/signIns"
_OK = 200


@dataclass(frozen=True, slots=True)
class Request:
    """A request as the server saw it; ``at`` in seconds of its own clock."""

    at: float
    path: str
    query: dict[str, str]
    status: int

    @property
    def is_of_signins(self) -> bool:
        """Whether it asked for sign-ins, first page or another."""
        return self.path == SIGN_INS

    @property
    def is_answered(self) -> bool:
        """Whether a page was the answer."""
        return self.status == _OK


class GraphProcess:
    """A running server. A context manager.

    Args:
        kind: ``made-up`` (tests' own tenant), ``lean`` (made while asked) or ``simulated``
            (the simulator's, among bystanders).
        settings: Of the kind: ``count``, ``people``, ``start``, ``end``, ``rate``; of a simulated
            one ``seed``, ``people`` and the ``folder`` that its exports are written into.
    """

    def __init__(self, kind: str, **settings: object) -> None:
        told = json.dumps({"kind": kind, **settings}, default=str)
        self._child = subprocess.Popen(
            python("-m", "benchmarks.graph_process", told),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        first = self._line()
        self.url = str(first["url"])

    def requests(self) -> list[Request]:
        """Everything it was asked so far."""
        if self._child.stdin is None:
            raise AssertionError
        self._child.stdin.write("requests\n")
        self._child.stdin.flush()
        return [Request(*each) for each in self._line()["requests"]]

    @property
    def environment(self) -> dict[str, str]:
        """Variables that lead ``analyzer pull`` here, as fast as it can."""
        return {
            "ANALYZER_GRAPH_URL": self.url,
            "GRAPH_ACCESS_TOKEN": TOKEN,
            "ANALYZER_GRAPH_REQUESTS_PER_10_SECONDS": "100000",
            "ANALYZER_GRAPH_POLICY_REQUESTS_PER_SECOND": "1000",
        }

    def _line(self) -> dict[str, Any]:
        line = self._child.stdout.readline() if self._child.stdout else ""
        if not line:
            msg = "the server ended"
            raise RuntimeError(msg)
        found: dict[str, Any] = json.loads(line)
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self._child.stdin:
            self._child.stdin.close()
        self._child.wait()
        if self._child.stdout:
            self._child.stdout.close()


def _server(kind: str, **settings: Any) -> GraphServer:  # noqa: ANN401 - as told in JSON
    from tests.graph.dataset import iter_signins, make_policies  # noqa: PLC0415
    from tests.graph.server import GraphServer  # noqa: PLC0415

    rate = settings.get("rate")
    if kind == "simulated":
        return _simulated(settings["seed"], settings["people"], Path(settings["folder"]))
    start, end = (datetime.fromisoformat(settings[name]) for name in ("start", "end"))
    if kind == "lean":
        from benchmarks.lean_graph import LeanGraph  # noqa: PLC0415

        return LeanGraph(settings["count"], start, end)
    rows = iter_signins(settings["count"], people=settings["people"], start=start, end=end, seed=1)
    return GraphServer(rows, policies=make_policies(), requests_per_10_seconds=rate)


def _simulated(seed: int, people: int, folder: Path) -> GraphServer:
    """A tenant of the simulator's among bystanders; its exports are written into a folder."""
    from benchmarks.bystanders import legacy_share, simulate_among_bystanders  # noqa: PLC0415
    from benchmarks.scenarios.policy_export import policies  # noqa: PLC0415
    from benchmarks.scenarios.records import Recorder  # noqa: PLC0415
    from benchmarks.scenarios.writing import write_evidence  # noqa: PLC0415
    from tests.graph.server import GraphServer  # noqa: PLC0415

    tenant = simulate_among_bystanders(seed, people)
    write_evidence(tenant, folder)
    share = json.dumps({"legacy_share": legacy_share(tenant)})
    (folder / "shares.json").write_text(share, encoding="utf-8")
    listed = policies(tenant)
    recorder = Recorder(tenant)
    return GraphServer(
        map(recorder.record, tenant.events), policies=listed["value"], compress=False
    )


def days_ago(days: float) -> datetime:
    """A whole second some days ago."""
    return datetime.now(UTC).replace(microsecond=0) - timedelta(days=days)


def main() -> None:
    """Serve, and answer each line of standard input with the requests so far."""
    settings = json.loads(sys.argv[1])
    with _server(**settings) as server:
        print(json.dumps({"url": server.url}), flush=True)
        for _ in sys.stdin:
            told = [[r.at, r.path, r.query, r.status] for r in server.requests]
            print(json.dumps({"requests": told}), flush=True)


if __name__ == "__main__":
    main()

"""The server as a process of its own, for benchmarks and long runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from threading import Event

from tests.graph.dataset import (
    iter_signins,
    make_directory_audits,
    make_named_locations,
    make_policies,
)
from tests.graph.faults import Faults
from tests.graph.server import GraphServer


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve a made-up tenant; the first line printed is the URL, the second the time range."""
    asked = _parser().parse_args(arguments)
    now = datetime.now(UTC).replace(microsecond=0)
    end = asked.end.astimezone(UTC) if asked.end else now - timedelta(hours=3)
    start = end - timedelta(days=asked.days)
    signins = iter_signins(
        asked.count,
        people=asked.people,
        start=start,
        end=end,
        seed=asked.seed,
        legacy_share=asked.legacy_share,
    )
    seed, _, intensity = (asked.faults or "0:0").partition(":")
    with GraphServer(
        signins,
        policies=make_policies(),
        locations=make_named_locations(),
        audits=make_directory_audits(start=start, end=end),
        faults=Faults.mixed(int(seed), float(intensity)),
        requests_per_10_seconds=asked.rate,
        policy_requests_per_second=asked.policy_rate,
        token=asked.token,
        page_cap=asked.page_cap,
        compress=not asked.no_gzip,
        port=asked.port,
    ) as server:
        sys.stdout.write(f"{server.url}\n{start:%Y-%m-%dT%H:%M:%SZ} {end:%Y-%m-%dT%H:%M:%SZ}\n")
        sys.stdout.flush()
        try:
            Event().wait()
        except KeyboardInterrupt:
            return


def _parser() -> argparse.ArgumentParser:
    """The options of the command."""
    parser = argparse.ArgumentParser(prog="tests.graph.server", description=main.__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--days", type=float, default=2.0)
    parser.add_argument("--end", type=datetime.fromisoformat, help="default: three hours ago")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--legacy-share", type=float, default=0.02)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--rate", type=int, help="requests per 10 seconds, reports")
    parser.add_argument("--policy-rate", type=int, help="requests per second, policies")
    parser.add_argument("--page-cap", type=int, default=1000)
    parser.add_argument("--token", default="test-token")
    parser.add_argument("--faults", metavar="SEED:INTENSITY")
    parser.add_argument("--no-gzip", action="store_true")
    return parser

"""How Graph is reached and how fast it may be asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from analyzer.sources.graph.clouds import CLOUDS


@dataclass(frozen=True, slots=True)
class GraphSettings:
    """What a pull needs to know. No secrets; those stay in the environment.

    Attributes:
        cloud: Key of ``clouds.CLOUDS``.
        auth: Kind of credential, one of ``setting_table.AUTHS``.
        tenant_id: Directory (tenant) id; empty where the credential knows its own.
        client_id: Application (client) id; empty where the credential knows its own.
        base_url: Address of Graph, without a trailing slash and without a version.
        requests_per_10_seconds: Most requests to sign-in and audit reports in ten seconds.
        policy_requests_per_second: Most requests to Conditional Access policies in a second.
        page_size: Records asked for in a page, 1 to 1000.
        timeout_seconds: How long one request may take.
        give_up_seconds: How long one window is tried again before it becomes a gap.
        lag: How far behind the present a pull stops, since records arrive late.
        overlap: How much of what was pulled before is read again for late records.
        workers: Windows pulled at the same time.
    """

    cloud: str = "global"
    auth: str = "default"
    tenant_id: str = ""
    client_id: str = ""
    base_url: str = CLOUDS["global"].graph_url
    requests_per_10_seconds: float = 5
    policy_requests_per_second: float = 1
    page_size: int = 1000
    timeout_seconds: float = 60
    give_up_seconds: float = 900
    lag: timedelta = timedelta(hours=2)
    overlap: timedelta = timedelta(minutes=30)
    workers: int = 4

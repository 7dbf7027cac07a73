"""Every kind of fault of the loopback Graph does what it says."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.graph.faults import VARIANTS, Faults
from tests.graph.server import GraphServer
from tests.graph.support import POLICIES, ROWS, SIGNINS, asking, calling, crawled, pages


@pytest.fixture
def graph() -> Iterator[GraphServer]:
    with GraphServer(ROWS, compress=False) as server:
        yield server


@pytest.fixture
def client(graph: GraphServer) -> Iterator[httpx.Client]:
    with calling(graph) as caller:
        yield caller


@pytest.mark.parametrize(
    ("kind", "variant", "status", "waits"),
    [
        ("throttled", "retry-after", 429, True),
        ("throttled_silently", "silent", 429, False),
        ("server_error", "500", 500, False),
        ("bad_gateway", "502", 502, False),
        ("unavailable", "retry-after", 503, True),
        ("unavailable", "silent", 503, False),
        ("gateway_timeout", "504", 504, False),
        ("token_expired", "401", 401, False),
        ("forbidden", "403", 403, False),
    ],
)
def test_statuses(
    client: httpx.Client,
    graph: GraphServer,
    kind: str,
    variant: str,
    status: int,
    waits: bool,
) -> None:
    graph.faults = Faults.only(kind, limit=1, variants={kind: variant}, retry_after_seconds=7)
    refusal = client.get(SIGNINS)
    assert (refusal.status_code, refusal.headers.get("Retry-After")) == (
        status,
        "7" if waits else None,
    )
    assert client.get(SIGNINS).status_code == 200
    assert graph.faults.injected == {kind: 1}
    assert [each.fault for each in graph.requests] == [kind, None]


@pytest.mark.parametrize(
    ("kind", "variant", "error"),
    [
        ("stalled", "after-headers", httpx.ReadTimeout),
        ("stalled", "after-half", httpx.ReadTimeout),
        ("truncated", "closed-early", httpx.RemoteProtocolError),
        ("truncated", "cut-json", ValueError),
        ("truncated", "error-inside", ValueError),
        ("dropped", "closed", httpx.RemoteProtocolError),
        ("dropped", "reset", (httpx.ReadError, httpx.RemoteProtocolError)),
    ],
)
def test_broken_bodies(
    client: httpx.Client, graph: GraphServer, kind: str, variant: str, error: Any
) -> None:
    graph.faults = Faults.only(kind, limit=1, variants={kind: variant}, stall_seconds=30)
    with pytest.raises(error):
        client.get(SIGNINS, timeout=0.1).json()
    assert len(client.get(SIGNINS).json()["value"]) > 50


def test_slow_but_whole(client: httpx.Client, graph: GraphServer) -> None:
    graph.faults = Faults.only("slow", limit=1, slow_seconds=0.2)
    begun = time.monotonic()
    assert len(client.get(SIGNINS, params=asking()).json()["value"]) == 400
    assert time.monotonic() - begun > 0.15


@pytest.mark.parametrize("variant", VARIANTS["expired_token_link"])
def test_expired_links_stay_expired(client: httpx.Client, graph: GraphServer, variant: str) -> None:
    variants = {"expired_token_link": variant}
    graph.faults = Faults.only("expired_token_link", limit=1, variants=variants)
    link = next(pages(client, asking(top=90)))["@odata.nextLink"]
    assert client.get(link).status_code == (410 if variant == "gone" else 400)
    assert client.get(link).status_code == 400
    assert len(crawled(client)) == 400


def test_empty_page_goes_on(client: httpx.Client, graph: GraphServer) -> None:
    graph.faults = Faults.only("empty_page", limit=3)
    assert [len(page["value"]) for page in pages(client, asking(top=300))] == [
        0,
        0,
        0,
        300,
        100,
    ]


def test_loop_gives_the_same_page_and_link_again(client: httpx.Client, graph: GraphServer) -> None:
    graph.faults = Faults.only("repeated_page", limit=1, variants={"repeated_page": "loop"})
    first, again, *others = pages(client, asking(top=150))
    assert again == first
    assert [len(page["value"]) for page in others] == [150, 100]


def test_overlap_repeats_rows_but_advances(client: httpx.Client, graph: GraphServer) -> None:
    graph.faults = Faults.only("repeated_page", limit=1, variants={"repeated_page": "overlap"})
    ids = [row["id"] for row in crawled(client, top=100)]
    assert len(ids) == 450
    assert set(ids) == graph.ids()


@pytest.mark.parametrize(("variant", "host"), [("address", "127.0.0.2"), ("name", None)])
def test_foreign_link(
    client: httpx.Client, graph: GraphServer, variant: str, host: str | None
) -> None:
    graph.faults = Faults.only("foreign_link", limit=1, variants={"foreign_link": variant})
    link = urlsplit(client.get(SIGNINS).json()["@odata.nextLink"])
    assert link.hostname == (host or "graph.example.net")


def test_only_on(client: httpx.Client, graph: GraphServer) -> None:
    graph.faults = Faults.only("server_error", only_on="next-page")
    link = client.get(SIGNINS, params=asking(top=10)).json()["@odata.nextLink"]
    assert client.get(link).status_code == 500
    graph.faults = Faults.only("server_error", only_on=lambda path: path.endswith("policies"))
    assert [client.get(path).status_code for path in (SIGNINS, POLICIES)] == [200, 500]


def test_a_seed_decides() -> None:
    def drawn(seed: int) -> list[Any]:
        faults = Faults.mixed(seed, 0.5)
        return [faults.draw("/x", is_list=True, is_next=True) for _ in range(400)]

    assert drawn(1) == drawn(1) != drawn(2)
    kinds = {fault.kind for fault in drawn(1) if fault}
    assert kinds == VARIANTS.keys() - {"forbidden"}
    assert 150 < sum(fault is not None for fault in drawn(1)) < 250


def test_a_client_that_begins_again_gets_everything(
    client: httpx.Client, graph: GraphServer
) -> None:
    for seed in range(2):
        graph.faults = Faults.mixed(seed, 0.7, limit=8)
        graph.faults.stall_seconds = graph.faults.slow_seconds = 0.02
        graph.faults.foreign_link = 0.0  # this client would follow it
        for _ in range(20):
            try:
                ids = [row["id"] for row in crawled(client, top=80)]
            except (AssertionError, httpx.TransportError, ValueError):
                continue
            if len(ids) == len(ROWS):
                break
        assert sorted(ids) == sorted(graph.ids())

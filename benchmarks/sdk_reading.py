"""The same questions through msgraph-sdk's own models: every page deserialised, nothing kept."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from kiota_abstractions.authentication import AnonymousAuthenticationProvider
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphServiceClient
from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph_core import GraphClientFactory

from benchmarks.graph_process import TOKEN

if TYPE_CHECKING:
    from collections.abc import Sequence


async def read(base_url: str, urls: Sequence[str]) -> int:
    """Number of records of all pages, those behind next links with them."""
    client = GraphClientFactory.create_with_default_middleware(
        client=httpx.AsyncClient(timeout=60, trust_env=False)
    )
    adapter = GraphRequestAdapter(AnonymousAuthenticationProvider(), client)
    adapter.base_url = f"{base_url}/v1.0"
    graph = GraphServiceClient(request_adapter=adapter)
    asked: RequestConfiguration[Any] = RequestConfiguration()
    asked.headers.add("Authorization", f"Bearer {TOKEN}")
    asked.headers.add("Prefer", "include-unknown-enum-members")
    count = 0
    for first in urls:
        url: str | None = first
        while url:
            page = await graph.audit_logs.sign_ins.with_url(url).get(request_configuration=asked)
            if page is None:
                break
            count += len(page.value or [])
            url = page.odata_next_link
    return count


def main() -> None:
    """Read the addresses listed in a JSON file, at the server named before it."""
    urls = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    print(asyncio.run(read(sys.argv[1], urls)))


if __name__ == "__main__":
    main()

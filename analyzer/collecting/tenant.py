"""Conditional Access policies and named locations as they are now, kept beside the sign-ins."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from analyzer.sources.atomic import write_atomically
from analyzer.sources.graph.pages import page_of
from analyzer.sources.graph.retry import FORBIDDEN, GaveUpError, obtain, said
from analyzer.sources.store.marks import POLICIES, TENANT_FOLDER, latest_list
from analyzer.sources.store.raw import make_private

if TYPE_CHECKING:
    from datetime import datetime

    from analyzer.collecting.reader import Asker
    from analyzer.sources.store.layout import Store

LOCATIONS = "named-locations"
_PATHS = {
    POLICIES: "/v1.0/identity/conditionalAccess/policies",
    LOCATIONS: "/v1.0/identity/conditionalAccess/namedLocations",
}
_PATIENCE_SECONDS = 60.0
_LOSS = "whether a policy blocks legacy clients is then told by sign-ins alone"


async def keep_tenant(store: Store, graph: Asker, now: datetime) -> list[str]:
    """Keep each list that is permitted; sentences about those that could not be had."""
    notes = []
    for name, path in _PATHS.items():
        values, trouble = await _all(graph, path)
        if trouble is not None:
            notes.append(f"{name.replace('-', ' ')} could not be read ({trouble}): {_LOSS}")
        else:
            _keep(store, name, values, now)
    return notes


async def _all(graph: Asker, path: str) -> tuple[list[Any], str | None]:
    values: list[Any] = []
    url: str | None = graph.url_of(path, {})
    seen: set[str] = set()
    patience = min(_PATIENCE_SECONDS, graph.settings.give_up_seconds)
    while url is not None:
        if url in seen:
            return [], "the service names the same next page twice"
        seen.add(url)
        try:
            answer, page = await obtain(graph, url, "policies", patience, page_of)
        except GaveUpError as error:
            return [], str(error)
        if page is None:
            permitted = "not permitted, " if answer.status == FORBIDDEN else ""
            return [], permitted + said(answer)
        if page.next_link is not None and not graph.is_own(page.next_link):
            return [], "its next page is at another host"
        values += page.values
        url = page.next_link
    return values, None


def _keep(store: Store, name: str, values: list[Any], now: datetime) -> None:
    """Write a list down, unless it is as it was."""
    content = json.dumps({"value": values}, ensure_ascii=False, indent=1).encode()
    before = latest_list(store.folder, name)
    if before is not None and before.read_bytes() == content:
        return
    target = store.folder / TENANT_FOLDER / f"{name}-{now:%Y%m%dT%H%M%SZ}.json"
    make_private(target.parent, store.folder)
    write_atomically(target, content)
    target.chmod(0o600)

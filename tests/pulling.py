"""A pull as the tests make it, and what must hold of the store after it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from analyzer.collecting.estimate import Estimate
from analyzer.collecting.pull import Pull, Pulled, Wish
from analyzer.engine.days import derive, pending
from analyzer.engine.duckdb_engine import DuckDbEngine
from analyzer.settings import Settings
from analyzer.sources.graph import retry
from analyzer.sources.graph.credentials import GivenToken
from analyzer.sources.graph.settings import GraphSettings
from analyzer.sources.graph.transport import connect
from analyzer.sources.store.layout import Store
from analyzer.sources.store.raw import records_of

TOKEN = "test-token"  # noqa: S105 - opens the loopback server only
BLOCKED = 53003
NOW = datetime.now(UTC).replace(microsecond=0)
END = NOW - timedelta(hours=6)
START = END - timedelta(days=2)


def names_its_person(row: dict[str, Any]) -> bool:
    """Whether a made-up sign-in names its person: a legacy client's, or one that was blocked."""
    modern = {"Browser", "Mobile Apps and Desktop clients"}
    return row["clientAppUsed"] not in modern or row["status"]["errorCode"] == BLOCKED


@dataclass
class Puller:
    """Pulls from one server into one store."""

    url: str
    folder: Path
    page_size: int = 100
    timeout_seconds: float = 0.6
    give_up_seconds: float = 3.0
    expected: Estimate | None = None
    said: list[str] = field(default_factory=list)

    def __call__(self, *, now: datetime = NOW, sorts: bool = True, **wish: Any) -> Pulled:
        """Pull in this process, and sort what came into days."""
        defaults = {
            "since": START,
            "until": None,
            "plan": "full",
            "give_up_seconds": self.give_up_seconds,
        }
        settings = GraphSettings(
            base_url=self.url,
            requests_per_10_seconds=100_000,
            policy_requests_per_second=1000,
            page_size=self.page_size,
            timeout_seconds=self.timeout_seconds,
            give_up_seconds=self.give_up_seconds,
        )
        with Store.create(self.folder) as store, store.locked():
            store.sweep()
            try:
                return asyncio.run(self._pull(store, settings, Wish(**{**defaults, **wish}), now))
            finally:
                if sorts:
                    sort(store)

    async def _pull(
        self, store: Store, settings: GraphSettings, wish: Wish, now: datetime
    ) -> Pulled:
        async with connect(settings, GivenToken(TOKEN)) as graph:
            pull = Pull(store, graph, wish, now, self._say, expected=self.expected)
            return await pull.run()

    def _say(self, text: str, /, **_facts: object) -> None:
        self.said.append(text)


def hurry(seconds: float = 0.01) -> None:
    """Let repeats follow at once."""
    retry._FIRST_WAIT_SECONDS = seconds
    retry._LONGEST_WAIT_SECONDS = 0.1


def sort(store: Store) -> None:
    """Sort raw files into days."""
    with DuckDbEngine(Settings(threads=1, memory_mib=256)) as engine:
        derive(engine, store, pending(store), lambda _text: None)


def ids_by_day(folder: Path) -> list[str]:
    """Ids in the days' files, as often as they are there."""
    with Store.open(folder) as store:
        files = [str(path) for path in store.day_files().values()]
    if not files:
        return []
    with duckdb.connect() as connection:
        return [i for (i,) in connection.read_parquet(files).select("signin_id").fetchall()]


def ids_held(store: Store) -> set[str]:
    """Ids in the raw files that the ledger knows, by whichever stream."""
    found = set()
    for file in store.ledger.stored():
        with suppress(FileNotFoundError):
            for record in records_of(store.folder / file.path):
                found.add(record.split(b'"id"', 1)[1].split(b'"', 2)[1].decode().lower())
    return found


def lost_silently(folder: Path, server_rows: dict[str, datetime]) -> list[str]:
    """Ids asked for that the store neither holds nor names as a gap or as open."""
    with Store.open(folder) as store:
        asked = store.ledger.asked("signins")
        held = ids_held(store)
        named = [gap.span for gap in store.ledger.gaps() if gap.stream == "signins"]
        named += store.ledger.open_spans("signins")
    return [
        each
        for each, at in server_rows.items()
        if each not in held
        and any(a <= at < b for a, b in asked)
        and not any(a <= at <= b for a, b in named)
    ]

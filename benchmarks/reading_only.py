"""The reading part of ``analyzer pull``, alone: into raw files, without sorting them into days."""

from __future__ import annotations

import argparse
import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

from analyzer.collecting.pull import Pull, Wish
from analyzer.sources.configuration import load_configuration
from analyzer.sources.graph.credentials import token_source
from analyzer.sources.graph.transport import connect
from analyzer.sources.store.layout import Store


async def _read(store: Store, wish: Wish) -> None:
    settings = load_configuration({}, environ=os.environ, config_path=None).graph
    async with connect(settings, token_source(settings, os.environ)) as graph:
        await Pull(store, graph, wish, datetime.now(UTC), lambda _text, **_facts: None).run()


def main() -> None:
    """Read everything of a time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("since", type=datetime.fromisoformat)
    parser.add_argument("until", type=datetime.fromisoformat)
    arguments = parser.parse_args()
    wish = Wish(since=arguments.since, until=arguments.until, plan="full")
    with Store.create(arguments.store) as store, store.locked():
        asyncio.run(_read(store, wish))


if __name__ == "__main__":
    main()

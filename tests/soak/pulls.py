"""A pull in a process of its own, that says what stage it is at and may be killed there.

Loaded once by the fork server, together with everything that a pull loads late.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import traceback
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import anyio._backends._asyncio  # noqa: F401 - loaded late by a pull, as are the next
import httpcore  # noqa: F401
import kiota_abstractions.native_response_handler  # noqa: F401
import kiota_http.middleware.options  # noqa: F401
import msgraph  # noqa: F401
import pandas as pd  # noqa: F401
import pyarrow.compute  # noqa: F401

from analyzer.collecting import windows
from analyzer.collecting.pull import Pull, Wish
from analyzer.collecting.ready import look_ahead
from analyzer.engine.days import derive, pending
from analyzer.engine.duckdb_engine import DuckDbEngine
from analyzer.errors import AnalyzerError
from analyzer.settings import Settings
from analyzer.sources.graph.credentials import GivenToken
from analyzer.sources.graph.settings import GraphSettings
from analyzer.sources.graph.transport import connect
from analyzer.sources.store.layout import Store
from tests.pulling import TOKEN, hurry
from tests.soak.world import Aim

ENDED, REFUSED, CRASHED = 0, 10, 11
"""Exit codes: it ended, it ended with an error for the user, it broke."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a process is to do."""

    url: str
    folder: Path
    now: datetime
    wish: dict[str, Any]
    settings: dict[str, Any]
    aim: Aim | None


def run(order: Order, stages: Connection) -> None:
    """Pull as the command does, and tell each stage."""
    hurry()
    windows.PAGES_WANTED = order.settings["pages_wanted"]
    tempfile.tempdir = str(order.folder.parent)
    if order.aim is not None:
        _kill_at(order.aim)
    try:
        _pull(order, lambda stage: stages.send_bytes(stage.encode()))
    except AnalyzerError as error:
        stages.send_bytes(f"error {error}".encode())
        os._exit(REFUSED)
    except BaseException:  # noqa: BLE001 - whatever it is, the driving process is told
        stages.send_bytes(f"error {traceback.format_exc()}".encode())
        os._exit(CRASHED)


def _pull(order: Order, at: Any) -> None:
    settings = GraphSettings(
        base_url=order.url,
        requests_per_10_seconds=100_000,
        policy_requests_per_second=1000,
        page_size=order.settings["page_size"],
        timeout_seconds=order.settings["timeout_seconds"],
        give_up_seconds=order.wish["give_up_seconds"],
    )
    at("opening")
    with Store.create(order.folder) as store, store.locked():
        store.sweep()
        at("reading")
        try:
            asyncio.run(_asked(store, settings, order))
        finally:
            at("sorting")
            if left := pending(store):
                with DuckDbEngine(
                    Settings(threads=1, memory_mib=256, spill_folder=order.folder.parent)
                ) as engine:
                    derive(engine, store, left, _say)
            at("ending")


async def _asked(store: Store, settings: GraphSettings, order: Order) -> None:
    tokens = GivenToken(TOKEN)
    async with connect(settings, tokens) as graph:
        pull = Pull(store, graph, Wish(**order.wish), order.now, _say)
        if order.settings["looks_ahead"]:
            await look_ahead(pull, tokens, _say)
        await pull.run()


def _say(_text: str, /, **_facts: object) -> None:
    """Say nothing."""


def _kill_at(aim: Aim) -> None:
    """Die at a rename: before it, or after it, when the folder is opened to be made safe."""
    left, is_armed = aim.nth, False

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left, is_armed
        if event == "os.rename" and str(arguments[1]).endswith(aim.ending):
            left -= 1
            is_armed = left == 0
            if is_armed and aim.is_before:
                os.kill(os.getpid(), signal.SIGKILL)
        elif is_armed and event == "open":
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)

"""A pull onto a disk that fills up, or that may only be read: real ones, small and in memory."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from analyzer.sources.store.layout import Store
from analyzer.times import iso_z
from tests.graph.dataset import make_policies, make_signins
from tests.graph.server import GraphServer
from tests.pulling import END, TOKEN, ids_by_day

pytestmark = pytest.mark.soak

# Within an hour: no estimate is made then, so that the pull itself meets the end of the disk.
SINCE = END - timedelta(minutes=55)
ROWS = make_signins(1500, people=40, start=SINCE, end=END, seed=7, legacy_share=0.1)
IDS = sorted(row["id"] for row in ROWS)


@dataclass
class Disk:
    """A file system in memory."""

    folder: Path

    def mount(self, kib: int) -> None:
        """Make it, of a size."""
        _done("mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", self.folder)

    def remount(self, options: str) -> None:
        """Change its size, or whether it may be written."""
        _done("mount", "-o", f"remount,{options}", self.folder)

    @property
    def store(self) -> Path:
        """The store on it."""
        return self.folder / "store"

    def content(self) -> dict[str, bytes]:
        """Every file on it."""
        files = (path for path in self.folder.rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in files}


def _done(*command: object) -> None:
    subprocess.run([str(each) for each in command], check=True, capture_output=True, timeout=30)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    made = Disk(tmp_path / "disk")
    made.folder.mkdir()
    try:
        made.mount(64)
    except (subprocess.CalledProcessError, FileNotFoundError) as error:
        pytest.skip(f"a file system of a given size can be mounted by root alone: {error}")
    try:
        yield made
    finally:
        _done("umount", "--lazy", made.folder)


@pytest.fixture(scope="module")
def server() -> Iterator[GraphServer]:
    with GraphServer(ROWS, policies=make_policies()) as running:
        yield running


def analyzer(server: GraphServer, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command line; whatever happens it ends without a traceback."""
    environment = {
        **os.environ,
        "GRAPH_ACCESS_TOKEN": TOKEN,
        "ANALYZER_GRAPH_URL": server.url,
        "ANALYZER_GRAPH_REQUESTS_PER_10_SECONDS": "100000",
        "ANALYZER_GRAPH_POLICY_REQUESTS_PER_SECOND": "1000",
    }
    done = subprocess.run(
        [sys.executable, "-m", "analyzer.cli", *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "Traceback" not in done.stderr
    assert "bug of ours" not in done.stderr
    return done


def pull(
    server: GraphServer, disk: Disk, since: datetime = SINCE
) -> subprocess.CompletedProcess[str]:
    return analyzer(
        server,
        *("pull", "--store", disk.store, "--plan", "full"),
        *("--since", iso_z(since), "--until", iso_z(END)),
    )


def is_whole(disk: Disk) -> bool:
    with Store.open(disk.store) as store:
        gaps = [gap for gap in store.ledger.gaps() if gap.stream == "signins"]
    return gaps == [] and sorted(ids_by_day(disk.store)) == IDS


@pytest.mark.parametrize(
    ("kib", "says"),
    [
        (132, "cannot be written: database or disk is full"),
        (320, "cannot be written: No space left on device"),
        (588, "cannot be written: |could not be sorted into days: "),
        (660, "could not be sorted into days: no space left on the disk"),
    ],
    ids=["ledger", "pages", "between", "days"],
)
def test_a_full_disk_is_said_and_later_pulls_go_on(
    server: GraphServer, disk: Disk, kib: int, says: str
) -> None:
    disk.remount(f"size={kib}k")

    full = pull(server, disk)

    assert full.returncode == 5, full.stderr
    assert re.search(f"({says}).*\n  -> Make room", full.stderr), full.stderr
    disk.remount("size=50m")
    again = pull(server, disk)
    assert (again.returncode, is_whole(disk)) == (0, True)


def test_what_was_asked_before_the_disk_was_full_is_a_gap(server: GraphServer, disk: Disk) -> None:
    disk.remount("size=320k")
    pull(server, disk)

    triage = analyzer(server, "triage", disk.store)

    assert triage.returncode == 5
    assert f"lacks sign-ins from {iso_z(SINCE)}" in " ".join(triage.stdout.split())


def test_a_disk_that_is_too_small_is_told_before(server: GraphServer, disk: Disk) -> None:
    disk.remount("size=320k")

    refused = pull(server, disk, END - timedelta(hours=3))

    assert refused.returncode == 4
    assert "MiB are free" in refused.stderr


def test_a_store_that_may_only_be_read(server: GraphServer, disk: Disk) -> None:
    disk.remount("size=50m")
    pull(server, disk)
    before = disk.content()
    disk.remount("ro")

    refused = pull(server, disk)
    triage = analyzer(server, "triage", disk.store)

    assert (refused.returncode, "Read-only file system" in refused.stderr) == (2, True)
    assert (triage.returncode, "1,500" in triage.stdout) == (0, True), triage.stderr
    assert disk.content() == before
    disk.remount("rw")
    assert (pull(server, disk).returncode, is_whole(disk)) == (0, True)


def test_no_store_can_be_made_where_nothing_may_be_written(server: GraphServer, disk: Disk) -> None:
    disk.remount("ro")

    refused = pull(server, disk)

    assert refused.returncode == 2
    assert "cannot be made a store: Read-only file system" in refused.stderr

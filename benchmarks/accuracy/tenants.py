"""Simulated tenants on disk: made once for each seed, size and version of the simulator."""

from __future__ import annotations

import argparse
import hashlib
import shutil
from pathlib import Path

BENCHMARKS = Path(__file__).parents[1]
CACHE = BENCHMARKS / "data" / "scenarios"
SOURCES = ("scenarios/**/*.py", "tenant/*.py", "shapes*.py")
"""What the simulator's output depends on."""


def simulator_digest() -> str:
    """Short digest of the simulator's source: another one means other tenants."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in SOURCES for path in BENCHMARKS.glob(pattern)}):
        digest.update(path.relative_to(BENCHMARKS).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def folder_of(seed: int, people: int | None) -> Path:
    """Where the tenant is kept, whether or not it is there yet."""
    return CACHE / f"{seed}-{people or 'any'}-{simulator_digest()}"


def make(seed: int, people: int | None, folder: Path) -> None:
    """Simulate a tenant into ``folder``, whole or not at all; its older versions are removed."""
    from benchmarks.scenarios import simulate, write  # noqa: PLC0415 - only where it is run

    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    write(simulate(seed, people), partial)
    for older in folder.parent.glob(f"{seed}-{people or 'any'}-*"):
        if older != partial:
            shutil.rmtree(older)
    partial.replace(folder)


def main() -> None:
    """Make one tenant."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seed", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int)
    arguments = parser.parse_args()
    make(arguments.seed, arguments.people, arguments.folder)


if __name__ == "__main__":
    main()

"""Time and peak memory of child processes, medians, and the machine they ran on."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RESULTS = Path(__file__).parent / "results"
KIB = 1024
PACKAGES = ("duckdb", "narwhals", "pandas", "pyarrow", "typer")


@dataclass(frozen=True, slots=True)
class Run:
    """One child process: wall-clock seconds, peak resident memory, CPU seconds of its own."""

    seconds: float
    peak_mib: float
    cpu_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Measurement:
    """Several runs of one command."""

    name: str
    runs: tuple[Run, ...]
    scaled_by: float = 1.0

    @property
    def seconds(self) -> float:
        """Median wall-clock time, scaled where only a part was run."""
        return statistics.median(run.seconds for run in self.runs) * self.scaled_by

    @property
    def peak_mib(self) -> float:
        """Median peak memory, never scaled."""
        return statistics.median(run.peak_mib for run in self.runs)

    @property
    def cpu_seconds(self) -> float:
        """Median CPU time, user and system, scaled where only a part was run."""
        return statistics.median(run.cpu_seconds for run in self.runs) * self.scaled_by


def run_once(
    command: Sequence[str],
    *,
    allowed: Sequence[int] = (0,),
    environment: Mapping[str, str] | None = None,
) -> Run:
    """Run a command to its end; ``environment`` is added to this process's own.

    Peak memory is the child's own ``ru_maxrss`` from ``wait4``, in KiB on Linux.

    Raises:
        RuntimeError: It ended with an exit code that is not in ``allowed``.
    """
    start = time.perf_counter()
    child = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, env={**os.environ, **(environment or {})}
    )
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in allowed:
        msg = f"{' '.join(command)} ended with {child.returncode}"
        raise RuntimeError(msg)
    return Run(seconds, usage.ru_maxrss / KIB, usage.ru_utime + usage.ru_stime)


def python(*arguments: str) -> list[str]:
    """Command line of this interpreter."""
    return [sys.executable, *arguments]


def save(name: str, measurements: Sequence[Measurement], facts: dict[str, object]) -> Path:
    """Write the measurements with machine, versions and date; no paths."""
    RESULTS.mkdir(exist_ok=True)
    now = datetime.now(UTC)
    document = {
        "benchmark": name,
        "date": now.date().isoformat(),
        "machine": {
            "system": platform.system(),
            "architecture": platform.machine(),
            "cores": os.cpu_count(),
            "memory_gib": round(_memory_gib(), 1),
        },
        "versions": {"python": platform.python_version()} | {p: version(p) for p in PACKAGES},
        "measurements": [
            {
                "name": measured.name,
                "median_seconds": round(measured.seconds, 3),
                "median_peak_mib": round(measured.peak_mib, 1),
                "scaled_by": measured.scaled_by,
                "runs": [asdict(run) for run in measured.runs],
            }
            for measured in measurements
        ],
        "facts": facts,
    }
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return path


def _memory_gib() -> float:
    return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")) / 2**30


def table(measurements: Sequence[Measurement], facts: dict[str, object]) -> str:
    """The measurements as text, 80 columns."""
    lines = [f"{'':<48}{'seconds':>12}{'peak MiB':>12}"]
    for measured in measurements:
        mark = " *" if measured.scaled_by != 1 else ""
        lines.append(
            f"{measured.name + mark:<48}{measured.seconds:>12.2f}{measured.peak_mib:>12.0f}"
        )
    if any(measured.scaled_by != 1 for measured in measurements):
        lines.append("* run on a part, time extrapolated; memory is the part's own")
    lines += [f"{name}: {value}" for name, value in facts.items()]
    return "\n".join(lines)

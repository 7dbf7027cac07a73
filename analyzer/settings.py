"""What a run may use of the machine: memory, threads, spill folder."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from analyzer.errors import UsageError

DEFAULT_MEMORY_MIB = 768


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits of one run. Passed in; nothing below the façade reads the environment.

    Attributes:
        memory_mib: Upper bound of the embedded engine's own memory; beyond it spills to disk.
        threads: Worker threads of the embedded engine.
        spill_folder: Folder for temporary and spilled data; removed when the case closes.
    """

    memory_mib: int = DEFAULT_MEMORY_MIB
    threads: int = field(default_factory=lambda: os.cpu_count() or 1)
    spill_folder: Path = field(default_factory=lambda: Path(tempfile.gettempdir()))

    @classmethod
    def from_environment(cls) -> Settings:
        """Settings from ``ANALYZER_MEMORY_MIB``, ``ANALYZER_THREADS``, ``ANALYZER_SPILL_DIR``.

        Raises:
            UsageError: A value is no whole number, or too small to work with.
        """
        default = cls()
        return cls(
            memory_mib=_count("ANALYZER_MEMORY_MIB", default.memory_mib, least=256),
            threads=_count("ANALYZER_THREADS", default.threads, least=1),
            spill_folder=Path(os.environ.get("ANALYZER_SPILL_DIR", default.spill_folder)),
        )


def _count(name: str, default: int, *, least: int) -> int:
    text = os.environ.get(name)
    if text is None:
        return default
    if not text.strip().isdecimal() or int(text) < least:
        msg = f"{name} is {text!r}, which is no whole number of at least {least}"
        raise UsageError(msg, remedy=f"Set it like {name}={default}, or unset it.")
    return int(text)

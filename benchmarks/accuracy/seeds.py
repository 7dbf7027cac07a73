"""Which simulated tenants rules may be tuned on, and which ones results are reported on."""

from __future__ import annotations

TUNING = tuple(range(1, 21))
"""Tenants to look into while working on rules and weights."""

REPORTING = tuple(range(101, 121))
"""Tenants of ``docs/accuracy.md``. Nothing is tuned on them."""


def parse_seeds(text: str) -> tuple[int, ...]:
    """Seeds of a text like ``101-120`` or ``1,3,7-9``, in its order, each once.

    Raises:
        ValueError: A part is neither a number nor a rising range.
    """
    seeds: dict[int, None] = {}
    for part in text.split(","):
        first, _, last = part.partition("-")
        numbers = range(int(first), int(last or first) + 1)
        if not numbers:
            msg = f"seeds {part!r} is no rising range"
            raise ValueError(msg)
        seeds.update(dict.fromkeys(numbers))
    return tuple(seeds)


def spelled(seeds: tuple[int, ...]) -> str:
    """Seeds as a text that :func:`parse_seeds` reads, ranges joined."""
    runs: list[list[int]] = []
    for seed in seeds:
        if runs and seed == runs[-1][-1] + 1:
            runs[-1].append(seed)
        else:
            runs.append([seed])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)

"""Examples at the end of a command's help."""

from __future__ import annotations


def examples(*commands: str) -> str:
    r"""Epilog that shows real commands, one a line, not wrapped (``\b`` is the parser's mark)."""
    lines = "\n".join(f"  {command}" for command in commands)
    return f"\b\nExamples:\n{lines}"

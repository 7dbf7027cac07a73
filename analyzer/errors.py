"""Deliberate errors, grouped by what the reader does next."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class AnalyzerError(Exception):
    """Base of all deliberate errors; the command line prints these without a traceback.

    Attributes:
        problem: One sentence: what is wrong, with the value that was seen.
        remedy: One sentence in the imperative: what to do about it.
        source: File the problem is in, if any.
        line: 1-based line in ``source``, if known.
    """

    exit_code = 1

    def __init__(
        self,
        problem: str,
        *,
        remedy: str = "",
        source: Path | str | None = None,
        line: int | None = None,
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy
        self.source = source
        self.line = line

    def __str__(self) -> str:
        where = f"{self.source}:{self.line}" if self.line else str(self.source or "")
        head = f"{where}: {self.problem}" if where else self.problem
        return f"{head}\n  -> {self.remedy}" if self.remedy else head


class UsageError(AnalyzerError):
    """The command or call lacks something only the caller can say. Add it and run again."""

    exit_code = 2


class InputError(AnalyzerError):
    """A file cannot be read as what it claims to be. Fix the input."""

    exit_code = 3


class PermissionMissingError(AnalyzerError):
    """The tenant refused. Grant a role or a licence; retrying will not help."""

    exit_code = 4


class IncompleteError(AnalyzerError):
    """Part of the sign-in data is missing, and the run cannot go on. Run it again."""

    exit_code = 5

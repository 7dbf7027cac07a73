"""One person's explanation: text in a terminal, escaped HTML in a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.report.model import Document


@dataclass(frozen=True, slots=True)
class Explanation:
    """What :meth:`analyzer.Case.explain` returns; it only renders."""

    document: Document

    def __str__(self) -> str:
        from analyzer.report import terminal  # noqa: PLC0415 - rich only when printed

        return terminal.plain(self.document)

    def _repr_html_(self) -> str:
        from analyzer.report import html  # noqa: PLC0415 - jinja2 only when shown

        return html.fragment(self.document)

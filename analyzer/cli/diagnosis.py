"""What the doctor found, as text for a terminal and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import TYPE_CHECKING

from analyzer import __version__
from analyzer.cli.paragraphs import paragraph
from analyzer.report.visible import one_line
from analyzer.sources.setting_table import SETTINGS
from analyzer.times import iso_z

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from analyzer.sources.configuration import Configuration
    from analyzer.sources.graph.findings import Finding

_LIBRARIES = ("duckdb", "msgraph-sdk", "azure-identity")
_SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything the doctor reports.

    Attributes:
        at: When.
        configuration: Settings and their origins.
        versions: By name, this program first.
        findings: Outcome of each check that was made.
    """

    at: datetime
    configuration: Configuration
    versions: Mapping[str, str]
    findings: tuple[Finding, ...]

    @property
    def has_failed(self) -> bool:
        """Whether a pull would fail for a reason that was found."""
        return any(finding.state == "failed" for finding in self.findings)


def versions() -> dict[str, str]:
    """Versions of this program and of the libraries a pull rests on."""
    return {"analyzer": __version__, **{name: _version(name) for name in _LIBRARIES}}


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def as_json(diagnosis: Diagnosis) -> str:
    """The diagnosis as one JSON object."""
    return (
        json.dumps(
            {
                "schema_version": _SCHEMA_VERSION,
                "generated_at": iso_z(diagnosis.at),
                "ok": not diagnosis.has_failed,
                "settings": [
                    {
                        "name": setting.name,
                        "value": diagnosis.configuration.texts[setting.name],
                        **asdict(diagnosis.configuration.origins[setting.name]),
                    }
                    for setting in SETTINGS
                ],
                "versions": dict(diagnosis.versions),
                "findings": [asdict(finding) for finding in diagnosis.findings],
            },
            indent=2,
            ensure_ascii=False,
        )
        + "\n"
    )


def as_text(diagnosis: Diagnosis) -> str:
    """The diagnosis for a terminal."""
    texts, origins = diagnosis.configuration.texts, diagnosis.configuration.origins
    settings = [
        (setting.name, one_line(texts[setting.name]), one_line(origins[setting.name].where))
        for setting in SETTINGS
    ]
    parts = [
        "Settings",
        *_columns(settings),
        "",
        "Versions",
        *_columns([(name, one_line(text)) for name, text in diagnosis.versions.items()]),
    ]
    if diagnosis.findings:
        parts += ["", "Checks", *(line for one in diagnosis.findings for line in _told(one))]
    return "\n".join(parts) + "\n"


def _columns(rows: Sequence[tuple[str, ...]]) -> Iterable[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"  {'  '.join(cells)}".rstrip()


def _told(finding: Finding) -> Iterable[str]:
    says = one_line(f"{finding.name}: {finding.says}")
    yield paragraph(says, indent=2, mark=f"{finding.state:<9}")
    if finding.remedy:
        yield paragraph(one_line(finding.remedy), indent=11, mark="-> ")

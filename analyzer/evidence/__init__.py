"""The admin's evidence: exports as bytes in, tidy tables out, joined to people."""

from analyzer.evidence.bundle import (
    Evidence,
    EvidenceFiles,
    load_evidence,
    missing_evidence,
)
from analyzer.evidence.linking import Linked, MapiState, link
from analyzer.evidence.mapi_http import OrgConfig
from analyzer.evidence.tables import EvidenceFile
from analyzer.evidence.unresolved import Unresolved
from analyzer.evidence.zone_hint import zone_offset_hint, zone_offset_sentence

__all__ = [
    "Evidence",
    "EvidenceFile",
    "EvidenceFiles",
    "Linked",
    "MapiState",
    "OrgConfig",
    "Unresolved",
    "link",
    "load_evidence",
    "missing_evidence",
    "zone_offset_hint",
    "zone_offset_sentence",
]

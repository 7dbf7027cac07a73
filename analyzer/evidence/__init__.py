"""The admin's evidence: exports as bytes in, tidy tables out, joined to people."""

from analyzer.evidence.bundle import (
    Evidence,
    EvidenceFiles,
    load_evidence,
    missing_evidence,
)
from analyzer.evidence.linking import Linked, MapiState, link, with_onprem
from analyzer.evidence.mapi_http import OrgConfig
from analyzer.evidence.onprem import OnPrem, link_onprem
from analyzer.evidence.tables import EvidenceFile
from analyzer.evidence.unresolved import Unresolved
from analyzer.evidence.zone_hint import zone_offset_hint, zone_offset_sentence

__all__ = [
    "Evidence",
    "EvidenceFile",
    "EvidenceFiles",
    "Linked",
    "MapiState",
    "OnPrem",
    "OrgConfig",
    "Unresolved",
    "link",
    "link_onprem",
    "load_evidence",
    "missing_evidence",
    "with_onprem",
    "zone_offset_hint",
    "zone_offset_sentence",
]

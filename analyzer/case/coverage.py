"""What was asked, read, duplicate, rejected, missing: put together for the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.evidence import zone_offset_hint, zone_offset_sentence
from analyzer.results import Coverage

if TYPE_CHECKING:
    from analyzer.correlate import Correlated
    from analyzer.engine.duckdb_engine import Loaded
    from analyzer.evidence import Evidence, Linked


def coverage_of(
    loaded: Loaded, evidence: Evidence, linked: Linked, correlated: Correlated
) -> Coverage:
    """Coverage of one triage; ``complete`` speaks of sign-in data only, never of evidence."""
    rejected = sum(item.rejected for item in loaded.inputs)
    refused = any(item.refused for item in loaded.inputs)
    notes = [*loaded.notes, *evidence.notes, *linked.notes]
    notes += _zone(correlated, linked)
    unknown = correlated.outcomes.get("unknown", 0)
    if unknown:
        notes.append(
            f"{unknown} sign-ins carry no result code; they are neither success nor failure here."
        )
    if not any(outcome in correlated.outcomes for outcome in ("success", "legacy-success")):
        notes.append(
            "The input holds no successful sign-in: which places are normal, and who recovered, "
            "cannot be told."
        )
    return Coverage(
        complete=not (rejected or refused or loaded.gaps),
        events_read=sum(item.events for item in loaded.inputs),
        events_duplicate=sum(item.duplicates for item in loaded.inputs),
        events_rejected=rejected,
        inputs=loaded.inputs,
        gaps=loaded.gaps,
        evidence_missing=evidence.missing,
        notes=tuple(dict.fromkeys(notes)),
        counts={**evidence.counts, **linked.counts},
    )


def _zone(correlated: Correlated, linked: Linked) -> list[str]:
    """A warning where failures of many people lead their cut-over by one whole-hour offset."""
    table = correlated.bundles
    blocked = table[
        (table["outcome"] == "blocked")
        & table["source_class"].isin(["familiar", "unknown"])
        & table["family"].isin(["outlook", "ews", "other"])
    ]
    onsets = blocked.groupby("person_key").agg(first_block_at=("first_seen", "min")).reset_index()
    hint = zone_offset_hint(onsets, linked.cutovers)
    return [] if hint is None else [zone_offset_sentence(*hint)]

"""Canonical policy results: sign-in x policy, only where the result tells something."""

from __future__ import annotations

from analyzer.schema.column import Column

TELLING_RESULTS = (
    "failure",
    "reportOnlyFailure",
    "reportOnlyInterrupted",
    "unknownFutureValue",
    "unknown",
)

POLICY_RESULTS: tuple[Column, ...] = (
    Column("signin_id", "text", "The sign-in.", required=True),
    Column("policy_id", "text", "Policy id, lower case; 'securitydefaults' for security defaults."),
    Column("policy_name", "text", "Policy name as of sign-in time."),
    Column("result", "text", "Result in Graph's spelling, e.g. failure, reportOnlyFailure."),
    Column("is_block", "boolean", "The enforced grant controls contain Block, caselessly."),
    Column(
        "grant_controls", "text", "Enforced grant controls, lower case, joined by commas, sorted."
    ),
    Column(
        "matched_client_type",
        "boolean",
        "conditionsSatisfied names the client type (clientType, or bit 16); NULL is unknown.",
    ),
)

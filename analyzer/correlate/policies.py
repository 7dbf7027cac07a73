"""Sign-ins counted by policy: whom one stopped, who came in and when, what a change would replay.

Every table here has a row for each person and combination of answers, never for each event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from analyzer.vocabulary import error_codes
from analyzer.vocabulary.client_apps import LEGACY_FAMILIES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import pandas as pd

    from analyzer.engine.workspace import Frame, Workspace

_STOPPED = ("blocked", "policy")
_LET_IN = ("success", "legacy-success")
_PROMPTING = "reportOnlyInterrupted"
_WOULD_FAIL = "reportOnlyFailure"
_FAILED = "failure"


def result_counts(everything: Frame, policy_results: Frame, workspace: Workspace) -> pd.DataFrame:
    """How often each policy failed, enforced or in report-only mode.

    An enforced failure counts where the sign-in was stopped; both halves are needed. Of a wrong
    password no policy was asked.

    Args:
        everything: All labelled sign-ins, with all their columns.
        policy_results: Canonical policy results.
        workspace: Engine to run on.

    Returns:
        ``policy_id, is_enforced, is_legacy, events, people, first, last, name``.
    """
    policy_results = _with_defaults(policy_results, everything)
    signins = everything.select("signin_id", "person_key", "family", "outcome", "occurred_at")
    is_enforced = nw.col("result") == _FAILED
    stopped = nw.col("outcome").is_in(list(_STOPPED))
    rows = (
        policy_results.filter(nw.col("result").is_in([_FAILED, _WOULD_FAIL]))
        .filter(~nw.col("policy_id").is_null())
        .select("signin_id", "policy_id", "policy_name", "result")
        .join(signins, on="signin_id", how="inner")
        .filter(~is_enforced | stopped, nw.col("outcome") != "wrong-password")
        .with_columns(
            is_enforced.alias("is_enforced"),
            nw.col("family").is_in(list(LEGACY_FAMILIES)).alias("is_legacy"),
        )
        .group_by("policy_id", "is_enforced", "is_legacy")
        .agg(
            nw.len().alias("events"),
            nw.col("person_key").n_unique().alias("people"),
            nw.col("occurred_at").min().alias("first"),
            nw.col("occurred_at").max().alias("last"),
            nw.col("policy_name").last(order_by=["occurred_at", "signin_id"]).alias("name"),
        )
    )
    return workspace.collect(rows)


def came_in(work: Frame, cuts: Sequence[datetime], workspace: Workspace) -> pd.DataFrame:
    """Legacy sign-ins that were let in, counted between instants.

    Args:
        work: Sign-ins that matter, placed.
        cuts: Instants, aware; no row holds sign-ins from both sides of one.
        workspace: Engine to run on.
    """
    key = ("person_key", "family", "country", "ip_address", "source_class", "segment")
    rows = (
        work.filter(nw.col("outcome") == "legacy-success")
        .with_columns(_segment(cuts).alias("segment"))
        .group_by(*key)
        .agg(
            nw.len().alias("events"),
            nw.col("occurred_at").min().alias("first"),
            nw.col("occurred_at").max().alias("last"),
        )
    )
    return workspace.collect(rows)


def legacy_uses(work: Frame, workspace: Workspace) -> pd.DataFrame:
    """People's own legacy clients with the right password: ``person_key, family, events, last``."""
    rows = (
        work.filter(
            nw.col("family").is_in(list(LEGACY_FAMILIES)),
            nw.col("outcome").is_in([*_STOPPED, "legacy-success"]),
            nw.col("source_class") != "hostile",
        )
        .group_by("person_key", "family")
        .agg(nw.len().alias("events"), nw.col("occurred_at").max().alias("last"))
    )
    return workspace.collect(rows)


def legacy_days(work: Frame, workspace: Workspace) -> pd.DataFrame:
    """Legacy sign-ins by day (UTC) and outcome: ``day, outcome, events, people, first, last``."""
    rows = (
        work.filter(
            nw.col("family").is_in(list(LEGACY_FAMILIES)),
            nw.col("outcome").is_in(["blocked", "legacy-success"]),
        )
        .with_columns(nw.col("occurred_at").dt.truncate("1d").alias("day"))
        .group_by("day", "outcome")
        .agg(
            nw.len().alias("events"),
            nw.col("person_key").n_unique().alias("people"),
            nw.col("occurred_at").max().alias("last"),
        )
    )
    return workspace.collect(rows)


def guests(signins: Frame, workspace: Workspace) -> pd.DataFrame:
    """Whether each person is a guest, where a sign-in says: ``user_id, is_guest``."""
    rows = (
        signins.filter(~nw.col("user_type").is_null(), ~nw.col("user_id").is_null())
        .group_by("user_id")
        .agg((nw.col("user_type") == "guest").max().alias("is_guest"))
    )
    return workspace.collect(rows)


def replayed(
    everything: Frame,
    work: Frame,
    policy_results: Frame,
    workspace: Workspace,
    *,
    policy_id: str,
    cuts: Sequence[datetime],
) -> pd.DataFrame:
    """Sign-ins that were stopped or let in, by everything that a change of one policy asks.

    Args:
        everything: All labelled sign-ins, with all their columns.
        work: Sign-ins that matter, placed.
        policy_results: Canonical policy results.
        workspace: Engine to run on.
        policy_id: The policy.
        cuts: Instants at which it changed, aware.

    Returns:
        ``person_key, kind, fate, policies_known, result, others_failed, is_strange, segment``
        and ``events, first, signin_id``.
    """
    own, others = _results(_with_defaults(policy_results, everything), policy_id)
    strange = (
        work.filter(nw.col("source_class").is_in(["hostile", "unfamiliar"]))
        .select("signin_id")
        .with_columns(nw.lit(value=True).alias("is_strange"))
    )
    signins = everything.filter(nw.col("outcome").is_in([*_STOPPED, *_LET_IN])).select(
        "signin_id",
        "occurred_at",
        "person_key",
        "policies_known",
        _kind().alias("kind"),
        nw.when(nw.col("outcome").is_in(list(_STOPPED)))
        .then(nw.lit("blocked"))
        .otherwise(nw.lit("let-in"))
        .alias("fate"),
        _segment(cuts).alias("segment"),
    )
    rows = (
        signins.join(own, on="signin_id", how="left")
        .join(others, on="signin_id", how="left")
        .join(strange, on="signin_id", how="left")
        .with_columns(
            nw.col("policies_known").fill_null(value=False),
            nw.col("others_failed").fill_null(value=False),
            nw.col("is_strange").fill_null(value=False),
        )
        .group_by(
            "person_key",
            "kind",
            "fate",
            "policies_known",
            "result",
            "others_failed",
            "is_strange",
            "segment",
        )
        .agg(
            nw.len().alias("events"),
            nw.col("occurred_at").min().alias("first"),
            nw.col("signin_id").first(order_by=["occurred_at", "signin_id"]),
        )
    )
    return workspace.collect(rows)


def _with_defaults(policy_results: Frame, everything: Frame) -> Frame:
    """The results with security defaults among them, told by their code where no list has them.

    [MicrosoftDocs/entra-docs, reference-error-codes]
    """
    kept = ("signin_id", "policy_id", "policy_name", "result")
    by_code = everything.filter(nw.col("error_code") == error_codes.SECURITY_DEFAULTS).select(
        "signin_id",
        nw.lit(error_codes.SECURITY_DEFAULTS_POLICY).alias("policy_id"),
        nw.lit("Security defaults").alias("policy_name"),
        nw.lit(_FAILED).alias("result"),
    )
    listed = policy_results.filter(nw.col("policy_id") == error_codes.SECURITY_DEFAULTS_POLICY)
    missing = by_code.join(listed.select("signin_id"), on="signin_id", how="anti")
    return nw.concat([policy_results.select(*kept), missing], how="vertical")


def _results(policy_results: Frame, policy_id: str) -> tuple[Frame, Frame]:
    """One result a sign-in of the policy, the hardest; and sign-ins that others failed."""
    result = nw.col("result")
    hardness = (
        nw.when(result == _FAILED).then(nw.lit(3)).when(result == _WOULD_FAIL).then(nw.lit(2))
        .when(result == _PROMPTING).then(nw.lit(1)).otherwise(nw.lit(0))
    )  # fmt: skip
    hardest = nw.col("_hardest")
    own = (
        policy_results.filter(nw.col("policy_id") == policy_id)
        .with_columns(hardness.alias("_hardness"))
        .group_by("signin_id")
        .agg(nw.col("_hardness").max().alias("_hardest"))
        .select(
            "signin_id",
            nw.when(hardest == 3).then(nw.lit(_FAILED))  # noqa: PLR2004 - as above
            .when(hardest == 2).then(nw.lit(_WOULD_FAIL))  # noqa: PLR2004
            .when(hardest == 1).then(nw.lit(_PROMPTING))
            .otherwise(nw.lit("unknown")).alias("result"),
        )
    )  # fmt: skip
    others = (
        policy_results.filter(result == _FAILED, nw.col("policy_id") != policy_id)
        .select("signin_id")
        .unique()
        .with_columns(nw.lit(value=True).alias("others_failed"))
    )
    return own, others


def _kind() -> nw.Expr:
    family = nw.col("family")
    return (
        nw.when(family.is_in(["activesync", "modern", "unknown"]))
        .then(family)
        .otherwise(nw.lit("other"))
    )


def _segment(cuts: Sequence[datetime]) -> nw.Expr:
    """Number of the cuts that a sign-in is not before."""
    if not cuts:
        return nw.lit(0)
    terms = [
        (nw.col("occurred_at") >= nw.lit(cut.replace(tzinfo=None))).cast(nw.Int64) for cut in cuts
    ]
    while len(terms) > 1:  # in pairs: a long chain would be too deep for the engine's parser
        pairs = [terms[at : at + 2] for at in range(0, len(terms), 2)]
        terms = [pair[0] + pair[1] if len(pair) == 2 else pair[0] for pair in pairs]  # noqa: PLR2004
    return terms[0]

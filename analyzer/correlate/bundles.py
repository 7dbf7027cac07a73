"""Sign-ins that matter → bundles: one person x kind of client x what happened x place x side.

Every table here has a row for each bundle (or bundle x distinct value), never for each event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from analyzer.classify import FAILING
from analyzer.vocabulary.client_apps import OUTLOOK_ONLY_CLIENT_APPS

if TYPE_CHECKING:
    import pandas as pd

    from analyzer.engine.workspace import Frame, Workspace

KEY = ("person_key", "family", "outcome", "source_class", "side")

WORK = (*FAILING, "legacy-success")
"""Outcomes that make a bundle; a legacy success is exposure, and history to compare with."""

OUTLOOK_LIKE = ("outlook", "ews", "other", "unknown")
"""Families a stuck Outlook can show up as."""


def resolve_family(placed: Frame) -> Frame:
    """Give rows of no told kind to Outlook where Outlook itself fails beside them.

    One Outlook uses one kind of authentication for all its connections, so its EWS and
    "Other clients" rows stand beside Autodiscover, RPC or OAB rows of the same person, at the
    same address or on the same day. [Microsoft 365 developer blog, February 2021]
    """
    own = nw.col("source_class").is_in(["familiar", "unknown"])
    is_outlook = (nw.col("family") == "outlook") & own
    vague = nw.col("family").is_in(["ews", "other"])
    frame = placed.with_columns(
        nw.col("occurred_at").dt.date().alias("_day"), is_outlook.cast(nw.Int64).alias("_outlook")
    )
    frame = frame.with_columns(
        nw.col("_outlook").max().over("person_key", "ip_address").alias("_at_address"),
        nw.col("_outlook").max().over("person_key", "_day").alias("_on_day"),
    )
    beside = (nw.col("_at_address") > 0) | (nw.col("_on_day") > 0)
    return frame.with_columns(
        nw.when(vague & own & beside)
        .then(nw.lit("outlook"))
        .otherwise(nw.col("family"))
        .alias("family")
    ).drop("_day", "_outlook", "_at_address", "_on_day")


def add_side(frame: Frame, cutovers: Frame) -> Frame:
    """Add ``side``: before or after the person's own cut-over, ``none`` without one.

    Args:
        frame: Sign-ins with ``person_key``.
        cutovers: Columns ``person_key``, ``after_from`` (UTC; the cut-over less what its time
            is uncertain by), one row for each person with one.
    """
    return (
        frame.join(cutovers, on="person_key", how="left")
        .with_columns(
            nw.when(nw.col("after_from").is_null())
            .then(nw.lit("none"))
            .when(nw.col("occurred_at") >= nw.col("after_from"))
            .then(nw.lit("after"))
            .otherwise(nw.lit("before"))
            .alias("side")
        )
        .drop("after_from")
    )


def summarise(work: Frame, workspace: Workspace) -> pd.DataFrame:
    """One row for each bundle: counts, first and last, days and hours it was seen on."""

    def count(condition: nw.Expr, name: str) -> nw.Expr:
        return condition.fill_null(value=False).cast(nw.Int64).sum().alias(name)

    client = nw.col("client_key")
    at = nw.col("occurred_at")
    rows = (
        work.with_columns(at.dt.date().alias("_day"), at.dt.hour().alias("_hour"))
        .group_by(*KEY)
        .agg(
            nw.len().alias("events"),
            at.min().alias("first_seen"),
            at.max().alias("last_seen"),
            nw.col("_day").n_unique().alias("days"),
            nw.col("_hour").n_unique().alias("hours_of_day"),
            nw.col("ip_address").n_unique().alias("addresses"),
            count(nw.col("is_indirect"), "indirect"),
            count(nw.col("is_legacy_block"), "legacy_blocks"),
            count(nw.col("is_other_block"), "other_blocks"),
            count(nw.col("policies_known"), "policies_known"),
            count(client == "autodiscover", "autodiscover"),
            count(client.is_in(list(OUTLOOK_ONLY_CLIENT_APPS)), "outlook_protocol"),
            count(client == "exchange web services", "ews"),
            count(nw.col("agent_class").is_in(["outlook", "rpc"]), "outlook_agent"),
            count(nw.col("agent_class") == "blank", "blank_agent"),
            count(nw.col("agent_class") == "phone", "phone_agent"),
            count(nw.col("agent_class") == "basic-conversion", "converted_agent"),
            count(nw.col("error_code") == 0, "success_code"),
        )
    )
    return workspace.collect(rows)


def facets(work: Frame, workspace: Workspace) -> pd.DataFrame:
    """One row for each bundle x client app x agent x address x country x code, with counts."""
    rows = work.group_by(
        *KEY,
        "client_app",
        "user_agent",
        "ip_address",
        "network",
        "country",
        "error_code",
        "app_name",
    ).agg(
        nw.len().alias("events"),
        nw.col("occurred_at").min().alias("first_seen"),
        nw.col("signin_id").first(order_by=["occurred_at", "signin_id"]),
    )
    return workspace.collect(rows)


def policies_of(work: Frame, policy_results: Frame, workspace: Workspace) -> pd.DataFrame:
    """One row for each bundle x enforced policy that failed there."""
    failed = policy_results.filter(nw.col("result") == "failure").select(
        "signin_id", "policy_id", "policy_name", "is_block", "grant_controls"
    )
    rows = (
        work.join(failed, on="signin_id", how="inner")
        .group_by(*KEY, "policy_id", "policy_name", "is_block", "grant_controls")
        .agg(nw.len().alias("events"))
    )
    return workspace.collect(rows)


def around_owners(work: Frame, pairs: pd.DataFrame, workspace: Workspace) -> pd.DataFrame:
    """Failures of each delegate relative to the cut-over of each mailbox he has rights on.

    Args:
        work: Sign-ins that matter, with side and source.
        pairs: Columns ``person_key``, ``owner_key``, ``owner_after_from`` (UTC).
        workspace: Where the result is collected from.

    Returns:
        One row for each person x family x owner, with counts and first and last times before
        and after, of the person's CA-blocked sign-ins that are not after his own cut-over.
    """
    columns = ("person_key", "family", "owner_key", "events", "after", "first_after")
    if pairs.empty:
        return pairs.reindex(columns=[*columns, "first_before", "days_before"])
    blocked = work.filter(
        nw.col("outcome") == "blocked",
        nw.col("side") != "after",
        nw.col("family").is_in(list(OUTLOOK_LIKE)),
        nw.col("source_class").is_in(["familiar", "unknown"]),
    )
    at = nw.col("occurred_at")
    joined = blocked.join(workspace.push(pairs), on="person_key", how="inner").with_columns(
        (at >= nw.col("owner_after_from")).cast(nw.Int64).alias("_after"),
        at.dt.date().alias("_day"),
    )
    after = nw.when(nw.col("_after") == 1)
    before = nw.when(nw.col("_after") == 0)
    rows = joined.group_by("person_key", "family", "owner_key").agg(
        nw.len().alias("events"),
        nw.col("_after").sum().alias("after"),
        after.then(at).min().alias("first_after"),
        before.then(at).min().alias("first_before"),
        before.then(nw.col("_day")).n_unique().alias("days_before"),
    )
    table = workspace.collect(rows)
    # n_unique counts the NULL of the rows that are after as one more day.
    table["days_before"] -= (table["after"] > 0).astype("int64")
    return table


def modern_activity(
    everything: Frame, people: Frame, cutovers: pd.DataFrame, workspace: Workspace
) -> pd.DataFrame:
    """One row for each person with a cut-over x modern kind: first success after the cut-over."""
    if cutovers.empty:
        return cutovers.reindex(columns=["person_key", "modern_kind", "first_after_move"])
    good = everything.filter(nw.col("outcome") == "success", nw.col("family") == "modern")
    rows = (
        add_side(good.join(people, on="person_key", how="inner"), workspace.push(cutovers))
        .filter(nw.col("side") == "after")
        .group_by("person_key", "modern_kind")
        .agg(nw.col("occurred_at").min().alias("first_after_move"))
    )
    return workspace.collect(rows)

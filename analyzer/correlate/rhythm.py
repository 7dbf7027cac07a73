"""People's hours, and when Exchange Online first met them: what moves are inferred from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

if TYPE_CHECKING:
    import pandas as pd

    from analyzer.engine.workspace import Frame, Workspace


def hours(labelled: Frame, people: Frame, workspace: Workspace) -> pd.DataFrame:
    """Successes by hour of the day (UTC), 0 to 23, of each of the people asked for.

    Returns:
        Columns ``person_key``, ``hour``, ``n``.
    """
    rows = (
        labelled.filter(nw.col("outcome") == "success")
        .select("person_key", nw.col("occurred_at").dt.hour().alias("hour"))
        .join(people, on="person_key", how="inner")
        .group_by("person_key", "hour")
        .agg(nw.len().alias("n"))
    )
    return workspace.collect(rows)


def exchange_activity(labelled: Frame, work: Frame, workspace: Workspace) -> pd.DataFrame:
    """When a mailbox in Exchange Online was first asked for by, or in the name of, each person.

    A mailbox on premises authenticates on premises: a person's first meeting with Exchange
    Online, whatever came of it, is not before the cut-over (field guide, section 2).

    Returns:
        Columns ``person_key``, ``first_at`` (any client, from places of the person's own) and
        ``last_own_at`` (last success of a browser or phone: the use of a mailbox of one's own;
        null where there was none).
    """
    success = labelled.filter(
        nw.col("outcome") == "success", nw.col("family") == "modern", nw.col("to_exchange")
    )
    is_own = nw.col("modern_kind") != "outlook"
    at = nw.col("occurred_at")
    modern = success.select("person_key", at, nw.when(is_own).then(at).alias("_own_at"))
    legacy = work.filter(
        nw.col("family") != "modern",
        nw.col("outcome") != "wrong-password",
        nw.col("source_class").is_in(["familiar", "unknown"]),
    ).select("person_key", at, nw.lit(None, dtype=nw.Datetime("us")).alias("_own_at"))
    rows = (
        nw.concat([modern, legacy], how="vertical")
        .group_by("person_key")
        .agg(at.min().alias("first_at"), nw.col("_own_at").max().alias("last_own_at"))
    )
    return workspace.collect(rows)

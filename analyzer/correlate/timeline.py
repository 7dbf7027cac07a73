"""Hours of a person's sign-ins, and the label of every event: what reports draw and export."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from analyzer.correlate.bundles import KEY
from analyzer.engine.workspace import distinct

if TYPE_CHECKING:
    import pandas as pd

    from analyzer.engine.workspace import Frame, Workspace

EVENT_COLUMNS = (
    "signin_id",
    "occurred_at",
    "user",
    "cause",
    "kind",
    "confidence",
    "client_app",
    "error_code",
    "blocked",
    "verdict_id",
    "source_file",
)

_SURE = ("success", "legacy-success", "interrupt")


def events(labelled: Frame, work: Frame, verdicts: Frame, people: Frame) -> Frame:
    """Label every sign-in with its cause and verdict.

    Args:
        labelled: All labelled sign-ins.
        work: Sign-ins that matter, with the bundle's key.
        verdicts: Bundle key with ``cause``, ``kind``, ``confidence``, ``verdict_id``.
        people: ``person_key`` with ``user``.

    Returns:
        One row for each sign-in, columns :data:`EVENT_COLUMNS`. A success, a legacy success and
        an interrupt belong to no verdict; a sign-in without any result code is undetermined.
    """
    keyed = work.join(verdicts, on=list(KEY), how="inner").select(
        "signin_id", "cause", "kind", "confidence", "verdict_id"
    )
    outcome = nw.col("outcome")
    own = nw.when(outcome.is_in(list(_SURE))).then(outcome).otherwise(nw.lit("undetermined"))
    own_kind = (
        nw.when(outcome.is_in(list(_SURE))).then(nw.lit("none")).otherwise(nw.lit("undetermined"))
    )
    sure = nw.when(outcome.is_in(list(_SURE))).then(nw.lit(1.0)).otherwise(nw.lit(0.0))
    return (
        labelled.join(keyed, on="signin_id", how="left")
        .join(people, on="person_key", how="left")
        .with_columns(
            nw.coalesce(nw.col("cause"), own).alias("cause"),
            nw.coalesce(nw.col("kind"), own_kind).alias("kind"),
            nw.coalesce(nw.col("confidence"), sure).alias("confidence"),
            (outcome == "blocked").alias("blocked"),
            nw.coalesce(nw.col("user"), nw.col("user_principal_name")).alias("user"),
        )
        .select(*EVENT_COLUMNS)
    )


def hours(everything: Frame, work: Frame, lanes: Frame, workspace: Workspace) -> pd.DataFrame:
    """Count people's sign-ins by hour.

    Args:
        everything: All labelled sign-ins; successes are taken from here.
        work: Sign-ins that matter, with the bundle's key.
        lanes: ``person_key`` and ``lane`` for the people asked for: successes of other kinds of
            client than these say nothing of the person's failures and are left out.
        workspace: Where the result is collected from.

    Returns:
        Columns of the bundle key, ``hour`` (start, UTC), ``lane`` (kind of client), ``n``. For
        successes the place and side are empty text.
    """
    hour = nw.col("occurred_at").dt.truncate("1h").alias("hour")
    people = distinct(lanes, "person_key")
    failing = (
        work.join(people, on="person_key", how="inner")
        .with_columns(hour, nw.col("family").alias("lane"))
        .group_by(*KEY, "lane", "hour")
        .agg(nw.len().alias("n"))
    )
    good = (
        everything.filter(nw.col("outcome") == "success")
        .with_columns(
            hour,
            nw.lit("").alias("source_class"),
            nw.lit("").alias("side"),
            nw.coalesce(nw.col("modern_kind"), nw.col("family")).alias("lane"),
        )
        .join(lanes, on=["person_key", "lane"], how="inner")
        .group_by(*KEY, "lane", "hour")
        .agg(nw.len().alias("n"))
    )
    return workspace.collect(nw.concat([failing, good.select(failing.columns)], how="vertical"))

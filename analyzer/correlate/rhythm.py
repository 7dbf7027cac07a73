"""People's hours, and when Exchange Online first met them: what moves are inferred from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

if TYPE_CHECKING:
    import pandas as pd

    from analyzer.engine.workspace import Frame, Workspace


def hours(everything: Frame, people: Frame, workspace: Workspace) -> pd.DataFrame:
    """Successes by hour of the day (UTC), 0 to 23, of each of the people asked for.

    Returns:
        Columns ``person_key``, ``hour``, ``n``.
    """
    rows = (
        everything.filter(nw.col("outcome") == "success")
        .select("person_key", nw.col("occurred_at").dt.hour().alias("hour"))
        .join(people, on="person_key", how="inner")
        .group_by("person_key", "hour")
        .agg(nw.len().alias("n"))
    )
    return workspace.collect(rows)


_MAIL_CLIENTS = ("outlook", "outlook-mobile", "activesync", "mail-protocol", "skype")
_NOT_OUTLOOK = ("activesync", "mail-protocol", "skype")


def exchange_activity(everything: Frame, work: Frame, workspace: Workspace) -> pd.DataFrame:
    """When Exchange Online first met a mail client of each person.

    A mailbox on premises authenticates on premises: a mail client's first meeting with Exchange
    Online, whatever came of it, is not before the cut-over (field guide, section 2). Browsers
    and Teams do not count: they ask for Exchange Online wherever the mailbox is.

    Returns:
        Columns ``person_key``, ``first_at`` (any mail client, from places of the person's own)
        and ``last_own_at`` (the last time a client other than Outlook came, which opens no
        mailbox but its person's; null where none did).
    """
    at = nw.col("occurred_at")
    modern = everything.filter(
        nw.col("outcome") == "success",
        nw.col("modern_kind").is_in(list(_MAIL_CLIENTS)).fill_null(value=False),
    ).select("person_key", at, (nw.col("modern_kind") != "outlook").alias("_is_own"))
    legacy = work.filter(
        nw.col("family") != "modern",
        nw.col("outcome") != "wrong-password",
        nw.col("source_class").is_in(["familiar", "unknown"]),
    ).select("person_key", at, nw.col("family").is_in(list(_NOT_OUTLOOK)).alias("_is_own"))
    rows = (
        nw.concat([modern, legacy], how="vertical")
        .with_columns(nw.when(nw.col("_is_own")).then(at).alias("_own_at"))
        .group_by("person_key")
        .agg(at.min().alias("first_at"), nw.col("_own_at").max().alias("last_own_at"))
    )
    return workspace.collect(rows)

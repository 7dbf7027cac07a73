"""Events x evidence → bundles with their features (engine stage).

The engine sees every event; what leaves here are small pandas tables with a row for each
bundle. What they mean is for :mod:`analyzer.hypotheses`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import narwhals as nw

from analyzer.correlate import bundles, hostile, places, rhythm
from analyzer.correlate.recoveries import recoveries
from analyzer.engine.workspace import distinct

if TYPE_CHECKING:
    import pandas as pd

    from analyzer.engine.workspace import Frame, Workspace
    from analyzer.labels import Stored

__all__ = ["CLOCK_TOLERANCE", "COARSE_TOLERANCE", "Correlated", "correlate"]

CLOCK_TOLERANCE = timedelta(minutes=15)
"""A cut-over is good to a few minutes: servers' clocks, and the lock before completion."""
COARSE_TOLERANCE = timedelta(hours=24)
"""A batch's time stands for each of its mailboxes only to within a day."""


_PLACED = (
    "signin_id",
    "occurred_at",
    "person_key",
    "family",
    "outcome",
    "client_key",
    "user_agent",
    "ip_address",
    "prefix",
    "network",
    "country",
)


@dataclass(frozen=True, slots=True)
class Correlated:
    """Bundles and what belongs to them, each a small pandas table.

    Attributes:
        bundles: One row for each bundle; see :func:`analyzer.correlate.bundles.summarise`.
        facets: One row for each bundle x distinct client, agent, address, country, code.
        policies: One row for each bundle x enforced failing policy.
        owners: One row for each delegate x family x owner.
        modern: One row for each mover x kind of modern client, with its first success.
        recoveries: One row for each person x family x outcome that recovered.
        hours: One row for each failing person x hour of the day (UTC), with successes counted.
        exchange: One row for each person with when Exchange Online first met him.
        sources: Hostile sources with figures.
        work: The sign-ins that matter, with ``family`` resolved, ``source_class``, ``side``.
        outcomes: Number of sign-ins by outcome.
        window: First and last instant in the input, or None where there is none.
    """

    bundles: pd.DataFrame
    facets: pd.DataFrame
    policies: pd.DataFrame
    owners: pd.DataFrame
    modern: pd.DataFrame
    recoveries: pd.DataFrame
    hours: pd.DataFrame
    exchange: pd.DataFrame
    sources: pd.DataFrame
    work: Frame
    outcomes: dict[str, int]
    window: tuple[pd.Timestamp, pd.Timestamp] | None


def correlate(
    labels: Stored,
    policy_results: Frame,
    cutovers: pd.DataFrame,
    pairs: pd.DataFrame,
    workspace: Workspace,
) -> Correlated:
    """Correlate labelled sign-ins with cut-overs and rights.

    Args:
        labels: Labelled sign-ins.
        policy_results: Canonical policy results.
        cutovers: Columns ``person_key``, ``completed_at`` (aware), ``is_coarse``.
        pairs: Columns ``person_key`` (delegate), ``owner_key``, ``completed_at``, ``is_coarse``.
        workspace: Engine to run on.
    """
    everything = labels.everything
    counted = workspace.collect(
        everything.group_by("outcome").agg(
            nw.len().alias("n"),
            nw.col("occurred_at").min().alias("first"),
            nw.col("occurred_at").max().alias("last"),
        )
    )
    outcomes = dict(zip(counted["outcome"], counted["n"].astype(int), strict=True))
    has_successes = bool(outcomes.get("success") or outcomes.get("legacy-success"))
    found = hostile.find_hostile(labels, workspace, has_successes=has_successes)
    matters = labels.telling.filter(nw.col("outcome").is_in(list(bundles.WORK)))
    # Persisted in between, and narrow: an engine plans a frame anew, and every column of it,
    # wherever it is used.
    placed = workspace.persist(
        places.place(matters.select(*_PLACED), everything, found, workspace), "placed"
    )
    placed = hostile.raise_campaigns(placed)
    if not found.sources.empty:
        placed = workspace.persist(placed, "campaigns")
        placed = hostile.raise_neighbours(placed, everything, workspace)
    own = _with_start(cutovers)[["person_key", "after_from"]]
    keyed = bundles.add_side(bundles.resolve_family(placed), workspace.push(own))
    keyed = keyed.select("signin_id", "family", "source_class", "side")
    work = workspace.persist(
        matters.drop("family").join(keyed, on="signin_id", how="inner"), "work"
    )
    owners = _with_start(pairs).rename(columns={"after_from": "owner_after_from"})
    people = distinct(work, "person_key")
    return Correlated(
        bundles=bundles.summarise(work, workspace),
        facets=bundles.facets(work, workspace),
        policies=bundles.policies_of(work, policy_results, workspace),
        owners=bundles.around_owners(
            work,
            owners[["person_key", "owner_key", "owner_after_from"]],
            workspace,
        ),
        modern=bundles.modern_activity(everything, people, own, workspace),
        recoveries=recoveries(work, everything, workspace),
        hours=rhythm.hours(everything, people, workspace),
        exchange=rhythm.exchange_activity(everything, work, workspace),
        sources=found.sources,
        work=work,
        outcomes=outcomes,
        window=None if counted.empty else (counted["first"].min(), counted["last"].max()),
    )


def _with_start(moves: pd.DataFrame) -> pd.DataFrame:
    """Add ``after_from``: the cut-over less what its time is uncertain by."""
    tolerance = [COARSE_TOLERANCE if coarse else CLOCK_TOLERANCE for coarse in moves["is_coarse"]]
    return moves.assign(after_from=moves["completed_at"] - _timedeltas(tolerance, moves))


def _timedeltas(values: list[timedelta], like: pd.DataFrame) -> pd.Series[pd.Timedelta]:
    import pandas as pd  # noqa: PLC0415 - the one place that makes a pandas object here

    return pd.Series(values, index=like.index, dtype="timedelta64[us]")

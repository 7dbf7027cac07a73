"""Where attacks come from: hostile addresses and networks, and what belongs to the same spray.

The rule is the contract's, exactly: a hostile source is an address (or network) with
wrong-password codes against many people in a short time, more people failing than succeeding
there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import narwhals as nw

from analyzer.classify import FAILING
from analyzer.engine.workspace import distinct

if TYPE_CHECKING:
    import pandas as pd

    from analyzer.engine.workspace import Frame, Workspace
    from analyzer.labels import Stored

MANY_PEOPLE = 5
"""People with wrong passwords in one half hour that make an address suspect. Published spray
detections use five in twenty minutes; half-hour windows that step by ten minutes hold every
such twenty."""
MANY_PEOPLE_SLOW = 10
"""People over the whole input, for sprays slower than that; then failing must outnumber
succeeding by :data:`FAR_MORE`."""
FAR_MORE = 3
"""Times as many people failing as succeeding, at a network or over a long time."""
_BIN_MINUTES = 10
_BINS_PER_WINDOW = 3
_BINS_PER_CAMPAIGN = 6
_BINS_PER_DAY = 24 * 60 // _BIN_MINUTES
_BINS_PER_YEAR = 366 * _BINS_PER_DAY


@dataclass(frozen=True, slots=True)
class Places:
    """Where people normally sign in, and where attacks come from.

    Attributes:
        sources: Hostile addresses and networks with the figures that make them so: columns
            ``level`` (``ip_address`` or ``network``), ``source``, ``failing_people``,
            ``succeeding_people``, ``people_in_half_hour``, ``first_seen``, ``last_seen``.
        has_successes: Whether the input holds any success; without, nothing can be familiar.
    """

    sources: pd.DataFrame
    has_successes: bool


def find_hostile(labels: Stored, workspace: Workspace, *, has_successes: bool) -> Places:
    """Find the hostile addresses and networks of the whole input."""
    wrong = workspace.persist(
        labels.telling.filter(
            nw.col("outcome") == "wrong-password", ~nw.col("ip_address").is_null()
        ).select("person_key", "occurred_at", "ip_address", "network"),
        "wrong_password",
    )
    suspects = _suspects(wrong, labels.everything, workspace)
    is_hostile = _is_hostile(suspects, has_successes=has_successes)
    return Places(suspects[is_hostile].reset_index(drop=True), has_successes)


def _by_source(frame: Frame, *columns: nw.Expr | str) -> Frame:
    """Each sign-in twice: under its address, and under its network."""
    return nw.concat(
        [
            frame.select(nw.lit(level).alias("level"), nw.col(level).alias("source"), *columns)
            for level in ("ip_address", "network")
        ],
        how="vertical",
    )


def _suspects(wrong: Frame, everything: Frame, workspace: Workspace) -> pd.DataFrame:
    """Sources where at least :data:`MANY_PEOPLE` people had wrong passwords, with figures."""
    key = ["level", "source"]
    failing = _by_source(wrong, "person_key", "occurred_at")
    suspects = workspace.collect(
        failing.group_by(key)
        .agg(
            nw.col("person_key").n_unique().alias("failing_people"),
            nw.col("occurred_at").min().alias("first_seen"),
            nw.col("occurred_at").max().alias("last_seen"),
        )
        .filter(nw.col("failing_people") >= MANY_PEOPLE)
    ).sort_values(key, ignore_index=True)
    figures = ("people_in_half_hour", "succeeding_people", "blocked_people")
    if suspects.empty:
        return suspects.assign(**dict.fromkeys(figures, 0))
    # Few by now: what else happened there is asked of them alone.
    names = workspace.push(suspects[key])
    bursts = workspace.collect(_bursts(failing.join(names, on=key, how="inner")))
    outcome = nw.col("outcome")
    figure = (
        nw.when(outcome.is_in(["success", "legacy-success"]))
        .then(nw.lit("succeeding_people"))
        .when(outcome == "blocked")
        .then(nw.lit("blocked_people"))
    )
    others = workspace.collect(
        _by_source(everything, "person_key", figure.alias("figure"))
        .join(names, on=key, how="inner")
        .group_by(*key, "figure")
        .agg(nw.col("person_key").n_unique().alias("people"))
    )
    tables = (bursts, *(others[others["figure"] == name] for name in figures[1:]))
    for name, table in zip(figures, tables, strict=True):
        found = suspects[key].merge(table, on=key, how="left")
        suspects[name] = found["people"].fillna(0).astype("int64")
    return suspects


def _bursts(failing: Frame) -> Frame:
    """Most people within one half hour, of each source."""
    key = ["level", "source"]
    shifted = nw.concat(
        [
            failing.select(*key, "person_key", (_bin_number() + shift).alias("window"))
            for shift in range(_BINS_PER_WINDOW)
        ],
        how="vertical",
    )
    return (
        shifted.group_by(*key, "window")
        .agg(nw.col("person_key").n_unique().alias("people"))
        .group_by(*key)
        .agg(nw.col("people").max())
    )


def _is_hostile(table: pd.DataFrame, *, has_successes: bool) -> pd.Series[bool]:
    """Many people in a short time (or very many slowly), and more failing than succeeding.

    An input without a single success cannot say who succeeds; there the people that a policy
    blocked, who had the right password, stand in for them.
    """
    benign = table["succeeding_people"] if has_successes else table["blocked_people"]
    failing = table["failing_people"]
    outnumbers_far = failing > FAR_MORE * benign
    outnumbers = outnumbers_far | ((table["level"] == "ip_address") & (failing > benign))
    fast = (table["people_in_half_hour"] >= MANY_PEOPLE) & outnumbers
    slow = (failing >= MANY_PEOPLE_SLOW) & outnumbers_far
    return fast | slow


def raise_campaigns(placed: Frame) -> Frame:
    """Call unfamiliar places hostile where many people's wrong passwords come at once.

    A distributed spray uses each address for a person or two; what gives it away is many people
    within an hour, each from a place that is strange for that person.
    """
    strange = nw.col("source_class").is_in(["unfamiliar", "hostile"])
    is_candidate = strange & (nw.col("outcome") == "wrong-password")
    candidates = placed.filter(is_candidate).select(
        "signin_id", "person_key", _bin_number().alias("_bin")
    )
    windows = nw.concat(
        [
            candidates.with_columns((nw.col("_bin") + shift).alias("_window"))
            for shift in range(_BINS_PER_CAMPAIGN)
        ],
        how="vertical",
    )
    campaigns = (
        windows.group_by("_window")
        .agg(nw.col("person_key").n_unique().alias("_people"))
        .filter(nw.col("_people") >= MANY_PEOPLE)
        .select("_window")
    )
    raised = distinct(windows.join(campaigns, on="_window", how="inner"), "signin_id").with_columns(
        nw.lit(value=True).alias("_campaign")
    )
    return (
        placed.join(raised, on="signin_id", how="left")
        .with_columns(
            nw.when(~nw.col("_campaign").is_null() & strange)
            .then(nw.lit("hostile"))
            .otherwise(nw.col("source_class"))
            .alias("source_class")
        )
        .drop("_campaign")
    )


def raise_neighbours(placed: Frame, everything: Frame, workspace: Workspace) -> Frame:
    """Call addresses beside a hostile one hostile where the same program goes on from there.

    A spray that steps on to the next address of its block leaves too few people at each. What
    fails there within half an hour, with the same client and agent, from an address that
    nobody ever succeeded at, is the same spray.
    """
    program = ("prefix", "client_key", "_agent")
    stepped = placed.with_columns(
        nw.col("user_agent").fill_null("").alias("_agent"), _bin_number().alias("_bin")
    )
    is_hostile = nw.col("source_class") == "hostile"
    sprayed = stepped.filter(is_hostile, nw.col("outcome") == "wrong-password")
    steps = nw.concat(
        [
            sprayed.select(*program, (nw.col("_bin") + shift).alias("_bin"))
            for shift in range(-_BINS_PER_WINDOW, _BINS_PER_WINDOW + 1)
        ],
        how="vertical",
    )
    steps = distinct(steps, *program, "_bin")
    failing = stepped.filter(~is_hostile, nw.col("outcome").is_in(list(FAILING)))
    beside = workspace.collect(
        distinct(failing.join(steps, on=[*program, "_bin"], how="inner"), "ip_address")
    )
    if beside.empty:
        return placed
    addresses = workspace.push(beside)
    succeeded = everything.filter(nw.col("outcome").is_in(["success", "legacy-success"]))
    good = workspace.collect(
        distinct(succeeded.join(addresses, on="ip_address", how="inner"), "ip_address")
    )
    silent = beside[~beside["ip_address"].isin(good["ip_address"])]
    marked = workspace.push(silent.assign(_silent=True))
    raised = (
        stepped.join(
            steps.with_columns(nw.lit(value=True).alias("_beside")),
            on=[*program, "_bin"],
            how="left",
        )
        .join(marked, on="ip_address", how="left")
        .with_columns(
            nw.when(
                ~nw.col("_beside").is_null(),
                ~nw.col("_silent").is_null(),
                nw.col("outcome").is_in(list(FAILING)),
            )
            .then(nw.lit("hostile"))
            .otherwise(nw.col("source_class"))
            .alias("source_class")
        )
    )
    return raised.drop("_agent", "_bin", "_beside", "_silent")


def _bin_number() -> nw.Expr:
    """Number of the ten minutes a sign-in falls into; consecutive within a year."""
    at = nw.col("occurred_at").dt
    return (
        at.year().cast(nw.Int64) * _BINS_PER_YEAR
        + at.ordinal_day().cast(nw.Int64) * _BINS_PER_DAY
        + at.hour().cast(nw.Int64) * (60 // _BIN_MINUTES)
        + (at.minute() // _BIN_MINUTES).cast(nw.Int64)
    )

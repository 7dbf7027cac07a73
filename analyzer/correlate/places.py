"""From where a sign-in came: a hostile source, a familiar one, an unfamiliar one, or not told.

The rule is the contract's, exactly: an unfamiliar place is one whose address, network *and*
country are new for the person and from where nobody in the organisation signs in normally. What
a hostile source is stands in :mod:`analyzer.correlate.hostile`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import narwhals as nw

from analyzer.engine.workspace import distinct

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from analyzer.correlate.hostile import Places
    from analyzer.engine.workspace import Frame, Workspace

SourceClass = Literal["familiar", "unfamiliar", "hostile", "unknown"]

NORMAL_PEOPLE = 2
NORMAL_DAYS = 3
OWN_DAYS = 2
USUAL_SHARE = 0.1
ORGANISATION_PEOPLE = 5

_PLACE = ("person_key", "ip_address", "prefix", "network", "country")


def place(
    work: Frame,
    everything: Frame,
    places: Places,
    workspace: Workspace,
) -> Frame:
    """Add ``source_class`` to the sign-ins that matter (failures and legacy successes).

    Args:
        work: Labelled sign-ins to be placed.
        everything: All labelled sign-ins: what is normal is learnt from their modern successes.
        places: Hostile sources of the same input.
        workspace: Where small tables and passes live.
    """
    hostile_ip = _hostile_frame(places, "ip_address", workspace)
    hostile_net = _hostile_frame(places, "network", workspace)
    good = everything.filter(nw.col("outcome") == "success", nw.col("family") == "modern").select(
        *_PLACE, nw.col("occurred_at").dt.date().alias("day")
    )
    if not places.sources.empty:
        good = good.join(hostile_ip, on="ip_address", how="anti")
    countries = _countries(good, workspace)
    good = good.join(hostile_net, on="network", how="left").select(
        *_PLACE,
        "day",
        nw.col("_hostile_network").fill_null(value=False).alias("is_hostile_network"),
        _is_one_of("country", _usual_countries(countries)).alias("is_usual"),
    )
    # Of all successes only those of the people in question, and those at the places in question.
    own = good.join(distinct(work, "person_key"), on="person_key", how="semi")
    own = workspace.persist(distinct(own, *own.collect_schema().names()), "own_successes")
    columns = work.collect_schema().names()
    work = work.join(hostile_ip, on="ip_address", how="left")
    work = work.join(hostile_net, on="network", how="left")
    for column in ("ip_address", "prefix", "network", "country"):
        work = work.join(_own(own, column), on=["person_key", column], how="left")
    for column in ("prefix", "network"):
        work = work.join(_normal(good, column), on=column, how="left")
    work = work.join(_known_people(own), on="person_key", how="left")
    organisation = workspace.collect(
        good.filter(~nw.col("country").is_null()).select(nw.col("person_key").n_unique().alias("n"))
    )
    people = organisation["n"].fillna(0).iloc[0]
    return work.select(
        *columns,
        _source_class(
            normal_country=_is_one_of("country", countries["country"]),
            knows_organisation=int(people) >= ORGANISATION_PEOPLE,
        ),
    )


def _is_one_of(column: str, values: Iterable[str]) -> nw.Expr:
    return nw.col(column).is_in(list(values)).fill_null(value=False)


def _source_class(*, normal_country: nw.Expr, knows_organisation: bool) -> nw.Expr:
    def known(name: str) -> nw.Expr:
        return ~nw.col(name).is_null()

    own = known("_own_ip_address") | known("_own_prefix") | known("_own_network")
    normal = known("_normal_prefix") | known("_normal_network")
    hostile = known("_hostile_ip_address") | (known("_hostile_network") & ~own & ~normal)
    familiar = own | normal | known("_own_country")
    has_place = ~nw.col("country").is_null() & ~nw.col("ip_address").is_null()
    strange = known("_known_person") | (nw.lit(knows_organisation) & ~normal_country)
    return (
        nw.when(hostile)
        .then(nw.lit("hostile"))
        .when(familiar)
        .then(nw.lit("familiar"))
        .when(has_place & strange)
        .then(nw.lit("unfamiliar"))
        .otherwise(nw.lit("unknown"))
        .alias("source_class")
    )


def _hostile_frame(places: Places, level: str, workspace: Workspace) -> Frame:
    rows = places.sources[places.sources["level"] == level][["source"]]
    rows = rows.rename(columns={"source": level}).astype("str")
    return workspace.push(rows.assign(**{f"_hostile_{level}": True}))


def _countries(good: Frame, workspace: Workspace) -> pd.DataFrame:
    """People with a success in each country, and their days there."""
    return workspace.collect(
        good.filter(~nw.col("country").is_null())
        .group_by("country", "person_key")
        .agg(nw.col("day").n_unique().alias("days"))
        .group_by("country")
        .agg(nw.len().alias("people"), nw.col("days").sum())
    )


def _usual_countries(countries: pd.DataFrame) -> pd.Series[str]:
    """Countries the organisation works in: of two people, or of a tenth of all days of people.

    In such a country one day's success makes a place a person's own. Elsewhere it takes a
    second day: a stranger with the right password gets in, too, and must not make the place
    he came from look normal.
    """
    share = countries["days"] / max(1, int(countries["days"].sum()))
    is_usual = (countries["people"] >= NORMAL_PEOPLE) | (share >= USUAL_SHARE)
    return countries.loc[is_usual, "country"]


def _own(good: Frame, column: str) -> Frame:
    """Places a person signs in from; in an unusual country, or a hostile network, by habit."""
    is_hostile = nw.col("hostile") > 0
    return (
        good.filter(~nw.col(column).is_null())
        .group_by("person_key", column)
        .agg(
            nw.col("day").n_unique().alias("days"),
            nw.col("is_usual").cast(nw.Int64).max().alias("usual"),
            nw.col("is_hostile_network").cast(nw.Int64).max().alias("hostile"),
        )
        .filter(
            (nw.col("days") >= NORMAL_DAYS)
            | (~is_hostile & ((nw.col("days") >= OWN_DAYS) | (nw.col("usual") > 0)))
        )
        .select("person_key", column, nw.lit(value=True).alias(f"_own_{column}"))
    )


def _normal(good: Frame, column: str) -> Frame:
    """Places where somebody of the organisation signs in as a habit: two people, or three days."""
    return (
        good.filter(~nw.col(column).is_null(), ~nw.col("is_hostile_network"))
        .group_by(column)
        .agg(
            nw.col("person_key").n_unique().alias("people"),
            nw.col("day").n_unique().alias("days"),
            nw.col("is_usual").cast(nw.Int64).max().alias("usual"),
        )
        .filter(
            (nw.col("days") >= NORMAL_DAYS)
            | (
                (nw.col("people") >= NORMAL_PEOPLE)
                & ((nw.col("usual") > 0) | (nw.col("days") >= OWN_DAYS))
            )
        )
        .select(column, nw.lit(value=True).alias(f"_normal_{column}"))
    )


def _known_people(good: Frame) -> Frame:
    """People of whom at least one usual country is known; of others nothing can be strange."""
    people = distinct(good.filter(~nw.col("country").is_null()), "person_key")
    return people.with_columns(nw.lit(value=True).alias("_known_person"))

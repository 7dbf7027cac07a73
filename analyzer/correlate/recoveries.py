"""When a client that failed got through: the same client, and no other that was well all along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from analyzer.classify import FAILING
from analyzer.engine.workspace import distinct

if TYPE_CHECKING:
    import pandas as pd

    from analyzer.engine.workspace import Frame, Workspace

RECOVERY_KIND = {
    "outlook": "outlook",
    "ews": "outlook",
    "other": "outlook",
    "skype": "skype",
    "activesync": "activesync",
    "mail-protocol": "mail-protocol",
}
"""Which kind of modern client a legacy family becomes when it recovers."""

_FAILURE = ("person_key", "family", "outcome", "kind")
_SUCCESS = (
    "person_key",
    "occurred_at",
    "family",
    "modern_kind",
    "client_key",
    "app_id",
    "app_name",
)
_OVERLAP = "1d"
_LOOK_BACK = "3d"


def recoveries(work: Frame, everything: Frame, workspace: Workspace) -> pd.DataFrame:
    """First success of the same client after the last failure of that client.

    A person has several devices. A client that got through on half as many days as the failing
    one failed, meanwhile or (a modern one beside a legacy one) shortly before, is another
    device's: its next success is nobody's recovery.

    Returns:
        Columns ``person_key``, ``family``, ``outcome``, ``recovered_at``. Failures from hostile
        or unfamiliar places do not count: the person's own client is what recovers. A modern
        client that a policy stopped abroad is the person's own by the causes' definitions.
    """
    failing = (
        work.filter(
            nw.col("outcome").is_in(list(FAILING)),
            nw.col("source_class").is_in(["familiar", "unknown"])
            | ((nw.col("source_class") == "unfamiliar") & _is_policy_of_modern()),
        )
        .with_columns(_kind_that_failed().alias("kind"), _day())
        .group_by(*_FAILURE)
        .agg(
            nw.col("occurred_at").min().alias("first_failure"),
            nw.col("occurred_at").max().alias("last_failure"),
            nw.col("day").n_unique().alias("failing_days"),
        )
    )
    people = distinct(failing, "person_key")
    # Kept, since it is read once for each way in which a success can be a recovery.
    success = workspace.persist(
        everything.filter(nw.col("outcome").is_in(["success", "legacy-success"]))
        .select(*_SUCCESS)
        .join(people, on="person_key", how="inner"),
        "successes_after_failures",
    )
    at = nw.col("occurred_at")
    joined = failing.join(_succeeding(success), on=["person_key", "kind"], how="inner")
    changes = nw.col("changes_client")
    begins = nw.when(changes).then(nw.col("first_failure").dt.offset_by(f"-{_LOOK_BACK}"))
    ends = nw.when(changes).then(nw.col("last_failure").dt.offset_by(f"-{_OVERLAP}"))
    while_failing = (at >= begins.otherwise(nw.col("first_failure"))) & (
        at < ends.otherwise(nw.col("last_failure"))
    )
    by_client = (
        joined.with_columns(
            nw.when(at > nw.col("last_failure")).then(at).alias("_after"),
            nw.when(while_failing).then(nw.col("day")).alias("_day_beside"),
            nw.when(while_failing).then(1).otherwise(0).alias("_beside"),
        )
        .group_by(*_FAILURE, "client", "failing_days", "changes_client")
        .agg(
            nw.col("_after").min().alias("recovered_at"),
            nw.col("_day_beside").n_unique().alias("days_beside"),
            nw.col("_beside").sum().alias("beside"),
            nw.len().alias("successes"),
        )
    )
    # n_unique counts the missing day of the rows that are not beside a failure as one more.
    days_beside = nw.col("days_beside") - nw.when(nw.col("beside") < nw.col("successes")).then(
        1
    ).otherwise(0)
    # Who mistypes a password gets in with the very same client, many a day.
    may_be_another = changes | (nw.col("outcome") != "wrong-password")
    was_well = may_be_another & (days_beside >= 1) & (days_beside * 2 >= nw.col("failing_days"))
    recovered = (
        by_client.filter(~nw.col("recovered_at").is_null(), ~was_well)
        .group_by(*_FAILURE)
        .agg(nw.col("recovered_at").min())
        .group_by("person_key", "family", "outcome")
        .agg(nw.col("recovered_at").max(), nw.len().alias("recovered"))
    )
    kinds = failing.group_by("person_key", "family", "outcome").agg(
        nw.len().alias("kinds"), nw.col("last_failure").max()
    )
    # A policy that stops the person stops every app: one that gets through again shows its end.
    is_over = nw.col("outcome").is_in(["blocked", "policy"]) & (
        nw.col("recovered_at") > nw.col("last_failure")
    )
    rows = (
        recovered.join(kinds, on=["person_key", "family", "outcome"], how="inner")
        .filter((nw.col("recovered") == nw.col("kinds")) | is_over)
        .select("person_key", "family", "outcome", "recovered_at")
    )
    return workspace.collect(rows)


def _is_policy_of_modern() -> nw.Expr:
    return (nw.col("family") == "modern") & nw.col("outcome").is_in(["blocked", "policy"])


def _kind_that_failed() -> nw.Expr:
    """What must get through: a kind of client; for a modern one the browser, or the very app.

    An application's own failure (it is not assigned, or does not exist) is not cured by another
    page in the same browser.
    """
    is_modern = nw.col("family") == "modern"
    return (
        nw.when(is_modern & (nw.col("outcome") == "failure"))
        .then(_app())
        .when(is_modern)
        .then(_surface())
        .when(nw.col("outcome") == "wrong-password")
        .then(_again(nw.coalesce(_kind_of_family(), nw.col("family"))))
        .otherwise(_kind_of_family())
    )


def _succeeding(success: Frame) -> Frame:
    """Successes by everything they can be a recovery of.

    Returns:
        ``person_key``, ``kind``, ``client`` (what tells one from another within the kind),
        ``changes_client`` (whether a recovery means another client than the one that failed),
        ``occurred_at``, ``day``.
    """
    success = success.with_columns(_day())
    modern = success.filter(nw.col("family") == "modern")
    legacy = success.filter(nw.col("family") != "modern")
    told = nw.col("modern_kind")
    again = _again(nw.coalesce(_kind_of_family(), nw.col("family")))
    return nw.concat(
        [
            _as(modern, told, _app(), changes=True),
            _as(modern, _surface(), _surface(), changes=False),
            _as(modern, _app(), _app(), changes=False),
            _as(modern, _again(told), _app(), changes=True),
            _as(legacy, again, nw.col("family"), changes=False),
        ],
        how="vertical",
    )


def _as(success: Frame, kind: nw.Expr, client: nw.Expr, *, changes: bool) -> Frame:
    return success.select(
        "person_key",
        kind.alias("kind"),
        client.alias("client"),
        nw.lit(changes).alias("changes_client"),
        "occurred_at",
        "day",
    ).filter(~nw.col("kind").is_null())


def _kind_of_family() -> nw.Expr:
    kind = nw.lit(None, dtype=nw.String)
    for family, modern_kind in RECOVERY_KIND.items():
        kind = nw.when(nw.col("family") == family).then(nw.lit(modern_kind)).otherwise(kind)
    return kind


def _again(kind: nw.Expr) -> nw.Expr:
    """A legacy client with a wrong password is well again when it is let in, as it was too."""
    return nw.concat_str(nw.lit("again:"), kind)


def _day() -> nw.Expr:
    return nw.col("occurred_at").dt.date().alias("day")


def _surface() -> nw.Expr:
    """The client a person has in hand: the browser, whatever its pages; else the application."""
    return (
        nw.when((nw.col("client_key") == "browser").fill_null(value=False))
        .then(nw.lit("browser"))
        .otherwise(_app())
    )


def _app() -> nw.Expr:
    name = nw.coalesce(nw.col("app_id"), nw.col("app_name"), nw.lit("unknown"))
    return nw.concat_str(nw.lit("app:"), name)

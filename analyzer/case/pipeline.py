"""The stages after reading, in their order: label, correlate, judge."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from analyzer import classify
from analyzer.case import timeline
from analyzer.case.coverage import coverage_of
from analyzer.case.known import known_of, naming_of, pairs_of
from analyzer.correlate import correlate
from analyzer.correlate import timeline as hourly
from analyzer.correlate.bundles import KEY
from analyzer.engine.workspace import DuckDbWorkspace
from analyzer.engine.writing import write_frame
from analyzer.evidence import link, link_onprem, with_onprem
from analyzer.hypotheses.gather import gather
from analyzer.hypotheses.verdicts import judge
from analyzer.identity import People, keys_of_object_ids
from analyzer.results import MoveRef, Result

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    import duckdb

    from analyzer.case.reading import Options, Reading
    from analyzer.correlate import Correlated
    from analyzer.engine.duckdb_engine import DuckDbEngine
    from analyzer.engine.workspace import Frame
    from analyzer.evidence import Linked
    from analyzer.hypotheses.verdicts import Judged, Naming
    from analyzer.labels import Labels
    from analyzer.results import TimelineMark


@dataclass(slots=True)
class Run:
    """A finished run: its result, and the engine that can still answer for single events."""

    engine: DuckDbEngine
    workspace: DuckDbWorkspace
    labels: Labels
    seen: Frame
    correlated: Correlated
    linked: Linked
    judged: Judged
    result: Result
    people: People
    naming: Callable[[str], Naming]
    reading: Reading

    def events(self) -> duckdb.DuckDBPyRelation:
        """Every distinct sign-in with cause and verdict, earliest first."""
        rows = [
            (*key, str(v.cause), str(v.kind), v.confidence, v.id)
            for key, v in self.judged.verdict_of.items()
        ]
        columns = [*KEY, "cause", "kind", "confidence", "verdict_id"]
        verdicts = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns, "object"))
        verdicts["confidence"] = verdicts["confidence"].astype("float64")
        keys = dict.fromkeys(self.people.keys_frame()["person_key"].dropna())
        named = [(key, self.naming(key).user) for key in keys]
        people = pd.DataFrame(named, columns=["person_key", "user"], dtype="object")
        frame = hourly.events(
            self.labels.everything,
            self.correlated.work,
            self.workspace.push(verdicts),
            self.workspace.push(people),
        )
        relation: duckdb.DuckDBPyRelation = nw.to_native(frame)
        return relation.order("occurred_at, signin_id")

    def write_events(self, path: Path) -> None:
        """Write :meth:`events` in the form that the file's ending names."""
        write_frame(self.events(), path)

    def timelines(self) -> dict[str, tuple[TimelineMark, ...]]:
        """Timeline of each person with a verdict."""
        return timeline.timelines(
            self.seen,
            self.correlated.work,
            self.judged.verdict_of,
            self.linked,
            self.workspace,
        )

    def close(self) -> None:
        """Drop the engine and its temporary folder."""
        self.engine.close()


def run(reading: Reading, options: Options, progress: Callable[[str], None] | None = None) -> Run:
    """Triage what was read; the engine is closed if that fails."""
    try:
        return _run(reading, options, progress)
    except BaseException:
        reading.engine.close()
        raise


def _run(reading: Reading, options: Options, progress: Callable[[str], None] | None) -> Run:
    engine, loaded, evidence = reading.engine, reading.loaded, reading.evidence
    say = progress or (lambda _text: None)
    workspace = DuckDbWorkspace(engine.connection, engine.folder)
    signins: Frame = nw.from_native(loaded.signins)
    policy_results: Frame = nw.from_native(loaded.policy_results)
    names = _people_seen(signins, workspace)
    say("labelling sign-ins")
    with ThreadPoolExecutor(max_workers=1) as beside:
        keys = keys_of_object_ids(names)
        if keys is None:
            linking = beside.submit(_people, names, reading)
            keys = linking.result()[0].keys_frame()
            labels = classify.label(signins, policy_results, _differing(keys, workspace))
        else:
            # The engine labels on its own threads while the evidence is joined to people on ours.
            labels = classify.label(signins, policy_results, _differing(keys, workspace))
            linking = beside.submit(_people, names, reading)
        stored = labels.stored(workspace)
        people, linked = linking.result()
    say("correlating with moves and rights")
    correlated = correlate(stored, policy_results, linked.cutovers, pairs_of(linked), workspace)
    window = _window(correlated, options)
    known = known_of(evidence, linked, people, correlated.bundles["person_key"].unique())
    naming = naming_of(people, _app_names(stored.everything, workspace))
    say("weighing the evidence")
    judged = judge(gather(correlated, known, window) if window else (), naming)
    result = Result(
        generated_at=options.generated_at,
        window_from=options.since or (window[0] if window else None),
        window_to=options.until or (window[1] if window else None),
        coverage=coverage_of(loaded, evidence, linked, correlated),
        verdicts=judged.verdicts,
        events_by_cause=_events_by_cause(correlated, judged),
        cutovers=_cutovers(known.cutovers),
    )
    return Run(
        engine, workspace, labels, stored.everything, correlated, linked, judged, result, people,
        naming, reading,
    )  # fmt: skip


def _differing(keys: pd.DataFrame, workspace: DuckDbWorkspace) -> Frame | None:
    """Person keys as a frame; None where each is the object id, and no join is needed."""
    is_same = keys["person_key"].eq(keys["user_id"]) | (
        keys["person_key"].isna() & keys["user_id"].isna()
    )
    return None if is_same.all() else workspace.push(keys)


def _people(seen: pd.DataFrame, reading: Reading) -> tuple[People, Linked]:
    people = People.join(seen, reading.listed)
    linked = link(reading.evidence, people)
    if reading.connections is not None:
        linked = with_onprem(linked, link_onprem(reading.connections, people))
    return people, linked


def _people_seen(signins: Frame, workspace: DuckDbWorkspace) -> pd.DataFrame:
    """Distinct names of people in the sign-ins, with when each was last used.

    A person's last success tells by which name he goes: whoever tries an old name with a wrong
    password does not rename him. Of people without any success the last attempt counts.
    """
    names = ("user_id", "user_principal_name", "user_display_name")
    at = nw.col("occurred_at")
    seen = workspace.collect(
        signins.with_columns(nw.when(nw.col("error_code") == 0).then(at).alias("_good_at"))
        .group_by(*names)
        .agg(nw.col("_good_at").max().alias("good_at"), at.max().alias("last_seen"))
    )
    is_known = seen.groupby("user_id")["good_at"].transform("max").notna() & seen["user_id"].notna()
    seen["last_seen"] = seen["good_at"].where(is_known, seen["last_seen"])
    return seen.drop(columns="good_at")


def _window(correlated: Correlated, options: Options) -> tuple[datetime, datetime] | None:
    if correlated.window is None:
        return None
    first, last = (at.to_pydatetime() for at in correlated.window)
    return options.since or first, options.until or last


def _app_names(everything: Frame, workspace: DuckDbWorkspace) -> dict[str, str]:
    applications = everything.filter(nw.col("person_key").str.starts_with("app:"))
    table = workspace.collect(applications.select("app_id", "app_name").unique())
    named = table.dropna()
    return dict(zip(named["app_id"], named["app_name"], strict=True))


def _events_by_cause(correlated: Correlated, judged: Judged) -> dict[str, int]:
    """Events by cause: verdicts', and what is no verdict by its outcome."""
    counts: dict[str, int] = {}
    for verdict in judged.verdicts:
        counts[verdict.cause] = counts.get(verdict.cause, 0) + verdict.events
    for outcome in ("success", "legacy-success", "interrupt"):
        counts[outcome] = correlated.outcomes.get(outcome, 0)
    unknown = correlated.outcomes.get("unknown", 0)
    if unknown:
        counts["undetermined"] = counts.get("undetermined", 0) + unknown
    return counts


def _cutovers(cutovers: Mapping[str, MoveRef]) -> tuple[MoveRef, ...]:
    return tuple(sorted(cutovers.values(), key=lambda move: (move.completed_at, move.mailbox)))

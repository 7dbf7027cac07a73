"""Puts together the facts of each bundle from the engine's tables and the linked evidence."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from analyzer.classify import FAILING
from analyzer.correlate.recoveries import RECOVERY_KIND
from analyzer.hypotheses.facts import Before, Facts, HostileSource
from analyzer.hypotheses.inferring import FirstMeetings, Zones, own_use
from analyzer.hypotheses.known import Known
from analyzer.hypotheses.onprem import onprem_facts
from analyzer.hypotheses.owners import Owners, first_let_in, fits_well
from analyzer.hypotheses.supposing import Supposing
from analyzer.records import records
from analyzer.results import Answer, PolicyRef
from analyzer.times import working_time_between
from analyzer.vocabulary.agents import OUTLOOK_BUILD
from analyzer.vocabulary.error_codes import SECURITY_DEFAULTS, SECURITY_DEFAULTS_POLICY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    import pandas as pd

    from analyzer.correlate import Correlated
    from analyzer.hypotheses.facts import OwnMove

_OWN_PLACES = ("familiar", "unknown")
_BUILD = re.compile(OUTLOOK_BUILD)
_SHOWN_ADDRESSES = 20
_SHOWN_IDS = 5
_SHOWN_AGENTS = 10
_MOSTLY_JOINED = 5

Key = tuple[str, str, str, str, str]


def gather(
    correlated: Correlated, known: Known, window: tuple[datetime, datetime]
) -> Iterator[Facts]:
    """Yield the facts of every failing bundle, in a stable order."""
    tables = _Tables(correlated, known, window)
    bundles = correlated.bundles.sort_values(
        ["person_key", "family", "outcome", "source_class", "side"], kind="stable"
    )
    for row in records(bundles):
        if row["outcome"] in FAILING:
            yield tables.facts(row, window)


class _Tables:
    """The engine's tables indexed by bundle and by person."""

    def __init__(
        self, correlated: Correlated, known: Known, window: tuple[datetime, datetime]
    ) -> None:
        self.known = known
        self.facets = _by_key(correlated.facets)
        self.policies = _by_key(correlated.policies)
        self.bundles: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in records(correlated.bundles):
            self.bundles[row["person_key"]].append(row)
        self.modern: dict[tuple[str, str], datetime] = {
            (row["person_key"], str(row["modern_kind"])): row["first_after_move"]
            for row in records(correlated.modern)
        }
        self.recoveries: dict[tuple[str, str, str], datetime] = {
            (row["person_key"], row["family"], row["outcome"]): row["recovered_at"]
            for row in records(correlated.recoveries)
        }
        self.sources = {
            row["source"]: HostileSource(
                row["level"],
                row["source"],
                int(row["failing_people"]),
                int(row["succeeding_people"]),
                int(row["people_in_half_hour"]),
            )
            for row in records(correlated.sources)
        }
        exchange = records(correlated.exchange)
        self.meetings = FirstMeetings(
            {row["person_key"]: row["first_at"] for row in exchange}, window
        )
        let_in = first_let_in(row for rows in self.bundles.values() for row in rows)
        self.owners = Owners(correlated.owners, known, self.meetings, window[0], let_in)
        self.supposing = Supposing(known, let_in)
        self.own_use_at = {row["person_key"]: row["last_own_at"] for row in exchange}
        hours = correlated.hours
        self.zones = Zones(
            zip(hours["person_key"], hours["hour"].tolist(), hours["n"].tolist(), strict=True)
        )
        self.waves = sorted(move.completed_at for move in known.cutovers.values())

    def facts(self, row: dict[str, Any], window: tuple[datetime, datetime]) -> Facts:
        person, family, outcome = row["person_key"], row["family"], row["outcome"]
        key = _key(row)
        seen = _Seen.of(self.facets.get(key, ()))
        onset = self._onset(row)
        own_move = self.known.cutovers.get(person)
        owner, owner_count = self.owners.recorded(person, family, row["side"])
        if not (owner and fits_well(owner)) and row["side"] != "after":
            owner = self.owners.inferred(row, onset) or owner
        supposed, may_open = (None, ()) if owner else self.supposing.supposed(row, onset)
        policies = self.policies.get(key, ())
        state, reason = self._own_move_state(person)
        mapi, mapi_from = self.known.mapi_http.get(person, (None, None))
        return Facts(
            person_key=person,
            family=family,
            outcome=outcome,
            source_class=row["source_class"],
            side=row["side"],
            first_seen=row["first_seen"],
            last_seen=row["last_seen"],
            onset=onset,
            **{name: int(row[name]) for name in _COUNTS},
            clients=seen.clients,
            user_agents=seen.agents,
            ip_addresses=seen.addresses[:_SHOWN_ADDRESSES],
            ip_address_count=len(seen.addresses),
            networks=seen.networks,
            countries=seen.countries,
            error_codes=seen.codes,
            app_names=seen.apps,
            signin_ids=seen.signin_ids,
            policies=_policy_refs(policies),
            policies_are_legacy_blocks=self._are_legacy_blocks(policies, seen.codes),
            window_from=window[0],
            window_to=window[1],
            moves_given=self.known.moves_given,
            permissions_given=self.known.permissions_given,
            rights_are_whole=self.known.rights_are_whole,
            own_move=own_move,
            own_move_state=state,
            own_move_reason=reason,
            sees_before=own_move is not None
            and (own_move.completed_at - window[0]).total_seconds() >= 24 * 3600,
            before=self._before(person, family),
            owner=owner,
            supposed_owner=supposed,
            may_open=may_open,
            owner_count=owner_count,
            wave_at=self._wave_at(onset),
            mapi_http=mapi,
            mapi_http_from=mapi_from,
            outlook_major=_outlook_major(seen.agents),
            recovered_at=self.recoveries.get((person, family, outcome)),
            modern_since_move=self.modern.get((person, RECOVERY_KIND.get(family, family))),
            hostile=self._hostile(row["source_class"], seen),
            continues_after=row["side"] == "before" and self._continues_after(row),
            met_exchange=self.meetings.of(person),
            moves_cover_meeting=self._covers(self.meetings.of(person)),
            met_with=self.meetings.came_with_others(person),
            own_use=own_use(self.own_use_at.get(person), onset, window[1]),
            signs_in=self.zones.signs_in(person, window),
            recipient_type=self.known.recipient_types.get(person),
            utc_offset_hours=self.zones.of(person),
            families_of_person=frozenset(str(b["family"]) for b in self.bundles[person]),
            onprem=onprem_facts(self.known.onprem, row, own_move, owner, onset),
        )

    def _onset(self, row: dict[str, Any]) -> datetime:
        same = [
            other["first_seen"]
            for other in self.bundles[row["person_key"]]
            if (other["family"], other["outcome"], other["side"])
            == (row["family"], row["outcome"], row["side"])
            and other["source_class"] in _OWN_PLACES
        ]
        own = row["source_class"] in _OWN_PLACES
        first: datetime = min(same) if own else row["first_seen"]
        return first

    def _continues_after(self, row: dict[str, Any]) -> bool:
        return any(
            other["side"] == "after" and other["source_class"] in _OWN_PLACES
            for other in self.bundles[row["person_key"]]
            if (other["family"], other["outcome"]) == (row["family"], row["outcome"])
        )

    def _wave_at(self, onset: datetime) -> datetime | None:
        """Latest cut-over of anybody at or before an instant."""
        after = bisect_right(self.waves, onset)
        return self.waves[after - 1] if after else None

    def _covers(self, met: datetime | None) -> bool:
        """Whether a cut-over at that time would be known by name: at most a fifth are not."""
        if met is None or not self.waves or met < self.waves[0] - timedelta(days=1):
            return False
        lacking = _just_before(met, self.known.unjoined_cutovers)
        return lacking * _MOSTLY_JOINED <= _just_before(met, self.waves)

    def _own_move_state(self, person: str) -> tuple[OwnMove, str | None]:
        if person in self.known.cutovers:
            return "completed", None
        if person in self.known.not_cutover:
            return "not-cut-over", self.known.not_cutover[person]
        return ("no-record" if self.known.moves_given else "not-given"), None

    def _before(self, person: str, family: str) -> Before | None:
        """The same kind of client before the own cut-over, blocked or let in."""
        rows = [
            row
            for row in self.bundles[person]
            if row["family"] == family
            and row["side"] == "before"
            and row["outcome"] in {"blocked", "legacy-success"}
            and row["source_class"] in _OWN_PLACES
        ]
        if not rows:
            return None
        first = min(row["first_seen"] for row in rows)
        last = max(row["last_seen"] for row in rows)
        fit, _ = self.owners.recorded(person, family, "before")
        if not (fit and fits_well(fit)):
            earliest = min(rows, key=lambda row: row["first_seen"])
            fit = self.owners.inferred(earliest, first) or fit
        return Before(
            days=max(int(row["days"]) for row in rows),
            span_days=(last - first).total_seconds() / 86400,
            only_autodiscover=all(row["autodiscover"] == row["events"] for row in rows),
            is_delegate_explained=fit is not None and fits_well(fit),
        )

    def _are_legacy_blocks(
        self, policies: Iterable[dict[str, Any]], codes: tuple[int, ...]
    ) -> Answer:
        """Whether what refused is a block of legacy clients, by the policies' definitions."""
        ids = {str(row["policy_id"]) for row in policies if row["is_block"]}
        if SECURITY_DEFAULTS_POLICY in ids or SECURITY_DEFAULTS in codes:
            return Answer.YES
        answers = [self.known.legacy_policies.get(policy_id) for policy_id in ids]
        if any(answers):
            return Answer.YES
        return Answer.NO if answers and None not in answers else Answer.UNKNOWN

    def _hostile(self, source_class: str, seen: _Seen) -> HostileSource | None:
        if source_class != "hostile":
            return None
        for source in (*seen.addresses, *seen.networks):
            if source in self.sources:
                return self.sources[source]
        return None


_COUNTS = (
    "events",
    "days",
    "hours_of_day",
    "indirect",
    "legacy_blocks",
    "other_blocks",
    "autodiscover",
    "outlook_protocol",
    "ews",
    "outlook_agent",
    "phone_agent",
    "converted_agent",
    "success_code",
)


def _just_before(instant: datetime, cutovers: Iterable[datetime]) -> int:
    """How many cut-overs lie within the working day before an instant."""
    day = timedelta(days=1)
    return sum(
        1
        for at in cutovers
        if instant - 4 * day <= at <= instant and working_time_between(at, instant) <= day
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """Distinct values of one bundle, most frequent first where order matters."""

    clients: tuple[str, ...]
    agents: tuple[str, ...]
    addresses: tuple[str, ...]
    networks: tuple[str, ...]
    countries: tuple[str, ...]
    codes: tuple[int, ...]
    apps: tuple[str, ...]
    signin_ids: tuple[str, ...]

    @classmethod
    def of(cls, of_bundle: Iterable[dict[str, Any]]) -> _Seen:
        seen = list(of_bundle)
        by_time = sorted(seen, key=lambda row: (row["first_seen"], row["signin_id"]))
        return cls(
            clients=tuple(sorted(_counted(seen, "client_app"))),
            agents=tuple(_counted(seen, "user_agent")[:_SHOWN_AGENTS]),
            addresses=tuple(_counted(seen, "ip_address")),
            networks=tuple(_counted(seen, "network")),
            countries=tuple(_counted(seen, "country")),
            codes=tuple(
                sorted({row["error_code"] for row in seen if row["error_code"] is not None})
            ),
            apps=tuple(_counted(seen, "app_name")),
            signin_ids=tuple(row["signin_id"] for row in by_time[:_SHOWN_IDS]),
        )


def _counted(rows: list[dict[str, Any]], name: str) -> list[str]:
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        if isinstance(row[name], str):
            counts[row[name]] += int(row["events"])
    return sorted(counts, key=lambda value: (-counts[value], value))


def _key(row: dict[str, Any]) -> Key:
    return (row["person_key"], row["family"], row["outcome"], row["source_class"], row["side"])


def _by_key(table: pd.DataFrame) -> dict[Key, list[dict[str, Any]]]:
    indexed: dict[Key, list[dict[str, Any]]] = defaultdict(list)
    for row in records(table):
        indexed[_key(row)].append(row)
    return indexed


def _policy_refs(rows: Iterable[dict[str, Any]]) -> tuple[PolicyRef, ...]:
    ranked = sorted(rows, key=lambda row: (not row["is_block"], -int(row["events"])))
    refs: dict[str, PolicyRef] = {}
    for row in ranked:
        name = row["policy_name"] if isinstance(row["policy_name"], str) else None
        refs.setdefault(str(row["policy_id"]), PolicyRef(str(row["policy_id"]), name))
    return tuple(refs.values())


def _outlook_major(agents: Iterable[str]) -> int | None:
    """Newest Outlook major version named; Outlook's own token before Office's."""
    majors = [int(match.group(1)) for agent in agents for match in _BUILD.finditer(agent.lower())]
    return max(majors, default=None)

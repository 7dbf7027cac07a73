"""The sign-ins of a triage as a review of policies asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw

from analyzer.correlate import policies as counting
from analyzer.policies.exposure import CameIn
from analyzer.policies.observed import ResultCount
from analyzer.policies.reasons import LegacyUse, Seen
from analyzer.policies.result import Change, ChangeKind, Count, Example
from analyzer.policies.whatif import Replayed, request_body
from analyzer.records import records

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from analyzer.case.pipeline import Run
    from analyzer.engine.workspace import Frame
    from analyzer.results import MoveRef, Verdict

_ASKED = ("client_app", "resource_id", "ip_address", "country", "device_os", "user_id")


@dataclass(frozen=True, slots=True)
class PolicySignIns:
    """Answers from one finished run; every method is a pass of the engine."""

    run: Run

    @property
    def _signins(self) -> Frame:
        frame: Frame = nw.from_native(self.run.reading.loaded.signins)
        return frame

    @property
    def _policy_results(self) -> Frame:
        frame: Frame = nw.from_native(self.run.reading.loaded.policy_results)
        return frame

    def result_counts(self) -> list[ResultCount]:
        """How often each policy failed."""
        table = counting.result_counts(
            self.run.labels.everything, self._policy_results, self.run.workspace
        )
        return [
            ResultCount(
                row["policy_id"], row["name"], bool(row["is_enforced"]), bool(row["is_legacy"]),
                Count(int(row["events"]), int(row["people"]), row["first"], row["last"]),
            )
            for row in records(table)
        ]  # fmt: skip

    def came_in(self, cuts: Sequence[datetime]) -> list[CameIn]:
        """Legacy sign-ins that were let in, between cuts."""
        table = counting.came_in(self.run.correlated.work, cuts, self.run.workspace)
        return [
            CameIn(
                person_key=row["person_key"],
                user_id=self._id(row["person_key"]),
                user=self._name(row["person_key"]),
                family=row["family"],
                country=row["country"],
                ip_address=row["ip_address"],
                place=row["source_class"],
                events=int(row["events"]),
                first=row["first"],
                last=row["last"],
            )
            for row in records(table)
        ]

    def replayed(self, policy_id: str, cuts: Sequence[datetime]) -> list[Replayed]:
        """The window's sign-ins as a change of one policy asks for them."""
        table = counting.replayed(
            self.run.labels.everything,
            self.run.correlated.work,
            self._policy_results,
            self.run.workspace,
            policy_id=policy_id,
            cuts=cuts,
        )
        guest = counting.guests(self._signins, self.run.workspace)
        is_guest = {row["user_id"]: bool(row["is_guest"]) for row in records(guest)}
        return [_replayed(row, self._id(row["person_key"]), self._name(row["person_key"]), is_guest)
                for row in records(table)]  # fmt: skip

    def example(self, row: Replayed, *, applies_today: bool | None) -> Example:
        """One sign-in of a change as Microsoft's what-if is asked about it."""
        found = self.run.workspace.collect(
            self._signins.filter(nw.col("signin_id") == row.signin_id).select(*_ASKED)
        )
        cells = records(found)[0]
        body, missing = request_body(
            row.kind,
            row.user_id,
            client_key=str(cells["client_app"] or "").lower(),
            resource_id=cells["resource_id"],
            ip_address=cells["ip_address"],
            country=cells["country"],
            device_os=cells["device_os"],
        )
        return Example(row.signin_id, body, applies_today, missing)

    def seen(self) -> Seen:
        """Verdicts, legacy clients and moves by object id."""
        run = self.run
        verdicts: dict[str, list[Verdict]] = {}
        for verdict in run.result.verdicts:
            if verdict.user_id:
                verdicts.setdefault(verdict.user_id.lower(), []).append(verdict)
        uses: dict[str, list[LegacyUse]] = {}
        for row in records(counting.legacy_uses(run.correlated.work, run.workspace)):
            if user_id := self._id(row["person_key"]):
                use = LegacyUse(row["family"], int(row["events"]), row["last"])
                uses.setdefault(user_id, []).append(use)
        by_mailbox = {move.mailbox: move for move in run.result.cutovers}
        moves: dict[str, MoveRef] = {}
        for person in run.people.all():
            name = (person.user_principal_name or person.primary_smtp or "").lower()
            if person.user_id and name in by_mailbox:
                moves[person.user_id.lower()] = by_mailbox[name]
        window = (run.result.window_from, run.result.window_to)
        return Seen(
            verdicts={key: tuple(those) for key, those in verdicts.items()},
            uses={key: tuple(those) for key, those in uses.items()},
            moves=moves,
            length=window[1] - window[0] if window[0] and window[1] else None,
            is_complete=run.result.coverage.complete,
        )

    def marks(self) -> Iterable[Change]:
        """Failures of legacy clients and those let in, day by day, and the moves, by batch."""
        days: dict[datetime, dict[str, Any]] = {}
        for row in records(counting.legacy_days(self.run.correlated.work, self.run.workspace)):
            name = "blocked" if row["outcome"] == "blocked" else "let_in"
            counts = days.setdefault(row["day"], {"last": row["last"]})
            counts |= {name: int(row["events"]), f"{name}_people": int(row["people"])}
            counts["last"] = max(counts["last"], row["last"])
        for day, counts in sorted(days.items()):
            last = counts.pop("last")
            yield Change(day, ChangeKind.FAILURES, until=last, counts=dict(sorted(counts.items())))
        yield from _waves(self.run.result.cutovers)

    def _id(self, person_key: str) -> str | None:
        user_id = self.run.naming(person_key).user_id if self._is_known(person_key) else None
        return user_id.lower() if user_id else None

    def _name(self, person_key: str) -> str:
        return self.run.naming(person_key).user if self._is_known(person_key) else person_key

    def _is_known(self, person_key: str) -> bool:
        if person_key.startswith("app:"):
            return True
        try:
            self.run.people.person(person_key)
        except KeyError:  # nobody: sign-ins without any name
            return False
        return True


def _replayed(
    row: dict[str, Any], user_id: str | None, user: str, is_guest: dict[str, bool]
) -> Replayed:
    return Replayed(
        person_key=row["person_key"],
        user_id=user_id,
        user=user,
        is_guest=is_guest.get(user_id or ""),
        kind=row["kind"],
        fate=row["fate"],
        policies_known=bool(row["policies_known"]),
        result=row["result"],
        others_failed=bool(row["others_failed"]),
        is_strange=bool(row["is_strange"]),
        events=int(row["events"]),
        first=row["first"],
        signin_id=row["signin_id"],
    )


def _waves(moves: Iterable[MoveRef]) -> Iterable[Change]:
    batches: dict[tuple[str, str], list[MoveRef]] = {}
    for move in moves:
        day = move.completed_at.date().isoformat()
        batches.setdefault((move.batch or "", day if not move.batch else ""), []).append(move)
    for (batch, _), those in batches.items():
        times = [move.completed_at for move in those]
        yield Change(
            min(times), ChangeKind.MOVES, new=batch or None, until=max(times),
            counts={"mailboxes": len(those)},
        )  # fmt: skip

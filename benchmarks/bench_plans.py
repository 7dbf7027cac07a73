"""Compare ``--plan triage`` with ``--plan full``: requests, and the verdicts each leads to.

Run as ``python -m benchmarks.bench_plans``; ``--people 1000`` for a quick look. A tenant of the
simulator's among bystanders, so that about 2 % use legacy clients, is served over HTTP; both plans
pull it, and both stores are triaged with all exports.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.vocabulary.client_apps import MODERN_CLIENT_APPS
from benchmarks.bystanders import ATTACK
from benchmarks.graph_process import GraphProcess
from benchmarks.measuring import Measurement, Run, python, run_once, save, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PEOPLE = 20_000
SEED = 20
PLANS = ("full", "triage")
MOST = 0.15
SHOWN = 40
NOT_COMPARED = "unrelated"
_DONE, _INCOMPLETE = 0, 5

Verdicts = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one plan came to.

    Attributes:
        requests: For sign-ins, of the plan proper and of the looks ahead.
        by_kind: The same by what was asked.
        verdicts: Of every kind but the one that is not compared, by id.
        run: The pull.
    """

    requests: int
    by_kind: Mapping[str, int]
    verdicts: Verdicts
    run: Run


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both plans on one tenant."""

    full: Outcome
    triage: Outcome
    legacy_share: float
    events: int

    @property
    def request_share(self) -> float:
        """Requests of the triage plan over those of the full one."""
        return self.triage.requests / self.full.requests

    @property
    def not_fetched(self) -> set[str]:
        """Attacks by modern clients alone on people whom nothing names: the coverage says so."""
        return {
            each
            for each, verdict in self.full.verdicts.items()
            if each not in self.triage.verdicts
            and verdict["cause"] == ATTACK
            and all(client.lower() in MODERN_CLIENT_APPS for client in verdict["clients"])
        }

    @property
    def differences(self) -> list[str]:
        """Other verdicts that one plan lacks, or of another cause or kind, one a line."""
        lines = []
        full, triage = self.full.verdicts, self.triage.verdicts
        for each in sorted((full.keys() | triage.keys()) - self.not_fetched):
            told = [_told(plan.get(each)) for plan in (full, triage)]
            if told[0] != told[1]:
                user = (full.get(each) or triage[each])["user"]
                lines.append(f"{each} {user}: full {told[0]}, triage {told[1]}")
        return lines

    @property
    def changed(self) -> Counter[str]:
        """How many of the common verdicts differ in what is not compared strictly."""
        counts: Counter[str] = Counter()
        for each in self.full.verdicts.keys() & self.triage.verdicts.keys():
            for name in ("confidence", "status", "events", "recovered_at"):
                counts[name] += self.full.verdicts[each][name] != self.triage.verdicts[each][name]
        return counts


def _told(verdict: dict[str, Any] | None) -> str:
    return "no verdict" if verdict is None else f"{verdict['cause']} ({verdict['kind']})"


def compare(people: int, seed: int, folder: Path) -> Comparison:
    """Pull a tenant by both plans and triage both stores."""
    exports = folder / "exports"
    exports.mkdir(parents=True)
    outcomes = {}
    with GraphProcess("simulated", seed=seed, people=people, folder=exports) as server:
        about = json.loads((exports / "about.json").read_text(encoding="utf-8"))
        shares = json.loads((exports / "shares.json").read_text(encoding="utf-8"))
        for plan in PLANS:
            before = len(server.requests())
            store = folder / plan
            run = run_once(
                pull(store, plan, exports, about),
                environment=server.environment,
                allowed=(_DONE, _INCOMPLETE),
            )
            asked = [each for each in server.requests()[before:] if each.is_of_signins]
            kinds = Counter(_kind(each.query.get("$filter", "")) for each in asked)
            outcomes[plan] = Outcome(
                len(asked), kinds, triage(store, exports, about, folder / f"{plan}.json"), run
            )
    return Comparison(outcomes["full"], outcomes["triage"], shares["legacy_share"], about["events"])


def _kind(text: str) -> str:
    """What a question asks for."""
    for word in ("clientAppUsed", "conditionalAccessStatus", "userId", "userPrincipalName"):
        if word in text:
            return word
    return "everything" if "signInEventTypes" in text else "preflight"


def pull(store: Path, plan: str, exports: Path, about: Mapping[str, Any]) -> list[str]:
    """Command line of a pull."""
    return python(
        "-m", "analyzer.cli", "pull", "--store", str(store), "--plan", plan, "--quiet",
        "--since", about["window"]["from"], "--until", about["window"]["to"],
        *_moves(exports, about),
    )  # fmt: skip


def triage(store: Path, exports: Path, about: Mapping[str, Any], output: Path) -> Verdicts:
    """Verdicts of a store with all exports, but for the kind that is not compared."""
    permissions = [
        part
        for path in sorted((exports / "permissions").glob("*.csv"))
        for part in ("--permissions", str(path))
    ]
    run_once(
        python(
            "-m", "analyzer.cli", "triage", str(store), *_moves(exports, about), *permissions,
            "--cas-mailbox", str(exports / "cas-mailbox.csv"),
            "--org-config", str(exports / "organization-config.txt"),
            "--policies", str(exports / "policies.json"),
            "--format", "json", "--output", str(output), "--quiet",
        ),
        allowed=(_DONE, _INCOMPLETE),
    )  # fmt: skip
    document = json.loads(output.read_text(encoding="utf-8"))
    return {
        verdict["id"]: verdict
        for verdict in document["verdicts"]
        if verdict["kind"] != NOT_COMPARED
    }


def _moves(exports: Path, about: Mapping[str, Any]) -> Sequence[str]:
    return (
        "--moves", str(exports / "moves.csv"), "--recipients", str(exports / "recipients.csv"),
        "--moves-timezone", about["moves_timezone"], "--date-order", about["date_order"],
    )  # fmt: skip


def main() -> None:
    """Compare, print and save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        found = compare(arguments.people, arguments.seed, Path(temporary))
    kinds = Counter(verdict["kind"] for verdict in found.full.verdicts.values())
    differences = found.differences
    facts: dict[str, object] = {
        "people": arguments.people,
        "sign-ins": found.events,
        "share of people with a legacy client": round(found.legacy_share, 4),
        "requests, full": found.full.requests,
        "requests, triage": found.triage.requests,
        f"triage over full (at most {MOST})": round(found.request_share, 3),
        "requests by question, triage": dict(found.triage.by_kind),
        f"verdicts but {NOT_COMPARED}, full": dict(kinds),
        "verdicts that differ in cause or kind (0)": len(differences),
        "attacks by modern clients alone, not fetched": len(found.not_fetched),
        "the same verdicts that differ in": dict(found.changed),
    }
    measurements = [
        Measurement(f"analyzer pull --plan {plan}", (getattr(found, plan).run,)) for plan in PLANS
    ]
    print(table(measurements, facts))
    print("\n".join(differences[:SHOWN]))
    if arguments.people == PEOPLE:
        print(f"saved as benchmarks/results/{save('plans', measurements, facts).name}")


if __name__ == "__main__":
    main()

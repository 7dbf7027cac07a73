"""One simulated tenant, wave by wave: what was forecast beside what became of it."""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.case.readiness import Inputs, gather
from analyzer.readiness.model import Predicted
from benchmarks.accuracy import tenants
from benchmarks.readiness import as_of
from benchmarks.readiness.observed import observed
from benchmarks.readiness.truth import Truth
from benchmarks.scenarios import simulate
from benchmarks.scenarios import write as write_tenant
from benchmarks.scenarios.window import DAY, instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyzer.readiness.model import Readiness
    from benchmarks.readiness.truth import Wave
    from benchmarks.scenarios.people import Person
    from benchmarks.scenarios.world import World

SIGNIN_DAYS = 30


@dataclass(frozen=True, slots=True)
class Level:
    """One amount of evidence; ``without`` are names of ``Inputs``."""

    name: str
    title: str
    without: frozenset[str] = frozenset()


LEVELS = (
    Level("full", "full evidence, with on-premises logs"),
    Level("no-logs", "full evidence but on-premises logs", frozenset({"onprem"})),
    Level("exports", "exports only: neither sign-ins nor logs", frozenset({"onprem", "signins"})),
    Level(
        "no-cas",
        "exports without MAPI over HTTP state",
        frozenset({"onprem", "signins", "cas_mailbox", "org_config"}),
    ),
    Level(
        "no-policies",
        "exports without policies",
        frozenset({"onprem", "signins", "policies"}),
    ),
)
OTHER_SHARES = (0.0, 0.5, 0.9)
"""Shares of :data:`~benchmarks.readiness.observed.SWITCHED_SINCE` that are tried beside it."""
FATES = ("stuck", "well", "old", "away")


@dataclass(frozen=True, slots=True)
class Row:
    """How often one forecast met one fate."""

    seed: int
    level: str
    predicted: str
    basis: str
    fate: str
    overtaken: bool
    count: int


def score(seed: int, people: int | None = None) -> tuple[list[Row], dict[str, int]]:
    """Every wave of one tenant at every level; and how many waves could be scored."""
    world = simulate(seed, people)
    truth = Truth(world)
    waves = truth.waves()
    counts: Counter[tuple[str, str, str, str, bool]] = Counter()
    with _signins(seed, people, world, bool(waves)) as signins:
        for wave in waves:
            _wave(truth, wave, signins, counts)
    rows = [Row(seed, *key, count) for key, count in sorted(counts.items())]
    return rows, {"waves": truth.wave_count(), "scored": len(waves)}


@contextmanager
def _signins(seed: int, people: int | None, world: World, is_needed: bool) -> Iterator[Path]:
    kept = tenants.folder_of(seed, people)
    with tempfile.TemporaryDirectory() as temporary:
        if is_needed and not kept.exists():
            kept = Path(temporary)
            write_tenant(world, kept)
        yield kept / "signins"


def _wave(
    truth: Truth, wave: Wave, signins: Path, counts: Counter[tuple[str, str, str, str, bool]]
) -> None:
    staff = [person for person in wave.movers if person.kind == "staff"]
    fates = {person.smtp: _fate(truth, person) for person in staff}
    overtaken = {person.smtp: truth.is_overtaken(person, wave.at) for person in staff}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        as_of.write(truth.world, wave.at, staff, folder)
        for level in LEVELS:
            if level.name == "no-logs":
                continue
            for name, told in _forecasts(truth.world, wave, folder, signins, level):
                for address, (predicted, basis) in told.items():
                    key = (name, predicted, basis, fates[address], overtaken[address])
                    counts[key] += 1


def _fate(truth: Truth, person: Person) -> str:
    if truth.is_old(person):
        return "old"
    if truth.is_stuck(person):
        return "stuck"
    return "well" if truth.is_at_work(person) else "away"


def _forecasts(
    world: World, wave: Wave, folder: Path, signins: Path, level: Level
) -> Iterator[tuple[str, dict[str, tuple[str, str]]]]:
    """Of full evidence both forecasts: with and without on-premises logs."""
    gathered = gather(_inputs(world, wave, folder, signins, level), instant(wave.at))
    if level.name == "full":
        onprem = observed(world, wave.at, gathered.people)
        yield "full", _told(gathered.forecast(onprem, instant(wave.at)))
        yield "no-logs", _told(gathered.forecast(None, instant(wave.at)))
        for share in OTHER_SHARES:
            onprem = observed(world, wave.at, gathered.people, share)
            yield f"logs-{share:.0%}", _told(gathered.forecast(onprem, instant(wave.at)))
    else:
        yield level.name, _told(gathered.forecast(None, instant(wave.at)))


def _told(readiness: Readiness) -> dict[str, tuple[str, str]]:
    return {
        mailbox.mailbox: (
            mailbox.predicted.value if mailbox.is_forecast else Predicted.UNKNOWN.value,
            mailbox.basis,
        )
        for mailbox in readiness.mailboxes
    }


def _inputs(world: World, wave: Wave, folder: Path, signins: Path, level: Level) -> Inputs:
    def files(name: str, pattern: str) -> tuple[Path, ...]:
        return () if name in level.without else tuple(sorted(folder.glob(pattern)))

    at = instant(wave.at)
    return Inputs(
        batch=[folder / "batch.csv"],
        moves=files("moves", "moves.csv"),
        recipients=files("recipients", "recipients.csv"),
        permissions=files("permissions", "permissions-*.csv"),
        cas_mailbox=files("cas_mailbox", "cas-mailbox.csv"),
        org_config=files("org_config", "organization-config.txt"),
        policies=files("policies", "policies.json"),
        groups=files("groups", "groups.csv"),
        signins=() if "signins" in level.without else (signins,),
        moves_timezone=world.features.moves_timezone,
        date_order="mdy",
        since=instant(wave.at - SIGNIN_DAYS * DAY),
        until=at,
    )

"""The tenant's folder: sign-ins in two formats, the exports, and the truth."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from benchmarks import shapes_csv
from benchmarks.scenarios import evidence, truth
from benchmarks.scenarios.audit_export import audits
from benchmarks.scenarios.policy_export import policies
from benchmarks.scenarios.present import features_present
from benchmarks.scenarios.records import Recorder, halves
from benchmarks.scenarios.window import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from benchmarks.scenarios.event import Event
    from benchmarks.scenarios.world import World

FILE_DAYS = 5
LATE_SHARE = 0.008
AGAIN_SHARE = 0.012


def write_folder(world: World, folder: Path) -> None:
    """Write everything; a file there already is written over."""
    for name in ("signins", "portal", "permissions", "truth"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    _write_signins(world, folder)
    write_evidence(world, folder)
    _table(folder / "truth/events.csv", truth.EVENT_HEADER, truth.event_rows(world))
    _table(folder / "truth/verdicts.csv", truth.VERDICT_HEADER, truth.verdict_rows(world))
    _table(folder / "truth/people.csv", truth.PEOPLE_HEADER, truth.people_rows(world))


def about(world: World) -> dict[str, Any]:
    """The tenant's description."""
    window = world.window
    return {
        "seed": world.seed,
        "people": len(world.staff),
        "window": {"from": truth.iso(window.start), "to": truth.iso(window.end)},
        "moves_timezone": world.features.moves_timezone,
        "date_order": "mdy",
        "events": len(world.events),
        "features": {**world.features.told(), "present": features_present(world)},
    }


def _write_signins(world: World, folder: Path) -> None:
    """Some rows come late, into a later file; some come again, with other policies."""
    dice = world.dice("publication")
    recorder = Recorder(world)
    carried: list[str] = []
    for number, events in enumerate(_by_days(world.events), 1):
        lines: list[str] = []
        carry: list[str] = []
        tabs: dict[str, list[dict[str, Any]]] = {
            "InteractiveSignIns": [],
            "NonInteractiveSignIns": [],
        }
        for event in events:
            record = recorder.record(event)
            tab = "InteractiveSignIns" if event.client.is_interactive else "NonInteractiveSignIns"
            tabs[tab].append(record)
            roll = dice.random()
            if roll < AGAIN_SHARE:
                first, again = halves(record)
                lines.append(_line(first))
                (carry if dice.random() < 0.4 else lines).append(_line(again))
            elif roll < AGAIN_SHARE + LATE_SHARE:
                carry.append(_line(record))
            else:
                lines.append(_line(record))
        _text(folder / f"signins/signins-{number:02}.ndjson", "".join(lines + carried))
        carried = carry
        for tab, rows in tabs.items():
            _text(folder / f"portal/{tab}_{number:02}.csv", shapes_csv.portal(rows))
    if carried:
        _text(folder / "signins/signins-late.ndjson", "".join(carried))


def _by_days(events: list[Event]) -> Iterable[list[Event]]:
    """Events of some days each, which is one export."""
    piece: list[Event] = []
    for event in events:
        if piece and event.at // (FILE_DAYS * DAY) != piece[-1].at // (FILE_DAYS * DAY):
            yield piece
            piece = []
        piece.append(event)
    if piece:
        yield piece


def _line(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"


def write_evidence(world: World, folder: Path) -> None:
    """Write the exports and the description only."""
    (folder / "permissions").mkdir(parents=True, exist_ok=True)
    missing = world.features.missing
    _text(folder / "about.json", json.dumps(about(world), indent=1) + "\n")
    if missing != "moves":
        _export(folder / "moves.csv", evidence.moves(world))
    if missing != "recipients":
        _export(folder / "recipients.csv", evidence.recipients(world))
    if missing != "cas-mailbox":
        _export(folder / "cas-mailbox.csv", evidence.cas_mailboxes(world))
    if missing != "organization-config":
        _text(folder / "organization-config.txt", evidence.organization_config(world))
    if missing != "policies":
        _text(folder / "policies.json", json.dumps(policies(world), indent=1) + "\n")
        _text(folder / "directory-audits.json", json.dumps(audits(world), indent=1) + "\n")
    if missing != "permissions":
        for name, rows in (
            ("mailbox-permissions", evidence.mailbox_permissions(world)),
            ("folder-permissions", evidence.folder_permissions(world)),
            ("send-on-behalf", evidence.send_on_behalf(world)),
        ):
            if rows:
                _export(folder / f"permissions/{name}.csv", rows)


def _export(path: Path, rows: list[dict[str, str]]) -> None:
    """UTF-8 with a mark, every cell in quotes, as ``Export-Csv -Encoding UTF8`` writes."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode("utf-8-sig"))


def _table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    _text(path, text.getvalue())


def _text(path: Path, text: str) -> None:
    path.write_bytes(text.encode())

"""Write ``sample_data/contoso``: an invented tenant in mid-migration, the same in every run.

Run from the project's folder: ``python -m sample_data.generate [--output FOLDER] [--seed N]``.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.shapes import gzipped, write_shape, zipped
from benchmarks.tenant.background import write_background
from benchmarks.tenant.evidence import write_evidence
from benchmarks.tenant.ledger import Ledger
from benchmarks.tenant.people import PEOPLE
from benchmarks.tenant.onprem import write_onprem_logs
from benchmarks.tenant.stories_legacy import write_legacy_stories
from benchmarks.tenant.stories_other import write_other_stories

if TYPE_CHECKING:
    from collections.abc import Sequence

Record = dict[str, Any]

SEED = 20210304
DEFAULT_OUTPUT = Path(__file__).parent / "contoso"
SPLIT_TWINS = 12
REPUBLISHED = 9
SPLIT_AT = 3


def build(seed: int = SEED) -> Ledger:
    """The tenant's month: every sign-in with its true cause, and the verdicts it should lead to."""
    ledger = Ledger(seed)
    write_background(ledger)
    write_legacy_stories(ledger)
    write_other_stories(ledger)
    ledger.signins.sort(key=lambda pair: (pair[0]["createdDateTime"], pair[0]["id"]))
    return ledger


def with_duplicates(events: Sequence[Record]) -> list[Record]:
    """The events with some of them twice: re-published, or their policies split over two records.

    One sign-in appears in several events when many policies apply, and events are re-published:
    entra-docs reports-faq.
    """
    blocked = [event for event in events if event["status"]["errorCode"] == 53003]
    split = {event["id"] for event in blocked[:: len(blocked) // SPLIT_TWINS][:SPLIT_TWINS]}
    again = {event["id"] for event in events[:: len(events) // REPUBLISHED][:REPUBLISHED]} - split
    out = []
    for event in events:
        policies = event["appliedConditionalAccessPolicies"]
        if event["id"] in split:
            out.append({**event, "appliedConditionalAccessPolicies": policies[SPLIT_AT:]})
            out.append({**event, "appliedConditionalAccessPolicies": policies[:SPLIT_AT]})
        else:
            out.extend([event] * (2 if event["id"] in again else 1))
    return out


def write_signins(events: Sequence[Record], folder: Path) -> None:
    """Write the sign-ins the way a hurried admin collects them: five shapes, gz and zip."""
    interactive = [event for event in events if event["isInteractive"]]
    silent = [event for event in events if not event["isInteractive"]]
    gzipped(write_shape(interactive, "graph-pages", folder / "graph-interactive"))
    early = [event for event in silent if event["createdDateTime"] < "2021-03-15"]
    gzipped(write_shape(early, "log-analytics-ndjson", folder / "sentinel"))
    third = [e for e in silent if "2021-03-15" <= e["createdDateTime"] < "2021-03-22"]
    tables = write_shape(third, "log-analytics-csv", folder / "sentinel")
    zipped(tables, folder / "sentinel" / "query_data_week_3.zip")
    fourth = [e for e in silent if "2021-03-22" <= e["createdDateTime"] < "2021-03-26"]
    user_rows = [event for event in fourth if event["userId"]]
    gzipped(write_shape(user_rows, "defender-csv", folder / "defender"))
    apps = [event for event in fourth if not event["userId"]]
    last_day = [event for event in silent if event["createdDateTime"] >= "2021-03-26"]
    gzipped(write_shape([*apps, *last_day], "diagnostic-blobs", folder / "storage"))


def write_truth(ledger: Ledger, record_count: int, folder: Path) -> None:
    """Write what each event and each person's trouble really was."""
    folder.mkdir(parents=True, exist_ok=True)
    events = [
        (event["id"], event["userPrincipalName"].lower(), cause) for event, cause in ledger.signins
    ]
    _write_csv(folder / "events.csv", ("signin_id", "user", "cause"), events)
    verdicts = sorted({(v.user, v.cause, v.mailbox, v.status) for v in ledger.expected})
    _write_csv(folder / "verdicts.csv", ("user", "cause", "mailbox", "status"), verdicts)
    counts = {
        "records": record_count,
        "distinct": len(events),
        "duplicates": record_count - len(events),
    }
    (folder / "counts.json").write_text(json.dumps(counts, indent=2) + "\n", encoding="utf-8")


def write_batch(path: Path) -> None:
    """Write the third wave as it was planned: the migration batch's own CSV."""
    names = [(person.upn,) for person in PEOPLE.values() if person.fate == "w3"]
    _write_csv(path, ("EmailAddress",), names)


def _write_csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def generate(output: Path, seed: int = SEED) -> Ledger:
    """Write sign-ins, evidence and truth below ``output``, replacing what is there."""
    ledger = build(seed)
    for name in ("signins", "evidence", "truth"):
        shutil.rmtree(output / name, ignore_errors=True)
    records = with_duplicates([event for event, _ in ledger.signins])
    write_signins(records, output / "signins")
    write_evidence(output / "evidence")
    write_batch(output / "evidence" / "batch-wave-3.csv")
    write_onprem_logs(output / "evidence" / "onprem-logs")
    write_truth(ledger, len(records), output / "truth")
    return ledger


def main() -> None:
    """Parse the command line and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    ledger = generate(arguments.output, arguments.seed)
    print(f"{len(ledger.signins)} sign-ins, {len(ledger.expected)} verdicts in {arguments.output}")


if __name__ == "__main__":
    main()

"""The plain way, for comparison: ``json`` and ``pandas.json_normalize``, failures counted.

Run as ``python -m benchmarks.plain_pandas INPUT.ndjson``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd


def main(source: str) -> None:
    """Read everything, flatten it, and count the legacy failures."""
    with Path(source).open(encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    frame = pd.json_normalize(records)
    frame["createdDateTime"] = pd.to_datetime(frame["createdDateTime"])
    failed = frame[frame["status.errorCode"] != 0]
    print(failed.groupby(["userPrincipalName", "clientAppUsed"]).size().head())


if __name__ == "__main__":
    main(sys.argv[1])

"""``python -m benchmarks.scenarios --seed 7 --people 400 --output FOLDER``."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.scenarios import simulate, write


def main() -> None:
    """Write the tenant of one seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--people", type=int, help="members of staff; by default the seed says")
    parser.add_argument("--output", type=Path, required=True, help="folder to write")
    options = parser.parse_args()
    tenant = simulate(options.seed, options.people)
    write(tenant, options.output)
    print(f"{options.output}: {len(tenant.staff)} people, {len(tenant.events)} sign-ins")


if __name__ == "__main__":
    main()

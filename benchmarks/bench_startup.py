"""Measure ``analyzer --help`` against a bare Typer app with as many commands.

Run as ``python -m benchmarks.bench_startup``.
"""

from __future__ import annotations

from benchmarks.measuring import Measurement, Run, python, run_once, save, table

RUNS = 15
ANALYZER = python("-m", "analyzer.cli", "--help")


def command_count() -> int:
    """How many commands ``analyzer --help`` lists."""
    import typer  # noqa: PLC0415 - the measured children load it, this process need not before

    from analyzer.cli.app import app  # noqa: PLC0415

    group = typer.main.get_command(app)
    return len(getattr(group, "commands", ()))


def measure() -> tuple[list[Measurement], dict[str, object]]:
    """Run both, turn by turn, after one warm-up of each."""
    count = command_count()
    bare = python("-m", "benchmarks.bare_typer", str(count), "--help")
    commands = {"analyzer --help": ANALYZER, f"bare Typer app, {count} commands, --help": bare}
    taken: dict[str, list[Run]] = {name: [] for name in commands}
    for command in commands.values():
        run_once(command)
    for _ in range(RUNS):
        for name, command in commands.items():
            taken[name].append(run_once(command))
    own, other = (Measurement(name, tuple(runs)) for name, runs in taken.items())
    ratio = round(own.seconds / other.seconds, 2)
    return [own, other], {"analyzer over bare app (at most 1.3)": ratio}


def main() -> None:
    """Measure, print and save."""
    measurements, facts = measure()
    print(table(measurements, facts))
    print(f"saved as benchmarks/results/{save('startup', measurements, facts).name}")


if __name__ == "__main__":
    main()

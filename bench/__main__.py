"""``./dev bench``: measure, print one table, and always end well unless something could not be measured."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import (
    measure_bulk,
    measure_forms,
    measure_letters,
    measure_pages,
    measure_routing,
    measure_scoring,
)
from bench.figures import Figure, draw_markdown, draw_table
from bench.processes import NotMeasured
from bench.stage import Stage

Measure = Callable[[Stage], Iterator[Figure]]

MEASURES: Mapping[str, Measure] = {
    "list": measure_pages.measure_list,
    "long": measure_pages.measure_long_list,
    "application": measure_pages.measure_application,
    "autosave": measure_forms.measure_autosave,
    "form": measure_forms.measure_form,
    "login": measure_forms.measure_login,
    "memory": measure_bulk.measure_memory,
    "csv": measure_bulk.measure_export,
    "letters": measure_bulk.measure_letters,
    "letter": measure_letters.measure_letters,
    "crowd": measure_bulk.measure_crowd,
    "database": measure_bulk.measure_database,
    "routing": measure_routing.measure_routing,
    "scoring": measure_scoring.measure_scoring,
    "jags": measure_scoring.measure_jags,
}

ONLY_WHEN_ASKED = frozenset({"jags"})
"""What installs packages of the system: measured when ``--only`` names it."""


def read_arguments(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    names = ", ".join(MEASURES)
    parser.add_argument("--only", action="append", metavar="NAME", help=f"one of: {names}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--markdown", action="store_true", help="print the table of the document")
    parser.add_argument(
        "--applications", type=int, default=1_000, metavar="N", help="size of the round"
    )
    parser.add_argument(
        "--gold",
        type=Path,
        metavar="DIR",
        help="the gold standard of affinities, see bench/gold.py",
    )
    chosen = parser.parse_args(arguments)
    unknown = sorted(set(chosen.only or ()) - set(MEASURES))
    if unknown:
        parser.error(f"there is no {', '.join(unknown)}; measures: {names}")
    return chosen


def describe_machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    load = os.getloadavg()[0]
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_before": round(load, 2),
    }


def measure(chosen: argparse.Namespace) -> tuple[list[Figure], list[str]]:
    """Run the chosen measures; return the figures, and what could not be measured."""
    figures: list[Figure] = []
    problems: list[str] = []
    with (
        tempfile.TemporaryDirectory(prefix="innoverkko-bench-") as name,
        contextlib.ExitStack() as stack,
    ):
        stage = Stage(Path(name), stack, chosen.applications, chosen.gold)
        for key, work in MEASURES.items():
            if key not in (chosen.only or set(MEASURES) - ONLY_WHEN_ASKED):
                continue
            begun = time.perf_counter()
            try:
                figures += work(stage)
            except (NotMeasured, OSError) as error:
                problems.append(f"{key}: {error}")
            print(
                f"bench: {key} ({time.perf_counter() - begun:.0f} s)", file=sys.stderr, flush=True
            )
    return figures, problems


def main(arguments: list[str]) -> int:
    """Measure and report; return 1 only when something could not be measured."""
    chosen = read_arguments(arguments)
    machine = describe_machine()
    figures, problems = measure(chosen)
    print(draw_markdown(figures) if chosen.markdown else draw_table(figures))
    missed = sum(not figure.is_met for figure in figures)
    aimed = sum(figure.target is not None for figure in figures)
    print(
        f"\n{aimed - missed} of {aimed} targets reached;"
        f" Python {machine['python']}, {machine['cores']} cores, load {machine['load_before']} before"
    )
    if chosen.json:
        report = {"machine": machine, "figures": [figure.to_json() for figure in figures]}
        chosen.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    for problem in problems:
        print(f"bench: not measured: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""``python -m bench.routing_curve [--write]``: the table of docs/routing.md, printed or written into it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.measure_routing import CURVE, OBJECTIVES, SEED, Runs
from bench.processes import ROOT
from bench.routing_instances import make_call

PAGE = ROOT / "docs" / "routing.md"
BEGIN, END = "<!-- curve -->", "<!-- end of curve -->"
HEAD = (
    "| proposals × evaluators | pairs | objective | CPU | memory | total | worst-served | check |",
    "|---|---|---|---|---|---|---|---|",
)


def draw_rows() -> Iterator[str]:
    """Measure every size and objective."""
    with tempfile.TemporaryDirectory(prefix="innoverkko-bench-") as name:
        runs = Runs(Path(name))
        for size in CURVE:
            instance = make_call(size, SEED)
            for objective in OBJECTIVES:
                got = runs.run(instance, objective)
                cells = (
                    f"{size.proposals:,} × {size.evaluators:,}",
                    f"{len(instance.affinity):,}",
                    objective,
                    f"{got['cpu']:.2f} s",
                    f"{got['megabytes']:.0f} MB",
                    f"{got['total']:,.2f}",
                    f"{got['minimum']:.2f}",
                    f"{got['check'] * 1000:.0f} ms",
                )
                yield f"| {' | '.join(cells)} |"


def main(arguments: list[str]) -> int:
    """Print the table, or put it between the marks of the page."""
    table = "\n".join((*HEAD, *draw_rows()))
    if "--write" not in arguments:
        print(table)
        return 0
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Pages that officers read: the list, at two sizes, and one application with all its evaluations."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from bench.client import Ask, Run, run
from bench.figures import Figure, ratio
from bench.panels import EVALUATORS as SHEETS
from bench.processes import NotMeasured, serve_project
from bench.seed import EVALUATORS, Size
from bench.stage import Round, Stage

CLIENTS = 8
ROUNDS = 3
ALONE = 120
FEW = 40
SLOW = 8
"""Requests of an order that reads every score of a call: enough for a median, and soon done."""
WARM_UP_LONG = 4
TOGETHER = 240
WARM_UP = 24
LONG = 10
"""The long list has ten times as many applications."""


def measure_list(stage: Stage) -> Iterator[Figure]:
    """Measure the officer's list beside the floor."""
    count = stage.round.count_statements(stage.officer, stage.list_path)
    yield Figure("list-sql", "officer's list: SQL statements", count, target=6)
    with stage.visit(stage.officer) as visitor:
        size = len(visitor.get(stage.list_path).body)
    yield Figure("list-bytes", "officer's list: HTML", size / 1000, "KB", 45)
    ask = Ask(stage.list_path, headers=stage.officer)
    pairs = [_beside_floor(stage, ask) for _each in range(ROUNDS)]
    floor_rate = statistics.median(floor.per_second for floor, _ours in pairs)
    rate = statistics.median(ours.per_second for _floor, ours in pairs)
    share = statistics.median(ours.per_second / floor.per_second for floor, ours in pairs)
    note = f"{rate:.0f} requests/s, the floor {floor_rate:.0f}"
    what = f"officer's list: requests/s of the floor's, {CLIENTS} clients"
    yield Figure("list-rate", what, round(share, 2), "×", 0.4, at_least=True, note=note)
    floor_cpu = statistics.median(floor.cpu_milliseconds for floor, _ours in pairs)
    cpu = statistics.median(ours.cpu_milliseconds for _floor, ours in pairs)
    note = f"the floor {floor_cpu:.1f} ms: {ratio(cpu, floor_cpu)} ×"
    yield Figure("list-cpu", "officer's list: CPU", cpu, "ms", note=note)
    yield from _alone(stage, "list", "officer's list", ask)


def _beside_floor(stage: Stage, ask: Ask) -> tuple[Run, Run]:
    """Measure floor and page one straight after the other, so that both meet the same machine."""
    for server, one in ((stage.floor, Ask("/")), (stage.server, ask)):
        run(server, [one] * WARM_UP, CLIENTS)
    floor = run(stage.floor, [Ask("/")] * TOGETHER, CLIENTS)
    return floor, run(stage.server, [ask] * TOGETHER, CLIENTS)


def _alone(stage: Stage, name: str, what: str, ask: Ask) -> Iterator[Figure]:
    """Measure a page with one client: how far the slow answers are from the usual ones."""
    run(stage.server, [ask] * WARM_UP)
    runs = [run(stage.server, [ask] * ALONE) for _each in range(ROUNDS)]
    best = min(runs, key=lambda each: each.percentile(0.95) / each.median)
    slow = best.percentile(0.95)
    note = f"median {best.median * 1000:.1f} ms; the calmest of {ROUNDS} runs"
    yield Figure(f"{name}-p95", f"{what}: p95, one client", slow * 1000, "ms", note=note)
    share = ratio(slow, best.median)
    yield Figure(f"{name}-even", f"{what}: p95 ÷ median, one client", share, "×", 1.3)


def measure_long_list(stage: Stage) -> Iterator[Figure]:
    """Measure the list of ten times as many applications beside the ordinary one."""
    size = Size(stage.applications * LONG, drafts=0, letters=0, texts=False)
    long = Round(stage.folder / "long", size)
    headers = long.log_in(long.seeded.officer)
    base = f"/funder/calls/{long.seeded.call_id}/applications"
    yield Figure(
        "long-sql",
        f"list of {size.applications:,}: SQL",
        long.count_statements(headers, base),
        target=6,
    )
    with serve_project(long.environment, stage.folder / "long.log") as server:
        for sort in ("record", "score", "disagreement"):
            theirs = Ask(f"{base}?sort={sort}", headers=headers)
            ours = Ask(f"{stage.list_path}?sort={sort}", headers=stage.officer)
            count = FEW if sort == "record" else SLOW
            pairs = []
            for _each in range(ROUNDS):
                run(server, [theirs] * WARM_UP_LONG)
                run(stage.server, [ours] * WARM_UP_LONG)
                pairs.append((run(server, [theirs] * count), run(stage.server, [ours] * count)))
            share = statistics.median(there.median / here.median for there, here in pairs)
            figure = f"long-{sort}" if sort != "record" else "long-list"
            what = (
                f"list of {size.applications:,} by {sort}: times the list of {stage.applications:,}"
            )
            target = 1.5 if sort == "record" else None
            note = f"{statistics.median(there.median for there, _here in pairs) * 1000:.1f} ms"
            yield Figure(figure, what, round(share, 2), "×", target, note=note)


def measure_application(stage: Stage) -> Iterator[Figure]:
    """Measure one application with all its evaluations."""
    count = stage.round.count_statements(stage.officer, stage.application_path)
    yield Figure("application-sql", "one application: SQL statements", count, target=10)
    with stage.visit(stage.officer) as visitor:
        page = visitor.get(stage.application_path).body.decode()
    shown = sum(f"EV{number}<" in page for number in range(1, EVALUATORS + 1))
    if shown != SHEETS:
        raise NotMeasured(f"the page of an application shows {shown} of {SHEETS} evaluations")
    note = f"{len(page.encode()) / 1000:.0f} KB with {shown} evaluators' scores and comments"
    yield Figure(
        "application-requests", "one application: requests for all of it", 1, target=1, note=note
    )
    ask = Ask(stage.application_path, headers=stage.officer)
    yield from _alone(stage, "application", "one application", ask)

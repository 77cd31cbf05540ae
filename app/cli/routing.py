"""The command that routes proposals to evaluators from tables, without a database."""

from __future__ import annotations

import contextlib
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import click

from scoring.routing.certificate import stage_kinds
from scoring.routing.checker import find_fault
from scoring.routing.csv_rows import InvalidTable, Table
from scoring.routing.result import Objective, Routing
from scoring.routing.routing import SECONDS, route
from scoring.routing.shortage import NoFeasibleAssignment, Shortage, ShortageKind
from scoring.routing.tables import Tables, read_tables

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
REFUSED = 2
INFEASIBLE = 3
KIBIBYTES_IN_A_MEBIBYTE = 1024
TABLES = ("affinity", "proposals", "evaluators", "conflicts")


@click.group()
def routing() -> None:
    """Route proposals to evaluators."""


@routing.command("assign")
@click.option("--affinity", type=FILE, required=True, help="proposal, evaluator, affinity")
@click.option("--proposals", type=FILE, required=True, help="proposal[, demand, …]")
@click.option("--evaluators", type=FILE, required=True, help="evaluator, min_load, max_load[, …]")
@click.option("--conflicts", type=FILE, help="proposal, evaluator[, reason]")
@click.option(
    "--per-proposal", type=click.IntRange(0), required=True, help="Evaluators of each proposal."
)
@click.option(
    "--objective",
    type=click.Choice([each.value for each in Objective]),
    default=Objective.BALANCED.value,
    show_default=True,
)
@click.option("--seconds", type=click.FloatRange(0), default=SECONDS, help="Limit of each MIP.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def assign_command(**options: Any) -> None:
    """Print the best assignment and its proof.

    A pair without affinity counts 0, a conflict forbids it. Exit 2: a table is refused; exit 3:
    no assignment keeps all rules, and the shortage is named.
    """
    started = time.perf_counter(), time.process_time()
    try:
        with contextlib.ExitStack() as files:
            given = read_tables(_open(files, options), options["per_proposal"])
        found = route(given.problem, Objective(options["objective"]), seconds=options["seconds"])
    except InvalidTable as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(REFUSED)
    except NoFeasibleAssignment as error:
        _report_shortage(error, as_json=options["as_json"])
        sys.exit(INFEASIBLE)
    report = _report(found)
    report["seconds"] = round(time.perf_counter() - started[0], 3)
    report["cpu_seconds"] = round(time.process_time() - started[1], 3)
    report["peak_memory_mb"] = _peak_memory()
    if options["as_json"]:
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        _print_tables(report)


def _open(files: contextlib.ExitStack, options: dict[str, Any]) -> Tables:
    opened = {
        name: Table(
            options[name].name,
            files.enter_context(options[name].open(encoding="utf-8-sig", newline="")),
        )
        for name in TABLES
        if options[name] is not None
    }
    return Tables(**opened)


def _peak_memory() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / KIBIBYTES_IN_A_MEBIBYTE, 1)


def _report(found: Routing) -> dict[str, Any]:
    """Return everything that is printed but time and memory; affinities as decimal numbers."""
    unit = found.problem.unit
    scores = (found.problem.affinities(found.keys) / unit).tolist()
    pairs = [found.problem.pair(key) for key in found.keys.tolist()]
    report: dict[str, Any] = {
        "objective": found.objective.value,
        "status": found.status.value,
        "total": float(found.total),
        "bound": found.bounds.total / unit,
        "minimum": float(found.minimum),
        "assignments": [
            {"proposal": proposal, "evaluator": evaluator, "affinity": score}
            for (proposal, evaluator), score in zip(pairs, scores, strict=True)
        ],
        "minimum_per_proposal": _minimums(pairs, scores),
        "sums": dict(zip(found.problem.proposals, (found.sums() / unit).tolist(), strict=True)),
        "loads": dict(found.loads()),
    }
    if found.bounds.minimum is not None:
        report["minimum_bound"] = found.bounds.minimum / unit
    if found.certificate is not None:
        report["certificate"] = _certificate(found)
    return report


def _minimums(pairs: list[tuple[str, str]], scores: list[float]) -> dict[str, float]:
    """Return the weakest affinity of each proposal that has an evaluator."""
    weakest: dict[str, float] = {}
    for (proposal, _evaluator), score in zip(pairs, scores, strict=True):
        weakest[proposal] = min(score, weakest.get(proposal, score))
    return weakest


def _certificate(found: Routing) -> dict[str, Any]:
    """Check the proof with the independent checker; a fault of the solver must not be printed."""
    kinds = stage_kinds(found.objective)
    fault = find_fault(found.problem, found.keys, found.certificate, kinds)
    if fault is not None:
        raise RuntimeError(f"the certificate is refused: {fault}")
    return {"fingerprint": found.problem.fingerprint(), "stages": len(kinds), "verified": True}


def _report_shortage(error: NoFeasibleAssignment, *, as_json: bool) -> None:
    shortage = error.shortage
    if as_json:
        data = {
            "status": "infeasible",
            "missing": error.missing,
            "shortage": {
                "kind": shortage.kind.value,
                "proposals": shortage.proposals,
                "evaluators": shortage.evaluators,
                "needed": shortage.needed,
                "available": shortage.available,
            },
            "reason": explain(shortage),
        }
        click.echo(json.dumps(data, ensure_ascii=False))
    click.echo(f"error: {explain(shortage)}", err=True)


def explain(shortage: Shortage) -> str:
    """Say in words who competes for what."""
    proposals = ", ".join(shortage.proposals) or "no proposal"
    evaluators = ", ".join(shortage.evaluators) or "nobody"
    if shortage.kind is ShortageKind.EVALUATORS:
        return (
            f"{proposals} need {shortage.needed} evaluations, but without a conflict and within"
            f" their loads only {shortage.available} are possible (full: {evaluators});"
            f" {shortage.lacking} too few"
        )
    return (
        f"{evaluators} must get {shortage.needed} proposals at least, but {proposals} can give"
        f" them {shortage.available} only; lower the minimum loads by {shortage.lacking}"
    )


def _print_tables(report: dict[str, Any]) -> None:
    by_proposal: dict[str, list[str]] = {}
    for pair in report["assignments"]:
        text = f"{pair['evaluator']} ({pair['affinity']:.6g})"
        by_proposal.setdefault(pair["proposal"], []).append(text)
    _print_columns(
        ("proposal", "sum", "evaluators"),
        [
            (name, f"{total:.6f}", ", ".join(by_proposal.get(name, ["–"])))
            for name, total in report["sums"].items()
        ],
    )
    click.echo()
    _print_columns(
        ("evaluator", "load"), [(name, str(load)) for name, load in report["loads"].items()]
    )
    click.echo()
    proof = ", certificate verified" if "certificate" in report else ""
    click.echo(
        f"{report['objective']}: {report['status']}, total {report['total']:.6f}"
        f" (bound {report['bound']:.6f}), minimum {report['minimum']:.6f}{proof}"
    )
    click.echo(f"{report['seconds']} s, {report['peak_memory_mb']} MB")


def _print_columns(heading: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(row[place]) for row in (heading, *rows)) for place in range(len(heading))]
    for row in (heading, *rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())

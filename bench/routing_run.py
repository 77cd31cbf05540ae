"""One routing run in a process of its own: instance in, figures out as JSON.

``python -m bench.routing_run INSTANCE.npz TASK``; a task is an objective, ``rules`` or ``declines``.
Processor time is that of the routing alone (a small run before it loads the libraries), memory the
peak of the whole process.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from bench.routing_instances import Instance
from scoring.routing.certificate import stage_kinds
from scoring.routing.checker import find_fault
from scoring.routing.problem import Evaluator, Problem, Proposal, build_problem
from scoring.routing.reroute import Rerouter
from scoring.routing.result import Objective, Routing
from scoring.routing.routing import route
from scoring.routing.ruled import route_with_rules
from scoring.routing.rules import Coverage, Quota, Rule

DECLINES = 200
TAMPERED = 50
RULE_SECONDS = 60.0
PRICE = Fraction(2)
KIBIBYTES = 1024


def save(instance: Instance, path: Path) -> None:
    """Write an instance for a run."""
    np.savez(path, **asdict(instance))


def load(path: Path) -> Problem:
    """Read an instance as a problem; with ``conflicts`` other pairs may be assigned too."""
    with np.load(path) as held:
        rows, columns = int(held["proposals"]), int(held["evaluators"])
        keys = held["proposal"] * columns + held["evaluator"]
        forbidden = held["conflicts"]
        return Problem(
            proposals=tuple(f"P{number:06}" for number in range(rows)),
            evaluators=tuple(f"E{number:06}" for number in range(columns)),
            demand=np.full(rows, int(held["demand"]), dtype=np.int64),
            min_load=np.zeros(columns, dtype=np.int64),
            max_load=np.full(columns, int(held["max_load"]), dtype=np.int64),
            keys=keys,
            affinity=held["affinity"],
            forbidden=forbidden,
            reasons=("",) * len(forbidden),
            kept=np.empty(0, dtype=np.int64),
            submitted=np.empty(0, dtype=np.int64),
            is_open=False,
        )


def run_objective(problem: Problem, objective: Objective) -> dict[str, Any]:
    """Route and check; the second of two checks is the one that counts."""
    begun = time.process_time()
    found = route(problem, objective, seconds=RULE_SECONDS)
    seconds = time.process_time() - begun
    report = {
        "cpu": seconds,
        "total": float(found.total),
        "minimum": float(found.minimum),
        "status": found.status.value,
        "weak": int((problem.affinities(found.keys) * 4 <= problem.unit).sum()),
        "pairs": len(found.keys),
    }
    if found.certificate is not None:
        report |= check(found)
    return report


def check(found: Routing) -> dict[str, Any]:
    """Check the certificate, and count how many of some tampered assignments are caught."""
    kinds = stage_kinds(found.objective)
    begun = time.process_time()
    fault = find_fault(found.problem, found.keys, found.certificate, kinds)
    seconds = time.process_time() - begun
    rng = np.random.default_rng(1)
    free = np.setdiff1d(found.problem.keys, found.keys)
    caught = 0
    for place in rng.choice(len(found.keys), TAMPERED):
        changed = found.keys.copy()
        changed[place] = rng.choice(free)
        caught += find_fault(found.problem, changed, found.certificate, kinds) is not None
    return {"check": seconds, "fault": fault, "caught": caught, "tampered": TAMPERED}


def run_declines(problem: Problem) -> dict[str, Any]:
    """Let evaluators decline one after the other, each a random pair of the moment."""
    router = Rerouter(problem, route(problem, Objective.TOTAL).keys)
    rng = np.random.default_rng(1)
    times, changes = [], 0
    for _ in range(DECLINES):
        pair = problem.pair(int(rng.choice(router.keys())))
        begun = time.process_time()
        changes += len(router.decline(pair).added)
        times.append((time.process_time() - begun) * 1000)
    total = int(problem.affinities(router.keys()).sum()) / problem.unit
    median, late = np.percentile(times, [50, 99])
    return {"median": float(median), "p99": float(late), "changes": changes, "total": total}


def make_rules(problem: Problem, seed: int = 1) -> list[Rule]:
    """Make five families of rules that cross each other: a third green, 28 % Swedish, and so on."""
    rng = np.random.default_rng(seed)
    names = np.array(problem.evaluators)

    def some(share: float) -> frozenset[str]:
        return frozenset(names[rng.random(len(names)) < share].tolist())

    asked = rng.choice(["fi", "sv", "en"], len(problem.proposals), p=[0.7, 0.1, 0.2])
    women = some(0.46)
    homes = rng.integers(max(3, len(names) // 12), size=len(names))
    rules: list[Rule] = [
        Coverage("green", some(0.35), price=PRICE),
        Coverage("digital", some(0.40), price=PRICE),
        Coverage("woman", women, price=PRICE),
        Coverage("man", frozenset(problem.evaluators) - women, price=PRICE),
        Quota(
            "institution",
            {name: f"I{home}" for name, home in zip(problem.evaluators, homes, strict=True)},
            price=PRICE,
        ),
    ]
    for language, share in (("fi", 0.72), ("sv", 0.28), ("en", 0.97)):
        scope = frozenset(np.array(problem.proposals)[asked == language].tolist())
        rules.append(Coverage(language, some(share), 2, scope, PRICE))
    return rules


def run_rules(problem: Problem) -> dict[str, Any]:
    """Route under all rules."""
    rules = make_rules(problem)
    begun = time.process_time()
    found = route_with_rules(problem, rules, seconds=RULE_SECONDS)
    seconds = time.process_time() - begun
    gap = (found.bound - found.value) / found.bound
    status = found.routing.status.value
    return {"cpu": seconds, "gap": gap, "status": status, "missed": len(found.breaches)}


def peak_megabytes() -> float:
    """Return the most memory that this program has held; the kernel counts from its start."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    held = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(held.split()[1]) / KIBIBYTES


def warm_up() -> None:
    """Load every library by runs of two proposals."""
    pairs = {(p, e): Fraction(1, 2) for p in "AB" for e in "CDE"}
    small = build_problem([Proposal(p, 1) for p in "AB"], [Evaluator(e, 1) for e in "CDE"], pairs)
    route(small, Objective.BALANCED)
    route(small, Objective.MAX_MIN)
    route_with_rules(small, [Coverage("all", frozenset("CDE"))])


def main(arguments: list[str]) -> int:
    """Run one task."""
    problem, task = load(Path(arguments[0])), arguments[1]
    if task in {"rules", "max_min"}:
        warm_up()
    else:
        route(build_problem([Proposal("A", 1)], [Evaluator("B", 1)], {("A", "B"): Fraction(1)}))
    if task == "rules":
        report = run_rules(problem)
    elif task == "declines":
        report = run_declines(problem)
    else:
        report = run_objective(problem, Objective(task))
    print(json.dumps({**report, "megabytes": peak_megabytes()}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

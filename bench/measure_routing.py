"""Figures of routing: who knows what, the best assignment, its proof, and a decline."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench import gold, topics
from bench.affinity_run import write_text
from bench.figures import Figure
from bench.processes import ROOT, NotMeasured
from bench.routing_instances import Instance, Size, make_call, read_preflib
from bench.routing_run import save
from bench.stage import Stage
from scoring.routing.affinity.documents import Described, Document
from scoring.routing.affinity.measure import AffinityModel

BIDS = ROOT / "tests" / "data" / "routing"
SEED = 7
CURVE = (
    Size(1_000, 300),
    Size(2_000, 600),
    Size(3_000, 900),
    Size(5_000, 1_500),
    Size(10_000, 3_000),
)
OBJECTIVES = ("total", "leximin", "balanced")
RUN_SECONDS = 900
AAMAS_WEAK, AAMAS_TOTAL, AAMAS_FAIR = 101, 949.5, 949.25
"""Fewest weak pairs, greatest total, and greatest total at the best minimum that are possible."""


def measure_routing(stage: Stage) -> Iterator[Figure]:
    """Measure routing, each run in a process of its own."""
    runs = Runs(stage.folder)
    yield from measure_affinity(stage.gold)
    got = runs.ask("bench.affinity_run", str(CURVE[-1].proposals), str(CURVE[-1].evaluators))
    what = f"all affinities of 10,000 × 3,000, {got['texts']:,} texts"
    note = f"reading {got['read']:.1f} s, comparing {got['compare']:.1f} s"
    yield Figure("affinity-large", f"{what}: CPU", got["read"] + got["compare"], "s", note=note)
    yield Figure("affinity-large-memory", f"{what}: memory", got["megabytes"], "MB")
    large = make_call(CURVE[-1], SEED)
    for objective, target in (("total", 0.5), ("leximin", 1.5), ("balanced", None)):
        got = runs.run(large, objective)
        what = f"10,000 × 3,000 × 3, {objective}"
        note = f"total {got['total']:.2f}, {got['status']}"
        yield Figure(f"routing-{objective}", f"{what}: CPU", got["cpu"], "s", target, note=note)
        yield Figure(f"routing-{objective}-memory", f"{what}: memory", got["megabytes"], "MB", 150)
        yield from _proof(objective, got)
    declined = runs.run(large, "declines")
    note = f"200 declines, {declined['changes']} new pairs, the fewest possible"
    yield Figure("decline-median", "one decline, median", declined["median"], "ms", 5, note=note)
    yield Figure("decline-p99", "one decline, p99", declined["p99"], "ms", 100)
    yield from measure_rules(runs)
    yield from measure_bids(runs)


def _proof(objective: str, got: dict[str, Any]) -> Iterator[Figure]:
    target = 0.1 if objective == "total" else None
    caught, tampered = got["caught"], got["tampered"]
    what = f"certificate of {objective}"
    yield Figure(f"check-{objective}", f"{what}: check", got["check"], "s", target)
    yield Figure(
        f"tamper-{objective}", f"{what}: changed pairs caught", caught, "", tampered, at_least=True
    )


def measure_rules(runs: Runs) -> Iterator[Figure]:
    """Measure five families of rules that cross: green, digital, language, gender, institution."""
    for size, seconds, gap in ((Size(200, 80), 1, 0.0), (Size(3_000, 900), 60, 0.05)):
        got = runs.run(make_call(size, SEED), "rules")
        name = f"rules-{size.proposals}"
        what = f"five rules, {size.proposals:,} × {size.evaluators}"
        yield Figure(name, f"{what}: CPU", got["cpu"], "s", seconds, note=got["status"])
        yield Figure(f"{name}-gap", f"{what}: proven gap", got["gap"] * 100, "%", gap)


def measure_bids(runs: Runs) -> Iterator[Figure]:
    """Measure the bids of AAMAS 2016, where the best values are known."""
    bids = read_preflib(BIDS / "aamas2016.in")
    total, fair, even = (runs.run(bids, name) for name in ("total", "max_min", "leximin"))
    what = "bids of AAMAS 2016"
    yield Figure("aamas-total", f"{what}: total", total["total"], "", AAMAS_TOTAL, at_least=True)
    yield Figure(
        "aamas-fair", f"{what}: total at the best minimum", fair["total"], "", AAMAS_FAIR, True
    )
    yield Figure("aamas-minimum", f"{what}: worst-served paper", fair["minimum"], "", 1, True)
    yield Figure("aamas-weak", f"{what}: weak pairs (leximin)", even["weak"], "", AAMAS_WEAK)


def measure_affinity(folder: Path | None) -> Iterator[Figure]:
    """Measure how well and how fast texts are compared; the gold standard where it is at hand."""
    probe = topics.read_topics(ROOT / topics.TOPICS)
    yield Figure("affinity-read", "reading a text of 1,200 letters", time_reading(probe), "ms", 2)
    yield Figure(
        "affinity-fi",
        "Finnish in other forms: first",
        topics.share_inflected(probe),
        "",
        0.97,
        True,
    )
    for kind in ("profile", "summary"):
        share = topics.share_foreign(probe, kind)
        yield Figure(
            f"affinity-{kind}", f"same {kind}, other language: first", share, "", 0.95, True
        )
    yield from measure_rewording(probe)
    if folder is not None:
        loss = gold.measure_loss(folder)
        yield Figure("affinity-gold", "gold standard for English: loss", loss, "", 0.245)


def measure_rewording(probe: Sequence[topics.Topic]) -> Iterator[Figure]:
    """Measure the probe's hardest question: other words, in another language."""
    what = "summary to profile, other words, other language"
    for with_field, name in ((False, "reworded"), (True, "field")):
        halves = {
            part: topics.share_reworded(probe, with_field=with_field, part=part)
            for part in topics.PARTS
        }
        note = ", ".join(f"{part} {share:.3f}" for part, share in halves.items())
        share = topics.share_reworded(probe, with_field=with_field)
        told = what + ", field declared" * with_field
        yield Figure(f"affinity-{name}", told, share, "", 0.95, True, note)
    for name, chosen in topics.split_by_time(probe).items():
        share = topics.share_reworded(chosen, with_field=True)
        told = f"{what}, field declared, {name} {len(chosen)} topics among themselves"
        yield Figure(f"affinity-{name}", told, share, "", 0.95, True)


def time_reading(probe: Sequence[topics.Topic], texts: int = 600) -> float:
    """Return the processor milliseconds for one text of three languages, stemming included."""
    rng = np.random.default_rng(1)
    documents = [write_text(probe, rng) for _ in range(texts)]
    warm = (Described("A", documents=(Document("warm", "en"),)),)
    AffinityModel(warm, warm).explain(0, 0)
    begun = time.process_time()
    asked = [Described(str(n), documents=(each,)) for n, each in enumerate(documents[::6])]
    held = [Described(str(n), documents=tuple(documents[n : n + 5])) for n in range(1, texts, 6)]
    AffinityModel(asked, held).explain(0, 0)
    return (time.process_time() - begun) / texts * 1000


class Runs:
    """Runs tasks on instances, each in a process of its own with one thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, instance: Instance, task: str) -> dict[str, Any]:
        """Return the figures of one task. Raises ``NotMeasured``."""
        path = self.folder / f"{instance.name}.npz"
        if not path.exists():
            save(instance, path)
        return self.ask("bench.routing_run", str(path), task)

    def ask(self, module: str, *arguments: str) -> dict[str, Any]:
        """Return the answer of a module that prints JSON. Raises ``NotMeasured``."""
        command = [sys.executable, "-m", module, *arguments]
        result = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=RUN_SECONDS
        )
        if result.returncode:
            raise NotMeasured(f"{module} {arguments}: {result.stderr[-500:]}")
        found: dict[str, Any] = json.loads(result.stdout)
        return found

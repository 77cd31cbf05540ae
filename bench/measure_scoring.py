"""Figures of the evaluation statistics and of the funding line: time, error, and beside JAGS."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from bench import jags
from bench.figures import Figure, ratio
from bench.processes import ROOT, children_seconds
from bench.stage import Stage
from scoring.deferred import Deferred
from scoring.portfolio.certificates import certify_one
from scoring.portfolio.selection import select
from scoring.portfolio.terms import Cap, Dimension, Floor, Goal, Proposal, Rule, Terms
from scoring.uncertainty.expected_rank import Precision
from scoring.uncertainty.priors import Prior
from scoring.uncertainty.ranking import Options, UncertainRanking, rank_with_doubt
from scoring.vote_file import read_votes
from scoring.votes import Vote

if TYPE_CHECKING:
    import numpy as np
else:
    np = Deferred("numpy")

Result = TypeVar("Result")
MOCK = ROOT / "tests" / "data" / "scoring" / "mock_votes.csv"
PPM, UNIT = 1e-6, "millionths"
"""Errors of expected ranks are shown in millionths of a place."""
FEW_DRAWS = 2_000
EQUAL_ERROR = 1e-3
"""The error of an expected rank, in places, at which two ways are compared."""
CALL_SIZE, SEEDS = 300, (1, 2, 3)
FLOORS = {
    "usual": (Fraction(30, 100), Fraction(20, 100)),
    "tight": (Fraction(1, 2), Fraction(2, 5)),
}
CENT = Decimal("0.01")
COMMAND = "from app.cli import main; main()"
LIBRARIES = "import app.cli, app.cli.commands, numpy.linalg, scipy.optimize, scipy.special"


def measure_scoring(stage: Stage) -> Iterator[Figure]:
    """Measure ranking with uncertainty and the funding line."""
    yield from _measure_ranking()
    yield from _measure_large_ranking()
    yield from _measure_command(stage)
    yield from _measure_portfolio()


def _cpu(work: Callable[[], Result], times: int = 3) -> tuple[float, Result]:
    """Return the least processor seconds of some runs, and the result; libraries are loaded before."""
    used = []
    for _ in range(times):
        begun = time.process_time()
        result = work()
        used.append(time.process_time() - begun)
    return min(used), result


def _measure_ranking() -> Iterator[Figure]:
    everyone = read_votes(MOCK.read_text(encoding="utf-8"))
    one = [vote for vote in everyone if vote.panel == "1"]
    for name, votes in (("one", one), ("pooled", everyone)):
        for prior in Prior:
            what = (
                f"mock votes, {'panel 1' if name == 'one' else 'two panels pooled'}, {prior.value}"
            )
            default, found = _cpu(lambda v=votes, p=prior: _rank(v, p, Precision.DEFAULT))  # type: ignore[misc]
            fine, exact = _cpu(lambda v=votes, p=prior: _rank(v, p, Precision.FINE), 1)  # type: ignore[misc]
            key = f"rank-{name}-{prior.value}"
            yield Figure(
                f"{key}-error", f"{what}: largest error", _error(found, exact) / PPM, UNIT, 1e3
            )
            yield Figure(f"{key}-fine", f"{what}, fine: estimate", exact.accuracy / PPM, UNIT, 10)
            note = f"fine: {fine:.2f} s"
            yield Figure(f"{key}-cpu", f"{what}: CPU", default, "s", note=note)


def _rank(votes: Sequence[Vote], prior: Prior, precision: Precision) -> UncertainRanking:
    options = Options(prior=prior, fundable=5, precision=precision, draws=FEW_DRAWS)
    return rank_with_doubt(votes, options)


def _error(found: UncertainRanking, exact: UncertainRanking) -> float:
    return max(abs(r.expected_rank - exact.row(r.proposal).expected_rank) for r in found.rows)


def _measure_large_ranking() -> Iterator[Figure]:
    votes = _large_votes()
    for prior in Prior:
        options = Options(prior=prior, fundable=150)
        used, found = _cpu(lambda o=options: rank_with_doubt(votes, o))  # type: ignore[misc]
        note = f"estimated error {found.accuracy:.0e}"
        yield Figure(
            f"rank-500-{prior.value}", f"500 × 80, {prior.value}: CPU", used, "s", 1, note=note
        )


def _measure_command(stage: Stage) -> Iterator[Figure]:
    """Measure what the command takes beyond a process that only loads the same libraries."""
    file = stage.folder / "votes-500.csv"
    lines = [f"1,{vote.proposal},{vote.assessor},{float(vote.grade)}" for vote in _large_votes()]
    file.write_text("\n".join(["panel,proposal,assessor,num_grade", *lines]), encoding="utf-8")
    command = ["-c", COMMAND, "scoring", "rank", "--votes", str(file)]
    whole, idle = (
        min(_child_seconds([sys.executable, *each]) for _ in range(3))
        for each in ([*command, "--fundable", "150", "--json"], ["-c", LIBRARIES])
    )
    what = "500 × 80: the command, reading, ranking and printing, without imports: CPU"
    yield Figure("rank-500-command", what, whole - idle, "s", 1, note=f"imports {idle:.1f} s")


def _child_seconds(command: Sequence[str]) -> float:
    before = children_seconds()
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return children_seconds() - before


def _large_votes() -> list[Vote]:
    return _make_votes(500, 80, 4)


def _make_votes(proposals: int, assessors: int, each: int) -> list[Vote]:
    rng = np.random.default_rng(1)
    quality, bias = rng.normal(0, 0.8, proposals), rng.normal(0, 0.5, assessors)
    votes = []
    for proposal in range(proposals):
        for assessor in rng.choice(assessors, each, replace=False):
            grade = 3.5 + quality[proposal] + bias[assessor] + rng.normal(0, 0.7)
            votes.append(
                Vote(
                    f"P{proposal}",
                    f"E{assessor}",
                    Fraction(int(np.clip(round(2 * grade), 2, 12)), 2),
                )
            )
    return votes


def _measure_portfolio() -> Iterator[Figure]:
    select(*_make_call(20, 0, *FLOORS["usual"], Rule.MAX_EURO_WEIGHTED_MERIT))
    for name, floors in FLOORS.items():
        for rule, target in (
            (Rule.MAX_EURO_WEIGHTED_MERIT, 1.5),
            (Rule.LEXICOGRAPHIC_CONSTRAINED, 5),
        ):
            for parts in (False, True):
                calls = [_make_call(CALL_SIZE, seed, *floors, rule, parts) for seed in SEEDS]
                used = max(_cpu(lambda c=call: select(*c), 1)[0] for call in calls)  # type: ignore[misc]
                key = f"line-{name}-{rule.value.partition('_')[0]}{'-parts' * parts}"
                what = f"300 applications, {name} floors, {rule.value}{', parts' * parts}"
                yield Figure(key, f"{what}: slowest of {len(SEEDS)}, CPU", used, "s", target)
    proposals, terms = _make_call(CALL_SIZE, 1, *FLOORS["tight"], Rule.LEXICOGRAPHIC_CONSTRAINED)
    funded = set(select(proposals, terms).funded)
    passed = next(each.id for each in proposals if each.id not in funded)
    used, _ = _cpu(lambda: certify_one(proposals, terms, passed), 1)
    yield Figure("line-certificate", "300 applications: one certificate, CPU", used, "s")


def _make_call(
    size: int, seed: int, climate: Fraction, digital: Fraction, rule: Rule, parts: bool = False
) -> tuple[list[Proposal], Terms]:
    """Return an invented call: log-normal requests, five regions with ceilings, two floors."""
    rng = np.random.default_rng(seed)
    proposals = []
    for place in range(size):
        requested = Decimal(int(rng.lognormal(12.2, 0.6) * 100)) * CENT
        score = Fraction(int(rng.normal(70, 10) * 100), 100)
        region = f"R{rng.integers(5)}"
        shares = [
            Fraction(int(rng.choice([0, 40, 100], p=weights)), 100)
            for weights in ([0.5, 0.3, 0.2], [0.6, 0.25, 0.15])
        ]
        accepts = parts and bool(rng.random() < 0.5)
        proposals.append(
            Proposal(f"A{place:03}", score, requested, region, "", *shares, accepts_part=accepts)
        )
    proposals.sort(key=lambda each: -each.score)
    budget = (sum((each.requested for each in proposals), Decimal(0)) * 2 / 5).quantize(CENT)
    ceiling = (budget * 35 / 100).quantize(CENT)
    caps = tuple(Cap(Dimension.REGION, f"R{region}", ceiling) for region in range(5))
    floors = (Floor(Goal.CLIMATE, climate), Floor(Goal.DIGITAL, digital))
    part = Fraction(7, 10) if parts else None
    return proposals, Terms(budget, rule, caps, floors, Fraction(55), part)


def measure_jags(stage: Stage) -> Iterator[Figure]:
    """Measure JAGS on the same model and votes; it is installed, and that is why one has to ask.

    Counted are the seconds of its sampler alone, and all of ours with intervals, groups and chances.
    """
    votes = [v for v in read_votes(MOCK.read_text(encoding="utf-8")) if v.panel == "1"]
    exact = _rank(votes, Prior.SNSF2022, Precision.FINE)
    ours, found = _cpu(lambda: _rank(votes, Prior.SNSF2022, Precision.DEFAULT), 20)
    theirs = jags.run(votes, stage.folder)
    error = max(
        abs(rank - exact.row(proposal).expected_rank) for proposal, rank in theirs.ranks.items()
    )
    note = (
        f"4 chains of {theirs.draws}, R-hat {theirs.rhat:.3f}, error {error:.3f},"
        f" Monte-Carlo error {theirs.standard_error:.4f}"
    )
    yield Figure("jags-cpu", "JAGS, mock panel 1: CPU", theirs.cpu, "s", note=note)
    yield Figure(
        "jags-ours-error", "exact integral: largest error", _error(found, exact) / PPM, UNIT, 1e3
    )
    what, note = "JAGS until R-hat < 1.01 ÷ exact integral: CPU", f"ours {ours:.3f} s"
    yield Figure("jags-ratio", what, ratio(theirs.cpu, ours), "×", 500, True, note)
    equal = theirs.cpu_for(EQUAL_ERROR)
    what = "JAGS until its Monte-Carlo error is 0.001 ÷ exact integral: CPU"
    note = f"{equal:.0f} s for JAGS, from its Monte-Carlo error"
    yield Figure("jags-ratio-equal", what, ratio(equal, ours), "×", 500, True, note)

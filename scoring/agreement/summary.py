"""All figures of agreement of a set of votes, and what they say, as codes that pages put in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from scoring.agreement.alpha import Metric, krippendorff_alpha
from scoring.agreement.concordance import Concordance, PairOrder, kendall_w, pair_orders
from scoring.agreement.icc import Icc, intraclass_correlations
from scoring.agreement.pairs import Limits, Weighting, limits_of_agreement, mean_kappa
from scoring.agreement.ratings import Estimate, ratings_of
from scoring.provenance import Provenance, describe
from scoring.votes import Assessor, Identity, Vote, tabulate

ALGORITHM, VERSION = "agreement", 1


class Level(StrEnum):
    """How strong an agreement is, by the bounds of Koo and Li (2016): 0.5, 0.75 and 0.9."""

    POOR = "poor"
    MODERATE = "moderate"
    GOOD = "good"
    EXCELLENT = "excellent"


class Pattern(StrEnum):
    """What the absolute and the consistency figure say together."""

    AGREE = "agree"
    """Levels and order agree."""
    LEVELS_DIFFER = "levels_differ"
    """The order agrees, the levels do not: some evaluators are strict, others lenient."""
    DISAGREE = "disagree"
    """Not even the order agrees."""
    UNKNOWN = "unknown"
    """Too few votes to say."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a summary: the name of its statistic, the estimate, and its level."""

    statistic: str
    estimate: Estimate
    level: Level


@dataclass(frozen=True, slots=True)
class Summary:
    """One absolute and one consistency figure side by side; ``None`` where undefined."""

    absolute: Figure | None
    consistency: Figure | None
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Agreement:
    """Every figure; evaluators of ``pairs`` and ``limits`` are positions in ``assessors``."""

    assessors: tuple[Assessor, ...]
    applications: int
    votes: int
    alpha: dict[Metric, Estimate | None]
    icc: Icc | None
    concordance: Concordance | None
    pairs: tuple[PairOrder, ...]
    kappa: dict[Weighting, float | None]
    limits: tuple[Limits, ...]
    summary: Summary
    provenance: Provenance

    @property
    def mean_tau_b(self) -> float | None:
        """The mean τ-b of all pairs of evaluators."""
        if not self.pairs:
            return None
        return sum(pair.tau_b for pair in self.pairs) / len(self.pairs)


def measure_agreement(votes: Iterable[Vote], identity: Identity = Identity.UNIQUE) -> Agreement:
    """Return all figures of agreement. Raises ``InvalidVotes`` (see ``scoring.votes``)."""
    cast = list(votes)
    table = tabulate(cast, identity)
    ratings = ratings_of(table)
    alpha = {metric: krippendorff_alpha(ratings, metric) for metric in Metric}
    icc = intraclass_correlations(ratings)
    concordance = kendall_w(ratings)
    return Agreement(
        assessors=table.assessors,
        applications=len(table.proposals),
        votes=len(table.cells),
        alpha=alpha,
        icc=icc,
        concordance=concordance,
        pairs=pair_orders(ratings),
        kappa={weighting: mean_kappa(ratings, weighting) for weighting in Weighting},
        limits=limits_of_agreement(ratings),
        summary=summarise(icc, alpha[Metric.INTERVAL], concordance),
        provenance=describe(ALGORITHM, VERSION, {"identity": identity}, cast),
    )


def summarise(icc: Icc | None, alpha: Estimate | None, concordance: Concordance | None) -> Summary:
    """Put one absolute and one consistency figure side by side: the ICCs, else α and W."""
    absolute = _figure("icc2_single", icc.icc2_single) if icc else None
    consistency = _figure("icc3_single", icc.icc3_single) if icc else None
    if absolute is None and alpha is not None:
        absolute = _figure("alpha_interval", alpha)
    if consistency is None and concordance is not None:
        consistency = _figure("kendall_w", Estimate(concordance.w))
    return Summary(absolute, consistency, _pattern(absolute, consistency, concordance))


def level_of(value: float) -> Level:
    """Return the level of an agreement between 0 and 1."""
    bounds = ((0.9, Level.EXCELLENT), (0.75, Level.GOOD), (0.5, Level.MODERATE))
    return next((level for bound, level in bounds if value >= bound), Level.POOR)


def _figure(statistic: str, estimate: Estimate) -> Figure:
    return Figure(statistic, estimate, level_of(estimate.value))


def _pattern(
    absolute: Figure | None, consistency: Figure | None, concordance: Concordance | None
) -> Pattern:
    if absolute is None or consistency is None:
        return Pattern.UNKNOWN
    if absolute.level is not Level.POOR:
        return Pattern.AGREE
    ordered = consistency.level is not Level.POOR
    if ordered or (concordance is not None and level_of(concordance.w) is not Level.POOR):
        return Pattern.LEVELS_DIFFER
    return Pattern.DISAGREE

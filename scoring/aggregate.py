"""From score sheets to a result: final scores, totals and thresholds.

All figures are exact fractions; rounding happens once, when a figure is shown. A missing score is
missing and never zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from scoring.formula import FormulaInput
from scoring.rounding import Exact, exact, half_up
from scoring.rubric import ConsensusRule, Rubric, Scorer
from scoring.thresholds import Comparison

FEWEST_TO_TRIM = 3
"""Scores from which a trimmed mean leaves out one at each end."""

Sheet = Mapping[str, Decimal]
"""One evaluator's scores by criterion."""

Sheets = Mapping[str, Sheet]
"""The score sheets of one application by evaluator."""


class IncompleteScores(ValueError):
    """Criteria of the rubric have no score, so no total exists."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(f"no score for {', '.join(missing)}")
        self.missing = missing


class UnknownCriterion(ValueError):
    """Scores name criteria that the rubric does not have."""

    def __init__(self, unknown: tuple[str, ...]) -> None:
        super().__init__(f"unknown criteria: {', '.join(unknown)}")
        self.unknown = unknown


class ScoreOutOfRange(ValueError):
    """A score lies outside the ends of its criterion's scale."""

    def __init__(self, criterion: str, score: Fraction) -> None:
        super().__init__(f"{criterion}: {score} is outside the scale")
        self.criterion = criterion
        self.score = score


class NoSheets(ValueError):
    """There is no score sheet to aggregate."""


class TooFewReviews(ValueError):
    """A criterion has fewer scores than the panel rule needs for a final one."""

    def __init__(self, criterion: str, needed: int, got: int) -> None:
        super().__init__(f"{criterion} has {got} scores of at least {needed}")
        self.criterion = criterion
        self.needed = needed
        self.got = got


class AgreementNeeded(ValueError):
    """The rubric lets nothing but the panel's agreement be final."""


def total(rubric: Rubric, scores: Mapping[str, Exact]) -> Fraction:
    """Return Σ weight × score / scale maximum, exact and unrounded.

    Scores may be medians or agreed halves: they must lie within the scale, not on a step of it.
    Raises ``IncompleteScores``, ``UnknownCriterion`` or ``ScoreOutOfRange``.
    """
    checked = _checked(rubric, scores)
    return sum(
        (
            Fraction(criterion.weight) * checked[criterion.id] / Fraction(criterion.scale.maximum)
            for criterion in rubric.criteria
        ),
        Fraction(0),
    )


def rounded(value: Fraction, places: int = 2) -> Decimal:
    """Round a total half-up for display."""
    return half_up(value, places)


def ranking_total(rubric: Rubric, scores: Mapping[str, Exact]) -> Fraction:
    """Return the total that orders applications: Σ ranking weight × score / scale maximum.

    Refusals as of ``total``, from which it differs only where a criterion has two weights.
    """
    checked = _checked(rubric, scores)
    return sum(
        (
            Fraction(each.weight_in_ranking) * checked[each.id] / Fraction(each.scale.maximum)
            for each in rubric.criteria
        ),
        Fraction(0),
    )


def consensus_scores(rubric: Rubric, sheets: Sheets) -> dict[str, Fraction]:
    """Return the final score of each criterion that evaluators score, by the panel rule, unrounded.

    It is not rounded because rounding half down put totals below both evaluators. A missing score
    is missing and never zero: a criterion is judged by those who scored it, and a conflict takes
    out one evaluator's cell and nothing else. Raises ``NoSheets``, ``UnknownCriterion``,
    ``ScoreOutOfRange``, ``TooFewReviews`` or, where only agreement counts, ``AgreementNeeded``.
    """
    if not sheets:
        raise NoSheets
    if rubric.panel.consensus is ConsensusRule.AGREED:
        raise AgreementNeeded
    cells = given_scores(rubric, sheets)
    for name, scores in cells.items():
        if len(scores) < rubric.panel.minimum_reviews:
            raise TooFewReviews(name, rubric.panel.minimum_reviews, len(scores))
    return {name: join_scores(rubric.panel.consensus, scores) for name, scores in cells.items()}


def given_scores(rubric: Rubric, sheets: Sheets) -> dict[str, list[Fraction]]:
    """Return the scores that are there, by criterion that evaluators score.

    Raises ``UnknownCriterion`` or ``ScoreOutOfRange``.
    """
    given = [_in_range(rubric, sheet) for sheet in sheets.values()]
    return {
        name: [sheet[name] for sheet in given if name in sheet]
        for name in rubric.scored_by(Scorer.HUMAN)
    }


def join_scores(rule: ConsensusRule, scores: Sequence[Fraction]) -> Fraction:
    """Return the final score of one criterion from those that evaluators gave (at least one)."""
    ordered = sorted(scores)
    if rule is ConsensusRule.MEDIAN:
        return _median(ordered)
    if rule is ConsensusRule.TRIMMED and len(ordered) >= FEWEST_TO_TRIM:
        ordered = ordered[1:-1]
    return sum(ordered, Fraction(0)) / len(ordered)


def computed_scores(rubric: Rubric, facts: Mapping[FormulaInput, Exact]) -> dict[str, Fraction]:
    """Return the scores that formulas give. Raises ``InputMissing``."""
    return {
        each.id: Fraction(each.formula.score(facts))
        for each in rubric.criteria
        if each.formula is not None
    }


def evaluator_totals(rubric: Rubric, sheets: Sheets) -> dict[str, Fraction]:
    """Return each evaluator's own total."""
    return {evaluator: total(rubric, sheet) for evaluator, sheet in sheets.items()}


class ThresholdKind(StrEnum):
    """Which kind of threshold was missed."""

    CRITERION = "criterion"
    COMBINED = "combined"
    TOTAL = "total"
    VETO = "veto"
    """A score that bars the application was given; ``required`` is the score to exceed."""


TOTAL_ID = "TOTAL"
"""The identifier of the total threshold in ``ThresholdFailure.id``."""


@dataclass(frozen=True, slots=True)
class ThresholdFailure:
    """A threshold that was not reached; ``criteria`` are those that were summed."""

    kind: ThresholdKind
    id: str
    criteria: tuple[str, ...]
    required: Decimal
    obtained: Fraction
    comparison: Comparison = Comparison.AT_LEAST


def threshold_failures(rubric: Rubric, scores: Mapping[str, Exact]) -> tuple[ThresholdFailure, ...]:
    """Return every missed threshold: criteria, combined rules, vetoes, and then the total.

    Whether reaching a threshold exactly is enough, the threshold says. Comparison is exact: 49.996
    fails a minimum of 50 although it is shown as 50.00.
    """
    return tuple(_failures(rubric, _checked(rubric, scores)))


def _failures(rubric: Rubric, scores: dict[str, Fraction]) -> Iterator[ThresholdFailure]:
    for each in rubric.criteria:
        obtained = scores[each.id]
        if each.minimum is not None and not each.comparison.holds(obtained, each.minimum):
            yield ThresholdFailure(
                ThresholdKind.CRITERION,
                each.id,
                (each.id,),
                each.minimum,
                obtained,
                each.comparison,
            )
    for rule in rubric.combined:
        if not rule.holds(scores):
            yield ThresholdFailure(
                ThresholdKind.COMBINED,
                rule.id,
                rule.criteria,
                rule.minimum,
                rule.value(scores),
                rule.comparison,
            )
    for veto in rubric.vetoes:
        if veto.bars(scores):
            yield ThresholdFailure(
                ThresholdKind.VETO,
                veto.id,
                (veto.criterion,),
                veto.at_most,
                scores[veto.criterion],
                Comparison.ABOVE,
            )
    yield from _total_failures(rubric, scores)


def _total_failures(rubric: Rubric, scores: dict[str, Fraction]) -> Iterator[ThresholdFailure]:
    least, obtained = rubric.total_minimum, total(rubric, scores)
    if least is not None and not rubric.total_comparison.holds(obtained, least):
        yield ThresholdFailure(
            ThresholdKind.TOTAL,
            TOTAL_ID,
            rubric.criterion_ids,
            least,
            obtained,
            rubric.total_comparison,
        )


def _checked(rubric: Rubric, scores: Mapping[str, Exact]) -> dict[str, Fraction]:
    """Return complete, known, in-range scores as fractions in the order of the rubric."""
    values = _in_range(rubric, scores)
    missing = tuple(name for name in rubric.criterion_ids if name not in values)
    if missing:
        raise IncompleteScores(missing)
    return values


def _in_range(rubric: Rubric, scores: Mapping[str, Exact]) -> dict[str, Fraction]:
    """Return the scores that are there as fractions, in the order of the rubric."""
    unknown = tuple(sorted(set(scores) - set(rubric.criterion_ids)))
    if unknown:
        raise UnknownCriterion(unknown)
    values = {name: exact(scores[name]) for name in rubric.criterion_ids if name in scores}
    for name, value in values.items():
        if not rubric.criterion(name).scale.covers(value):
            raise ScoreOutOfRange(name, value)
    return values


def _median(values: Sequence[Fraction]) -> Fraction:
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2

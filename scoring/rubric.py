"""The rubric of a call as a value: criteria, weights, thresholds, panel and comment rules.

A rubric is data of the call definition. It is validated once, when it is built; a rubric that
exists is coherent, so nothing that uses it needs to doubt it.

Gates (pass or fail, with their legal ground) are the eligibility checks of a call; tags describe
and never score. What is here is scored, by evaluators, by the officer or by a formula.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from scoring.formula import StepFormula
from scoring.justification import NO_DEMANDS, CommentRule
from scoring.rubric_faults import find_faults
from scoring.scale import InvalidRubric, Scale
from scoring.thresholds import CombinedThreshold, Comparison, Veto


class Scorer(StrEnum):
    """Who gives the score of a criterion."""

    HUMAN = "human"
    """Each evaluator, on a score sheet."""
    OFFICER = "officer"
    """The presenting officer, once, with the consensus."""
    COMPUTED = "computed"
    """The formula of the criterion, from the application."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is judged: its scale, its weights in points and its own threshold, if any.

    ``weight`` counts in the total that thresholds are about; ``ranking_weight`` in the one that
    orders applications (``None``: the same).
    """

    id: str
    scale: Scale
    weight: Decimal
    minimum: Decimal | None = None
    comparison: Comparison = Comparison.AT_LEAST
    ranking_weight: Decimal | None = None
    scorer: Scorer = Scorer.HUMAN
    formula: StepFormula | None = None

    @property
    def weight_in_ranking(self) -> Decimal:
        """The weight in the order of applications."""
        return self.weight if self.ranking_weight is None else self.ranking_weight


class ConsensusRule(StrEnum):
    """What counts where the panel has not agreed on a score."""

    MEAN = "mean"
    MEDIAN = "median"
    TRIMMED = "trimmed"
    """The mean without one highest and one lowest score, of three scores or more."""
    AGREED = "agreed"
    """Nothing: the panel has to agree."""


@dataclass(frozen=True, slots=True)
class PanelRule:
    """How many evaluators judge an application, when one more is called, and what is final.

    A difference equal to the limit already calls the third evaluator; ``None`` switches a
    trigger off. Criterion differences count for every criterion, whatever its scale. With fewer
    than ``minimum_reviews`` scores of a criterion there is no final score.
    """

    evaluators_per_application: int = 2
    third_total_difference: Decimal | None = None
    third_criterion_difference: Decimal | None = None
    third_if_threshold_differs: bool = False
    minimum_reviews: int = 1
    consensus: ConsensusRule = ConsensusRule.MEDIAN


@dataclass(frozen=True, slots=True)
class CriterionSum:
    """Tie-break: the higher sum of the named criteria's scores goes first."""

    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LowerSupportPerCompany:
    """Tie-break: the lower support per committed company goes first; none committed is last."""


@dataclass(frozen=True, slots=True)
class LotDrawn:
    """Tie-break: a lot that was drawn and recorded. Only a call that announces it may use it."""


TieBreak = CriterionSum | LowerSupportPerCompany | LotDrawn


@dataclass(frozen=True, slots=True)
class Rubric:
    """Everything that turns scores into a result. Raises ``InvalidRubric`` if incoherent."""

    criteria: tuple[Criterion, ...]
    total_minimum: Decimal | None = None
    combined: tuple[CombinedThreshold, ...] = ()
    panel: PanelRule = PanelRule()
    comments: CommentRule = NO_DEMANDS
    tie_break: tuple[TieBreak, ...] = ()
    total_comparison: Comparison = Comparison.AT_LEAST
    vetoes: tuple[Veto, ...] = ()

    def __post_init__(self) -> None:
        problems = list(find_faults(self))
        if problems:
            raise InvalidRubric(problems)

    @property
    def criterion_ids(self) -> tuple[str, ...]:
        """The identifiers of the criteria in the order of the call."""
        return tuple(criterion.id for criterion in self.criteria)

    @property
    def maximum_total(self) -> Decimal:
        """The total of an application that gets the highest score everywhere."""
        return sum((criterion.weight for criterion in self.criteria), Decimal(0))

    def criterion(self, criterion_id: str) -> Criterion:
        """Return a criterion; an unknown identifier raises ``KeyError``."""
        for criterion in self.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise KeyError(criterion_id)

    def scored_by(self, scorer: Scorer) -> tuple[str, ...]:
        """The criteria whose scores come from there."""
        return tuple(each.id for each in self.criteria if each.scorer is scorer)

    def for_sheets(self) -> Rubric:
        """Return what an evaluator's sheet is measured by: the criteria that evaluators score.

        The threshold of the total applies to a sheet only if the sheet holds every criterion.
        """
        own = self.scored_by(Scorer.HUMAN)
        if own == self.criterion_ids:
            return self
        criteria = tuple(each for each in self.criteria if each.id in own)
        demanded = self.comments.required_scores
        givable = frozenset(s for s in demanded if any(each.scale.has(s) for each in criteria))
        return replace(
            self,
            criteria=criteria,
            comments=replace(self.comments, required_scores=givable),
            total_minimum=None,
            combined=tuple(each for each in self.combined if set(each.criteria) <= set(own)),
            vetoes=tuple(each for each in self.vetoes if each.criterion in own),
            tie_break=(),
        )

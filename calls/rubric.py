"""The rubric of a call as data: criteria, anchors, thresholds, panel rule and tie-breaks."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from calls.text import Text
from calls.values import Count, Flag, Frozen, Identifier, Number, Positive

Score = Annotated[Number, Field(ge=0)]


class Anchor(Frozen):
    """What a score means."""

    score: Score
    text: Text


class Criterion(Frozen):
    """One criterion with its own scale; `step` 0.5 allows half points."""

    id: Identifier
    scale: tuple[Score, Score]
    step: Annotated[Number, Field(gt=0)] = Decimal(1)
    weight_points: Annotated[Number, Field(gt=0)]
    name: Text
    ask: Text
    anchors: Annotated[tuple[Anchor, ...], Field(min_length=1)]

    @property
    def minimum(self) -> Decimal:
        """The lowest score of the scale."""
        return self.scale[0]

    @property
    def maximum(self) -> Decimal:
        """The highest score of the scale."""
        return self.scale[1]

    def scores(self) -> Iterator[Decimal]:
        """Yield every score that may be given, lowest first."""
        score = self.minimum
        while score <= self.maximum:
            yield score
            score += self.step

    def find_anchor(self, score: Decimal) -> Text | None:
        """Return the anchor text of a score, or None between two anchors."""
        return next((anchor.text for anchor in self.anchors if anchor.score == score), None)


class CombinedThreshold(Frozen):
    """The scores of several criteria together reach `minimum`."""

    id: Identifier
    criteria: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    minimum: Score
    reason: Text


class Thresholds(Frozen):
    """What an application must reach to be fundable."""

    total_min: Score
    total_min_origin: str | None = None
    per_criterion_min: dict[Identifier, Score] = Field(default_factory=dict)
    combined: tuple[CombinedThreshold, ...] = ()


class ThirdEvaluator(Frozen):
    """When two evaluations are so far apart that a third is needed."""

    total_difference_gte: Score | None = None
    criterion_difference_gte: Score | None = None
    threshold_outcome_differs: Flag = False


class EvaluationRules(Frozen):
    """How the scores of several evaluators are given and joined."""

    evaluators_per_application: Positive
    third_if: ThirdEvaluator = ThirdEvaluator()
    panel_rule: Literal["consensus_else_median"]
    comment_min_chars_per_criterion: Count = 0
    comments_required_if_score_in: tuple[Score, ...] = ()
    blind_until_submitted: Flag = True


class TieBreak(Frozen):
    """One step that separates equal totals."""

    kind: Literal["criteria", "support_per_company", "lot"]
    criteria: tuple[Identifier, ...] = ()


class ScaleStep(Frozen):
    """The general word for a score, shown beside the anchors."""

    score: Score
    text: Text


class Rubric(Frozen):
    """How applications are scored; the total is Σ weight × score ÷ scale maximum."""

    version: str
    integers_only: Flag = True
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    total: Literal["weighted_share_of_maximum"] = "weighted_share_of_maximum"
    sum_of_weights: Annotated[Number, Field(gt=0)] = Decimal(100)
    thresholds: Thresholds
    evaluation: EvaluationRules
    tie_break: tuple[TieBreak, ...] = ()
    funding_rule: str | None = None
    general_scale: tuple[ScaleStep, ...] = ()

    def get_criterion(self, criterion_id: str) -> Criterion:
        """Return a criterion; raises KeyError when the rubric does not have it."""
        for criterion in self.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise KeyError(criterion_id)

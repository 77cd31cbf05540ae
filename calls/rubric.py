"""The rubric of a call as data: criteria, anchors, thresholds, panel rule and tie-breaks."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from calls.text import Text
from calls.values import Count, Flag, Frozen, Grown, Identifier, Number, Positive

Score = Annotated[Number, Field(ge=0)]
Comparison = Literal[">=", ">"]
PanelRule = Literal[
    "consensus_else_median", "consensus_else_mean", "consensus_else_trimmed_mean", "consensus_only"
]


class Anchor(Frozen):
    """What a score means."""

    score: Score
    text: Text


class Formula(Frozen):
    """How a score follows from the application: from which value on which score, lowest first."""

    input: Literal["companies", "partners", "regions", "months", "climate_pct", "digital_pct"]
    steps: Annotated[tuple[tuple[Score, Score], ...], Field(min_length=1)]


class Criterion(Grown):
    """One criterion with its own scale; `step` 0.5 allows half points.

    `weight_points` counts in the total that thresholds are about, `weight_ranking` in the one that
    orders applications; without the second they are the same. Gates are written here too (`kind:
    gate`) and become eligibility checks; tags (`kind: tag`) become `tags` of the rubric.
    """

    later: ClassVar[frozenset[str]] = frozenset({"kind", "scorer", "weight_ranking", "formula"})

    id: Identifier
    kind: Literal["scored"] = "scored"
    scorer: Literal["human", "officer", "computed"] = "human"
    scale: tuple[Score, Score]
    step: Annotated[Number, Field(gt=0)] = Decimal(1)
    weight_points: Annotated[Number, Field(ge=0)]
    weight_ranking: Annotated[Number, Field(ge=0)] | None = None
    name: Text
    ask: Text
    anchors: Annotated[tuple[Anchor, ...], Field(min_length=1)]
    formula: Formula | None = None

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


class CombinedThreshold(Grown):
    """The scores of several criteria together reach `minimum`.

    What is compared is their sum, the lowest of them, or how many have at least `each`.
    """

    later: ClassVar[frozenset[str]] = frozenset({"comparison", "takes", "each"})

    id: Identifier
    criteria: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    minimum: Score
    comparison: Comparison = ">="
    takes: Literal["sum", "min", "count"] = "sum"
    each: Score | None = None
    reason: Text


class Veto(Frozen):
    """A final score of `at_most` or less bars the application, whatever its total."""

    id: Identifier
    criterion: Identifier
    at_most: Score
    reason: Text


class Thresholds(Grown):
    """What an application must reach to be fundable; `>` is stricter than reaching exactly."""

    later: ClassVar[frozenset[str]] = frozenset(
        {"total_comparison", "above_criterion_min", "vetoes"}
    )

    total_min: Score
    total_min_origin: str | None = None
    total_comparison: Comparison = ">="
    per_criterion_min: dict[Identifier, Score] = Field(default_factory=dict)
    above_criterion_min: tuple[Identifier, ...] = ()
    """The criteria whose lowest score must be exceeded, not only reached."""
    combined: tuple[CombinedThreshold, ...] = ()
    vetoes: tuple[Veto, ...] = ()


class ThirdEvaluator(Frozen):
    """When two evaluations are so far apart that a third is needed."""

    total_difference_gte: Score | None = None
    criterion_difference_gte: Score | None = None
    threshold_outcome_differs: Flag = False


class EvaluationRules(Grown):
    """How the scores of several evaluators are given and joined."""

    later: ClassVar[frozenset[str]] = frozenset({"minimum_evaluations", "comments_always_required"})

    evaluators_per_application: Positive
    third_if: ThirdEvaluator = ThirdEvaluator()
    minimum_evaluations: Positive = 1
    panel_rule: PanelRule
    comment_min_chars_per_criterion: Count = 0
    comments_required_if_score_in: tuple[Score, ...] = ()
    comments_always_required: Flag = False
    blind_until_submitted: Flag = True


class TieBreak(Frozen):
    """One step that separates equal totals."""

    kind: Literal["criteria", "support_per_company", "lot"]
    criteria: tuple[Identifier, ...] = ()


class ScaleStep(Frozen):
    """The general word for a score, shown beside the anchors."""

    score: Score
    text: Text


class Tag(Frozen):
    """Something that describes an application and never scores it, with the question that tells it."""

    id: Identifier
    name: Text
    question: Identifier


class Rubric(Grown):
    """How applications are scored; the total is Σ weight × score ÷ scale maximum."""

    later: ClassVar[frozenset[str]] = frozenset({"tags"})

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
    tags: tuple[Tag, ...] = ()

    @property
    def evaluated(self) -> tuple[Criterion, ...]:
        """The criteria that evaluators score."""
        return tuple(each for each in self.criteria if each.scorer == "human")

    def get_criterion(self, criterion_id: str) -> Criterion:
        """Return a criterion; raises KeyError when the rubric does not have it."""
        for criterion in self.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise KeyError(criterion_id)

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.justification import CommentFault, CommentProblem, CommentRule
from scoring.notation import (
    UnreadableRule,
    describe_tie_break,
    parse_combined,
    parse_tie_break,
)
from scoring.rubric import (
    Criterion,
    CriterionSum,
    LotDrawn,
    LowerSupportPerCompany,
    PanelRule,
    Rubric,
)
from scoring.scale import InvalidRubric, Scale, ScoreOffScale
from scoring.thresholds import CombinedThreshold
from tests.unit.scoring.demo_round import RUBRIC

HALVES = Scale(Decimal(0), Decimal(5), Decimal("0.5"))


@st.composite
def scales(draw):
    step = Decimal(draw(st.integers(1, 200))) / 100
    low = Decimal(draw(st.integers(0, 10)))
    return Scale(low, low + step * draw(st.integers(1, 30)), step)


@given(scales())
def test_ticks_and_scores_are_inverse(scale):
    scores = scale.all_scores()
    assert [scale.ticks(score) for score in scores] == list(range(len(scores)))
    assert tuple(scale.score(scale.ticks(score)) for score in scores) == scores
    assert (scores[0], scores[-1]) == (scale.minimum, scale.maximum)


@pytest.mark.parametrize("score", ["-0.5", "0.25", "5.5", "NaN", "Infinity"])
def test_a_score_that_is_no_step_is_refused(score):
    with pytest.raises(ScoreOffScale):
        HALVES.ticks(Decimal(score))


def test_ticks_beyond_the_scale_are_refused():
    with pytest.raises(ScoreOffScale):
        HALVES.score(11)


@pytest.mark.parametrize(
    ("low", "high", "step"), [(0, 0, 1), (5, 0, 1), (-1, 5, 1), (0, 5, 0), (0, 5, 2)]
)
def test_a_scale_whose_steps_do_not_fit_is_refused(low, high, step):
    with pytest.raises(InvalidRubric):
        Scale(Decimal(low), Decimal(high), Decimal(step))


def test_the_weights_of_the_demo_rubric_sum_to_a_hundred():
    assert RUBRIC.maximum_total == Decimal(100)
    assert RUBRIC.criterion("C2").minimum == Decimal(3)
    with pytest.raises(KeyError):
        RUBRIC.criterion("C9")


def test_every_problem_of_a_rubric_is_listed():
    with pytest.raises(InvalidRubric) as caught:
        Rubric(
            criteria=(
                Criterion("A", HALVES, Decimal(10), Decimal("2.3")),
                Criterion("A", HALVES, Decimal(0)),
            ),
            total_minimum=Decimal(11),
            combined=(
                CombinedThreshold("A", ("A",), Decimal(1)),
                CombinedThreshold("T", ("A", "B"), Decimal(1)),
                CombinedThreshold("U", ("A",), Decimal(6)),
                CombinedThreshold("V", (), Decimal(0)),
            ),
            panel=PanelRule(0),
            comments=CommentRule(10, frozenset({Decimal(7)})),
            tie_break=(CriterionSum(("A", "Z")), LotDrawn()),
        )
    assert [(each.where, each.code) for each in caught.value.problems] == [
        ("A", "threshold_off_scale"),
        ("A", "duplicate_criterion"),
        ("A", "weight_not_positive"),
        ("A", "duplicate_rule"),
        ("T", "unknown_criterion"),
        ("U", "threshold_unreachable"),
        ("V", "unknown_criterion"),
        ("total_minimum", "threshold_unreachable"),
        ("panel", "panel_empty"),
        ("comments", "score_off_scale"),
        ("tie_break", "unknown_criterion"),
    ]


def test_a_rubric_without_criteria_is_refused():
    with pytest.raises(InvalidRubric, match="at least one criterion"):
        replace(
            RUBRIC,
            criteria=(),
            combined=(),
            tie_break=(),
            total_minimum=None,
            comments=CommentRule(),
        )


def test_a_comment_is_demanded_for_extreme_scores_only():
    scores = {"C1": Decimal(5), "C2": Decimal(3), "C3": Decimal(1), "C4": Decimal(0)}
    comments = {"C1": "x" * 80, "C3": "   "}
    assert RUBRIC.comments.problems(scores, comments) == (
        CommentProblem("C3", CommentFault.MISSING, 0, 80),
        CommentProblem("C4", CommentFault.MISSING, 0, 80),
    )


def test_a_comment_that_is_given_must_be_long_enough():
    problems = RUBRIC.comments.problems({"C2": Decimal(3)}, {"C2": " " + "x" * 79 + " "})
    assert problems == (CommentProblem("C2", CommentFault.TOO_SHORT, 79, 80),)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("C2", CriterionSum(("C2",))),
        ("C4+C5", CriterionSum(("C4", "C5"))),
        ("lower support per committed company", LowerSupportPerCompany()),
        ("lot drawn and recorded", LotDrawn()),
    ],
)
def test_the_notation_of_a_tie_break_reads_back(text, rule):
    assert parse_tie_break(text) == rule
    assert describe_tie_break(rule) == text


def test_a_combined_threshold_is_read_from_its_notation():
    assert parse_combined("TWIN", "C4 + C5 >= 5") == RUBRIC.combined[0]
    assert parse_combined("X", "A>=2.5") == CombinedThreshold("X", ("A",), Decimal("2.5"))


@pytest.mark.parametrize("text", ["", "C4 - C5 >= 5", "C4 + >= 5", "C4 < 5", "C4 >= five"])
def test_an_unreadable_threshold_is_refused(text):
    with pytest.raises(UnreadableRule):
        parse_combined("X", text)


@pytest.mark.parametrize("text", ["", "C4 C5", "toss a coin"])
def test_an_unreadable_tie_break_is_refused(text):
    with pytest.raises(UnreadableRule):
        parse_tie_break(text)

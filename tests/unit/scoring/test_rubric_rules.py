"""What a rubric may say beyond sums: strict thresholds, group rules, vetoes, scorers, panel rules."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from statistics import median

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scoring.aggregate import (
    AgreementNeeded,
    ThresholdKind,
    TooFewReviews,
    computed_scores,
    consensus_scores,
    ranking_total,
    threshold_failures,
    total,
)
from scoring.disagreement import find_outliers, third_evaluator_reasons
from scoring.formula import FormulaInput, InputMissing, StepFormula
from scoring.justification import CommentRule
from scoring.notation import UnreadableRule, parse_combined
from scoring.rubric import ConsensusRule, Criterion, PanelRule, Rubric, Scorer
from scoring.scale import InvalidRubric, Scale
from scoring.thresholds import CombinedThreshold, Comparison, GroupRule, Veto

HALVES = Scale(Decimal(0), Decimal(5), Decimal("0.5"))
THREE = Scale(Decimal(0), Decimal(3))
RUBRIC = Rubric(
    criteria=(
        Criterion("A", HALVES, Decimal(50), Decimal(3)),
        Criterion("B", HALVES, Decimal(30), ranking_weight=Decimal(45)),
        Criterion("C", THREE, Decimal(20)),
    ),
    total_minimum=Decimal(50),
)
SHEET = st.fixed_dictionaries(
    {each.id: st.sampled_from(each.scale.all_scores()) for each in RUBRIC.criteria}
)
SHEETS = st.dictionaries(st.sampled_from("UVWXYZ"), SHEET, min_size=1)
RULES = st.sampled_from([ConsensusRule.MEAN, ConsensusRule.MEDIAN, ConsensusRule.TRIMMED])


def with_panel(rule, **more):
    return replace(RUBRIC, panel=PanelRule(6, consensus=rule, **more))


def scores(a, b, c):
    return {name: Fraction(value) for name, value in zip("ABC", (a, b, c), strict=True)}


def failed(rubric, given_scores):
    return [(each.kind, each.id) for each in threshold_failures(rubric, given_scores)]


def test_above_is_not_at_least():
    strict = replace(
        RUBRIC,
        criteria=(replace(RUBRIC.criteria[0], comparison=Comparison.ABOVE), *RUBRIC.criteria[1:]),
        total_comparison=Comparison.ABOVE,
    )
    at_both = scores(3, 0, 3)
    assert total(RUBRIC, at_both) == 50
    assert failed(RUBRIC, at_both) == []
    assert failed(strict, at_both) == [
        (ThresholdKind.CRITERION, "A"),
        (ThresholdKind.TOTAL, "TOTAL"),
    ]


def test_the_weight_of_the_ranking_leaves_the_thresholds_alone():
    sheet = scores(3, 5, 3)
    assert (total(RUBRIC, sheet), ranking_total(RUBRIC, sheet)) == (80, 95)
    assert ranking_total(replace(RUBRIC, criteria=RUBRIC.criteria[::2]), {"A": 5, "C": 3}) == 70


@pytest.mark.parametrize(
    ("text", "holds_for", "fails_for"),
    [
        ("A + C >= 5", (3, 0, 2), (2, 5, 2)),
        ("A + C > 5", (3, 0, 3), (3, 5, 2)),
        ("min(A, B) >= 1", (1, 1, 0), (5, "1/2", 3)),
        ("count(A, B, C >= 3) >= 2", (3, 0, 3), (5, "5/2", 2)),
    ],
)
def test_group_rules_are_sums_minima_and_counts(text, holds_for, fails_for):
    rule = parse_combined("G", text)
    rubric = replace(RUBRIC, combined=(rule,), total_minimum=None, criteria=bare())
    assert failed(rubric, scores(*holds_for)) == []
    assert failed(rubric, scores(*fails_for)) == [(ThresholdKind.COMBINED, "G")]


def bare():
    return tuple(replace(each, minimum=None) for each in RUBRIC.criteria)


@pytest.mark.parametrize("text", ["A + B", "max(A) >= 1", "count(A) >= 1", "A >= B", "min() > 1"])
def test_other_notations_are_refused(text):
    with pytest.raises(UnreadableRule):
        parse_combined("G", text)


def test_a_veto_bars_whatever_the_total():
    rubric = replace(RUBRIC, vetoes=(Veto("NO_NEED", "C", Decimal(0)),))
    (found,) = threshold_failures(rubric, scores(5, 5, 0))
    assert (found.kind, found.id, found.comparison) == (ThresholdKind.VETO, "NO_NEED", ">")
    assert failed(rubric, scores(5, 5, 1)) == []


@given(SHEETS, RULES)
def test_a_final_score_lies_among_the_scores_given(sheets, rule):
    final = consensus_scores(with_panel(rule), sheets)
    for name, value in final.items():
        given_scores = [sheet[name] for sheet in sheets.values()]
        assert min(given_scores) <= value <= max(given_scores)
        if rule is ConsensusRule.MEDIAN:
            assert value == median(map(Fraction, given_scores))


@given(SHEETS, RULES, st.data())
def test_raising_one_score_never_lowers_a_final_one(sheets, rule, data):
    who, name = data.draw(st.sampled_from(sorted(sheets))), data.draw(st.sampled_from("ABC"))
    raised = data.draw(st.sampled_from(RUBRIC.criterion(name).scale.all_scores()))
    assume(raised > sheets[who][name])
    before = consensus_scores(with_panel(rule), sheets)
    after = consensus_scores(with_panel(rule), sheets | {who: sheets[who] | {name: raised}})
    assert after[name] >= before[name]
    assert {key: value for key, value in after.items() if key != name} == {
        key: value for key, value in before.items() if key != name
    }


@given(SHEETS, RULES, st.data())
def test_a_missing_score_is_missing_and_never_zero(sheets, rule, data):
    assume(len(sheets) > 1)
    who, name = data.draw(st.sampled_from(sorted(sheets))), data.draw(st.sampled_from("ABC"))
    rubric = with_panel(rule)
    without_cell = sheets | {who: {key: s for key, s in sheets[who].items() if key != name}}
    without_row = {key: sheet for key, sheet in sheets.items() if key != who}
    found = consensus_scores(rubric, without_cell)
    # The cell of a conflict is gone; the rest of the evaluator's row still counts.
    assert found[name] == consensus_scores(rubric, without_row)[name]
    whole = consensus_scores(rubric, sheets)
    assert {key: found[key] for key in found if key != name} == {
        key: whole[key] for key in whole if key != name
    }


def test_too_few_reviews_make_no_final_score():
    rubric = with_panel(ConsensusRule.MEAN, minimum_reviews=2)
    one, other = scores(5, 5, 3), {"A": Decimal(1), "B": Decimal(2)}
    assert consensus_scores(rubric, {"U": one, "V": scores(1, 2, 0)})["A"] == 3
    with pytest.raises(TooFewReviews) as refused:
        consensus_scores(rubric, {"U": one, "V": other})
    assert (refused.value.criterion, refused.value.needed, refused.value.got) == ("C", 2, 1)


def test_where_only_agreement_counts_nothing_is_computed():
    with pytest.raises(AgreementNeeded):
        consensus_scores(with_panel(ConsensusRule.AGREED), {"U": scores(5, 5, 3)})


def test_a_trimmed_mean_leaves_out_one_at_each_end():
    sheets = {name: scores(value, 0, 0) for name, value in zip("UVWX", (0, 3, 4, 5), strict=True)}
    assert consensus_scores(with_panel(ConsensusRule.TRIMMED), sheets)["A"] == Fraction(7, 2)
    two = {name: sheets[name] for name in "UX"}
    assert consensus_scores(with_panel(ConsensusRule.TRIMMED), two)["A"] == Fraction(5, 2)


MIXED = Rubric(
    criteria=(
        Criterion("A", HALVES, Decimal(60), Decimal(3)),
        Criterion("O", THREE, Decimal(20), scorer=Scorer.OFFICER),
        Criterion(
            "F",
            THREE,
            Decimal(20),
            scorer=Scorer.COMPUTED,
            formula=StepFormula(
                FormulaInput.COMPANIES,
                ((Decimal(0), Decimal(0)), (Decimal(2), Decimal(1)), (Decimal(5), Decimal(3))),
            ),
        ),
    ),
    total_minimum=Decimal(50),
    combined=(CombinedThreshold("G", ("A", "O"), Decimal(4)),),
    vetoes=(Veto("V", "O", Decimal(0)),),
    comments=CommentRule(10, frozenset({Decimal(5), Decimal(1)})),
    panel=PanelRule(2, third_if_threshold_differs=True),
)


def test_a_sheet_is_measured_by_what_evaluators_score():
    sheet = MIXED.for_sheets()
    assert sheet.criterion_ids == ("A",)
    assert (sheet.total_minimum, sheet.combined, sheet.vetoes) == (None, (), ())
    assert RUBRIC.for_sheets() is RUBRIC
    assert consensus_scores(MIXED, {"U": {"A": Decimal(3)}, "V": {"A": Decimal(4)}}) == {
        "A": Fraction(7, 2)
    }
    assert third_evaluator_reasons(MIXED, {"U": {"A": Decimal(2)}, "V": {"A": Decimal(4)}})


@pytest.mark.parametrize(("companies", "score"), [(0, 0), (1, 0), (2, 1), (4, 1), (5, 3), (99, 3)])
def test_a_formula_reads_the_application_by_its_steps(companies, score):
    assert computed_scores(MIXED, {FormulaInput.COMPANIES: companies}) == {"F": score}


def test_what_a_formula_needs_and_does_not_have_is_missing():
    with pytest.raises(InputMissing):
        computed_scores(MIXED, {FormulaInput.PARTNERS: 3})


@given(st.integers(0, 9), st.integers(0, 9))
def test_a_formula_with_rising_scores_rises(fewer, more):
    assume(fewer < more)
    low, high = (computed_scores(MIXED, {FormulaInput.COMPANIES: n})["F"] for n in (fewer, more))
    assert low <= high


def test_a_comment_can_be_demanded_of_every_score():
    rule = CommentRule(5, always=True)
    problems = rule.problems({"A": Decimal(3), "B": Decimal(2)}, {"A": "enough"})
    assert [each.criterion for each in problems] == ["B"]


def test_a_score_that_stands_alone_is_pointed_out():
    sheets = {name: scores(value, 2, 1) for name, value in zip("UVWX", (4, 4, 4, 0), strict=True)}
    (found,) = find_outliers(RUBRIC, sheets)
    assert (found.evaluator, found.criterion, found.score, found.median) == ("X", "A", 0, 4)
    assert find_outliers(RUBRIC, {name: sheets[name] for name in "UX"}) == ()
    even = {name: scores(value, 2, 1) for name, value in zip("UVWX", (1, 2, 3, 4), strict=True)}
    assert find_outliers(RUBRIC, even) == ()


COMPUTED = Criterion("F", THREE, Decimal(20), scorer=Scorer.COMPUTED)
FIRST, LAST = RUBRIC.criteria[0], RUBRIC.criteria[2]
NO_STEPS = StepFormula(FormulaInput.MONTHS, ())
TOO_HIGH = StepFormula(FormulaInput.MONTHS, ((Decimal(1), Decimal(9)),))


def also(criterion):
    return {"criteria": (*RUBRIC.criteria, criterion)}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"criteria": (replace(FIRST, weight=Decimal(-1)),)}, "weight_not_positive"),
        ({"criteria": (replace(FIRST, minimum=Decimal(5), comparison=Comparison.ABOVE),)}, "threshold_unreachable"),
        ({"criteria": (replace(LAST, scorer=Scorer.OFFICER),)}, "no_evaluated"),
        (also(COMPUTED), "formula_and_scorer"),
        (also(replace(COMPUTED, formula=NO_STEPS)), "formula_steps"),
        (also(replace(COMPUTED, formula=TOO_HIGH)), "score_off_scale"),
        ({"total_minimum": Decimal(100), "total_comparison": Comparison.ABOVE}, "threshold_unreachable"),
        ({"combined": (CombinedThreshold("G", ("A", "C"), Decimal(9)),)}, "threshold_unreachable"),
        ({"combined": (CombinedThreshold("G", ("A", "C"), Decimal(4), rule=GroupRule.MIN),)}, "threshold_unreachable"),
        ({"combined": (CombinedThreshold("G", ("A", "C"), Decimal(1), rule=GroupRule.COUNT),)}, "count_without_each"),
        ({"vetoes": (Veto("V", "X", Decimal(0)),)}, "unknown_criterion"),
        ({"vetoes": (Veto("V", "C", Decimal(3)),)}, "veto_off_scale"),
        ({"vetoes": (Veto("A", "C", Decimal(0)),)}, "duplicate_rule"),
        ({"panel": PanelRule(2, minimum_reviews=3)}, "minimum_reviews"),
    ],
)  # fmt: skip
def test_a_rubric_that_contradicts_itself_is_refused(change, code):
    with pytest.raises(InvalidRubric) as refused:
        replace(RUBRIC, **change)
    assert code in [problem.code for problem in refused.value.problems]

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.aggregate import (
    IncompleteScores,
    NoSheets,
    ScoreOutOfRange,
    ThresholdFailure,
    ThresholdKind,
    UnknownCriterion,
    consensus_scores,
    evaluator_totals,
    rounded,
    threshold_failures,
    total,
)
from scoring.disagreement import (
    PanelSizeMismatch,
    ThirdReason,
    ThirdReasonCode,
    criterion_spreads,
    third_evaluator_reasons,
    total_spread,
)
from scoring.rubric import PanelRule
from tests.unit.scoring import demo_round
from tests.unit.scoring.demo_round import RUBRIC

DEMO = {entry["application"]: entry for entry in demo_round.evaluations()["scores"]}

SHEET = st.fixed_dictionaries(
    {each.id: st.sampled_from(each.scale.all_scores()) for each in RUBRIC.criteria}
)
PANEL = st.lists(SHEET, min_size=1, max_size=5)


def named(sheets):
    return {f"EV{number}": sheet for number, sheet in enumerate(sheets)}


@pytest.fixture(params=sorted(DEMO))
def entry(request):
    return DEMO[request.param]


def test_the_demo_totals_of_each_evaluator_are_reproduced(entry):
    totals = evaluator_totals(RUBRIC, demo_round.sheets(entry))
    shown = {evaluator: str(rounded(value)) for evaluator, value in totals.items()}
    assert shown == entry["evaluator_totals"]


def test_the_demo_medians_and_final_totals_are_reproduced(entry):
    medians = consensus_scores(RUBRIC, demo_round.sheets(entry))
    assert medians == demo_round.final(entry)
    assert str(rounded(total(RUBRIC, medians))) == entry["final_total"]


def test_the_demo_threshold_failures_are_reproduced(entry):
    failures = threshold_failures(RUBRIC, demo_round.final(entry))
    assert [failure.id for failure in failures] == entry["threshold_failures"]


def test_the_demo_third_evaluators_are_reproduced(entry):
    first_panel = dict(list(demo_round.sheets(entry).items())[:2])
    reasons = third_evaluator_reasons(RUBRIC, first_panel)
    assert bool(reasons) is entry["third_evaluator_needed"]


def test_the_reasons_for_a_third_evaluator_say_where_and_how_much():
    first_panel = dict(list(demo_round.sheets(DEMO["DEMO-03"]).items())[:2])
    assert third_evaluator_reasons(RUBRIC, first_panel) == (
        ThirdReason(ThirdReasonCode.TOTAL_DIFFERENCE, None, Fraction("16.8"), Decimal(15)),
        ThirdReason(ThirdReasonCode.CRITERION_DIFFERENCE, "C1", Fraction(2), Decimal(2)),
    )


def full(**changes):
    scores = {each.id: Decimal(3) for each in RUBRIC.criteria}
    return {**scores, **{name: Decimal(value) for name, value in changes.items()}}


def test_a_horizontal_criterion_alone_can_call_a_third_evaluator():
    reasons = third_evaluator_reasons(RUBRIC, {"A": full(H1=3), "B": full(H1=1)})
    assert [(each.code, each.criterion) for each in reasons] == [
        (ThirdReasonCode.CRITERION_DIFFERENCE, "H1")
    ]


def test_evaluators_on_two_sides_of_a_threshold_call_a_third():
    reasons = third_evaluator_reasons(RUBRIC, {"A": full(C2=3), "B": full(C2=2)})
    assert reasons == (ThirdReason(ThirdReasonCode.THRESHOLD_DIFFERS),)


def test_triggers_that_the_call_does_not_name_are_off():
    silent = replace(RUBRIC, panel=PanelRule(2))
    assert third_evaluator_reasons(silent, {"A": full(C1=0), "B": full(C1=5)}) == ()


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_third_evaluator_rule_is_for_the_first_panel_only(count):
    with pytest.raises(PanelSizeMismatch):
        third_evaluator_reasons(RUBRIC, named([full()] * count))


def test_a_threshold_failure_carries_its_figures():
    failures = threshold_failures(RUBRIC, full(C1=1, C4=2, C5=2, C2=0, H3=0, C7=0, C3=0))
    assert [(each.kind, each.id) for each in failures] == [
        (ThresholdKind.CRITERION, "C1"),
        (ThresholdKind.CRITERION, "C2"),
        (ThresholdKind.CRITERION, "C3"),
        (ThresholdKind.CRITERION, "C7"),
        (ThresholdKind.CRITERION, "H3"),
        (ThresholdKind.COMBINED, "TWIN"),
        (ThresholdKind.TOTAL, "TOTAL"),
    ]
    assert failures[5] == ThresholdFailure(
        ThresholdKind.COMBINED, "TWIN", ("C4", "C5"), Decimal(5), Fraction(4)
    )
    assert failures[6].obtained == total(RUBRIC, full(C1=1, C4=2, C5=2, C2=0, H3=0, C7=0, C3=0))


def test_reaching_a_threshold_exactly_is_enough():
    assert threshold_failures(RUBRIC, full(C2=3, C4=2, C5=3)) == ()


def test_a_missing_score_is_never_zero():
    scores = full()
    del scores["C3"], scores["H1"]
    with pytest.raises(IncompleteScores) as caught:
        total(RUBRIC, scores)
    assert caught.value.missing == ("C3", "H1")


def test_an_unknown_criterion_is_refused():
    with pytest.raises(UnknownCriterion):
        total(RUBRIC, full() | {"X": Decimal(1)})


@pytest.mark.parametrize("score", [Decimal("5.5"), Decimal(-1)])
def test_a_score_outside_the_scale_is_refused(score):
    with pytest.raises(ScoreOutOfRange):
        total(RUBRIC, full() | {"C1": score})


def test_no_sheet_has_no_median():
    with pytest.raises(NoSheets):
        consensus_scores(RUBRIC, {})


def test_one_sheet_has_no_spread():
    assert total_spread(RUBRIC, {"A": full()}) == 0
    assert set(criterion_spreads(RUBRIC, {"A": full()}).values()) == {0}


@given(SHEET, st.data())
def test_raising_a_score_never_lowers_the_total(sheet, data):
    criterion = data.draw(st.sampled_from(RUBRIC.criteria))
    higher = data.draw(st.sampled_from(criterion.scale.all_scores()))
    raised = sheet | {criterion.id: max(sheet[criterion.id], higher)}
    assert total(RUBRIC, raised) >= total(RUBRIC, sheet)


@given(SHEET)
def test_a_total_lies_between_zero_and_the_maximum(sheet):
    assert 0 <= total(RUBRIC, sheet) <= RUBRIC.maximum_total


@given(PANEL, st.randoms(use_true_random=False))
def test_the_order_of_evaluators_changes_nothing(sheets, random):
    shuffled = list(named(sheets).items())
    random.shuffle(shuffled)
    assert consensus_scores(RUBRIC, dict(shuffled)) == consensus_scores(RUBRIC, named(sheets))


@given(SHEET, SHEET)
def test_a_final_total_of_two_lies_between_both_evaluators(one, other):
    both = sorted(evaluator_totals(RUBRIC, {"A": one, "B": other}).values())
    assert both[0] <= total(RUBRIC, consensus_scores(RUBRIC, {"A": one, "B": other})) <= both[1]

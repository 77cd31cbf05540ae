"""Agreement against published figures, and its laws."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.agreement.alpha import Metric, krippendorff_alpha
from scoring.agreement.components import estimate_components
from scoring.agreement.concordance import kendall_tau_b, kendall_w, mid_ranks
from scoring.agreement.icc import intraclass_correlations
from scoring.agreement.pairs import Weighting, limits_of_agreement, mean_kappa, weighted_kappa
from scoring.agreement.ratings import ratings, ratings_of
from scoring.agreement.summary import Level, Pattern, level_of, measure_agreement
from scoring.votes import Identity, tabulate
from tests.unit.scoring.mock_votes import panel, random_votes, votes_of

# Krippendorff's own example: three observers, fifteen units, many gaps.
KRIPPENDORFF = (
    "* * * * * 3 4 1 2 1 1 3 3 * 3",
    "1 * 2 1 3 3 4 3 * * * * * * *",
    "* * 2 1 3 4 4 * 2 1 1 3 3 * 4",
)
# Shrout and Fleiss 1979, table 2: six targets, four judges.
SHROUT_FLEISS = ("9 2 5 8", "6 1 3 2", "8 4 6 8", "7 1 2 6", "10 5 6 9", "6 2 4 7")

grades = st.integers(1, 6).map(Fraction)


def parsed(text: str) -> list[Fraction | None]:
    return [None if each == "*" else Fraction(each) for each in text.split()]


def krippendorff_table():
    return ratings(list(zip(*(parsed(row) for row in KRIPPENDORFF), strict=True)))


def shrout_fleiss_table():
    return ratings([parsed(row) for row in SHROUT_FLEISS])


@pytest.mark.parametrize(
    ("metric", "expected"),
    [(Metric.NOMINAL, 0.69136), (Metric.ORDINAL, 0.80672), (Metric.INTERVAL, 0.81084)],
)
def test_alpha_of_krippendorffs_example(metric, expected):
    found = krippendorff_alpha(krippendorff_table(), metric)
    assert found.value == pytest.approx(expected, abs=1e-5)
    assert found.lower < found.value <= found.upper <= 1


def test_the_six_correlations_of_shrout_and_fleiss_with_their_intervals():
    icc = intraclass_correlations(shrout_fleiss_table())
    found = [
        (round(each.value, 4), round(each.lower, 2), round(each.upper, 2))
        for each in (
            icc.icc1_single, icc.icc2_single, icc.icc3_single,
            icc.icc1_average, icc.icc2_average, icc.icc3_average,
        )
    ]  # fmt: skip
    assert found == [
        (0.1657, -0.13, 0.72),
        (0.2898, 0.02, 0.76),
        (0.7148, 0.34, 0.95),
        (0.4428, -0.88, 0.91),
        (0.6201, 0.07, 0.93),
        (0.9093, 0.68, 0.99),
    ]
    assert not icc.from_components


def test_components_of_complete_votes_are_those_of_the_analysis_of_variance():
    found = estimate_components(shrout_fleiss_table())
    assert found.residual == pytest.approx(1.01944, abs=1e-4)
    assert found.application == pytest.approx(2.55556, abs=1e-4)
    assert found.evaluator == pytest.approx(5.24444, abs=1e-4)
    assert found.mean_votes == 4


def test_correlations_without_one_vote_stay_near_those_with_all():
    table = shrout_fleiss_table()
    gap = ratings([(None, *table.rows[0][1:]), *table.rows[1:]])
    icc = intraclass_correlations(gap)
    assert icc.from_components
    assert icc.icc3_single.value == pytest.approx(0.7148, abs=0.06)
    assert icc.icc2_single.lower < icc.icc2_single.value < icc.icc2_single.upper


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("1", (0.0102, 0.0088, 0.1349, 0.3679, 0.7443, 0.5724)),
        ("3", (0.3223, 0.3368, 0.3835, 0.5203, 0.8443, 0.6689)),
    ],
)
def test_figures_of_the_mock_panels(name, expected):
    found = measure_agreement(panel(name))
    figures = (
        found.alpha[Metric.ORDINAL].value,
        found.alpha[Metric.INTERVAL].value,
        found.icc.icc2_single.value,
        found.icc.icc3_single.value,
        found.icc.icc3_average.value,
        found.concordance.w,
    )
    assert figures == pytest.approx(expected, abs=1e-4)


def test_panel_one_agrees_on_the_order_but_not_on_the_level():
    summary = measure_agreement(panel("1")).summary
    assert (summary.absolute.statistic, summary.absolute.level) == ("icc2_single", Level.POOR)
    assert summary.consistency.statistic == "icc3_single"
    assert summary.pattern is Pattern.LEVELS_DIFFER


def test_a_shift_of_one_evaluator_lowers_absolute_agreement_only():
    base = votes_of({f"P{i}": {"A": i, "B": i, "C": i} for i in range(1, 7)})
    shifted = votes_of({f"P{i}": {"A": i, "B": i + 3, "C": i} for i in range(1, 7)})
    assert measure_agreement(base).summary.pattern is Pattern.AGREE
    found = measure_agreement(shifted)
    assert found.concordance.w == 1
    assert found.icc.icc3_single.value == pytest.approx(1)
    assert found.icc.icc2_single.value < 0.8
    assert {limits.bias for limits in found.limits} == {-3.0, 0.0, 3.0}


def test_kappa_of_a_hand_counted_table():
    # 20 pairs on a scale of three: 12 equal, 7 one step apart, 1 two steps apart.
    counts = {
        (1, 1): 5,
        (2, 2): 4,
        (3, 3): 3,
        (1, 2): 3,
        (2, 1): 1,
        (2, 3): 2,
        (3, 2): 1,
        (1, 3): 1,
    }
    pairs = [
        (Fraction(one), Fraction(other)) for (one, other), count in counts.items()
        for _ in range(count)
    ]  # fmt: skip
    # Margins: first 9, 7, 4 of 20; second 6, 8, 6 of 20.
    assert weighted_kappa(pairs, Weighting.NONE) == 1 - Fraction(8, 20) / (1 - Fraction(134, 400))
    linear = Fraction(9 * 8 + 7 * 6 + 7 * 6 + 4 * 8 + 2 * (9 * 6 + 4 * 6), 400)
    assert weighted_kappa(pairs, Weighting.LINEAR) == 1 - Fraction(9, 20) / linear
    square = Fraction(9 * 8 + 7 * 6 + 7 * 6 + 4 * 8 + 4 * (9 * 6 + 4 * 6), 400)
    assert weighted_kappa(pairs, Weighting.QUADRATIC) == 1 - Fraction(11, 20) / square


def test_limits_of_a_hand_computed_pair():
    table = ratings([parsed("5 3"), parsed("4 4"), parsed("6 5"), parsed("3 2"), parsed("2 *")])
    limits = limits_of_agreement(table)[0]
    assert (limits.bias, limits.applications) == (1.0, 4)
    assert limits.sd == pytest.approx((2 / 3) ** 0.5)
    assert limits.upper - limits.bias == pytest.approx(1.959964 * limits.sd)


def test_tau_b_with_ties():
    # Concordant 8, discordant 1; one tie in the first, none in the second of ten pairs.
    pairs = list(zip(map(Fraction, (1, 2, 2, 4, 5)), map(Fraction, (1, 3, 2, 5, 4)), strict=True))
    assert kendall_tau_b(pairs) == pytest.approx(7 / 90**0.5)
    assert mid_ranks([Fraction(3), Fraction(1), Fraction(3)]) == [Fraction(5, 2), 1, Fraction(5, 2)]


def test_what_is_undefined_is_nothing_and_not_zero():
    alike = votes_of({"P": {"A": 3, "B": 3}, "Q": {"A": 3, "B": 3}})
    found = measure_agreement(alike)
    assert set(found.alpha.values()) == {None}
    assert (found.icc, found.concordance, found.pairs) == (None, None, ())
    assert set(found.kappa.values()) == {None}
    assert found.summary.pattern is Pattern.UNKNOWN
    lonely = measure_agreement(votes_of({"P": {"A": 3}, "Q": {"B": 5}}))
    assert (lonely.icc, lonely.mean_tau_b) == (None, None)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(grades, min_size=3, max_size=3), min_size=4, max_size=9))
def test_perfect_agreement_is_one_and_columns_may_be_swapped(rows):
    same = ratings([[row[0]] * 3 for row in rows])
    if len({row[0] for row in rows}) > 1:
        for metric in Metric:
            assert krippendorff_alpha(same, metric).value == pytest.approx(1)
        assert kendall_w(same).w == 1
        assert mean_kappa(same, Weighting.QUADRATIC) == 1
    one, other = ratings(rows), ratings([row[::-1] for row in rows])
    for metric in Metric:
        first, second = krippendorff_alpha(one, metric), krippendorff_alpha(other, metric)
        assert (first and first.value) == pytest.approx(second and second.value)
    first, second = kendall_w(one), kendall_w(other)
    assert (first and first.w) == pytest.approx(second and second.w)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(grades, min_size=3, max_size=3), min_size=4, max_size=9), grades)
def test_a_constant_for_everybody_changes_no_figure(rows, constant):
    one = ratings(rows)
    other = ratings([[grade + constant for grade in row] for row in rows])
    first, second = intraclass_correlations(one), intraclass_correlations(other)
    if first is not None:
        assert first.icc2_single.value == pytest.approx(second.icc2_single.value, abs=1e-9)
    for metric in Metric:
        first, second = krippendorff_alpha(one, metric), krippendorff_alpha(other, metric)
        assert (first and first.value) == pytest.approx(second and second.value)


def test_evaluators_who_share_little_are_measured_with_gaps():
    found = measure_agreement(random_votes(60, 12, 3, 5), Identity.UNIQUE)
    assert found.concordance is None
    assert found.icc.from_components
    assert 0.2 < found.icc.icc3_single.value < 0.9
    assert found.icc.raters == pytest.approx(3)
    assert found.provenance.algorithm == "agreement"


def test_levels_begin_at_their_bounds():
    assert [level_of(each) for each in (0.49, 0.5, 0.75, 0.9)] == list(Level)


def test_rows_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match="column"):
        ratings([[Fraction(1)], [Fraction(1), Fraction(2)]])
    assert ratings_of(tabulate(panel("1"))).is_complete

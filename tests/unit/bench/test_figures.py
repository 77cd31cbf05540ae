"""The arithmetic of the measurements: verdicts, ratios, percentiles, tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.__main__ import MEASURES, read_arguments
from bench.client import Run, percentile
from bench.figures import Figure, draw_markdown, draw_table, ratio, show


def test_a_figure_at_its_limit_reaches_the_target():
    assert Figure("a", "", 6, target=6).verdict == "ok"
    assert Figure("a", "", 7, target=6).verdict == "missed"


def test_a_figure_that_must_be_at_least_so_much_is_judged_the_other_way():
    assert Figure("a", "", 0.4, target=0.4, at_least=True).verdict == "ok"
    assert Figure("a", "", 0.39, target=0.4, at_least=True).verdict == "missed"


def test_a_figure_without_a_target_never_fails():
    figure = Figure("a", "", 1000, "ms")
    assert (figure.is_met, figure.verdict, figure.shown_target) == (True, "", "–")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(6, "", "6"), (43.38, "KB", "43.4 KB"), (0.22, "×", "0.22 ×"), (151.2, "ms", "151 ms")],
)
def test_values_are_shown_with_as_many_digits_as_mean_something(value, unit, text):
    assert show(value, unit) == text


def test_a_ratio_is_rounded_to_hundredths():
    assert ratio(10, 3) == 3.33


def test_the_95th_percentile_is_the_smallest_value_that_95_of_100_do_not_exceed():
    assert percentile(range(1, 101), 0.95) == 95
    assert percentile([5.0], 0.95) == 5.0


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_one_of_the_values_and_enough_of_them_are_not_above_it(values, part):
    found = percentile(values, part)
    assert found in values
    assert sum(value <= found for value in values) >= part * len(values) - 1e-9


def test_a_run_gives_requests_per_second_and_processor_time_of_one():
    run = Run((0.1, 0.2, 0.3, 0.4), wall=0.5, cpu=0.2)
    assert run.per_second == 8
    assert run.cpu_milliseconds == 50
    assert run.median == 0.25


def test_tables_have_a_line_for_each_figure():
    figures = [Figure("one", "first", 1, target=2), Figure("two", "second", 3, "s", 2, note="so")]
    assert draw_table(figures).splitlines()[2].split() == ["one", "first", "≤", "2", "1", "ok"]
    assert (
        draw_markdown(figures).splitlines()[3] == "| `two` | second | ≤ 2 s | 3 s | missed | so |"
    )


def test_only_known_measures_can_be_chosen():
    assert read_arguments(["--only", "list"]).only == ["list"]
    with pytest.raises(SystemExit):
        read_arguments(["--only", "nothing"])
    assert set(MEASURES) >= {"list", "application", "autosave", "form", "csv", "letters", "crowd"}

"""Charts of papers: bars in proportion, names that fit, marks that print without colour."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.pdf.charts import (
    AXIS,
    LETTERS_IN_LINE,
    LONGEST_BAR,
    MOST_LINES,
    WIDTH,
    Row,
    Series,
    draw_bars,
    wrap_label,
)


def bar(value, *, is_dark=True):
    return Series(None if value is None else Fraction(value), str(value), is_dark)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=12))
def test_bars_are_as_long_as_their_values_say_and_every_bar_stays_inside(values):
    chart = draw_bars([Row("name", (bar(each),)) for each in values], "alt")
    lengths = {box.y: box.width for box in chart.boxes}
    assert len(lengths) == sum(1 for each in values if each)
    assert all(0 < box.width <= LONGEST_BAR for box in chart.boxes)
    assert all(box.y + box.height <= chart.height for box in chart.boxes)
    assert len(chart.values) == len(values)
    assert [text.words for text in chart.values] == [str(each) for each in values]


def test_the_longest_bar_is_the_greatest_value_and_half_of_it_half_as_long():
    chart = draw_bars([Row("a", (bar(10),)), Row("b", (bar(5),))], "alt")
    assert [box.width for box in chart.boxes] == [LONGEST_BAR, LONGEST_BAR // 2]


def test_what_may_not_be_told_has_no_bar_but_its_dash():
    chart = draw_bars([Row("a", (Series(None, "–"),))], "alt")
    assert (chart.boxes, [text.words for text in chart.values]) == ((), ["–"])


def test_two_series_differ_without_colour_and_are_named():
    rows = [Row("a", (bar(4, is_dark=False), bar(2)))]
    chart = draw_bars(rows, "alt", (("Applied for", False), ("Granted", True)))
    assert [box.is_dark for box in chart.boxes] == [False, True, False, True]
    assert [text.words for text in chart.legend] == ["Applied for", "Granted"]
    assert chart.boxes[2].y + chart.boxes[2].height < chart.boxes[3].y


def test_a_goal_beyond_every_bar_is_still_on_the_chart():
    chart = draw_bars([Row("a", (bar(10),), Fraction(40))], "alt")
    (mark,) = chart.marks
    assert mark.x == AXIS + LONGEST_BAR < WIDTH
    assert chart.boxes[0].width == LONGEST_BAR // 4


def test_a_name_of_four_hundred_letters_is_cut_and_says_so():
    lines = wrap_label("Energiatehokkuuspalvelukeskus " * 14)
    assert len(lines) == MOST_LINES
    assert max(map(len, lines)) <= LETTERS_IN_LINE
    assert lines[-1].endswith("…")
    assert wrap_label("") == ["–"]

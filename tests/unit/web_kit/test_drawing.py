"""Rows of one pattern: every cell is escaped, whatever it holds."""

from __future__ import annotations

from markupsafe import Markup

from app.web.drawing import draw_options, fill_rows

PATTERN = Markup('<td title="100 %">{}</td><td>{}</td>')


def test_every_cell_is_escaped_and_markup_stays():
    rows = [("<b>", Markup("<i>x</i>")), ('"&', "plain")]
    assert fill_rows(PATTERN, rows) == (
        '<td title="100 %">&lt;b&gt;</td><td><i>x</i></td>'
        '<td title="100 %">&#34;&amp;</td><td>plain</td>'
    )


def test_a_cell_with_the_inner_separator_moves_no_other_cell():
    rows = [("a\x1f<script>", "b"), ("c", "d\x1f")]
    drawn = fill_rows(Markup("[{}|{}]"), rows)
    assert drawn == "[a\x1f&lt;script&gt;|b][c|d\x1f]"


def test_a_true_cell_becomes_the_mark_and_a_false_one_nothing():
    assert fill_rows(Markup("{}{};"), [("1", True), ("2", False)], Markup("<b>!</b>")) == (
        "1<b>!</b>;2;"
    )


def test_places_and_percents_in_cells_are_only_text():
    assert fill_rows(Markup("{},{}"), [("{}", "%s")]) == "{},%s"


def test_no_rows_draw_nothing():
    assert fill_rows(PATTERN, []) == ""


def test_options_are_escaped_and_the_chosen_one_is_marked():
    drawn = draw_options(str.upper, [("a", "<x>", False, {}), ('"', "y", True, {})])
    assert drawn == (
        '<option value="a">&lt;X&gt;</option><option value="&#34;" selected>Y</option>'
    )

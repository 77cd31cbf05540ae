"""Figures, dates and times as each language writes them; and the geometry of the EU emblem."""

from __future__ import annotations

import math
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pdf.formatting import (
    NBSP,
    format_clock,
    format_date,
    format_moment,
    format_money,
    format_score,
    format_utc,
    subtract_amounts,
)
from app.pdf.texts import TEMPLATES_DIR


@pytest.mark.parametrize(
    ("language", "text"),
    [("fi", "622 560,48"), ("sv", "622 560,48"), ("en", "622,560.48")],
)
def test_money_has_two_decimals_and_never_breaks(language, text):
    assert format_money("622560.48", language) == text.replace(" ", NBSP)


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_money_can_be_read_back_to_the_cent(amount):
    shown = format_money(f"{amount:.2f}", "fi").replace(NBSP, "").replace(",", ".")
    assert Decimal(shown) == amount


@pytest.mark.parametrize(
    ("number", "shown"), [("4.50", "4,5"), ("3", "3"), ("86.70", "86,7"), ("0", "0")]
)
def test_scores_drop_needless_zeros(number, shown):
    assert format_score(number, "fi") == shown


@pytest.mark.parametrize(
    ("language", "text"),
    [("fi", "31.8.2027"), ("sv", "31 augusti 2027"), ("en", "31 August 2027")],
)
def test_dates_follow_the_language(language, text):
    assert format_date("2027-08-31", language) == text.replace(" ", NBSP)


def test_a_moment_is_shown_in_finland_before_and_after_the_change_to_summer_time():
    before = format_moment("2027-03-28T00:59:59+00:00", "fi").replace(NBSP, " ")
    after = format_moment("2027-03-28T01:00:00+00:00", "fi").replace(NBSP, " ")
    assert before == "28.3.2027 klo 02.59.59 Suomen aikaa (UTC+2)"
    assert after == "28.3.2027 klo 04.00 Suomen aikaa (UTC+3)"
    assert format_utc("2027-03-28T04:00:00+03:00") == "2027-03-28T01:00:00Z"


def test_clock_and_difference():
    assert format_clock("16:15", "sv") == "16.15"
    assert format_clock("16:15", "en") == "16:15"
    assert subtract_amounts("622560.48", "593855.28") == "28705.20"


def read_stars():
    """Return the points of each star of the emblem."""
    svg = (TEMPLATES_DIR / "emblem" / "eu.svg").read_text(encoding="utf-8")
    paths = re.findall(r"M([^Z]+)Z", svg)
    return [[tuple(map(float, point.split())) for point in path.split("L")] for path in paths]


def test_the_emblem_has_twelve_upright_stars_on_a_circle_of_a_third_of_its_height():
    stars = read_stars()
    assert len(stars) == 12
    for number, star in enumerate(stars):
        angle = math.radians(30 * number - 90)
        centre = (405 + 180 * math.cos(angle), 270 + 180 * math.sin(angle))
        top = min(star, key=lambda point: point[1])
        assert top == pytest.approx((centre[0], centre[1] - 30), abs=0.02)


def test_the_emblem_is_not_touched_by_its_text_and_no_other_picture_is_on_the_paper():
    css = (TEMPLATES_DIR / "paper.css").read_text(encoding="utf-8")
    assert "width: 19.5mm; height: 13mm" in css
    assert "margin: 0 0 0 4mm" in css
    pages = [path.read_text(encoding="utf-8") for path in TEMPLATES_DIR.rglob("*.j2")]
    assert sum(page.count("<img") for page in pages) == 1

"""Every page of the kit obeys the rules of pages and stays small."""

from __future__ import annotations

import gzip

import pytest
from bs4 import BeautifulSoup

from app.web.filters import VENDOR
from tests.support.page_rules import complaints_about
from tests.unit.web_kit.sample_app import make_app

ERRORS = (401, 403, 404, 409, 413, 422, 429, 500, 503)
PATHS = ("/", "/form", "/errors", "/score", "/list", *(f"/error/{code}" for code in ERRORS))


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    client = make_app("en").test_client()
    return {path: client.get(path).get_data(as_text=True) for path in PATHS}


@pytest.mark.parametrize("path", PATHS)
def test_a_page_obeys_every_rule(pages, path):
    assert complaints_about(pages[path]) == []


def test_an_error_page_says_so_first_in_its_title(pages):
    titles = [
        BeautifulSoup(pages[path], "html5lib").title.get_text() for path in ("/form", "/errors")
    ]
    assert titles == ["Lomake – Innoverkko", "Error: Lomake – Innoverkko"]


def test_a_conflict_shows_both_texts(pages):
    page = BeautifulSoup(pages["/error/409"], "html5lib")
    shown = [card.get_text() for card in page.select(".app-card")]
    assert shown == ["Minun tekstini", "Toisen teksti"]


def test_fifty_rows_of_the_officers_list_stay_below_45_kilobytes(pages):
    assert len(pages["/list"].encode()) <= 45_000
    assert len(gzip.compress(pages["/list"].encode())) <= 8_000


def test_the_first_load_of_a_form_page_stays_below_80_kilobytes(pages):
    parts = ("innoverkko.css.gz", "innoverkko.js.gz", "favicon.svg")
    fonts = ("innoverkko-sans-latin.woff2", "innoverkko-sans-latin-ext.woff2")
    files = sum((VENDOR / name).stat().st_size for name in (*parts, *fonts))
    assert files + len(gzip.compress(pages["/form"].encode())) <= 80_000


def test_the_style_sheet_stays_below_16_kilobytes():
    assert (VENDOR / "innoverkko.css.gz").stat().st_size <= 16_000

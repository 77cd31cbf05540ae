"""The browser of the tests opens our pages, and its judge finds planted defects."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.browser import assert_accessible, serve

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="fi"><head><meta charset="utf-8"><title>Hei</title>
<link rel="icon" href="data:,"></head><body><main><h1>Hei</h1>{body}</main></body></html>"""


@pytest.fixture
def address():
    app = Flask(__name__)
    app.add_url_rule("/", "good", lambda: PAGE.format(body='<a href="/">Alkuun</a>'))
    app.add_url_rule("/image", "image", lambda: PAGE.format(body='<img src="data:,">'))
    wide = '<div style="width: 400px">Leveä</div>'
    app.add_url_rule("/wide", "wide", lambda: PAGE.format(body=wide))
    with serve(app) as url:
        yield url


def test_a_good_page_is_accessible(address, visitor):
    page = visitor(address)
    page.goto("/")
    assert_accessible(page)


@pytest.mark.parametrize(
    ("path", "complaint"), [("/image", "image-alt"), ("/wide", "wider than the page: <div")]
)
def test_a_planted_defect_is_found(address, visitor, path, complaint):
    page = visitor(address)
    page.goto(path)
    with pytest.raises(AssertionError, match=complaint):
        assert_accessible(page)

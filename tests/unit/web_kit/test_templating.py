"""A page that has been drawn is let go at once: nothing of it waits for the garbage collector."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from flask import Flask
from jinja2 import DictLoader, UndefinedError

from app.web.templating import FlatEnvironment

PARTS = "{% macro line(text) %}<li>{{ text }} of {{ page.name }}</li>{% endmacro %}"
PAGE = """{% from "parts.html" import line with context %}
{% macro own(text) %}{{ line(text) }}{{ missing_name | default(page.name) }}{% endmacro %}
{% block content %}{% macro inner() %}{{ own("b") }}{% endmacro %}{{ inner() }}{% endblock %}"""


class _Page:
    """Something that a page shows."""

    name = "call"


@pytest.fixture
def environment() -> FlatEnvironment:
    """Return an environment with a page that imports a macro and defines two."""
    pages = {"parts.html": PARTS, "page.html": PAGE, "bad.html": PAGE + "{{ nothing.at_all }}"}
    return FlatEnvironment(Flask("kit"), loader=DictLoader(pages))


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Keep the garbage collector away."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
def test_what_a_page_showed_is_gone_when_the_page_is_drawn(environment: FlatEnvironment) -> None:
    page = _Page()
    drawn = environment.get_template("page.html").render(page=page)
    assert drawn.strip() == "<li>b of call</li>call"
    shown = weakref.ref(page)
    del page
    assert shown() is None


def test_a_page_that_fails_still_says_what_is_wrong(environment: FlatEnvironment) -> None:
    with pytest.raises(UndefinedError, match="'nothing' is undefined"):
        environment.get_template("bad.html").render(page=_Page())

"""Our lean field markup is upstream's: the same elements, attributes and words."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask, render_template_string
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

from tests.unit.web_kit.sample_app import FILLED, WRONG, EveryForm, make_app

OURS = '{% from "macros/fields.html" import field %}{{ field(f) }}'
UPSTREAM = (
    '{% from "govuk_frontend_jinja/components/NAME/macro.html" import MACRO %}{{ MACRO(params) }}'
)


@pytest.fixture(scope="module")
def kit() -> Flask:
    app = make_app("en")
    macros = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_env.loader = ChoiceLoader([app.jinja_env.loader, macros])
    return app


def outline(html: str) -> list[Any]:
    """Return elements, attributes and words of a fragment, without white space between them."""
    body = BeautifulSoup(html, "html5lib").body
    assert body is not None
    return [described(child) for child in body.find_all(True, recursive=False)]


def described(element: Tag) -> tuple[Any, ...]:
    """Return one element as a value that can be compared."""
    attributes = {
        name: sorted(value) if isinstance(value, list) else value
        for name, value in element.attrs.items()
        if name not in {"data-autosave-group", "data-module"}
    }
    words = " ".join("".join(element.find_all(string=True, recursive=False)).split())
    children = [described(child) for child in element.find_all(True, recursive=False)]
    return (element.name, attributes, words, children)


def ours(form: EveryForm, name: str) -> list[Any]:
    return outline(render_template_string(OURS, f=form[name]))


def upstream(component: str, **params: Any) -> list[Any]:
    macro = "govuk" + "".join(part.title() for part in component.split("-"))
    template = UPSTREAM.replace("NAME", component).replace("MACRO", macro)
    return outline(render_template_string(template, params=params))


def wrong_form() -> EveryForm:
    form = EveryForm(WRONG)
    form.validate()
    return form


def error(text: str) -> dict[str, str]:
    return {"text": text, "visuallyHiddenText": "Error"}


def test_a_text_field_is_upstreams_input(kit):
    with kit.test_request_context():
        assert ours(EveryForm(data=FILLED), "title") == upstream(
            "input",
            id="title",
            name="title",
            value="Älykkäät satamat",
            label={"text": "Title"},
            hint={"text": "Short"},
        )


def test_a_text_field_with_an_error_is_upstreams_input(kit):
    with kit.test_request_context():
        mine = ours(wrong_form(), "title")
        theirs = upstream(
            "input",
            id="title",
            name="title",
            value="",
            label={"text": "Title"},
            hint={"text": "Short"},
            errorMessage=error("Give the title"),
        )
        assert mine == theirs


def test_money_has_upstreams_suffix(kit):
    with kit.test_request_context():
        assert ours(EveryForm(data=FILLED), "sum_applied") == upstream(
            "input",
            id="sum_applied",
            name="sum_applied",
            value="622560.48",
            label={"text": "Support"},
            classes="govuk-input--width-10",
            inputmode="decimal",
            suffix={"text": "€"},
        )


def test_a_select_is_upstreams(kit):
    with kit.test_request_context():
        assert ours(EveryForm(language="sv"), "language") == upstream(
            "select",
            id="language",
            name="language",
            label={"text": "Language"},
            items=[
                {"value": "fi", "text": "Finnish"},
                {"value": "sv", "text": "Swedish", "selected": True},
            ],
        )


def test_radios_are_upstreams_with_ids_that_error_links_know(kit):
    with kit.test_request_context():
        assert ours(wrong_form(), "theme") == upstream(
            "radios",
            idPrefix="theme",
            name="theme",
            fieldset={
                "legend": {"text": "Theme", "classes": "govuk-fieldset__legend--m"},
            },
            errorMessage=error("Not a valid choice."),
            items=[
                {"value": "T1", "text": "Energy", "id": "theme-0"},
                {"value": "T2", "text": "Health", "id": "theme-1"},
            ],
        )


def test_a_file_is_upstreams(kit):
    with kit.test_request_context():
        assert ours(EveryForm(), "others") == upstream(
            "file-upload",
            id="others",
            name="others",
            multiple=True,
            label={"text": "Other attachments"},
        )


def test_a_long_text_counts_like_upstream(kit):
    with kit.test_request_context():
        assert ours(EveryForm(), "need") == upstream(
            "character-count",
            id="need",
            name="need",
            maxlength=400,
            rows=5,
            value="",
            label={"text": "Need"},
            textareaDescriptionText="You can enter up to %{count} characters",
        )


def test_every_error_of_the_summary_leads_to_its_control(kit):
    page = BeautifulSoup(kit.test_client().get("/errors").get_data(as_text=True), "html5lib")
    links = [str(link["href"]) for link in page.select(".govuk-error-summary__list a")]
    assert links == [
        "#title",
        "#need",
        "#count",
        "#language",
        "#theme-0",
        "#truth",
        "#partners-0-name",
        "#partners-0-size",
        "#staff-0-task",
    ]
    assert all(page.select_one(link) is not None for link in links)


def test_a_typed_text_keeps_its_first_line_break(kit):
    with kit.test_request_context():
        form = EveryForm(data={"need": "\nalku"})
        html = render_template_string(OURS, f=form["need"])
    assert ">\n\nalku</textarea>" in html


def test_what_a_person_typed_is_escaped(kit):
    hostile = '"><script>alert(1)</script>'
    with kit.test_request_context():
        form = EveryForm(data={"title": hostile, "need": "</textarea>" + hostile})
        html = "".join(render_template_string(OURS, f=form[name]) for name in ("title", "need"))
    assert "<script>" not in html

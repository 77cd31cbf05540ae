from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import force_locale
from markupsafe import Markup, escape

from app.web import filters
from forms.messages import N_
from tests.unit.web_kit.sample_app import make_app


@pytest.fixture(scope="module")
def kit() -> Flask:
    return make_app()


@pytest.fixture(autouse=True)
def finnish(kit) -> Iterator[None]:
    with kit.test_request_context(), force_locale("fi"):
        yield


def test_a_text_in_the_language_of_the_page_is_shown_plain():
    assert filters.localized({"fi": "Satama", "en": "Port"}) == "Satama"
    assert filters.lang_of({"fi": "Satama", "en": "Port"}) == "fi"


def test_a_text_that_falls_back_says_its_language():
    text = {"sv": "Hamn <b>", "fi": ""}
    assert filters.localized(text, "sv") == Markup('<span lang="sv">Hamn &lt;b&gt;</span>')
    assert filters.localized_text(text, "sv") == "Hamn <b>"
    assert filters.lang_of(text, "sv") == "sv"


def test_the_authoritative_language_comes_before_any_other():
    text = {"en": "Port", "sv": "Hamn"}
    assert filters.lang_of(text, "sv") == "sv"
    assert filters.lang_of(text) == "en"


def test_data_texts_are_escaped_where_they_are_shown():
    assert escape(filters.localized({"fi": "<script>"})) == "&lt;script&gt;"


def test_a_message_carries_its_parameters_in_the_language_of_the_page():
    message = N_("Enter a number from %(low)s to %(high)s", low=Decimal("0.5"), high=1000)
    assert filters.translate(message) == "Kirjoita luku väliltä 0,5–1\xa0000"


def test_a_message_without_parameters_may_hold_a_percent_sign():
    assert filters.translate(N_("At least 20 % of the costs")) == "At least 20 % of the costs"


def test_nothing_translates_to_nothing():
    assert [filters.translate(""), filters.translate(None), filters.localized(None)] == ["", "", ""]


def test_a_length_below_a_minute_is_said_in_words():
    with force_locale("en"):
        assert filters.duration(timedelta(seconds=20)) == "less than a minute"
        assert filters.duration(timedelta(days=1, hours=3)) == "1 day 3 hours"


def test_the_address_of_a_file_changes_with_its_content():
    address = filters.asset_url("innoverkko.css")
    assert address.startswith("/static/vendor/innoverkko.css?v=")
    assert len(address.rpartition("=")[2]) == 10


def test_an_unknown_page_has_no_address():
    assert filters.find_url("public.show_nothing", language="fi") is None

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.number_fields import MoneyField
from forms.numbers import NotANumber, parse_number, show_number
from forms.rows import PartForm

AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2)
LANGUAGES = st.sampled_from(["fi", "sv", "en"])


@given(AMOUNTS, LANGUAGES, st.booleans())
def test_what_is_shown_is_read_back_to_the_cent(value, language, grouped):
    assert parse_number(show_number(value, language, grouped=grouped), language) == value


@given(AMOUNTS, LANGUAGES)
def test_the_canonical_text_is_read_in_every_language(value, language):
    assert parse_number(f"{value:f}", language) == value


@given(AMOUNTS, LANGUAGES)
def test_a_unit_and_spaces_do_not_change_the_amount(value, language):
    shown = show_number(value, language, grouped=True)
    assert parse_number(f" {shown}\N{NO-BREAK SPACE}€ ", language) == value


@given(st.text(max_size=60), LANGUAGES)
def test_any_text_is_a_number_or_refused(text, language):
    with suppress(NotANumber):
        assert parse_number(text, language).is_finite()


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("62 000,00 €", "fi", "62000.00"),
        ("62\N{NO-BREAK SPACE}000,5", "sv", "62000.5"),
        ("62\N{NARROW NO-BREAK SPACE}000", "fi", "62000"),
        ("1,234.50", "en", "1234.50"),
        ("1,234", "en", "1234"),
        ("12,50", "en", "12.50"),
        ("12.50", "fi", "12.50"),
        ("\N{MINUS SIGN}3", "fi", "-3"),
        ("25 %", "fi", "25"),
    ],
)
def test_a_number_is_read_as_people_write_it(text, language, value):
    assert parse_number(text, language) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "paljon", "1,2,3", "1.2.3", "--1", "1e5", "NaN", "9" * 13, "1" * 60, "12,"]
)
def test_a_text_that_says_no_number_is_refused(text):
    with pytest.raises(NotANumber):
        parse_number(text, "fi")


class Typed(dict):
    """What a browser sends."""

    def getlist(self, name):
        return self[name]


@given(AMOUNTS, LANGUAGES)
def test_a_typed_amount_becomes_canonical_and_is_shown_again(value, language):
    typed = Typed(amount=[show_number(value, language)])
    form = PartForm({"amount": MoneyField(language=language)}, typed, {}, "")
    assert form.canonical() == {"amount": f"{value:.2f}"}


@pytest.mark.parametrize("text", ["12,345", "paljon"])
def test_an_amount_that_cannot_be_read_stays_as_typed(text):
    form = PartForm({"amount": MoneyField(language="fi")}, Typed(amount=[text]), {}, "")
    assert not form.validate()
    assert form.canonical() == {"amount": None}
    assert form["amount"]._value() == text

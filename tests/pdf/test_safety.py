"""Outside text is printed, never obeyed; and nothing outside our own folder is read."""

from __future__ import annotations

import pytest
from jinja2.exceptions import SecurityError, UndefinedError

from app.pdf.environment import load_page_environment, load_text_environment
from app.pdf.inert import clean_text
from app.pdf.rendering import UrlRefused, find_own_file, load_engine, render_html, render_pdf
from app.pdf.texts import TEMPLATES_DIR
from tests.pdf.papers import open_pdf, read_text, sample_letter

ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ letter.__init__.__globals__ }}",
    "{{ self.__init__ }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ decision.update({'a': 1}) }}",
]
HOSTILE = '<script>alert(1)</script><img src="http://evil.example/x.png">{{ 7*7 }}{% raw %} &amp;'


@pytest.mark.parametrize("source", ESCAPES)
@pytest.mark.parametrize("load", [load_page_environment, load_text_environment])
def test_templates_cannot_leave_the_sandbox(source, load):
    with pytest.raises((SecurityError, UndefinedError)):
        load("fi").from_string(source).render(letter={}, decision={})


def test_a_missing_value_is_an_error_and_never_a_blank():
    with pytest.raises(UndefinedError):
        load_text_environment("fi").from_string("{{ decision.nothing }}").render(decision={})


def test_hostile_text_is_printed_as_it_stands():
    letter = sample_letter("reject_ineligible", application={"title": HOSTILE})
    html = render_html(letter)
    assert "<script" not in html
    assert '<img src="http' not in html
    text = read_text(render_pdf(html))
    assert "<script>alert(1)</script>" in text
    assert "{{ 7*7 }}{% raw %} &amp;" in text


def test_a_word_of_five_thousand_letters_stays_on_the_page():
    word = "pöytä" * 1000
    letter = sample_letter("grant", decision={"reasons": [word]})
    text = read_text(render_pdf(render_html(letter)))
    assert text.replace(" ", "").count("pöytä") >= 990


def test_long_names_and_twelve_partners_keep_every_amount():
    sample = sample_letter("grant").model_dump()
    partner = sample["partners"][0] | {"name": "Kuvitteellinen organisaatio " * 14}
    amounts = {"accepted_costs": "1000.00", "support": "700.00"}
    letter = sample_letter(
        "grant",
        partners=[partner | amounts] * 12,
        decision={"support_total": "8400.00", "eligible_total": "12000.00"},
        financing=[
            {"source": "Tuki", "amount": "8400.00", "share": "70"},
            {"source": "Omarahoitus", "amount": "3600.00", "share": "30"},
            {"source": "Yhteensä", "amount": "12000.00", "is_total": True},
        ],
    )
    assert read_text(render_pdf(render_html(letter))).count(" 700,00 ") == 12


def test_direction_overrides_and_control_characters_are_dropped():
    assert clean_text("a\u202eb\u2066c\x00d\x1b\ud800e\r\nf\ufffe") == "abcde\nf"


def test_right_to_left_text_does_not_turn_its_neighbours():
    letter = sample_letter("reject_ineligible", application={"title": "\u202eשלום hello"})
    text = read_text(render_pdf(render_html(letter)))
    assert "hello" in text
    assert "haussa INNO-2027-1" in text


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/x.png",
        "https://example.org/x.css",
        "ftp://example.org/x",
        "data:text/plain,x",
        "file:///etc/passwd",
        f"{TEMPLATES_DIR.as_uri()}/../setup.cfg",
        f"{TEMPLATES_DIR.as_uri()}/%2e%2e/setup.cfg",
        "file://host.example/etc/passwd",
    ],
)
def test_the_fetcher_refuses_everything_but_our_own_files(url):
    with pytest.raises(UrlRefused):
        find_own_file(url)
    with pytest.raises(UrlRefused):
        load_engine().fetcher.fetch(url)


def test_the_fetcher_gives_the_emblem():
    assert find_own_file(f"{TEMPLATES_DIR.as_uri()}/emblem/eu.svg").name == "eu.svg"


def test_a_page_that_asks_for_a_strangers_file_is_laid_out_without_it():
    page = '<html lang="fi"><title>x</title><p>teksti<img src="file:///etc/passwd" alt="x"></p>'
    assert "root:" not in read_text(render_pdf(page))


def test_the_only_fonts_are_ours_and_the_statement_is_in_ubuntu():
    fonts = set()
    with open_pdf(render_pdf(render_html(sample_letter()))) as document:
        for page in document.pages:
            for font in page.resources.get("/Font", {}).values():
                fonts.add(str(font.BaseFont).split("+")[-1])
    assert fonts == {"Paper-Sans", "Paper-Sans-Bold", "EU-Statement"}

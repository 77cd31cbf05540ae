"""Every letter in every language: it renders, is tagged, and says what the law asks for."""

from __future__ import annotations

import pytest

from app.pdf.texts import load_labels, load_letter_texts
from tests.pdf.papers import (
    LETTERS,
    TEMPLATES,
    collect_tags,
    open_pdf,
    read_sample,
    read_text,
    sample_pdf,
)

SUPPORT = {"fi": "622 560,48 euroa", "sv": "622 560,48 euro", "en": "EUR 622,560.48"}
RECTIFICATION = {
    "fi": "Oikaisuvaatimusohje",
    "sv": "Anvisning om begäran om omprövning",
    "en": "Instructions for claiming rectification",
}
APPEAL = {"fi": "Valitusosoitus", "sv": "Besvärsanvisning", "en": "Appeal instructions"}
REASONS = {"fi": "Perustelut", "sv": "Motivering", "en": "Reasons"}
PERIOD = {"fi": "30 päivän kuluessa", "sv": "inom 30 dagar", "en": "within 30 days"}


@pytest.mark.parametrize(("template", "language"), LETTERS)
def test_a_letter_says_what_the_administrative_procedure_act_asks_for(template, language):
    sample = read_sample(f"letter.{template}.{language}")
    text = read_text(sample_pdf(f"letter.{template}.{language}"))
    title = load_letter_texts().templates[template].title.localize(language)
    instructions = APPEAL if template == "rectification_decision" else RECTIFICATION
    wanted = [
        title,
        sample["authority"]["name"],
        sample["decision"]["case_number"],
        *(partner["name"] for partner in sample["partners"]),
        *(partner["y_tunnus"] for partner in sample["partners"]),
        REASONS[language],
        sample["contact"]["email"],
        sample["contact"]["phone"],
        instructions[language],
        PERIOD[language],
        load_labels(language)["cofunded"],
    ]
    assert [item for item in wanted if item not in text] == []


@pytest.mark.parametrize(("template", "language"), LETTERS)
def test_a_letter_is_tagged_titled_and_in_its_language(template, language):
    content = sample_pdf(f"letter.{template}.{language}")
    with open_pdf(content) as document:
        assert str(document.Root.Lang) == language
        assert bool(document.Root.MarkInfo.Marked)
        assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
        assert str(document.docinfo["/Title"]).startswith(
            load_letter_texts().templates[template].title.localize(language)
        )
        assert (
            str(document.docinfo["/Author"])
            == (read_sample(f"letter.{template}.{language}")["authority"]["name"])
        )
        assert document.open_metadata()["pdfuaid:part"] == "1"
    tags = collect_tags(content)
    assert tags.count("/H1") == 1
    assert tags.count("/Figure") == 2  # the emblem and the QR code
    assert tags.count("/Caption") == tags.count("/Table")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_grant_prints_euros_period_and_figures_as_the_language_writes_them(language):
    text = read_text(sample_pdf(f"letter.grant.{language}"))
    assert SUPPORT[language] in text
    period = {
        "fi": "1.10.2027–31.3.2030",
        "sv": "1 oktober 2027–31 mars 2030",  # codespell:ignore oktober
        "en": "1 October 2027–31 March 2030",
    }
    assert period[language] in text
    assert {"fi": "86,7 / 100", "sv": "86,7 / 100", "en": "86.7 / 100"}[language] in text
    assert {"fi": "448 423,92", "sv": "448 423,92", "en": "448,423.92"}[language] in text


@pytest.mark.parametrize(
    ("language", "phrase"),
    [
        ("fi", "ennen virka-ajan päättymistä kello 16.15"),
        ("sv", "före tjänstetidens slut klockan 16.15"),
        ("en", "by the end of office hours, at 16:15"),
    ],
)
def test_the_instructions_name_the_hour_at_which_the_office_closes(language, phrase):
    assert phrase in read_text(sample_pdf(f"letter.reject_budget.{language}"))


@pytest.mark.parametrize(
    ("language", "phrase"),
    [
        ("fi", "Varasija on voimassa 29.2.2028 asti."),
        ("sv", "Reservplatsen gäller till och med den 29 februari 2028."),
        ("en", "valid until 29 February 2028."),
    ],
)
def test_the_reserve_place_and_its_end_are_told_in_every_language(language, phrase):
    assert phrase in read_text(sample_pdf(f"letter.reject_budget.{language}"))


def test_a_late_application_is_told_both_times_with_the_zone():
    text = read_text(sample_pdf("letter.not_examined.fi"))
    assert "Hakuaika päättyi 31.3.2027 klo 16.15 Suomen aikaa (UTC+3)" in text
    assert "31.3.2027 klo 16.17.10 Suomen aikaa (UTC+3)" in text


@pytest.mark.parametrize("template", TEMPLATES)
def test_only_the_english_letter_is_a_translation_without_legal_force(template):
    note = load_labels("en")["courtesy"]
    said = {
        language: note in read_text(sample_pdf(f"letter.{template}.{language}"))
        for language in ("fi", "sv", "en")
    }
    assert said == {"fi": False, "sv": False, "en": True}


def test_every_page_after_the_first_carries_record_number_and_place():
    content = sample_pdf("letter.grant.fi")
    with open_pdf(content) as document:
        count = len(document.pages)
    text = read_text(content)
    assert [f"{number} ({count})" in text for number in range(1, count + 1)] == [True] * count
    assert text.count("IOV-2027-0001") == count


def test_the_selecting_body_is_named_where_two_bodies_act():
    text = read_text(sample_pdf("letter.grant_reduced.fi"))
    assert "Kuvitteellisen kaupungin ekosysteemiryhmä 15.6.2027" in text
    assert "28 705,20 euron osalta" in text


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_receipt_proves_what_arrived_and_when(language):
    sample = read_sample(f"receipt.{language}")
    text = read_text(sample_pdf(f"receipt.{language}"))
    digests = [sample["content_sha256"], *(each["sha256"] for each in sample["attachments"])]
    joined = text.replace(" ", "")
    assert [digest for digest in digests if digest not in joined] == []
    assert sample["record_number"] in text
    assert "2027-03-24T11:05:11Z" in text
    assert "(UTC+2)" in text
    assert all(step in text for step in sample["next_steps"])


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_an_application_copy_holds_every_question_and_keeps_withheld_answers_out(language):
    sample = read_sample(f"application.{language}")
    text = read_text(sample_pdf(f"application.{language}"))
    labels = [question["label"] for part in sample["sections"] for question in part["questions"]]
    assert [label for label in labels if label not in text] == []
    assert load_labels(language)["no_answer"] in text
    assert f"{load_labels(language)['withheld']}: " in text

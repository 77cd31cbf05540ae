"""What a letter says when it corrects, is given anew, answers late, or is a copy for one party."""

from __future__ import annotations

import pytest

from app.domain.withholding import SecretPart
from app.pdf.coverage import check_coverage
from app.pdf.rendering import render_document, render_html
from app.services.decision.copies import make_copy
from tests.pdf.papers import LANGUAGES, read_sample, read_text, sample_letter

EARLIER = {"date": "2027-08-31", "case_number": "IOV-2027-0001"}
ERRORS = ["Y-tunnus 9000100-6."]
VARIANTS = {
    "clerical": ("grant", {"correction": {**EARLIER, "cause": "clerical", "what": ERRORS}}, "51"),
    "factual": ("amendment", {"correction": {**EARLIER, "cause": "factual", "what": ERRORS}}, "50"),
    "reissue": ("reject_budget", {"reissue": EARLIER}, "49"),
    "late": ("rectification_decision", {"original": {"last_day": "2027-10-04"}}, ""),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", VARIANTS)
def test_a_letter_that_follows_another_names_it_and_the_provision(name, language):
    template, change, section = VARIANTS[name]
    letter = sample_letter(template, language, **change)
    assert check_coverage(letter) == ()
    page = render_html(letter)
    assert "IOV-2027-0001" in page
    assert section in page


@pytest.mark.parametrize("name", VARIANTS)
def test_such_a_letter_keeps_its_standards(name):
    template, change, _section = VARIANTS[name]
    letter = sample_letter(template, "fi", **change)
    pdf = render_document("letter", letter.model_dump(mode="json"))
    assert "IOV-2027-0001" in read_text(pdf)


def test_a_late_claim_is_not_examined_rather_than_rejected():
    late = sample_letter("rectification_decision", original={"last_day": "2027-10-04"})
    assert (late.claim_unexamined, late.claim_rejected) == (True, False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_copy_withholds_what_is_secret_of_others_in_the_words_of_its_language(language):
    letter = sample_letter("grant", language)
    secret = SecretPart("scores.0.reason", "621/1999 24.1 § 20", "P2")
    reader = letter.partners[0].name
    copy = make_copy(letter, [secret], "P1", reader)
    assert "621/1999 24.1 § 20" in copy.scores[0].reason
    assert letter.scores[0].reason not in render_html(copy)
    assert copy.copy_note.recipient == reader
    assert make_copy(letter, [secret], "P2", letter.partners[1].name) == letter


def test_a_copy_keeps_its_standards():
    letter = sample_letter("grant")
    secret = SecretPart("score.strengths", "621/1999 24.1 § 21", "P2")
    copy = make_copy(letter, [secret], "P1", letter.partners[0].name)
    pdf = render_document("letter", copy.model_dump(mode="json"))
    assert letter.score.strengths not in read_text(pdf)


def test_names_of_400_letters_of_twelve_partners_leave_no_heading_behind():
    name = ("Lentokonesuihkuturbiinimoottoriapumekaanikkoaliupseerioppilaskoulutuskeskus " * 6)[
        :400
    ]
    letter = read_sample("letter.not_examined.fi")
    partner = letter["partners"][0]
    letter["partners"] = [{**partner, "name": f"{number} {name}"} for number in range(12)]
    letter["application"]["title"] = " ".join([name] * 3)
    letter["distribution"]["parties"] = [each["name"] for each in letter["partners"]]
    text = read_text(render_document("letter", letter))
    # The record number stands at the head of each page but the first: none comes between heading and table.
    between = text[text.index("Asianosaiset") : text.index("Y-tunnus")]
    assert between == "Asianosaiset Hakijat ja osapuolet Nimi "

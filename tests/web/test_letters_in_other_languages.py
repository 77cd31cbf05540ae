"""A letter in another language than that of the proceedings says everything of the system's own in it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.domain.actors import SYSTEM
from app.models import Application, Call, Decision
from app.services.decision import decisions
from app.services.paper import words as letter_words
from app.services.paper.letters import build_letter
from app.services.paper.source import open_source
from tests.web.funder_round import NOW, FunderRound

KINDS = ("grant", "grant_reduced", "reject_ineligible", "reject_threshold", "reject_budget")


def draft_letters(opened: FunderRound, language: str) -> dict[str, str]:
    """Return a letter of each kind, in a language, as the text of its data."""
    tools, officer = opened.tools, SYSTEM
    letters = {}
    with tools.database.unit_of_work() as session:
        call_id = session.scalars(sa.select(Call.id)).one()
        decisions.draft_decisions(session, call_id, officer, NOW)
        for decision in session.scalars(sa.select(Decision)):
            source = open_source(session, tools.registers, decision, language)
            letter = build_letter(source, NOW, is_draft=True)
            kind = "conditional" if decision.is_conditional else decision.kind
            if session.get_one(Application, decision.application_id).language == "fi":
                letters[kind] = letter.model_dump_json()
    return letters


def own_sentences(language: str) -> list[str]:
    """Return the sentences that the system itself puts into letters."""
    words = [value for value in vars(letter_words).values() if isinstance(value, dict)]
    return [
        text.split("{")[0]
        for each in words
        for text in [each.get(language)]
        if isinstance(text, str) and len(text.split("{")[0]) > 12
    ]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_no_sentence_of_the_system_is_left_in_finnish(ranked: FunderRound, language: str) -> None:
    letters = draft_letters(ranked, language)
    assert set(letters) >= {*KINDS, "conditional"}
    left = [
        (kind, sentence)
        for kind, letter in letters.items()
        for sentence in own_sentences("fi")
        if sentence in letter and sentence not in own_sentences(language)
    ]
    assert left == []


@pytest.mark.parametrize(
    ("language", "region"), [("fi", "Lappi"), ("sv", "Lappland"), ("en", "Lapland")]
)
def test_regions_are_named_and_not_coded(ranked: FunderRound, language: str, region: str) -> None:
    letter = draft_letters(ranked, language)["reject_ineligible"]
    assert f"({region})" in letter
    assert "(19)" not in letter

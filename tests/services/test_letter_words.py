"""Standard sentences of letters: the same in every language, and free text left alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.services.paper.words import AGREEMENT_CONDITION, describe_reduction, restate
from scoring.state_aid import PriorAid


def reduction(language: str) -> str:
    """Return the reason of a reduction."""
    prior = [PriorAid(date(2026, 1, 1), Decimal("180000.00"))]
    return describe_reduction(
        language, "Esimerkki Oy", prior, Decimal("120000.00"), Decimal("28705.20")
    )


@pytest.mark.parametrize("source", ["fi", "sv", "en"])
@pytest.mark.parametrize("target", ["fi", "sv", "en"])
def test_a_standard_condition_is_said_in_the_language_of_the_letter(
    source: str, target: str
) -> None:
    assert restate(AGREEMENT_CONDITION[source], target) == AGREEMENT_CONDITION[target]


def test_a_reduction_keeps_its_figures_and_writes_them_as_the_language_does() -> None:
    assert restate(reduction("fi"), "sv") == reduction("sv")
    english = restate(reduction("fi"), "en")
    assert "EUR 180,000.00" in english
    assert "reduced by EUR 28,705.20" in english
    assert "Esimerkki Oy" in english


def test_what_people_wrote_stays_as_they_wrote_it() -> None:
    text = "Osapuolten on toimitettava {selvitys}."
    assert restate(text, "sv") == text

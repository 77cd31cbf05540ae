from __future__ import annotations

import pytest

from calls.text import in_language


@pytest.mark.parametrize(
    ("language", "shown"),
    [("sv", ("Utlysning", "sv")), ("en", ("Haku", "fi")), ("se", ("Haku", "fi"))],
)
def test_a_text_falls_back_to_the_authoritative_language(language: str, shown: tuple[str, str]):
    assert in_language({"fi": "Haku", "sv": "Utlysning"}, language, "fi") == shown


def test_the_authoritative_language_comes_before_finnish():
    assert in_language({"fi": "Haku", "sv": "Utlysning"}, "en", "sv") == ("Utlysning", "sv")

"""Texts in up to three languages and the choice of the language shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator

Language = Literal["fi", "sv", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def _require_words(text: dict[Language, str]) -> dict[Language, str]:
    if "fi" not in text:
        raise ValueError("the Finnish text (fi) is missing")
    for language, words in text.items():
        if not words.strip():
            raise ValueError(f"the text in {language} is empty")
    return text


Text = Annotated[dict[Language, str], AfterValidator(_require_words)]
"""A text by language: Finnish always, Swedish and English when given; none is empty."""


def in_language(
    text: Mapping[Language, str], language: str, authoritative: Language = "fi"
) -> tuple[str, Language]:
    """Return the text in `language`, else in the authoritative language, with the language used.

    The second value lets a page mark a fallback with its own `lang` attribute.
    """
    for candidate in LANGUAGES:
        if candidate == language and candidate in text:
            return text[candidate], candidate
    if authoritative in text:
        return text[authoritative], authoritative
    return text["fi"], "fi"

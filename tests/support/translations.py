"""Reads the message catalogues: which English messages must not show on a Finnish page."""

from __future__ import annotations

import functools
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = ROOT / "app" / "translations"


def catalogue_path(language: str) -> Path:
    """Return the path of a catalogue."""
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


@functools.cache
def read_catalogue(language: str) -> Catalog:
    """Read a catalogue; an empty one when there is no file."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as handle:
        return read_po(handle, locale=language)


@functools.cache
def foreign_texts(language: str) -> frozenset[str]:
    """Return the English messages that read otherwise in this language."""
    texts = set()
    for message in read_catalogue(language):
        if (
            message.id
            and isinstance(message.id, str)
            and message.string
            and message.string != message.id
        ):
            texts.add(" ".join(message.id.split()))
    return frozenset(texts)

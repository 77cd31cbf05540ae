"""Every message of the program exists in Finnish, Swedish and English (`./dev i18n check`)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

from tests.architecture.sources import ROOT
from tests.support.translations import TRANSLATIONS, catalogue_path, read_catalogue

METHODS = [
    ("app/**.py", "python"),
    ("forms/**.py", "python"),
    ("app/templates/**.html", "jinja2.ext:babel_extract"),
    ("app/templates/**.txt", "jinja2.ext:babel_extract"),
]
OPTIONS = {"app/templates/**.html": {"trimmed": "true", "silent": "false"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None, "lazy_gettext": None, "_l": None}
PARAMETER = re.compile(r"%\(\w+\)[sd]")

Id = str | tuple[str, ...]


@pytest.fixture(scope="module")
def messages() -> set[Id]:
    """Collect the messages that code and templates use."""
    found: set[Id] = set()
    folder = str(ROOT)
    for item in extract_from_dir(folder, METHODS, OPTIONS, KEYWORDS, directory_filter=is_ours):
        message: Any = item[2]
        found.add(tuple(message) if isinstance(message, list) else message)
    return found - {""}


def is_ours(path: str) -> bool:
    """Whether to look for messages in a folder."""
    name = path.rsplit("/", 1)[-1]
    return not name.startswith(".") and name not in {"node_modules", "vendor", "var", "tests"}


def message_of(catalogue: Catalog, identifier: Id) -> Message | None:
    """Find a message; a catalogue keys a plural by its singular."""
    return catalogue.get(identifier if isinstance(identifier, str) else identifier[0])


def is_translated(message: Message | None) -> bool:
    """Whether a message has all its texts and nobody has doubts about them."""
    if message is None or message.fuzzy:
        return False
    texts = message.string if isinstance(message.string, tuple | list) else [message.string]
    return all(texts)


def count_untranslated(messages, language):
    """Return how many messages have no text in a language yet."""
    catalogue = read_catalogue(language)
    return sum(1 for text in messages if not is_translated(message_of(catalogue, text)))


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_message_is_translated_but_for_the_recorded_gap(messages, language):
    # gaps.json says how many texts a language still lacks, so that the gap is seen in every change.
    gaps = json.loads((TRANSLATIONS / "gaps.json").read_text(encoding="utf-8"))
    assert count_untranslated(messages, language) == gaps[language]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_translation_keeps_the_parameters(language):
    wrong = []
    for message in read_catalogue(language):
        ids = message.id if isinstance(message.id, tuple | list) else [message.id]
        texts = message.string if isinstance(message.string, tuple | list) else [message.string]
        wanted = set(PARAMETER.findall(" ".join(ids)))
        wrong += [text for text in texts if text and set(PARAMETER.findall(text)) - wanted]
        if message.id and all(texts) and wanted - set(PARAMETER.findall(" ".join(texts))):
            wrong.append(ids[0])
    assert wrong == []


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_catalogue_has_no_message_that_nobody_uses(messages, language):
    used = {text if isinstance(text, str) else text[0] for text in messages}
    known = {
        message.id if isinstance(message.id, str) else message.id[0]
        for message in read_catalogue(language)
    }
    assert catalogue_path(language).exists()
    assert sorted(known - used - {""}) == []

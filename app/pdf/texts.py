"""Packaged texts of the papers: the letters' templates and blocks, and the fixed labels."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field

from app.pdf.values import Frozen, Language

TEMPLATES_DIR = Path(__file__).resolve().parents[2] / "pdf_templates"


class Localized(Frozen):
    """One text in the three languages."""

    fi: str
    sv: str
    en: str

    def localize(self, language: Language) -> str:
        """The text in ``language``."""
        return {"fi": self.fi, "sv": self.sv, "en": self.en}[language]


class Instruction(Frozen):
    """One point of the review instructions; ``address`` names whose address follows."""

    term: Localized
    text: Localized | None = None
    address: str = ""
    service: bool = False


class Block(Frozen):
    """One block of a letter; the keys are explained at the top of the YAML file."""

    origin: str
    heading: Localized | None = None
    layout: str = ""
    paragraphs: tuple[Localized, ...] = ()
    points: tuple[Localized, ...] = ()
    bullets: str = ""
    table: str = ""
    item: Localized | None = None
    instructions: tuple[Instruction, ...] = ()
    closing: tuple[Localized, ...] = ()
    when: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    satisfies: tuple[str, ...] = ()


class LetterTemplate(Frozen):
    """Title and block names of one letter; a trailing "?" marks an optional block."""

    title: Localized
    blocks: tuple[str, ...]


class Coverage(Frozen):
    """Provisions that every letter, and every grant, must satisfy through its printed blocks."""

    always: tuple[str, ...]
    one_of: tuple[str, ...]
    grants: tuple[str, ...]


class LetterTexts(Frozen):
    """The whole file of letter texts."""

    schema_id: str = Field(alias="schema")
    note: str
    coverage: Coverage
    grant_templates: tuple[str, ...]
    templates: Mapping[str, LetterTemplate]
    blocks: Mapping[str, Block]


def _read_yaml(name: str) -> Any:
    return yaml.safe_load((TEMPLATES_DIR / name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def load_letter_texts() -> LetterTexts:
    """The letters' templates and blocks, read once per process."""
    return LetterTexts.model_validate(_read_yaml("letters/decision_templates.yaml"))


@lru_cache(maxsize=3)
def load_labels(language: Language) -> Mapping[str, str]:
    """The fixed words of all papers in one language."""
    labels = {
        key: Localized.model_validate(text) for key, text in _read_yaml("labels.yaml").items()
    }
    return {key: text.localize(language) for key, text in labels.items()}

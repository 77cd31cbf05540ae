"""The library of sentences for draft decisions, packaged beside the texts of the letters."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

import yaml

from app.pdf.letter_data import Template
from app.pdf.texts import TEMPLATES_DIR, Localized
from app.pdf.values import Frozen


class LibraryText(Frozen):
    """One sentence or more, the field of the draft that it goes to, and the letters that offer it."""

    id: str
    field: Literal["reasons", "conditions", "changes"]
    kinds: tuple[Template, ...]
    title: Localized
    text: Localized


class _LibraryFile(Frozen):
    texts: tuple[LibraryText, ...]


@lru_cache(maxsize=1)
def load_library() -> Sequence[LibraryText]:
    """Return every text of the library, read once per process."""
    path = TEMPLATES_DIR / "letters" / "reason_library.yaml"
    return _LibraryFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))).texts


def list_texts(kind: str) -> list[LibraryText]:
    """Return the texts that a letter of this kind offers."""
    return [each for each in load_library() if kind in each.kinds]

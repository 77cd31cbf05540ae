"""The kinds of paper by name: how their data are read and how they become HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.pdf.application_data import ApplicationData
from app.pdf.letter_data import LetterData
from app.pdf.receipt_data import ReceiptData
from app.pdf.rendering import make_pdf, render_application, render_letter, render_receipt
from app.pdf.values import Frozen

_MODELS: Mapping[str, type[Frozen]] = {
    "letter": LetterData,
    "receipt": ReceiptData,
    "application": ApplicationData,
}
_RENDERERS: Mapping[str, Callable[[Any], str]] = {
    "letter": render_letter,
    "receipt": render_receipt,
    "application": render_application,
}


def make_paper(kind: str, data: str) -> bytes:
    """Return the PDF of a paper from its data as JSON text.

    Raises:
        KeyError: for an unknown kind.
        ValueError: if the data are not of the kind.
        IncompleteLetter: if a letter lacks what the law asks for.
    """
    return make_pdf(_RENDERERS[kind](_MODELS[kind].model_validate_json(data)))

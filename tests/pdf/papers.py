"""Sample data and reading of PDFs for the tests of the papers."""

from __future__ import annotations

import json
import subprocess
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf

from app.pdf.letter_data import LetterData
from app.pdf.rendering import render_document
from app.pdf.texts import TEMPLATES_DIR

LANGUAGES = ("fi", "sv", "en")
TEMPLATES = (
    "grant",
    "grant_reduced",
    "reject_ineligible",
    "reject_threshold",
    "reject_budget",
    "not_examined",
    "amendment",
    "rectification_decision",
)
LETTERS = [(template, language) for template in TEMPLATES for language in LANGUAGES]


def read_sample(name: str) -> dict[str, Any]:
    """Return the sample data of a paper, e.g. "letter.grant.fi"; a fresh copy each time."""
    path: Path = TEMPLATES_DIR / "samples" / f"{name}.json"
    sample: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return sample


def sample_letter(template: str = "grant", language: str = "fi", **changes: Any) -> LetterData:
    """Return a sample letter, with top-level fields replaced or parts of them merged."""
    sample = read_sample(f"letter.{template}.{language}")
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(sample.get(key), dict):
            sample[key] |= value
        else:
            sample[key] = value
    return LetterData.model_validate(sample)


@lru_cache(maxsize=64)
def sample_pdf(name: str) -> bytes:
    """Return the PDF of a sample, made once per test run."""
    return render_document(name.split(".", maxsplit=1)[0], read_sample(name))


def read_text(pdf: bytes) -> str:
    """Return the text of a PDF as a reader meets it, with every run of white space as one space."""
    result = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return " ".join(result.stdout.decode("utf-8").split())


def open_pdf(pdf: bytes) -> pikepdf.Pdf:
    """Return the PDF opened for inspection."""
    return pikepdf.open(BytesIO(pdf))


def collect_tags(pdf: bytes) -> list[str]:
    """Return the structure types of a PDF in reading order."""
    found: list[str] = []

    def walk(element: Any) -> None:
        if isinstance(element, pikepdf.Array):
            for child in element:
                walk(child)
        elif isinstance(element, pikepdf.Dictionary) and "/S" in element:
            found.append(str(element["/S"]))
            walk(element.get("/K", pikepdf.Array()))

    with open_pdf(pdf) as document:
        walk(document.Root.StructTreeRoot.K)
    return found

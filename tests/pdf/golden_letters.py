"""The reading order of every letter, as files: ``python -m tests.pdf.golden_letters`` writes them anew."""

from __future__ import annotations

from pathlib import Path

from tests.pdf.papers import LETTERS, sample_pdf
from tests.pdf.reading import read_order

FOLDER = Path(__file__).resolve().parents[1] / "data" / "letters"


def find_golden(template: str, language: str) -> Path:
    """Return the file with the reading order of one letter."""
    return FOLDER / f"{template}.{language}.txt"


def write_golden() -> None:
    """Write what is read out of each letter now; look at the difference before it is kept."""
    for template, language in LETTERS:
        lines = read_order(sample_pdf(f"letter.{template}.{language}"))
        find_golden(template, language).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_golden()

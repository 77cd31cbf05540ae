"""The file of a letter, laid out once for the same record, profile and templates: previews do not wait twice."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from pathlib import Path

import app.pdf
from app.domain.errors import NotFound
from app.domain.records import canonical_json, sha256_bytes, sha256_text
from app.pdf.coverage import require_coverage
from app.pdf.documents import letter_pdf
from app.pdf.letter_data import LetterData
from app.pdf.texts import TEMPLATES_DIR
from app.services.record.tools import Tools
from app.storage.renders import RenderIndex

CODE_DIR = Path(app.pdf.__file__).parent


@cache
def _read_versions() -> str:
    """Return what else decides the bytes: the engine, our code around it and every file of the templates."""
    files = [
        *CODE_DIR.rglob("*.py"),
        *(path for path in TEMPLATES_DIR.rglob("*") if path.is_file()),
    ]
    made = [f"{path.name} {sha256_bytes(path.read_bytes())}" for path in sorted(files)]
    return sha256_text("\n".join([version("weasyprint"), *made]))


def key_of(tools: Tools, letter: LetterData) -> str:
    """Return the name of a rendering: the hash of the record, the profile and the versions."""
    profile = tools.settings.pdf_profile
    parts = {"record": letter.model_dump(mode="json"), "profile": profile}
    return sha256_text(canonical_json({**parts, "versions": _read_versions()}))


def render_once(tools: Tools, letter: LetterData) -> bytes:
    """Return the file of a letter, from the store where this record has been laid out before.

    Raises:
        IncompleteLetter: if something is missing that the law asks for.
        PaperRefused: if the finished file breaks its standards.
        RenderFailed: if no PDF could be made.
    """
    require_coverage(letter)
    index, key = RenderIndex(tools.settings.files_dir / "renders"), key_of(tools, letter)
    known = index.find(key)
    if known is not None:
        try:
            return tools.blobs.get(known)
        except NotFound:  # the file was lost or damaged: it is made anew
            pass
    content = letter_pdf(letter, tools.renderer)
    index.put(key, tools.blobs.put(content))
    return content

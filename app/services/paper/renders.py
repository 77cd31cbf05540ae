"""The file of a letter, laid out once for the same record, profile and templates: for previews and for the issue."""

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


def find_render(tools: Tools, letter: LetterData) -> bytes | None:
    """Return the file that this record has been laid out to before, or None."""
    known = _open_index(tools).find(key_of(tools, letter))
    if known is None:
        return None
    try:
        return tools.blobs.get(known)
    except NotFound:  # the file was lost or damaged: it is made anew
        return None


def _open_index(tools: Tools) -> RenderIndex:
    return RenderIndex(tools.settings.files_dir / "renders")


def render_once(tools: Tools, letter: LetterData) -> bytes:
    """Return the file of a letter, from the store where this record has been laid out before.

    Raises:
        IncompleteLetter: if something is missing that the law asks for.
        PaperRefused: if the finished file breaks its standards.
        RenderFailed: if no PDF could be made.
    """
    require_coverage(letter)
    known = find_render(tools, letter)
    if known is not None:
        return known
    content = letter_pdf(letter, tools.renderer)
    _open_index(tools).put(key_of(tools, letter), tools.blobs.put(content))
    return content

"""Frozen data → HTML → PDF/A-3a and PDF/UA-1 in one file. The same data give the same bytes in every process.

WeasyPrint is imported only when a PDF is made: web processes hand that work to ``app.pdf.client``.
"""

from __future__ import annotations

import atexit
import gc
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from app.pdf.attributes import free_attributes
from app.pdf.conformance.colours import ColourProfile
from app.pdf.conformance.metadata import declare_profiles
from app.pdf.conformance.modern import Profile, modernise_tree
from app.pdf.conformance.modern_check import list_modern_findings
from app.pdf.conformance.record import RELATIONSHIP, EmbeddedRecord
from app.pdf.conformance.streams import clear_streams
from app.pdf.conformance.tagging import mended_tags
from app.pdf.conformance.validation import (
    NonconformingPaper,
    list_findings,
    require_conformance,
)
from app.pdf.kinds import GATED, MODELS, PaperData, make_record
from app.pdf.letter_data import LetterData
from app.pdf.pages import render_html
from app.pdf.seal.field import SealPlace, add_seal_field
from app.pdf.texts import TEMPLATES_DIR

PDF_VARIANTS: Mapping[Profile, str] = {Profile.ARCHIVE: "pdf/a-3a", Profile.NEXT: "pdf/a-4f"}
"""What the engine itself writes; ``declare_profiles`` adds the part on accessibility."""

OUTPUT_INTENT = "paper"
"""Name of the colour profile (sRGB) that all colours of a paper are meant for; read once per process."""

_LAYOUT = threading.Lock()
"""Pango is not safe between threads that share a font configuration."""


class UrlRefused(ValueError):
    """A paper asked for something that is not a file of ours."""


def render_document(
    kind: str, data: Mapping[str, Any], profile: Profile = Profile.ARCHIVE
) -> bytes:
    """Return the PDF of primitive data.

    Raises:
        KeyError: for an unknown kind.
        ValueError: for data of the wrong shape (pydantic's ``ValidationError``).
        IncompleteLetter: for a letter that may not be issued.
        NonconformingPaper: for a paper of a gated kind whose file would break its standards.
    """
    paper = MODELS[kind].model_validate(data)
    content = lay_out(paper, profile)
    if kind in GATED:
        judge_paper(paper, content, profile)
    return content


def judge_paper(paper: PaperData, content: bytes, profile: Profile) -> None:
    """Raise ``NonconformingPaper`` for a paper that breaks its standards.

    No validator of the gate knows the next profile: there the file itself is looked at for what that
    profile adds, and the same paper laid out in the archive profile, which has the same text, fonts and
    tree, is judged by the validator.
    """
    if profile is Profile.ARCHIVE:
        require_conformance(content)
        return
    findings = list_modern_findings(content) or list_findings(lay_out(paper))
    if findings:
        raise NonconformingPaper(findings)


def lay_out(paper: PaperData, profile: Profile = Profile.ARCHIVE) -> bytes:
    """Return the PDF of a paper before any judgement; an issued letter has a place for its seal.

    Raises:
        IncompleteLetter: for a letter that may not be issued.
    """
    seal = None
    if isinstance(paper, LetterData) and not paper.draft:
        seal = SealPlace(paper.language, paper.verify_url)
    return render_pdf(render_html(paper), make_record(paper), seal, profile)


def render_pdf(
    html: str,
    record: EmbeddedRecord | None = None,
    seal: SealPlace | None = None,
    profile: Profile = Profile.ARCHIVE,
) -> bytes:
    """Lay out one page source; only files of ``pdf_templates`` can be reached from it.

    With a place for a seal, the file gets an empty field for it; in the next profile sealing adds
    the field, because there an invisible one must stay out of the tree.
    """
    with _LAYOUT, _without_collector(), ExitStack() as hooks:
        tree = hooks.enter_context(mended_tags())

        def finish(_document: Any, pdf: Any) -> None:
            tree.finish(pdf)
            if profile is Profile.NEXT:
                modernise_tree(pdf, tree.headings)
            elif seal:
                add_seal_field(pdf, seal.language)
            hooks.enter_context(clear_streams())

        engine = load_engine()
        document = engine.html(
            string=html, base_url=TEMPLATES_DIR.as_uri() + "/", url_fetcher=engine.fetcher
        ).render(
            stylesheets=[engine.stylesheet],
            font_config=engine.fonts,
            pdf_variant=PDF_VARIANTS[profile],
            pdf_tags=True,
        )
        declare_profiles(document, profile, seal.address if seal else "")
        document.color_profiles[OUTPUT_INTENT] = engine.colours
        content: bytes = document.write_pdf(
            pdf_variant=PDF_VARIANTS[profile],
            pdf_tags=True,
            output_intent=OUTPUT_INTENT,
            attachments=[engine.attach(record)] if record else None,
            finisher=finish,
        )
    return content


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep the garbage collector from walking the boxes of a page while they are being made."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def find_own_file(url: str) -> Path:
    """Return the file of ``pdf_templates`` behind a URL. Raises ``UrlRefused`` for all else."""
    parts = urlsplit(url)
    path = Path(unquote(parts.path)).resolve()
    if parts.scheme != "file" or parts.netloc or not path.is_relative_to(TEMPLATES_DIR):
        raise UrlRefused(f"a paper may not fetch {url}")
    return path


@dataclass(frozen=True, slots=True)
class Engine:
    """What one process reuses for every paper: fonts and style sheet are read once."""

    html: Any
    fonts: Any
    stylesheet: Any
    fetcher: Any
    attachment: Any
    colours: ColourProfile

    def attach(self, record: EmbeddedRecord) -> Any:
        """Return the record as an attachment of the engine; dates are given, never the clock's."""
        return self.attachment(
            string=record.content,
            name=record.name,
            description=record.name,
            relationship=RELATIONSHIP,
            created=record.moment,
            modified=record.moment,
        )


@lru_cache(maxsize=1)
def load_engine() -> Engine:
    """Start WeasyPrint in this process: fonts, style sheet, and the fetcher of own files only."""
    import weasyprint  # noqa: PLC0415 - heavy: only where a PDF is made
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class OwnFilesOnly(URLFetcher):
        """Opens files below ``pdf_templates`` and refuses every other URL."""

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002 - WeasyPrint's own
            """Answer with the file's bytes. Raises ``UrlRefused``."""
            return URLFetcherResponse(url, find_own_file(url).read_bytes())

    # Fonts are let go while the interpreter still stands; their own clean-up fails after that.
    atexit.register(load_engine.cache_clear)
    fonts = FontConfiguration()
    free_attributes(fonts)
    fetcher = OwnFilesOnly(allowed_protocols=("file",), allow_redirects=False)
    stylesheet = weasyprint.CSS(
        filename=TEMPLATES_DIR / "paper.css", font_config=fonts, url_fetcher=fetcher
    )
    return Engine(
        html=weasyprint.HTML,
        fonts=fonts,
        stylesheet=stylesheet,
        fetcher=fetcher,
        attachment=weasyprint.Attachment,
        colours=ColourProfile((files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()),
    )

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

from app.pdf.application_data import SCHEMA as APPLICATION_SCHEMA
from app.pdf.application_data import ApplicationData
from app.pdf.attributes import free_attributes
from app.pdf.conformance.colours import ColourProfile
from app.pdf.conformance.metadata import declare_profiles
from app.pdf.conformance.modern import Profile, modernise_tree
from app.pdf.conformance.record import RELATIONSHIP, EmbeddedRecord, write_record
from app.pdf.conformance.streams import clear_streams
from app.pdf.conformance.tagging import mended_tags
from app.pdf.conformance.validation import require_conformance
from app.pdf.environment import load_page_environment
from app.pdf.inert import clean_values
from app.pdf.letter_data import SCHEMA as LETTER_SCHEMA
from app.pdf.letter_data import LetterData
from app.pdf.letter_view import compose_blocks
from app.pdf.receipt_data import SCHEMA as RECEIPT_SCHEMA
from app.pdf.receipt_data import ReceiptData
from app.pdf.seal.field import SealPlace, add_seal_field
from app.pdf.texts import TEMPLATES_DIR, load_labels, load_letter_texts

PaperData = LetterData | ReceiptData | ApplicationData

MODELS: Mapping[str, type[PaperData]] = {
    "letter": LetterData,
    "receipt": ReceiptData,
    "application": ApplicationData,
}

PDF_VARIANTS: Mapping[Profile, str] = {Profile.ARCHIVE: "pdf/a-3a", Profile.NEXT: "pdf/a-4f"}
"""What the engine itself writes; ``declare_profiles`` adds the part on accessibility."""

OUTPUT_INTENT = "paper"
"""Name of the colour profile (sRGB) that all colours of a paper are meant for; read once per process."""

GATED = frozenset({"letter"})
"""Papers that are refused when they break a profile: a decision must stand in court and in an archive."""

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
        NonconformingPaper: for a letter whose file would break PDF/A-3a or PDF/UA-1.
    """
    paper = MODELS[kind].model_validate(data)
    content = lay_out(paper, profile)
    if kind in GATED:
        judge_letter(paper, content, profile)
    return content


def judge_letter(paper: PaperData, content: bytes, profile: Profile) -> None:
    """Raise ``NonconformingPaper`` for a letter that breaks its standards.

    The validator of the gate knows nothing of the next profile yet: there it judges the same letter
    laid out in the archive profile, which has the same text, fonts and tree.
    """
    require_conformance(content if profile is Profile.ARCHIVE else lay_out(paper))


def lay_out(paper: PaperData, profile: Profile = Profile.ARCHIVE) -> bytes:
    """Return the PDF of a paper before any judgement; an issued letter has a place for its seal.

    Raises:
        IncompleteLetter: for a letter that may not be issued.
    """
    seal = None
    if isinstance(paper, LetterData) and not paper.draft:
        seal = SealPlace(paper.language, paper.verify_url)
    return render_pdf(render_html(paper), make_record(paper), seal, profile)


def make_record(paper: PaperData) -> EmbeddedRecord:
    """Return the frozen data of a paper as the file that is embedded in it."""
    data = paper.model_dump(mode="json")
    if isinstance(paper, LetterData):
        moment = paper.decision.approved_at or paper.decision.date
        return write_record("decision.json", LETTER_SCHEMA, data, moment)
    if isinstance(paper, ReceiptData):
        return write_record("receipt.json", RECEIPT_SCHEMA, data, paper.received_at)
    return write_record("application.json", APPLICATION_SCHEMA, data, paper.submitted_at or "")


def render_html(data: PaperData) -> str:
    """Return the page as HTML. Raises ``IncompleteLetter``."""
    if isinstance(data, LetterData):
        return _write_letter(data)
    if isinstance(data, ReceiptData):
        return _write_receipt(data)
    return _write_application(data)


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


def render_letter_body(data: LetterData) -> str:
    """Return the letter without its frame and header block, for a page that shows it on the screen.

    All that is printed has been escaped; the letter's own headings begin from the second level.

    Raises:
        IncompleteLetter: if it may not be issued.
    """
    letter, blocks = compose_blocks(data)
    shown = [block for block in blocks if block.layout != "header"]
    return _write_page("letters/blocks.html.j2", data, letter=letter, blocks=shown, title="")


def _write_letter(data: LetterData) -> str:
    letter, blocks = compose_blocks(data)
    title = load_letter_texts().templates[data.template].title.localize(data.language)
    return _write_page(
        "letters/letter.html.j2",
        data,
        letter=letter,
        blocks=blocks,
        title=title,
        document_title=f"{title}, {letter['decision']['case_number']}",
        authority_name=letter["authority"]["name"],
        created=data.decision.date,
    )


def _write_receipt(data: ReceiptData) -> str:
    receipt = clean_values(data.model_dump()) | {"is_late": data.is_late}
    title = load_labels(data.language)["receipt_title"]
    return _write_page(
        "receipt.html.j2",
        data,
        receipt=receipt,
        title=title,
        document_title=f"{title}, {receipt['record_number']}",
        authority_name=receipt["authority_name"],
        created=data.received_at,
    )


def _write_application(data: ApplicationData) -> str:
    application = clean_values(data.model_dump())
    title = f"{load_labels(data.language)['application_title']}: {application['project_title']}"
    return _write_page(
        "application.html.j2",
        data,
        application=application,
        title=title,
        document_title=f"{title}, {application['record_number']}".removesuffix(", "),
        authority_name=application["authority_name"],
        created=data.submitted_at or "",
    )


def _write_page(template: str, data: PaperData, **values: Any) -> str:
    environment = load_page_environment(data.language)
    # Macros imported from other files see globals only, never the values of the page.
    known = {"language": data.language, "labels": load_labels(data.language)}
    return environment.get_template(template, globals=known).render(**values)

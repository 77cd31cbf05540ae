"""Frozen data → HTML → PDF/UA-1. The same data give the same bytes in every process.

WeasyPrint is imported only when a PDF is made: web processes hand that work to ``app.pdf.client``.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from app.pdf.application_data import ApplicationData
from app.pdf.environment import load_page_environment
from app.pdf.inert import clean_values
from app.pdf.letter_data import LetterData
from app.pdf.letter_view import compose_blocks
from app.pdf.receipt_data import ReceiptData
from app.pdf.texts import TEMPLATES_DIR, load_labels, load_letter_texts

PaperData = LetterData | ReceiptData | ApplicationData

MODELS: Mapping[str, type[PaperData]] = {
    "letter": LetterData,
    "receipt": ReceiptData,
    "application": ApplicationData,
}

PDF_VARIANT = "pdf/ua-1"
"""Tagged and accessible. One name, so that the conformance work can switch it in one place."""

_LAYOUT = threading.Lock()
"""Pango is not safe between threads that share a font configuration."""


class UrlRefused(ValueError):
    """A paper asked for something that is not a file of ours."""


def render_document(kind: str, data: Mapping[str, Any]) -> bytes:
    """Return the PDF of primitive data.

    Raises:
        KeyError: for an unknown kind.
        ValueError: for data of the wrong shape (pydantic's ``ValidationError``).
        IncompleteLetter: for a letter that may not be issued.
    """
    return render_pdf(render_html(MODELS[kind].model_validate(data)))


def render_html(data: PaperData) -> str:
    """Return the page as HTML. Raises ``IncompleteLetter``."""
    if isinstance(data, LetterData):
        return _write_letter(data)
    if isinstance(data, ReceiptData):
        return _write_receipt(data)
    return _write_application(data)


def render_pdf(html: str) -> bytes:
    """Lay out one page source; only files of ``pdf_templates`` can be reached from it."""
    with _LAYOUT:
        engine = load_engine()
        document = engine.html(
            string=html, base_url=TEMPLATES_DIR.as_uri() + "/", url_fetcher=engine.fetcher
        )
        content: bytes = document.write_pdf(
            stylesheets=[engine.stylesheet], font_config=engine.fonts, pdf_variant=PDF_VARIANT
        )
    return content


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
    fetcher = OwnFilesOnly(allowed_protocols=("file",), allow_redirects=False)
    stylesheet = weasyprint.CSS(
        filename=TEMPLATES_DIR / "paper.css", font_config=fonts, url_fetcher=fetcher
    )
    return Engine(html=weasyprint.HTML, fonts=fonts, stylesheet=stylesheet, fetcher=fetcher)


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

"""From frozen data to HTML and from HTML to PDF: sandboxed, without network, the same bytes each time."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.pdf.application_data import ApplicationData
from app.pdf.coverage import list_printed_blocks, require_coverage
from app.pdf.formatting import make_filters
from app.pdf.letter_data import LetterData
from app.pdf.receipt_data import ReceiptData
from app.pdf.texts import TEMPLATES_DIR, Block, Localized, load_labels, load_letter_texts
from app.pdf.values import Language

_RENDERING = threading.Lock()
"""Pango's font machinery is not safe in several threads at once."""


class FetchRefused(ValueError):
    """A paper asked for something outside its own folder."""


@lru_cache(maxsize=3)
def _environment(language: Language) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES_DIR),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(make_filters(language))
    environment.globals.update(labels=load_labels(language), language=language)
    return environment


@lru_cache(maxsize=3)
def _plain_environment(language: Language) -> ImmutableSandboxedEnvironment:
    """Return the environment of text blocks: plain text, escaped once by the page that prints it."""
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.filters.update(make_filters(language))
    return environment


def render_letter(letter: LetterData) -> str:
    """Return the HTML of a decision letter.

    Raises:
        IncompleteLetter: if something is missing that the law asks for.
    """
    require_coverage(letter)
    texts = load_letter_texts()
    title = texts.templates[letter.template].title.localize(letter.language)
    blocks = [_fill(name, texts.blocks[name], letter) for name in list_printed_blocks(letter)]
    return _render(
        "letters/letter.html.j2",
        letter.language,
        letter=letter,
        blocks=blocks,
        title=title,
        document_title=f"{title} {letter.decision.case_number}",
        authority_name=letter.authority.name,
        created=letter.decision.approved_at or letter.decision.date,
    )


def _fill(name: str, block: Block, letter: LetterData) -> dict[str, Any]:
    """Return one block with its texts filled in from the letter's data, and nothing else."""
    fill = _Filler(letter)
    return {
        "name": name,
        "layout": block.layout,
        "table": block.table,
        "heading": fill.text(block.heading) if block.heading else "",
        "paragraphs": fill.texts(block.paragraphs),
        "points": fill.texts(block.points),
        "bullets": _find(letter, block.bullets) if block.bullets else (),
        "closing": fill.texts(block.closing),
        "items": [fill.text(block.item, item=check) for check in letter.checks] if block.item else [],
        "instructions": [
            {
                "term": fill.text(each.term),
                "text": _service_rule(letter, fill) if each.service else fill.text(each.text),
                "address": each.address,
            }
            for each in block.instructions
        ],
    }


class _Filler:
    """Fills text blocks of one letter."""

    def __init__(self, letter: LetterData) -> None:
        self._environment = _plain_environment(letter.language)
        self._language = letter.language
        self._data = {name: getattr(letter, name) for name in type(letter).model_fields}

    def text(self, text: Localized | None, **more: Any) -> str:
        if text is None:
            return ""
        template = self._environment.from_string(text.localize(self._language))
        return template.render(**self._data, **more).strip()

    def texts(self, texts: Iterable[Localized]) -> list[str]:
        return [filled for filled in (self.text(each) for each in texts) if filled]


def _service_rule(letter: LetterData, fill: _Filler) -> str:
    if letter.service.rule_text:
        return letter.service.rule_text
    block = load_letter_texts().blocks[f"service_{letter.service.method}"]
    return " ".join(fill.texts(block.paragraphs))


def _find(letter: LetterData, path: str) -> Any:
    value: Any = letter
    for step in path.split("."):
        value = getattr(value, step, None)
        if value is None:
            return ()
    return value


def render_receipt(receipt: ReceiptData) -> str:
    """Return the HTML of a receipt of submission."""
    title = load_labels(receipt.language)["receipt_title"]
    return _render(
        "receipt.html.j2",
        receipt.language,
        receipt=receipt,
        title=title,
        document_title=f"{title} {receipt.record_number}",
        authority_name=receipt.authority_name,
        created=receipt.received_at,
    )


def render_application(application: ApplicationData) -> str:
    """Return the HTML of an application copy."""
    title = load_labels(application.language)["application_title"]
    return _render(
        "application.html.j2",
        application.language,
        application=application,
        title=title,
        document_title=f"{title} {application.record_number or application.project_title}",
        authority_name=application.authority_name,
        created=application.submitted_at or "",
    )


def _render(template: str, language: Language, **context: Any) -> str:
    return _environment(language).get_template(template).render(**context)


def refuse_foreign(url: str) -> Path:
    """Return the file that a paper may use.

    Raises:
        FetchRefused: for everything outside ``pdf_templates``: other schemes, hosts and folders.
    """
    parts = urlsplit(url)
    path = Path(unquote(parts.path)).resolve()
    if parts.scheme != "file" or parts.netloc or not path.is_relative_to(TEMPLATES_DIR):
        raise FetchRefused(f"a paper may not fetch {url}")
    return path


@lru_cache(maxsize=1)
def _engine() -> Mapping[str, Any]:
    """Return the renderer's parts, loaded once: fonts and style sheet are the slow part."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):
        """Gives files of ``pdf_templates`` and refuses all else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            path = refuse_foreign(url)
            return URLFetcherResponse(url, path.read_bytes())

    fetcher = Fetcher()
    fonts = FontConfiguration()
    sheet = weasyprint.CSS(
        filename=str(TEMPLATES_DIR / "paper.css"), font_config=fonts, url_fetcher=fetcher
    )
    return {"HTML": weasyprint.HTML, "fetcher": fetcher, "fonts": fonts, "sheet": sheet}


def make_pdf(html: str) -> bytes:
    """Return a tagged PDF (PDF/UA-1) of a paper's HTML; the same HTML gives the same bytes."""
    with _RENDERING:
        engine = _engine()
        base_url = TEMPLATES_DIR.as_uri() + "/"
        document = engine["HTML"](string=html, base_url=base_url, url_fetcher=engine["fetcher"])
        pdf: bytes = document.write_pdf(
            stylesheets=[engine["sheet"]], font_config=engine["fonts"], pdf_variant="pdf/ua-1"
        )
        return pdf

"""The two sandboxes of the papers: for pages (HTML, escaped) and for texts (plain, no files)."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.pdf.formatting import make_filters
from app.pdf.qr import draw_qr
from app.pdf.texts import TEMPLATES_DIR
from app.pdf.values import Language


@lru_cache(maxsize=3)
def load_page_environment(language: Language) -> ImmutableSandboxedEnvironment:
    """Templates of whole pages: everything printed is escaped."""
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES_DIR),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(make_filters(language))
    environment.filters["qr"] = draw_qr
    return environment


@lru_cache(maxsize=3)
def load_text_environment(language: Language) -> ImmutableSandboxedEnvironment:
    """Texts of blocks: plain text in, plain text out; the page escapes the result."""
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.filters.update(make_filters(language))
    return environment

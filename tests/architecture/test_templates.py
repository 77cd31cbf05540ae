"""Templates compile, say nothing outside of the translations, and style nothing inline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from tests.architecture.sources import ROOT, shown

FOLDERS = ("app/templates", "pdf_templates")
TEMPLATES = [
    path
    for folder in FOLDERS
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in {".html", ".j2", ".txt"}
    and "LICEN" not in path.name
    and "fonts" not in path.parts
]
WEB_PAGES = [
    path for path in TEMPLATES if shown(path).startswith("app/") and path.suffix == ".html"
]
# The name of the service, abbreviations, units and the languages' own names read alike everywhere.
SAME_EVERYWHERE = {"Innoverkko", "SHA-256", "PDF", "CSV", "JSON", "Suomi", "Suomeksi", "Svenska"}
SAME_EVERYWHERE |= {"på", "svenska", "suomeksi", "In", "English", "EUR", "px", "MB", "kB", "KB"}


@pytest.fixture(scope="module")
def environment() -> Environment:
    return Environment(
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"], autoescape=True
    )


def identified(path: Path) -> str:
    return shown(path)


@pytest.mark.parametrize("path", TEMPLATES, ids=identified)
def test_a_template_is_well_formed(environment, path):
    environment.parse(path.read_text(encoding="utf-8"), filename=str(path))


def fixed_words(tree: nodes.Template) -> Iterator[str]:
    """Give the words that a template shows without translating them."""
    source = "".join(
        child.data if isinstance(child, nodes.TemplateData) else "\N{OBJECT REPLACEMENT CHARACTER}"
        for output in tree.find_all(nodes.Output)
        for child in output.nodes
    )
    without_code = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", source, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->|<[^<>]*>|&\w+;", " ", without_code, flags=re.DOTALL)
    # A tag that holds a condition comes in pieces, so its attributes are taken out one by one.
    text = re.sub(r"[\w:-]+=(\"[^\"]*\"|'[^']*')", " ", text)
    yield from re.findall(r"[^\W\d_]{2,}(?:-\d+)?", text)


@pytest.mark.parametrize("path", WEB_PAGES, ids=identified)
def test_every_text_of_a_page_is_translated(environment, path):
    tree = environment.parse(path.read_text(encoding="utf-8"))
    assert [word for word in fixed_words(tree) if word not in SAME_EVERYWHERE] == []


@pytest.mark.parametrize("path", WEB_PAGES, ids=identified)
def test_a_page_has_no_inline_style_or_handler(path):
    found = re.findall(r"\s(?:style|on[a-z]+)\s*=\s*[\"']", path.read_text(encoding="utf-8"))
    assert found == []


@pytest.mark.parametrize("path", WEB_PAGES, ids=identified)
def test_a_page_marks_no_value_as_safe(path):
    text = path.read_text(encoding="utf-8")
    # A fixed string of the template itself may be marked; a value may not.
    assert re.findall(r"(?<!['\"])\s*(?<!['\"] )\|\s*safe\b|\bautoescape\s+false", text) == []

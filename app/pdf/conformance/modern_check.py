"""The gate of the next profile: what PDF/A-4f, PDF/UA-2 and WTPDF ask for, looked up in the finished file itself.

No validator in this process knows these standards. The letter's twin in the archive profile, which has the same
text, fonts and tree, is judged by one; here the file that leaves is looked at for all that it has beyond its twin,
and for what a reader would miss first. veraPDF judges the same files in the tests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

from app.pdf.conformance.metadata import DECLARATIONS
from app.pdf.conformance.validation import Finding

ARCHIVE, ACCESS, REUSE = "PDF/A-4f", "PDF/UA-2", "WTPDF 1.0"
NAMESPACE = "http://iso.org/pdf2/ssn"
ACTIONS = frozenset({"/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData"})
DECLARED = (
    (ARCHIVE, rb'pdfaid:part="4"|<pdfaid:part>4<'),
    (ARCHIVE, rb'pdfaid:conformance="F"|<pdfaid:conformance>F<'),
    (ACCESS, rb"<pdfuaid:part>2<"),
    (ACCESS, rb"<pdfuaid:rev>2024<"),
    (ACCESS, rb"<dc:title>.*?\S.*?</dc:title>"),
    (REUSE, re.escape(f"{DECLARATIONS}wtpdf#accessibility1.0".encode())),
    (REUSE, re.escape(f"{DECLARATIONS}wtpdf#reuse1.0".encode())),
)
"""What the metadata must declare: standard and pattern."""


def list_modern_findings(content: bytes) -> tuple[Finding, ...]:
    """Return what a file of the next profile lacks, each rule once; nothing when all is there."""
    import pikepdf  # noqa: PLC0415 - five megabytes, only where this profile is chosen

    if not content.startswith(b"%PDF-2."):
        return (Finding(ARCHIVE, "6.1.2", "the file does not say that it is PDF 2.0"),)
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            things = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary)]
            found = [finding for check in CHECKS for finding in check(pdf, things)]
    except pikepdf.PdfError as error:
        return (Finding(ARCHIVE, "unreadable", str(error)),)
    return tuple({(each.profile, each.rule): each for each in found}.values())


def _check_catalog(pdf: Any, _things: list[Any]) -> Iterator[Finding]:
    root = pdf.Root
    if pdf.is_encrypted:
        yield Finding(ARCHIVE, "6.1.3", "the file is encrypted")
    if "/OutputIntents" not in root:
        yield Finding(ARCHIVE, "6.2.3", "the colours have no profile")
    if not root.get("/MarkInfo", {}).get("/Marked") or "/StructTreeRoot" not in root:
        yield Finding(ACCESS, "8.2.1", "the file is not tagged")
    if not str(root.get("/Lang", "")):
        yield Finding(ACCESS, "8.4.4", "the language is not given")
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield Finding(ACCESS, "8.11.2", "the title is not shown")


def _check_metadata(pdf: Any, _things: list[Any]) -> Iterator[Finding]:
    stream = pdf.Root.get("/Metadata")
    text = stream.read_bytes() if stream is not None else b""
    for standard, pattern in DECLARED:
        if not re.search(pattern, text, re.DOTALL):
            yield Finding(standard, f"XMP {pattern.decode()}", "the metadata do not declare it")


def _check_record(pdf: Any, _things: list[Any]) -> Iterator[Finding]:
    files = list(pdf.Root.get("/AF", ()))
    if not files or any("/AFRelationship" not in each or "/EF" not in each for each in files):
        yield Finding(ARCHIVE, "6.9", "no record is embedded, or it does not say what it is")


def _check_fonts(_pdf: Any, things: list[Any]) -> Iterator[Finding]:
    for each in things:
        if str(each.get("/Type")) == "/FontDescriptor" and not any(
            f"/FontFile{ending}" in each for ending in ("", "2", "3")
        ):
            yield Finding(ARCHIVE, "6.2.10.4.1", "a font is not embedded")


def _check_actions(pdf: Any, things: list[Any]) -> Iterator[Finding]:
    actions = [each for each in things if str(each.get("/S")) in ACTIONS]
    if actions or "/AA" in pdf.Root or "/OpenAction" in pdf.Root:
        yield Finding(ARCHIVE, "6.6.1", "the file does something by itself")


def _check_tree(_pdf: Any, things: list[Any]) -> Iterator[Finding]:
    for each in things:
        if str(each.get("/Type")) == "/StructElem":
            yield from _check_element(each)


def _check_element(element: Any) -> Iterator[Finding]:
    kind, attributes = str(element.S), element.get("/A", {})
    if str(element.get("/NS", {}).get("/NS", "")) != NAMESPACE:
        yield Finding(ACCESS, "8.2.4", "an element is outside the namespace of PDF 2.0")
    if kind == "/Figure" and not str(element.get("/Alt", element.get("/ActualText", ""))):
        yield Finding(ACCESS, "8.2.5.28.2", "a figure has no words")
    if kind == "/TH" and "/Scope" not in attributes:
        yield Finding(ACCESS, "8.2.5.26", "a header cell does not say what it heads")
    if kind == "/TH" and not element.get("/K"):
        yield Finding(ACCESS, "8.2.5.26", "a header cell is blank")
    if kind == "/L" and "/ListNumbering" not in attributes:
        yield Finding(ACCESS, "8.2.5.25", "a list does not say how it is numbered")


def _check_outline(pdf: Any, _things: list[Any]) -> Iterator[Finding]:
    entry = pdf.Root.get("/Outlines", {}).get("/First")
    waiting = [entry] if entry is not None else []
    while waiting:
        entry = waiting.pop()
        if "/SD" not in entry.get("/A", {}):
            yield Finding(ACCESS, "8.8", "an entry of the outline points at no element")
        waiting += [entry[key] for key in ("/First", "/Next") if key in entry]


CHECKS: tuple[Callable[[Any, list[Any]], Iterator[Finding]], ...] = (
    _check_catalog,
    _check_metadata,
    _check_record,
    _check_fonts,
    _check_actions,
    _check_tree,
    _check_outline,
)

"""The next profile: PDF/A-4f (ISO 19005-4) and PDF/UA-2 (ISO 14289-2), with the WTPDF declarations, in one file.

Chosen by ``INNOVERKKO_PDF_PROFILE=next``. The same tree as before gets what PDF 2.0 adds: a namespace on
every element, numbering of lists, and outlines that point at elements.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from app.pdf.conformance.artifacts import find_object


class Profile(StrEnum):
    """Which pair of standards a paper follows."""

    ARCHIVE = "archive"
    """PDF/A-3a and PDF/UA-1."""
    NEXT = "next"
    """PDF/A-4f and PDF/UA-2, WTPDF for accessibility and reuse."""


def profile_of(content: bytes) -> Profile:
    """Return the profile of a finished paper, by the version of PDF that it begins with."""
    return Profile.NEXT if content.startswith(b"%PDF-2.") else Profile.ARCHIVE


def modernise_tree(pdf: Any, headings: Sequence[Any]) -> None:
    """Give the tree of a finished file what PDF/UA-2 asks for; ``headings`` are those of the outline, in order."""
    from weasyprint.pdf.metadata import pydyf  # noqa: PLC0415 - heavy; the engine's own writer

    root = find_object(pdf, pdf.catalog["StructTreeRoot"])
    namespace = root["Namespaces"][0]
    for element in _list_elements(pdf):
        element["NS"] = namespace
        if element["S"] == "/L":
            numbering = "/Decimal" if _is_ordered(pdf, element) else "/Unordered"
            element["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": numbering})
    for entry, heading in zip(_list_outline(pdf), headings, strict=True):
        place = entry.pop("Dest", None)
        target = pydyf.Array([heading.reference, "/XYZ", "null", "null", "null"])
        entry["A"] = pydyf.Dictionary({"Type": "/Action", "S": "/GoTo", "D": place, "SD": target})


def _list_elements(pdf: Any) -> list[Any]:
    return [each for each in pdf.objects if isinstance(each, dict) and _is_element(each)]


def _is_element(found: Any) -> bool:
    return bool(found.get("Type") == "/StructElem")


def _is_ordered(pdf: Any, listing: Any) -> bool:
    """Tell whether the items of a list are labelled."""
    items = [find_object(pdf, each) for each in listing["K"]]
    labels = [find_object(pdf, each["K"][0]) for each in items if each.get("K")]
    return any(
        _is_element(each) and each["S"] == "/Lbl" for each in labels if isinstance(each, dict)
    )


def _list_outline(pdf: Any) -> list[Any]:
    """Return the entries of the outline in the order of reading."""
    entries: list[Any] = []
    root = find_object(pdf, pdf.catalog["Outlines"]) if "Outlines" in pdf.catalog else {}
    _follow(pdf, root, entries)
    return entries


def _follow(pdf: Any, parent: Any, entries: list[Any]) -> None:
    place = parent.get("First")
    while place is not None:
        entry = find_object(pdf, place)
        entries.append(entry)
        _follow(pdf, entry, entries)
        place = entry.get("Next")

"""Spoilt letters: each lacks one thing that a profile or a reader asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pikepdf

Pdf = pikepdf.Pdf


def walk_tree(element: Any) -> Iterator[Any]:
    """Give the elements of a document's tree in reading order."""
    yield element
    kids = element.get("/K", pikepdf.Array())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from walk_tree(kid)


def list_elements(pdf: Pdf, kind: str) -> list[Any]:
    """Return the elements of one kind, such as ``/TH``."""
    return [each for each in walk_tree(pdf.Root.StructTreeRoot.K[0]) if kind == each.S]


def change_metadata(pdf: Pdf, pattern: bytes, replacement: bytes = b"") -> None:
    """Change the XMP by a pattern that must be there."""
    changed, count = re.subn(pattern, replacement, pdf.Root.Metadata.read_bytes(), flags=re.DOTALL)
    assert count
    pdf.Root.Metadata.write(changed)


def list_objects(pdf: Pdf, key: str) -> list[Any]:
    """Return the dictionaries of a file that have a key."""
    return [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and key in each]


def _without_alternative(pdf: Pdf) -> None:
    del list_elements(pdf, "/Figure")[0]["/Alt"]


def _without_language(pdf: Pdf) -> None:
    del pdf.Root["/Lang"]


def _without_accessibility_mark(pdf: Pdf) -> None:
    change_metadata(pdf, rb"<pdfuaid:part>1</pdfuaid:part>")


def _without_archive_mark(pdf: Pdf) -> None:
    change_metadata(pdf, rb'pdfaid:part="3"', b'pdfaid:part="2"')


def _without_extension_schema(pdf: Pdf) -> None:
    change_metadata(pdf, rb"<pdfaExtension:schemas>.*</pdfaExtension:schemas>")


def _without_title(pdf: Pdf) -> None:
    change_metadata(pdf, rb"<dc:title>.*?</dc:title>")


def _without_font_file(pdf: Pdf) -> None:
    del list_objects(pdf, "/FontFile2")[0]["/FontFile2"]


def _without_colour_profile(pdf: Pdf) -> None:
    del pdf.Root["/OutputIntents"]


def _without_title_shown(pdf: Pdf) -> None:
    del pdf.Root["/ViewerPreferences"]


def _without_tags_mark(pdf: Pdf) -> None:
    del pdf.Root["/MarkInfo"]


def _with_a_skipped_heading(pdf: Pdf) -> None:
    list_elements(pdf, "/H2")[0].S = pikepdf.Name("/H4")


def _with_untagged_text(pdf: Pdf) -> None:
    content = pdf.pages[0].Contents
    text = content.read_bytes()
    place = text.rindex(b"/Span")
    changed = re.sub(rb"/Span\s*<<\s*/MCID \d+\s*>>\s*BDC", b"/Foo BMC", text[place:], count=1)
    assert changed != text[place:]
    content.write(text[:place] + changed)


def _without_relationship(pdf: Pdf) -> None:
    for each in list_objects(pdf, "/AFRelationship"):
        del each["/AFRelationship"]


def _without_scope(pdf: Pdf) -> None:
    for cell in list_elements(pdf, "/TH"):
        del cell.A["/Scope"]


def _with_a_script(pdf: Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name("/JavaScript"), JS="app.alert(1)")
    pdf.Root.OpenAction = action


def _with_links_without_words(pdf: Pdf) -> None:
    for page in pdf.pages:
        links = [note for note in page.get("/Annots", []) if note.Subtype == "/Link"]
        for link in links:
            del link["/Contents"]


def _with_an_item_outside_its_list(pdf: Pdf) -> None:
    list_elements(pdf, "/L")[0].S = pikepdf.Name("/Div")


def _with_an_unknown_element(pdf: Pdf) -> None:
    list_elements(pdf, "/P")[0].S = pikepdf.Name("/Paragraaf")


def _with_a_cell_outside_its_row(pdf: Pdf) -> None:
    list_elements(pdf, "/TR")[0].S = pikepdf.Name("/Span")


SEEDED: dict[str, Callable[[Pdf], None]] = {
    "no_alternative": _without_alternative,
    "no_language": _without_language,
    "no_accessibility_mark": _without_accessibility_mark,
    "no_archive_mark": _without_archive_mark,
    "no_extension_schema": _without_extension_schema,
    "no_title": _without_title,
    "no_font_file": _without_font_file,
    "no_colour_profile": _without_colour_profile,
    "no_title_shown": _without_title_shown,
    "no_tags_mark": _without_tags_mark,
    "skipped_heading": _with_a_skipped_heading,
    "untagged_text": _with_untagged_text,
    "no_relationship": _without_relationship,
    "no_scope": _without_scope,
    "script": _with_a_script,
    "links_without_words": _with_links_without_words,
    "item_outside_list": _with_an_item_outside_its_list,
    "unknown_element": _with_an_unknown_element,
    "cell_outside_row": _with_a_cell_outside_its_row,
}
"""Defects that a validator must find, by name."""


def spoil(content: bytes, defect: Callable[[Pdf], None]) -> bytes:
    """Return a paper with one defect."""
    with pikepdf.open(BytesIO(content)) as pdf:
        defect(pdf)
        target = BytesIO()
        pdf.save(target, deterministic_id=True)
    return target.getvalue()

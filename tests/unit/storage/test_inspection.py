"""What is found out about a file from outside before it is kept."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String

from app.domain.errors import FileRefused
from app.storage.inspection import InspectedFile, inspect_file

PDF = ("application/pdf",)
LIMIT = 1_000_000
Change = Callable[[pikepdf.Pdf], None]


def make_pdf(change: Change, mode: pikepdf.ObjectStreamMode) -> bytes:
    """Return a changed PDF of one page."""
    document = pikepdf.new()
    document.add_blank_page()
    change(document)
    stream = io.BytesIO()
    document.save(stream, object_stream_mode=mode)
    return stream.getvalue()


def add_annotation(document: pikepdf.Pdf, **entries: object) -> None:
    """Put an annotation on the page."""
    annotation = Dictionary(Type=Name.Annot, Rect=Array([0, 0, 9, 9]), **entries)
    document.pages[0].obj.Annots = Array([annotation])


def script() -> Dictionary:
    """Return an action that runs a script."""
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def script_at_opening(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = script()


def script_in_an_object_of_its_own(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = document.make_indirect(script())


def script_among_the_names(document: pikepdf.Pdf) -> None:
    names = Array([String("a"), script()])
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=names))


def program_when_the_page_opens(document: pikepdf.Pdf) -> None:
    launch = Dictionary(S=Name.Launch, F=String("cmd.exe"))
    document.pages[0].obj["/AA"] = Dictionary(O=launch)


def program_behind_a_link(document: pikepdf.Pdf) -> None:
    launch = Dictionary(S=Name.Launch, F=String("cmd.exe"))
    add_annotation(document, Subtype=Name.Link, A=launch)


def embedded_file(document: pikepdf.Pdf) -> None:
    document.attachments["a.exe"] = pikepdf.AttachedFileSpec(document, b"MZ", filename="a.exe")


def dynamic_form(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm = Dictionary(XFA=Array([]), Fields=Array([]))


def film(document: pikepdf.Pdf) -> None:
    add_annotation(document, Subtype=Name("/RichMedia"))


def nothing(_document: pikepdf.Pdf) -> None:
    pass


def link_to_a_page(document: pikepdf.Pdf) -> None:
    address = Dictionary(S=Name.URI, URI=String("https://www.example.org"))
    add_annotation(document, Subtype=Name.Link, A=address)


def signature_field(document: pikepdf.Pdf) -> None:
    field = Dictionary(FT=Name.Sig, T=String("allekirjoitus"))
    document.Root.AcroForm = Dictionary(SigFlags=3, Fields=Array([field]))


MODES = [pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate]
ACTIVE: list[Change] = [
    script_at_opening,
    script_in_an_object_of_its_own,
    script_among_the_names,
    program_when_the_page_opens,
    program_behind_a_link,
    embedded_file,
    dynamic_form,
    film,
]
HARMLESS: list[Change] = [nothing, link_to_a_page, signature_field]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("change", ACTIVE)
def test_what_does_more_than_show_pages_is_refused(
    change: Change, mode: pikepdf.ObjectStreamMode
) -> None:
    with pytest.raises(FileRefused) as refusal:
        inspect_file(make_pdf(change, mode), PDF, LIMIT)
    assert refusal.value.data["reason"] == "active_content"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("change", HARMLESS)
def test_a_plain_document_is_taken_with_its_links_and_signatures(
    change: Change, mode: pikepdf.ObjectStreamMode
) -> None:
    content = make_pdf(change, mode)
    assert inspect_file(content, PDF, LIMIT) == InspectedFile("application/pdf", 1)


PLAIN = make_pdf(nothing, pikepdf.ObjectStreamMode.disable)
EDITS = st.lists(
    st.tuples(st.integers(0, len(PLAIN) - 1), st.integers(0, 255)), min_size=1, max_size=8
)


@given(EDITS, st.integers(0, len(PLAIN)))
def test_whatever_is_broken_in_a_file_it_is_taken_or_refused(
    edits: list[tuple[int, int]], length: int
) -> None:
    content = bytearray(PLAIN)
    for place, byte in edits:
        content[place] = byte
    try:
        reason = inspect_file(bytes(content[:length]), PDF, LIMIT).media_type
    except FileRefused as refusal:
        reason = str(refusal.data["reason"])
    assert reason in {*PDF, "empty", "not_pdf", "damaged", "encrypted", "active_content"}

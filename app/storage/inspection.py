"""Looking into files from outside before they are kept: kind, encryption, active content, size."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import filetype

from app.domain.errors import FileRefused
from scoring.deferred import Deferred

if TYPE_CHECKING:
    import pikepdf
else:
    pikepdf = Deferred("pikepdf")  # five megabytes: loaded with the first upload

PDF = "application/pdf"
_ACTIVE_KEYS = frozenset({"/JS", "/XFA", "/EF", "/RichMediaContent"})
_ACTIVE_NAMES = {
    "/S": frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/RichMediaExecute"}),
    "/Type": frozenset({"/EmbeddedFile"}),
    "/Subtype": frozenset({"/RichMedia", "/FileAttachment", "/Movie", "/Screen", "/3D"}),
}
"""Keys, and names under a key, that make a PDF do more than show pages (ISO 32000-1, 12.6 and 7.11.4)."""


@dataclass(frozen=True, slots=True)
class InspectedFile:
    """A file that may be kept."""

    media_type: str
    pages: int


def inspect_file(content: bytes, accept: tuple[str, ...], maximum_bytes: int) -> InspectedFile:
    """Return the kind and length of a file.

    Raises:
        FileRefused: reason ``empty``, ``too_large``, ``not_pdf``, ``encrypted``, ``damaged`` or
            ``active_content``.
    """
    if not content:
        raise FileRefused(reason="empty")
    if len(content) > maximum_bytes:
        raise FileRefused(reason="too_large", size=len(content), maximum=maximum_bytes)
    kind = filetype.guess(content)
    if kind is None or kind.mime != PDF or PDF not in accept:
        raise FileRefused(reason="not_pdf")
    return InspectedFile(PDF, _count_pages(content))


def _count_pages(content: bytes) -> int:
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            if document.is_encrypted:
                raise FileRefused(reason="encrypted")
            if _has_active_content(document):
                raise FileRefused(reason="active_content")
            return len(document.pages)
    except pikepdf.PasswordError as error:
        raise FileRefused(reason="encrypted") from error
    except (pikepdf.PdfError, RuntimeError, ValueError) as error:
        # A broken page tree is a RuntimeError of the library, a broken name a UnicodeDecodeError.
        raise FileRefused(reason="damaged") from error


def _has_active_content(document: pikepdf.Pdf) -> bool:
    return any(_is_active(each) for item in document.objects for each in _dictionaries(item))


def _dictionaries(item: Any) -> Iterator[Any]:
    """Yield the dictionaries written inside an object of the file, also those of streams and arrays.

    What it only refers to is an object of its own and comes by itself.
    """
    waiting = [item]
    while waiting:
        found = waiting.pop()
        if isinstance(found, pikepdf.Array):
            values = list(found)
        elif isinstance(found, (pikepdf.Dictionary, pikepdf.Stream)):
            yield found
            values = [value for _key, value in found.items()]
        else:
            continue
        waiting += [each for each in values if not getattr(each, "is_indirect", False)]


def _is_active(found: Any) -> bool:
    if any(key in found for key in _ACTIVE_KEYS):
        return True
    return any(str(found.get(key, "")) in names for key, names in _ACTIVE_NAMES.items())

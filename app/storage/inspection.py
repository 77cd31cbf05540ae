"""Looking into files from outside before they are kept: kind, encryption, active content, size."""

from __future__ import annotations

import io
from dataclasses import dataclass

import filetype
import pikepdf

from app.domain.errors import FileRefused

PDF = "application/pdf"
_ACTIVE = ("/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/RichMedia", "/XFA")


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
    except pikepdf.PdfError as error:
        raise FileRefused(reason="damaged") from error


def _has_active_content(document: pikepdf.Pdf) -> bool:
    for item in document.objects:
        if isinstance(item, pikepdf.Dictionary) and (
            any(name in item for name in ("/JS", "/XFA"))
            or str(item.get("/S", "")) in _ACTIVE
            or str(item.get("/Type", "")) == "/EmbeddedFile"
        ):
            return True
    return False

"""Page furniture: running heads, page numbers and repeated table heads are drawn, but not read out."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any

ARTIFACT = b"/Artifact"
PAGINATION = b"<</Type /Pagination>>"
NULL = b"null"


def hide_marked_content(
    pdf: Any, page_number: int, nums: dict[int, bytes], hidden: AbstractSet[int]
) -> None:
    """Turn marked content of one page into artifacts (ISO 32000-1, 14.8.2.2.2).

    Args:
        pdf: the file being written.
        page_number: page from 0.
        nums: what the page's marked content belongs to, by its number; hidden numbers get ``null``.
        hidden: numbers of the marked content that is furniture.
    """
    page = find_object(pdf, pdf.page_references[page_number])
    operands = find_object(pdf, page["Contents"]).stream
    for place, operator in enumerate(operands):
        if operator == b"BDC" and operands[place - 1].get("MCID") in hidden:
            operands[place - 2 : place] = [ARTIFACT, _Plain(PAGINATION)]
    nums.update(dict.fromkeys(hidden, NULL))


class _Plain(bytes):
    """Finished operand; answers like the property lists among which it stands."""

    __slots__ = ()

    def get(self, _key: str) -> None:
        """Tell that there is no such property."""


def find_object(pdf: Any, reference: bytes) -> Any:
    """Return the object behind a reference such as ``b"12 0 R"``."""
    return pdf.objects[int(reference.split()[0])]

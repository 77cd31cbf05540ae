"""The gate of archive copies: a letter under a fresh archive timestamp is judged before it takes the place of the last.

A later revision is what an archive timestamp is. ``page-validation`` objects to every later revision, and to
the invisible field of a timestamp outside the tree; veraPDF, which the tests ask, objects to neither. These
two findings are let pass here, and in their place the file itself is looked at: the letter before must be in
it byte for byte, and nothing may have been added that can be seen or filled in.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from app.pdf.conformance.modern import Profile, profile_of
from app.pdf.conformance.modern_check import list_modern_findings
from app.pdf.conformance.validation import Finding, NonconformingPaper, list_findings

LATER_REVISION = frozenset(
    {"PDFA3A-SIGNATURE-BYTERANGE-001", "PDFUA1-WIDGET-FORM-TAG-001"},
)
"""Rules that a letter under an archive timestamp breaks in ``page-validation`` alone."""

STAMP = "archive timestamp"


def require_renewal(before: bytes, after: bytes) -> None:
    """Raise ``NonconformingPaper`` unless a copy conforms and holds the letter before unchanged."""
    if not after.startswith(before) or len(after) == len(before):
        raise NonconformingPaper(
            (Finding(STAMP, "unchanged", "the letter before is not in the file as it was"),)
        )
    found = (*_judge_profile(after), *_judge_fields(before, after))
    if found:
        raise NonconformingPaper(found)


def _judge_profile(content: bytes) -> tuple[Finding, ...]:
    if profile_of(content) is Profile.NEXT:
        return list_modern_findings(content)
    return tuple(each for each in list_findings(content) if each.rule not in LATER_REVISION)


def _judge_fields(before: bytes, after: bytes) -> tuple[Finding, ...]:
    """Return what is wrong with the fields that were added: each is an invisible timestamp."""
    import pikepdf  # noqa: PLC0415 - five megabytes, only where letters are renewed

    with pikepdf.open(BytesIO(before)) as old, pikepdf.open(BytesIO(after)) as new:
        known = {each.objgen for each in _list_notes(old)}
        added = [each for each in _list_notes(new) if each.objgen not in known]
        if len(new.pages) != len(old.pages):
            return (Finding(STAMP, "pages", "pages were added or taken away"),)
        if not added:
            return (Finding(STAMP, "timestamp", "there is no timestamp in the file"),)
        return tuple(
            Finding(STAMP, "field", "something was added that is no invisible timestamp")
            for each in added
            if not _is_timestamp(each)
        )


def _list_notes(pdf: Any) -> Iterator[Any]:
    for page in pdf.pages:
        yield from page.get("/Annots", ())


def _is_timestamp(note: Any) -> bool:
    value = note.get("/V")
    is_stamp = value is not None and str(value.get("/Type")) == "/DocTimeStamp"
    return is_stamp and all(float(each) == 0 for each in note.Rect)

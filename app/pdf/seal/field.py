"""The place of the seal in a letter: an invisible signature field that a screen reader can name.

PDF/UA-1 (7.18.4) wants every form field inside a ``Form`` element of the tree; so the field is made with the
letter, and sealing only fills it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.pdf.conformance.artifacts import find_object

FIELD = "Seal"
NAMES: Mapping[str, str] = {
    "fi": "Viranomaisen sähköinen leima",
    "sv": "Myndighetens elektroniska stämpel",
    "en": "Electronic seal of the authority",
}
PRINTED_AND_LOCKED = 132


@dataclass(frozen=True, slots=True)
class SealPlace:
    """What a letter needs for its seal: the language of the field's name, and where the letter is verified."""

    language: str
    address: str = ""


def add_seal_field(pdf: Any, language: str) -> None:
    """Add the empty field to a file that is being written, on its last page."""
    from weasyprint.pdf.metadata import pydyf  # noqa: PLC0415 - heavy; the engine's own writer

    root = find_object(pdf, pdf.catalog["StructTreeRoot"])
    document = find_object(pdf, root["K"][0])
    places = find_object(pdf, root["ParentTree"])["Nums"]
    page = find_object(pdf, pdf.page_references[-1])
    key = max(places[0::2]) + 1
    widget = _add(
        pdf,
        pydyf.Dictionary(
            {
                "Type": "/Annot",
                "Subtype": "/Widget",
                "FT": "/Sig",
                "T": pydyf.String(FIELD),
                "TU": pydyf.String(NAMES[language]),
                "F": PRINTED_AND_LOCKED,
                "Rect": pydyf.Array([0, 0, 0, 0]),
                "P": page.reference,
                "StructParent": key,
            }
        ),
    )
    target = pydyf.Dictionary({"Type": "/OBJR", "Obj": widget.reference, "Pg": page.reference})
    form = pydyf.Dictionary(
        {
            "Type": "/StructElem",
            "S": "/Form",
            "P": document.reference,
            "Pg": page.reference,
            "K": pydyf.Array([_add(pdf, target).reference]),
        }
    )
    document["K"].append(_add(pdf, form).reference)
    places.extend([key, form.reference])
    page.setdefault("Annots", pydyf.Array()).append(widget.reference)
    pdf.catalog["AcroForm"] = pydyf.Dictionary(
        {"Fields": pydyf.Array([widget.reference]), "SigFlags": 0}
    )


def _add(pdf: Any, found: Any) -> Any:
    pdf.add_object(found)
    return found

"""The XMP of a paper: PDF/UA beside PDF/A in one ``rdf:RDF``, uncompressed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from app.pdf.conformance.modern import Profile

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
UA = "http://www.aiim.org/pdfua/ns/id/"
EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
SCHEMA = "http://www.aiim.org/pdfa/ns/schema#"
PROPERTY = "http://www.aiim.org/pdfa/ns/property#"

BASIC = "http://ns.adobe.com/xap/1.0/"
DECLARATIONS = "http://pdfa.org/declarations/"

_PREFIXES = {
    "xmp": BASIC,
    "pdfd": DECLARATIONS,
    "pdfuaid": UA,
    "pdfaExtension": EXTENSION,
    "pdfaSchema": SCHEMA,
    "pdfaProperty": PROPERTY,
}
_ACCESSIBILITY = f"""
<rdf:Description xmlns:rdf="{RDF}" rdf:about="" xmlns:pdfuaid="{UA}" xmlns:pdfaExtension="{EXTENSION}"
 xmlns:pdfaSchema="{SCHEMA}" xmlns:pdfaProperty="{PROPERTY}"><pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{UA}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""
"""PDF/A (ISO 19005-3, 6.6.2.3) wants every foreign property described: hence the extension schema."""


_MODERN = f"""
<rdf:Description xmlns:rdf="{RDF}" rdf:about="" xmlns:pdfuaid="{UA}" xmlns:pdfd="{DECLARATIONS}">
<pdfuaid:part>2</pdfuaid:part><pdfuaid:rev>2024</pdfuaid:rev><pdfd:declarations><rdf:Bag>
<rdf:li rdf:parseType="Resource"><pdfd:conformsTo>{DECLARATIONS}wtpdf#accessibility1.0</pdfd:conformsTo></rdf:li>
<rdf:li rdf:parseType="Resource"><pdfd:conformsTo>{DECLARATIONS}wtpdf#reuse1.0</pdfd:conformsTo></rdf:li>
</rdf:Bag></pdfd:declarations></rdf:Description>
"""
"""PDF/UA-2, and what a well-tagged PDF declares of itself."""

_ADDED: Mapping[Profile, str] = {Profile.ARCHIVE: _ACCESSIBILITY, Profile.NEXT: _MODERN}


def declare_profiles(document: Any, profile: Profile, address: str = "") -> None:
    """Make a laid-out document declare PDF/UA too, in the ``rdf:RDF`` that holds its PDF/A part.

    ``address`` is kept as an identifier: where the document is verified.

    A second ``rdf:RDF``, which the engine's own option would write, is read by no validator. The
    stream stays uncompressed, so that an archive can read it without a PDF library.
    """
    for prefix, namespace in _PREFIXES.items():
        ET.register_namespace(prefix, namespace)
    metadata = document.metadata
    write, include = metadata.generate_rdf_metadata, metadata.include_in_pdf

    def write_both(variant: str, version: int, conformance: str) -> bytes:
        description = ET.fromstring(write(variant, version, conformance))  # noqa: S314 - made by us
        description.append(ET.fromstring(_ADDED[profile]))  # noqa: S314 - the texts above
        if address:
            description.append(_identify(address))
        return ET.tostring(description, encoding="utf-8")

    def include_plain(
        pdf: Any, variant: str, version: int, conformance: str, compress: bool
    ) -> None:
        del compress
        include(pdf, variant, version, conformance, compress=False)

    metadata.generate_rdf_metadata = write_both
    metadata.include_in_pdf = include_plain


def _identify(address: str) -> ET.Element:
    description = ET.Element(f"{{{RDF}}}Description", {f"{{{RDF}}}about": ""})
    identifiers = ET.SubElement(description, f"{{{BASIC}}}Identifier")
    entry = ET.SubElement(ET.SubElement(identifiers, f"{{{RDF}}}Bag"), f"{{{RDF}}}li")
    entry.text = address
    return description

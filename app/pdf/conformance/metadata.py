"""The XMP of a paper: PDF/UA beside PDF/A in one ``rdf:RDF``, uncompressed."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
UA = "http://www.aiim.org/pdfua/ns/id/"
EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
SCHEMA = "http://www.aiim.org/pdfa/ns/schema#"
PROPERTY = "http://www.aiim.org/pdfa/ns/property#"

_PREFIXES = {
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


def declare_profiles(document: Any) -> None:
    """Make a laid-out document declare PDF/UA-1 too, in the ``rdf:RDF`` that holds its PDF/A part.

    A second ``rdf:RDF``, which the engine's own option would write, is read by no validator. The
    stream stays uncompressed, so that an archive can read it without a PDF library.
    """
    for prefix, address in _PREFIXES.items():
        ET.register_namespace(prefix, address)
    metadata = document.metadata
    write, include = metadata.generate_rdf_metadata, metadata.include_in_pdf

    def write_both(variant: str, version: int, conformance: str) -> bytes:
        description = ET.fromstring(write(variant, version, conformance))  # noqa: S314 - made by us
        description.append(ET.fromstring(_ACCESSIBILITY))  # noqa: S314 - the text above
        return ET.tostring(description, encoding="utf-8")

    def include_plain(
        pdf: Any, variant: str, version: int, conformance: str, compress: bool
    ) -> None:
        del compress
        include(pdf, variant, version, conformance, compress=False)

    metadata.generate_rdf_metadata = write_both
    metadata.include_in_pdf = include_plain

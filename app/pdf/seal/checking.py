"""Is a file what was sealed? Judged from the file and trusted certificates alone; no server is asked.

Every byte counts: the seal must cover the whole file, and the room that it leaves over must be empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from io import BytesIO
from typing import Any

from asn1crypto import parser, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import DocumentSecurityStore, validate_pdf_signature
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

PADES = "/ETSI.CAdES.detached"


class SealState(StrEnum):
    """What a check of a seal comes to."""

    SOUND = "sound"
    UNTRUSTED = "untrusted"
    """Unchanged since it was sealed, but not by anybody who is trusted at that moment."""
    BROKEN = "broken"
    """Changed after it was sealed."""
    UNSEALED = "unsealed"
    """No PDF with a seal."""


@dataclass(frozen=True, slots=True)
class SealReport:
    """The verdict, and what the seal says of itself; ``stamped_at`` is proven by a timestamping service."""

    state: SealState
    detail: str = ""
    level: str = ""
    holder: str = ""
    sealed_at: datetime | None = None
    stamped_at: datetime | None = None


def check_seal(content: bytes, trusted: Sequence[x509.Certificate], moment: datetime) -> SealReport:
    """Judge a file; anything that cannot be read is broken or unsealed, never an error."""
    if b"/ByteRange" not in content or not content.startswith(b"%PDF-"):
        return SealReport(SealState.UNSEALED, "there is no seal in the file")
    try:
        return _check(content, trusted, moment)
    except Exception as error:  # noqa: BLE001 - a damaged file makes the parsers raise anything at all
        return SealReport(SealState.BROKEN, f"the file is damaged ({type(error).__name__})")


def _check(content: bytes, trusted: Sequence[x509.Certificate], moment: datetime) -> SealReport:
    reader = PdfFileReader(BytesIO(content))
    seals = reader.embedded_regular_signatures
    if len(seals) != 1:
        return SealReport(SealState.BROKEN, f"{len(seals)} seals instead of one")
    fault = _find_fault(content, seals[0], reader.embedded_timestamp_signatures)
    if fault:
        return SealReport(SealState.BROKEN, fault)
    return _judge(reader, seals[0], trusted, moment)


def _find_fault(content: bytes, seal: Any, stamps: Sequence[Any]) -> str:
    """Return what is wrong with the form of a seal, or nothing."""
    seal.compute_integrity_info(skip_diff=not stamps)
    stamped = SignatureCoverageLevel.ENTIRE_REVISION if stamps else None
    if seal.coverage not in {SignatureCoverageLevel.ENTIRE_FILE, stamped}:
        return "the seal does not cover the whole file"
    if stamps and stamps[-1].evaluate_signature_coverage() != SignatureCoverageLevel.ENTIRE_FILE:
        return "something was added after the last archive timestamp"
    if seal.sig_object.get("/SubFilter") != PADES or seal.docmdp_level != MDPPerm.NO_CHANGES:
        return "the seal is not of the kind that forbids changes"
    if not _names_certificate(seal):
        return "the certificate beside the seal is not the one that sealed"
    for each in (seal, *stamps):
        if not _fills_room(content, each):
            return "there is something beside the seal in its room"
    return ""


def _fills_room(content: bytes, seal: Any) -> bool:
    """Tell whether the gap in the sealed range holds the seal in its one spelling, then zeros only."""
    begin, length, rest, _last = (int(each) for each in seal.byte_range)
    value = bytes(seal.pkcs7_content)
    spelt = b"<" + value.hex().upper().encode() + b">"
    return content[begin + length : rest] == spelt and not value[parser.peek(value) :].strip(b"\0")


def _names_certificate(seal: Any) -> bool:
    """Tell whether the seal itself names the certificate that lies beside it (RFC 5035), to the last bit."""
    digests = [each["algorithm"].native for each in seal.signed_data["digest_algorithms"]]
    if digests != [seal.md_algorithm]:
        return False
    for attribute in seal.signer_info["signed_attrs"]:
        if attribute["type"].native == "signing_certificate_v2":
            (named,) = attribute["values"][0]["certs"].native[:1]
            return bool(named["cert_hash"] == sha256(seal.signer_cert.dump()).digest())
    return False


def _judge(
    reader: Any, seal: Any, trusted: Sequence[x509.Certificate], moment: datetime
) -> SealReport:
    status = _validate(reader, seal, trusted, moment)
    stamp = status.timestamp_validity
    stamped_at = stamp.timestamp if stamp is not None and stamp.trusted else None
    if stamped_at is not None and not status.trusted:  # judged as of the moment that is proven
        status = _validate(reader, seal, trusted, stamped_at)
    if not (status.intact and status.valid) or (stamp is not None and not stamp.valid):
        return SealReport(SealState.BROKEN, "the file was changed after it was sealed")
    return SealReport(
        state=SealState.SOUND if status.trusted else SealState.UNTRUSTED,
        detail="" if status.trusted else "the certificate is not trusted, or no longer in force",
        level=_read_level(reader, has_stamp=stamp is not None),
        holder=seal.signer_cert.subject.human_friendly,
        sealed_at=seal.self_reported_timestamp,
        stamped_at=stamped_at,
    )


def _validate(reader: Any, seal: Any, trusted: Sequence[x509.Certificate], moment: datetime) -> Any:
    options: dict[str, Any] = {"trust_roots": list(trusted), "moment": moment}
    options |= {"allow_fetching": False, "revocation_mode": "soft-fail"}
    try:
        context = DocumentSecurityStore.read_dss(reader).as_validation_context(options)
    except NoDSSFoundError:
        context = ValidationContext(**options)
    return validate_pdf_signature(
        seal, signer_validation_context=context, ts_validation_context=context
    )


def _read_level(reader: Any, *, has_stamp: bool) -> str:
    if reader.embedded_timestamp_signatures:
        return "B-LTA"
    if "/DSS" in reader.root:
        return "B-LT"
    return "B-T" if has_stamp else "B-B"

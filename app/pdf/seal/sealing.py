"""Sealing: PAdES (ETSI EN 319 142-1) as a certifying signature that permits no change, in one revision.

The file as it was laid out stays as it is; the seal is appended to it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pkcs11
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper, Signer
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    SigDSSPlacementPreference,
    TimestampDSSContentSettings,
)
from pyhanko.sign.timestamps import TimestampRequestError
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.fetchers.requests_fetchers import RequestsFetcherBackend

from app.domain.records import sha256_bytes
from app.pdf.seal.facts import SealedFile, SealFacts
from app.pdf.seal.field import FIELD
from app.pdf.seal.keys import forget_signer, open_signer, read_certificates
from app.pdf.seal.means import SealMeans
from app.pdf.seal.problems import SealFailed
from app.pdf.seal.streams import clear_added_streams

DIGEST = "sha256"
PATIENCE_SECONDS = 10
ARCHIVE = "B-LTA"
ROOM_BYTES = 2048
"""A seal without its certificates: attributes, and a signature of up to 512 bytes."""

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


class UntouchedWriter(IncrementalPdfFileWriter):
    """Appends to a file without writing its metadata anew: the declared profiles stay as they were."""

    def _update_meta(self) -> None:
        """Leave the metadata alone; the library would write them in a form that PDF/A-3 refuses."""


class DatedSigner(PdfSigner):
    """Signs at a given moment instead of the clock's."""

    def __init__(self, moment: datetime, *arguments: Any, **options: Any) -> None:
        """Remember the moment."""
        self._moment = moment
        super().__init__(*arguments, **options)

    def init_signing_session(self, *arguments: Any, **options: Any) -> Any:
        """Begin at the moment that was given."""
        session = super().init_signing_session(*arguments, **options)
        session.system_time = self._moment
        return session


@clear_added_streams()
def seal_pdf(pdf: bytes, means: SealMeans, moment: datetime, address: str) -> SealedFile:
    """Seal a letter at the level that the means allow; ``address`` is where it can be verified.

    Raises:
        SealFailed: with the reason, if the letter could not be sealed.
    """
    signer = open_signer(means, moment)
    stamper = make_stamper(means)
    writer = UntouchedWriter(BytesIO(pdf))
    has_field = "/AcroForm" in writer.prev.root
    work = DatedSigner(
        moment,
        _describe(means, moment, address),
        signer=signer,
        timestamper=stamper,
        new_field_spec=None if has_field else SigFieldSpec(FIELD),
    )
    room = None if stamper else _measure_room(signer)
    output = _guard(
        means,
        lambda: work.sign_pdf(writer, existing_fields_only=has_field, bytes_reserved=room),
    )
    return _close(output.getvalue(), pdf, signer, means.level)


@clear_added_streams()
def renew_seal(pdf: bytes, means: SealMeans, moment: datetime) -> SealedFile:
    """Put an archive timestamp over a sealed letter and what proves its seal (PAdES B-LTA).

    Raises:
        SealFailed: if there is no timestamping service, or it or a certificate's issuer gave no answer.
    """
    stamper = make_stamper(means)
    if stamper is None or not means.trust_file:
        raise SealFailed("no_timestamp", "none is set up")
    signer = open_signer(means, moment)
    context = make_context(means, moment)
    # What proves the certificates goes in first, so that the timestamp is the last word of the file.
    proofs = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)
    output = _guard(
        means,
        lambda: PdfTimeStamper(stamper).timestamp_pdf(
            UntouchedWriter(BytesIO(pdf)), DIGEST, context, dss_settings=proofs
        ),
    )
    return _close(output.getvalue(), pdf, signer, ARCHIVE)


def _measure_room(signer: Signer) -> int:
    """Return how many hexadecimal digits a seal without a timestamp needs at most.

    The library would find out by making the whole seal twice.
    """
    chain = {signer.signing_cert, *signer.cert_registry}
    return 2 * (sum(len(each.dump()) for each in chain if each) + ROOM_BYTES)


def make_stamper(means: SealMeans) -> RequestsHTTPTimeStamper | None:
    """Return the timestamping service, if there is one."""
    if not means.timestamp_url:
        return None
    return RequestsHTTPTimeStamper(means.timestamp_url, timeout=PATIENCE_SECONDS)


def make_context(means: SealMeans, moment: datetime) -> ValidationContext:
    """Return how certificates are judged while sealing: by their issuers' own lists, or not at all."""
    return ValidationContext(
        trust_roots=read_certificates(means.trust_file),
        other_certs=read_certificates(means.certificate_file) if means.certificate_file else (),
        allow_fetching=True,
        fetcher_backend=RequestsFetcherBackend(per_request_timeout=PATIENCE_SECONDS),
        revocation_mode="hard-fail",
        moment=moment,
    )


def _describe(means: SealMeans, moment: datetime, address: str) -> PdfSignatureMetadata:
    is_lasting = means.level == "B-LT"
    return PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        contact_info=address or None,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        embed_validation_info=is_lasting,
        validation_context=make_context(means, moment) if is_lasting else None,
        dss_settings=DSSContentSettings(
            include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
        ),
    )


def _guard(means: SealMeans, work: Callable[[], Any]) -> Any:
    """Do the work; whatever the libraries raise becomes a reason."""
    try:
        return work()
    except TimestampRequestError as error:
        raise SealFailed("no_timestamp", error.__cause__ or error) from error
    except (PathError, ValidationError) as error:
        raise SealFailed("no_revocation", error) from error
    except pkcs11.PKCS11Error as error:
        forget_signer(means)
        raise SealFailed("token_failed", repr(error)) from error
    except (SigningError, PdfError, OSError) as error:
        is_path = isinstance(error.__cause__, PathError | ValidationError)
        raise SealFailed("no_revocation" if is_path else "not_sealed", error) from error


def _close(content: bytes, before: bytes, signer: Signer, level: str) -> SealedFile:
    certificate = signer.signing_cert
    if certificate is None:
        raise SealFailed("no_certificate")
    facts = SealFacts(
        level=level,
        holder=_name_holder(certificate),
        certificate_sha256=certificate.sha256.hex(),
        valid_until=certificate.not_valid_after.astimezone(UTC).isoformat(timespec="seconds"),
    )
    return SealedFile(content=content, unsealed_sha256=sha256_bytes(before), facts=facts)


def _name_holder(certificate: Any) -> str:
    """Return who holds a certificate, as people would say it."""
    names = certificate.subject.native
    parts = (names.get("common_name"), names.get("organization_name"))
    return ", ".join(dict.fromkeys(str(each) for each in parts if each)) or (
        certificate.subject.human_friendly
    )

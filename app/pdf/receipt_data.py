"""The frozen data of a receipt of submission (Act 13/2003, 12 §)."""

from __future__ import annotations

from datetime import datetime

from app.pdf.values import Amount, Frozen, Language, Moment, Sha256, Texts

SCHEMA = "innoverkko-receipt/1"
"""Name of the format in which the record is embedded in the paper."""


class Attachment(Frozen):
    """One received file: name as given by the applicant, size in bytes, digest of the bytes."""

    name: str
    size: int
    sha256: Sha256


class ReceiptData(Frozen):
    """What was received, when by the server's clock, and what happens next."""

    language: Language
    authority_name: str
    record_number: str
    received_at: Moment
    call_id: str
    call_title: str
    call_closes: Moment
    project_title: str
    applicant_name: str
    version: int
    content_sha256: Sha256
    next_steps: Texts
    attachments: tuple[Attachment, ...] = ()
    support_applied: Amount | None = None

    @property
    def is_late(self) -> bool:
        """Received after the closing time of the call, compared to the second that is printed."""
        received = datetime.fromisoformat(self.received_at)
        return received > datetime.fromisoformat(self.call_closes)

"""What is on record of a seal, as plain values that every process can hold."""

from __future__ import annotations

from app.pdf.values import Frozen, Moment, Sha256


class SealFacts(Frozen):
    """The level of a seal, whose it is, and until when that certificate is in force."""

    level: str
    holder: str
    certificate_sha256: Sha256
    valid_until: Moment


class SealedFile(Frozen):
    """A sealed file, what is on record of its seal, and the hash of the file before it was sealed."""

    content: bytes
    unsealed_sha256: Sha256
    facts: SealFacts

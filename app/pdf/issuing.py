"""Issuing: a letter is laid out (unless it was read before), sealed and judged in the process that holds the key.

Loads the layout engine and the signing library: the render process calls it, web processes never do.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.pdf.conformance.modern import Profile
from app.pdf.conformance.renewal import require_renewal
from app.pdf.letter_data import LetterData
from app.pdf.rendering import judge_paper, lay_out
from app.pdf.seal.checking import SealState, check_seal
from app.pdf.seal.facts import SealedFile
from app.pdf.seal.keys import read_certificates
from app.pdf.seal.means import SealMeans
from app.pdf.seal.problems import SealFailed
from app.pdf.seal.sealing import renew_seal, seal_pdf


def issue_letter(
    data: Mapping[str, Any],
    means: SealMeans,
    moment: datetime,
    profile: Profile = Profile.ARCHIVE,
    laid_out: bytes | None = None,
) -> SealedFile:
    """Return the sealed letter of primitive data; what is judged is what leaves.

    ``laid_out`` are the bytes of this very record where they have been made before, for a preview.

    Raises:
        ValueError: for data of the wrong shape (pydantic's ``ValidationError``).
        IncompleteLetter: for a letter that may not be issued.
        SealFailed: if it could not be sealed.
        NonconformingPaper: if the sealed file breaks its standards.
    """
    letter = LetterData.model_validate(data)
    content = laid_out or lay_out(letter, profile)
    sealed = seal_pdf(content, means, moment, letter.verify_url)
    judge_paper(letter, sealed.content, profile)
    return sealed


def renew_letter(content: bytes, means: SealMeans, moment: datetime) -> SealedFile:
    """Return a sealed letter under a fresh archive timestamp; what is judged is what is kept.

    Raises:
        SealFailed: if it got no timestamp, or its seal is broken.
        NonconformingPaper: if the copy breaks the standards of the letter, or the letter in it has changed.
    """
    renewed = renew_seal(content, means, moment)
    require_renewal(content, renewed.content)
    report = check_seal(renewed.content, read_certificates(means.trust_file), moment)
    if report.state not in {SealState.SOUND, SealState.UNTRUSTED}:
        raise SealFailed("not_sealed", report.detail)
    return renewed

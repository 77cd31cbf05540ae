"""Why a letter was not sealed is read back from the line of its job, for the words of the reader's language."""

from __future__ import annotations

import pytest

from app.pdf.seal.problems import REASONS, SealFailed, read_reason
from app.web.funder.letter_words import SEAL_REASONS


@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_of_a_seal_that_failed_is_read_back_and_has_words(reason: str) -> None:
    detail = "slot 3: no such token" if "{detail}" in REASONS[reason] else ""
    assert read_reason(str(SealFailed(reason, detail))) == (reason, detail)
    assert ("%(detail)s" in str(SEAL_REASONS[reason])) == bool(detail)


def test_another_line_is_no_reason_of_a_seal() -> None:
    assert read_reason("PDF/A-3a 6.1.7.1: a stream is short") is None

"""PDFs of the kinds of paper, made by the renderer beside this process."""

from __future__ import annotations

from app.pdf.application_data import ApplicationData
from app.pdf.client import RenderClient
from app.pdf.letter_data import LetterData
from app.pdf.receipt_data import ReceiptData


def letter_pdf(letter: LetterData, renderer: RenderClient) -> bytes:
    """Return the PDF of a decision letter. Raises ``RenderFailed``."""
    return renderer.render("letter", letter.model_dump_json())


def receipt_pdf(receipt: ReceiptData, renderer: RenderClient) -> bytes:
    """Return the PDF of a receipt of submission. Raises ``RenderFailed``."""
    return renderer.render("receipt", receipt.model_dump_json())


def application_pdf(application: ApplicationData, renderer: RenderClient) -> bytes:
    """Return the PDF of an application copy. Raises ``RenderFailed``."""
    return renderer.render("application", application.model_dump_json())

"""The papers that the rest of the application asks for: typed data in, PDF bytes out."""

from __future__ import annotations

from app.pdf.application_data import ApplicationData
from app.pdf.client import Renderer
from app.pdf.coverage import require_coverage
from app.pdf.letter_data import LetterData
from app.pdf.ranking_data import RankingAnnexData
from app.pdf.receipt_data import ReceiptData
from app.pdf.report_data import RoundReportData
from app.pdf.summary_data import EvaluationSummaryData


def letter_pdf(letter: LetterData, renderer: Renderer) -> bytes:
    """Return the PDF of a decision letter.

    Raises:
        IncompleteLetter: before any work is done, if something is missing that the law asks for.
        PaperRefused: if the finished file breaks PDF/A-3a or PDF/UA-1; it is not handed out.
        RenderFailed: if no PDF could be made.
    """
    require_coverage(letter)
    return renderer.render("letter", letter.model_dump(mode="json"))


def receipt_pdf(receipt: ReceiptData, renderer: Renderer) -> bytes:
    """Return the PDF of a receipt of submission. Raises ``RenderFailed``."""
    return renderer.render("receipt", receipt.model_dump(mode="json"))


def application_pdf(application: ApplicationData, renderer: Renderer) -> bytes:
    """Return the PDF of an application copy, every section and answer. Raises ``RenderFailed``."""
    return renderer.render("application", application.model_dump(mode="json"))


def report_pdf(report: RoundReportData, renderer: Renderer) -> bytes:
    """Return the PDF of the report of a round to the steering group.

    Raises:
        PaperRefused: if the finished file breaks its standards; it is not handed out.
        RenderFailed: if no PDF could be made.
    """
    return renderer.render("report", report.model_dump(mode="json"))


def summary_pdf(summary: EvaluationSummaryData, renderer: Renderer) -> bytes:
    """Return the PDF of the summary of an application's evaluations.

    Raises:
        PaperRefused: if the finished file breaks its standards; it is not handed out.
        RenderFailed: if no PDF could be made.
    """
    return renderer.render("summary", summary.model_dump(mode="json"))


def ranking_pdf(annex: RankingAnnexData, renderer: Renderer) -> bytes:
    """Return the PDF of the annex with a ranking.

    Raises:
        PaperRefused: if the finished file breaks its standards; it is not handed out.
        RenderFailed: if no PDF could be made.
    """
    return renderer.render("ranking", annex.model_dump(mode="json"))

"""The kinds of papers: their data, the record embedded in each, and which are judged before they leave."""

from __future__ import annotations

from collections.abc import Mapping

from app.pdf.application_data import SCHEMA as APPLICATION_SCHEMA
from app.pdf.application_data import ApplicationData
from app.pdf.conformance.record import EmbeddedRecord, write_record
from app.pdf.letter_data import SCHEMA as LETTER_SCHEMA
from app.pdf.letter_data import LetterData
from app.pdf.ranking_data import SCHEMA as RANKING_SCHEMA
from app.pdf.ranking_data import RankingAnnexData
from app.pdf.receipt_data import SCHEMA as RECEIPT_SCHEMA
from app.pdf.receipt_data import ReceiptData
from app.pdf.report_data import SCHEMA as REPORT_SCHEMA
from app.pdf.report_data import RoundReportData
from app.pdf.summary_data import SCHEMA as SUMMARY_SCHEMA
from app.pdf.summary_data import EvaluationSummaryData

PaperData = (
    LetterData
    | ReceiptData
    | ApplicationData
    | RoundReportData
    | EvaluationSummaryData
    | RankingAnnexData
)

MODELS: Mapping[str, type[PaperData]] = {
    "letter": LetterData,
    "receipt": ReceiptData,
    "application": ApplicationData,
    "report": RoundReportData,
    "summary": EvaluationSummaryData,
    "ranking": RankingAnnexData,
}

GATED = frozenset({"letter", "report", "summary", "ranking"})
"""Papers that are refused when they break a profile: they must stand in court, in an archive or before a body.

A receipt or a copy of an application is not: it must reach the applicant also in the last hour of a call.
"""


def make_record(paper: PaperData) -> EmbeddedRecord:
    """Return the frozen data of a paper as the file that is embedded in it."""
    data = paper.model_dump(mode="json")
    match paper:
        case LetterData():
            moment = paper.decision.approved_at or paper.decision.date
            return write_record("decision.json", LETTER_SCHEMA, data, moment)
        case ReceiptData():
            return write_record("receipt.json", RECEIPT_SCHEMA, data, paper.received_at)
        case ApplicationData():
            moment = paper.submitted_at or ""
            return write_record("application.json", APPLICATION_SCHEMA, data, moment)
        case RoundReportData():
            return write_record("report.json", REPORT_SCHEMA, data, paper.as_of)
        case EvaluationSummaryData():
            return write_record("summary.json", SUMMARY_SCHEMA, data, paper.as_of)
        case RankingAnnexData():
            return write_record("ranking.json", RANKING_SCHEMA, data, paper.drawn_at)

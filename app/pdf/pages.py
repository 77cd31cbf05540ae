"""Frozen data → the page as HTML, from the sandboxed templates of ``pdf_templates``."""

from __future__ import annotations

from typing import Any

from app.pdf.application_data import ApplicationData
from app.pdf.environment import load_page_environment
from app.pdf.inert import clean_values
from app.pdf.kinds import PaperData
from app.pdf.letter_data import LetterData
from app.pdf.letter_view import compose_blocks
from app.pdf.ranking_data import RankingAnnexData
from app.pdf.receipt_data import ReceiptData
from app.pdf.report_data import RoundReportData
from app.pdf.report_view import compose_report
from app.pdf.summary_data import EvaluationSummaryData
from app.pdf.texts import load_labels, load_letter_texts


def render_letter_body(data: LetterData) -> str:
    """Return the letter without its frame and header block, for a page that shows it on the screen.

    All that is printed has been escaped; the letter's own headings begin from the second level.

    Raises:
        IncompleteLetter: if it may not be issued.
    """
    letter, blocks = compose_blocks(data)
    shown = [block for block in blocks if block.layout != "header"]
    return _write_page("letters/blocks.html.j2", data, letter=letter, blocks=shown, title="")


def render_html(data: PaperData) -> str:
    """Return the page as HTML. Raises ``IncompleteLetter``."""
    match data:
        case LetterData():
            return _write_letter(data)
        case ReceiptData():
            return _write_receipt(data)
        case ApplicationData():
            return _write_application(data)
        case RoundReportData():
            return _write_report(data)
        case EvaluationSummaryData():
            return _write_summary(data)
        case RankingAnnexData():
            return _write_ranking(data)


def _write_letter(data: LetterData) -> str:
    letter, blocks = compose_blocks(data)
    title = load_letter_texts().templates[data.template].title.localize(data.language)
    return _write_page(
        "letters/letter.html.j2",
        data,
        letter=letter,
        blocks=blocks,
        title=title,
        document_title=f"{title}, {letter['decision']['case_number']}",
        authority_name=letter["authority"]["name"],
        created=data.decision.date,
    )


def _write_receipt(data: ReceiptData) -> str:
    receipt = clean_values(data.model_dump()) | {"is_late": data.is_late}
    title = load_labels(data.language)["receipt_title"]
    return _write_page(
        "receipt.html.j2",
        data,
        receipt=receipt,
        title=title,
        document_title=f"{title}, {receipt['record_number']}",
        authority_name=receipt["authority_name"],
        created=data.received_at,
    )


def _write_application(data: ApplicationData) -> str:
    application = clean_values(data.model_dump())
    title = f"{load_labels(data.language)['application_title']}: {application['project_title']}"
    return _write_page(
        "application.html.j2",
        data,
        application=application,
        title=title,
        document_title=f"{title}, {application['record_number']}".removesuffix(", "),
        authority_name=application["authority_name"],
        created=data.submitted_at or "",
    )


def _write_report(data: RoundReportData) -> str:
    report = clean_values(data.model_dump())
    title = load_labels(data.language)["report_title"]
    return _write_page(
        "report.html.j2",
        data,
        report=report,
        view=compose_report(data),
        title=title,
        document_title=f"{title}, {report['call_id']}",
        authority_name=report["authority_name"],
        created=data.as_of,
    )


def _write_summary(data: EvaluationSummaryData) -> str:
    summary = clean_values(data.model_dump())
    title = load_labels(data.language)["summary_title"]
    return _write_page(
        "summary.html.j2",
        data,
        summary=summary,
        title=title,
        document_title=f"{title}, {summary['record_number']}",
        authority_name=summary["authority_name"],
        created=data.as_of,
    )


def _write_ranking(data: RankingAnnexData) -> str:
    ranking = clean_values(data.model_dump())
    title = load_labels(data.language)["ranking_title"]
    return _write_page(
        "ranking.html.j2",
        data,
        ranking=ranking,
        title=title,
        document_title=f"{title}, {ranking['call_id']}",
        authority_name=ranking["authority_name"],
        created=data.drawn_at,
    )


def _write_page(template: str, data: PaperData, **values: Any) -> str:
    environment = load_page_environment(data.language)
    # Macros imported from other files see globals only, never the values of the page.
    known = {"language": data.language, "labels": load_labels(data.language)}
    return environment.get_template(template, globals=known).render(**values)

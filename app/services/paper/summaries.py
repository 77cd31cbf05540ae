"""The summary of an application's evaluations: with codes for the funder, with numbers for panel and applicant."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from sqlalchemy.orm import Session

from app.domain.errors import NotFound
from app.domain.lifecycle import SUBMITTED_EVALUATION_STATES
from app.domain.times import to_local
from app.models import Application, Consensus, Score
from app.pdf import summary_data as paper
from app.pdf.texts import load_labels
from app.pdf.values import Language
from app.queries.applicant.results import find_result
from app.queries.evaluator import SubmittedSheet, list_submitted_sheets
from app.queries.funder.detail import list_evaluations
from app.services.call.calls import get_definition
from app.services.paper.reasons import name_shortfalls
from calls.definition import CallDefinition
from calls.registers import Registers
from calls.rubric import Criterion
from calls.scoring_rules import to_rubric
from calls.text import Language as TextLanguage
from calls.text import in_language
from scoring.aggregate import rounded

Audience = Literal["funder", "panel", "applicant"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A submitted score sheet under the name that the reader may know, with exact scores and comments."""

    evaluator: str
    total_hundredths: int | None
    lines: Mapping[str, tuple[Fraction, str]]


@dataclass(frozen=True, slots=True)
class SummarySource:
    """What a summary is made from, and for whom."""

    session: Session
    registers: Registers
    application: Application
    definition: CallDefinition
    language: Language
    audience: Audience
    now: datetime

    def text(self, words: Mapping[TextLanguage, str]) -> str:
        """Return a text of the call in the language of the summary."""
        return in_language(words, self.language, self.definition.authoritative_language)[0]

    def find_consensus(self) -> Consensus | None:
        """Return the consensus, once one has been written; to all but the funder, once it is settled."""
        found = self.session.get(Consensus, self.application.id)
        if found is None or (self.audience != "funder" and found.settled_at is None):
            return None
        return found


def open_summary(
    session: Session,
    registers: Registers,
    application_id: uuid.UUID,
    language: Language,
    now: datetime,
    audience: Audience = "funder",
) -> SummarySource:
    """Gather what the summary of an application is made from, for one kind of reader."""
    application = session.get_one(Application, application_id)
    definition = get_definition(session, application.call_version_id)
    return SummarySource(session, registers, application, definition, language, audience, now)


def build_summary(source: SummarySource) -> paper.EvaluationSummaryData:
    """Return the summary of what has been submitted so far.

    Raises:
        NotFound: if no sheet is in, or for the applicant, before the decision has been served.
    """
    sheets = _list_sheets(source)
    if not sheets:
        raise NotFound(summary=str(source.application.id))
    consensus, application = source.find_consensus(), source.application
    body = source.registers.find_authority(source.definition.granting_authority_key)
    is_settled = consensus is not None and consensus.settled_at is not None
    settled_at = consensus.settled_at if consensus is not None else None
    names = {each.id: source.text(each.name) for each in source.definition.rubric.criteria}
    return paper.EvaluationSummaryData(
        language=source.language,
        audience=source.audience,
        authority_name=source.text(body.names) if body else "",
        call_id=application.call.code,
        call_title=source.text(source.definition.title),
        record_number=application.record_number or "",
        project_title=_title_of(source),
        applicant_name=application.lead_name,
        as_of=to_local(settled_at or source.now).isoformat(timespec="seconds"),
        is_settled=is_settled,
        maximum=_plain(source.definition.rubric.sum_of_weights),
        criteria=tuple(_list_criteria(source, sheets, consensus)),
        totals=tuple(
            paper.SheetTotal(evaluator=each.evaluator, total=_points(each.total_hundredths))
            for each in sheets
        ),
        method=consensus.method if consensus else "",  # type: ignore[arg-type]  # checked by the database
        total=_points(consensus.total_hundredths) if consensus else None,
        shortfalls=name_shortfalls(consensus.failures if consensus else (), names, source.language),
        **_write_words(source, consensus),
    )


def _list_sheets(source: SummarySource) -> list[Sheet]:
    session, key = source.session, source.application.id
    if source.audience == "funder":
        return [
            Sheet(each.evaluator.code, each.total_hundredths, _read_lines(source, each.scores))
            for each in list_evaluations(session, key)
            if each.state in SUBMITTED_EVALUATION_STATES
        ]
    if source.audience == "applicant":
        result = find_result(session, key)
        found: Sequence[SubmittedSheet] = result.sheets if result else ()
    else:
        # By the random identifier: the order of submission would let people be told.
        found = sorted(list_submitted_sheets(session, key), key=lambda sheet: sheet.id)
    word = load_labels(source.language)["summary_evaluator"]
    return [
        Sheet(
            f"{word} {number}",
            sheet.total_hundredths,
            _measure(
                source, ((key, each.ticks, each.comment) for key, each in sheet.lines.items())
            ),
        )
        for number, sheet in enumerate(found, start=1)
    ]


def _read_lines(source: SummarySource, scores: Iterable[Score]) -> dict[str, tuple[Fraction, str]]:
    return _measure(source, ((each.criterion_id, each.ticks, each.comment) for each in scores))


def _measure(
    source: SummarySource, lines: Iterable[tuple[str, int | None, str]]
) -> dict[str, tuple[Fraction, str]]:
    """Return the scores in points with their comments; what was left blank is not among them."""
    rubric = to_rubric(source.definition)
    return {
        name: (Fraction(rubric.criterion(name).scale.score(ticks)), comment)
        for name, ticks, comment in lines
        if ticks is not None
    }


def _list_criteria(
    source: SummarySource, sheets: Sequence[Sheet], consensus: Consensus | None
) -> Iterable[paper.CriterionSummary]:
    agreed = {key: Fraction(value) for key, value in consensus.scores.items()} if consensus else {}
    comments = consensus.comments if consensus else {}
    for criterion in source.definition.rubric.criteria:
        given = [each.lines[criterion.id][0] for each in sheets if criterion.id in each.lines]
        final = agreed.get(criterion.id)
        yield paper.CriterionSummary(
            label=f"{criterion.id} {source.text(criterion.name)}",
            least=_plain(criterion.minimum),
            most=_plain(criterion.maximum),
            weight=_plain(criterion.weight_points),
            final=None if final is None else _plain(rounded(final)),
            anchor=_find_anchor(source, criterion, final),
            comment=str(comments.get(criterion.id) or ""),
            mean=_plain(rounded(sum(given, Fraction(0)) / len(given))) if given else None,
            spread=_plain(rounded(max(given) - min(given))) if len(given) > 1 else None,
            opinions=tuple(_list_opinions(criterion.id, sheets)),
        )


def _list_opinions(criterion_id: str, sheets: Sequence[Sheet]) -> Iterable[paper.Opinion]:
    for each in sheets:
        if criterion_id in each.lines:
            score, comment = each.lines[criterion_id]
            shown = _plain(rounded(score))
            yield paper.Opinion(evaluator=each.evaluator, score=shown, comment=comment)


def _find_anchor(source: SummarySource, criterion: Criterion, score: Fraction | None) -> str:
    if score is None:
        return ""
    found = criterion.find_anchor(Decimal(score.numerator) / score.denominator)
    return source.text(found) if found else ""


def _write_words(source: SummarySource, consensus: Consensus | None) -> dict[str, str]:
    """Return the words of the consensus; those to the applicant stand in the decision."""
    if consensus is None or source.audience == "applicant":
        return {}
    return {
        "strengths": consensus.strengths,
        "weaknesses": consensus.weaknesses,
        "statement": consensus.statement,
    }


def _title_of(source: SummarySource) -> str:
    title, application = source.application.title, source.application
    return title.get(source.language) or title.get(application.language) or application.acronym


def _points(hundredths: int | None) -> str | None:
    return None if hundredths is None else _plain(Decimal(hundredths).scaleb(-2))


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

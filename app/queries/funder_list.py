"""The officer's list of a call's applications: a page at a time, a constant number of statements."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.lifecycle import (
    ACTIVE_EVALUATION_STATES,
    SUBMITTED_EVALUATION_STATES,
    ApplicationState,
)
from app.models import Application, Evaluation, Score
from scoring.rubric import Rubric

PAGE_SIZE = 50
SORTS = ("record", "score", "spread", "disagreement", "support")
_HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the officer asked to see. ``after`` and ``before`` are cursors of ``ListPage``."""

    sort: str = "record"
    state: str = ""
    search: str = ""
    after: str = ""
    before: str = ""

    @property
    def is_descending(self) -> bool:
        """Tell whether the greatest comes first: in all orders but that of record numbers."""
        return self.sort != "record"


@dataclass(frozen=True, slots=True)
class Summary:
    """What the evaluations of one application come to; totals in points."""

    assigned: int = 0
    submitted: int = 0
    mean: Fraction | None = None
    spread: Fraction | None = None
    disagrees: bool = False


@dataclass(frozen=True, slots=True)
class ApplicationLine:
    """One row of the list."""

    id: uuid.UUID
    record_number: str
    acronym: str
    title: Mapping[str, str]
    lead_name: str
    lead_region: str
    state: ApplicationState
    final: Fraction | None
    support: Decimal | None
    summary: Summary


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of the list, the number of applications found, and the cursors of its neighbours."""

    lines: Sequence[ApplicationLine]
    found: int
    after: str = ""
    before: str = ""


def select_totals(call_id: uuid.UUID) -> Any:
    """Select counts, sum, spread and differing threshold outcomes of evaluations by application."""
    total = Evaluation.total_hundredths
    is_active = Evaluation.state.in_(ACTIVE_EVALUATION_STATES)
    is_in = Evaluation.state.in_(SUBMITTED_EVALUATION_STATES)
    counted = sa.case((is_in, total))
    passes = sa.case((is_in, sa.case((Evaluation.meets_thresholds, 1), else_=0)))
    return (
        sa.select(
            Evaluation.application_id,
            sa.func.sum(sa.case((is_active, 1), else_=0)).label("assigned"),
            sa.func.sum(sa.case((is_in, 1), else_=0)).label("submitted"),
            sa.func.sum(counted).label("sum"),
            (sa.func.max(counted) - sa.func.min(counted)).label("spread"),
            (sa.func.max(passes) - sa.func.min(passes)).label("differs"),
        )
        .where(Evaluation.call_id == call_id)
        .group_by(Evaluation.application_id)
    )


def _criterion_gaps(call_id: uuid.UUID, rubric: Rubric) -> Any:
    """Select how many criteria of an application have scores as far apart as the panel rule names."""
    limit = rubric.panel.third_criterion_difference
    gap = sa.func.max(Score.ticks) - sa.func.min(Score.ticks)
    limits = [
        (Score.criterion_id == each.id, _ticks_of(limit, each.scale.step))
        for each in rubric.criteria
        if limit is not None
    ]
    base = (
        sa.select(Evaluation.application_id, Score.criterion_id)
        .join(Score, Score.evaluation_id == Evaluation.id)
        .where(Evaluation.call_id == call_id, Evaluation.state.in_(SUBMITTED_EVALUATION_STATES))
        .group_by(Evaluation.application_id, Score.criterion_id)
    )
    return base.having(gap >= sa.case(*limits, else_=1_000_000) if limits else sa.false())


def _ticks_of(limit: Decimal, step: Decimal) -> int:
    return int(-(-limit // step))


def list_page(session: Session, call_id: uuid.UUID, rubric: Rubric, wishes: Wishes) -> ListPage:
    """Return a page of a call's submitted applications, in four statements whatever their number."""
    conditions = _conditions(call_id, wishes)
    found = session.scalar(sa.select(sa.func.count(Application.id)).where(*conditions)) or 0
    key, statement = _sorted_statement(call_id, rubric, wishes)
    rows, has_before, has_after = _fetch(session, statement.where(*conditions), key, wishes)
    summaries = _summaries(session, call_id, rubric, [row.id for row in rows])
    lines = [_line(row, summaries.get(row.id, Summary())) for row in rows]
    return ListPage(
        lines=lines,
        found=found,
        after=_cursor(rows[-1]) if rows and has_after else "",
        before=_cursor(rows[0]) if rows and has_before else "",
    )


def _conditions(call_id: uuid.UUID, wishes: Wishes) -> list[sa.ColumnElement[bool]]:
    conditions = [Application.call_id == call_id, Application.record_number.is_not(None)]
    if wishes.state in set(ApplicationState):
        conditions.append(Application.state == ApplicationState(wishes.state))
    if wishes.search:
        words = wishes.search.strip().lower()
        columns = (Application.record_number, Application.acronym, Application.lead_name)
        conditions.append(
            sa.or_(*(sa.func.lower(column).contains(words, autoescape=True) for column in columns))
        )
    return conditions


def _sorted_statement(call_id: uuid.UUID, rubric: Rubric, wishes: Wishes) -> tuple[Any, Any]:
    """Return the expression that sorts and the statement of the page's columns."""
    columns = (
        Application.id,
        Application.record_number,
        Application.acronym,
        Application.title,
        Application.lead_name,
        Application.lead_region,
        Application.state,
        Application.final_hundredths,
        sa.func.coalesce(Application.support_proposed, Application.support_applied).label(
            "support"
        ),
    )
    key: Any
    if wishes.sort in {"spread", "disagreement"}:
        totals = select_totals(call_id).subquery()
        key = sa.func.coalesce(totals.c.spread, -1)
        joined = sa.outerjoin(Application, totals, totals.c.application_id == Application.id)
        if wishes.sort == "disagreement":
            gaps = _criterion_gaps(call_id, rubric).subquery()
            counted = (
                sa.select(gaps.c.application_id, sa.func.count().label("gaps"))
                .group_by(gaps.c.application_id)
                .subquery()
            )
            joined = joined.outerjoin(counted, counted.c.application_id == Application.id)
            key = key + 1_000_000 * (
                sa.func.coalesce(counted.c.gaps, 0) + sa.func.coalesce(totals.c.differs, 0)
            )
        return key, sa.select(*columns, key.label("key")).select_from(joined)
    if wishes.sort == "score":
        key = sa.func.coalesce(Application.final_hundredths, -1)
    elif wishes.sort == "support":
        amount = sa.func.coalesce(Application.support_proposed, Application.support_applied, -1)
        key = sa.type_coerce(amount, sa.BigInteger)
    else:
        key = Application.record_number
    return key, sa.select(*columns, key.label("key"))


def _fetch(session: Session, statement: Any, key: Any, wishes: Wishes) -> tuple[Any, bool, bool]:
    """Fetch one page and one row more, forwards or backwards from the cursor."""
    backwards = bool(wishes.before)
    cursor = _read_cursor(wishes.before or wishes.after, wishes.sort)
    descending = wishes.is_descending != backwards
    if cursor is not None:
        place = sa.tuple_(key, Application.id)
        at = sa.tuple_(sa.literal(cursor[0]), sa.literal(cursor[1]))
        statement = statement.where(place < at if descending else place > at)
    order = (key.desc(), Application.id.desc()) if descending else (key, Application.id)
    rows = list(session.execute(statement.order_by(*order).limit(PAGE_SIZE + 1)))
    has_more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    if backwards:
        return rows[::-1], has_more, True
    return rows, cursor is not None, has_more


def _cursor(row: Any) -> str:
    return f"{row.key}~{row.id.hex}"


def _read_cursor(text: str, sort: str) -> tuple[Any, uuid.UUID] | None:
    """Return the place that a cursor names; a damaged one begins at the beginning."""
    key, _, identifier = text.rpartition("~")
    try:
        return (key if sort == "record" else int(key)), uuid.UUID(identifier)
    except ValueError:
        return None


def _summaries(
    session: Session, call_id: uuid.UUID, rubric: Rubric, ids: list[uuid.UUID]
) -> dict[uuid.UUID, Summary]:
    if not ids:
        return {}
    totals = session.execute(select_totals(call_id).where(Evaluation.application_id.in_(ids))).all()
    gaps = session.scalars(
        _criterion_gaps(call_id, rubric).where(Evaluation.application_id.in_(ids))
    ).all()
    return {row.application_id: summarise(row, rubric, set(gaps)) for row in totals}


def summarise(row: Any, rubric: Rubric, gaps: set[uuid.UUID]) -> Summary:
    """Return the summary of one application from its aggregated row."""
    spread = Fraction(int(row.spread), _HUNDREDTHS) if row.spread is not None else None
    limit = rubric.panel.third_total_difference
    is_far = limit is not None and spread is not None and spread >= Fraction(limit)
    differs = rubric.panel.third_if_threshold_differs and bool(row.differs)
    return Summary(
        assigned=int(row.assigned),
        submitted=int(row.submitted),
        mean=Fraction(int(row.sum), _HUNDREDTHS * int(row.submitted)) if row.submitted else None,
        spread=spread if row.submitted and row.submitted > 1 else None,
        disagrees=is_far or differs or row.application_id in gaps,
    )


def _line(row: Any, summary: Summary) -> ApplicationLine:
    final = row.final_hundredths
    return ApplicationLine(
        id=row.id,
        record_number=row.record_number,
        acronym=row.acronym,
        title=row.title,
        lead_name=row.lead_name,
        lead_region=row.lead_region,
        state=row.state,
        final=None if final is None else Fraction(final, _HUNDREDTHS),
        support=row.support,
        summary=summary,
    )

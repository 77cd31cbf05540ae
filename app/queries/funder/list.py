"""The officer's list of a call's applications: a page at a time, a constant number of statements."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
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
SORTS = ("record", "score", "spread", "disagreement", "support", "region")
_ASCENDING = frozenset({"record", "region"})
_HUNDREDTHS = 100
# Columns of the tables: without the mapping of rows to objects a page of rows takes a quarter less time.
_APPLICATIONS = sa.inspect(Application).local_table
_EVALUATIONS = sa.inspect(Evaluation).local_table
_SCORES = sa.inspect(Score).local_table
_APPLICATION, _EVALUATION, _SCORE = _APPLICATIONS.c, _EVALUATIONS.c, _SCORES.c

_ON_PAGE = _EVALUATION.application_id.in_(sa.bindparam("ids", expanding=True))

GapLimits = tuple[tuple[str, int], ...]
"""Criterion and number of ticks."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the officer asked to see. ``after`` and ``before`` are cursors of ``ListPage``."""

    sort: str = "record"
    state: str = ""
    region: str = ""
    theme: str = ""
    search: str = ""
    after: str = ""
    before: str = ""

    @property
    def is_descending(self) -> bool:
        """Tell whether the greatest comes first: in all orders but those of numbers and regions."""
        return self.sort not in _ASCENDING


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


def select_totals(which: sa.ColumnElement[bool]) -> Any:
    """Select counts, sum, spread and differing threshold outcomes of evaluations by application."""
    total = _EVALUATION.total_hundredths
    is_active = _EVALUATION.state.in_(ACTIVE_EVALUATION_STATES)
    is_in = _EVALUATION.state.in_(SUBMITTED_EVALUATION_STATES)
    counted = sa.case((is_in, total))
    passes = sa.case((is_in, sa.case((_EVALUATION.meets_thresholds, 1), else_=0)))
    return (
        sa.select(
            _EVALUATION.application_id,
            sa.func.sum(sa.case((is_active, 1), else_=0)).label("assigned"),
            sa.func.sum(sa.case((is_in, 1), else_=0)).label("submitted"),
            sa.func.sum(counted).label("sum"),
            (sa.func.max(counted) - sa.func.min(counted)).label("spread"),
            (sa.func.max(passes) - sa.func.min(passes)).label("differs"),
        )
        .where(which)
        .group_by(_EVALUATION.application_id)
    )


def _gap_limits(rubric: Rubric) -> GapLimits:
    """Return how many ticks apart the scores of each criterion are when the panel rule names them."""
    limit = rubric.panel.third_criterion_difference
    if limit is None:
        return ()
    return tuple((each.id, _ticks_of(limit, each.scale.step)) for each in rubric.criteria)


def _criterion_gaps(which: sa.ColumnElement[bool], given: GapLimits) -> Any:
    """Select the criteria of applications whose scores are as far apart as the limits."""
    gap = sa.func.max(_SCORE.ticks) - sa.func.min(_SCORE.ticks)
    limits = [(_SCORE.criterion_id == key, ticks) for key, ticks in given]
    base = (
        sa.select(_EVALUATION.application_id, _SCORE.criterion_id)
        .join_from(_EVALUATIONS, _SCORES, _SCORE.evaluation_id == _EVALUATION.id)
        .where(which, _EVALUATION.state.in_(SUBMITTED_EVALUATION_STATES))
        .group_by(_EVALUATION.application_id, _SCORE.criterion_id)
    )
    return base.having(gap >= sa.case(*limits, else_=1_000_000) if limits else sa.false())


def _ticks_of(limit: Decimal, step: Decimal) -> int:
    return int(-(-limit // step))


def list_page(session: Session, call_id: uuid.UUID, rubric: Rubric, wishes: Wishes) -> ListPage:
    """Return a page of a call's submitted applications, in four statements whatever their number."""
    conditions = _conditions(call_id, wishes)
    found = session.scalar(sa.select(sa.func.count(_APPLICATION.id)).where(*conditions)) or 0
    key, statement = _sorted_statement(call_id, rubric, wishes)
    rows, has_before, has_after = _fetch(session, statement.where(*conditions), key, wishes)
    summaries = _summaries(session, rubric, [row.id for row in rows])
    lines = [_line(row, summaries.get(row.id, Summary())) for row in rows]
    return ListPage(
        lines=lines,
        found=found,
        after=_cursor(rows[-1]) if rows and has_after else "",
        before=_cursor(rows[0]) if rows and has_before else "",
    )


def _conditions(call_id: uuid.UUID, wishes: Wishes) -> list[sa.ColumnElement[bool]]:
    conditions = [_APPLICATION.call_id == call_id, _APPLICATION.record_order.is_not(None)]
    if wishes.state in set(ApplicationState):
        conditions.append(_APPLICATION.state == ApplicationState(wishes.state))
    if wishes.region:
        conditions.append(_APPLICATION.lead_region == wishes.region)
    if wishes.theme:
        conditions.append(_APPLICATION.theme == wishes.theme)
    if wishes.search.strip():
        conditions.append(_matches(wishes.search.strip()))
    return conditions


def _matches(words: str) -> sa.ColumnElement[bool]:
    """Match words in the number, acronym or lead partner, in whatever case they are written.

    SQLite knows the case of ASCII letters only, so a first letter such as Ä is tried both ways.
    """
    columns = (_APPLICATION.record_number, _APPLICATION.acronym, _APPLICATION.lead_name)
    forms = {words, words.lower(), words.upper(), words.capitalize()}
    ways = [sa.func.lower(each).contains(words.lower(), autoescape=True) for each in columns]
    if not words.isascii():
        ways += [each.contains(form, autoescape=True) for each in columns for form in sorted(forms)]
    return sa.or_(*ways)


def natural_order() -> sa.ColumnElement[int | None]:
    """Return what sorts record numbers as people count: by year, then 2 before 12."""
    return sa.type_coerce(_APPLICATION.record_order, sa.BigInteger)


def _sorted_statement(call_id: uuid.UUID, rubric: Rubric, wishes: Wishes) -> tuple[Any, Any]:
    """Return the expression that sorts and the statement of the page's columns."""
    columns = (
        _APPLICATION.id,
        _APPLICATION.record_number,
        _APPLICATION.acronym,
        _APPLICATION.title,
        _APPLICATION.lead_name,
        _APPLICATION.lead_region,
        _APPLICATION.state,
        _APPLICATION.final_hundredths,
        sa.func.coalesce(_APPLICATION.support_proposed, _APPLICATION.support_applied).label(
            "support"
        ),
    )
    key: Any
    if wishes.sort in {"spread", "disagreement"}:
        totals = select_totals(_EVALUATION.call_id == call_id).subquery()
        key = sa.func.coalesce(totals.c.spread, -1)
        joined = sa.outerjoin(_APPLICATIONS, totals, totals.c.application_id == _APPLICATION.id)
        if wishes.sort == "disagreement":
            gaps = _criterion_gaps(_EVALUATION.call_id == call_id, _gap_limits(rubric)).subquery()
            counted = (
                sa.select(gaps.c.application_id, sa.func.count().label("gaps"))
                .group_by(gaps.c.application_id)
                .subquery()
            )
            joined = joined.outerjoin(counted, counted.c.application_id == _APPLICATION.id)
            key = key + 1_000_000 * (
                sa.func.coalesce(counted.c.gaps, 0) + sa.func.coalesce(totals.c.differs, 0)
            )
        return key, sa.select(*columns, key.label("key")).select_from(joined)
    if wishes.sort == "score":
        key = sa.func.coalesce(_APPLICATION.final_hundredths, -1)
    elif wishes.sort == "region":
        key = _APPLICATION.lead_region
    elif wishes.sort == "support":
        amount = sa.func.coalesce(_APPLICATION.support_proposed, _APPLICATION.support_applied, -1)
        key = sa.type_coerce(amount, sa.BigInteger)
    else:
        key = natural_order()
    return key, sa.select(*columns, key.label("key"))


def _fetch(session: Session, statement: Any, key: Any, wishes: Wishes) -> tuple[Any, bool, bool]:
    """Fetch one page and one row more, forwards or backwards from the cursor."""
    backwards = bool(wishes.before)
    cursor = _read_cursor(wishes.before or wishes.after, wishes.sort)
    descending = wishes.is_descending != backwards
    if cursor is not None:
        place = sa.tuple_(key, _APPLICATION.id)
        at = sa.tuple_(sa.literal(cursor[0]), sa.literal(cursor[1]))
        statement = statement.where(place < at if descending else place > at)
    order = (key.desc(), _APPLICATION.id.desc()) if descending else (key, _APPLICATION.id)
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
        return (key if sort == "region" else int(key)), uuid.UUID(identifier)
    except ValueError:
        return None


def _summaries(session: Session, rubric: Rubric, ids: list[uuid.UUID]) -> dict[uuid.UUID, Summary]:
    if not ids:
        return {}
    # Not by call: the applications of one page lead straight to their evaluations.
    totals = session.execute(_totals_of_page(), {"ids": ids}).all()
    flagged = {row.application_id for row in totals if _disagrees(row, rubric)}
    # Only where the totals do not tell already, and there is more than one sheet to compare.
    open_ids = [
        row.application_id
        for row in totals
        if row.submitted and row.submitted > 1 and row.application_id not in flagged
    ]
    if open_ids:
        gaps = _gaps_of_page(_gap_limits(rubric))
        flagged.update(session.scalars(gaps, {"ids": open_ids}))
    return {row.application_id: summarise(row, flagged) for row in totals}


@cache
def _totals_of_page() -> Any:
    """Return the statement of the totals, made once: making it takes longer than running it."""
    return select_totals(_ON_PAGE)


@lru_cache(maxsize=64)
def _gaps_of_page(limits: GapLimits) -> Any:
    return _criterion_gaps(_ON_PAGE, limits)


def summarise(row: Any, flagged: set[uuid.UUID]) -> Summary:
    """Return the summary of one application from its aggregated row."""
    submitted = int(row.submitted)
    return Summary(
        assigned=int(row.assigned),
        submitted=submitted,
        mean=_points(int(row.sum), submitted) if submitted else None,
        spread=_points(int(row.spread)) if submitted > 1 else None,
        disagrees=row.application_id in flagged,
    )


def _disagrees(row: Any, rubric: Rubric) -> bool:
    """Tell whether totals or threshold outcomes differ as the panel rule names."""
    limit = rubric.panel.third_total_difference
    is_far = limit is not None and row.spread is not None and row.spread >= limit * _HUNDREDTHS
    return is_far or (rubric.panel.third_if_threshold_differs and bool(row.differs))


@lru_cache(maxsize=8192)
def _points(hundredths: int, count: int = 1) -> Fraction:
    """Return a sum of hundredths shared by a count, exactly, in points."""
    return Fraction(hundredths, _HUNDREDTHS * count)


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
        final=None if final is None else _points(final),
        support=row.support,
        summary=summary,
    )

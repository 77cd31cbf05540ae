"""Statements behind the officer's list, each made once for its kind: making one takes longer than running it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from app.domain.lifecycle import (
    ACTIVE_EVALUATION_STATES,
    SUBMITTED_EVALUATION_STATES,
)
from app.models import Application, Decision, Evaluation, Score
from scoring.rubric import Rubric

PAGE_SIZE: Final = 50
ASCENDING: Final = frozenset({"record", "region"})
_HUNDREDTHS = 100
_NEVER = 1_000_000
# Columns of the tables: without the mapping of rows to objects a page of rows takes a quarter less time.
_APPLICATIONS = sa.inspect(Application).local_table
_EVALUATIONS = sa.inspect(Evaluation).local_table
_SCORES = sa.inspect(Score).local_table
_APPLICATION, _EVALUATION, _SCORE = _APPLICATIONS.c, _EVALUATIONS.c, _SCORES.c
_DECISION = sa.inspect(Decision).local_table.c

_IS_ACTIVE = _EVALUATION.state.in_(ACTIVE_EVALUATION_STATES)
_IS_IN = _EVALUATION.state.in_(SUBMITTED_EVALUATION_STATES)


@dataclass(frozen=True, slots=True)
class PanelLimits:
    """From where on evaluators disagree, as the panel rule names it; ``None`` where it names nothing."""

    total_hundredths: int | None
    threshold_differs: bool
    ticks: tuple[tuple[str, int], ...]
    """Criterion and number of ticks."""

    @classmethod
    def of(cls, rubric: Rubric) -> PanelLimits:
        """Return the limits of a rubric."""
        panel = rubric.panel
        total, gap = panel.third_total_difference, panel.third_criterion_difference
        return cls(
            total_hundredths=None if total is None else _round_up(total * _HUNDREDTHS),
            threshold_differs=panel.third_if_threshold_differs,
            ticks=()
            if gap is None
            else tuple((each.id, _round_up(gap / each.scale.step)) for each in rubric.criteria),
        )


def _round_up(value: Decimal) -> int:
    return int(-(-value // 1))


@dataclass(frozen=True, slots=True)
class PageKind:
    """What makes a statement: the order, which filters are set, and from where the page is read."""

    sort: str
    filters: tuple[str, ...] = ()
    has_cursor: bool = False
    backwards: bool = False

    @property
    def is_descending(self) -> bool:
        """Tell whether the database must read from the greatest down."""
        return (self.sort not in ASCENDING) != self.backwards


SPELLINGS: Final[tuple[str, ...]] = ("written", "lower", "upper", "capital")

FILTERS: Final[dict[str, Callable[[], sa.ColumnElement[bool]]]] = {
    "state": lambda: _APPLICATION.state == sa.bindparam("state"),
    "region": lambda: _APPLICATION.lead_region == sa.bindparam("region"),
    "theme": lambda: _APPLICATION.theme == sa.bindparam("theme"),
    "closed": lambda: _APPLICATION.id.not_in(sa.bindparam("closed", expanding=True)),
    "search": lambda: _is_like("words", sa.func.lower),
    "exact": lambda: sa.or_(
        _is_like("words", sa.func.lower), *(_is_like(each) for each in SPELLINGS)
    ),
}
"""Conditions by name. SQLite knows the case of ASCII letters only, so ``exact`` tries other spellings, too."""


def _is_like(name: str, change: Callable[[Any], Any] = lambda column: column) -> Any:
    """Match a pattern in the number, acronym or lead partner."""
    columns = (_APPLICATION.record_number, _APPLICATION.acronym, _APPLICATION.lead_name)
    return sa.or_(*(change(each).like(sa.bindparam(name), escape="\\") for each in columns))


def select_totals(which: sa.ColumnElement[bool]) -> Any:
    """Select counts, sum, spread and differing threshold outcomes of evaluations by application."""
    counted = sa.case((_IS_IN, _EVALUATION.total_hundredths))
    passes = sa.case((_IS_IN, sa.case((_EVALUATION.meets_thresholds, 1), else_=0)))
    return (
        sa.select(
            _EVALUATION.application_id,
            sa.func.sum(sa.case((_IS_ACTIVE, 1), else_=0)).label("assigned"),
            sa.func.sum(sa.case((_IS_IN, 1), else_=0)).label("submitted"),
            sa.func.sum(counted).label("sum"),
            (sa.func.max(counted) - sa.func.min(counted)).label("spread"),
            (sa.func.max(passes) - sa.func.min(passes)).label("differs"),
        )
        .where(which)
        .group_by(_EVALUATION.application_id)
    )


def natural_order() -> sa.ColumnElement[int | None]:
    """Return what sorts record numbers as people count: by year, then 2 before 12."""
    return sa.type_coerce(_APPLICATION.record_order, sa.BigInteger)


@lru_cache(maxsize=64)
def select_found(filters: tuple[str, ...]) -> Any:
    """Count what the filters leave."""
    return sa.select(sa.func.count(_APPLICATION.id)).where(*_conditions(filters))


@lru_cache(maxsize=256)
def select_page(kind: PageKind, limits: PanelLimits) -> Any:
    """Select one page of rows and one row more, with what their evaluations come to."""
    page = _select_rows(kind, limits).cte("page")
    on_page = _EVALUATION.application_id.in_(sa.select(page.c.id))
    totals = select_totals(on_page).subquery("totals")
    order = (page.c.key, page.c.id)
    return (
        sa.select(
            *(each for each in page.c if each.key != "key"),
            sa.func.coalesce(totals.c.assigned, 0).label("assigned"),
            sa.func.coalesce(totals.c.submitted, 0).label("submitted"),
            totals.c.sum,
            totals.c.spread,
            _disagreement(page, totals, limits).label("disagrees"),
            _newest_decision(page).label("decision"),
            page.c.key,
        )
        .select_from(page.outerjoin(totals, totals.c.application_id == page.c.id))
        .order_by(*(each.desc() if kind.is_descending else each for each in order))
    )


def _newest_decision(page: Any) -> Any:
    """Select the state of the newest decision on the application of a row."""
    decisions = sa.select(_DECISION.state).where(_DECISION.application_id == page.c.id)
    newest = decisions.order_by(_DECISION.number.desc()).limit(1)
    return newest.correlate(page).scalar_subquery()


def _conditions(filters: tuple[str, ...]) -> list[sa.ColumnElement[bool]]:
    of_call = _APPLICATION.call_id == sa.bindparam("call_id")
    return [of_call, _APPLICATION.record_order.is_not(None), *(FILTERS[each]() for each in filters)]


def _select_rows(kind: PageKind, limits: PanelLimits) -> Any:
    """Select the rows of a page from the applications alone, unless the order asks for more."""
    key, source = _sort_key(kind.sort, limits)
    statement = (
        sa.select(
            _APPLICATION.id,
            _APPLICATION.record_number,
            _APPLICATION.acronym,
            # The title stands in for a missing acronym; it is not read in vain.
            sa.case((_APPLICATION.acronym == "", _APPLICATION.title)).label("title"),
            _APPLICATION.lead_name,
            _APPLICATION.lead_region,
            _APPLICATION.state,
            _APPLICATION.final_hundredths,
            sa.func.coalesce(_APPLICATION.support_proposed, _APPLICATION.support_applied).label(
                "support"
            ),
            key.label("key"),
        )
        .select_from(source)
        .where(*_conditions(kind.filters))
    )
    if kind.has_cursor:
        place = sa.tuple_(key, _APPLICATION.id)
        at = sa.tuple_(
            sa.bindparam("key", type_=key.type), sa.bindparam("id", type_=_APPLICATION.id.type)
        )
        statement = statement.where(place < at if kind.is_descending else place > at)
    order = (key, _APPLICATION.id)
    ordered = statement.order_by(*(each.desc() if kind.is_descending else each for each in order))
    return ordered.limit(PAGE_SIZE + 1)


def _sort_key(sort: str, limits: PanelLimits) -> tuple[Any, Any]:
    """Return the expression that sorts, and the tables it needs."""
    if sort in {"spread", "disagreement"}:
        return _panel_key(sort, limits)
    if sort == "score":
        return sa.func.coalesce(_APPLICATION.final_hundredths, -1), _APPLICATIONS
    if sort == "region":
        return _APPLICATION.lead_region, _APPLICATIONS
    if sort == "support":
        amount = sa.func.coalesce(_APPLICATION.support_proposed, _APPLICATION.support_applied, -1)
        return sa.type_coerce(amount, sa.BigInteger), _APPLICATIONS
    return natural_order(), _APPLICATIONS


def _panel_key(sort: str, limits: PanelLimits) -> tuple[Any, Any]:
    """Return what sorts by spread, or by the number of disagreements and then the spread."""
    of_call = _EVALUATION.call_id == sa.bindparam("call_id")
    totals = select_totals(of_call).subquery()
    key: Any = sa.func.coalesce(totals.c.spread, -1)
    joined = sa.outerjoin(_APPLICATIONS, totals, totals.c.application_id == _APPLICATION.id)
    if sort == "disagreement":
        gaps = _select_gaps(of_call, limits, _EVALUATION.application_id).subquery()
        counted = (
            sa.select(gaps.c.application_id, sa.func.count().label("gaps"))
            .group_by(gaps.c.application_id)
            .subquery()
        )
        joined = joined.outerjoin(counted, counted.c.application_id == _APPLICATION.id)
        named = sa.func.coalesce(counted.c.gaps, 0) + sa.func.coalesce(totals.c.differs, 0)
        key = key + _NEVER * named
    return key, joined


def _select_gaps(which: Any, limits: PanelLimits, *columns: Any) -> Any:
    """Select the criteria of applications whose scores are as far apart as the limits."""
    gap = sa.func.max(_SCORE.ticks) - sa.func.min(_SCORE.ticks)
    far = [(_SCORE.criterion_id == key, ticks) for key, ticks in limits.ticks]
    return (
        sa.select(*columns, _SCORE.criterion_id)
        .join_from(_EVALUATIONS, _SCORES, _SCORE.evaluation_id == _EVALUATION.id)
        .where(which, _IS_IN)
        .group_by(*columns, _SCORE.criterion_id)
        .having(gap >= sa.case(*far, else_=_NEVER) if far else sa.false())
    )


def _disagreement(page: Any, totals: Any, limits: PanelLimits) -> Any:
    """Return 1 where evaluators disagree: criteria are compared only where the totals do not tell already."""
    cases: list[Any] = []
    if limits.total_hundredths is not None:
        cases.append((totals.c.spread >= limits.total_hundredths, 1))
    if limits.threshold_differs:
        cases.append((totals.c.differs == 1, 1))
    if limits.ticks:
        of_row = _EVALUATION.application_id == page.c.id
        gaps = _select_gaps(of_row, limits).correlate(page)
        cases.append((sa.and_(totals.c.submitted > 1, gaps.exists()), 1))
    return sa.case(*cases, else_=0) if cases else sa.literal(0)

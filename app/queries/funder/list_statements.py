"""Statements behind the officer's list, each made once for its kind: making one takes longer than running it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from app.models import Application, Decision

PAGE_SIZE: Final = 50
ASCENDING: Final = frozenset({"record", "region"})
_MORE_THAN_ANY_SPREAD = 1_000_000
# Columns of the tables: without the mapping of rows to objects a page of rows takes a quarter less time.
_APPLICATIONS = sa.inspect(Application).local_table
_APPLICATION = _APPLICATIONS.c
_DECISION = sa.inspect(Decision).local_table.c


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


def natural_order() -> sa.ColumnElement[int | None]:
    """Return what sorts record numbers as people count: by year, then 2 before 12."""
    return sa.type_coerce(_APPLICATION.record_order, sa.BigInteger)


@lru_cache(maxsize=64)
def select_found(filters: tuple[str, ...]) -> Any:
    """Count what the filters leave."""
    return sa.select(sa.func.count(_APPLICATION.id)).where(*_conditions(filters))


@lru_cache(maxsize=256)
def select_page(kind: PageKind) -> Any:
    """Select one page of rows and one row more."""
    page = _select_rows(kind).cte("page")
    order = (page.c.key, page.c.id)
    return (
        sa.select(
            *(each for each in page.c if each.key != "key"),
            _newest_decision(page).label("decision"),
            page.c.key,
        )
        .select_from(page)
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


def _select_rows(kind: PageKind) -> Any:
    """Select the rows of a page from the applications alone."""
    key = _sort_key(kind.sort)
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
            _APPLICATION.sheets_assigned,
            _APPLICATION.sheets_submitted,
            _APPLICATION.sheets_mean,
            _APPLICATION.sheets_spread,
            _APPLICATION.disagreements,
            key.label("key"),
        )
        .select_from(_APPLICATIONS)
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


def _sort_key(sort: str) -> Any:
    """Return the expression that sorts; by disagreement: by their number and then the spread."""
    if sort == "disagreement":
        return _APPLICATION.disagreements * _MORE_THAN_ANY_SPREAD + _APPLICATION.sheets_spread
    if sort == "spread":
        return sa.type_coerce(_APPLICATION.sheets_spread, sa.BigInteger)
    if sort == "score":
        return sa.func.coalesce(_APPLICATION.final_hundredths, -1)
    if sort == "region":
        return _APPLICATION.lead_region
    if sort == "support":
        amount = sa.func.coalesce(_APPLICATION.support_proposed, _APPLICATION.support_applied, -1)
        return sa.type_coerce(amount, sa.BigInteger)
    return natural_order()

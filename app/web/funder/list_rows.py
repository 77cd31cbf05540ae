"""Rows of the officer's list as texts: what is the same for all rows is looked up once, not in each row."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

from flask import url_for

from app.domain.lifecycle import ApplicationState
from app.queries.funder.list import ApplicationLine
from app.web import formats
from app.web.call_words import APPLICATION_STATES
from app.web.filters import current_language, localized
from app.web.funder.words import APPLICATION_STEPS

ANY_ID: Final = uuid.UUID(int=0)
_KEPT: Final = 4096


class ListRow(NamedTuple):
    """One row of the list; every text is ready to be shown."""

    href: str
    number: str
    name: str
    lead: str
    region: str
    state: str
    scores_in: str
    mean: str
    spread: str
    disagrees: bool
    final: str
    support: str
    step: str


def present_rows(
    lines: Sequence[ApplicationLine], regions: Mapping[str, Mapping[Any, str]]
) -> list[ListRow]:
    """Return the rows of a page in the language of the reader."""
    language = current_language()
    address = url_for("funder.show_application", application_id=ANY_ID).replace(str(ANY_ID), "%s")

    @cache
    def state_of(state: ApplicationState) -> str:
        return str(APPLICATION_STATES[state.value][0])

    @cache
    def step_of(code: str) -> str:
        return str(APPLICATION_STEPS[code])

    @cache
    def region_of(code: str) -> str:
        return localized(regions.get(code)) or code

    return [
        ListRow(
            href=address % line.id,
            number=line.record_number,
            name=line.acronym or localized(line.title),
            lead=line.lead_name,
            region=region_of(line.lead_region),
            state=state_of(line.state),
            scores_in=f"{line.submitted}/{line.assigned}",
            mean=_points(line.mean if line.submitted else None, language),
            spread=_points(line.spread if line.submitted > 1 else None, language),
            disagrees=line.disagreements > 0,
            final=_points(line.final, language),
            support=formats.format_money(line.support, language, cents=False),
            step=step_of(_next_step(line)),
        )
        for line in lines
    ]


def _next_step(line: ApplicationLine) -> str:
    is_scored = line.assigned > 0 and line.submitted == line.assigned
    if line.state is ApplicationState.IN_EVALUATION and is_scored:
        return "consensus"
    if line.decision is not None and line.state is not ApplicationState.WITHDRAWN:
        return f"decision_{line.decision.value}"
    return line.state.value


@lru_cache(maxsize=_KEPT)
def _points(hundredths: int | None, language: str) -> str:
    """Return hundredths of a point with two decimals; kept, because whole numbers are found fast."""
    value = None if hundredths is None else Fraction(hundredths, 100)
    return formats.format_number(value, language, decimals=2)

"""Rows of the officer's list as texts: what is the same for all rows is looked up once, not in each row."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, Final

from flask import url_for

from app.domain.lifecycle import ApplicationState
from app.queries.funder.list import ApplicationLine, Summary
from app.web import formats
from app.web.call_words import APPLICATION_STATES
from app.web.filters import current_language, localized
from app.web.funder.words import APPLICATION_STEPS

ANY_ID: Final = uuid.UUID(int=0)


@dataclass(frozen=True, slots=True)
class ListRow:
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
            step=step_of(_next_step(line)),
            support=formats.format_money(line.support, language, cents=False),
            **_scores(line.summary, line.final, lambda value: _points(value, language)),
        )
        for line in lines
    ]


def _next_step(line: ApplicationLine) -> str:
    scores = line.summary
    is_scored = bool(scores.assigned) and scores.submitted == scores.assigned
    if line.state is ApplicationState.IN_EVALUATION and is_scored:
        return "consensus"
    return line.state.value


def _scores(
    summary: Summary, final: Fraction | None, points: Callable[[Fraction | None], str]
) -> dict[str, Any]:
    return {
        "scores_in": f"{summary.submitted}/{summary.assigned}",
        "mean": points(summary.mean),
        "spread": points(summary.spread),
        "disagrees": summary.disagrees,
        "final": points(final),
    }


def _points(value: Fraction | None, language: str) -> str:
    return formats.format_number(value, language, decimals=2, least_decimals=0)

"""The one thing to do next with an application."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from app.domain.lifecycle import (
    ACTIVE_EVALUATION_STATES,
    SUBMITTED_EVALUATION_STATES,
    ApplicationState,
)
from app.queries.funder.detail import ApplicationPage

ROAD = (
    (ApplicationState.SUBMITTED, ApplicationState.COMPLETION_REQUESTED),
    (ApplicationState.ELIGIBLE, ApplicationState.INELIGIBLE, ApplicationState.NOT_EXAMINED),
    (ApplicationState.IN_EVALUATION,),
    (ApplicationState.EVALUATED,),
    (ApplicationState.SELECTED, ApplicationState.RESERVE, ApplicationState.NOT_SELECTED),
    (ApplicationState.DECIDED,),
)
"""The stages that the status line shows."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """The code of the words, the address to go to, and the stage of the road (from 0)."""

    code: str
    href: str | None
    stage: int


def find_step(page: ApplicationPage) -> NextStep:
    """Return what an officer does next with an application."""
    application = page.application
    state = application.state
    stage = next((number for number, states in enumerate(ROAD) if state in states), 0)
    code = state.value
    if page.decision is not None and state is not ApplicationState.WITHDRAWN:
        code = f"decision_{page.decision[1].value}"
    if state is ApplicationState.IN_EVALUATION and _are_scores_in(page):
        code = "consensus"
    return NextStep(code, _address(page, code), stage)


def _are_scores_in(page: ApplicationPage) -> bool:
    active = [each for each in page.evaluations if each.state in ACTIVE_EVALUATION_STATES]
    return bool(active) and all(each.state in SUBMITTED_EVALUATION_STATES for each in active)


def _address(page: ApplicationPage, code: str) -> str | None:
    application = page.application
    own = {"submitted": "funder.show_eligibility", "consensus": "funder.write_consensus"}
    of_call = {
        "eligible": "funder.show_assignments",
        "in_evaluation": "funder.show_progress",
        "evaluated": "funder.show_ranking",
        "selected": "funder.list_decisions",
        "reserve": "funder.list_decisions",
        "not_selected": "funder.list_decisions",
        "ineligible": "funder.list_decisions",
        "not_examined": "funder.list_decisions",
    }
    if code in own:
        return url_for(own[code], application_id=application.id)
    if page.decision is not None:
        return url_for("funder.show_decision", decision_id=page.decision[0])
    return url_for(of_call[code], call_id=application.call_id) if code in of_call else None

"""One application in the routing: its evaluators and why, alternatives and what each would cost."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.domain.errors import NotFound
from app.domain.lifecycle import EvaluationState
from app.policies.funder import may_handle_application
from app.queries.affinities import load_affinities
from app.queries.funder.calls import load_application
from app.queries.funder.panels import list_pool
from app.queries.funder.routing import PersonLine, list_people
from app.services.call.calls import get_definition
from app.services.evaluation import assignments
from app.services.routing import routing, wishes
from app.services.routing.wishes import WishedPair
from app.web.access import requires
from app.web.acts import attempt
from app.web.binding import now, reading
from app.web.errors import status_of
from app.web.funder.blueprint import bp
from app.web.funder.routing import FAILURES, application_names, codes_of, failure_of
from app.web.funder.routing_words import describe_cost
from app.web.funder.words import explain
from app.web.login import current_actor
from forms.funder_routing import PairForm
from scoring.routing.explanation import PairNotPossible, WhatIf

if TYPE_CHECKING:
    from app.models import Application

Answer = str | Response | tuple[str, int]
MOST_WEIGHED = 8
"""So many alternatives of an application are weighed on its page; each other one on its own page."""
FEW_PAIRS = 20_000
"""Beyond so many pairs a weighing takes seconds: then each is made on the page of its pair only."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """An alternative with the exact cost of choosing it, in words; empty if it was not weighed."""

    line: PersonLine
    cost: str


@bp.get("/applications/<uuid:application_id>/routing")
@requires(may_handle_application, load=load_application)
def show_pairs(application: Application, application_id: uuid.UUID) -> str:
    """Show who evaluates an application and why, who cannot, and who else could at what cost."""
    people = list_people(reading(), application)
    others = [each for each in people if not each.is_active]
    return render_template(
        "funder/routing_pairs.html",
        application=application,
        active=[each for each in people if each.is_active],
        alternatives=_weigh_all(application, [each for each in others if not each.is_barred]),
        barred=[each for each in others if each.is_barred],
        codes={str(each.person.evaluator_id): each.person.code for each in people},
    )


def _weigh_all(application: Application, people: Sequence[PersonLine]) -> list[Weighed]:
    try:
        base = routing.find_base(reading(), application.call_id, now(), FEW_PAIRS)
    except FAILURES:
        base = None
    if base is None:
        return [Weighed(each, "") for each in people]
    return [
        Weighed(each, _cost(base, application, each) if place < MOST_WEIGHED else "")
        for place, each in enumerate(people)
    ]


def _cost(base: routing.Base, application: Application, line: PersonLine) -> str:
    try:
        answer = base.ask((str(application.id), str(line.person.evaluator_id)))
    except PairNotPossible:
        return _("Not possible")
    return describe_cost(answer)


@bp.route(
    "/applications/<uuid:application_id>/routing/<uuid:evaluator_id>", methods=["GET", "POST"]
)
@requires(may_handle_application, load=load_application)
def weigh_pair(
    application: Application, application_id: uuid.UUID, evaluator_id: uuid.UUID
) -> Answer:
    """Show what a change of one pair costs; then lock, forbid, choose or remove it."""
    line = _find_line(application, evaluator_id)
    form = PairForm(request.form)
    acts = _list_acts(line)
    form.act.choices = [SelectChoice(key, text) for key, text in acts]
    if request.method == "GET" or not form.validate():
        page = _weighing_page(application, line, form)
        return page if request.method == "GET" else (page, 422)
    pair = WishedPair(application_id, evaluator_id)
    act, reason = ACTS[form.act.data], form.reason.data or ""
    error = attempt(lambda session: act(session, pair, reason))
    if error is not None:
        form.form_errors.append(explain(error))
        return _weighing_page(application, line, form), status_of(error)
    flash(_("The change was recorded. It counts in the next run."), "success")
    return redirect(url_for("funder.show_pairs", application_id=application_id), code=303)


def _find_line(application: Application, evaluator_id: uuid.UUID) -> PersonLine:
    for line in list_people(reading(), application):
        if line.person.evaluator_id == evaluator_id:
            return line
    raise NotFound(evaluator=str(evaluator_id))


def _list_acts(line: PersonLine) -> list[tuple[str, str]]:
    """Return what can be done with a pair as it stands."""
    acts = []
    if line.wish:
        text = _("Unlock") if line.wish == "lock" else _("Allow again")
        acts.append(("free", text))
    if line.wish != "lock" and not line.is_barred:
        acts.append(("lock", _("Lock: the pair stays in every run")))
    if line.wish != "forbid" and line.state in {
        None,
        EvaluationState.PROPOSED,
        EvaluationState.REMOVED,
    }:
        acts.append(("forbid", _("Forbid: the pair is made in no run")))
    if not line.is_active and not line.is_barred:
        acts.append(("assign", _("Choose the evaluator now")))
    if line.state in {EvaluationState.PROPOSED, EvaluationState.ASSIGNED, EvaluationState.ACCEPTED}:
        acts.append(("remove", _("Take the evaluator off now")))
    return acts


def _weighing_page(application: Application, line: PersonLine, form: PairForm) -> str:
    call_id = application.call_id
    answer, cost = _weigh(application, line)
    return render_template(
        "funder/routing_weigh.html",
        application=application,
        line=line,
        why=line.reason if "basis" in line.reason else _explain(application, line),
        form=form,
        answer=answer,
        cost=cost,
        names=application_names(call_id),
        codes=codes_of(list_pool(reading(), call_id)),
    )


def _explain(application: Application, line: PersonLine) -> Mapping[str, object]:
    """Return what a pair shares today, where the last run has not told it."""
    definition = get_definition(reading(), application.call_version_id)
    affinities = load_affinities(reading(), application, definition)
    return affinities[str(application.id), str(line.person.evaluator_id)].to_json()


def _weigh(application: Application, line: PersonLine) -> tuple[WhatIf | None, str]:
    """Return what the opposite of the present state costs, with its words."""
    try:
        base = routing.find_base(reading(), application.call_id, now())
        if base is None:
            return None, _("Run the routing first; then the cost of a change can be told.")
        answer = base.ask((str(application.id), str(line.person.evaluator_id)))
    except FAILURES as error:
        return None, failure_of(error, application.call_id)
    except PairNotPossible:
        return None, _("The pair is settled or not possible, so there is nothing to weigh.")
    return answer, describe_cost(answer)


def _assign(session: Session, pair: WishedPair, _reason: str) -> None:
    actor = current_actor()
    assignments.assign_evaluator(session, pair.application_id, pair.evaluator_id, actor, now())


def _remove(session: Session, pair: WishedPair, _reason: str) -> None:
    evaluation = wishes.find_evaluation(session, pair)
    if evaluation is None:
        raise NotFound(evaluator=str(pair.evaluator_id))
    assignments.remove_evaluation(session, evaluation.id, current_actor(), now())


def _free(session: Session, pair: WishedPair, _reason: str) -> None:
    wishes.drop_wish(session, pair, current_actor(), now())


def _lock(session: Session, pair: WishedPair, reason: str) -> None:
    wishes.lock_pair(session, pair, reason, current_actor(), now())


def _forbid(session: Session, pair: WishedPair, reason: str) -> None:
    wishes.forbid_pair(session, pair, reason, current_actor(), now())


ACTS: dict[str, Callable[[Session, WishedPair, str], None]] = {
    "lock": _lock,
    "forbid": _forbid,
    "free": _free,
    "assign": _assign,
    "remove": _remove,
}

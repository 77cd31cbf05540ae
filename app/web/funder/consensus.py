"""The consensus editor: medians prefilled beside the individual scores."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.domain.lifecycle import ACTIVE_EVALUATION_STATES, SUBMITTED_EVALUATION_STATES
from app.policies.funder import may_handle_application
from app.queries.funder.calls import load_application
from app.queries.funder.detail import list_evaluations
from app.queries.funder.matrix import Matrix, build_matrix
from app.services.call.calls import get_definition
from app.services.evaluation import consensus
from app.web.access import requires
from app.web.binding import now, reading
from app.web.filters import points
from app.web.funder.acts import act, act_on_form
from app.web.funder.blueprint import bp
from app.web.login import current_actor
from calls.definition import CallDefinition, Criterion
from calls.scoring_rules import to_rubric
from forms.funder_decisions import ConsensusForm, make_consensus_form, parse_score

if TYPE_CHECKING:
    from app.models import Application, Consensus

Answer = str | Response | tuple[str, int]


def _stored(matrix: Matrix, row: Consensus | None) -> dict[str, Any]:
    """Return what the editor shows at first: the consensus as written, else the medians."""
    data: dict[str, Any] = {"method": "median"}
    for line in matrix.rows:
        score = line.consensus if line.consensus is not None else line.median
        data[f"score_{line.criterion_id}"] = "" if score is None else points(score)
    if row is not None:
        method = "agreed" if row.method == "agreed" else "median"
        data |= {"method": method, "statement": row.statement}
        data |= {"strengths": row.strengths, "weaknesses": row.weaknesses}
        data |= {f"comment_{key}": text for key, text in row.comments.items()}
    return data


def _read(form: ConsensusForm, definition: CallDefinition) -> consensus.ConsensusInput:
    """Return what a valid form says; without agreed scores the medians stand."""
    ids = [each.id for each in _written(definition)]
    values: Mapping[str, Any] = form.data
    agreed: dict[str, Fraction] | None = None
    if values["method"] == "agreed":
        agreed = {key: parse_score(values[f"score_{key}"]) for key in ids}
    comments = {key: (values[f"comment_{key}"] or "").strip() for key in ids}
    return consensus.ConsensusInput(
        scores=agreed,
        comments={key: text for key, text in comments.items() if text},
        statement=values["statement"] or "",
        strengths=values["strengths"] or "",
        weaknesses=values["weaknesses"] or "",
    )


def _page(application: Application, definition: CallDefinition, form: ConsensusForm | None) -> str:
    sheets = list_evaluations(reading(), application.id)
    row = consensus.find_consensus(reading(), application.id)
    matrix = build_matrix(to_rubric(definition), sheets, row)
    active = [each for each in sheets if each.state in ACTIVE_EVALUATION_STATES]
    waiting = [each for each in active if each.state not in SUBMITTED_EVALUATION_STATES]
    if form is None:
        form = _form_class(definition)(data=_stored(matrix, row))
    return render_template(
        "funder/consensus_write.html",
        application=application,
        definition=definition,
        matrix=matrix,
        consensus=row,
        waiting=waiting,
        names={each.id: each.name for each in definition.rubric.criteria},
        reasons=consensus.find_third_reasons(reading(), application.id),
        form=form,
    )


def _form_class(definition: CallDefinition) -> type[ConsensusForm]:
    return make_consensus_form((each.id, each.name) for each in _written(definition))


def _written(definition: CallDefinition) -> list[Criterion]:
    """Return the criteria whose score people write; a formula gives the others."""
    return [each for each in definition.rubric.criteria if each.scorer != "computed"]


@bp.route("/applications/<uuid:application_id>/consensus", methods=["GET", "POST"])
@requires(may_handle_application, load=load_application)
def write_consensus(application: Application, application_id: uuid.UUID) -> Answer:
    """Write the consensus beside the individual scores."""
    definition = get_definition(reading(), application.call_version_id)
    if request.method == "GET":
        return _page(application, definition, None)
    form = _form_class(definition)(request.form)
    return act_on_form(
        form,
        lambda session: consensus.write_consensus(
            session, application_id, _read(form, definition), current_actor(), now()
        ),
        url_for("funder.write_consensus", application_id=application_id),
        _("The consensus was saved."),
        lambda: _page(application, definition, form),
    )


@bp.post("/applications/<uuid:application_id>/consensus/settle")
@requires(may_handle_application, load=load_application)
def settle_consensus(_application: Application, application_id: uuid.UUID) -> Response:
    """Settle the consensus: the score sheets are locked."""

    def work(session: Session) -> None:
        consensus.settle_consensus(session, application_id, current_actor(), now())

    back = url_for("funder.write_consensus", application_id=application_id)
    return act(work, back, _("The consensus was settled."))

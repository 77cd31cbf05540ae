"""Answering the public questions on a call."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.queries.calls import list_answered_questions, list_waiting_questions
from app.services.call_questions import answer_question as publish_answer
from app.web.access import is_admin, requires
from app.web.admin.acts import act_on_form
from app.web.admin.blueprint import bp
from app.web.admin.calls import load_call
from app.web.binding import now, reading
from app.web.login import current_actor
from forms.admin import AnswerForm

if TYPE_CHECKING:
    from app.models import Call


@bp.get("/calls/<uuid:call_id>/questions")
@requires(is_admin, load=load_call)
def list_questions(call: Call, call_id: uuid.UUID) -> str:
    """List the questions on a call; names of those who asked are not shown."""
    return _page(call, call_id, AnswerForm())


@bp.post("/calls/<uuid:call_id>/questions")
@requires(is_admin, load=load_call)
def answer_question(call: Call, call_id: uuid.UUID) -> Response | tuple[str, int]:
    """Publish the answer to the question that the form names."""
    form = AnswerForm(request.form)
    question_id = request.form.get("question", type=uuid.UUID) or uuid.UUID(int=0)

    def work(session: Session) -> None:
        publish_answer(session, question_id, form.answer.data or "", current_actor(), now())

    target = url_for("admin.list_questions", call_id=call_id)
    return act_on_form(
        form, work, target, _("The answer was published."), lambda: _page(call, call_id, form)
    )


def _page(call: Call, call_id: uuid.UUID, form: AnswerForm) -> str:
    return render_template(
        "admin/question_list.html",
        call=call,
        form=form,
        chosen=request.form.get("question") or request.args.get("question", ""),
        waiting=list_waiting_questions(reading(), call_id),
        answered=list_answered_questions(reading(), call_id),
    )

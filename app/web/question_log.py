"""The question log of a call as those who answer see it: what waits, and what has been answered."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from app.queries.calls import list_answered_questions, list_waiting_questions
from app.services.call.call_questions import answer_question
from app.web.acts import Acts
from app.web.binding import now, reading
from app.web.login import current_actor
from forms.admin import AnswerForm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.models import Call

_NONE = uuid.UUID(int=0)


def show_questions(template: str, call: Call, form: AnswerForm | None = None) -> str:
    """Show the questions on a call; who asked them is not shown."""
    values: dict[str, Any] = {
        "waiting": list_waiting_questions(reading(), call.id),
        "answered": list_answered_questions(reading(), call.id),
        "chosen": request.form.get("question") or request.args.get("question", ""),
    }
    return render_template(template, call=call, form=form or AnswerForm(), **values)


def publish_answer(
    acts: Acts, template: str, endpoint: str, call: Call
) -> Response | tuple[str, int]:
    """Publish the answer to the question that the form names, then go back to the log."""
    form = AnswerForm(request.form)
    call_id = call.id
    question_id = request.form.get("question", type=uuid.UUID) or _NONE

    def work(session: Session) -> None:
        answer = form.answer.data or ""
        answer_question(session, call_id, question_id, answer, current_actor(), now())

    target = url_for(endpoint, call_id=call_id)
    done = _("The answer was published.")
    return acts.act_on_form(form, work, target, done, lambda: show_questions(template, call, form))

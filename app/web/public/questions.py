"""The question log of a call: questions and general answers, equal to all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.queries.calls import list_answered_questions, list_waiting_questions
from app.services.call.call_questions import ask_question, takes_questions
from app.web.access import everyone, logged_in, requires
from app.web.binding import now, reading, unit_of_work
from app.web.call_page import definition_of
from app.web.login import current_actor
from app.web.public.blueprint import bp
from app.web.public.calls import load_call
from forms.account import QuestionForm

if TYPE_CHECKING:
    from app.models import Call


@bp.get("/calls/<code>/questions")
@requires(everyone, load=load_call)
def list_questions(call: Call, language: str, code: str) -> str:
    """List the answered questions of a call, and one's own that wait for an answer."""
    return _page(call, QuestionForm(), language=language, code=code)


@bp.post("/calls/<code>/questions")
@requires(logged_in, load=load_call)
def ask(call: Call, language: str, code: str) -> Response | tuple[str, int]:
    """Put a question into the log of a call."""
    form = QuestionForm(request.form)
    if not form.validate():
        return _page(call, form, language=language, code=code), 422
    with unit_of_work() as session:
        ask_question(session, call.id, form.question.data or "", language, current_actor(), now())
    flash(_("Your question was received. It is published here with its answer."), "success")
    return redirect(url_for("public.list_questions", language=language, code=code), code=303)


def _page(call: Call, form: QuestionForm, **address: str) -> str:
    actor = current_actor()
    until = definition_of(call).timetable.questions_until
    return render_template(
        "public/question_list.html",
        call=call,
        form=form,
        questions_until=until,
        takes_questions=takes_questions(call, until, now()),
        answered=list_answered_questions(reading(), call.id),
        waiting=list_waiting_questions(reading(), call.id, actor.user_id) if actor.user_id else [],
        **address,
    )

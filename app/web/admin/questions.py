"""Answering the public questions on a call."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from app.web.access import is_admin, requires
from app.web.admin.acts import ACTS
from app.web.admin.blueprint import bp
from app.web.admin.calls import load_call
from app.web.question_log import publish_answer, show_questions

if TYPE_CHECKING:
    from app.models import Call

_PAGE = "admin/question_list.html"


@bp.get("/calls/<uuid:call_id>/questions")
@requires(is_admin, load=load_call)
def list_questions(call: Call, **_ids: uuid.UUID) -> str:
    """List the questions on a call."""
    return show_questions(_PAGE, call)


@bp.post("/calls/<uuid:call_id>/questions")
@requires(is_admin, load=load_call)
def answer_question(call: Call, **_ids: uuid.UUID) -> Response | tuple[str, int]:
    """Publish the answer to the question that the form names."""
    return publish_answer(ACTS, _PAGE, "admin.list_questions", call)

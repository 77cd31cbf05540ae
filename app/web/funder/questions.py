"""Questions about a call: officers answer them in the public log."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from app.policies.funder import may_handle_call
from app.queries.funder.calls import load_call
from app.web.access import requires
from app.web.funder.acts import ACTS
from app.web.funder.blueprint import bp
from app.web.question_log import publish_answer, show_questions

if TYPE_CHECKING:
    from app.models import Call

_PAGE = "funder/question_list.html"


@bp.get("/calls/<uuid:call_id>/questions")
@requires(may_handle_call, load=load_call)
def list_questions(call: Call, **_ids: uuid.UUID) -> str:
    """List the questions on a call."""
    return show_questions(_PAGE, call)


@bp.post("/calls/<uuid:call_id>/questions")
@requires(may_handle_call, load=load_call)
def answer_question(call: Call, **_ids: uuid.UUID) -> Response | tuple[str, int]:
    """Publish the answer to the question that the form names."""
    return publish_answer(ACTS, _PAGE, "funder.list_questions", call)

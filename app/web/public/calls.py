"""Calls: the list with deadlines, and the page that tells all about one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.queries.calls import CallPhase, get_published_call, list_published_calls
from app.web.access import everyone, requires
from app.web.binding import now, reading
from app.web.call_page import describe_call
from app.web.call_words import PHASES
from app.web.public.blueprint import bp

if TYPE_CHECKING:
    from app.models import Call


def load_call(session: Session, _actor: Actor, *, code: str, **_address: str) -> Call:
    """Return a published call; a draft does not exist for the public."""
    return get_published_call(session, code)


@bp.get("/calls")
@requires(everyone)
def list_calls(language: str) -> str:
    """List the calls: open, coming, closed."""
    calls = list_published_calls(reading())
    by_phase = {
        phase: [each for each in calls if each.phase(now()) is phase] for phase in CallPhase
    }
    by_phase[CallPhase.CLOSED].reverse()
    return render_template(
        "public/call_list.html", language=language, by_phase=by_phase, phases=PHASES, now=now()
    )


@bp.get("/calls/<code>")
@requires(everyone, load=load_call)
def show_call(call: Call, language: str, code: str) -> str:
    """Show a call: purpose, conditions, timetable, how it is scored, what is asked."""
    return render_template(
        "public/call_show.html", language=language, code=code, **describe_call(call)
    )


@bp.get("/calls/<code>/rubric")
@requires(everyone, load=load_call)
def show_rubric(call: Call, language: str, code: str) -> str:
    """Show the whole rubric: every criterion with the anchor text of every score."""
    return render_template(
        "public/rubric_show.html", language=language, code=code, **describe_call(call)
    )

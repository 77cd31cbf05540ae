"""The front page: the programme, its instruments and action lines, and what is open now."""

from __future__ import annotations

from flask import render_template

from app.queries.calls import CallPhase, list_published_calls
from app.web.access import everyone, requires
from app.web.binding import now, reading, tools
from app.web.public.blueprint import bp


@bp.get("/")
@requires(everyone)
def show_front_page(language: str) -> str:
    """Show the programme and the calls that are open or coming."""
    current = {CallPhase.OPEN, CallPhase.COMING}
    calls = [each for each in list_published_calls(reading()) if each.phase(now()) in current]
    return render_template(
        "public/front_show.html",
        language=language,
        calls=calls,
        now=now(),
        members=tools().registers.steering_group.member_kinds,
    )

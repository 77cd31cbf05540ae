"""The registers of the programme: ecosystem agreements and thematic leads."""

from __future__ import annotations

from flask import render_template

from app.queries import programme
from app.web.access import everyone, requires
from app.web.binding import tools
from app.web.public.blueprint import bp


@bp.get("/agreements")
@requires(everyone)
def list_agreements(language: str) -> str:
    """List the ecosystem agreements between the state and the university cities."""
    lines = programme.list_agreements(tools().registers)
    return render_template("public/agreement_list.html", language=language, agreements=lines)


@bp.get("/leads")
@requires(everyone)
def list_leads(language: str) -> str:
    """List the thematic leads."""
    lines = programme.list_leads(tools().registers)
    return render_template("public/lead_list.html", language=language, leads=lines)

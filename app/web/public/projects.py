"""Funded projects: public data of decisions that have been served."""

from __future__ import annotations

from flask import render_template

from app.queries.calls import list_funded_projects
from app.web.access import everyone, requires
from app.web.binding import reading, tools
from app.web.public.blueprint import bp


@bp.get("/projects")
@requires(everyone)
def list_projects(language: str) -> str:
    """List the projects that were granted support."""
    regions = {region.code: region.name for region in tools().registers.regions}
    return render_template(
        "public/project_list.html",
        language=language,
        projects=list_funded_projects(reading()),
        regions=regions,
    )

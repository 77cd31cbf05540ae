"""The authorities: the bodies that select and grant, under the names they bear in each span of days."""

from __future__ import annotations

from flask import render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.queries import users as queries
from app.services.call import authorities
from app.web.access import is_admin, requires
from app.web.admin.acts import act
from app.web.admin.blueprint import bp
from app.web.admin.words import BODY_KINDS
from app.web.binding import reading, tools


@bp.get("/authorities")
@requires(is_admin)
def list_authorities() -> str:
    """List the bodies with their registries."""
    return render_template(
        "admin/authority_list.html",
        authorities=queries.list_authorities(reading()),
        kinds=BODY_KINDS,
        instructions=queries.list_review_instructions(reading()),
    )


@bp.post("/authorities/import")
@requires(is_admin)
def import_authorities() -> Response:
    """Bring the bodies of the packaged register into the database; those there stay as they are."""
    registers = tools().registers
    return act(
        lambda session: authorities.import_authorities(session, registers),
        url_for("admin.list_authorities"),
        _("The bodies of the register are in the database."),
    )

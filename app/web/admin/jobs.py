"""Background work and mail: what waits, what failed, and trying again."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.queries.users import list_jobs as find_jobs
from app.queries.users import list_mail
from app.services import jobs_admin
from app.web.access import is_admin, requires
from app.web.admin.acts import act
from app.web.admin.blueprint import bp
from app.web.binding import now, reading
from app.web.login import current_actor

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

JOB_STATES = {
    "ready": (_l("Waiting"), "todo"),
    "running": (_l("Running"), "doing"),
    "done": (_l("Done"), "done"),
    "dead": (_l("Failed"), "bad"),
}


@bp.get("/jobs")
@requires(is_admin)
def list_jobs() -> str:
    """List background work and mail, the failed first."""
    return render_template(
        "admin/jobs_list.html",
        jobs=find_jobs(reading()),
        mail=list_mail(reading()),
        states=JOB_STATES,
    )


@bp.post("/jobs/<uuid:job_id>/retry")
@requires(is_admin)
def retry_job(job_id: uuid.UUID) -> Response:
    """Put a dead job back into the queue."""
    return act(
        lambda session: jobs_admin.retry_job(session, job_id, current_actor(), now()),
        url_for("admin.list_jobs"),
        _("The job waits for its turn again."),
    )


@bp.post("/mail/<uuid:mail_id>/retry")
@requires(is_admin)
def retry_mail(mail_id: uuid.UUID) -> Response:
    """Send a waiting mail at once."""
    return act(
        lambda session: jobs_admin.retry_mail(session, mail_id, current_actor(), now()),
        url_for("admin.list_jobs"),
        _("The mail is sent again at once."),
    )

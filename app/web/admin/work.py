"""Background work and outgoing mail: what waits, what failed, and trying again."""

from __future__ import annotations

import uuid

from flask import render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.queries.users import list_jobs as query_jobs
from app.queries.users import list_mail
from app.services.background import jobs_admin
from app.services.record.outbox import MAXIMUM_ATTEMPTS
from app.web.access import is_admin, requires
from app.web.admin.acts import act
from app.web.admin.blueprint import bp
from app.web.admin.words import JOB_STATES, TASKS
from app.web.binding import now, reading
from app.web.login import current_actor


@bp.get("/work")
@requires(is_admin)
def list_jobs() -> str:
    """List jobs and mail, what needs a hand first."""
    return render_template(
        "admin/work_list.html",
        jobs=query_jobs(reading()),
        mail=list_mail(reading()),
        states=JOB_STATES,
        tasks=TASKS,
        most_attempts=MAXIMUM_ATTEMPTS,
    )


@bp.post("/work/jobs/<uuid:job_id>/retry")
@requires(is_admin)
def retry_job(job_id: uuid.UUID) -> Response:
    """Put a job that was given up back into the queue."""
    actor, moment = current_actor(), now()
    return act(
        lambda session: jobs_admin.retry_job(session, job_id, actor, moment),
        url_for("admin.list_jobs"),
        _("The job waits for another try."),
    )


@bp.post("/work/mail/<uuid:mail_id>/retry")
@requires(is_admin)
def retry_mail(mail_id: uuid.UUID) -> Response:
    """Try to send a mail at once."""
    actor, moment = current_actor(), now()
    return act(
        lambda session: jobs_admin.retry_mail(session, mail_id, actor, moment),
        url_for("admin.list_jobs"),
        _("The mail is sent at the next round."),
    )

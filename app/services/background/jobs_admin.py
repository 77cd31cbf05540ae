"""Background work and mail that an administrator sets going again."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from app import jobs
from app.domain.actors import Actor
from app.domain.errors import StepNotAllowed
from app.models import Job, OutboxMail
from app.queries.rows import get_row
from app.services.record.events import Act, Subject, append_event


def retry_job(session: Session, job_id: uuid.UUID, actor: Actor, now: datetime) -> None:
    """Put a dead job back into the queue, with all its tries.

    Raises:
        NotFound: if there is no such job.
        StepNotAllowed: if the job is not dead.
    """
    job = get_row(session, Job, "job", job_id)
    if job.state != "dead":
        raise StepNotAllowed(subject="job", state=job.state, step="retry")
    jobs.revive(job, now)
    append_event(
        session, Act("job.retry", Subject("job", str(job_id)), {"task": job.task}), actor, now
    )


def retry_mail(session: Session, mail_id: uuid.UUID, actor: Actor, now: datetime) -> None:
    """Send a waiting mail at once, with all its tries.

    Raises:
        NotFound: if there is no such mail.
        StepNotAllowed: if it was sent.
    """
    mail = get_row(session, OutboxMail, "mail", mail_id)
    if mail.sent_at is not None:
        raise StepNotAllowed(subject="mail", state="sent", step="retry")
    mail.attempts, mail.next_try_at = 0, now
    append_event(
        session, Act("mail.retry", Subject("mail", str(mail_id)), {"kind": mail.kind}), actor, now
    )

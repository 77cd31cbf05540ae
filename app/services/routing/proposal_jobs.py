"""Runs of a large call: asked for by an officer, solved in the background, written at once or not at all."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import jobs
from app.domain.actors import SYSTEM, Actor
from app.domain.errors import StepNotAllowed
from app.models import Application, Call, Job, PoolMember, RoutingRun
from app.services.call.calls import get_call
from app.services.record.events import Act, append_event
from app.services.record.processes import CalculationStopped, ask_module
from app.services.record.tools import Tools
from app.services.record.transitions import describe
from app.services.routing.proposing import Proposed, keep_proposal
from app.services.routing.refusals import ProposalRefused
from app.services.routing.routing import propose_assignment
from app.services.routing.routing_inputs import ROUTED_STATES

TASK = "propose_assignment"
SOLVER = "app.services.routing.proposal_process"
LONGEST = 3600.0
"""Seconds after which a run is given up."""
CANCELLED = "cancelled"


class ProposalUnderWay(StepNotAllowed):
    """A run of the call waits or is being solved; there is one at a time."""

    code = "proposal_under_way"


def request_proposal(
    session: Session, call_id: uuid.UUID, actor: Actor, now: datetime, at_once: int
) -> RoutingRun | None:
    """Propose evaluators at once in a call of at most ``at_once`` pairs; else queue the run and return None.

    Raises:
        ProposalUnderWay: while another run of the call waits or is being solved.
        NoFeasibleAssignment, RulesNotKept, LockNotAllowed, CapTooLow: as ``propose_assignment``.
    """
    # Two officers who press at the same moment: the second waits here and then sees the first one's job.
    session.execute(sa.select(Call.id).where(Call.id == call_id).with_for_update())
    if find_job(session, call_id) is not None:
        raise ProposalUnderWay(call=str(call_id))
    if count_pairs(session, call_id) <= at_once:
        return propose_assignment(session, call_id, actor, now)
    arguments = {"call_id": str(call_id), "user_id": str(actor.user_id) if actor.user_id else None}
    name = f"routing {call_id} {uuid.uuid4()}"
    jobs.enqueue(session, TASK, arguments, now, dedupe=name)
    return None


def count_pairs(session: Session, call_id: uuid.UUID) -> int:
    """Return applications times people of a call."""
    applications = sa.select(sa.func.count()).where(
        Application.call_id == call_id, Application.state.in_(ROUTED_STATES)
    )
    people = sa.select(sa.func.count()).where(PoolMember.call_id == call_id)
    rows, columns = session.execute(
        sa.select(applications.scalar_subquery(), people.scalar_subquery())
    ).one()
    return int(rows * columns)


def find_job(session: Session, call_id: uuid.UUID) -> Job | None:
    """Return the run of a call that waits or is being solved."""
    return session.scalar(
        sa.select(Job)
        .where(Job.dedupe.startswith(f"routing {call_id} "), Job.state.in_(("ready", "running")))
        .with_for_update()
    )


def cancel_proposal(session: Session, call_id: uuid.UUID, actor: Actor, now: datetime) -> None:
    """Cancel the run that waits or is being solved; nothing of it is written.

    Raises:
        StepNotAllowed: if there is none any more.
    """
    job = find_job(session, call_id)
    if job is None:
        raise StepNotAllowed(subject="call", step="cancel")
    jobs.cancel(job, CANCELLED, now)
    act = Act("call.cancel_assignment", describe(get_call(session, call_id)), {})
    append_event(session, act, actor, now)


def do_proposal(tools: Tools, now: datetime, job: jobs.ClaimedJob) -> None:
    """Solve a queued run in a process of its own, and write what it found unless it was cancelled.

    Raises:
        ProposalRefused: if there is no assignment.
        CalculationFailed: if the process gave no answer.
        GroundChanged: if pairs or conflicts changed meanwhile; another try sees them.
    """
    call_id, asked = uuid.UUID(job.arguments["call_id"]), job.arguments["user_id"]
    request = {
        "database_url": tools.settings.database_url,
        "encoder": tools.settings.routing_encoder,
        "call_id": str(call_id),
        "now": now.isoformat(),
    }

    def go_on(seconds: float) -> bool:
        with tools.database.unit_of_work() as session:
            return jobs.hold(session, job, now + timedelta(seconds=seconds))

    try:
        answer = ask_module(SOLVER, request, LONGEST, go_on)
    except CalculationStopped:
        return
    if "refused" in answer:
        raise ProposalRefused(reason=answer["refused"], text=answer["text"])
    actor = replace(SYSTEM, user_id=uuid.UUID(asked)) if asked else SYSTEM
    with tools.database.unit_of_work() as session:
        if jobs.hold(session, job, now):
            keep_proposal(session, call_id, Proposed(**answer["found"]), actor, now)
            jobs.finish(session, job, now)

"""The funder's inbox: calls by phase, the one thing to do next in each, and where each role stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import render_template, url_for

from app.domain.actors import Actor, Role
from app.queries.funder.inbox import CallLine, list_calls
from app.queries.funder.tasks import (
    Phase,
    Task,
    find_phase,
    list_decider_tasks,
    list_officer_tasks,
    order_tasks,
)
from app.web.access import is_funder, requires
from app.web.binding import now, reading
from app.web.funder.blueprint import bp
from app.web.funder.call_status import StatusLine, describe_status
from app.web.funder.task_words import describe_task
from app.web.login import current_actor

_PAGES = {
    "questions": "funder.list_questions",
    "fill_pool": "funder.show_pool",
    "assign": "funder.show_assignments",
    "release": "funder.show_assignments",
    "late": "funder.show_progress",
    "wait_for_scores": "funder.show_progress",
    "consensus": "funder.show_progress",
    "rank": "funder.show_ranking",
    "select": "funder.show_ranking",
    "wait_for_selection": "funder.show_ranking",
    "returned": "funder.list_decisions",
    "present": "funder.list_decisions",
    "approve": "funder.list_decisions",
    "wait_for_approval": "funder.list_decisions",
    "serve": "funder.list_decisions",
    "draft": "funder.list_decisions",
}
_STATES = {
    "check": "submitted",
    "completion_overdue": "completion_requested",
    "wait_for_completion": "completion_requested",
}


@dataclass(frozen=True, slots=True)
class ShownTask:
    """A task in words, with the page on which it is done."""

    text: str
    href: str
    waits: bool
    """There is nothing for the reader to do: somebody else, or the clock, is next."""


@dataclass(frozen=True, slots=True)
class CallCard:
    """A call as the inbox shows it: what its reader does first, what else waits, and the status."""

    call: CallLine
    first: ShownTask
    others: Sequence[ShownTask]
    status: Sequence[StatusLine]


@bp.get("/")
@requires(is_funder)
def show_inbox() -> str:
    """Show the calls of the reader's bodies, phase by phase."""
    actor = current_actor()
    lines = list_calls(reading(), actor.authority_keys, now())
    phases = [
        (phase, [_card(line, actor) for line in lines if find_phase(line) is phase])
        for phase in Phase
    ]
    return render_template(
        "funder/inbox_show.html",
        phases=[(phase, cards) for phase, cards in phases if cards],
        now=now(),
    )


def _card(line: CallLine, actor: Actor) -> CallCard:
    tasks = [_show(line, task) for task in _tasks_of(line, actor)]
    return CallCard(line, tasks[0], tasks[1:], describe_status(line))


def _tasks_of(line: CallLine, actor: Actor) -> list[Task]:
    """Return the tasks of the reader's roles; waiting is a task only when there is no other."""
    tasks: list[Task] = []
    if actor.has_role(Role.DECISION_MAKER):
        tasks += list_decider_tasks(line, actor.authority_keys)
    if actor.has_role(Role.OFFICER):
        tasks += list_officer_tasks(line)
    real = [task for task in tasks if task.count]
    return _without_twins(order_tasks(real) or tasks[-1:])


def _without_twins(tasks: Iterable[Task]) -> list[Task]:
    return list({task.code: task for task in tasks}.values())


def _show(line: CallLine, task: Task) -> ShownTask:
    state = _STATES.get(task.code)
    if task.code == "claims":
        href = url_for("funder.show_follow_up", decision_id=line.claims.decision_id)
    elif state is not None or task.code not in _PAGES:
        href = url_for("funder.list_applications", call_id=line.id, state=state)
    else:
        href = url_for(_PAGES[task.code], call_id=line.id)
    return ShownTask(describe_task(task, line, now()), href, waits=not task.count)

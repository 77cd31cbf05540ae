"""What waits in a call: the tasks of an officer and of a decision maker, the first one first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from app.domain.lifecycle import ApplicationState, CallState, DecisionState, EvaluationState
from app.queries.funder.inbox import CallLine


class Phase(StrEnum):
    """Where the handling of a call is."""

    OPEN = "open"
    ELIGIBILITY = "eligibility"
    EVALUATION = "evaluation"
    SELECTION = "selection"
    DECISIONS = "decisions"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do in a call: the code of its words, how many, by when or since when, and euros."""

    code: str
    count: int = 0
    due: datetime | None = None
    since: datetime | None = None
    """For what the law calls urgent without giving it days."""
    amount: Decimal | None = None


_UNSERVED = (
    DecisionState.DRAFT,
    DecisionState.PRESENTED,
    DecisionState.APPROVED,
    DecisionState.SIGNED,
)
_GRANTED = (
    DecisionState.APPROVED,
    DecisionState.SIGNED,
    DecisionState.SERVED,
    DecisionState.FINAL,
)


def find_phase(line: CallLine) -> Phase:
    """Return the phase of a call: the earliest one in which something is unfinished."""
    if line.state in {CallState.PUBLISHED, CallState.OPEN}:
        return Phase.OPEN
    states = ApplicationState
    if line.count(states.SUBMITTED, states.COMPLETION_REQUESTED):
        return Phase.ELIGIBILITY
    if line.count(states.ELIGIBLE, states.IN_EVALUATION):
        return Phase.EVALUATION
    if line.count(states.EVALUATED):
        return Phase.SELECTION
    undecided = line.total - line.count(states.DECIDED, states.WITHDRAWN)
    if undecided or line.rulings.count(*_UNSERVED) or line.claims.waiting:
        return Phase.DECISIONS
    return Phase.DONE


def granted_support(line: CallLine) -> Decimal:
    """Return the euros of the decisions that have been approved."""
    return line.rulings.support_of(*_GRANTED)


def list_officer_tasks(line: CallLine) -> list[Task]:
    """Return what waits for the officers of a call, what is due first in front."""
    tasks = [task for task in _officer_tasks(line) if task.count]
    return order_tasks(tasks) or [Task(_officer_waits_for(line))]


def order_tasks(tasks: Iterable[Task]) -> list[Task]:
    """Return tasks with what is due first in front; those without a time stay in their order behind."""

    def place(task: Task) -> tuple[bool, float]:
        moment = task.due or task.since
        return moment is None, 0 if moment is None else moment.timestamp()

    return sorted(tasks, key=place)


def _officer_tasks(line: CallLine) -> Iterator[Task]:
    states, sheets, rulings = ApplicationState, line.sheets, line.rulings
    yield Task("claims", line.claims.waiting, since=line.claims.oldest)
    yield Task("questions", line.questions)
    if line.state not in {CallState.PUBLISHED, CallState.OPEN}:
        yield Task("check", line.count(states.SUBMITTED))
    yield Task("completion_overdue", line.completions.overdue, due=line.completions.first_overdue)
    unassigned = line.panels.unassigned
    yield Task("fill_pool" if not line.pool_size else "assign", unassigned)
    yield Task("release", sheets.count(EvaluationState.PROPOSED))
    yield Task("late", sheets.late, due=sheets.first_late)
    yield Task("consensus", line.panels.consensus)
    if find_phase(line) is Phase.SELECTION and not line.has_ranking:
        yield Task("rank", line.count(states.EVALUATED), due=line.decisions_due)
    drafts = rulings.count(DecisionState.DRAFT) - rulings.returned
    yield Task("returned", rulings.returned, due=line.decisions_due)
    yield Task("present", drafts, due=line.decisions_due)
    yield Task("serve", rulings.count(DecisionState.SIGNED), due=line.decisions_due)
    yield Task("draft", _count_undrafted(line), due=line.decisions_due)


def _count_undrafted(line: CallLine) -> int:
    """Return how many applications can be decided and have no decision yet."""
    states = ApplicationState
    decidable = line.count(
        states.SELECTED,
        states.RESERVE,
        states.NOT_SELECTED,
        states.INELIGIBLE,
        states.NOT_EXAMINED,
    )
    if find_phase(line) is not Phase.DECISIONS:
        return 0
    pending = line.rulings.count(DecisionState.DRAFT, DecisionState.PRESENTED)
    return max(decidable - pending, 0)


def _officer_waits_for(line: CallLine) -> str:
    phase, waits = find_phase(line), "wait"
    match phase:
        case Phase.OPEN:
            waits = "wait_for_close"
        case Phase.ELIGIBILITY:
            waits = "wait_for_completion"
        case Phase.EVALUATION:
            waits = "wait_for_scores"
        case Phase.SELECTION:
            waits = "wait_for_selection"
        case Phase.DECISIONS:
            waits = "wait_for_approval"
        case Phase.DONE:
            waits = "done" if line.total else "wait"
    return waits


def list_decider_tasks(line: CallLine, authority_keys: frozenset[str]) -> list[Task]:
    """Return what waits for a decision maker of some bodies: to select, and to approve."""
    tasks = []
    if line.selecting_authority in authority_keys and line.has_ranking and not line.has_selection:
        count = line.count(ApplicationState.EVALUATED)
        tasks.append(Task("select", count, due=line.decisions_due))
    if line.granting_authority in authority_keys:
        presented = DecisionState.PRESENTED
        amount = line.rulings.support_of(presented)
        count = line.rulings.count(presented)
        tasks.append(Task("approve", count, due=line.decisions_due, amount=amount))
    waiting = [task for task in tasks if task.count]
    return waiting or [Task("done" if find_phase(line) is Phase.DONE else "wait")]

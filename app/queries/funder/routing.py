"""Runs of the routing, wishes, and everybody who could or could not evaluate one application."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from app.domain.errors import NotFound
from app.domain.lifecycle import ACTIVE_EVALUATION_STATES, EvaluationState
from app.models import (
    Application,
    Disqualification,
    Evaluation,
    EvaluatorProfile,
    RoutingRun,
    RoutingWish,
)
from app.queries.funder.list_statements import natural_order
from app.queries.funder.panels import ROUTED, PoolLine, list_pool

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run without its instance; value, bound and minimum are sums of affinities."""

    number: int
    kind: str
    objective: str
    status: str
    value: Fraction
    bound: Fraction
    minimum: Fraction
    pairs: int
    changes: int
    milliseconds: int
    instance_sha256: str
    rules: Sequence[Mapping[str, Any]]
    breaches: Sequence[Sequence[Any]]
    created_at: datetime
    draw: Mapping[str, Any]

    @property
    def seconds(self) -> Fraction:
        """Return how long the solver took."""
        return Fraction(self.milliseconds, 1000)


@dataclass(frozen=True, slots=True)
class WishLine:
    """What an officer said of one pair."""

    application_id: uuid.UUID
    record_number: str
    acronym: str
    evaluator_id: uuid.UUID
    evaluator: str
    kind: str
    reason: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class LackLine:
    """An application with fewer evaluators at work than it needs."""

    id: uuid.UUID
    record_number: str
    acronym: str
    active: int


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person of the pool beside one application."""

    person: PoolLine
    state: EvaluationState | None
    ground: str
    source: str
    detail: str
    wish: str
    wish_reason: str
    reads_language: bool
    affinity: Fraction | None
    reason: Mapping[str, Any]

    @property
    def is_active(self) -> bool:
        """Tell whether the person evaluates the application, or is proposed to."""
        return self.state in ACTIVE_EVALUATION_STATES

    @property
    def is_barred(self) -> bool:
        """Tell whether the person cannot get the application."""
        gone = self.state in {EvaluationState.DECLINED, EvaluationState.SET_ASIDE}
        return bool(self.ground) or gone or self.wish == "forbid"


def list_runs(session: Session, call_id: uuid.UUID, limit: int = 10) -> list[RunLine]:
    """List the runs of a call, the newest first."""
    rows = session.scalars(
        sa.select(RoutingRun)
        .where(RoutingRun.call_id == call_id)
        .order_by(RoutingRun.number.desc())
        .limit(limit)
    )
    return [
        RunLine(
            row.number,
            row.kind,
            row.objective,
            row.status,
            Fraction(row.value_millionths, _MILLION),
            Fraction(row.bound_millionths, _MILLION),
            Fraction(row.minimum_millionths, _MILLION),
            row.pairs,
            row.changes,
            row.milliseconds,
            row.instance_sha256,
            row.rules,
            row.breaches,
            row.created_at,
            row.draw,
        )
        for row in rows
    ]


def get_run(session: Session, call_id: uuid.UUID, number: int) -> RoutingRun:
    """Return a run with its instance and proof.

    Raises:
        NotFound: if there is none.
    """
    run = session.scalar(
        sa.select(RoutingRun)
        .where(RoutingRun.call_id == call_id, RoutingRun.number == number)
        .options(undefer("*"))
    )
    if run is None:
        raise NotFound(routing_run=f"{call_id} {number}")
    return run


def list_wishes(session: Session, call_id: uuid.UUID) -> list[WishLine]:
    """List the locks and forbids of a call."""
    rows = session.execute(
        sa.select(
            Application.id,
            Application.record_number,
            Application.acronym,
            RoutingWish.evaluator_id,
            EvaluatorProfile.code,
            RoutingWish.kind,
            RoutingWish.reason,
            RoutingWish.made_at,
        )
        .join(Application, Application.id == RoutingWish.application_id)
        .join(EvaluatorProfile, EvaluatorProfile.user_id == RoutingWish.evaluator_id)
        .where(RoutingWish.call_id == call_id)
        .order_by(natural_order(), EvaluatorProfile.code)
    )
    return [WishLine(*row) for row in rows]


def list_lacking(session: Session, call_id: uuid.UUID, panel: int) -> list[LackLine]:
    """List applications under evaluation that have fewer active evaluators than they need."""
    active = (
        sa.select(sa.func.count())
        .where(
            Evaluation.application_id == Application.id,
            Evaluation.state.in_(ACTIVE_EVALUATION_STATES),
        )
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Application.id, Application.record_number, Application.acronym, active)
        .where(Application.call_id == call_id, Application.state.in_(ROUTED[:2]), active < panel)
        .order_by(natural_order())
    )
    return [LackLine(*row) for row in rows]


def list_people(session: Session, application: Application) -> list[PersonLine]:
    """List the pool beside an application: who is there, who cannot be, and who could; in five statements."""
    states = dict(
        session.execute(
            sa.select(Evaluation.evaluator_id, Evaluation.state).where(
                Evaluation.application_id == application.id
            )
        ).all()
    )
    conflicts = {
        row.evaluator_id: row
        for row in session.execute(
            sa.select(
                Disqualification.person_id.label("evaluator_id"),
                Disqualification.ground,
                Disqualification.source,
                Disqualification.detail,
            ).where(Disqualification.application_id == application.id)
        )
    }
    wishes = {
        row.evaluator_id: row
        for row in session.execute(
            sa.select(RoutingWish.evaluator_id, RoutingWish.kind, RoutingWish.reason).where(
                RoutingWish.application_id == application.id
            )
        )
    }
    affinities, reasons = _find_reasons(session, application)
    lines = []
    for person in list_pool(session, application.call_id):
        key = person.evaluator_id
        conflict, wish = conflicts.get(key), wishes.get(key)
        lines.append(
            PersonLine(
                person,
                states.get(key),
                conflict.ground if conflict else "",
                conflict.source if conflict else "",
                conflict.detail if conflict else "",
                wish.kind if wish else "",
                wish.reason if wish else "",
                application.language in person.languages,
                affinities.get(str(key)),
                reasons.get(str(key), {}),
            )
        )
    return sorted(lines, key=lambda each: (-(each.affinity or 0), each.person.code))


def _find_reasons(
    session: Session, application: Application
) -> tuple[dict[str, Fraction], Mapping[str, Any]]:
    """Return the affinities and reasons that the last run knew for an application."""
    run = session.scalar(
        sa.select(RoutingRun)
        .where(RoutingRun.call_id == application.call_id, RoutingRun.kind == "proposal")
        .order_by(RoutingRun.number.desc())
        .limit(1)
        .options(undefer(RoutingRun.instance), undefer(RoutingRun.reasons))
    )
    if run is None:
        return {}, {}
    found = read_affinities(run.instance, {str(application.id)})
    reasons: Mapping[str, Any] = run.reasons.get(str(application.id), {})
    return found.get(str(application.id), {}), reasons


def read_affinities(
    instance: Mapping[str, Any], applications: set[str]
) -> dict[str, dict[str, Fraction]]:
    """Return the affinities of some applications, by application and evaluator."""
    evaluators: Sequence[str] = instance["evaluators"]
    width = max(1, len(evaluators))
    rows = {n: name for n, name in enumerate(instance["proposals"]) if name in applications}
    found: dict[str, dict[str, Fraction]] = {name: {} for name in rows.values()}
    for key, value in zip(instance["keys"], instance["affinity"], strict=True):
        row, column = divmod(key, width)
        if row in rows:
            found[rows[row]][evaluators[column]] = Fraction(value, instance["unit"])
    return found

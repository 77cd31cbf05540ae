"""Conflicts of interest of a call as an officer reads them: on record, people, and groups."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Role
from app.domain.errors import NotFound
from app.domain.lifecycle import EvaluationState
from app.models import (
    Application,
    Call,
    Disqualification,
    Evaluation,
    EvaluatorProfile,
    Holding,
    RoleGrant,
    User,
)
from app.queries.funder.list_statements import natural_order
from app.queries.funder.panels import Choice


@dataclass(frozen=True, slots=True)
class RecordedLine:
    """A conflict on record in a call."""

    application_id: uuid.UUID
    record_number: str
    acronym: str
    person_id: uuid.UUID
    code: str | None
    name: str
    ground: str
    source: str
    detail: str
    findings: Sequence[Mapping[str, Any]]
    recorded_at: datetime

    @property
    def person(self) -> str:
        """Return the code of an evaluator, and the name of anybody else."""
        return self.code or self.name


def list_recorded(session: Session, call_id: uuid.UUID) -> list[RecordedLine]:
    """List the conflicts on record in a call, in one statement."""
    rows = session.execute(
        sa.select(
            Application.id,
            Application.record_number,
            Application.acronym,
            Disqualification.person_id,
            EvaluatorProfile.code,
            User.display_name,
            Disqualification.ground,
            Disqualification.source,
            Disqualification.detail,
            Disqualification.findings,
            Disqualification.recorded_at,
        )
        .join(Application, Application.id == Disqualification.application_id)
        .join(User, User.id == Disqualification.person_id)
        .outerjoin(EvaluatorProfile, EvaluatorProfile.user_id == User.id)
        .where(Application.call_id == call_id)
        .order_by(
            natural_order(),
            EvaluatorProfile.code.is_(None),
            EvaluatorProfile.code,
            User.display_name,
        )
    )
    return [RecordedLine(*row) for row in rows]


def list_people(session: Session, call: Call) -> list[Choice]:
    """List everybody who may have a conflict: evaluators, and the officials of the call's bodies."""
    rows = session.execute(
        sa.select(User.id, EvaluatorProfile.code, User.display_name)
        .outerjoin(EvaluatorProfile, EvaluatorProfile.user_id == User.id)
        .where(User.is_active, _may_have_conflict(call))
        .order_by(EvaluatorProfile.code.is_(None), EvaluatorProfile.code, User.display_name)
    )
    return [Choice(key, f"{code} – {name}" if code else name) for key, code, name in rows]


def _may_have_conflict(call: Call) -> sa.ColumnElement[bool]:
    """Evaluators, and those who prepare or decide in the bodies of the call; needs the profile joined."""
    serves = sa.exists().where(
        RoleGrant.user_id == User.id,
        RoleGrant.role.in_((Role.OFFICER, Role.DECISION_MAKER)),
        RoleGrant.authority_key.in_({call.selecting_authority, call.granting_authority}),
    )
    return sa.or_(EvaluatorProfile.user_id.is_not(None), serves)


@dataclass(frozen=True, slots=True)
class PersonInMatter:
    """A person beside an application: the name to show, and how far the person's work is."""

    id: uuid.UUID
    label: str
    state: EvaluationState | None
    ground: str


def get_person(session: Session, application: Application, person_id: uuid.UUID) -> PersonInMatter:
    """Return a person with the work and the conflict that the person has in an application.

    Raises:
        NotFound: if there is no such person, or one who has no part in handling the call.
    """
    row = session.execute(
        sa.select(
            User.id,
            EvaluatorProfile.code,
            User.display_name,
            Evaluation.state,
            Disqualification.ground,
        )
        .outerjoin(EvaluatorProfile, EvaluatorProfile.user_id == User.id)
        .outerjoin(
            Evaluation,
            sa.and_(
                Evaluation.evaluator_id == User.id, Evaluation.application_id == application.id
            ),
        )
        .outerjoin(
            Disqualification,
            sa.and_(
                Disqualification.person_id == User.id,
                Disqualification.application_id == application.id,
            ),
        )
        .where(
            User.id == person_id,
            sa.or_(_may_have_conflict(application.call), Disqualification.id.is_not(None)),
        )
    ).first()
    if row is None:
        raise NotFound(person=str(person_id))
    key, code, name, state, ground = row
    return PersonInMatter(key, f"{code} {name}" if code else name, state, ground or "")


def list_holdings(session: Session) -> Sequence[Holding]:
    """List which organisation controls which."""
    return session.scalars(
        sa.select(Holding).order_by(Holding.parent_name, Holding.child_name, Holding.id)
    ).all()

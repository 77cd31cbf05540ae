"""Conflicts of interest on record: what officers ruled, and which matters are closed to a person."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import Application, ConflictRuling, DeclaredDoubt, Disqualification

_KNOWN = "closed_matters"


def list_rulings(session: Session, call_id: uuid.UUID) -> dict[tuple[str, str], ConflictRuling]:
    """Return the newest ruling on each pair of a call, by application and person."""
    rows = session.scalars(
        sa.select(ConflictRuling)
        .join(Application, Application.id == ConflictRuling.application_id)
        .where(Application.call_id == call_id)
        .order_by(ConflictRuling.number)
    )
    return {(str(row.application_id), str(row.person_id)): row for row in rows}


def is_closed_to(session: Session, application_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    """Tell whether a conflict of interest closes an application to a person."""
    conflict = sa.exists().where(
        Disqualification.application_id == application_id,
        Disqualification.person_id == person_id,
    )
    return bool(session.scalar(sa.select(conflict)))


def list_closed_to(
    session: Session, call_id: uuid.UUID, person_id: uuid.UUID | None
) -> frozenset[str]:
    """Return the applications of a call that a conflict of interest closes to a person."""
    rows = session.scalars(
        sa.select(Disqualification.application_id)
        .join(Application, Application.id == Disqualification.application_id)
        .where(Application.call_id == call_id, Disqualification.person_id == person_id)
    )
    return frozenset(str(key) for key in rows)


def has_open_doubt(session: Session, application_id: uuid.UUID, evaluator_id: uuid.UUID) -> bool:
    """Tell whether an evaluator has declared a doubt that no officer has ruled on since."""
    ruled = sa.exists().where(
        ConflictRuling.application_id == DeclaredDoubt.application_id,
        ConflictRuling.person_id == DeclaredDoubt.evaluator_id,
        ConflictRuling.ruled_at >= DeclaredDoubt.declared_at,
    )
    doubt = sa.exists().where(
        DeclaredDoubt.application_id == application_id,
        DeclaredDoubt.evaluator_id == evaluator_id,
        ~ruled,
    )
    return bool(session.scalar(sa.select(doubt)))


def list_closed_matters(session: Session, person_id: uuid.UUID | None) -> frozenset[uuid.UUID]:
    """Return the applications that a conflict of interest closes to a person.

    Asked once in a session, since an act on a whole call asks for each of its matters;
    ``forget_closed_matters`` after a change.
    """
    if person_id is None:
        return frozenset()
    known: dict[uuid.UUID, frozenset[uuid.UUID]] = session.info.setdefault(_KNOWN, {})
    if person_id not in known:
        rows = session.scalars(
            sa.select(Disqualification.application_id).where(
                Disqualification.person_id == person_id
            )
        )
        known[person_id] = frozenset(rows)
    return known[person_id]


def forget_closed_matters(session: Session) -> None:
    """Let a session ask anew which matters are closed: a conflict was recorded or lifted."""
    session.info.pop(_KNOWN, None)

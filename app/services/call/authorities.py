"""Authorities under the names that they bear on a day, and the instructions for review in force then."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import NoReviewInstruction, NotFound
from app.models import Authority, ReviewInstruction
from calls.registers import Registers

BEGINNING = date(2021, 1, 1)
"""First day of the programme period: bodies without a known first day count from here."""

RECTIFICATION_PROVISION = "hallintolaki (434/2003) 46, 49 c ja 49 d §"
APPEAL_PROVISION = (
    "laki oikeudenkäynnistä hallintoasioissa (808/2019), hallintolaki (434/2003) 47 §"
)
REVIEW_DAYS = 30
"""Time for a claim and for an appeal where the packaged data say nothing else."""


def import_authorities(session: Session, registers: Registers) -> int:
    """Bring the packaged authorities into the database; rows that are there already stay as they are."""
    rows = session.execute(sa.select(Authority.key, Authority.valid_from))
    known = {(row.key, row.valid_from) for row in rows}
    added = 0
    for body in registers.authorities:
        valid_from = body.valid_from or BEGINNING
        if (body.key, valid_from) in known:
            continue
        session.add(
            Authority(
                key=body.key,
                kind=body.kind,
                name=dict(body.names),
                valid_from=valid_from,
                valid_to=body.valid_to,
                registry_address=body.registry.postal_address,
                registry_email=body.registry.email,
                registry_phone=body.registry.phone,
                office_closes=body.office_closes,
            )
        )
        session.add(
            ReviewInstruction(
                authority_key=body.key,
                kind="rectification",
                period_days=REVIEW_DAYS,
                body_name=dict(body.names),
                address=body.registry.postal_address,
                email=body.registry.email,
                office_closes=body.office_closes,
                valid_from=valid_from,
                valid_to=body.valid_to,
                provision=RECTIFICATION_PROVISION,
            )
        )
        added += 1
    _import_appeals(session, registers)
    return added


def _import_appeals(session: Session, registers: Registers) -> None:
    """Bring in where decisions on claims are appealed: the court of each body that has one."""
    known = set(
        session.scalars(
            sa.select(ReviewInstruction.authority_key).where(ReviewInstruction.kind == "appeal")
        )
    )
    for body in registers.authorities:
        court = registers.find_court(body.key)
        if court is None or body.key in known:
            continue
        session.add(
            ReviewInstruction(
                authority_key=body.key,
                kind="appeal",
                period_days=REVIEW_DAYS,
                body_name=dict(court.names),
                address=court.registry.postal_address,
                email=court.registry.email,
                office_closes=court.office_closes,
                valid_from=body.valid_from or BEGINNING,
                valid_to=body.valid_to,
                provision=APPEAL_PROVISION,
            )
        )


def get_authority(session: Session, key: str, on: date) -> Authority:
    """Return a body as it is on a day.

    Raises:
        NotFound: if the body does not exist on that day.
    """
    authority = session.scalar(
        sa.select(Authority).where(
            Authority.key == key,
            Authority.valid_from <= on,
            sa.or_(Authority.valid_to.is_(None), Authority.valid_to >= on),
        )
    )
    if authority is None:
        raise NotFound(authority=key, day=on.isoformat())
    return authority


def get_review_instruction(
    session: Session, key: str, kind: str, on: date, language: str
) -> ReviewInstruction:
    """Return the instruction for review of a body's decisions in force on a day.

    Raises:
        NoReviewInstruction: if none is in force, more than one is, or the one lacks something that must
            be printed (Administrative Procedure Act 434/2003, 46 §): then no decision may be issued.
    """
    found = session.scalars(
        sa.select(ReviewInstruction).where(
            ReviewInstruction.authority_key == key,
            ReviewInstruction.kind == kind,
            ReviewInstruction.valid_from <= on,
            sa.or_(ReviewInstruction.valid_to.is_(None), ReviewInstruction.valid_to >= on),
        )
    ).all()
    if len(found) != 1:
        fault = "ambiguous" if found else "missing"
        raise NoReviewInstruction(fault=fault, authority=key, day=on.isoformat())
    lacks = _list_gaps(found[0], language)
    if lacks:
        raise NoReviewInstruction(
            fault="incomplete", authority=key, day=on.isoformat(), lacks=lacks
        )
    return found[0]


def _list_gaps(instruction: ReviewInstruction, language: str) -> tuple[str, ...]:
    """Return which of the things that a letter prints the instruction does not have."""
    printed = {
        "body_name": instruction.body_name.get(language, ""),
        "address": instruction.address,
        "email": instruction.email,
        "office_closes": instruction.office_closes,
    }
    gaps = tuple(name for name, value in printed.items() if not value.strip())
    return gaps if instruction.period_days > 0 else (*gaps, "period_days")

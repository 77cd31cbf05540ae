"""Who could evaluate an application beside those who do: the free evaluators of the pool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.content import Content
from app.domain.lifecycle import EvaluationState
from app.models import Application, Disqualification, Evaluation
from app.queries.funder.panels import PoolLine, list_pool
from scoring.routing.affinity.expertise import expertise, measure_affinity


@dataclass(frozen=True, slots=True)
class Candidate:
    """An evaluator who may be chosen, with the affinity and the terms that match."""

    person: PoolLine
    affinity: Fraction
    terms: Sequence[str]

    @property
    def has_room(self) -> bool:
        """Tell whether the person takes one more application."""
        return self.person.load < self.person.capacity


def list_candidates(
    session: Session, application: Application, content: Content
) -> list[Candidate]:
    """List who has no part and no conflict in an application and reads its language, best first.

    Takes three statements.
    """
    busy = set(
        session.scalars(
            sa.select(Evaluation.evaluator_id).where(
                Evaluation.application_id == application.id,
                Evaluation.state != EvaluationState.REMOVED,
            )
        )
    )
    barred = set(
        session.scalars(
            sa.select(Disqualification.evaluator_id).where(
                Disqualification.application_id == application.id
            )
        )
    )
    free = [
        _measure(person, content)
        for person in list_pool(session, application.call_id)
        if person.evaluator_id not in busy | barred and application.language in person.languages
    ]
    return sorted(free, key=lambda each: (not each.has_room, -each.affinity, each.person.code))


def _measure(person: PoolLine, content: Content) -> Candidate:
    asked = expertise(content.answer("keywords") or (), content.answer("ford") or ())
    affinity = measure_affinity(asked, expertise(person.keywords, person.ford))
    return Candidate(person, affinity.score, (*affinity.keywords, *affinity.ford))

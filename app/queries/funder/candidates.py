"""Who could evaluate an application beside those who do: the free evaluators of the pool."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.lifecycle import EvaluationState
from app.models import Application, Disqualification, Evaluation
from app.queries.affinities import Fit, load_affinities
from app.queries.funder.panels import PoolLine, list_pool
from calls.definition import CallDefinition


@dataclass(frozen=True, slots=True)
class Candidate:
    """An evaluator who may be chosen, with the affinity and the terms that match."""

    person: PoolLine
    fit: Fit

    @property
    def has_room(self) -> bool:
        """Tell whether the person takes one more application."""
        return self.person.load < self.person.capacity


def list_candidates(
    session: Session, application: Application, definition: CallDefinition
) -> list[Candidate]:
    """List who has no part and no conflict in an application and reads its language, best first.

    Takes seven statements at most.
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
            sa.select(Disqualification.person_id).where(
                Disqualification.application_id == application.id
            )
        )
    )
    affinities = load_affinities(session, application, definition)
    free = [
        Candidate(person, affinities[str(application.id), str(person.evaluator_id)])
        for person in list_pool(session, application.call_id)
        if person.evaluator_id not in busy | barred and application.language in person.languages
    ]
    return sorted(free, key=lambda each: (not each.has_room, -each.fit.score, each.person.code))

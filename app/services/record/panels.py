"""What the evaluations of an application come to, kept beside it for lists."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.lifecycle import ACTIVE_EVALUATION_STATES, SUBMITTED_EVALUATION_STATES
from app.models import Application, Evaluation, Score
from app.queries.definitions import get_definition
from calls.scoring_rules import to_rubric
from scoring.aggregate import evaluator_totals
from scoring.disagreement import disagreements
from scoring.rounding import half_up
from scoring.rubric import Rubric

_APPLICATIONS = cast("sa.Table", sa.inspect(Application).local_table)
Ticks = Mapping[str, int]
"""One evaluator's scores by criterion, in ticks of its scale."""


@dataclass(slots=True)
class _Panel:
    """The evaluations of one application that count."""

    version_id: uuid.UUID
    assigned: int = 0
    submitted: list[uuid.UUID] = field(default_factory=list)


def counts_differently(before: StrEnum, after: StrEnum) -> bool:
    """Tell whether a step between states of an evaluation changes what is kept beside the application."""
    return any(
        (before in states) != (after in states)
        for states in (ACTIVE_EVALUATION_STATES, SUBMITTED_EVALUATION_STATES)
    )


def keep_panel_figures(session: Session, application_ids: Iterable[uuid.UUID]) -> None:
    """Count the evaluations of applications anew, in three statements however many they are.

    Call it after the event of the act: the lock of the record lets one writer at a time count.
    The version number of the rows stays: a count must not refuse what somebody is writing on an
    application at the same time.
    """
    wanted = set(application_ids)
    if not wanted:
        return
    session.flush()
    panels = _load_panels(session, wanted)
    scores = _load_scores(session, panels.values())
    rows = [{"key": key, **_figures_of(session, panels.get(key), scores)} for key in wanted]
    statement = sa.update(_APPLICATIONS).where(_APPLICATIONS.c.id == sa.bindparam("key"))
    session.execute(statement, rows)


def panel_figures(rubric: Rubric, scores: Sequence[Ticks]) -> dict[str, int]:
    """Return what the submitted evaluations of one application come to, by column."""
    if not scores:
        return _NOTHING
    sheets = {
        str(number): {
            name: rubric.criterion(name).scale.score(ticks) for name, ticks in each.items()
        }
        for number, each in enumerate(scores)
    }
    totals = evaluator_totals(rubric.for_sheets(), sheets).values()
    return {
        "sheets_submitted": len(sheets),
        "sheets_mean": _hundredths(sum(totals, Fraction()) / len(sheets)),
        "sheets_spread": _hundredths(max(totals) - min(totals)),
        "disagreements": len(disagreements(rubric, sheets)),
    }


def _hundredths(points: Fraction) -> int:
    return int(half_up(points) * 100)


def _load_panels(session: Session, keys: Collection[uuid.UUID]) -> dict[uuid.UUID, _Panel]:
    panels: dict[uuid.UUID, _Panel] = {}
    rows = session.execute(
        sa.select(
            Evaluation.application_id,
            Application.call_version_id,
            Evaluation.id,
            Evaluation.state,
        )
        .join(Application, Application.id == Evaluation.application_id)
        .where(Evaluation.application_id.in_(keys), Evaluation.state.in_(ACTIVE_EVALUATION_STATES))
    )
    for application_id, version_id, evaluation_id, state in rows:
        panel = panels.setdefault(application_id, _Panel(version_id))
        panel.assigned += 1
        if state in SUBMITTED_EVALUATION_STATES:
            panel.submitted.append(evaluation_id)
    return panels


def _load_scores(session: Session, panels: Iterable[_Panel]) -> dict[uuid.UUID, dict[str, int]]:
    """Load the submitted score sheets."""
    keys = [key for panel in panels for key in panel.submitted]
    scores: dict[uuid.UUID, dict[str, int]] = defaultdict(dict)
    if keys:
        rows = session.execute(
            sa.select(Score.evaluation_id, Score.criterion_id, Score.ticks).where(
                Score.evaluation_id.in_(keys), Score.ticks.is_not(None)
            )
        )
        for evaluation_id, criterion_id, ticks in rows:
            scores[evaluation_id][criterion_id] = ticks or 0
    return scores


def _figures_of(
    session: Session, panel: _Panel | None, scores: Mapping[uuid.UUID, Ticks]
) -> dict[str, int]:
    if panel is None:
        return {"sheets_assigned": 0, **_NOTHING}
    rubric = to_rubric(get_definition(session, panel.version_id))
    sheets = [scores[key] for key in panel.submitted]
    return {"sheets_assigned": panel.assigned, **panel_figures(rubric, sheets)}


_NOTHING = {"sheets_submitted": 0, "sheets_mean": 0, "sheets_spread": 0, "disagreements": 0}

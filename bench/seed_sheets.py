"""Rows of seeded score sheets: three evaluators for each application, and the consensus of most."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from app.domain.actors import Actor, Role
from app.domain.lifecycle import EvaluationState
from app.models import Call, Consensus, Evaluation, Score
from app.services.record.events import Subject
from app.services.record.panels import panel_figures
from bench.panels import Panel, Sheet, throw_panels
from bench.record import Record
from bench.seed_applications import Made
from scoring.rubric import Rubric

if TYPE_CHECKING:
    from bench.seed import Rows

STRIDES = (0, 7, 13)
"""Evaluators of an application, as steps along the pool: three different ones."""

PANELS = 400
"""Different panels; an application takes the next one."""

COMMENT = (
    "Hakemus kuvaa tavoitteet ja toimenpiteet selvästi; vaikuttavuuden mittaaminen ja kumppaneiden"
    " työnjako kaipaavat tarkennusta ennen toteutusta."
)


@dataclass(slots=True)
class SheetMaker:
    """Gives each application a panel; those still in evaluation lack the third sheet."""

    rows: Rows
    record: Record
    rubric: Rubric
    evaluators: Sequence[uuid.UUID]
    officer: Actor
    panels: list[Panel] = field(init=False)
    figures: dict[tuple[Sheet, ...], dict[str, int]] = field(default_factory=dict)
    """What sheets come to together, kept because panels return."""
    count: int = 0

    def __post_init__(self) -> None:
        """Throw the panels."""
        self.panels = throw_panels(self.rubric, PANELS)

    def evaluate(self, call: Call, made: Made) -> None:
        """Give an application its sheets; one that is evaluated also gets its consensus."""
        at = call.closes_at + timedelta(days=21)
        self.count += 1
        panel = self.panels[self.count % len(self.panels)]
        submitted = panel.sheets if made.is_evaluated else panel.sheets[:-1]
        made.row |= {"sheets_assigned": len(panel.sheets), **self._figures_of(submitted)}
        for number, sheet in enumerate(panel.sheets):
            is_last = number == len(panel.sheets) - 1
            place = (self.count + STRIDES[number]) % len(self.evaluators)
            row = self._describe(made, self.evaluators[place], at)
            row["is_third"] = is_last
            if made.is_evaluated or not is_last:
                self._submit(made, row, sheet, at + timedelta(days=5))
            self.rows.add(Evaluation, [row])
            self._write_scores(row["id"], sheet, at)
        if made.is_evaluated:
            self._settle(made, panel, at + timedelta(days=10))

    def _figures_of(self, sheets: tuple[Sheet, ...]) -> dict[str, int]:
        if sheets not in self.figures:
            names = self.rubric.criterion_ids
            scores = [dict(zip(names, each.ticks, strict=True)) for each in sheets]
            self.figures[sheets] = panel_figures(self.rubric, scores)
        return self.figures[sheets]

    def _describe(self, made: Made, evaluator: uuid.UUID, at: datetime) -> dict[str, Any]:
        return {
            "id": uuid.uuid4(),
            "call_id": made.row["call_id"],
            "application_id": made.id,
            "evaluator_id": evaluator,
            "state": EvaluationState.DRAFTING,
            "proposed_at": at,
            "released_at": at,
            "due_at": at + timedelta(days=30),
            "declared_at": at + timedelta(days=1),
            "submitted_at": None,
            "total_hundredths": None,
            "meets_thresholds": None,
            "row_version": 1,
        }

    def _submit(self, made: Made, row: dict[str, Any], sheet: Sheet, at: datetime) -> None:
        row |= {
            "state": EvaluationState.LOCKED if made.is_evaluated else EvaluationState.SUBMITTED,
            "submitted_at": at,
            "total_hundredths": sheet.hundredths,
            "meets_thresholds": sheet.meets_thresholds,
        }
        subject = Subject("evaluation", str(row["id"]), row["call_id"], made.id)
        data = {"from": "drafting", "to": "submitted", "total": f"{sheet.hundredths / 100:.2f}"}
        actor = (row["evaluator_id"], Role.EVALUATOR)
        self.record.append("evaluation.submit", subject, at, actor, data)

    def _write_scores(self, evaluation_id: uuid.UUID, sheet: Sheet, at: datetime) -> None:
        pairs = zip(self.rubric.criterion_ids, sheet.ticks, strict=True)
        self.rows.add(
            Score,
            (
                {
                    "evaluation_id": evaluation_id,
                    "criterion_id": criterion,
                    "ticks": ticks,
                    "comment": COMMENT,
                    "changed_at": at,
                }
                for criterion, ticks in pairs
            ),
        )

    def _settle(self, made: Made, panel: Panel, at: datetime) -> None:
        """Write the consensus, and its total beside the application."""
        made.row["final_hundredths"] = panel.hundredths
        row = {
            "application_id": made.id,
            "method": "median",
            "scores": dict(panel.scores),
            "total_hundredths": panel.hundredths,
            "failures": list(panel.failures),
            "written_at": at,
            "written_by": self.officer.user_id,
            "settled_at": at,
            "row_version": 1,
        }
        self.rows.add(Consensus, [row])
        subject = Subject("application", str(made.id), made.row["call_id"], made.id)
        data = {
            "from": "in_evaluation",
            "to": "evaluated",
            "total_hundredths": panel.hundredths,
            "failures": [each["id"] for each in panel.failures],
        }
        officer = (self.officer.user_id, Role.OFFICER)
        self.record.append("application.settle", subject, at, officer, data)

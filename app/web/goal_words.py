"""Words for the green and the digital transition: what does not fit, and the six gates of no harm."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import lazy_gettext as _l

from app.domain.content import Content
from app.domain.goals import Goals, read_goals
from app.web.binding import tools
from calls.definition import CallDefinition
from scoring.goals import Remark

REMARKS = {
    Remark.GREEN_CLAIM_WITHOUT_FIELD: _l(
        "A green effect is promised, but the intervention fields count nothing for climate and environment."
    ),
    Remark.GREEN_FIELD_WITHOUT_CLAIM: _l(
        "The intervention fields count for climate or environment, but no green effect is measured."
    ),
    Remark.DIGITAL_CLAIM_WITHOUT_FIELD: _l(
        "A digital effect is promised, but the intervention fields count nothing for digitalisation."
    ),
    Remark.DIGITAL_FIELD_WITHOUT_CLAIM: _l(
        "The intervention fields count for digitalisation, but no digital indicator has a target."
    ),
    Remark.GREEN_CLAIM_WITH_HARM: _l(
        "A green effect is promised, but an environmental objective may be harmed significantly."
    ),
    Remark.NOT_TRACKED: _l(
        "The shares of the intervention fields do not add up to 100 %, or a field has no coefficient."
    ),
}
"""What a claim and the intervention fields say against each other."""


@dataclass(frozen=True, slots=True)
class GoalsPanel:
    """What a page shows of an application's goals; ``objectives`` names the gates."""

    goals: Goals
    objectives: dict[str, dict[str, str]]

    @property
    def remarks(self) -> list[str]:
        """Return what does not fit, in words."""
        return [str(REMARKS[each]) for each in self.goals.remarks]


def make_goals_panel(
    definition: CallDefinition, content: Content, support: Decimal
) -> GoalsPanel | None:
    """Return the panel for a support, or None where the call asks for nothing of the kind."""
    registers = tools().registers
    goals = read_goals(definition, content, support, registers)
    if goals is None:
        return None
    return GoalsPanel(goals, {each.code: dict(each.objective) for each in registers.dnsh})

"""What a call declares of conflicts of interest: how long ties count, and what follows from a finding."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import field_validator

from calls.values import Count, Frozen
from scoring.routing.screening.findings import Kind, Policy, Severity

QUESTIONS_ONLY = frozenset({Kind.SIMILAR_NAME, Kind.SAME_DOMAIN, Kind.JOINT_WORK_BY_NAME})
"""A likeness is no evidence: an officer is asked, and nobody is barred by it alone."""


class ConflictSettings(Frozen):
    """Years that earlier ties and joint work count, and severities other than the usual ones."""

    earlier_tie_years: Count = 2
    joint_work_years: Count = 3
    severities: Mapping[Kind, Severity] = {}

    @field_validator("severities")
    @classmethod
    def _refuse_blocks_by_likeness(
        cls, severities: Mapping[Kind, Severity]
    ) -> Mapping[Kind, Severity]:
        barred = sorted(kind for kind in QUESTIONS_ONLY if severities.get(kind) is Severity.FORBID)
        if barred:
            raise ValueError(f"{', '.join(barred)} cannot forbid a pair: it is a question only")
        return severities

    @property
    def policy(self) -> Policy:
        """The settings as a screening takes them."""
        return Policy(self.earlier_tie_years, self.joint_work_years, self.severities)


__all__ = ["QUESTIONS_ONLY", "ConflictSettings"]

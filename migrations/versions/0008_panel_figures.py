"""panel figures: what the evaluations of an application come to, kept beside it for lists"""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None

depends_on = None

COLUMNS = (
    "sheets_assigned",
    "sheets_submitted",
    "sheets_sum",
    "sheets_spread",
    "disagreements",
)
SHEETS = """
UPDATE application SET
  sheets_assigned = (SELECT count(*) FROM evaluation e
    WHERE e.application_id = application.id
    AND e.state NOT IN ('declined', 'removed', 'set_aside')),
  sheets_submitted = (SELECT count(*) FROM evaluation e
    WHERE e.application_id = application.id AND e.state IN ('submitted', 'locked')),
  sheets_sum = (SELECT coalesce(sum(e.total_hundredths), 0) FROM evaluation e
    WHERE e.application_id = application.id AND e.state IN ('submitted', 'locked')),
  sheets_spread = (SELECT coalesce(max(e.total_hundredths) - min(e.total_hundredths), 0)
    FROM evaluation e
    WHERE e.application_id = application.id AND e.state IN ('submitted', 'locked'))
"""
VERSIONS = """
SELECT id, definition FROM call_version
WHERE id IN (SELECT call_version_id FROM application WHERE sheets_submitted > 1)
"""
SCORES = """
SELECT a.id, a.call_version_id, e.id AS sheet, e.meets_thresholds, s.criterion_id, s.ticks
FROM application a
JOIN evaluation e ON e.application_id = a.id
JOIN score s ON s.evaluation_id = e.id
WHERE a.sheets_submitted > 1 AND e.state IN ('submitted', 'locked') AND s.ticks IS NOT NULL
"""


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column(
            "application", sa.Column(name, sa.Integer(), nullable=False, server_default="0")
        )
    _count_sheets()
    _count_disagreements()


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column("application", name)


def _count_sheets() -> None:
    op.execute(SHEETS)


def _count_disagreements() -> None:
    """Count the limits of the panel rule that the sheets reach, by the version that each application used."""
    connection = op.get_bind()
    versions = {
        row.id: _Limits(json.loads(row.definition)["rubric"])
        for row in connection.execute(sa.text(VERSIONS))
    }
    found = [
        {"key": key, "count": count}
        for key, (version, panel) in _read_panels(connection).items()
        if (count := versions[version].count(panel))
    ]
    if found:
        statement = "UPDATE application SET disagreements = :count WHERE id = :key"
        connection.execute(sa.text(statement), found)


def _read_panels(connection: sa.Connection) -> dict[Any, tuple[Any, dict[Any, Any]]]:
    """Return by application its version, and by evaluation whether it passes and its ticks by criterion."""
    rows = connection.execute(sa.text(SCORES))
    panels: dict[Any, tuple[Any, dict[Any, Any]]] = {}
    for key, version, sheet, passes, criterion, ticks in rows:
        sheets = panels.setdefault(key, (version, {}))[1]
        sheets.setdefault(sheet, (bool(passes), {}))[1][criterion] = ticks
    return panels


class _Limits:
    """From where on evaluators disagree, as the rubric of one version says."""

    def __init__(self, rubric: dict[str, Any]) -> None:
        rule = rubric["evaluation"].get("third_if") or {}
        self.total = rule.get("total_difference_gte")
        self.criterion = rule.get("criterion_difference_gte")
        self.differs = bool(rule.get("threshold_outcome_differs"))
        self.steps, self.shares = {}, {}
        for each in rubric["criteria"]:
            low, high = (Decimal(str(end)) for end in each["scale"])
            self.steps[each["id"]] = (Fraction(low), Fraction(str(each.get("step", 1))))
            weight = Fraction(str(each["weight_points"]))
            self.shares[each["id"]] = weight / Fraction(high)

    def count(self, panel: dict[Any, Any]) -> int:
        """Count the limits that the sheets of one application reach."""
        columns = defaultdict(list)
        totals, outcomes = [], set()
        for passes, ticks in panel.values():
            scores = {
                key: self.steps[key][0] + number * self.steps[key][1]
                for key, number in ticks.items()
                if key in self.steps
            }
            totals.append(sum(score * self.shares[key] for key, score in scores.items()))
            outcomes.add(passes)
            for key, score in scores.items():
                columns[key].append(score)
        wide = [max(each) - min(each) for each in columns.values()]
        by_total = self.total is not None and max(totals) - min(totals) >= Fraction(str(self.total))
        by_criterion = (
            0
            if self.criterion is None
            else sum(each >= Fraction(str(self.criterion)) for each in wide)
        )
        return by_total + by_criterion + (self.differs and len(outcomes) > 1)

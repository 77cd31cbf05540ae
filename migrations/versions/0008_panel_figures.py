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
    "sheets_mean",
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
  sheets_mean = (SELECT coalesce(max(e.total_hundredths), 0) FROM evaluation e
    WHERE e.application_id = application.id AND e.state IN ('submitted', 'locked'))
"""
COMPARED = """
UPDATE application SET sheets_mean = :mean, sheets_spread = :spread, disagreements = :count WHERE id = :key
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
    op.execute(SHEETS)
    _compare_sheets()


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column("application", name)


def _compare_sheets() -> None:
    """Compare the sheets of an application where there are several, by the rubric of its version."""
    connection = op.get_bind()
    versions = {
        row.id: _Limits(json.loads(row.definition)["rubric"])
        for row in connection.execute(sa.text(VERSIONS))
    }
    found = [
        {"key": key, **versions[version].compare(panel)}
        for key, (version, panel) in _read_panels(connection).items()
    ]
    if found:
        connection.execute(sa.text(COMPARED), found)


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

    def compare(self, panel: dict[Any, Any]) -> dict[str, int]:
        """Return mean and spread of the sheets in hundredths, and how many limits they reach."""
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
        spread = max(totals) - min(totals)
        by_total = self.total is not None and spread >= Fraction(str(self.total))
        by_criterion = (
            0
            if self.criterion is None
            else sum(each >= Fraction(str(self.criterion)) for each in wide)
        )
        return {
            "mean": _hundredths(sum(totals, Fraction()) / len(totals)),
            "spread": _hundredths(spread),
            "count": by_total + by_criterion + (self.differs and len(outcomes) > 1),
        }


def _hundredths(points: Fraction) -> int:
    """Round half up, as totals are."""
    return int(points * 100 + Fraction(1, 2))

"""What is kept beside an application, against a count of its evaluations that shares no code with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import sqlalchemy as sa
import yaml
from sqlalchemy.orm import Session

from app.models import Application, Evaluation

CALL = Path(__file__).parents[2] / "calls" / "data" / "calls" / "inno_2027_1.yaml"
ENDED = {"declined", "removed", "set_aside"}
IN = {"submitted", "locked"}
TOTAL, CRITERION = 1500, 2
"""Limits of the demo call: hundredths of the total, and ticks of a criterion (its steps are 1)."""

Figures = tuple[int, int, int, int, int]


def count_figures(session: Session) -> dict[str, Figures]:
    """Return by application what its evaluations come to."""
    panels = defaultdict(list)
    for each in session.scalars(sa.select(Evaluation).execution_options(populate_existing=True)):
        panels[str(each.application_id)].append(each)
    keys = session.scalars(sa.select(Application.id)).all()
    return {str(key): _figures(panels[str(key)]) for key in keys}


def _figures(panel: list[Evaluation]) -> Figures:
    given = [each for each in panel if each.state in IN]
    totals = [_total(each) for each in given]
    columns = defaultdict(list)
    for each in given:
        for score in each.scores:
            columns[score.criterion_id].append(score.ticks or 0)
    spread = _hundredths(max(totals) - min(totals)) if totals else 0
    mean = _hundredths(sum(totals) / len(totals)) if totals else 0
    far = sum(max(ticks) - min(ticks) >= CRITERION for ticks in columns.values())
    differs = len({each.meets_thresholds for each in given}) > 1
    assigned = sum(each.state not in ENDED for each in panel)
    return assigned, len(given), mean, spread, far + (spread >= TOTAL) + differs


def _total(sheet: Evaluation) -> Fraction:
    """Every criterion of the demo call is scored from 0 in steps of 1."""
    weights = _read_weights()
    parts = (weights[each.criterion_id] * (each.ticks or 0) for each in sheet.scores)
    return sum(parts, Fraction())


def _hundredths(points: Fraction) -> int:
    exact = Decimal(points.numerator) / Decimal(points.denominator)
    return int(exact.quantize(Decimal("0.01"), ROUND_HALF_UP) * 100)


@cache
def _read_weights() -> dict[str, Fraction]:
    """Return how many points a tick of each criterion adds to the total."""
    criteria = yaml.safe_load(CALL.read_text(encoding="utf-8"))["rubric"]["criteria"]
    return {
        each["id"]: Fraction(str(each["weight_points"])) / each["scale"][1] for each in criteria
    }


def read_figures(session: Session) -> dict[str, Figures]:
    """Return by application what is kept beside it."""
    rows = session.execute(
        sa.select(
            Application.id,
            Application.sheets_assigned,
            Application.sheets_submitted,
            Application.sheets_mean,
            Application.sheets_spread,
            Application.disagreements,
        )
    )
    return {str(key): tuple(figures) for key, *figures in rows}  # type: ignore[misc]


@contextmanager
def compared_panels() -> Iterator[list[int]]:
    """Compare both before every commit that changes an evaluation; the list counts the comparisons."""
    compared: list[int] = []

    def note(session: Session, *_context: object) -> None:
        rows = (*session.new, *session.dirty, *session.deleted)
        if any(isinstance(each, Evaluation) for each in rows):
            session.info["has_evaluations"] = True

    def compare(session: Session) -> None:
        session.flush()
        if session.info.pop("has_evaluations", False):
            assert read_figures(session) == count_figures(session)
            compared.append(1)

    sa.event.listen(Session, "after_flush", note)
    sa.event.listen(Session, "before_commit", compare)
    try:
        yield compared
    finally:
        sa.event.remove(Session, "after_flush", note)
        sa.event.remove(Session, "before_commit", compare)

"""Panels of three score sheets with their totals and the median consensus, thrown by dice that are fixed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from scoring.aggregate import rounded, threshold_failures, total
from scoring.rubric import Rubric

EVALUATORS = 3


@dataclass(frozen=True, slots=True)
class Sheet:
    """One evaluator's scores as whole ticks, and what they come to."""

    ticks: tuple[int, ...]
    hundredths: int
    meets_thresholds: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """Three sheets of one application, and the consensus that their medians make."""

    sheets: tuple[Sheet, ...]
    scores: Mapping[str, str]
    hundredths: int
    failures: tuple[dict[str, Any], ...]


def throw_panels(rubric: Rubric, count: int) -> list[Panel]:
    """Return so many panels; the same every time."""
    dice = random.Random(2027)  # noqa: S311 - figures for a measurement, the same every time
    return [throw_panel(rubric, dice) for _each in range(count)]


def throw_panel(rubric: Rubric, dice: random.Random) -> Panel:
    """Return a panel around a level of its own, so that means, spreads and outcomes differ."""
    level = dice.uniform(0.35, 0.95)
    sheets = tuple(_read(rubric, _throw(rubric, level, dice)) for _each in range(EVALUATORS))
    columns = zip(*(sheet.ticks for sheet in sheets), strict=True)
    scores = _scores(rubric, tuple(sorted(column)[EVALUATORS // 2] for column in columns))
    failures = tuple(
        {
            "kind": each.kind.value,
            "id": each.id,
            "criteria": list(each.criteria),
            "required": str(each.required),
            "obtained": str(each.obtained),
        }
        for each in threshold_failures(rubric, scores)
    )
    return Panel(
        sheets=sheets,
        scores={key: str(value) for key, value in scores.items()},
        hundredths=int(rounded(total(rubric, scores)) * 100),
        failures=failures,
    )


def _throw(rubric: Rubric, level: float, dice: random.Random) -> tuple[int, ...]:
    most = [each.scale.ticks(each.scale.maximum) for each in rubric.criteria]
    return tuple(min(top, max(0, round(level * top + dice.gauss(0, 0.14) * top))) for top in most)


def _scores(rubric: Rubric, ticks: tuple[int, ...]) -> dict[str, Fraction]:
    pairs = zip(rubric.criteria, ticks, strict=True)
    return {each.id: Fraction(each.scale.score(tick)) for each, tick in pairs}


def _read(rubric: Rubric, ticks: tuple[int, ...]) -> Sheet:
    scores = _scores(rubric, ticks)
    hundredths = int(rounded(total(rubric, scores)) * 100)
    return Sheet(ticks, hundredths, not threshold_failures(rubric, scores))

"""The funding line through a ranking: walked along it, or drawn by the declared rule or a chosen scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.domain.errors import StepNotAllowed
from app.services.decision.funding import (
    choose,
    differs_in_rule,
    hash_inputs,
    lay_out,
    name_algorithm,
)
from scoring.aggregate import rounded
from scoring.ranking import Ranked, draw_funding_line

Data = dict[str, Any]
WALK = "rank-then-stop/1"
"""Name and version of the walk along the ranking, recorded with each line."""


@dataclass(frozen=True, slots=True)
class Line:
    """A funding line: a row for each application in ranking order, the sums, and what it rests on."""

    algorithm: str
    rule: str
    rows: Sequence[Data]
    awarded: str
    left: str
    selection: Data | None = None
    """Terms, floors and hash of the inputs of a line that was calculated; none for a walk."""


@dataclass(frozen=True, slots=True)
class ChosenScenario:
    """A scenario as a ranking takes it over: which one, its terms and its selection."""

    number: int
    name: str
    sha256: str
    terms: Mapping[str, Any]
    selection: Mapping[str, Any]


def walk_line(ranked: Sequence[Ranked], budget: Decimal, skips: Mapping[str, str]) -> Line:
    """Fund in ranking order until the first that does not fit; an officer may skip it with a reason.

    Raises:
        SkipNotAllowed: as ``draw_funding_line`` does.
    """
    line = draw_funding_line(ranked, budget, skips)
    rows = [
        {
            "position": row.position,
            "application": row.id,
            "outcome": row.outcome.value,
            "reserve_place": row.reserve_place,
            "skip_reason": row.skip_reason,
            "left": f"{row.left:.2f}",
            "certificate": None,
        }
        for row in line.rows
    ]
    return Line(WALK, "stop_at_first_misfit", rows, f"{line.awarded:.2f}", f"{line.left:.2f}")


def draw_by_terms(terms: Mapping[str, Any], candidates: Sequence[Mapping[str, Any]]) -> Line:
    """Draw the line by terms that a walk cannot keep.

    Raises:
        CalculationFailed, CalculationRefused: if there is no answer.
    """
    return _line_of(terms, choose(terms, candidates))


def take_over(
    scenario: ChosenScenario,
    declared: Mapping[str, Any],
    candidates: Sequence[Mapping[str, Any]],
) -> Line:
    """Return the line of a chosen scenario.

    Raises:
        StepNotAllowed: if its rule is not that of the call, or it was made for other applications,
            scores or amounts.
    """
    if differs_in_rule(scenario.terms, declared):
        raise StepNotAllowed(subject="scenario", step="take_over")
    if scenario.selection["inputs_sha256"] != hash_inputs(scenario.terms, candidates):
        raise StepNotAllowed(subject="scenario", step="outdated")
    return _line_of(scenario.terms, scenario.selection)


def _line_of(terms: Mapping[str, Any], selection: Mapping[str, Any]) -> Line:
    basis = {
        "terms": dict(terms),
        "floors": selection["floors"],
        "inputs_sha256": selection["inputs_sha256"],
    }
    return Line(
        name_algorithm(selection),
        selection["rule"],
        [{**row, "skip_reason": None} for row in lay_out(selection)],
        selection["awarded"],
        selection["left"],
        basis,
    )


def describe_place(each: Ranked) -> Data:
    """Return the inputs of a place in the ranking: exact total, final scores and tie-breaks."""
    candidate = each.candidate
    return {
        "total": str(rounded(candidate.total)),
        "total_exact": str(candidate.total),
        "scores": {name: str(score) for name, score in candidate.scores.items()},
        "support": f"{candidate.support:.2f}",
        "tie_break": [
            {
                "rule": type(step.rule).__name__,
                "value": None if step.value is None else str(step.value),
                "rivals": list(step.rivals),
                "decided": step.decided,
            }
            for step in each.trace
        ],
    }

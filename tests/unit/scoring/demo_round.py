"""The demo round as values of the scoring library, read from the packaged copies in tests/data."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from scoring.application_facts import ApplicationFacts, CompanyFacts, PartnerFacts
from scoring.budget import (
    FLAT_RATES,
    PartnerBudget,
    PartnerCosts,
    StaffEntry,
    StaffModel,
    compute_partner,
)
from scoring.financing import DeclaredCosts, Financing, FinancingLimits
from scoring.justification import CommentRule
from scoring.rubric import (
    Criterion,
    CriterionSum,
    LotDrawn,
    LowerSupportPerCompany,
    PanelRule,
    Rubric,
)
from scoring.scale import Scale
from scoring.thresholds import CombinedThreshold

DATA = Path(__file__).parents[2] / "data"

CONTENT = Scale(Decimal(0), Decimal(5))
HORIZONTAL = Scale(Decimal(0), Decimal(3))

RUBRIC = Rubric(
    criteria=(
        Criterion("C1", CONTENT, Decimal(12), Decimal(2)),
        Criterion("C2", CONTENT, Decimal(18), Decimal(3)),
        Criterion("C3", CONTENT, Decimal(14), Decimal(2)),
        Criterion("C4", CONTENT, Decimal(14), Decimal(2)),
        Criterion("C5", CONTENT, Decimal(14), Decimal(2)),
        Criterion("C6", CONTENT, Decimal(9), Decimal(2)),
        Criterion("C7", CONTENT, Decimal(9), Decimal(2)),
        Criterion("H1", HORIZONTAL, Decimal(3), Decimal(1)),
        Criterion("H2", HORIZONTAL, Decimal(3), Decimal(1)),
        Criterion("H3", HORIZONTAL, Decimal(4), Decimal(1)),
    ),
    total_minimum=Decimal(50),
    combined=(CombinedThreshold("TWIN", ("C4", "C5"), Decimal(5)),),
    panel=PanelRule(2, Decimal(15), Decimal(2), third_if_threshold_differs=True),
    comments=CommentRule(80, frozenset({Decimal(0), Decimal(1), Decimal(5)})),
    tie_break=(
        CriterionSum(("C2",)),
        CriterionSum(("C4", "C5")),
        CriterionSum(("C3",)),
        CriterionSum(("H1", "H2", "H3")),
        LowerSupportPerCompany(),
        LotDrawn(),
    ),
)

LIMITS = FinancingLimits(
    aid_rate_max_pct=Decimal(70),
    min_own_contribution_pct=Decimal(10),
    min_support=Decimal(150000),
    max_support=Decimal(1200000),
    max_support_per_partner=Decimal(500000),
)

BUDGET = Decimal("4800000.00")
CLOSES = datetime.fromisoformat("2027-03-31T16:15:00+03:00")


@cache
def evaluations() -> dict[str, Any]:
    return json.loads((DATA / "demo_evaluations.json").read_text("utf-8"))


@cache
def applications() -> dict[str, dict[str, Any]]:
    rows = json.loads((DATA / "demo_applications.json").read_text("utf-8"))["applications"]
    return {row["id"]: row for row in rows}


def sheets(entry: dict[str, Any]) -> dict[str, dict[str, Decimal]]:
    return {
        evaluator: {criterion: Decimal(score) for criterion, score in scores.items()}
        for evaluator, scores in entry["scores"].items()
    }


def final(entry: dict[str, Any]) -> dict[str, Fraction]:
    return {criterion: Fraction(str(score)) for criterion, score in entry["final"].items()}


def costs(row: dict[str, Any]) -> tuple[PartnerCosts, ...]:
    return tuple(
        compute_partner(
            PartnerBudget(
                f"P{number}",
                tuple(
                    StaffEntry(
                        line["task"],
                        Decimal(line["annual_gross_eur"]),
                        Decimal(line["side_cost_pct"]),
                        Decimal(line["hours"]),
                    )
                    for line in partner["staff"]
                ),
                StaffModel(row["staff_model"]),
                FLAT_RATES[row["cost_model"]],
            )
        )
        for number, partner in enumerate(row["partners"], start=1)
    )


def financing(row: dict[str, Any]) -> tuple[Financing, ...]:
    keys = ("support_applied", "own", "municipal", "other_public", "private")
    return tuple(
        Financing(f"P{number}", *(Decimal(partner["financing"][key]) for key in keys))
        for number, partner in enumerate(row["partners"], start=1)
    )


def declared(row: dict[str, Any]) -> tuple[DeclaredCosts, ...]:
    return tuple(
        DeclaredCosts(
            f"P{number}",
            tuple(Decimal(line["cost_eur"]) for line in partner["staff"]),
            Decimal(partner["costs"]["staff"]),
            Decimal(partner["costs"]["flat_rate_40"]),
            Decimal(partner["costs"]["total"]),
        )
        for number, partner in enumerate(row["partners"], start=1)
    )


def facts(row: dict[str, Any]) -> ApplicationFacts:
    return ApplicationFacts(
        partners=tuple(
            PartnerFacts(
                f"P{number}",
                partner["name"],
                partner["y_tunnus"],
                partner["org_type"],
                partner["region"],
            )
            for number, partner in enumerate(row["partners"], start=1)
        ),
        companies=tuple(CompanyFacts(each["name"], each["y_tunnus"]) for each in row["companies"]),
        submitted_at=datetime.fromisoformat(row["submitted_at"]),
        start=date.fromisoformat(row["period"][0]),
        end=date.fromisoformat(row["period"][1]),
        costs=costs(row),
        financing=financing(row),
        declared=declared(row),
    )

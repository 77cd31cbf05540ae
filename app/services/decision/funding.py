"""The funding line by the rule that a call declares, and what the calculation of one rests on."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from app.domain.content import Content
from app.domain.records import canonical_json, sha256_text
from app.models import Application
from app.queries.content import iterate_submitted_contents
from app.services.decision.calculation import calculate
from calls.funding import FundingSettings
from calls.registers import load_registers
from scoring.aggregate import rounded
from scoring.rounding import half_up
from scoring.tracking import (
    CoefficientMissing,
    Coefficients,
    FieldShare,
    SharesNotWhole,
    UnknownField,
    track_support,
)

Data = dict[str, Any]
WHOLE = Decimal("1000000.00")
"""A sum whose tracked parts are shares with eight exact decimals."""
SHARE = Decimal("0.00000001")
PERCENT = 100


def declared_terms(settings: FundingSettings, budget: Decimal) -> Data:
    """Return the terms that a call declares, in the form of a candidate file."""
    floors = {"climate": settings.floors.climate_pct, "digital": settings.floors.digital_pct}
    return {
        "budget": f"{budget:.2f}",
        "rule": settings.rule,
        "caps": [
            {
                **({"region": cap.region} if cap.region else {"objective": cap.objective}),
                "amount": f"{_amount(cap.amount_eur, cap.share_pct, budget):.2f}",
            }
            for cap in settings.caps
        ],
        "floors": {name: str(pct / PERCENT) for name, pct in floors.items() if pct is not None},
    }


def _amount(amount: Decimal | None, share: Decimal | None, budget: Decimal) -> Decimal:
    if amount is not None:
        return amount
    return half_up(Fraction(budget) * Fraction(share or 0) / PERCENT)


def differs_in_rule(terms: Mapping[str, Any], declared: Mapping[str, Any]) -> bool:
    """Tell whether terms depart from those of the call in more than the money that there is."""
    return any(terms[key] != declared[key] for key in ("rule", "caps", "floors"))


def load_facts(session: Session, call_id: uuid.UUID) -> dict[str, Data]:
    """Return what limits and floors ask of each application: objective, climate and digital share."""
    return {
        str(key): {"objective": str(content.answer("specific_objective") or "")}
        | shares_of(content)
        for key, content in iterate_submitted_contents(session, call_id)
    }


def shares_of(content: Content) -> Data:
    """Return the climate and digital share of an application's support; zero where it cannot be told."""
    fields = [
        FieldShare(str(row.get("code")), Decimal(str(row.get("share_pct") or 0)))
        for row in content.rows("intervention_fields")
    ]
    try:
        tracked = track_support(WHOLE, fields, _coefficients())
    except (SharesNotWhole, UnknownField, CoefficientMissing):
        return {"climate": "0", "digital": "0"}
    return {
        "climate": str((tracked.climate / WHOLE).quantize(SHARE)),
        "digital": str((tracked.digital / WHOLE).quantize(SHARE)),
    }


@cache
def _coefficients() -> Mapping[str, Coefficients]:
    return {
        each.code: Coefficients(each.climate_pct, each.environment_pct, each.digital_pct)
        for each in load_registers().intervention_fields
    }


def describe_candidate(
    application: Application, total: Fraction, support: Decimal, facts: Mapping[str, Any]
) -> Data:
    """Return one application as a candidate file has it.

    The score is the official total as it is shown: rounding never changes the order.
    """
    return {
        "id": str(application.id),
        "score": str(rounded(total)),
        "requested": f"{support:.2f}",
        "region": application.lead_region,
        **facts,
    }


def hash_inputs(terms: Mapping[str, Any], candidates: Sequence[Mapping[str, Any]]) -> str:
    """Return the SHA-256 of all that a selection depends on."""
    return sha256_text(canonical_json({**terms, "candidates": list(candidates)}))


def choose(terms: Mapping[str, Any], candidates: Sequence[Mapping[str, Any]]) -> Data:
    """Return the selection under terms, with certificates and the hash of its inputs.

    Raises:
        CalculationFailed, CalculationRefused: if there is none.
    """
    result = calculate("select", {"candidates": {**terms, "candidates": list(candidates)}})
    return result | {"inputs_sha256": hash_inputs(terms, candidates)}


def name_algorithm(selection: Mapping[str, Any]) -> str:
    """Return algorithm and version of a selection in one word."""
    return f"{selection['algorithm']}/{selection['version']}"


def lay_out(selection: Mapping[str, Any]) -> list[Data]:
    """Return the rows of a selection as a ranking keeps them: what is left after each, and why not.

    One that stands above a funded one without an award is passed over, with its certificate.
    """
    certificates = {each["id"]: each for each in selection["certificates"]}
    funded = [row["position"] for row in selection["rows"] if Decimal(row["award"])]
    last, left = max(funded, default=0), Decimal(selection["budget"])
    rows: list[Data] = []
    for row in selection["rows"]:
        left -= Decimal(row["award"])
        outcome = row["outcome"]
        if outcome == "reserve" and row["position"] < last:
            outcome = "skipped"
        rows.append(
            {
                "position": row["position"],
                "application": row["id"],
                "outcome": outcome,
                "reserve_place": row["reserve_place"],
                "left": f"{left:.2f}",
                "certificate": certificates.get(row["id"]),
            }
        )
    return rows

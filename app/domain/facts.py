"""From the content of an application to the facts that eligibility rules read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app.domain.budgets import Budget, compute_budget
from app.domain.content import Content
from calls.definition import CallDefinition
from scoring.application_facts import ApplicationFacts, CompanyFacts, PartnerFacts


def build_facts(
    definition: CallDefinition,
    content: Content,
    submitted_at: datetime | None,
    assessments: Mapping[str, bool] | None = None,
) -> ApplicationFacts:
    """Return what the rules of the call need to know; the lead partner comes first."""
    budget: Budget = compute_budget(definition, content)
    start, end = _period(content)
    partners = sorted(content.partners, key=lambda each: each["role"] != "lead")
    return ApplicationFacts(
        partners=tuple(_partner(each) for each in partners),
        companies=tuple(
            CompanyFacts(str(row.get("name") or ""), str(row.get("y_tunnus") or ""))
            for row in content.rows("companies")
        ),
        submitted_at=submitted_at.replace(microsecond=0) if submitted_at else None,
        start=start,
        end=end,
        costs=budget.costs,
        financing=budget.financing,
        declared=budget.declared,
        attachments=frozenset(str(each["question"]) for each in content.attachments),
        assessments=dict(assessments or {}),
    )


def _partner(row: Mapping[str, Any]) -> PartnerFacts:
    return PartnerFacts(
        key=str(row["key"]),
        name=str(row["name"]),
        business_id=str(row["y_tunnus"]),
        org_type=str(row["org_type"]),
        region=str(row["region"]),
        municipality=str(row["municipality"]),
    )


def _period(content: Content) -> tuple[date | None, date | None]:
    value = content.answer("period") or {}
    try:
        return date.fromisoformat(value["start"]), date.fromisoformat(value["end"])
    except (KeyError, TypeError, ValueError):
        return None, None

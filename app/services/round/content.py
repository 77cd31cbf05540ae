"""From one application of a round file to the answers, partners and files that a person would enter."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf

from app.services.application.answers import AnswerChange
from app.services.application.attachments import AttachmentInput
from calls.definition import CallDefinition
from calls.round_input import ApplicationInput, PartnerInput


@dataclass(frozen=True, slots=True)
class Supplement:
    """What a packaged application adds to a round file: the texts, partner details and files."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    partners: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    attachments: Mapping[str, tuple[tuple[str, Path], ...]] = field(default_factory=dict)
    late_attachments: Mapping[str, tuple[tuple[str, Path], ...]] = field(default_factory=dict)
    """Files that are delivered in answer to a completion request."""


def money(value: Decimal) -> str:
    """Return an amount in its canonical form."""
    return f"{value:.2f}"


def number(value: Decimal) -> str:
    """Return a number in its canonical form: no exponent, no superfluous zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def partner_key(index: int) -> str:
    """Return the key of the partner at a place of the file."""
    return f"P{index + 1}"


def build_partners(each: ApplicationInput, supplement: Supplement) -> list[dict[str, Any]]:
    """Return the partner rows."""
    return [
        {
            "key": partner_key(index),
            "role": partner.role,
            "name": partner.name,
            "y_tunnus": partner.y_tunnus,
            "org_type": partner.org_type,
            "sme_size": partner.size,
            "region": partner.region,
            "municipality": partner.municipality,
            "contact_role": partner.contact_role,
            "task_summary": partner.task_summary,
            **supplement.partners.get(partner_key(index), {}),
        }
        for index, partner in enumerate(each.partners)
    ]


def build_answers(
    definition: CallDefinition, each: ApplicationInput, supplement: Supplement
) -> list[AnswerChange]:
    """Return the answers that the call asks for; what the file lacks is simply not there."""
    values = {**_shared_values(each), **supplement.answers, **each.answers}
    changes = [
        AnswerChange(question.id, values[question.id])
        for question in definition.questions()
        if values.get(question.id) not in (None, [], {}, "")
    ]
    for question in definition.questions():
        if question.type == "budget_staff":
            changes += _staff(question.id, each)
        elif question.type == "budget_financing":
            changes += _financing(question.id, each)
    return changes


def _shared_values(each: ApplicationInput) -> dict[str, Any]:
    values: dict[str, Any] = {f"title_{language}": text for language, text in each.title.items()}
    values |= {f"summary_{language}": text for language, text in each.summary.items()}
    values |= {
        "acronym": each.acronym,
        "language": each.language,
        "theme": each.theme,
        "specific_objective": each.specific_objective,
        "intervention_fields": [
            {"code": code, "share_pct": number(share)} for code, share in each.intervention_fields
        ],
        "period": {"start": each.period[0].isoformat(), "end": each.period[1].isoformat()},
        "regions": list(each.regions),
        "keywords": list(each.keywords),
        "ford": list(each.ford),
        "action_lines": list(each.action_lines),
        "companies": [company.model_dump() for company in each.companies],
        "cost_model": each.cost_model,
        "staff_model": each.staff_model,
        "indicators": [
            {"code": code, "baseline": "0", "target": number(target), "method": ""}
            for code, target in each.indicators.items()
            if target is not None
        ],
        "ecosystem_links": [{"agreement_or_lead": link} for link in each.ecosystem_links],
        "aid_assessment": [
            {
                "partner": partner_key(index),
                "economic_activity_yes_no": partner.aid_basis != "none",
                "basis_none_deminimis_gber25_gber27": partner.aid_basis,
                "justification": "",
            }
            for index, partner in enumerate(each.partners)
        ],
        "de_minimis": _de_minimis(each),
    }
    if each.green is not None:
        values["green_metric"] = [
            {
                "metric": each.green.metric,
                "unit": each.green.unit,
                "baseline": number(each.green.baseline),
                "target": number(each.green.target),
                "method": "",
            }
        ]
    return values


def _de_minimis(each: ApplicationInput) -> list[dict[str, Any]]:
    keys = {partner.name: partner_key(index) for index, partner in enumerate(each.partners)}
    return [
        {
            "partner": keys[row.partner],
            "single_undertaking_members": "; ".join(row.single_undertaking_members),
            "grantor": row.grantor,
            "date": row.date.isoformat(),
            "amount_eur": money(row.amount_eur),
        }
        for row in each.de_minimis
    ]


def _staff(question_id: str, each: ApplicationInput) -> list[AnswerChange]:
    return [
        AnswerChange(question_id, _staff_rows(partner), partner_key(index))
        for index, partner in enumerate(each.partners)
    ]


def _staff_rows(partner: PartnerInput) -> list[dict[str, str]]:
    return [
        {
            "task": row.task,
            "annual_gross_or_pay": money(row.annual_gross_eur),
            "side_cost_pct": number(row.side_cost_pct),
            "hours": number(row.hours),
            "cost": money(row.cost_eur),
        }
        for row in partner.staff
    ]


def _financing(question_id: str, each: ApplicationInput) -> list[AnswerChange]:
    return [
        AnswerChange(
            question_id,
            [{name: money(value) for name, value in partner.financing if name in _SOURCES}],
            partner_key(index),
        )
        for index, partner in enumerate(each.partners)
    ]


_SOURCES = ("support_applied", "own", "municipal", "other_public", "private")


def build_attachments(
    definition: CallDefinition, each: ApplicationInput, supplement: Supplement
) -> list[AttachmentInput]:
    """Return the files: packaged ones, else a stand-in page for each required one not said to be missing."""
    files: list[AttachmentInput] = []
    for question in definition.questions():
        if question.type not in {"file", "files"} or question.id in each.missing_attachments:
            continue
        packaged = supplement.attachments.get(question.id, ())
        files += [AttachmentInput(question.id, name, path.read_bytes()) for name, path in packaged]
        if question.required and not packaged:
            name = f"{question.id}.pdf"
            files.append(AttachmentInput(question.id, name, stand_in_page(each.id, question.id)))
    return files


def stand_in_page(application: str, question: str) -> bytes:
    """Return an empty PDF page that stands for a file which a round file names but does not hold."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 842))
    with document.open_metadata() as metadata:
        metadata["dc:title"] = f"{application}: {question}"
    buffer = io.BytesIO()
    document.save(buffer, deterministic_id=True)
    return buffer.getvalue()

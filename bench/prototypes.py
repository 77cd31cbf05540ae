"""Whole applications to copy: the packaged demo applications that can be submitted as they are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.domain.budgets import compute_budget
from app.domain.content import Content
from app.domain.facts import build_facts
from app.domain.records import canonical_json, sha256_bytes
from app.services.application.attachments import AttachmentInput
from app.services.application.submission import find_blocking_problems
from app.services.record.tools import Tools
from app.services.round.content import (
    Supplement,
    build_answers,
    build_attachments,
    build_partners,
)
from app.services.round.demo import read_demo, read_supplements
from calls.definition import CallDefinition
from calls.round_input import ApplicationInput
from calls.scoring_rules import to_eligibility_rules
from scoring.eligibility import evaluate

Check = tuple[str, bool | None, dict[str, Any]]
"""Identifier, automatic result, facts."""


@dataclass(frozen=True, slots=True)
class Prototype:
    """An application that is complete: its answers by (question, partner), partners, files and sums."""

    language: str
    acronym: str
    title: Mapping[str, str]
    theme: str
    answers: Mapping[tuple[str, str], Any]
    partners: Sequence[Mapping[str, Any]]
    files: Sequence[Mapping[str, Any]]
    support: Decimal
    total_cost: Decimal
    checks: Sequence[Check]
    content: Content

    def frozen(self, acronym: str) -> str:
        """Return the canonical content under another acronym: what a submission freezes."""
        answers = {**self.content.answers, "acronym": acronym}
        return canonical_json(Content(answers, self.partners, self.files).to_json())


def read_prototypes(tools: Tools) -> tuple[CallDefinition, list[Prototype]]:
    """Return the demo's call and its applications that are complete and break no rule; store their files."""
    given = read_demo(tools)
    supplements = read_supplements()
    made = [
        _make(tools, given.definition, each, supplements.get(each.id, Supplement()))
        for each in given.applications
    ]
    return given.definition, [each for each in made if _is_sound(given.definition, each)]


def _is_sound(definition: CallDefinition, prototype: Prototype) -> bool:
    is_blocked = bool(find_blocking_problems(definition, prototype.content))
    return not is_blocked and all(passed is not False for _id, passed, _facts in prototype.checks)


def _make(
    tools: Tools, definition: CallDefinition, each: ApplicationInput, supplement: Supplement
) -> Prototype:
    partners = [{**row, "confirmed": True} for row in build_partners(each, supplement)]
    changes = build_answers(definition, each, supplement)
    answers = {(change.question_id, change.partner_key): change.value for change in changes}
    files = [_file(tools, file) for file in build_attachments(definition, each, supplement)]
    content = Content(_merged(answers), partners, files)
    budget = compute_budget(definition, content)
    return Prototype(
        language=each.language,
        acronym=each.acronym,
        title=dict(each.title),
        theme=each.theme,
        answers=answers,
        partners=partners,
        files=files,
        support=budget.support,
        total_cost=budget.total_cost,
        checks=_checks(definition, content),
        content=content,
    )


def _merged(answers: Mapping[tuple[str, str], Any]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for (question_id, key), value in sorted(answers.items()):
        if key:
            rows = [{**row, "partner": key} for row in value]
            merged.setdefault(question_id, []).extend(rows)
        else:
            merged[question_id] = value
    return merged


def _file(tools: Tools, file: AttachmentInput) -> dict[str, Any]:
    tools.blobs.put(file.content)
    return {
        "id": "",
        "question": file.question_id,
        "partner": file.partner_key,
        "filename": file.filename,
        "media_type": "application/pdf",
        "size": len(file.content),
        "sha256": sha256_bytes(file.content),
        "secrecy_ground": file.secrecy_ground,
        "secrecy_reason": file.secrecy_reason,
    }


def _checks(definition: CallDefinition, content: Content) -> list[Check]:
    rules = to_eligibility_rules(definition)
    facts = build_facts(definition, content, definition.timetable.opens)
    found = []
    for check in definition.eligibility:
        result = evaluate(rules[check.id], facts)
        passed = result.passed if check.automatic else None
        found.append((check.id, passed, json.loads(json.dumps(dict(result.facts)))))
    return found

"""From what was typed to changed answers: one way for the page's button and for save-as-you-type."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.domain.budgets import Budget, compute_budget
from app.domain.content import Content
from app.queries.applicant import StoredDraft, load_draft, load_versions
from app.queries.content import load_content
from app.services.applications import AnswerChange, save_answers, save_partners
from app.web.applicant.scope import Scope
from app.web.binding import now
from app.web.login import current_actor
from calls.definition import CallDefinition, Section
from forms.from_definition import SectionForm, build_section_form

VERSION_PREFIX = "_v-"
MODELS = ("cost_model", "staff_model")
"""Questions whose answers decide how costs are computed."""


@dataclass(slots=True)
class Saved:
    """What a save did: the judged form, the new versions, the budget, keys of new partners."""

    form: SectionForm
    versions: dict[tuple[str, str], int] = field(default_factory=dict)
    grown_by: int = 0
    budget: Budget | None = None
    new_keys: dict[str, str] = field(default_factory=dict)
    saved_ids: frozenset[str] = frozenset()


def save_typed(
    session: Session,
    scope: Scope,
    section: Section,
    typed: Mapping[str, Any],
    only: Collection[str],
) -> Saved:
    """Save the readable answers of a section's questions.

    Raises:
        StaleVersion: if somebody else saved one of them since the page was made.
    """
    budget_ids = budget_questions(scope.definition)
    needed = set(only) | (set(budget_ids) if set(only) & set(budget_ids) else set())
    draft = load_draft(session, scope.application.id, needed)
    context = scope.form_context(draft.partners)
    form = build_section_form(section, {}, context, formdata=typed, only=only)
    form.validate()
    values = form.canonical_answers()
    saved = Saved(form, saved_ids=frozenset(values))
    types = {each.id: each.type for each in section.questions}
    for question_id in [each for each in values if types[each] == "partners"]:
        rows = values.pop(question_id)
        saved.new_keys = _save_partners(session, scope, draft, form, question_id, rows)
    changes = [
        change
        for question_id, value in values.items()
        for change in _changes(scope, types[question_id], question_id, value, draft, typed)
    ]
    if set(values) & set(budget_ids):
        saved.budget = _compute_costs(scope.definition, draft, changes)
    if changes:
        saved.versions = save_answers(
            session, scope.application.id, changes, current_actor(), now()
        )
        before = draft.versions.answers
        saved.grown_by = sum(n - before.get(key, 0) for key, n in saved.versions.items())
    return saved


def budget_questions(definition: CallDefinition) -> dict[str, str]:
    """Return the questions that the budget is computed from, with their types."""
    return {
        each.id: each.type
        for each in definition.questions()
        if each.id in MODELS or each.type in {"budget_staff", "budget_financing"}
    }


def _changes(
    scope: Scope,
    kind: str,
    question_id: str,
    value: Any,
    draft: StoredDraft,
    typed: Mapping[str, Any],
) -> list[AnswerChange]:
    seen = read_versions(typed.get(VERSION_PREFIX + question_id))
    if kind not in {"budget_staff", "budget_financing"}:
        return [AnswerChange(question_id, value, version=_seen(seen, ""))]
    own = scope.application.partner_key
    keys = [own] if own else [key for key, _name in draft.partners]
    return [
        AnswerChange(
            question_id,
            [dict(row) for row in value if row.get("partner") == key],
            key,
            version=_seen(seen, key),
        )
        for key in keys
        if (question_id, key) in draft.answers or any(row.get("partner") == key for row in value)
    ]


def read_versions(text: str | None) -> dict[str, int] | None:
    """Return the versions that a page carried, by partner (empty key: shared answer)."""
    if text is None:
        return None
    pairs = (each.rpartition(":") for each in text.split(","))
    return {key: int(number) for key, _colon, number in pairs if number.isdigit()}


def _seen(versions: dict[str, int] | None, key: str) -> int | None:
    return None if versions is None else versions.get(key, 0)


def _compute_costs(
    definition: CallDefinition, draft: StoredDraft, changes: list[AnswerChange]
) -> Budget:
    """Compute the budget as it will be and write each line's cost into its row."""
    kinds = budget_questions(definition)
    staged = {key: value for key, value in draft.answers.items() if key[0] in kinds}
    staged |= {(each.question_id, each.partner_key): each.value for each in changes}
    answers: dict[str, Any] = {}
    for (question_id, key), value in sorted(staged.items()):
        if key:
            answers.setdefault(question_id, []).extend(
                {**row, "partner": key} for row in value or ()
            )
        else:
            answers[question_id] = value
    partners = [{"key": key} for key, _name in draft.partners]
    budget = compute_budget(definition, Content(answers, partners, ()))
    changed = {(each.question_id, each.partner_key): each for each in changes}
    for (question_id, key), value in staged.items():
        costs = budget.costs_of(key)
        if kinds.get(question_id) != "budget_staff" or costs is None:
            continue
        priced = [
            {**row, "cost": f"{line.cost:.2f}"}
            for row, line in zip(value or (), costs.lines, strict=True)
        ]
        known = changed.get((question_id, key))
        if known is not None:
            changes.remove(known)
            changes.append(AnswerChange(question_id, priced, key, known.version))
        elif priced != value:
            changes.append(AnswerChange(question_id, priced, key))
    return budget


def _save_partners(
    session: Session,
    scope: Scope,
    draft: StoredDraft,
    form: SectionForm,
    question_id: str,
    rows: list[dict[str, Any]],
) -> dict[str, str]:
    """Save the partners; return the keys given to new ones by the name of their hidden control."""
    own = scope.application.partner_key
    if own:
        stored = load_content(session, scope.application.id).partners
        mine = {row["key"]: row for row in rows if row.get("key") == own}
        merged = [{**row, **mine.get(row["key"], {}), "role": row["role"]} for row in stored]
        save_partners(session, scope.application.id, merged, current_actor(), now())
        return {}
    known = {key for key, _name in draft.partners}
    largest = max((int(key[1:]) for key in known if key[1:].isdigit()), default=0)
    given: dict[str, str] = {}
    for index, row in form[question_id].filled_rows():
        if row["key"] in known:
            continue
        largest += 1
        given[f"{question_id}-{index}-key"] = f"P{largest}"
    fresh = iter(given.values())
    keyed = [row if row["key"] in known else {**row, "key": next(fresh)} for row in rows]
    save_partners(session, scope.application.id, keyed, current_actor(), now())
    return given


def version_texts(
    session: Session, application_id: uuid.UUID, question_ids: Collection[str]
) -> tuple[dict[str, str], int]:
    """Return the version that a page carries for each question, and their sum."""
    versions = load_versions(session, application_id, question_ids)
    return {each: versions.of(each) for each in question_ids}, versions.total

"""From what was typed to changed answers: one way for the page's button and for save-as-you-type."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.domain.budgets import Budget, compute_budget
from app.domain.content import Content
from app.domain.row_merge import row_digest, value_digest
from app.queries.applicant.drafts import StoredDraft, Versions, load_draft
from app.queries.content import load_content
from app.services.application.answers import PARTNER_OWNED, AnswerChange, save_answers
from app.services.application.partners import find_partners_question, save_partners
from app.web.applicant.row_edits import (
    BASE_PREFIX,
    READ_PREFIX,
    TypedRows,
    base_text,
    has_rows,
    read_rows,
)
from app.web.applicant.scope import Scope
from app.web.applicant.section_progress import Progress, measure_progress
from app.web.binding import now
from app.web.login import current_actor
from calls.definition import AnyQuestion, CallDefinition, Section
from forms.from_definition import SectionForm, build_section_form

VERSION_PREFIX = "_v-"
MODELS = ("cost_model", "staff_model")
"""Questions whose answers decide how costs are computed."""


@dataclass(slots=True)
class Saved:
    """What a save did: the judged form, the new versions, the budget, hidden values, progress."""

    form: SectionForm
    versions: dict[tuple[str, str], int] = field(default_factory=dict)
    grown_by: int = 0
    budget: Budget | None = None
    given: dict[str, str] = field(default_factory=dict)
    """New values of the page's hidden fields: keys, rows and versions."""
    progress: Progress | None = None
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
    needed = {each.id for each in section.questions} | set(only)
    needed |= set(budget_ids) if set(only) & set(budget_ids) else set()
    draft = load_draft(session, scope.application.id, needed)
    form = build_section_form(
        section, {}, scope.form_context(draft.partners), formdata=typed, only=only
    )
    form.validate()
    values = form.canonical_answers()
    saved = Saved(form, saved_ids=frozenset(values))
    questions = {each.id: each for each in section.questions}
    typed_partners = [each for each in values if questions[each].type == "partners"]
    for question_id in typed_partners:
        values.pop(question_id)
        saved.given |= _save_partners(session, scope, draft, form, questions[question_id], typed)
    changes = _answer_changes(scope, saved, values, questions, draft, typed)
    if set(values) & set(budget_ids):
        saved.budget = _compute_costs(scope.definition, draft, changes)
    if changes:
        saved.versions = save_answers(
            session, scope.application.id, changes, current_actor(), now(), draft
        )
        before = draft.versions.answers
        saved.grown_by = sum(n - before.get(key, 0) for key, n in saved.versions.items())
        saved.given |= _version_values(before | saved.versions, saved.versions)
    partners = [row for each in typed_partners for row in form[each].canonical()]
    saved.progress = measure_progress(scope, section, draft, changes, partners)
    return saved


def _answer_changes(
    scope: Scope,
    saved: Saved,
    values: Mapping[str, Any],
    questions: Mapping[str, AnyQuestion],
    draft: StoredDraft,
    typed: Mapping[str, Any],
) -> list[AnswerChange]:
    """Return what the person changed: an answer left as it was read is nobody's to overwrite."""
    changes: list[AnswerChange] = []
    for question_id, value in values.items():
        if has_rows(questions[question_id]):
            rows = read_rows(questions[question_id], saved.form[question_id], typed)
            saved.given |= rows.given
            changes += _row_changes(scope, questions[question_id], rows, draft, typed)
        elif typed.get(READ_PREFIX + question_id) != value_digest(value):
            seen = _seen(read_versions(typed.get(VERSION_PREFIX + question_id)), "")
            changes.append(AnswerChange(question_id, value, version=seen))
            saved.given[READ_PREFIX + question_id] = value_digest(value)
    return changes


def _version_values(
    known: Mapping[tuple[str, str], int], changed: Mapping[tuple[str, str], int]
) -> dict[str, str]:
    """Return the versions of the changed questions as the page's hidden fields hold them."""
    questions = {question_id for question_id, _key in changed}
    return {VERSION_PREFIX + each: Versions(dict(known)).of(each) for each in sorted(questions)}


def budget_questions(definition: CallDefinition) -> dict[str, str]:
    """Return the questions that the budget is computed from, with their types."""
    return {
        each.id: each.type
        for each in definition.questions()
        if each.id in MODELS or each.type in {"budget_staff", "budget_financing"}
    }


def _row_changes(
    scope: Scope,
    question: AnyQuestion,
    typed_rows: TypedRows,
    draft: StoredDraft,
    typed: Mapping[str, Any],
) -> list[AnswerChange]:
    seen = read_versions(typed.get(VERSION_PREFIX + question.id))
    if question.type not in PARTNER_OWNED:
        rows = list(typed_rows.rows)
        edit = typed_rows.edit_of("", rows)
        return [AnswerChange(question.id, rows, version=_seen(seen, ""), rows=edit)]
    own = scope.application.partner_key
    changes = []
    for key in [own] if own else [key for key, _name in draft.partners]:
        rows = [row for row in typed_rows.rows if row.get("partner") == key]
        if rows or (question.id, key) in draft.answers:
            edit = typed_rows.edit_of(key, rows)
            changes.append(AnswerChange(question.id, rows, key, _seen(seen, key), edit))
    return changes


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
            changes.append(AnswerChange(question_id, priced, key, known.version, known.rows))
        elif priced != value:
            changes.append(AnswerChange(question_id, priced, key))
    return budget


def _save_partners(
    session: Session,
    scope: Scope,
    draft: StoredDraft,
    form: SectionForm,
    question: AnyQuestion,
    typed: Mapping[str, Any],
) -> dict[str, str]:
    """Save the partners; return new values of hidden fields: keys of new ones, what was read."""
    read = read_rows(question, form[question.id], typed)
    base = None if read.base is None else read.base.get("", {})
    if scope.application.partner_key:
        rows, base = _own_row(session, scope, read, base)
        given: dict[str, str] = {}
    else:
        rows, given = _keyed_rows(form, question, draft, base or {})
    save_partners(session, scope.application.id, rows, current_actor(), now(), base)
    if read.base is not None:
        given[BASE_PREFIX + question.id] = base_text(question, rows)
    return given


def _own_row(
    session: Session, scope: Scope, read: TypedRows, base: Mapping[str, str] | None
) -> tuple[list[dict[str, Any]], Mapping[str, str]]:
    """Return the row of the person's own partner; nothing is known of the others, so they stay."""
    own = scope.application.partner_key
    stored = {row["key"]: row for row in load_content(session, scope.application.id).partners}
    rows = [
        {**stored[own], **row, "role": stored[own]["role"]}
        for row in read.rows
        if row.get("key") == own and own in stored
    ]
    question = find_partners_question(scope.definition)
    now_stored = {own: row_digest(question, stored[own])} if question and own in stored else {}
    return rows, (now_stored if base is None else {own: base[own]} if own in base else {})


def _keyed_rows(
    form: SectionForm, question: AnyQuestion, draft: StoredDraft, base: Mapping[str, str]
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Return the typed partners with their keys, and the keys of those that had none.

    A new row that bears the name of a partner stored since is that partner: the answer to the save
    that stored it was lost on the way.
    """
    typed = form[question.id].filled_rows()
    known = {key for key, _name in draft.partners} | set(base)
    taken = {row["key"] for _index, row in typed} | set(base)
    unseen = {name: key for key, name in draft.partners if key not in taken}
    largest = max((int(key[1:]) for key in known if key[1:].isdigit()), default=0)
    given: dict[str, str] = {}
    rows = []
    for index, row in typed:
        key = str(row["key"])
        if key not in known:
            key = unseen.pop(row["name"], "") if base else ""
            if not key:
                largest += 1
                key = f"P{largest}"
            given[f"{question.id}-{index}-key"] = key
        # Who adds a partner adds a partner: the lead is there from the start.
        rows.append({**row, "key": key, "role": row.get("role") or "partner"})
    return rows, given

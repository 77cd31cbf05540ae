"""What the page of one section shows, gathered for its template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.domain.budgets import Budget, compute_budget
from app.domain.completeness import find_section_problems
from app.domain.content import Content
from app.domain.row_merge import value_digest
from app.queries.applicant.drafts import Versions, load_versions
from app.queries.content import load_content
from app.web.applicant.budget_view import BudgetLine, budget_lines, staff_cells
from app.web.applicant.row_edits import (
    BASE_PREFIX,
    READ_PREFIX,
    base_text,
    has_rows,
    identified_rows,
)
from app.web.applicant.saving import VERSION_PREFIX, budget_questions
from app.web.applicant.scope import Scope
from app.web.applicant.section_progress import Progress, count_progress
from app.web.binding import reading
from app.web.filters import localized_text, money
from calls.definition import AnyQuestion, Section
from forms.from_definition import SectionForm, build_section_form
from forms.starting_rows import objectives_of, starting_value

SHORT_COLUMNS = 6
"""Tables of short fields up to this many columns are shown as a sheet, others as cards."""


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question of the page: its field, how it is laid out, and what of it was read."""

    question: AnyQuestion
    layout: str
    titles: tuple[str, ...]
    carried: tuple[tuple[str, str], ...]
    """Hidden fields by name: the version of the answer, or the rows, that the page was made from."""
    computed: tuple[tuple[str, str, dict[int, str]], ...] = ()
    sums: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SectionPage:
    """Everything that the template of a section needs."""

    scope: Scope
    section: Section
    form: SectionForm
    questions: tuple[QuestionView, ...]
    version: int
    progress: Progress
    lines: tuple[BudgetLine, ...] = ()


def read_section(scope: Scope, section: Section, *, check: bool = False) -> SectionPage:
    """Return the page of what is stored; with ``check`` it also says what is missing."""
    content = load_content(reading(), scope.application.id)
    fields = scope.fields_of(section)
    versions = load_versions(reading(), scope.application.id, [each.id for each in fields])
    answers = answers_of(scope, section, content, versions)
    context = scope.form_context(partner_names(content))
    form = build_section_form(section, answers, context, only={each.id for each in fields})
    if check:
        problems = find_section_problems(scope.definition, section.id, content)
        form.mark_problems(scope.own_problems(problems, content))
        form.mark_warnings()
    return make_page(scope, section, form, content, {}, versions)


def retype_section(scope: Scope, section: Section, typed: Mapping[str, Any]) -> SectionForm:
    """Return the form of a section as it was typed."""
    content = load_content(reading(), scope.application.id)
    return build_section_form(
        section,
        {},
        scope.form_context(partner_names(content)),
        formdata=typed,
        only={each.id for each in scope.fields_of(section)},
    )


def make_page(
    scope: Scope,
    section: Section,
    form: SectionForm,
    content: Content,
    carried: Mapping[str, Any],
    versions: Versions | None = None,
) -> SectionPage:
    """Return the page of a form.

    ``carried`` holds the hidden fields of the page that the form came from: what was read then stays
    what was read, so that a later save still meets what others have saved meanwhile.
    """
    questions = scope.fields_of(section)
    ids = [each.id for each in questions]
    found = versions or load_versions(reading(), scope.application.id, ids)
    budget = compute_budget(scope.definition, content)
    stored = answers_of(scope, section, content, found)
    context = scope.form_context(partner_names(content))
    views = []
    for each in questions:
        hidden = {VERSION_PREFIX + each.id: found.of(each.id)}
        if has_rows(each):
            rows = starting_value(each, stored.get(each.id), context)
            hidden[BASE_PREFIX + each.id] = base_text(each, rows)
        else:
            hidden[READ_PREFIX + each.id] = value_digest(stored.get(each.id))
        kept = tuple((name, str(carried.get(name, text))) for name, text in hidden.items())
        views.append(_view(each, form, budget, content, kept))
    has_budget = any(each.id in budget_questions(scope.definition) for each in questions)
    own = scope.application.partner_key
    shown = [pair for pair in partner_names(content) if own in ("", pair[0])]
    lines = tuple(budget_lines(budget, shown, _("All partners"))) if has_budget else ()
    progress = count_progress(scope, section, content)
    return SectionPage(scope, section, form, tuple(views), found.total, progress, lines)


def answers_of(
    scope: Scope, section: Section, content: Content, versions: Versions
) -> dict[str, Any]:
    """Return the answers of a section by question, rows with their identifiers."""
    rows = {
        each.id: identified_rows(each, content, versions)
        for each in scope.fields_of(section)
        if has_rows(each)
    }
    return {**content.answers, **rows}


def partner_names(content: Content) -> list[tuple[str, str]]:
    """Return the keys and names of the partners."""
    return [(str(each["key"]), str(each["name"]) or str(each["key"])) for each in content.partners]


def _view(
    question: AnyQuestion,
    form: SectionForm,
    budget: Budget,
    content: Content,
    carried: tuple[tuple[str, str], ...],
) -> QuestionView:
    computed: tuple[tuple[str, str, dict[int, str]], ...] = ()
    sums: tuple[tuple[str, str], ...] = ()
    if question.type == "budget_staff":
        places = {typed: place for place, typed in enumerate(form[question.id].typed_indices)}
        cells = {
            places[typed]: row for typed, row in staff_cells(form[question.id], budget).items()
        }
        staff = sum((each.staff for each in budget.costs), start=budget.total_cost * 0)
        computed = (
            ("hourly", _("Hourly rate"), {index: row["hourly"] for index, row in cells.items()}),
            ("cost", _("Cost"), {index: row["cost"] for index, row in cells.items()}),
        )
        sums = (("hourly", ""), ("cost", money(staff)))
    return QuestionView(
        question,
        _layout(question),
        _titles(question, form, content),
        carried,
        computed,
        sums,
    )


def _layout(question: Any) -> str:
    columns: Sequence[Any] = getattr(question, "columns", ())
    if not columns or question.type in {"partners", "work_packages", "dnsh"}:
        return "cards"
    is_short = all(each.type not in {"longtext", "yes_no"} for each in columns)
    return "sheet" if is_short and len(columns) <= SHORT_COLUMNS else "cards"


def _titles(question: AnyQuestion, form: SectionForm, content: Content) -> tuple[str, ...]:
    """Return the names of rows that are given and not numbered."""
    if question.type == "dnsh":
        return tuple(localized_text(dict(each.label)) for each in objectives_of(question))
    if question.type == "budget_financing":
        names = dict(partner_names(content))
        return tuple(
            names.get(str(entry.form["partner"].data), "") for entry in form[question.id].entries
        )
    return ()

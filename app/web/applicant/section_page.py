"""What the page of one section shows, gathered for its template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.domain.budgets import Budget, compute_budget
from app.domain.completeness import find_section_problems
from app.domain.content import Content
from app.queries.content import load_content
from app.web.applicant.budget_view import BudgetLine, budget_lines, staff_cells
from app.web.applicant.saving import VERSION_PREFIX, budget_questions, version_texts
from app.web.applicant.scope import Scope
from app.web.binding import reading
from app.web.filters import localized_text, money
from calls.definition import AnyQuestion, Section
from forms.from_definition import SectionForm, build_section_form
from forms.starting_rows import objectives_of

SHORT_COLUMNS = 6
"""Tables of short fields up to this many columns are shown as a sheet, others as cards."""


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question of the page: its field, how it is laid out, and the version it was read at."""

    question: AnyQuestion
    layout: str
    titles: tuple[str, ...]
    version: str
    version_name: str
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
    lines: tuple[BudgetLine, ...] = ()
    conflicts: tuple[Mapping[str, Any], ...] = ()


def read_section(scope: Scope, section: Section, *, check: bool = False) -> SectionPage:
    """Return the page of what is stored; with ``check`` it also says what is missing."""
    content = load_content(reading(), scope.application.id)
    form = build_section_form(
        section,
        answers_of(scope, content),
        scope.form_context(partner_names(content)),
        only={each.id for each in scope.fields_of(section)},
    )
    if check:
        form.mark_problems(find_section_problems(scope.definition, section.id, content))
        form.mark_warnings()
    return make_page(scope, section, form, content)


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
    conflicts: Iterable[Mapping[str, Any]] = (),
) -> SectionPage:
    """Return the page of a form, with the versions that are stored now."""
    questions = scope.fields_of(section)
    versions, total = version_texts(reading(), scope.application.id, [q.id for q in questions])
    budget = compute_budget(scope.definition, content)
    views = tuple(_view(each, form, budget, content, versions[each.id]) for each in questions)
    has_budget = any(each.id in budget_questions(scope.definition) for each in questions)
    names = partner_names(content)
    own = scope.application.partner_key
    shown = [pair for pair in names if own in ("", pair[0])]
    lines = tuple(budget_lines(budget, shown, _("All partners"))) if has_budget else ()
    return SectionPage(scope, section, form, views, total, lines, tuple(conflicts))


def answers_of(scope: Scope, content: Content) -> dict[str, Any]:
    """Return the answers by question, the partners under their question."""
    partners = {
        each.id: content.partners
        for each in scope.definition.questions()
        if each.type == "partners"
    }
    return {**content.answers, **partners}


def partner_names(content: Content) -> list[tuple[str, str]]:
    """Return the keys and names of the partners."""
    return [(str(each["key"]), str(each["name"]) or str(each["key"])) for each in content.partners]


def _view(
    question: AnyQuestion, form: SectionForm, budget: Budget, content: Content, version: str
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
        version,
        VERSION_PREFIX + question.id,
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

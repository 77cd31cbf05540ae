"""Forms generated from a call definition: one form per section, one field per question.

A form reads canonical answers, shows them as the reader writes numbers and days, and gives canonical
answers back. In the draft profile everything may be missing and only kinds are judged; the complete
profile adds what the call demands (``mark_problems``), found by the rules of the process.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Protocol

from wtforms import Field
from wtforms.form import BaseForm

from calls.questions import AnyQuestion, Section
from forms.columns import column_fields, option_choices
from forms.fields import (
    ChoiceField,
    DayField,
    DeclarationField,
    KeyField,
    LineField,
    LongTextField,
    OptionsField,
    RadiosField,
    YesNoField,
)
from forms.messages import N_
from forms.number_fields import MoneyField, NumberField, WholeNumberField
from forms.problem_words import describe_problem
from forms.rows import ROW_ID, PartField, PartForm, RowList
from forms.starting_rows import FormContext, given_columns, is_fixed, starting_value

FILE_TYPES = frozenset({"file", "files"})
NAMED_ROWS = frozenset({"partners", "budget_financing", "dnsh"})
"""Question types whose rows are known by their own key: they need no hidden identifier."""
FEW_OPTIONS = 7
"""Up to so many options are shown as radios, more as a list."""


class FoundProblem(Protocol):
    """A problem that the rules of the process found."""

    @property
    def code(self) -> str: ...  # noqa: D102 - a protocol
    @property
    def question_id(self) -> str: ...  # noqa: D102
    @property
    def field(self) -> str: ...  # noqa: D102
    @property
    def data(self) -> Mapping[str, Any] | None: ...  # noqa: D102


class SectionForm(PartForm):
    """The form of one section, or of the questions of it that changed."""

    def canonical_answers(self) -> dict[str, Any]:
        """Return the canonical answer of every question that could be read.

        Of a table all readable cells are given: one slip must not lose the rest of the rows.
        """
        return {
            name: field.canonical()
            for name, field in self._fields.items()
            if isinstance(field, RowList | PartField) or not field.errors
        }

    def mark_problems(self, problems: Iterable[FoundProblem]) -> None:
        """Show what the rules of the process found at the fields that it concerns."""
        for problem in problems:
            if problem.question_id in self:
                place = _place_of(self[problem.question_id], problem.field)
                message = _message(self[problem.question_id], problem)
                if isinstance(place, PartField):
                    place.form.form_errors.append(message)
                else:
                    place.errors = [*place.errors, message]

    def mark_warnings(self) -> None:
        """Point out what is kept as typed but cannot be right."""
        for field in walk_fields(self):
            find = getattr(field, "find_warning", None)
            warning = find() if find else None
            if warning:
                field.errors = [*field.errors, warning]


def build_section_form(
    section: Section,
    answers: Mapping[str, Any],
    context: FormContext,
    *,
    formdata: Any = None,
    only: Collection[str] | None = None,
) -> SectionForm:
    """Return the form of a section filled from canonical answers, or from what was typed.

    ``only`` limits it to the named questions. Questions for files have no field here.
    """
    questions = [
        each
        for each in section.questions
        if each.type not in FILE_TYPES and (only is None or each.id in only)
    ]
    fields = {each.id: make_field(each, context) for each in questions}
    values = {each.id: starting_value(each, answers.get(each.id), context) for each in questions}
    return SectionForm(fields, formdata, values, "")


def make_field(question: AnyQuestion, context: FormContext) -> Any:
    """Return the unbound field of a question."""
    return _MAKERS.get(question.type, _make_rows)(question, context)


def has_error(field: Field) -> bool:
    """Tell whether a field, or one inside it, holds something that cannot be read."""
    if isinstance(field, RowList):
        return any(has_error(entry) for entry in field.entries) or any(
            isinstance(each, str) for each in field.errors
        )
    if isinstance(field, PartField):
        return bool(field.form.form_errors) or any(has_error(each) for each in field.form)
    return bool(field.errors)


def walk_fields(form: BaseForm) -> Iterator[Field]:
    """Yield the plain fields of a form and of the forms within."""
    for field in form:
        if isinstance(field, RowList):
            for entry in field.entries:
                yield from walk_fields(entry.form)
        elif isinstance(field, PartField):
            yield from walk_fields(field.form)
        else:
            yield field


def _message(field: Field, problem: FoundProblem) -> str:
    """Return the sentence for a problem; a summary of errors must say which question is open."""
    if problem.code == "required":
        return N_("Answer “%(question)s”", question=field.label.text)
    return describe_problem(problem.code, problem.data)


def _place_of(field: Field, path: str) -> Field:
    """Return the field that a problem's path (``2.share_pct``) names, else the question's own."""
    number, _point, column = path.partition(".")
    if isinstance(field, RowList) and number.isdigit() and int(number) <= len(field.entries):
        form = field.entries[int(number) - 1].form
        if column in form and not isinstance(form[column], KeyField):
            cell: Field = form[column]
            return cell
    return field


def _about(question: AnyQuestion) -> dict[str, Any]:
    return {"label": dict(question.label), "description": dict(question.help or {})}


def _make_text(question: Any, _context: FormContext) -> Any:
    kind = LongTextField if question.type == "longtext" else LineField
    return kind(**_about(question), render_kw={"data-maxlength": str(question.max_chars)})


def _make_choice(question: Any, _context: FormContext) -> Any:
    kind = RadiosField if len(question.options) <= FEW_OPTIONS else ChoiceField
    return kind(**_about(question), choices=option_choices(question.options))


def _make_options(question: Any, _context: FormContext) -> Any:
    return OptionsField(**_about(question), choices=option_choices(question.options))


def _make_checkbox(question: Any, _context: FormContext) -> Any:
    return DeclarationField(**_about(question))


def _make_yes_no(question: Any, _context: FormContext) -> Any:
    return YesNoField(**_about(question))


def _make_number(question: Any, context: FormContext) -> Any:
    if question.decimals == 0:
        return WholeNumberField(**_about(question), language=context.language)
    return NumberField(**_about(question), language=context.language, decimals=question.decimals)


def _make_money(question: Any, context: FormContext) -> Any:
    return MoneyField(**_about(question), language=context.language)


def _make_dates(question: Any, _context: FormContext) -> Any:
    example = N_("For example 1.10.2027")
    fields = {
        "start": DayField(N_("First day"), description=example),
        "end": DayField(N_("Last day"), description=example),
    }
    return PartField(**_about(question), fields=fields)


def _make_range(question: Any, _context: FormContext) -> Any:
    steps = range(question.minimum, question.maximum + 1)
    choices = [(str(each), str(each)) for each in steps]
    fields = {
        "start": LevelField(N_("At the start"), choices=choices),
        "end": LevelField(N_("At the end"), choices=choices),
    }
    return PartField(**_about(question), fields=fields)


class LevelField(ChoiceField):
    """A level of a scale; its canonical value is a whole number."""

    def canonical(self) -> Any:
        """Return the level, or None."""
        chosen = super().canonical()
        return int(chosen) if chosen and chosen.isdigit() else chosen


def _make_secrecy(question: Any, context: FormContext) -> Any:
    fields = {
        "question": ChoiceField(N_("Part of the application"), choices=context.secrecy_questions),
        "ground": ChoiceField(N_("Ground for secrecy"), choices=context.secrecy_grounds),
        "reason": LongTextField(N_("Why it is secret"), render_kw={"rows": 3}),
        ROW_ID: KeyField(),
    }
    return RowList(**_about(question), fields=fields)


def _make_rows(question: Any, context: FormContext) -> Any:
    fields = column_fields(question, context.language, context.partners, context.own_partner)
    if question.type not in NAMED_ROWS:
        fields[ROW_ID] = KeyField()
    return RowList(
        **_about(question),
        fields=fields,
        limit=question.max_rows,
        fixed=is_fixed(question, context),
        given=given_columns(question, context),
    )


_MAKERS: Mapping[str, Callable[[Any, FormContext], Any]] = {
    "text": _make_text,
    "longtext": _make_text,
    "choice": _make_choice,
    "multichoice": _make_options,
    "checkbox": _make_checkbox,
    "yes_no": _make_yes_no,
    "number": _make_number,
    "money": _make_money,
    "date_range": _make_dates,
    "range": _make_range,
    "secrecy_marks": _make_secrecy,
}

"""Which questions a person may see and change in an application of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.content import Content
from app.domain.errors import NotFound, Problem
from app.queries.applicant.access import OwnApplication
from app.services.application.answers import PARTNER_OWNED
from app.services.call.calls import get_definition
from app.web.binding import reading, tools
from app.web.language import current_language
from calls.definition import AnyQuestion, CallDefinition, Section
from calls.option_sources import find_options
from forms.columns import option_choices
from forms.fields import Choices
from forms.from_definition import FILE_TYPES
from forms.starting_rows import FormContext

PARTNER_PART = PARTNER_OWNED | {"partners", "files"}
"""Question types of which a partner's person fills in its own rows or adds its own files."""
COST_MODELS = ("cost_model", "staff_model")
"""Answers of the whole application by which the costs of every partner are computed."""


@dataclass(frozen=True, slots=True)
class Scope:
    """An application, its call's definition, and what of it the person may change."""

    application: OwnApplication
    definition: CallDefinition

    def is_editable(self, question: AnyQuestion) -> bool:
        """Tell whether the person may change the answer to a question now."""
        application = self.application
        if not application.is_open or not self.is_own(question):
            return False
        asked = application.completion_questions or []
        return application.is_draft or question.id in asked

    def is_own(self, question: AnyQuestion) -> bool:
        """Tell whether a question belongs to the person's part: of a partner's person, its own rows.

        A question for several files belongs to all partners: each adds its own and removes its own.
        """
        return self.application.is_owner or question.type in PARTNER_PART

    def sections(self) -> tuple[Section, ...]:
        """Return the sections of the person's part; while completing, only those asked for."""
        return tuple(
            section
            for section in self.definition.sections
            if any(
                self.is_own(each) and (not self.application.is_open or self.is_editable(each))
                for each in section.questions
            )
        )

    def get_section(self, section_id: str) -> Section:
        """Return a section that the person may fill in.

        Raises:
            NotFound: if there is none, or nothing of it is open to the person.
        """
        for section in self.sections():
            if section.id == section_id:
                return section
        raise NotFound(section=section_id)

    def fields_of(self, section: Section) -> list[AnyQuestion]:
        """Return the questions of a section that the person answers in its form."""
        return [
            each
            for each in section.questions
            if each.type not in FILE_TYPES and self.is_editable(each)
        ]

    def files_of(self, section: Section) -> list[AnyQuestion]:
        """Return the questions of a section that are answered by files."""
        return [
            each for each in section.questions if each.type in FILE_TYPES and self.is_editable(each)
        ]

    def file_questions(self) -> list[AnyQuestion]:
        """Return every question that the person answers by files."""
        return [each for section in self.definition.sections for each in self.files_of(section)]

    def shown_file_questions(self) -> list[AnyQuestion]:
        """Return them with those that a partner's person sees only: one file, given by the lead partner."""
        own = {each.id for each in self.file_questions()}
        is_partners = bool(self.application.partner_key)
        return [
            each
            for each in self.definition.questions()
            if each.id in own or (is_partners and each.type == "file")
        ]

    def section_after(self, section: Section) -> Section | None:
        """Return the section that follows, if one does."""
        sections = self.sections()
        following = sections[sections.index(section) + 1 :]
        return following[0] if following else None

    def readable_part(self, content: Content) -> Content:
        """Return what the person may read: all, but of other partners' people no pay.

        What one person earns is not the consortium's business; the sums of each partner are.
        """
        own = self.application.partner_key
        if not own:
            return content
        pay = [each.id for each in self.definition.questions() if each.type == "budget_staff"]
        answers = {
            **content.answers,
            **{
                each: [row for row in content.rows(each) if row.get("partner") == own]
                for each in pay
            },
        }
        return Content(answers, content.partners, content.attachments)

    def may_change_file(self, partner_key: str) -> bool:
        """Tell whether a file is the person's own: the owner's, or the own partner's."""
        return self.application.partner_key in ("", partner_key)

    def own_problems(self, problems: Iterable[Problem], content: Content) -> list[Problem]:
        """Return the problems that the person can mend: of rows, those of the own partner.

        That the own part waits for confirmation is the next step of its person, not a fault.
        """
        if self.application.is_owner:
            return list(problems)
        found = [each for each in problems if self._is_own_problem(each, content)]
        own = self.application.partner_key
        return found + [
            Problem("required", question.id, section.id)
            for section in self.definition.sections
            for question in section.questions
            if question.type in PARTNER_OWNED
            and question.required
            and not any(row.get("partner") == own for row in content.rows(question.id))
        ]

    def _is_own_problem(self, problem: Problem, content: Content) -> bool:
        question = self.definition.find_question(problem.question_id)
        if question is None or not self.is_own(question):
            return False
        own = self.application.partner_key
        number = problem.field.partition(".")[0]
        rows = content.partners if question.type == "partners" else content.rows(question.id)
        if not number.isdigit() or int(number) > len(rows):
            return False
        row = rows[int(number) - 1]
        return own in (row.get("key"), row.get("partner"))

    def own_part(self, content: Content) -> Content:
        """Return what the person fills in: of a partner's person only its own rows."""
        own = self.application.partner_key
        if not own:
            return content
        questions = [each for each in self.definition.questions() if self.is_own(each)]
        answers = {
            each.id: [row for row in content.rows(each.id) if row.get("partner") == own]
            for each in questions
            if each.type in PARTNER_OWNED
        }
        models = {each: content.answers[each] for each in COST_MODELS if each in content.answers}
        return Content({**models, **answers}, content.partners, ())

    def form_context(self, partners: Sequence[tuple[str, str]]) -> FormContext:
        """Return what the generated forms need to know."""
        return FormContext(
            language=current_language(),
            partners=[(key, name or key) for key, name in partners],
            secrecy_questions=[
                (each.id, dict(each.label))
                for each in self.definition.questions()
                if each.secrecy_capable
            ],
            secrecy_grounds=secrecy_grounds(),
            own_partner=self.application.partner_key,
        )


def secrecy_grounds() -> Choices:
    """Return the grounds for secrecy that an applicant may name."""
    return option_choices(find_options("secrecy_grounds", tools().registers) or ())


def scope_of(application: OwnApplication) -> Scope:
    """Return the scope of the person who reads now."""
    return Scope(application, get_definition(reading(), application.call_version_id))

"""What keeps an application from being submitted, each with a link to where it is mended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from app.domain.errors import Problem
from app.web.applicant.eligibility_words import describe_result
from app.web.applicant.scope import Scope
from app.web.filters import localized_text, translate
from forms.from_definition import FILE_TYPES
from forms.problem_words import describe_problem


@dataclass(frozen=True, slots=True)
class LinkedProblem:
    """A problem in words; the address leads to its question, if it has one."""

    text: str
    href: str


def link_problems(scope: Scope, problems: Iterable[Problem]) -> list[LinkedProblem]:
    """Return problems in words with the addresses of their questions."""
    return [_link(scope, each) for each in problems]


def _link(scope: Scope, problem: Problem) -> LinkedProblem:
    if problem.code.startswith("check_"):
        return _link_check(scope, problem)
    question = scope.definition.get_question(problem.question_id)
    words = translate(describe_problem(problem.code, problem.data))
    row = problem.field.partition(".")[0]
    if row.isdigit() and "row" not in (problem.data or {}):
        words = _("Row %(row)s: %(what)s", row=row, what=words)
    label = localized_text(dict(question.label))
    text = f"{label} {words}" if label.endswith(("?", ".", "!")) else f"{label}: {words}"
    if question.type in FILE_TYPES:
        return LinkedProblem(
            text, url_for(".list_attachments", application_id=scope.application.id)
        )
    address = url_for(
        ".edit_section",
        application_id=scope.application.id,
        section_id=problem.section_id,
        check=1,
        _anchor=f"question-{question.id}",
    )
    return LinkedProblem(text, address)


def _link_check(scope: Scope, problem: Problem) -> LinkedProblem:
    facts = dict(problem.data or {})
    check = next(each for each in scope.definition.eligibility if each.id == facts["check"])
    reason = describe_result(check.rule.kind, facts, scope)
    text = f"{localized_text(dict(check.label))}. {reason}".strip()
    address = url_for(".show_application", application_id=scope.application.id, _anchor="checks")
    return LinkedProblem(text, address)

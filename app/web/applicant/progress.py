"""Where an application stands: sections, eligibility, and the one thing to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.domain.completeness import find_problems, is_answered
from app.domain.content import Content
from app.domain.errors import Problem
from app.domain.facts import build_facts
from app.domain.lifecycle import ApplicationState
from app.queries.applicant.applications import ListedApplication
from app.web.applicant.eligibility_words import describe_result
from app.web.applicant.scope import Scope
from app.web.filters import deadline
from calls.definition import EligibilityCheck, Section
from calls.scoring_rules import to_eligibility_rules
from scoring.eligibility import evaluate

STATE_NAMES: Mapping[ApplicationState, object] = {
    ApplicationState.DRAFT: _l("Draft"),
    ApplicationState.SUBMITTED: _l("Submitted"),
    ApplicationState.COMPLETION_REQUESTED: _l("Waits for your completion"),
    ApplicationState.NOT_EXAMINED: _l("Not examined"),
    ApplicationState.ELIGIBLE: _l("Being handled"),
    ApplicationState.INELIGIBLE: _l("Being handled"),
    ApplicationState.IN_EVALUATION: _l("Being evaluated"),
    ApplicationState.EVALUATED: _l("Being evaluated"),
    ApplicationState.SELECTED: _l("Decision being prepared"),
    ApplicationState.RESERVE: _l("Decision being prepared"),
    ApplicationState.NOT_SELECTED: _l("Decision being prepared"),
    ApplicationState.DECIDED: _l("Decided"),
    ApplicationState.WITHDRAWN: _l("Withdrawn"),
}
"""What an applicant is told: outcomes that have not been served are not in these words."""


def state_name(state: ApplicationState, *, has_decision: bool = False) -> str:
    """Return the state in words; a decision is only told once it has been served."""
    if state in {ApplicationState.DECIDED, ApplicationState.NOT_EXAMINED} and not has_decision:
        return _("Decision being prepared")
    return str(STATE_NAMES[state])


@dataclass(frozen=True, slots=True)
class SectionStatus:
    """A section in the task list."""

    section: Section
    href: str
    status: str
    kind: str
    problems: int

    @property
    def title(self) -> Mapping[str, str]:
        """Return the section's title as a data text."""
        return dict(self.section.title)

    @property
    def hint(self) -> str:
        """Return how much is missing, in words."""
        if not self.problems or self.kind == "todo":
            return ""
        text = ngettext("%(num)s point to mend", "%(num)s points to mend", self.problems)
        return str(text)


def section_statuses(scope: Scope, content: Content) -> list[SectionStatus]:
    """Return where each section of the person's part stands."""
    problems = scope.own_problems(find_problems(scope.definition, content), content)
    return [
        _status(
            scope, section, content, [each for each in problems if each.section_id == section.id]
        )
        for section in scope.sections()
    ]


def _status(
    scope: Scope, section: Section, content: Content, problems: list[Problem]
) -> SectionStatus:
    own = {each.id for each in section.questions if scope.is_own(each)}
    count = sum(1 for each in problems if each.question_id in own)
    started = any(
        is_answered(each, content)
        for each in section.questions
        if each.id in own and each.type != "partners"
    ) or (any(each.get("name") for each in content.partners) and _asks_partners(section))
    href = url_for(".edit_section", application_id=scope.application.id, section_id=section.id)
    if not count:
        return SectionStatus(section, href, _("Complete"), "done", 0)
    if started:
        return SectionStatus(section, href, _("In progress"), "doing", count)
    return SectionStatus(section, href, _("Not started"), "todo", count)


def _asks_partners(section: Section) -> bool:
    return any(each.type == "partners" for each in section.questions)


@dataclass(frozen=True, slots=True)
class CheckStatus:
    """An automatic check of the call with its result so far and the reason in words."""

    check: EligibilityCheck
    passed: bool | None
    reason: str

    @property
    def status(self) -> str:
        """Return the result in a word."""
        return {True: _("Met"), False: _("Not met"), None: _("Decided later")}[self.passed]

    @property
    def kind(self) -> str:
        """Return the kind of tag."""
        return {True: "done", False: "bad", None: "neutral"}[self.passed]


def check_statuses(scope: Scope, content: Content) -> list[CheckStatus]:
    """Return how the automatic checks stand now; those that only an officer judges are left out."""
    rules = to_eligibility_rules(scope.definition)
    facts = build_facts(scope.definition, content, scope.application.submitted_at)
    found = []
    for check in scope.definition.eligibility:
        if not check.automatic or check.needs_officer:
            continue
        result = evaluate(rules[check.id], facts)
        found.append(
            CheckStatus(check, result.passed, describe_result(check.rule.kind, result.facts, scope))
        )
    return found


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing to do next."""

    text: str
    href: str
    action: str


def next_step(listed: ListedApplication, now: datetime) -> NextStep:
    """Return what the person should do next about an application."""
    address = url_for(".show_application", application_id=listed.id)
    if listed.has_decision:
        decision = url_for(".show_decision", application_id=listed.id)
        return NextStep(_("The decision can be read here."), decision, _("Read the decision"))
    if listed.state is ApplicationState.DRAFT:
        if now > listed.closes_at:
            return NextStep(_("The deadline has passed."), address, _("Open the application"))
        text = _("Fill in and submit by %(deadline)s.", deadline=deadline(listed.closes_at))
        return NextStep(text, address, _("Continue"))
    if listed.state is ApplicationState.COMPLETION_REQUESTED and listed.completion_due:
        text = _("Complete the application by %(due)s.", due=deadline(listed.completion_due))
        return NextStep(text, address, _("Complete the application"))
    if listed.state is ApplicationState.WITHDRAWN:
        return NextStep(
            _("You have withdrawn this application."), address, _("Open the application")
        )
    return NextStep(
        _("Nothing to do now. You will be told when this changes."),
        address,
        _("Open the application"),
    )

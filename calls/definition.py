"""The call definition: everything that makes one call differ from another, as data."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from calls.eligibility import Consequence, EligibilityCheck
from calls.funding import FundingSettings
from calls.limits import Budget, CostModels, GrantLimits, SideCostPct
from calls.questions import (
    ROWS_TYPES,
    AnyQuestion,
    Column,
    Option,
    Question,
    RowsQuestion,
    Section,
    Visibility,
)
from calls.routing import RoutingSettings
from calls.rubric import Criterion, Rubric
from calls.text import Language, Text
from calls.timetable import Timetable
from calls.values import Code, Flag, Frozen, Identifier

SCHEMA = "innoverkko-call/1"
DecisionFlow = Literal["theme", "ecosystem", "regional_single", "regional_coordinated"]


class SpecificObjective(Frozen):
    """A specific objective of the programme (2021/1058 Art. 3); shown only when open."""

    code: Code
    label: Text
    open_in_this_call: Flag = True


class Theme(Frozen):
    """A theme of the call; the applicant picks one."""

    id: Identifier
    label: Text


class CallAuthority(Frozen):
    """Who selects and who grants; both are the body `key` unless the flow names two."""

    decision_flow: DecisionFlow
    key: Identifier
    selecting_key: Identifier | None = None
    granting_key: Identifier | None = None


class Modes(Frozen):
    """How applications arrive."""

    implemented: Literal["single_deadline"] = "single_deadline"
    also_supported: tuple[str, ...] = ()


class CallTexts(Frozen):
    """The words of the call page."""

    purpose: Text


class CallDefinition(Frozen):
    """One call, complete and immutable; its SHA-256 identifies the version."""

    schema_id: Literal["innoverkko-call/1"] = Field(alias="schema")
    status_note: str | None = None
    id: Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]*$", max_length=40)]
    title: Text
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    authoritative_language: Language
    programme: Text
    programme_origin: str | None = None
    fund: Literal["ERDF", "ESF+", "JTF"]
    priority: Code
    specific_objectives: Annotated[tuple[SpecificObjective, ...], Field(min_length=1)]
    authority: CallAuthority
    timetable: Timetable
    modes: Modes = Modes()
    budget: Budget
    grant: GrantLimits
    cost_models: CostModels
    themes: tuple[Theme, ...] = ()
    text: CallTexts
    eligibility: tuple[EligibilityCheck, ...] = ()
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    rubric: Rubric
    routing: RoutingSettings = RoutingSettings()
    funding: FundingSettings = FundingSettings()
    swedish_note: str | None = None

    @property
    def decision_flow(self) -> DecisionFlow:
        """Which bodies take part in the decision, and in which order."""
        return self.authority.decision_flow

    @property
    def authority_key(self) -> str:
        """The register key of the body that runs the call."""
        return self.authority.key

    @property
    def selecting_authority_key(self) -> str:
        """The register key of the body that selects the projects."""
        return self.authority.selecting_key or self.authority.key

    @property
    def granting_authority_key(self) -> str:
        """The register key of the body that makes the legal decision."""
        return self.authority.granting_key or self.authority.key

    @property
    def budget_total(self) -> Decimal:
        """The public support that the call can award, in euros."""
        return self.budget.total_public_eur

    @property
    def purpose(self) -> Text:
        """What the call is for."""
        return self.text.purpose

    @property
    def side_cost_pct(self) -> SideCostPct:
        """The side-cost percentages confirmed for this call."""
        return self.cost_models.side_cost_pct

    @property
    def open_objectives(self) -> tuple[SpecificObjective, ...]:
        """The specific objectives that an applicant may choose."""
        return tuple(each for each in self.specific_objectives if each.open_in_this_call)

    def questions(self) -> Iterator[AnyQuestion]:
        """Yield every question in the order of the form."""
        for section in self.sections:
            yield from section.questions

    def find_question(self, question_id: str) -> AnyQuestion | None:
        """Return the question with this id, or None."""
        return next((each for each in self.questions() if each.id == question_id), None)

    def get_question(self, question_id: str) -> AnyQuestion:
        """Return the question with this id; raises KeyError when the call does not ask it."""
        question = self.find_question(question_id)
        if question is None:
            raise KeyError(question_id)
        return question

    def get_section(self, section_id: str) -> Section:
        """Return the section with this id; raises KeyError when the form does not have it."""
        for section in self.sections:
            if section.id == section_id:
                return section
        raise KeyError(section_id)


__all__ = [
    "ROWS_TYPES",
    "SCHEMA",
    "AnyQuestion",
    "Budget",
    "CallAuthority",
    "CallDefinition",
    "Column",
    "Consequence",
    "CostModels",
    "Criterion",
    "DecisionFlow",
    "EligibilityCheck",
    "GrantLimits",
    "Option",
    "Question",
    "RowsQuestion",
    "Rubric",
    "Section",
    "SideCostPct",
    "SpecificObjective",
    "Theme",
    "Timetable",
    "Visibility",
]

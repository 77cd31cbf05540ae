"""The files of a whole round: applications and evaluations, every field checked before anything is done.

Faults are gathered over all files and named with file and path; nothing is guessed or skipped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, field_validator

from calls.definition import CallDefinition
from calls.faults import find_faults
from calls.problems import Problem, format_path

Money = Annotated[Decimal, Field(ge=0, max_digits=15, decimal_places=2)]


class _Read(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_float(cls, value: object) -> object:
        """A float is not an amount: it cannot hold a cent exactly."""
        if isinstance(value, float):
            return Decimal(repr(value))
        return value


class StaffRow(_Read):
    """One task of a partner: pay, hours and the stated cost in euros."""

    task: str
    annual_gross_eur: Money
    side_cost_pct: Annotated[Decimal, Field(ge=0, le=100)]
    hours: Annotated[Decimal, Field(ge=0)]
    cost_eur: Money
    hourly_eur: Money | None = None


class CostSums(_Read):
    """A partner's stated sums in euros."""

    staff: Money
    flat_rate_40: Money
    total: Money


class FinancingRow(_Read):
    """A partner's financing plan in euros."""

    support_applied: Money
    own: Money
    municipal: Money = Decimal(0)
    other_public: Money = Decimal(0)
    private: Money = Decimal(0)


class PartnerInput(_Read):
    """A partner with its budget."""

    role: Literal["lead", "partner"]
    name: Annotated[str, Field(min_length=1)]
    y_tunnus: str
    org_type: str
    region: str
    municipality: str = ""
    size: Literal["micro", "small", "medium", "large"] | None = None
    contact_role: str = ""
    task_summary: str = ""
    aid_basis: Literal["none", "de_minimis", "gber25", "gber27"] = "none"
    staff: Annotated[tuple[StaffRow, ...], Field(min_length=1)]
    costs: CostSums
    financing: FinancingRow
    aid_rate_pct: Decimal | None = None


class CompanyInput(_Read):
    """A committed company."""

    name: Annotated[str, Field(min_length=1)]
    y_tunnus: str
    size: Literal["micro", "small", "medium", "large"]
    region: str
    form_of_commitment: str


class GreenInput(_Read):
    """The metric of the green transition."""

    metric: str
    unit: str
    baseline: Decimal
    target: Decimal


class DeMinimisInput(_Read):
    """De minimis aid received earlier."""

    partner: str
    single_undertaking_members: tuple[str, ...]
    grantor: str
    date: date
    amount_eur: Money


class TotalsInput(_Read):
    """The stated sums of the project."""

    cost_eur: Money
    support_applied_eur: Money
    aid_rate_pct: Decimal | None = None


class ApplicationInput(_Read):
    """One application of a round file. Fields that only describe the demo are read and not used."""

    id: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9._-]+$")]
    call: str
    fictitious: bool = False
    acronym: Annotated[str, Field(min_length=1)]
    title: Mapping[Literal["fi", "sv", "en"], str]
    language: Literal["fi", "sv"]
    theme: str | None = None
    specific_objective: str | None = None
    intervention_fields: tuple[tuple[str, Decimal], ...] = ()
    period: tuple[date, date]
    regions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    ford: tuple[str, ...] = ()
    partners: Annotated[tuple[PartnerInput, ...], Field(min_length=1)]
    companies: tuple[CompanyInput, ...] = ()
    summary: Mapping[Literal["fi", "sv", "en"], str] = Field(default_factory=dict)
    green: GreenInput | None = None
    indicators: Mapping[str, Decimal | None] = Field(default_factory=dict)
    ecosystem_links: tuple[str, ...] = ()
    missing_attachments: tuple[str, ...] = ()
    de_minimis: tuple[DeMinimisInput, ...] = ()
    expected: str | None = None
    submitted_at: AwareDatetime
    totals: TotalsInput | None = None
    action_lines: tuple[str, ...] = ()
    cost_model: str | None = None
    staff_model: str | None = None
    companies_count: int | None = None
    partner_regions: tuple[str, ...] = ()
    duration_months: int | None = None
    answers: Mapping[str, Any] = Field(default_factory=dict)


class ApplicationsFile(_Read):
    """The file of applications."""

    note: str = ""
    applications: Annotated[tuple[ApplicationInput, ...], Field(min_length=1)]


class EvaluatorInput(_Read):
    """An evaluator of the pool."""

    id: Annotated[str, Field(min_length=1, max_length=40)]
    display: str = ""
    languages: Annotated[tuple[Literal["fi", "sv", "en"], ...], Field(min_length=1)]
    employer: str = ""
    employer_y_tunnus: str = ""
    region: str = ""
    keywords: tuple[str, ...] = ()
    ford: tuple[str, ...] = ()
    capacity: Annotated[int, Field(ge=0)]


class ConflictInput(_Read):
    """A conflict of interest that is known before, or is declared."""

    evaluator: str
    application: str
    ground: str
    detected_by: str = ""


class SheetsInput(_Read):
    """The score sheets of one application; the figures beside them are not used."""

    application: str
    scores: Mapping[str, Mapping[str, Decimal]]
    comments: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    evaluator_totals: Mapping[str, Decimal] | None = None
    third_evaluator_needed: bool | None = None
    final: Mapping[str, Decimal] | None = None
    final_total: Decimal | None = None
    threshold_failures: tuple[str, ...] | None = None


class EvaluationsFile(_Read):
    """The file of evaluations. Ranking and the de minimis case are results: read and not used."""

    note: str = ""
    evaluators: Annotated[tuple[EvaluatorInput, ...], Field(min_length=1)]
    disqualifications: tuple[ConflictInput, ...] = ()
    scores: tuple[SheetsInput, ...] = ()
    ranking: tuple[Mapping[str, Any], ...] = ()
    de_minimis_case: Mapping[str, Any] | None = None


class InvalidRound(ValueError):
    """The input of a round is refused; ``problems`` lists everything that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        """Keep every problem."""
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass(frozen=True, slots=True)
class RoundInput:
    """The checked input of a round."""

    definition: CallDefinition
    applications: tuple[ApplicationInput, ...]
    evaluations: EvaluationsFile


@dataclass(slots=True)
class _Reader:
    problems: list[Problem] = field(default_factory=list)

    def read(self, path: Path, model: type[_Read]) -> Any:
        """Return a file as its model, or None after noting its problems."""
        try:
            data = json.loads(
                path.read_text(encoding="utf-8"), object_pairs_hook=_unique, parse_float=Decimal
            )
        except (OSError, UnicodeDecodeError, json.JSONDecodeError, _RepeatedKey) as fault:
            self.problems.append(Problem("", f"the file cannot be read: {fault}", file=path.name))
            return None
        try:
            return model.model_validate(data)
        except ValidationError as error:
            self.problems += [
                Problem(format_path(steps), message, file=path.name)
                for steps, message in find_faults(error, data)
            ]
            return None


class _RepeatedKey(ValueError):
    """A key stands twice in one JSON object."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _value in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise _RepeatedKey(f"the key {key!r} is written twice")
    return dict(pairs)


def read_round(
    definition: CallDefinition, applications_path: Path, evaluations_path: Path
) -> RoundInput:
    """Read and check the files of a round.

    Raises:
        InvalidRound: with every problem of both files.
    """
    reader = _Reader()
    applications = reader.read(applications_path, ApplicationsFile)
    evaluations = reader.read(evaluations_path, EvaluationsFile)
    problems = reader.problems
    if applications is not None:
        found = _check_applications(applications.applications, definition)
        problems += [each.located(applications_path.name, None) for each in found]
    if evaluations is not None:
        known = {each.id for each in applications.applications} if applications else None
        found = _check_evaluations(evaluations, known, definition)
        problems += [each.located(evaluations_path.name, None) for each in found]
    if problems or applications is None or evaluations is None:
        raise InvalidRound(problems)
    return RoundInput(definition, applications.applications, evaluations)


def shift_round(given: RoundInput, by: timedelta) -> RoundInput:
    """Return a round whose call and submissions happen earlier or later; the projects stay where they are."""
    return RoundInput(
        definition=shift_definition(given.definition, by),
        applications=tuple(
            each.model_copy(update={"submitted_at": each.submitted_at + by})
            for each in given.applications
        ),
        evaluations=given.evaluations,
    )


def shift_definition(definition: CallDefinition, by: timedelta) -> CallDefinition:
    """Return a definition with another timetable."""
    table = definition.timetable
    target = table.decisions_target
    moved = {name: getattr(table, name) + by for name in _MOMENTS}
    moved["decisions_target"] = target + by if target else None
    return definition.model_copy(update={"timetable": table.model_copy(update=moved)})


_MOMENTS = ("published", "opens", "questions_until", "closes")


def _repeated(names: list[str], path: str) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield Problem(f"{path}[{index}].id", f"the id {name!r} is used twice")


def _check_applications(
    applications: tuple[ApplicationInput, ...], definition: CallDefinition
) -> Iterator[Problem]:
    yield from _repeated([each.id for each in applications], "applications")
    for index, each in enumerate(applications):
        path = f"applications[{index}]"
        if each.call != definition.id:
            yield Problem(f"{path}.call", f"{each.call!r} is not the call {definition.id!r}")
        if each.period[1] < each.period[0]:
            yield Problem(f"{path}.period", "the last day is before the first")
        if sum(1 for partner in each.partners if partner.role == "lead") != 1:
            yield Problem(f"{path}.partners", "exactly one partner must be the lead")
        yield from _check_options(each, path, definition)
        yield from _check_sums(each, path)
        names = {partner.name for partner in each.partners}
        for number, row in enumerate(each.de_minimis):
            if row.partner not in names:
                yield Problem(f"{path}.de_minimis[{number}].partner", "no such partner")


def _check_options(
    each: ApplicationInput, path: str, definition: CallDefinition
) -> Iterator[Problem]:
    wanted: dict[str, tuple[str, ...]] = {
        "theme": (each.theme,) if each.theme else (),
        "specific_objective": (each.specific_objective,) if each.specific_objective else (),
        "regions": each.regions,
        "keywords": each.keywords,
        "ford": each.ford,
        "action_lines": each.action_lines,
        "cost_model": (each.cost_model,) if each.cost_model else (),
        "staff_model": (each.staff_model,) if each.staff_model else (),
    }
    for name, values in wanted.items():
        question = definition.find_question(name)
        known = {option.id for option in getattr(question, "options", ())}
        for value in values:
            if known and value not in known:
                yield Problem(f"{path}.{name}", f"{value!r} is not one of the options of the call")
    for name in (*each.answers, *each.missing_attachments):
        if definition.find_question(name) is None:
            yield Problem(f"{path}", f"the call has no question {name!r}")


def _check_sums(each: ApplicationInput, path: str) -> Iterator[Problem]:
    """Stated sums must add up to the cent; the cost model itself is checked by the rules of the call."""
    for number, partner in enumerate(each.partners):
        place = f"{path}.partners[{number}].costs"
        staff = sum((row.cost_eur for row in partner.staff), Decimal(0))
        if staff != partner.costs.staff:
            yield Problem(
                f"{place}.staff", f"{partner.costs.staff} is not the sum of tasks {staff}"
            )
        whole = partner.costs.staff + partner.costs.flat_rate_40
        if whole != partner.costs.total:
            yield Problem(
                f"{place}.total", f"{partner.costs.total} is not staff + flat rate {whole}"
            )
        plan = partner.financing
        financing = (
            plan.support_applied + plan.own + plan.municipal + plan.other_public + plan.private
        )
        if financing != partner.costs.total:
            yield Problem(
                f"{path}.partners[{number}].financing",
                f"the sources sum to {financing}, the costs to {partner.costs.total}",
            )
    if each.totals is not None:
        cost = sum((partner.costs.total for partner in each.partners), Decimal(0))
        support = sum((partner.financing.support_applied for partner in each.partners), Decimal(0))
        if cost != each.totals.cost_eur:
            yield Problem(
                f"{path}.totals.cost_eur", f"{each.totals.cost_eur} is not the sum {cost}"
            )
        if support != each.totals.support_applied_eur:
            stated = each.totals.support_applied_eur
            yield Problem(
                f"{path}.totals.support_applied_eur", f"{stated} is not the sum {support}"
            )


def _check_evaluations(
    file: EvaluationsFile, known: set[str] | None, definition: CallDefinition
) -> Iterator[Problem]:
    yield from _repeated([each.id for each in file.evaluators], "evaluators")
    evaluators = {each.id for each in file.evaluators}
    for index, conflict in enumerate(file.disqualifications):
        path = f"disqualifications[{index}]"
        yield from _unknown(conflict.evaluator, evaluators, f"{path}.evaluator", "evaluator")
        yield from _unknown(conflict.application, known, f"{path}.application", "application")
    names = [sheets.application for sheets in file.scores]
    for index, sheets in enumerate(file.scores):
        path = f"scores[{index}]"
        if sheets.application in names[:index]:
            yield Problem(f"{path}.application", f"{sheets.application!r} is scored twice")
        yield from _unknown(sheets.application, known, f"{path}.application", "application")
        for evaluator, scores in sheets.scores.items():
            place = f"{path}.scores.{evaluator}"
            yield from _unknown(evaluator, evaluators, place, "evaluator")
            yield from _check_sheet(scores, place, definition)


def _unknown(name: str, known: set[str] | None, path: str, kind: str) -> Iterator[Problem]:
    if known is not None and name not in known:
        yield Problem(path, f"there is no {kind} {name!r}")


def _check_sheet(
    scores: Mapping[str, Decimal], path: str, definition: CallDefinition
) -> Iterator[Problem]:
    criteria = {each.id: each for each in definition.rubric.criteria}
    for name, score in scores.items():
        if name not in criteria:
            yield Problem(f"{path}.{name}", "there is no such criterion")
        elif score not in set(criteria[name].scores()):
            low, high = criteria[name].scale
            yield Problem(f"{path}.{name}", f"the score {score} is not on the scale {low}–{high}")
    for name in criteria:
        if name not in scores:
            yield Problem(f"{path}.{name}", "the score is missing")

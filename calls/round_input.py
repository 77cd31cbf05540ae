"""The files of a whole round: applications and evaluations, every field checked before anything is done.

Faults are gathered over all files and named with file and path; nothing is guessed or skipped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from calls.definition import CallDefinition
from calls.faults import find_faults
from calls.problems import Problem, format_path
from calls.round_models import (
    ApplicationInput,
    ApplicationsFile,
    EvaluationsFile,
    PartnerInput,
    RoundModel,
    SheetsInput,
)


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

    def read(self, path: Path, model: type[RoundModel]) -> Any:
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
    zone = given.definition.timetable.zone
    return RoundInput(
        definition=shift_definition(given.definition, by),
        applications=tuple(
            each.model_copy(update={"submitted_at": _shift(each.submitted_at, by, zone)})
            for each in given.applications
        ),
        evaluations=given.evaluations,
    )


def shift_definition(definition: CallDefinition, by: timedelta) -> CallDefinition:
    """Return a definition with another timetable."""
    table = definition.timetable
    target = table.decisions_target
    moved: dict[str, datetime | date | None] = {
        name: _shift(getattr(table, name), by, table.zone) for name in _MOMENTS
    }
    moved["decisions_target"] = target + by if target else None
    return definition.model_copy(update={"timetable": table.model_copy(update=moved)})


def _shift(moment: datetime, by: timedelta, zone: ZoneInfo) -> datetime:
    """Return the UTC moment that the clocks of the zone show so much later: 16.15 stays 16.15."""
    return (moment.astimezone(zone) + by).astimezone(UTC)


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


__all__ = [
    "ApplicationInput",
    "ApplicationsFile",
    "EvaluationsFile",
    "InvalidRound",
    "PartnerInput",
    "RoundInput",
    "SheetsInput",
    "read_round",
    "shift_definition",
    "shift_round",
]

"""The figures that a check rests on, in words: labels, names from the registers, formatted values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.content import Content
from app.web.filters import duration, integer, localized_text, moment, money, percent
from calls.definition import CallDefinition
from calls.registers import Registers

LABELS = {
    "closes": _l("Deadline"),
    "submitted_at": _l("Submitted"),
    "seconds_late": _l("Late by"),
    "found": _l("Found"),
    "required": _l("Required"),
    "allowed": _l("Allowed"),
    "values": _l("Which"),
    "research_found": _l("Research organisations found"),
    "research_required": _l("Research organisations required"),
    "without_business_id": _l("Not counted, no valid business ID"),
    "invalid": _l("Business ID not valid"),
    "support": _l("Support applied for"),
    "aid_rate_pct": _l("Aid rate"),
    "cost": _l("Costs"),
    "financing": _l("Financing"),
    "months": _l("Months"),
    "days_over": _l("Days beyond whole months"),
    "min_months": _l("Months at least"),
    "max_months": _l("Months at most"),
    "months_allowed": _l("Length allowed"),
    "problems": _l("Problems"),
    "missing": _l("Missing"),
}
"""The facts that are shown, in this order; a fact without a label is internal."""

PROBLEMS = {
    "financing_missing": _l("the financing plan is missing"),
    "costs_missing": _l("there is financing but no costs"),
    "not_balanced": _l("financing %(got)s differs from the costs %(expected)s"),
    "aid_rate_over": _l("the aid rate %(got)s is over %(expected)s"),
    "own_contribution_under": _l("the own contribution %(got)s is under %(expected)s"),
    "partner_support_over": _l("the support %(got)s is over %(expected)s"),
    "support_under": _l("the support %(got)s is under %(expected)s"),
    "support_over": _l("the support %(got)s is over %(expected)s"),
    "amount_invalid": _l("an amount is negative or has fractions of a cent"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: what it is, and its value."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class FactWriter:
    """Knows the names by which people know the codes in facts."""

    definition: CallDefinition
    registers: Registers
    content: Content

    def write(self, facts: Mapping[str, Any]) -> list[Fact]:
        """Return the facts worth reading, in words."""
        shown = [
            (name, facts[name])
            for name in LABELS
            if name in facts and facts[name] not in (None, [], "")
        ]
        return [Fact(str(LABELS[name]), self._value(name, value)) for name, value in shown]

    def _value(self, name: str, value: Any) -> str:
        write = _PLAIN.get(name)
        if write is not None:
            return write(value)
        match name:
            case "missing":
                return "; ".join(self._question(each) for each in value)
            case "problems":
                return "; ".join(self._problem(each) for each in value)
            case _:
                return self._names(value)

    def _names(self, value: Any) -> str:
        """Return a number, a name or a list of names."""
        if isinstance(value, list):
            return ", ".join(self._name(each) for each in value)
        return self._name(value)

    def _name(self, value: Any) -> str:
        if isinstance(value, Mapping):
            return str(value.get("name") or value.get("partner") or "–")
        code = str(value)
        return self._known(code) or self._partner(code)

    def _known(self, code: str) -> str:
        names = {each.code: each.name for each in self.registers.regions}
        names |= {each.code: each.name for each in self.registers.list_codes("org_types")}
        return localized_text(names.get(code))

    def _partner(self, key: str) -> str:
        names = {str(row["key"]): str(row["name"]) for row in self.content.partners}
        return f"{key} {names[key]}" if key in names else key

    def _question(self, question_id: str) -> str:
        question = self.definition.find_question(question_id)
        return question_id if question is None else localized_text(question.label)

    def _problem(self, problem: Mapping[str, Any]) -> str:
        text = str(
            PROBLEMS.get(problem["code"], _("the stated costs differ from the computed ones"))
        )
        show = _percent if problem["code"] == "aid_rate_over" else _euros
        figures = {"expected": show(problem["expected"]), "got": show(problem["got"])}
        sentence = text % figures if "%(" in text else text
        partner = problem.get("partner")
        return f"{self._partner(str(partner))}: {sentence}" if partner else sentence


def _euros(value: str) -> str:
    return money(Decimal(value))


def _percent(value: str) -> str:
    return percent(Decimal(value), 2)


def _moment(value: str) -> str:
    return moment(datetime.fromisoformat(value), zone=True, seconds=True)


def _late(seconds: int) -> str:
    return duration(timedelta(seconds=seconds)) if seconds else _("in time")


def _yes_no(value: bool) -> str:
    return _("Yes") if value else _("No")


_PLAIN: Mapping[str, Callable[[Any], str]] = {
    "closes": _moment,
    "submitted_at": _moment,
    "seconds_late": _late,
    "required": integer,
    "research_found": integer,
    "research_required": integer,
    "months": integer,
    "days_over": integer,
    "min_months": integer,
    "max_months": integer,
    "months_allowed": _yes_no,
    "support": _euros,
    "cost": _euros,
    "financing": _euros,
    "aid_rate_pct": _percent,
}

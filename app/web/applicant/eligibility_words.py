"""Why an automatic check passes or fails, in words an applicant can act upon."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.web.applicant.scope import Scope
from app.web.filters import localized_text, money, points

Facts = Mapping[str, Any]


def describe_result(kind: str, facts: Facts, scope: Scope) -> str:
    """Return the reason for the result of a rule, from the figures that it rests on."""
    words = _WORDS.get(kind)
    return words(facts, scope) if words else ""


def _deadline(facts: Facts, _scope: Scope) -> str:
    if facts.get("seconds_late"):
        return _("The application came after the deadline.")
    return _("Decided when you submit.") if "seconds_late" not in facts else ""


def _lead(facts: Facts, _scope: Scope) -> str:
    if not facts["found"]:
        return _("Choose the type of organisation of the lead partner.")
    return (
        ""
        if facts["found"] in facts["allowed"]
        else _("This type of organisation cannot be the lead partner in this call.")
    )


def _partners(facts: Facts, scope: Scope) -> str:
    if not facts["research_required"]:
        return _count(facts, scope)
    return _(
        "Partners: %(found)s, at least %(required)s are needed. Research organisations:"
        " %(research)s, at least %(research_required)s.",
        found=facts["found"],
        required=facts["required"],
        research=facts["research_found"],
        research_required=facts["research_required"],
    )


def _count(facts: Facts, _scope: Scope) -> str:
    return _(
        "Now there are %(found)s, at least %(required)s are needed.",
        found=facts["found"],
        required=facts["required"],
    )


def _companies(facts: Facts, scope: Scope) -> str:
    text = _count(facts, scope)
    without = facts.get("without_business_id") or []
    if without:
        names = ", ".join(str(each) for each in without)
        text += " " + _(
            "Not counted, because the business ID is not valid: %(names)s.", names=names
        )
    return text


def _business_ids(facts: Facts, _scope: Scope) -> str:
    invalid = facts.get("invalid") or []
    names = ", ".join(str(each["name"] or each["partner"]) for each in invalid)
    return _("Mend the business ID of: %(names)s.", names=names) if names else ""


def _limits(facts: Facts, _scope: Scope) -> str:
    parts = [_budget_problem(each) for each in facts["problems"]]
    if facts["months"] is None:
        parts.append(_("Give the implementation period."))
    elif not facts["months_allowed"]:
        parts.append(
            _(
                "The project lasts %(months)s months; the call takes %(least)s–%(most)s months.",
                months=facts["months"],
                least=facts["min_months"],
                most=facts["max_months"],
            )
        )
    return " ".join(parts)


def _balance(facts: Facts, _scope: Scope) -> str:
    parts = [_budget_problem(each) for each in facts["problems"]]
    cost, financing = Decimal(facts["cost"]), Decimal(facts["financing"])
    if not cost:
        return _("Fill in the budget.")
    if not parts:
        return ""
    sums = _(
        "Costs %(cost)s, financing %(financing)s.", cost=money(cost), financing=money(financing)
    )
    return " ".join([sums, *parts])


def _attachments(facts: Facts, scope: Scope) -> str:
    names = [
        localized_text(dict(question.label))
        for question in map(scope.definition.find_question, facts["missing"])
        if question is not None
    ]
    return _("Missing: %(names)s.", names="; ".join(names)) if names else ""


def _budget_problem(problem: Mapping[str, Any]) -> str:
    text = str(_PROBLEMS.get(problem["code"], _PROBLEMS["other"]))
    is_rate = problem["code"] == "aid_rate_over"
    show = _percent if is_rate else _euros
    figures = {"expected": show(problem["expected"]), "got": show(problem["got"])}
    sentence = text % figures if "%(" in text else text
    return f"{problem['partner']}: {sentence}" if problem["partner"] else sentence


def _euros(value: str) -> str:
    return money(Decimal(value))


def _percent(value: str) -> str:
    return f"{points(Decimal(value))} %"


_PROBLEMS: Mapping[str, Any] = {
    "financing_missing": _l("The financing plan is missing."),
    "costs_missing": _l("There is financing but no costs."),
    "not_balanced": _l("Financing must equal the costs %(expected)s; now it is %(got)s."),
    "aid_rate_over": _l("The support exceeds the largest share of costs that the call pays."),
    "own_contribution_under": _l("The own contribution is too small: at least %(expected)s."),
    "partner_support_over": _l("The support of one partner may be at most %(expected)s."),
    "support_under": _l("The support applied for must be at least %(expected)s."),
    "support_over": _l("The support applied for may be at most %(expected)s."),
    "amount_invalid": _l("An amount is negative or has fractions of a cent."),
    "other": _l("The stated costs differ from the computed ones; save the budget again."),
}
_WORDS: Mapping[str, Callable[[Facts, Scope], str]] = {
    "submitted_by_deadline": _deadline,
    "lead_type_in": _lead,
    "partners_at_least": _partners,
    "regions_at_least": _count,
    "cities_at_least": _count,
    "companies_at_least": _companies,
    "valid_business_ids": _business_ids,
    "within_limits": _limits,
    "budget_balances": _balance,
    "attachments_present": _attachments,
}

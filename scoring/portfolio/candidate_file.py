"""Candidates and terms in a JSON file, for analysts.

``{"budget": "1000000.00", "rule": "lexicographic_constrained", "threshold": 55,
"caps": [{"region": "Uusimaa", "amount": "350000.00"}], "floors": {"climate": 0.3},
"smallest_part": 0.7, "candidates": [{"id": "A1", "score": 81.5, "requested": "120000.00",
"region": "Uusimaa", "objective": "", "climate": 0.4, "digital": 0, "accepts_part": false}]}``

Shares lie between 0 and 1. A cap names a region or an objective, with an ``amount`` or a ``share``
of the budget. Candidates are ranked by score; equals stand as in the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from scoring.portfolio.selection import rank_by_score
from scoring.portfolio.terms import (
    Cap,
    Dimension,
    Floor,
    Goal,
    InvalidTerms,
    Proposal,
    Rule,
    Terms,
    check_terms,
)
from scoring.rounding import half_up

FIELDS = {"budget", "rule", "threshold", "caps", "floors", "smallest_part", "candidates"}
CANDIDATE_FIELDS = {
    "id", "score", "requested", "region", "objective", "climate", "digital", "accepts_part",
    "vetoed",
}  # fmt: skip


def read_candidates(text: str) -> tuple[list[Proposal], Terms]:
    """Return proposals in ranking order and the terms. Raises ``InvalidTerms``."""
    try:
        data = json.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise InvalidTerms("file", f"is not JSON: {error}") from error
    if not isinstance(data, dict) or not isinstance(data.get("candidates"), list):
        raise InvalidTerms("file", "needs an object with a list of candidates")
    _refuse_unknown("file", data, FIELDS)
    terms = _terms(data)
    proposals = rank_by_score(
        [_proposal(f"candidates[{place}]", row) for place, row in enumerate(data["candidates"])]
    )
    check_terms(proposals, terms)
    return proposals, terms


def _terms(data: Mapping[str, Any]) -> Terms:
    budget = _money("budget", data.get("budget"))
    rule = data.get("rule", Rule.LEXICOGRAPHIC_CONSTRAINED.value)
    if rule not in list(Rule):
        raise InvalidTerms("rule", f"{rule!r} is none of {', '.join(Rule)}")
    return Terms(
        budget=budget,
        rule=Rule(rule),
        caps=tuple(
            _cap(f"caps[{place}]", row, budget)
            for place, row in enumerate(_cap_rows(data.get("caps") or []))
        ),
        floors=tuple(
            Floor(_goal(name), _number(f"floors.{name}", share))
            for name, share in _mapping("floors", data.get("floors") or {}).items()
        ),
        threshold=_optional("threshold", data.get("threshold")),
        smallest_part=_optional("smallest_part", data.get("smallest_part")),
    )


def _cap_rows(caps: Any) -> list[Any]:
    """Return the caps as rows; ``{"region": {"Uusimaa": amount}}`` is understood too."""
    if isinstance(caps, list):
        return caps
    return [
        {dimension: name, "amount": amount}
        for dimension, amounts in _mapping("caps", caps).items()
        for name, amount in _mapping(f"caps.{dimension}", amounts).items()
    ]


def _cap(where: str, row: Any, budget: Decimal) -> Cap:
    cap = _mapping(where, row)
    _refuse_unknown(where, cap, {*Dimension, "amount", "share"})
    named = [dimension for dimension in Dimension if dimension.value in cap]
    if len(named) != 1 or ("amount" in cap) == ("share" in cap):
        raise InvalidTerms(where, "names one region or objective, and an amount or a share")
    if "share" in cap:
        amount = half_up(Fraction(budget) * _number(f"{where}.share", cap["share"]))
    else:
        amount = _money(f"{where}.amount", cap["amount"])
    return Cap(named[0], _text(where, cap[named[0].value]), amount)


def _proposal(where: str, row: Any) -> Proposal:
    data = _mapping(where, row)
    _refuse_unknown(where, data, CANDIDATE_FIELDS)
    flags = {name: data.get(name, False) for name in ("accepts_part", "vetoed")}
    if not all(isinstance(flag, bool) for flag in flags.values()):
        raise InvalidTerms(where, "accepts_part and vetoed are true or false")
    name = _text(f"{where}.id", data.get("id"))
    if not name:
        raise InvalidTerms(where, "needs an id")
    return Proposal(
        id=name,
        score=_number(f"{where}.score", data.get("score")),
        requested=_money(f"{where}.requested", data.get("requested")),
        region=_text(where, data.get("region", "")),
        objective=_text(where, data.get("objective", "")),
        climate=_number(f"{where}.climate", data.get("climate", 0)),
        digital=_number(f"{where}.digital", data.get("digital", 0)),
        **flags,
    )


def _refuse_unknown(where: str, data: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(set(data) - known)
    if unknown:
        raise InvalidTerms(where, f"does not know {', '.join(unknown)}")


def _mapping(where: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise InvalidTerms(where, "is not an object")
    return value


def _text(where: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InvalidTerms(where, f"{value!r} is not a name")
    return str(value)


def _goal(name: str) -> Goal:
    if name not in list(Goal):
        raise InvalidTerms(f"floors.{name}", f"is none of {', '.join(Goal)}")
    return Goal(name)


def _decimal(where: str, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise InvalidTerms(where, f"{value!r} is not a number")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise InvalidTerms(where, f"{value!r} is not a number") from None
    if not number.is_finite() or abs(number) >= Decimal("1e13"):
        raise InvalidTerms(where, f"{value!r} is out of range")
    return number


def _number(where: str, value: Any) -> Fraction:
    return Fraction(_decimal(where, value))


def _optional(where: str, value: Any) -> Fraction | None:
    return None if value is None else _number(where, value)


def _money(where: str, value: Any) -> Decimal:
    return _decimal(where, value)

"""Organisations that take part in applications, and when two of them are the same."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from scoring.business_id import find_business_id


class PartyRole(StrEnum):
    """How an organisation takes part in an application."""

    LEAD = "lead"
    PARTNER = "partner"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation by name and, when it is known, business ID."""

    name: str
    business_id: str | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation that takes part in an application."""

    organisation: Organisation
    role: PartyRole


class MatchedBy(StrEnum):
    """What made two organisations the same."""

    BUSINESS_ID = "business_id"
    NAME = "name"


def match_organisations(one: Organisation, other: Organisation) -> MatchedBy | None:
    """Tell whether two organisations are the same, and by what.

    Valid business IDs decide when both are known. Otherwise names are compared without case,
    punctuation, bracketed remarks and company forms.
    """
    first, second = _number(one), _number(other)
    if first and second:
        return MatchedBy.BUSINESS_ID if first == second else None
    name = normalise_name(one.name)
    return MatchedBy.NAME if name and name == normalise_name(other.name) else None


_FORMS = frozenset({"oy", "oyj", "ab", "abp", "ry", "rf", "sr", "ky", "kb", "osk", "ltd", "inc"})
_BRACKETED = re.compile(r"\([^)]*\)")
_WORD = re.compile(r"\w+")


@lru_cache(50_000)
def normalise_name(name: str) -> str:
    """Return an organisation's name in the form in which names are compared."""
    text = unicodedata.normalize("NFKC", _BRACKETED.sub(" ", name)).casefold()
    return " ".join(word for word in _WORD.findall(text) if word not in _FORMS)


def _number(organisation: Organisation) -> str | None:
    return find_business_id(organisation.business_id) if organisation.business_id else None

"""Conflicts of interest: the legal grounds as data, and the organisation match.

Grounds are those of section 28, subsection 1 of the Administrative Procedure Act (hallintolaki
434/2003). The match finds grounds 4 and 5; the others are declared or decided by an officer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum

from scoring.business_id import find_business_id


class Ground(Enum):
    """A ground of disqualification; the value is its number in HL 28.1 §."""

    PARTY = 1
    REPRESENTATION = 2
    INTEREST = 3
    EMPLOYMENT = 4
    GOVERNANCE = 5
    SUPERVISION = 6
    OTHER_REASON = 7

    @property
    def citation(self) -> str:
        """The ground as it is printed in a decision, such as ``HL 28.1 § 4``."""
        return f"HL 28.1 § {self.value}"

    @property
    def label(self) -> Mapping[str, str]:
        """A short description in Finnish, Swedish and English."""
        return _LABELS[self]


_LABELS: Mapping[Ground, Mapping[str, str]] = {
    Ground.PARTY: {
        "fi": "Arvioija tai hänen läheisensä on asianosainen",
        "sv": "Bedömaren eller en närstående är part i ärendet",
        "en": "The evaluator or a close person is a party",
    },
    Ground.REPRESENTATION: {
        "fi": "Arvioija tai hänen läheisensä avustaa tai edustaa asianosaista",
        "sv": "Bedömaren eller en närstående biträder eller företräder en part",
        "en": "The evaluator or a close person assists or represents a party",
    },
    Ground.INTEREST: {
        "fi": "Arvioija tai läheinen voi saada ratkaisusta erityistä hyötyä tai vahinkoa",
        "sv": "Avgörandet kan medföra särskild nytta eller skada för bedömaren eller en närstående",
        "en": "The outcome may bring the evaluator or a close person particular benefit or harm",
    },
    Ground.EMPLOYMENT: {
        "fi": "Arvioija on palvelus- tai toimeksiantosuhteessa asianosaiseen",
        "sv": "Bedömaren står i anställnings- eller uppdragsförhållande till en part",
        "en": "The evaluator is employed or commissioned by a party",
    },
    Ground.GOVERNANCE: {
        "fi": "Arvioija tai läheinen on asianosaisena olevan yhteisön hallinnossa tai sen johtaja",
        "sv": "Bedömaren eller en närstående sitter i ledningen för en sammanslutning som är part",
        "en": "The evaluator or a close person is on the board of a party or manages it",
    },
    Ground.SUPERVISION: {
        "fi": "Arvioija kuuluu asianosaista ohjaavaan tai valvovaan toimielimeen",
        "sv": "Bedömaren hör till ett organ som styr eller övervakar en part",
        "en": "The evaluator belongs to a body that steers or supervises a party",
    },
    Ground.OTHER_REASON: {
        "fi": "Luottamus puolueettomuuteen vaarantuu muusta erityisestä syystä",
        "sv": "Tilltron till opartiskheten äventyras av någon annan särskild orsak",
        "en": "Confidence in impartiality is at risk for another particular reason",
    },
}


class UnknownGround(ValueError):
    """The text names no ground of HL 28.1 §."""

    def __init__(self, text: str) -> None:
        super().__init__(f"no ground of HL 28.1 § in {text!r}")
        self.text = text


_CITATION = re.compile(r"\s*HL\s*28(?:\.1)?\s*§\s*(?:kohta\s*)?([1-7])(?!\d)")


def parse_ground(text: str) -> Ground:
    """Read a ground from the beginning of a citation such as ``HL 28.1 § 4 (…)``."""
    match = _CITATION.match(text)
    if match is None:
        raise UnknownGround(text)
    return Ground(int(match[1]))


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


@dataclass(frozen=True, slots=True)
class EvaluatorTies:
    """The organisations an evaluator is bound to: employers, and boards or management."""

    evaluator: str
    employers: tuple[Organisation, ...] = ()
    boards: tuple[Organisation, ...] = ()


class MatchedBy(StrEnum):
    """What made two organisations the same."""

    BUSINESS_ID = "business_id"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A conflict found by the organisation match: who, on which ground, through which party."""

    evaluator: str
    ground: Ground
    party: Party
    matched_by: MatchedBy


def find_conflicts(ties: EvaluatorTies, parties: Iterable[Party]) -> tuple[Conflict, ...]:
    """Return every tie of an evaluator to a partner or committed company of an application."""
    return tuple(conflict for party in parties for conflict in _conflicts_with(ties, party))


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


def normalise_name(name: str) -> str:
    """Return an organisation's name in the form in which names are compared."""
    text = unicodedata.normalize("NFKC", _BRACKETED.sub(" ", name)).casefold()
    return " ".join(word for word in _WORD.findall(text) if word not in _FORMS)


def _conflicts_with(ties: EvaluatorTies, party: Party) -> Iterator[Conflict]:
    for ground, organisations in (
        (Ground.EMPLOYMENT, ties.employers),
        (Ground.GOVERNANCE, ties.boards),
    ):
        for organisation in organisations:
            matched_by = match_organisations(organisation, party.organisation)
            if matched_by is not None:
                yield Conflict(ties.evaluator, ground, party, matched_by)


def _number(organisation: Organisation) -> str | None:
    return find_business_id(organisation.business_id) if organisation.business_id else None

"""The legal grounds of disqualification as data: section 28, subsection 1 of hallintolaki 434/2003."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum


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

"""What a screening finds, and how severe a call declares it to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any

from scoring.routing.problem import Pair
from scoring.routing.screening.grounds import Ground


class Severity(StrEnum):
    """What follows: the pair is forbidden, shown with a warning, or asked of an officer."""

    FORBID = "forbid"
    WARN = "warn"
    ASK = "ask"


class Kind(StrEnum):
    """What was found."""

    TIE = "tie"
    EARLIER_TIE = "earlier_tie"
    GROUP = "group"
    SISTER = "sister"
    OWN_APPLICATION = "own_application"
    RIVAL_APPLICATION = "rival_application"
    SAME_REGION = "same_region"
    DECLARED = "declared"
    DECLARED_DOUBT = "declared_doubt"
    JOINT_WORK = "joint_work"
    JOINT_WORK_BY_NAME = "joint_work_by_name"
    SIMILAR_NAME = "similar_name"
    SAME_DOMAIN = "same_domain"


_FORBID = (
    *(Kind.TIE, Kind.EARLIER_TIE, Kind.GROUP, Kind.OWN_APPLICATION),
    *(Kind.RIVAL_APPLICATION, Kind.DECLARED, Kind.JOINT_WORK),
)
SEVERITIES: Mapping[Kind, Severity] = {
    **dict.fromkeys(Kind, Severity.ASK),
    **dict.fromkeys(_FORBID, Severity.FORBID),
    Kind.SAME_REGION: Severity.WARN,
}


@dataclass(frozen=True, slots=True)
class Policy:
    """What the call declares: how long earlier ties and joint work count, and other severities."""

    earlier_tie_years: int = 2
    joint_work_years: int = 3
    severities: Mapping[Kind, Severity] = field(default_factory=dict)

    def severity_of(self, kind: Kind) -> Severity:
        """Return the severity of a kind in this call."""
        return self.severities.get(kind, SEVERITIES[kind])


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """What a finding rests on; whatever does not belong to its kind is empty.

    ``through`` names the organisations of a group between the evaluator's and the party.
    ``until`` is an ISO date.
    """

    tie: str = ""
    organisation: str = ""
    party: str = ""
    through: tuple[str, ...] = ()
    matched_by: str = ""
    until: str = ""
    person: str = ""
    application: str = ""
    detail: str = ""
    is_of_close_person: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What a detector has seen between one evaluator and an application."""

    application: str
    kind: Kind
    ground: Ground
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Finding:
    """One conflict, or one question, between an evaluator and an application."""

    evaluator: str
    application: str
    kind: Kind
    ground: Ground
    severity: Severity
    evidence: Evidence

    @property
    def pair(self) -> Pair:
        """The application and the evaluator."""
        return self.application, self.evaluator

    @property
    def order(self) -> tuple[object, ...]:
        """The key by which findings are listed."""
        return (*self.pair, self.ground.value, self.kind.value, self.evidence)

    def to_json(self) -> dict[str, Any]:
        """Return kind, ground and evidence as plain values; what is empty is left out."""
        told = {
            each.name: list(value) if isinstance(value, tuple) else value
            for each in fields(self.evidence)
            if (value := getattr(self.evidence, each.name))
        }
        return {"kind": self.kind.value, "ground": self.ground.citation, "evidence": told}


def forbidden_pairs(findings: Iterable[Finding]) -> dict[Pair, str]:
    """Return the pairs that may not be assigned, each with the citation of its first ground."""
    pairs: dict[Pair, str] = {}
    for each in sorted(findings, key=lambda finding: finding.order):
        if each.severity is Severity.FORBID:
            pairs.setdefault((each.application, each.evaluator), each.ground.citation)
    return pairs


def is_within(day: date | None, today: date, years: int) -> bool:
    """Tell whether a day is open, lies ahead, or lies at most so many years back."""
    if day is None or day >= today:
        return True
    return (today.year - years, today.month, today.day) <= (day.year, day.month, day.day)

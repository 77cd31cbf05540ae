"""What is known of evaluators, applications and organisations before a call is routed.

Facts are only ever added up: nothing here says that somebody has *no* tie to somebody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from scoring.routing.screening.grounds import Ground
from scoring.routing.screening.organisations import Organisation, Party


class TieKind(StrEnum):
    """How a person is bound to an organisation."""

    EMPLOYMENT = "employment"
    COMMISSION = "commission"
    BOARD = "board"
    MANAGEMENT = "management"
    OWNERSHIP = "ownership"
    SUPERVISION = "supervision"


@dataclass(frozen=True, slots=True)
class Tie:
    """A person's tie to an organisation, or that of somebody close to them (HL 28.2 §).

    ``until`` is the last day; None means that the tie goes on.
    """

    organisation: Organisation
    kind: TieKind
    until: date | None = None
    is_of_close_person: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A person in an application or among evaluators; whatever is not known is empty.

    ``key`` is the same for one person wherever they act (a login, say).
    """

    key: str = ""
    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class JointWork:
    """Work that an evaluator has done together with somebody: a publication, a project."""

    person: Person
    at: date
    what: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """What an evaluator has declared about one application; ``is_certain`` unless in doubt."""

    application: str
    ground: Ground
    detail: str = ""
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class EvaluatorFacts:
    """One evaluator: who they are, their region, ties, joint work and declarations."""

    id: str
    person: Person = Person()
    region: str = ""
    ties: frozenset[Tie] = frozenset()
    joint_work: frozenset[JointWork] = frozenset()
    relations: frozenset[Relation] = frozenset()


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """One application: partners and committed companies, people, and the region of the lead."""

    id: str
    parties: frozenset[Party] = frozenset()
    people: frozenset[Person] = frozenset()
    lead_region: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """One organisation controls another: a parent company, a city and its company."""

    parent: Organisation
    child: Organisation


@dataclass(frozen=True, slots=True)
class CallFacts:
    """Everything that one call is screened with."""

    evaluators: frozenset[EvaluatorFacts] = frozenset()
    applications: frozenset[ApplicationFacts] = frozenset()
    holdings: frozenset[Holding] = frozenset()

"""Evaluators among the people of applications, their joint work, and those who resemble them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from scoring.routing.screening.facts import ApplicationFacts, EvaluatorFacts, Person
from scoring.routing.screening.findings import Evidence, Kind, Seen, is_within
from scoring.routing.screening.grounds import Ground
from scoring.routing.screening.names import house_of, names_are_alike, words_of


class PeopleScreen:
    """The people of all applications, found by key, by a word of the name, or by e-mail domain."""

    def __init__(
        self,
        applications: list[ApplicationFacts],
        today: date,
        years: int,
        wanted: Collection[Kind] = frozenset(Kind),
    ) -> None:
        self.applications, self.today, self.years = applications, today, years
        self.wanted = wanted
        self._places: dict[tuple[str, str], set[tuple[str, Person]]] = {}
        for application in applications:
            for person in application.people:
                for mark in _marks(person):
                    self._places.setdefault(mark, set()).add((application.id, person))

    def find(self, evaluator: EvaluatorFacts) -> Iterator[Seen]:
        """Yield everything about the people of applications that touches one evaluator."""
        yield from self._find_self(evaluator.person)
        yield from self._find_alike(evaluator.person)
        for work in evaluator.joint_work:
            if is_within(work.at, self.today, self.years):
                yield from self._find_joint(work.person, work.what, work.at)

    def _find_self(self, own: Person) -> Iterator[Seen]:
        """Yield the person's own applications, and all others of the call: they compete."""
        mine = dict(self._with_key(own))
        for application, person in mine.items():
            evidence = Evidence(person=_label(person))
            yield Seen(application, Kind.OWN_APPLICATION, Ground.PARTY, evidence)
            for other in self.applications:
                if other.id != application:
                    evidence = Evidence(application=application)
                    yield Seen(other.id, Kind.RIVAL_APPLICATION, Ground.INTEREST, evidence)

    def _find_alike(self, own: Person) -> Iterator[Seen]:
        alike = self._with_name(own) if Kind.SIMILAR_NAME in self.wanted else ()
        for application, person in alike:
            if not person.key or person.key != own.key:
                evidence = Evidence(person=_label(person))
                yield Seen(application, Kind.SIMILAR_NAME, Ground.PARTY, evidence)
        house = house_of(own.email) if Kind.SAME_DOMAIN in self.wanted else ""
        for application, person in self._places.get(("house", house), ()):
            evidence = Evidence(person=_label(person), detail=house)
            yield Seen(application, Kind.SAME_DOMAIN, Ground.EMPLOYMENT, evidence)

    def _find_joint(self, other: Person, what: str, at: date) -> Iterator[Seen]:
        for kind, find in (
            (Kind.JOINT_WORK, self._with_key),
            (Kind.JOINT_WORK_BY_NAME, self._with_name),
        ):
            for application, person in find(other) if kind in self.wanted else ():
                evidence = Evidence(person=_label(person), detail=what, until=at.isoformat())
                yield Seen(application, kind, Ground.OTHER_REASON, evidence)

    def _with_key(self, person: Person) -> list[tuple[str, Person]]:
        return sorted(self._places.get(("key", person.key), ()), key=_order)

    def _with_name(self, person: Person) -> list[tuple[str, Person]]:
        """Return people of a like name who are not known to be the same person."""
        near = {
            each for word in words_of(person.name) for each in self._places.get(("word", word), ())
        }
        return [
            each for each in sorted(near, key=_order) if names_are_alike(person.name, each[1].name)
        ]


def _marks(person: Person) -> Iterator[tuple[str, str]]:
    if person.key:
        yield "key", person.key
    if house := house_of(person.email):
        yield "house", house
    for word in words_of(person.name):
        if len(word) > 1:
            yield "word", word


def _label(person: Person) -> str:
    return person.name or person.key


def _order(place: tuple[str, Person]) -> tuple[str, str, str, str]:
    application, person = place
    return application, person.key, person.name, person.email

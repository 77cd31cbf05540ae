"""Groups of organisations: who stands above, below or beside whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scoring.business_id import find_business_id
from scoring.routing.screening.facts import Holding
from scoring.routing.screening.findings import Kind
from scoring.routing.screening.organisations import (
    MatchedBy,
    Organisation,
    match_organisations,
    normalise_name,
)

Path = tuple[Organisation, ...]


@dataclass(frozen=True, slots=True)
class Relative:
    """An organisation of the same group, the kind of kinship, and the way to it."""

    kind: Kind
    organisation: Organisation
    path: Path


class Groups:
    """The control of organisations over others, as a graph."""

    def __init__(self, holdings: Iterable[Holding]) -> None:
        self._holdings = sorted(holdings, key=lambda each: (_key(each.parent), _key(each.child)))
        self._known: dict[Organisation, tuple[Relative, ...]] = {}

    def relatives(self, organisation: Organisation) -> tuple[Relative, ...]:
        """Return all organisations above and below, and those below a common parent."""
        if organisation not in self._known:
            self._known[organisation] = tuple(self._find(organisation))
        return self._known[organisation]

    def _find(self, organisation: Organisation) -> Iterator[Relative]:
        above = self._reach(organisation, up=True)
        line = [*above, *self._reach(organisation, up=False)]
        for path in line:
            yield Relative(Kind.GROUP, path[-1], path[:-1])
        known = {organisation, *(path[-1] for path in line)}
        for path in above:
            for down in self._reach(path[-1], up=False):
                if down[-1] not in known:
                    known.add(down[-1])
                    yield Relative(Kind.SISTER, down[-1], (*path, *down[:-1]))

    def _reach(self, start: Organisation, *, up: bool) -> list[Path]:
        """Return a shortest path to everything that can be reached in one direction."""
        found: list[Path] = []
        seen = {start}
        front: list[Path] = [()]
        while front:
            steps = [
                (*path, other)
                for path in front
                for other in self._neighbours(path[-1] if path else start, up=up)
            ]
            front = []
            for path in steps:
                if path[-1] not in seen:
                    seen.add(path[-1])
                    front.append(path)
            found += front
        return found

    def _neighbours(self, organisation: Organisation, *, up: bool) -> Iterator[Organisation]:
        for holding in self._holdings:
            here, there = (holding.child, holding.parent) if up else (holding.parent, holding.child)
            if match_organisations(here, organisation):
                yield there


class PartyIndex:
    """Finds the places of an organisation among many, by business ID and by name."""

    def __init__(self, organisations: Iterable[Organisation]) -> None:
        self.organisations = tuple(organisations)
        self._places: dict[str, list[int]] = {}
        for place, each in enumerate(self.organisations):
            for key in _keys(each):
                self._places.setdefault(key, []).append(place)

    def find(self, organisation: Organisation) -> Iterator[tuple[int, MatchedBy]]:
        """Yield the place of every organisation that is the same, and by what."""
        places = {place for key in _keys(organisation) for place in self._places.get(key, ())}
        for place in sorted(places):
            matched_by = match_organisations(organisation, self.organisations[place])
            if matched_by is not None:
                yield place, matched_by


def _keys(organisation: Organisation) -> Iterator[str]:
    number = find_business_id(organisation.business_id) if organisation.business_id else None
    if number:
        yield f"id {number}"
    name = normalise_name(organisation.name)
    if name:
        yield f"name {name}"


def _key(organisation: Organisation) -> tuple[str, str]:
    return organisation.business_id or "", organisation.name

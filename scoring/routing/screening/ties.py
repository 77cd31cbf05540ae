"""Employers, boards and owners among the parties of applications, directly or through a group."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scoring.routing.screening.facts import ApplicationFacts, EvaluatorFacts, Tie, TieKind
from scoring.routing.screening.findings import Evidence, Kind, Seen, is_within
from scoring.routing.screening.grounds import Ground
from scoring.routing.screening.groups import Groups, PartyIndex, Relative
from scoring.routing.screening.organisations import Organisation

GROUNDS = {
    TieKind.EMPLOYMENT: Ground.EMPLOYMENT,
    TieKind.COMMISSION: Ground.EMPLOYMENT,
    TieKind.BOARD: Ground.GOVERNANCE,
    TieKind.MANAGEMENT: Ground.GOVERNANCE,
    TieKind.OWNERSHIP: Ground.INTEREST,
    TieKind.SUPERVISION: Ground.SUPERVISION,
}
"""The ground of a tie that goes on, to a party itself (HL 28.1 § 3–6)."""

OF_THE_PERSON_ALONE = {TieKind.EMPLOYMENT, TieKind.COMMISSION, TieKind.SUPERVISION}
"""Ties that the act does not extend to close persons; theirs fall under the general ground."""


class TieScreen:
    """Finds the organisations of evaluators among the parties of all applications."""

    def __init__(
        self, applications: list[ApplicationFacts], groups: Groups, today: date, years: int
    ) -> None:
        self.parties = [
            (each.id, party.organisation) for each in applications for party in each.parties
        ]
        self.index = PartyIndex(organisation for _, organisation in self.parties)
        self.groups, self.today, self.years = groups, today, years

    def find(self, evaluator: EvaluatorFacts) -> Iterator[Seen]:
        """Yield the ties of one evaluator to parties and to the groups of parties."""
        for tie in evaluator.ties:
            if not is_within(tie.until, self.today, self.years):
                continue
            is_over = tie.until is not None and tie.until < self.today
            kind = Kind.EARLIER_TIE if is_over else Kind.TIE
            ground = Ground.OTHER_REASON if is_over else _ground_of(tie)
            yield from self._match(tie, ground, Relative(kind, tie.organisation, ()))
            for relative in self.groups.relatives(tie.organisation):
                yield from self._match(tie, Ground.OTHER_REASON, relative)

    def _match(self, tie: Tie, ground: Ground, relative: Relative) -> Iterator[Seen]:
        for place, matched_by in self.index.find(relative.organisation):
            application, party = self.parties[place]
            evidence = Evidence(
                tie=tie.kind.value,
                organisation=_label(tie.organisation),
                party=_label(party),
                through=tuple(_label(each) for each in relative.path),
                matched_by=matched_by.value,
                until=tie.until.isoformat() if tie.until else "",
                is_of_close_person=tie.is_of_close_person,
            )
            yield Seen(application, relative.kind, ground, evidence)


def _ground_of(tie: Tie) -> Ground:
    if tie.is_of_close_person and tie.kind in OF_THE_PERSON_ALONE:
        return Ground.OTHER_REASON
    return GROUNDS[tie.kind]


def _label(organisation: Organisation) -> str:
    return " ".join(part for part in (organisation.name, organisation.business_id) if part)

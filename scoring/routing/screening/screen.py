"""Screens a call: every conflict and every question between its evaluators and applications.

Each detector looks at one kind of fact and none looks at what another has found, so their order
changes nothing, and a further fact can only add findings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from itertools import chain

from scoring.routing.screening.facts import ApplicationFacts, CallFacts, EvaluatorFacts
from scoring.routing.screening.findings import (
    Evidence,
    Finding,
    Kind,
    Policy,
    Seen,
    Severity,
)
from scoring.routing.screening.grounds import Ground
from scoring.routing.screening.groups import Groups
from scoring.routing.screening.people import PeopleScreen
from scoring.routing.screening.ties import TieScreen

EVERYTHING = frozenset(Severity)


def screen(
    facts: CallFacts,
    today: date,
    policy: Policy | None = None,
    severities: Collection[Severity] = EVERYTHING,
) -> tuple[Finding, ...]:
    """Return the findings of some severities by application and evaluator, each once.

    What is not asked for is not looked for: names are compared for questions only.
    """
    policy = policy or Policy()
    wanted = frozenset(kind for kind in Kind if policy.severity_of(kind) in severities)
    applications = sorted(facts.applications, key=lambda each: each.id)
    by_id = {each.id: each for each in applications}
    ties = TieScreen(applications, Groups(facts.holdings), today, policy.earlier_tie_years)
    people = PeopleScreen(applications, today, policy.joint_work_years, wanted)
    by_region: dict[str, list[ApplicationFacts]] = {}
    for each in applications if Kind.SAME_REGION in wanted else ():
        by_region.setdefault(each.lead_region, []).append(each)
    found: set[Finding] = set()
    for evaluator in facts.evaluators:
        seen = chain(
            ties.find(evaluator),
            people.find(evaluator),
            _find_declared(evaluator, by_id),
            _find_same_region(evaluator, by_region),
        )
        found.update(_finding(each, evaluator, policy) for each in seen if each.kind in wanted)
    return tuple(sorted(found, key=lambda each: each.order))


def _finding(seen: Seen, evaluator: EvaluatorFacts, policy: Policy) -> Finding:
    severity = policy.severity_of(seen.kind)
    return Finding(evaluator.id, seen.application, seen.kind, seen.ground, severity, seen.evidence)


def _find_declared(
    evaluator: EvaluatorFacts, applications: Mapping[str, ApplicationFacts]
) -> Iterator[Seen]:
    for relation in evaluator.relations:
        if relation.application in applications:
            kind = Kind.DECLARED if relation.is_certain else Kind.DECLARED_DOUBT
            evidence = Evidence(detail=relation.detail)
            yield Seen(relation.application, kind, relation.ground, evidence)


def _find_same_region(
    evaluator: EvaluatorFacts, by_region: Mapping[str, list[ApplicationFacts]]
) -> Iterator[Seen]:
    if evaluator.region:
        for application in by_region.get(evaluator.region, ()):
            evidence = Evidence(detail=evaluator.region)
            yield Seen(application.id, Kind.SAME_REGION, Ground.OTHER_REASON, evidence)

"""What if: the funding line under other terms, kept by name, and the one that is chosen with a reason."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import InvalidInput, NotFound, Problem, StepNotAllowed
from app.domain.records import canonical_json, sha256_text
from app.models import Application, Call, Ranking, Scenario, ScenarioChoice
from app.queries.selection import find_newest_ranking, find_selection
from app.services.call.calls import get_call, get_definition
from app.services.decision.funding import (
    choose,
    declared_terms,
    describe_candidate,
    differs_in_rule,
    load_facts,
    name_algorithm,
)
from app.services.decision.lines import ChosenScenario
from app.services.decision.ranking import RankingWishes, draw_ranking
from app.services.record.events import Act, append_event
from app.services.record.transitions import describe

Data = dict[str, Any]
NAME_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Ground:
    """What scenarios of a call start from: the newest ranking, its candidates and the declared terms."""

    call: Call
    ranking: Ranking
    candidates: Sequence[Data]
    declared: Data


@dataclass(frozen=True, slots=True)
class Outlook:
    """A funding line under some terms that has been calculated and is not stored."""

    ranking_id: uuid.UUID
    terms: Mapping[str, Any]
    selection: Mapping[str, Any]
    departs: bool
    """Whether the terms are another rule, ceiling or floor than the call declared."""


def get_ground(session: Session, call_id: uuid.UUID) -> Ground:
    """Return what scenarios of a call start from.

    Raises:
        StepNotAllowed: before a ranking has been drawn.
    """
    call = get_call(session, call_id)
    ranking = find_newest_ranking(session, call_id)
    if ranking is None or call.version_id is None:
        raise StepNotAllowed(subject="call", step="weigh")
    declared = declared_terms(get_definition(session, call.version_id).funding, call.budget)
    return Ground(call, ranking, _list_candidates(session, ranking), declared)


def _list_candidates(session: Session, ranking: Ranking) -> list[Data]:
    """Return the candidates in the order, with the totals and the support of a ranking."""
    facts = load_facts(session, ranking.call_id)
    rows = {
        str(row.id): row
        for row in session.scalars(
            sa.select(Application).where(Application.call_id == ranking.call_id)
        )
    }
    return [
        describe_candidate(
            rows[row["application"]],
            Fraction(row["total_exact"]),
            Decimal(row["support"]),
            facts[row["application"]],
        )
        for row in json.loads(ranking.content)["rows"]
    ]


def weigh(ground: Ground, terms: Mapping[str, Any]) -> Outlook:
    """Draw the line under other terms; nothing is stored.

    Raises:
        CalculationFailed, CalculationRefused: if there is no answer.
    """
    selection = choose(terms, ground.candidates)
    return Outlook(ground.ranking.id, terms, selection, differs_in_rule(terms, ground.declared))


def keep_scenario(
    session: Session,
    call_id: uuid.UUID,
    name: str,
    outlook: Outlook,
    actor: Actor,
    now: datetime,
) -> Scenario:
    """Store a scenario under a name of its own.

    Raises:
        InvalidInput: without a name, or with one that another scenario of the call has.
        StepNotAllowed: if another ranking has been drawn since the line was calculated.
    """
    _refuse_name(session, call_id, name)
    ranking = find_newest_ranking(session, call_id)
    if ranking is None or ranking.id != outlook.ranking_id:
        raise StepNotAllowed(subject="scenario", step="outdated")
    newest = session.scalar(
        sa.select(sa.func.max(Scenario.number)).where(Scenario.call_id == call_id)
    )
    text = canonical_json(outlook.selection)
    scenario = Scenario(
        call_id=call_id,
        number=(newest or 0) + 1,
        name=name.strip(),
        ranking_id=outlook.ranking_id,
        terms=dict(outlook.terms),
        inputs_sha256=outlook.selection["inputs_sha256"],
        algorithm=name_algorithm(outlook.selection),
        content=text,
        sha256=sha256_text(text),
        created_at=now,
        created_by=actor.user_id,
    )
    session.add(scenario)
    session.flush()
    data = {"number": scenario.number, "name": scenario.name, "sha256": scenario.sha256}
    act = Act("call.keep_scenario", describe(get_call(session, call_id)), data)
    append_event(session, act, actor, now)
    return scenario


def _refuse_name(session: Session, call_id: uuid.UUID, name: str) -> None:
    if not name.strip():
        raise InvalidInput([Problem("required", field="name")])
    taken = sa.select(Scenario.id).where(Scenario.call_id == call_id, Scenario.name == name.strip())
    if session.scalar(taken) is not None:
        raise InvalidInput([Problem("name_taken", field="name")])


def get_scenario(session: Session, call_id: uuid.UUID, number: int) -> Scenario:
    """Return a scenario of a call.

    Raises:
        NotFound: if there is none.
    """
    row = session.scalar(
        sa.select(Scenario).where(Scenario.call_id == call_id, Scenario.number == number)
    )
    if row is None:
        raise NotFound(scenario=f"{call_id} {number}")
    return row


def choose_scenario(
    session: Session,
    call_id: uuid.UUID,
    number: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> ScenarioChoice:
    """Record the scenario that was chosen, with the reason.

    Under the rule, ceilings and floors of the call it becomes the next ranking, along which the
    selecting body selects as ever. Otherwise the call's rule stands, and the choice is kept as a
    rationale.

    Raises:
        InvalidInput: without a reason.
        StepNotAllowed: once the selection has been made, or if the ranking has changed since.
    """
    if not reason.strip():
        raise InvalidInput([Problem("required", field="reason")])
    if find_selection(session, call_id) is not None:
        raise StepNotAllowed(subject="call", step="choose_scenario")
    scenario = get_scenario(session, call_id, number)
    ground = get_ground(session, call_id)
    if scenario.ranking_id != ground.ranking.id:
        raise StepNotAllowed(subject="scenario", step="outdated")
    ranking = None
    if not differs_in_rule(scenario.terms, ground.declared):
        wishes = RankingWishes(reason=reason, scenario=as_chosen(scenario))
        ranking = draw_ranking(session, call_id, actor, now, wishes)
    choice = ScenarioChoice(
        call_id=call_id,
        scenario_id=scenario.id,
        ranking_id=ranking.id if ranking else None,
        reason=reason.strip(),
        chosen_at=now,
        chosen_by=actor.user_id,
    )
    session.add(choice)
    session.flush()
    data = {
        "number": scenario.number,
        "name": scenario.name,
        "reason": choice.reason,
        "ranking": ranking.number if ranking else None,
    }
    append_event(session, Act("call.choose_scenario", describe(ground.call), data), actor, now)
    return choice


def as_chosen(scenario: Scenario) -> ChosenScenario:
    """Return a stored scenario as a ranking takes it over."""
    return ChosenScenario(
        scenario.number,
        scenario.name,
        scenario.sha256,
        scenario.terms,
        json.loads(scenario.content),
    )

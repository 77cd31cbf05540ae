"""What the routing of a call reckons with: applications, people, affinities, rules, settled pairs."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.content import Content
from app.domain.lifecycle import EvaluationState
from app.domain.times import local_date
from app.models import (
    Application,
    Disqualification,
    Evaluation,
    EvaluatorProfile,
    PoolMember,
    RoutingWish,
)
from app.queries.affinities import (
    ROUTED_STATES,
    Affinities,
    describe_call,
    load_bids,
    make_affinities,
)
from app.queries.content import load_submitted_contents
from app.queries.screening import Scope
from app.services.call.calls import get_call_definition
from app.services.evaluation.conflicts import screen_call
from calls.routing import RoutingRule, RoutingSettings
from scoring.routing.bids import DECLARED, Bid
from scoring.routing.problem import (
    Evaluator,
    Pair,
    Problem,
    Proposal,
    Settled,
    build_problem,
)
from scoring.routing.rules import Coverage, Quota, Rule
from scoring.routing.screening.findings import Severity, forbidden_pairs

OVER = (EvaluationState.DECLINED, EvaluationState.SET_ASIDE)
LANGUAGE, FORBIDDEN = "language", "forbidden"


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that a run knows, before anything is settled."""

    applications: Sequence[Application]
    contents: Mapping[uuid.UUID, Content]
    profiles: Mapping[str, EvaluatorProfile]
    capacities: Mapping[str, int]
    affinities: Affinities
    settings: RoutingSettings
    panel: int


@dataclass(frozen=True, slots=True)
class Wishes:
    """Pairs on which an officer has spoken."""

    locked: frozenset[Pair]
    forbidden: frozenset[Pair]


def load_inputs(
    session: Session, call_id: uuid.UUID, now: datetime, more: Iterable[uuid.UUID] = ()
) -> Inputs:
    """Load the applications to be evaluated and the people who are there; ``more`` joins the pool."""
    applications = _load_applications(session, call_id)
    known = load_submitted_contents(session, call_id)
    contents = {each.id: known[each.id] for each in applications}
    profiles, capacities = _load_people(session, call_id, now)
    pool, beside = list(profiles.values()), _load_more(session, more, profiles)
    for profile in beside:
        profiles[str(profile.user_id)] = profile
        capacities[str(profile.user_id)] = max(capacities.values(), default=1)
    definition = get_call_definition(session, call_id)
    asked = describe_call(applications, contents, pool, definition, beside)
    return Inputs(
        applications,
        contents,
        profiles,
        capacities,
        make_affinities(session, call_id, asked, definition.routing),
        definition.routing,
        definition.rubric.evaluation.evaluators_per_application,
    )


def load_rules(session: Session, call_id: uuid.UUID, now: datetime) -> list[Rule]:
    """Return the rules of a call that look at a whole panel; reads no content."""
    definition = get_call_definition(session, call_id)
    if not definition.routing.crossing:
        return []
    applications = _load_applications(session, call_id)
    profiles, capacities = _load_people(session, call_id, now)
    nothing = Affinities(describe_call((), {}, (), definition), {}, None)
    panel = definition.rubric.evaluation.evaluators_per_application
    return make_rules(
        Inputs(applications, {}, profiles, capacities, nothing, definition.routing, panel)
    )


def _load_applications(session: Session, call_id: uuid.UUID) -> Sequence[Application]:
    return session.scalars(
        sa.select(Application)
        .where(Application.call_id == call_id, Application.state.in_(ROUTED_STATES))
        .order_by(Application.record_number)
    ).all()


def _load_people(
    session: Session, call_id: uuid.UUID, now: datetime
) -> tuple[dict[str, EvaluatorProfile], dict[str, int]]:
    """Return the pool; nobody who is away today takes anything new."""
    rows = session.execute(
        sa.select(EvaluatorProfile, PoolMember)
        .join(PoolMember, PoolMember.evaluator_id == EvaluatorProfile.user_id)
        .where(PoolMember.call_id == call_id)
        .order_by(EvaluatorProfile.code)
    ).all()
    profiles = {str(profile.user_id): profile for profile, _member in rows}
    today = local_date(now)
    capacities = {
        str(member.evaluator_id): member.capacity
        if (member.available_from or today) <= today <= (member.available_to or today)
        else 0
        for _profile, member in rows
    }
    return profiles, capacities


def _load_more(
    session: Session, ids: Iterable[uuid.UUID], known: Mapping[str, EvaluatorProfile]
) -> Sequence[EvaluatorProfile]:
    wanted = [each for each in ids if str(each) not in known]
    if not wanted:
        return ()
    return session.scalars(
        sa.select(EvaluatorProfile).where(EvaluatorProfile.user_id.in_(wanted))
    ).all()


def load_wishes(session: Session, call_id: uuid.UUID) -> Wishes:
    """Return the pairs that must stay and those that must not be, of applications that are routed."""
    rows = session.execute(
        sa.select(RoutingWish.application_id, RoutingWish.evaluator_id, RoutingWish.kind)
        .join(Application, Application.id == RoutingWish.application_id)
        .where(RoutingWish.call_id == call_id, Application.state.in_(ROUTED_STATES))
    ).all()
    pairs = {kind: set[Pair]() for kind in ("lock", "forbid")}
    for application, evaluator, kind in rows:
        pairs[kind].add((str(application), str(evaluator)))
    return Wishes(frozenset(pairs["lock"]), frozenset(pairs["forbid"]))


def load_barred(session: Session, call_id: uuid.UUID, wishes: Wishes) -> dict[Pair, str]:
    """Return pairs with a conflict, declined or set aside, or forbidden by an officer; with why."""
    over = sa.select(
        Evaluation.application_id,
        Evaluation.evaluator_id,
        sa.cast(Evaluation.state, sa.String).label("reason"),
    ).where(Evaluation.call_id == call_id, Evaluation.state.in_(OVER))
    conflicts = (
        sa.select(
            Disqualification.application_id, Disqualification.person_id, Disqualification.ground
        )
        .join(Application, Application.id == Disqualification.application_id)
        .where(Application.call_id == call_id)
    )
    rows = session.execute(sa.union_all(over, conflicts)).all()
    bids = load_bids(session, call_id)
    doubted = {pair: DECLARED for pair, bid in bids.items() if bid is Bid.CONFLICT}
    forbidden = dict.fromkeys(wishes.forbidden, FORBIDDEN)
    return {**doubted, **forbidden, **{(str(a), str(e)): str(why) for a, e, why in rows}}


def find_more_conflicts(
    session: Session, call_id: uuid.UUID, evaluator: uuid.UUID, now: datetime
) -> dict[Pair, str]:
    """Return the conflicts of a person who is not in the pool, which nobody has recorded yet."""
    scope = Scope(call_id, evaluator_id=evaluator)
    return forbidden_pairs(screen_call(session, scope, {Severity.FORBID}, now))


def make_problem(inputs: Inputs, settled: Settled, panel: int | None = None) -> Problem:
    """Return the routing problem; a language that is not read forbids a pair, if the call says so.

    Raises:
        LockNotAllowed: if a pair that stays is forbidden.
    """
    load, unread = inputs.settings.load, {}
    if inputs.settings.reads_language:
        unread = {
            (str(application.id), key): LANGUAGE
            for application in inputs.applications
            for key, profile in inputs.profiles.items()
            if application.language not in profile.languages
        }
    people = []
    for key, capacity in inputs.capacities.items():
        most = capacity if load.maximum is None else min(capacity, load.maximum)
        people.append(Evaluator(key, most, min(load.minimum, most)))
    needed = inputs.panel if panel is None else panel
    return build_problem(
        [Proposal(str(each.id), needed) for each in inputs.applications],
        people,
        inputs.affinities.list_scores(),
        Settled({**unread, **settled.forbidden}, settled.locked, settled.submitted),
    )


def make_rules(inputs: Inputs) -> list[Rule]:
    """Return the rules of the call that look at a whole panel, as the library takes them."""
    return [made for rule in inputs.settings.crossing for made in _make_rule(rule, inputs)]


def _make_rule(rule: RoutingRule, inputs: Inputs) -> list[Rule]:
    price = None if rule.price is None else Fraction(rule.price)
    people = inputs.profiles
    if rule.kind == "strength":
        start = f"{rule.group}."
        strong = [
            k for k, each in people.items() if any(w.startswith(start) for w in each.keywords)
        ]
        return [Coverage(rule.name, frozenset(strong), rule.count or 1, None, price)]
    if rule.kind == "organisation":
        houses = {key: each.employer_y_tunnus or each.employer for key, each in people.items()}
        groups = {key: house for key, house in houses.items() if house}
        return [Quota(rule.name, groups, rule.count or 1, None, price)]
    if rule.kind == "region":
        groups = {key: each.region for key, each in people.items() if each.region}
        return [Quota(rule.name, groups, rule.count or 1, None, price)]
    if rule.kind == "seniority":
        senior = [key for key, each in people.items() if each.is_senior]
        return [Coverage(rule.name, frozenset(senior), rule.count or 1, None, price)]
    return _make_language_rules(rule, inputs, price)


def _make_language_rules(rule: RoutingRule, inputs: Inputs, price: Fraction | None) -> list[Rule]:
    rules: list[Rule] = []
    for language in sorted({each.language for each in inputs.applications}):
        readers = [key for key, each in inputs.profiles.items() if language in each.languages]
        written = [str(each.id) for each in inputs.applications if each.language == language]
        count = min(rule.count or inputs.panel, inputs.panel)
        name = f"{rule.name}:{language}"
        rules.append(Coverage(name, frozenset(readers), count, frozenset(written), price))
    return rules

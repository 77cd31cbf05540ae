"""What is known of ties between the people and the applications of a call, and what a screening finds.

A constant number of statements, whether for a whole call or for one application.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.content import Content
from app.domain.lifecycle import ApplicationState
from app.models import (
    Application,
    ApplicationMember,
    DeclaredDoubt,
    EvaluatorProfile,
    EvaluatorTie,
    Holding,
    JointWork,
    PartnerInvitation,
    PoolMember,
    RoutingBid,
    User,
)
from app.queries.content import load_submitted_content, load_submitted_contents
from scoring.routing.bids import Bid
from scoring.routing.screening import facts as known
from scoring.routing.screening.findings import Finding, Policy, Severity
from scoring.routing.screening.grounds import Ground, parse_ground
from scoring.routing.screening.organisations import Organisation, Party, PartyRole, normalise_name
from scoring.routing.screening.screen import screen

Contents = Mapping[uuid.UUID, Content]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is screened: a call or one application of it, with its pool or one evaluator."""

    call_id: uuid.UUID
    application_id: uuid.UUID | None = None
    evaluator_id: uuid.UUID | None = None


def find_conflicts(
    session: Session,
    scope: Scope,
    today: date,
    policy: Policy,
    severities: Collection[Severity],
    contents: Contents | None = None,
) -> tuple[Finding, ...]:
    """Return what a screening finds; stores nothing. ``contents`` saves reading them."""
    submitted = _load_submitted(session, scope)
    if contents is None:
        contents = _load_contents(session, scope)
    facts = _load_facts(session, scope, submitted, contents)
    inside = {str(key) for key in submitted}
    found = screen(facts, today, policy, severities)
    return tuple(each for each in found if each.application in inside)


def _load_submitted(session: Session, scope: Scope) -> dict[uuid.UUID, str]:
    """Return the submitted applications that are asked about, each with its lead's region."""
    condition = (
        Application.call_id == scope.call_id
        if scope.application_id is None
        else Application.id == scope.application_id
    )
    rows = session.execute(
        sa.select(Application.id, Application.lead_region).where(
            condition,
            Application.record_number.is_not(None),
            Application.state != ApplicationState.WITHDRAWN,
        )
    )
    return dict(rows.all())


def _load_contents(session: Session, scope: Scope) -> Contents:
    if scope.application_id is None:
        return load_submitted_contents(session, scope.call_id)
    return {scope.application_id: load_submitted_content(session, scope.application_id)}


def _load_facts(
    session: Session, scope: Scope, submitted: Mapping[uuid.UUID, str], contents: Contents
) -> known.CallFacts:
    people = _load_people(session, scope)
    applications = frozenset(
        known.ApplicationFacts(
            id=str(key),
            parties=frozenset(parties_of(contents[key])) if key in contents else frozenset(),
            people=frozenset(people.get(key, ())),
            lead_region=submitted.get(key, ""),
        )
        for key in submitted.keys() | people.keys()
    )
    holdings = _load_holdings(session) | {
        each for key in submitted if key in contents for each in undertakings_of(contents[key])
    }
    keys = {each.email: each.key for group in people.values() for each in group if each.key}
    evaluators = frozenset(_load_evaluators(session, scope, keys))
    return known.CallFacts(evaluators, applications, frozenset(holdings))


def _load_people(session: Session, scope: Scope) -> dict[uuid.UUID, list[known.Person]]:
    """Return the people of the applications of a call, drafts too: whoever applies competes."""
    people: dict[uuid.UUID, list[known.Person]] = defaultdict(list)
    is_there = sa.and_(
        Application.call_id == scope.call_id, Application.state != ApplicationState.WITHDRAWN
    )
    members = (
        sa.select(ApplicationMember.application_id, User.id, User.display_name, User.email)
        .join(User, User.id == ApplicationMember.user_id)
        .join(Application, Application.id == ApplicationMember.application_id)
        .where(is_there)
    )
    invited = (
        sa.select(PartnerInvitation.application_id, PartnerInvitation.email)
        .join(Application, Application.id == PartnerInvitation.application_id)
        .where(
            is_there,
            PartnerInvitation.revoked_at.is_(None),
            PartnerInvitation.accepted_at.is_(None),
        )
    )
    if scope.application_id is not None:
        in_scope = ApplicationMember.user_id.in_(_select_people(scope))
        members = members.where(sa.or_(Application.id == scope.application_id, in_scope))
        invited = invited.where(Application.id == scope.application_id)
    for key, user_id, name, email in session.execute(members):
        people[key].append(known.Person(str(user_id), name, email))
    for key, email in session.execute(invited):
        people[key].append(known.Person(email=email))
    return people


def _select_people(scope: Scope) -> sa.Select[tuple[uuid.UUID]]:
    if scope.evaluator_id is None:
        return sa.select(PoolMember.evaluator_id).where(PoolMember.call_id == scope.call_id)
    return sa.select(EvaluatorProfile.user_id).where(EvaluatorProfile.user_id == scope.evaluator_id)


def _load_evaluators(
    session: Session, scope: Scope, keys: Mapping[str, str]
) -> Iterator[known.EvaluatorFacts]:
    inside = _select_people(scope)
    ties = _load_ties(session, inside)
    works = _load_joint_work(session, inside, keys)
    doubts = _load_doubts(session, scope, inside)
    rows = session.execute(
        sa.select(EvaluatorProfile, User.display_name, User.email)
        .join(User, User.id == EvaluatorProfile.user_id)
        .where(EvaluatorProfile.user_id.in_(inside))
    )
    for profile, name, email in rows:
        key = profile.user_id
        yield known.EvaluatorFacts(
            id=str(key),
            person=known.Person(str(key), name, email),
            region=profile.region,
            ties=frozenset([*ties_of(profile), *ties[key]]),
            joint_work=frozenset(works[key]),
            relations=frozenset(doubts[key]),
        )


def ties_of(profile: EvaluatorProfile) -> Iterator[known.Tie]:
    """Yield the ties that the profile itself names: the employer, boards and ownership."""
    if profile.employer or profile.employer_y_tunnus:
        employer = Organisation(profile.employer, profile.employer_y_tunnus or None)
        yield known.Tie(employer, known.TieKind.EMPLOYMENT)
    for number in profile.interests:
        yield known.Tie(Organisation("", number), known.TieKind.BOARD)


def _load_ties(session: Session, inside: Any) -> dict[uuid.UUID, list[known.Tie]]:
    ties: dict[uuid.UUID, list[known.Tie]] = defaultdict(list)
    rows = session.scalars(sa.select(EvaluatorTie).where(EvaluatorTie.evaluator_id.in_(inside)))
    for row in rows:
        organisation = Organisation(row.organisation, row.y_tunnus or None)
        tie = known.Tie(organisation, row.kind, row.until, row.is_of_close_person)
        ties[row.evaluator_id].append(tie)
    return ties


def _load_joint_work(
    session: Session, inside: Any, keys: Mapping[str, str]
) -> dict[uuid.UUID, list[known.JointWork]]:
    """Return joint work; a person with the address of somebody in an application is that person."""
    works: dict[uuid.UUID, list[known.JointWork]] = defaultdict(list)
    for row in session.scalars(sa.select(JointWork).where(JointWork.evaluator_id.in_(inside))):
        person = known.Person(keys.get(row.email, ""), row.name, row.email)
        works[row.evaluator_id].append(known.JointWork(person, row.until, row.what))
    return works


def _load_doubts(
    session: Session, scope: Scope, inside: Any
) -> dict[uuid.UUID, list[known.Relation]]:
    doubts: dict[uuid.UUID, list[known.Relation]] = defaultdict(list)
    rows = session.scalars(
        sa.select(DeclaredDoubt)
        .join(Application, Application.id == DeclaredDoubt.application_id)
        .where(Application.call_id == scope.call_id, DeclaredDoubt.evaluator_id.in_(inside))
    )
    for row in rows:
        ground = parse_ground(row.ground)
        relation = known.Relation(str(row.application_id), ground, row.detail, is_certain=False)
        doubts[row.evaluator_id].append(relation)
    bids = session.execute(
        sa.select(RoutingBid.application_id, RoutingBid.evaluator_id).where(
            RoutingBid.call_id == scope.call_id,
            RoutingBid.evaluator_id.in_(inside),
            RoutingBid.kind == Bid.CONFLICT,
        )
    )
    for application, evaluator in bids:
        relation = known.Relation(str(application), Ground.OTHER_REASON, is_certain=False)
        doubts[evaluator].append(relation)
    return doubts


def _load_holdings(session: Session) -> set[known.Holding]:
    return {
        known.Holding(
            Organisation(row.parent_name, row.parent_y_tunnus or None),
            Organisation(row.child_name, row.child_y_tunnus or None),
        )
        for row in session.scalars(sa.select(Holding))
    }


def parties_of(content: Content) -> Iterator[Party]:
    """Yield the partners and committed companies of an application."""
    for row in content.partners:
        role = PartyRole.LEAD if row["role"] == "lead" else PartyRole.PARTNER
        yield Party(_organisation(row), role)
    for row in content.rows("companies"):
        yield Party(_organisation(row), PartyRole.COMPANY)


def undertakings_of(content: Content) -> Iterator[known.Holding]:
    """Yield the groups that partners tell in their de minimis aid (2023/2831, single undertaking)."""
    partners = {row["key"]: _organisation(row) for row in content.partners}
    for row in content.rows("de_minimis"):
        partner = partners.get(row.get("partner"))
        if partner is None:
            continue
        for name in _split(str(row.get("single_undertaking_members") or "")):
            if normalise_name(name) != normalise_name(partner.name):
                yield known.Holding(partner, Organisation(name))


def _split(text: str) -> Iterable[str]:
    return (name.strip() for name in text.split(";") if name.strip())


def _organisation(row: Mapping[str, Any]) -> Organisation:
    return Organisation(str(row.get("name") or ""), str(row.get("y_tunnus") or "") or None)

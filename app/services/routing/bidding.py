"""Bids: what evaluators say of applications that they see without names, where the call asks for it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.anonymised import anonymise
from app.domain.content import Content
from app.domain.errors import ConflictOfInterest, NotFound, StepNotAllowed
from app.domain.expertise import list_secret
from app.domain.lifecycle import ApplicationState, CallState
from app.models import (
    Application,
    ApplicationMember,
    Call,
    Disqualification,
    EvaluatorProfile,
    PoolMember,
    RoutingBid,
    User,
)
from app.queries.content import load_submitted_contents
from app.queries.screening import Contents, Scope
from app.services.call.calls import get_call, get_call_definition
from app.services.evaluation.conflicts import screen_call
from app.services.record.events import Act, append_event
from app.services.record.transitions import describe
from calls.definition import CallDefinition
from scoring.routing.bids import Bid
from scoring.routing.screening.findings import Severity

BIDDING_STATE = ApplicationState.ELIGIBLE
"""An application can be bid on from its admission until its evaluators are released."""
ENDED = frozenset({CallState.DRAFT, CallState.CANCELLED, CallState.DECIDED, CallState.ARCHIVED})
ON_PAGE = 20


@dataclass(frozen=True, slots=True)
class Bidding:
    """A call to an evaluator of its pool: whether it asks for bids now."""

    call_id: uuid.UUID
    title: Mapping[str, str]
    evaluator_id: uuid.UUID
    is_asked: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """An application without names: title and summary by language, and the evaluator's bid."""

    id: uuid.UUID
    language: str
    title: Mapping[str, str]
    summary: Mapping[str, str]
    bid: Bid | None


@dataclass(frozen=True, slots=True)
class OfferPage:
    """A page of offers; ``declared`` counts those that the evaluator's own word has closed."""

    offers: Sequence[Offer]
    number: int
    pages: int
    declared: int


def load_bidding(session: Session, actor: Actor, call_id: uuid.UUID, **_rest: object) -> Bidding:
    """Return a call to an evaluator of its pool.

    Raises:
        NotFound: if there is no such call, or the person is not in its pool.
    """
    call = get_call(session, call_id)
    if actor.user_id is None or session.get(PoolMember, (call_id, actor.user_id)) is None:
        raise NotFound(call=str(call_id))
    return _make_bidding(session, call, actor.user_id)


def list_bid_calls(session: Session, actor: Actor) -> list[Bidding]:
    """List the calls that ask an evaluator for bids now and have an application to bid on."""
    if actor.user_id is None:
        return []
    has_offers = sa.exists().where(
        Application.call_id == Call.id, Application.state == BIDDING_STATE
    )
    calls = session.scalars(
        sa.select(Call)
        .join(PoolMember, PoolMember.call_id == Call.id)
        .where(PoolMember.evaluator_id == actor.user_id, has_offers)
        .order_by(Call.code)
    ).all()
    found = [_make_bidding(session, call, actor.user_id) for call in calls]
    return [each for each in found if each.is_asked]


def _make_bidding(session: Session, call: Call, evaluator_id: uuid.UUID) -> Bidding:
    is_open = call.state not in ENDED
    is_asked = is_open and get_call_definition(session, call.id).routing.bids is not None
    return Bidding(call.id, call.title, evaluator_id, is_asked)


def page_offers(session: Session, bidding: Bidding, number: int, now: datetime) -> OfferPage:
    """Return a page of the applications that an evaluator may bid on; those with a known conflict are left out.

    Applications stand in an order that tells nothing. Takes a constant number of statements.
    """
    bids = _load_bids(session, bidding)
    declared = {key for key, bid in bids.items() if bid is Bid.CONFLICT}
    contents = load_submitted_contents(session, bidding.call_id)
    closed = _list_closed(session, bidding, now, contents) | declared
    rows = session.execute(
        sa.select(Application.id, Application.language, Application.acronym)
        .where(Application.call_id == bidding.call_id, Application.state == BIDDING_STATE)
        .order_by(Application.id)
    ).all()
    open_rows = [row for row in rows if row.id not in closed]
    pages = max(1, -(-len(open_rows) // ON_PAGE))
    number = min(max(number, 1), pages)
    shown = open_rows[ON_PAGE * (number - 1) : ON_PAGE * number]
    people = _load_names(session, [row.id for row in shown])
    definition = get_call_definition(session, bidding.call_id)
    offers = [
        _make_offer(row, contents[row.id], people.get(row.id, ()), definition, bids.get(row.id))
        for row in shown
    ]
    return OfferPage(offers, number, pages, len(declared))


def place_bid(
    session: Session,
    bidding: Bidding,
    application_id: uuid.UUID,
    bid: Bid,
    actor: Actor,
    now: datetime,
) -> RoutingBid:
    """Record what an evaluator says of an application; a later word replaces it, but not a conflict.

    A conflict closes the application to the person at once, until an officer has looked at it.

    Raises:
        NotFound: if the call has no such application.
        StepNotAllowed: if the application is past the bidding, or the person has declared a conflict.
        ConflictOfInterest: if a conflict is known already.
    """
    application = session.get(Application, application_id)
    if application is None or application.call_id != bidding.call_id:
        raise NotFound(application=str(application_id))
    row = _find_bid(session, bidding, application_id)
    is_over = application.state is not BIDDING_STATE or not bidding.is_asked
    if is_over or (row is not None and row.kind == Bid.CONFLICT):
        state = application.state.value
        raise StepNotAllowed(subject="application", state=state, step="place_bid")
    if application_id in _list_closed(session, bidding, now):
        raise ConflictOfInterest
    if row is None:
        row = RoutingBid(
            call_id=bidding.call_id,
            application_id=application_id,
            evaluator_id=bidding.evaluator_id,
        )
        session.add(row)
    row.kind, row.made_at = bid.value, now
    session.flush()
    profile = session.get_one(EvaluatorProfile, bidding.evaluator_id)
    data = {"evaluator": profile.code, "bid": bid.value}
    act = Act("application.place_bid", describe(application), data)
    append_event(session, act, actor, now)
    return row


def _find_bid(session: Session, bidding: Bidding, application_id: uuid.UUID) -> RoutingBid | None:
    return session.scalar(
        sa.select(RoutingBid).where(
            RoutingBid.application_id == application_id,
            RoutingBid.evaluator_id == bidding.evaluator_id,
        )
    )


def _load_bids(session: Session, bidding: Bidding) -> dict[uuid.UUID, Bid]:
    rows = session.execute(
        sa.select(RoutingBid.application_id, RoutingBid.kind).where(
            RoutingBid.call_id == bidding.call_id,
            RoutingBid.evaluator_id == bidding.evaluator_id,
        )
    )
    return {key: Bid(kind) for key, kind in rows}


def _list_closed(
    session: Session, bidding: Bidding, now: datetime, contents: Contents | None = None
) -> set[uuid.UUID]:
    """Return the applications with a conflict that is on record or that the facts show."""
    recorded = session.scalars(
        sa.select(Disqualification.application_id)
        .join(Application, Application.id == Disqualification.application_id)
        .where(
            Application.call_id == bidding.call_id,
            Disqualification.person_id == bidding.evaluator_id,
        )
    )
    me = str(bidding.evaluator_id)
    scope = Scope(bidding.call_id)
    found = screen_call(session, scope, {Severity.FORBID}, now, contents)
    return {*recorded, *(uuid.UUID(each.application) for each in found if each.evaluator == me)}


def _load_names(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """Return the names of the people of some applications."""
    rows = session.execute(
        sa.select(ApplicationMember.application_id, User.display_name)
        .join(User, User.id == ApplicationMember.user_id)
        .where(ApplicationMember.application_id.in_(ids))
    )
    names: dict[uuid.UUID, list[str]] = {}
    for key, name in rows:
        names.setdefault(key, []).append(name)
    return names


def _make_offer(
    row: Any,
    content: Content,
    people: Sequence[str],
    definition: CallDefinition,
    bid: Bid | None,
) -> Offer:
    organisations = [
        str(each.get("name") or "") for each in (*content.partners, *content.rows("companies"))
    ]
    secret = frozenset(list_secret(content, definition))

    def texts(start: str) -> dict[str, str]:
        found = {
            language: str(content.answer(f"{start}_{language}") or "")
            for language in definition.languages
            if f"{start}_{language}" not in secret
        }
        return {
            language: anonymise(text, [*organisations, row.acronym], people)
            for language, text in found.items()
            if text.strip()
        }

    return Offer(row.id, row.language, texts("title"), texts("summary"), bid)

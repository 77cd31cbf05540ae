"""Affinities of a call: evaluators × applications, from taxonomy and texts, moved by bids.

Texts are read once for as long as they stay the same: a run, its explanations, a what-if and a
re-route of one process share the model.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.content import Content
from app.domain.expertise import describe_application, describe_person
from app.domain.lifecycle import ApplicationState
from app.models import Application, ConflictRuling, EvaluatorProfile, PoolMember, RoutingBid
from app.queries.content import load_submitted_contents
from calls.definition import CallDefinition
from calls.registers import load_registers
from calls.routing import RoutingSettings
from scoring.routing.affinity.documents import Described
from scoring.routing.affinity.encoders import load_encoder
from scoring.routing.affinity.expertise import Affinity, measure_affinity
from scoring.routing.affinity.lexicon import Lexicon, lexicon_with
from scoring.routing.affinity.measure import AffinityModel
from scoring.routing.affinity.outcome import Encoder, TextAffinity
from scoring.routing.arrays import Floats, np
from scoring.routing.bids import Bid, BidRule, Moved, combine_all
from scoring.routing.problem import Pair

ROUTED_STATES = (ApplicationState.ELIGIBLE, ApplicationState.IN_EVALUATION)
"""Applications that a run reckons with; the work on all others is over."""
MILLION = 1_000_000
MOST_PAIRS = 2_000_000
"""Up to so many pairs all are listed; beyond it the best of each application."""
BEST = 100
MOST_TOLD = 5_000
"""A run of more pairs keeps what both sides declare; words of texts are told on the page of the pair."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The affinity of one pair and why: keywords and fields in common, words of texts, what a bid moved.

    ``cause`` is None where texts were not looked into.
    """

    score: Fraction
    taxonomy: Affinity
    cause: TextAffinity | None
    moved: Moved | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what explains the affinity, as it is kept with an assignment."""
        told: dict[str, Any] = {
            "affinity": str(self.score),
            "keywords": list(self.taxonomy.keywords),
            "ford": list(self.taxonomy.ford),
        }
        if self.cause is not None:
            told["basis"] = self.cause.basis.value
            told["terms"] = [
                [each.kind, each.asked, each.held, each.share, each.keyword]
                for each in self.cause.reasons
            ]
        if self.moved is not None and self.moved.bid is not None:
            told |= {"bid": self.moved.bid.value, "before": str(self.moved.before)}
        return told


class Affinities:
    """The affinities of all applications and people of a call; measured when first asked for."""

    def __init__(
        self, asked: Asked, bids: Mapping[Pair, Bid], rule: BidRule | None, encoder: str = ""
    ) -> None:
        self._asked = asked
        self._encoder = encoder
        self._bids = bids
        self._rule = rule
        self._people = (*asked.pool, *asked.more)
        self._told: dict[Pair, Fit] = {}
        self._rows = {each.id: row for row, each in enumerate(asked.applications)}
        self._columns = {each.id: column for column, each in enumerate(self._people)}

    def __getitem__(self, pair: Pair) -> Fit:
        """Return the affinity of a pair with what caused it."""
        if pair not in self._told:
            model, _scores = self._measured
            cause = model.explain(self._rows[pair[0]], self._columns[pair[1]])
            self._told[pair] = Fit(self.score(pair), cause.taxonomy, cause, self._moved.get(pair))
        return self._told[pair]

    def outline(self, pair: Pair) -> Fit:
        """Return the affinity of a pair with what both declare; does not look into texts."""
        asked = self._asked.applications[self._rows[pair[0]]]
        held = self._people[self._columns[pair[1]]]
        shared = measure_affinity(asked.expertise, held.expertise)
        return Fit(self.score(pair), shared, None, self._moved.get(pair))

    def tell(self, pairs: Collection[Pair]) -> Iterator[tuple[Pair, Fit]]:
        """Yield the pairs of a run with their affinities; those of a large run without the words of texts."""
        is_told = len(pairs) <= MOST_TOLD
        for pair in pairs:
            yield pair, self[pair] if is_told else self.outline(pair)

    def score(self, pair: Pair) -> Fraction:
        """Return the affinity of a pair, in millionths before a bid moves it."""
        moved = self._moved.get(pair)
        return self._before(pair) if moved is None else moved.score

    def list_scores(self) -> dict[Pair, Fraction | float]:
        """Return the affinities of all pairs; in a large call, of the best for each application.

        Pairs that are left out count 0.
        """
        _model, scores = self._measured
        found: dict[Pair, Fraction | float] = {}
        for application, row in self._rows.items():
            chosen = range(len(self._people))
            if scores.size > MOST_PAIRS and len(self._people) > BEST:
                chosen = np.argpartition(-scores[row], BEST)[:BEST].tolist()
            values = scores[row].tolist()
            for column in chosen:
                found[application, self._people[column].id] = values[column] / MILLION
        return found | {pair: moved.score for pair, moved in self._moved.items()}

    @cached_property
    def _measured(self) -> tuple[AffinityModel, Floats]:
        model, scores = _measure(self._asked.applications, self._asked.pool, self._encoder)
        if not self._asked.more:
            return model, scores
        joined = model.joined_by(self._asked.more)
        new = np.rint(joined.scores(since=len(self._asked.pool)) * MILLION)
        return joined, np.concatenate((scores, new), axis=1)

    @cached_property
    def _moved(self) -> Mapping[Pair, Moved]:
        known = {
            pair: self._before(pair)
            for pair in self._bids
            if pair[0] in self._rows and pair[1] in self._columns
        }
        return combine_all(known, self._bids, self._rule)[0]

    def _before(self, pair: Pair) -> Fraction:
        _model, scores = self._measured
        return Fraction(int(scores[self._rows[pair[0]], self._columns[pair[1]]]), MILLION)


@dataclass(frozen=True, slots=True)
class Asked:
    """Applications, the pool, and people beside it, with all that is compared."""

    applications: tuple[Described, ...]
    pool: tuple[Described, ...]
    more: tuple[Described, ...] = ()


@lru_cache(maxsize=2)
def _measure(
    applications: tuple[Described, ...], pool: tuple[Described, ...], encoder: str
) -> tuple[AffinityModel, Floats]:
    """Return the model of some applications and people, and their affinities in millionths.

    ``encoder`` names the language model of the installation, if it has one.
    """
    model = AffinityModel(applications, pool, lexicon=_lexicon(), encoder=_encoder_named(encoder))
    return model, np.rint(model.scores() * MILLION)


@cache
def _encoder_named(path: str) -> Encoder | None:
    """Return the language model; its weights are loaded once, where they are first needed."""
    return load_encoder(path)


@cache
def _lexicon() -> Lexicon:
    """Return the packaged concepts, and a funder's own keywords of the register."""
    keywords = load_registers().expertise_keywords
    return lexicon_with({each.id: each.name for each in keywords})


def describe_call(
    applications: Iterable[Application],
    contents: Mapping[uuid.UUID, Content],
    pool: Iterable[EvaluatorProfile],
    definition: CallDefinition,
    more: Iterable[EvaluatorProfile] = (),
) -> Asked:
    """Return what is compared: the texts and keywords of applications, of the pool, of people beside it."""
    return Asked(
        tuple(
            describe_application(each.id, each.language, contents[each.id], definition)
            for each in applications
        ),
        tuple(describe_person(each) for each in pool),
        tuple(describe_person(each) for each in more),
    )


def make_affinities(
    session: Session, call_id: uuid.UUID, asked: Asked, settings: RoutingSettings
) -> Affinities:
    """Return the affinities of a call; in one statement where the call asks for bids, in none otherwise."""
    encoder = session.info.get("encoder", "")
    if settings.bids is None:
        return Affinities(asked, {}, None, encoder)
    return Affinities(asked, load_bids(session, call_id), settings.bids.rule, encoder)


def load_affinities(
    session: Session, application: Application, definition: CallDefinition
) -> Affinities:
    """Return the affinities of the call of an application, which may be past the routing.

    In four statements at most.
    """
    is_compared = sa.or_(Application.state.in_(ROUTED_STATES), Application.id == application.id)
    applications = session.scalars(
        sa.select(Application)
        .where(Application.call_id == application.call_id, is_compared)
        .order_by(Application.record_number)
    ).all()
    contents = load_submitted_contents(session, application.call_id)
    pool = session.scalars(
        sa.select(EvaluatorProfile)
        .join(PoolMember, PoolMember.evaluator_id == EvaluatorProfile.user_id)
        .where(PoolMember.call_id == application.call_id)
        .order_by(EvaluatorProfile.code)
    ).all()
    asked = describe_call(applications, contents, pool, definition)
    return make_affinities(session, application.call_id, asked, definition.routing)


def load_bids(session: Session, call_id: uuid.UUID) -> dict[Pair, Bid]:
    """Return what evaluators have said of the applications of a call.

    A conflict counts until an officer has ruled on it: then the ruling stands, and no bid.
    """
    is_ruled = sa.exists().where(
        ConflictRuling.application_id == RoutingBid.application_id,
        ConflictRuling.person_id == RoutingBid.evaluator_id,
        ConflictRuling.ruled_at >= RoutingBid.made_at,
    )
    rows = session.execute(
        sa.select(RoutingBid.application_id, RoutingBid.evaluator_id, RoutingBid.kind).where(
            RoutingBid.call_id == call_id, ~sa.and_(RoutingBid.kind == Bid.CONFLICT, is_ruled)
        )
    )
    return {(str(a), str(e)): Bid(kind) for a, e, kind in rows}

"""What the national steering group reads of a round: counts and euros, never an application or a scorer.

The number of statements does not depend on the number of applications.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import NotFound
from app.domain.lifecycle import ApplicationState, CallState
from app.models import Answer, Application, Call, Consensus, Decision, Partner
from app.queries.calls import SERVED
from app.queries.decision_chain import has_later_decision

FEWEST_SCORED = 5
"""A distribution of fewer scores would tell who got what."""

FEWEST_IN_GROUP = 3
"""Before decisions, euros of a smaller group would tell what one applicant asked for."""

EUROS = ("applied", "proposed", "granted")
SCORE_BINS = 10
ACTION_LINES, INTERVENTION_FIELDS = "action_lines", "intervention_fields"

_UNSETTLED = frozenset(
    {
        ApplicationState.SUBMITTED,
        ApplicationState.COMPLETION_REQUESTED,
        ApplicationState.ELIGIBLE,
        ApplicationState.IN_EVALUATION,
    }
)
_ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round in the list."""

    id: uuid.UUID
    code: str
    title: Mapping[str, str]
    state: CallState
    closes_at: datetime
    budget: Decimal
    applications: int
    applied: Decimal | None
    granted: Decimal | None
    """None where the sum would tell what one applicant asked for or got."""


def list_rounds(session: Session) -> list[RoundLine]:
    """List the published rounds with their sums, the newest first, in one statement."""
    of_call = sa.and_(
        Application.call_id == Call.id,
        Application.record_number.is_not(None),
        Application.state != ApplicationState.WITHDRAWN,
    )
    is_grant = sa.and_(
        Decision.call_id == Call.id,
        Decision.state.in_(SERVED),
        Decision.support > Decimal(0),
        ~has_later_decision(SERVED),
    )
    count = sa.select(sa.func.count()).where(of_call).scalar_subquery()
    applied = sa.select(sa.func.sum(Application.support_applied)).where(of_call).scalar_subquery()
    grants = sa.select(sa.func.count()).where(is_grant).scalar_subquery()
    granted = sa.select(sa.func.sum(Decision.support)).where(is_grant).scalar_subquery()
    rows = session.execute(
        sa.select(
            Call.id,
            Call.code,
            Call.title,
            Call.state,
            Call.closes_at,
            Call.budget,
            count,
            applied,
            grants,
            granted,
        )
        .where(Call.published_at.is_not(None))
        .order_by(Call.closes_at.desc(), Call.code)
    )
    return [_make_line(*row) for row in rows]


def _make_line(*row: Any) -> RoundLine:
    *head, state, closes_at, budget, count, applied, grants, granted = row
    is_over = state in {CallState.DECIDED, CallState.ARCHIVED}
    return RoundLine(
        *head,
        state,
        closes_at,
        budget,
        count,
        applied=None if is_few(count) and not is_over else applied or _ZERO,
        granted=None if is_few(grants) and not is_over else granted or _ZERO,
    )


def is_few(count: int) -> bool:
    """Tell whether a sum of so many applications would tell about one of them; nothing tells nothing."""
    return 0 < count < FEWEST_IN_GROUP


def load_round(session: Session, _actor: Actor, call_id: uuid.UUID) -> Call:
    """Return a published round.

    Raises:
        NotFound: if there is none; drafts of calls are for administrators only.
    """
    call = session.get(Call, call_id)
    if call is None or call.published_at is None or call.version_id is None:
        raise NotFound(call=str(call_id))
    return call


@dataclass(frozen=True, slots=True)
class Portion:
    """What one application adds to the sums. Without its name, title or people."""

    id: uuid.UUID
    state: ApplicationState
    region: str
    theme: str
    applied: Decimal
    proposed: Decimal
    granted: Decimal
    decided: bool
    total_hundredths: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """The applications that share a region, a theme, …; None where a sum would tell about one of them."""

    key: str
    count: int
    applied: Decimal | None
    proposed: Decimal | None
    granted: Decimal | None


@dataclass(frozen=True, slots=True)
class RoundFigures:
    """All that is counted of a round."""

    portions: tuple[Portion, ...]
    organisation_types: Mapping[str, int]
    action_lines: Mapping[uuid.UUID, Sequence[str]]
    fields: Mapping[uuid.UUID, Sequence[Mapping[str, Any]]]

    @property
    def active(self) -> tuple[Portion, ...]:
        """Return the portions of applications that were not withdrawn."""
        return tuple(p for p in self.portions if p.state is not ApplicationState.WITHDRAWN)

    @property
    def is_decided(self) -> bool:
        """Tell whether every application that was not withdrawn has its decision served."""
        return bool(self.active) and all(portion.decided for portion in self.active)

    @property
    def states(self) -> Mapping[ApplicationState, int]:
        """Count the applications by state."""
        return Counter(portion.state for portion in self.portions)

    @property
    def sums(self) -> Group:
        """Add up everything that was not withdrawn."""
        found = {"": self.active}
        return self._hide_small(found, {}).pop()

    @property
    def by_region(self) -> list[Group]:
        """Group by the lead partner's region."""
        return self._groups((portion.region, portion) for portion in self.active)

    @property
    def by_theme(self) -> list[Group]:
        """Group by theme."""
        return self._groups((portion.theme, portion) for portion in self.active)

    @property
    def by_action_line(self) -> list[Group]:
        """Group by action line; an application counts in each line that it advances."""
        return self._groups(
            (line, portion)
            for portion in self.active
            for line in self.action_lines.get(portion.id, ())
        )

    def _groups(self, pairs: Iterable[tuple[str, Portion]]) -> list[Group]:
        found: dict[str, list[Portion]] = {}
        for key, portion in pairs:
            found.setdefault(key, []).append(portion)
        whole = {name: _count(name, self.active) for name in EUROS}
        return self._hide_small(found, whole)

    def _hide_small(
        self, found: Mapping[str, Sequence[Portion]], whole: Mapping[str, int]
    ) -> list[Group]:
        """Add up each group; before decisions without the sums that tell about one application.

        ``whole`` counts the applications behind each sum of the round, from which a single hidden
        group could be worked out.
        """
        hidden = {
            name: set() if self.is_decided else _find_telling(name, found, whole.get(name))
            for name in EUROS
        }
        return [
            Group(
                key,
                len(found[key]),
                *(None if key in hidden[name] else _add(name, found[key]) for name in EUROS),
            )
            for key in sorted(found)
        ]

    def score_bins(self, highest: Decimal) -> list[int] | None:
        """Count the final totals in ten equal bins up to the highest possible total.

        None until every consensus is settled, and when there are fewer than five.
        """
        totals = [p.total_hundredths for p in self.active if p.total_hundredths is not None]
        is_settled = all(portion.state not in _UNSETTLED for portion in self.active)
        if len(totals) < FEWEST_SCORED or not is_settled:
            return None
        bins = [0] * SCORE_BINS
        for hundredths in totals:
            place = int(Decimal(hundredths) * SCORE_BINS / (highest * 100))
            bins[min(place, SCORE_BINS - 1)] += 1
        return bins


def _count(name: str, portions: Iterable[Portion]) -> int:
    """Return how many applications a sum is made of; every one has applied."""
    return sum(1 for each in portions if name == "applied" or getattr(each, name))


def _add(name: str, portions: Iterable[Portion]) -> Decimal:
    return sum((getattr(each, name) for each in portions), _ZERO)


def _find_telling(name: str, found: Mapping[str, Sequence[Portion]], whole: int | None) -> set[str]:
    """Return the groups whose sum is hidden: small ones, and more until their difference is not small."""
    counts = {key: _count(name, portions) for key, portions in found.items()}
    if whole is None:
        return {key for key, count in counts.items() if is_few(count)}
    if whole == 0:
        return set()
    hidden = {key for key, count in counts.items() if count < FEWEST_IN_GROUP}
    while hidden and sum(counts[key] for key in hidden) < FEWEST_IN_GROUP:
        shown = counts.keys() - hidden
        if not shown:
            break
        hidden.add(min(shown, key=lambda key: (counts[key], key)))
    return hidden


def load_figures(session: Session, call_id: uuid.UUID) -> RoundFigures:
    """Count a round, in three statements."""
    answers = _load_answers(session, call_id)
    return RoundFigures(
        portions=_load_portions(session, call_id),
        organisation_types=_count_organisations(session, call_id),
        action_lines=answers[ACTION_LINES],
        fields=answers[INTERVENTION_FIELDS],
    )


def _load_portions(session: Session, call_id: uuid.UUID) -> tuple[Portion, ...]:
    newest = (
        sa.select(
            Decision.application_id,
            Decision.kind,
            Decision.support,
            sa.func.row_number()
            .over(partition_by=Decision.application_id, order_by=Decision.number.desc())
            .label("place"),
        )
        .where(Decision.call_id == call_id, Decision.state.in_(SERVED))
        .subquery()
    )
    rows = session.execute(
        sa.select(
            Application.id,
            Application.state,
            Application.lead_region,
            Application.theme,
            Application.support_applied,
            Application.support_proposed,
            newest.c.kind,
            newest.c.support,
            sa.case((Consensus.settled_at.is_not(None), Consensus.total_hundredths)),
        )
        .outerjoin(newest, sa.and_(newest.c.application_id == Application.id, newest.c.place == 1))
        .outerjoin(Consensus, Consensus.application_id == Application.id)
        .where(Application.call_id == call_id, Application.record_number.is_not(None))
    )
    return tuple(_make_portion(*row) for row in rows)


def _make_portion(  # noqa: PLR0913, PLR0917 - the columns of the statement above
    application_id: uuid.UUID,
    state: ApplicationState,
    region: str,
    theme: str,
    applied: Decimal | None,
    proposed: Decimal | None,
    kind: str | None,
    support: Decimal | None,
    total_hundredths: int | None,
) -> Portion:
    is_grant = kind is not None and bool(support)
    is_selected = state is ApplicationState.SELECTED or is_grant
    return Portion(
        id=application_id,
        state=state,
        region=region,
        theme=theme,
        applied=applied or _ZERO,
        proposed=(proposed or applied or _ZERO) if is_selected else _ZERO,
        granted=(support or _ZERO) if is_grant else _ZERO,
        decided=kind is not None,
        total_hundredths=total_hundredths,
    )


def _count_organisations(session: Session, call_id: uuid.UUID) -> dict[str, int]:
    rows = session.execute(
        sa.select(Partner.org_type, sa.func.count())
        .join(Application, Application.id == Partner.application_id)
        .where(
            Application.call_id == call_id,
            Application.record_number.is_not(None),
            Application.state != ApplicationState.WITHDRAWN,
        )
        .group_by(Partner.org_type)
        .order_by(Partner.org_type)
    )
    return dict(rows.all())


def _load_answers(session: Session, call_id: uuid.UUID) -> dict[str, dict[uuid.UUID, Any]]:
    rows = session.execute(
        sa.select(Answer.question_id, Answer.application_id, Answer.value)
        .join(Application, Application.id == Answer.application_id)
        .where(
            Application.call_id == call_id,
            Application.record_number.is_not(None),
            Answer.question_id.in_((ACTION_LINES, INTERVENTION_FIELDS)),
        )
    )
    answers: dict[str, dict[uuid.UUID, Any]] = {ACTION_LINES: {}, INTERVENTION_FIELDS: {}}
    for question_id, application_id, value in rows:
        answers[question_id][application_id] = value or []
    return answers

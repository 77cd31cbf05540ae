"""What the national steering group reads of a round: counts and euros, never an application or a scorer.

The number of statements does not depend on the number of applications.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import NotFound
from app.domain.lifecycle import ApplicationState, CallState
from app.models import Answer, Application, Call, Consensus, Decision, Partner
from app.queries.calls import GRANTS, SERVED

FEWEST_SCORED = 5
"""A distribution of fewer scores would tell who got what."""

FEWEST_IN_GROUP = 3
"""Before decisions, euros of a smaller group would tell what one applicant asked for."""

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
    applied: Decimal
    granted: Decimal

    @property
    def hides_euros(self) -> bool:
        """Tell whether the sum would tell what one applicant asked for."""
        is_over = self.state in {CallState.DECIDED, CallState.ARCHIVED}
        return self.applications < FEWEST_IN_GROUP and not is_over


def list_rounds(session: Session) -> list[RoundLine]:
    """List the published rounds with their sums, the newest first, in one statement."""
    of_call = sa.and_(Application.call_id == Call.id, Application.record_number.is_not(None))
    count = sa.select(sa.func.count()).where(of_call).scalar_subquery()
    applied = sa.select(sa.func.sum(Application.support_applied)).where(of_call).scalar_subquery()
    granted = (
        sa.select(sa.func.sum(Decision.support))
        .where(Decision.call_id == Call.id, Decision.state.in_(SERVED), Decision.kind.in_(GRANTS))
        .scalar_subquery()
    )
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
            granted,
        )
        .where(Call.published_at.is_not(None))
        .order_by(Call.closes_at.desc(), Call.code)
    )
    return [RoundLine(*row[:7], applied=row[7] or _ZERO, granted=row[8] or _ZERO) for row in rows]


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
    """The applications that share a region, a theme, …; ``hides_euros`` when they are too few."""

    key: str
    count: int
    applied: Decimal
    proposed: Decimal
    granted: Decimal
    hides_euros: bool


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
        return self._group("", self.active)

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
        return _hide_differences([self._group(key, found[key]) for key in sorted(found)])

    def _group(self, key: str, portions: Sequence[Portion]) -> Group:
        return Group(
            key=key,
            count=len(portions),
            applied=sum((each.applied for each in portions), _ZERO),
            proposed=sum((each.proposed for each in portions), _ZERO),
            granted=sum((each.granted for each in portions), _ZERO),
            hides_euros=len(portions) < FEWEST_IN_GROUP and not self.is_decided,
        )

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


def _hide_differences(groups: list[Group]) -> list[Group]:
    """Hide more groups until what is hidden is not one small group that the sum would give away."""
    while 0 < sum(each.count for each in groups if each.hides_euros) < FEWEST_IN_GROUP:
        shown = [each for each in groups if not each.hides_euros]
        if not shown:
            break
        smallest = min(shown, key=lambda each: each.count)
        groups = [replace(g, hides_euros=True) if g is smallest else g for g in groups]
    return groups


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
    is_grant = kind in GRANTS
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

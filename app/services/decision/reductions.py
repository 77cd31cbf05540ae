"""Support by partner in a draft: what was applied for, what is granted and why less, and what a change makes of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import InvalidInput, Problem
from app.domain.lifecycle import DecisionState
from app.models import Decision
from app.services.decision.decisions import get_decision, void_decision
from app.services.decision.ranking import support_of
from app.services.paper.letters import CHANGING, GRANTS, supports_by_partner
from app.services.paper.source import open_source
from app.services.record.events import Act, append_event
from app.services.record.transitions import describe
from calls.registers import Registers

ZERO = Decimal(0)
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class PartnerSupport:
    """One partner's support in euros: as applied for, and as the draft grants it."""

    key: str
    name: str
    applied: Decimal
    granted: Decimal


@dataclass(frozen=True, slots=True)
class SupportWish:
    """The support of each partner by key in euros, and the reasons that the letter prints."""

    amounts: Mapping[str, Decimal]
    reasons: Sequence[str]

    @property
    def total(self) -> Decimal:
        """Return the euros of all partners together."""
        return sum(self.amounts.values(), ZERO)


def list_partner_supports(
    session: Session, registers: Registers, decision: Decision
) -> list[PartnerSupport]:
    """Return the support of each partner with a financing plan; none where the letter can grant nothing."""
    if decision.kind not in GRANTS | CHANGING:
        return []
    source = open_source(session, registers, decision)
    granted = supports_by_partner(source)
    names = {str(row["key"]): str(row["name"]) for row in source.content.partners}
    return [
        PartnerSupport(each.partner, names[each.partner], each.support, granted[each.partner])
        for each in source.budget.financing
    ]


def set_partner_supports(
    session: Session,
    registers: Registers,
    decision_id: uuid.UUID,
    wish: SupportWish,
    actor: Actor,
    now: datetime,
) -> Decision:
    """Set what each partner is granted. An edit after presentation or approval takes both back.

    The answer to a claim and an amendment may set another sum than was ranked, or take it all back: what
    they say and why is checked with the letter, and the money of the call at the approval.

    Raises:
        InvalidInput: if a partner would get more than it applied for; in a first decision also if all
            together get more than was ranked or nothing, or if a reduction has no reason.
    """
    decision = get_decision(session, decision_id)
    supports = list_partner_supports(session, registers, decision)
    ranked = support_of(decision.application)
    problems = _find_overdrawn(wish, supports)
    if decision.kind in GRANTS:
        problems += _find_unranked(wish, supports, ranked)
    if problems:
        raise InvalidInput(problems)
    if decision.state is not DecisionState.DRAFT:
        void_decision(session, decision, actor, now)
    applied = sum((each.applied for each in supports), ZERO)
    is_reduced = wish.total < applied
    amounts = {key: f"{amount:.2f}" for key, amount in sorted(wish.amounts.items())}
    data = {"from": f"{decision.support:.2f}", "to": f"{wish.total:.2f}", "partners": amounts}
    decision.draft = {
        **decision.draft,
        "partner_supports": amounts,
        "reductions": list(wish.reasons) if is_reduced else [],
    }
    decision.support = wish.total
    if decision.kind in GRANTS:
        decision.kind = "grant_reduced" if is_reduced else "grant"
    append_event(session, Act("decision.set_support", describe(decision), data), actor, now)
    return decision


def _find_overdrawn(wish: SupportWish, supports: Sequence[PartnerSupport]) -> list[Problem]:
    limits = {each.key: each.applied for each in supports}
    problems = [
        Problem("over_applied", field=key, data={"partner": key, "limit": limits.get(key, ZERO)})
        for key, amount in wish.amounts.items()
        if not ZERO <= amount <= limits.get(key, ZERO) or amount != amount.quantize(CENT)
    ]
    if set(wish.amounts) != set(limits) or not limits:
        problems.append(Problem("nothing_granted", field="support"))
    return problems


def _find_unranked(
    wish: SupportWish, supports: Sequence[PartnerSupport], ranked: Decimal
) -> list[Problem]:
    problems = []
    if wish.total <= ZERO:
        problems.append(Problem("nothing_granted", field="support"))
    if wish.total > ranked:
        problems.append(Problem("over_ranked", field="support", data={"limit": ranked}))
    if wish.total < sum((each.applied for each in supports), ZERO) and not wish.reasons:
        problems.append(Problem("reason_required", field="reductions"))
    return problems

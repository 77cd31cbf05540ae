"""From the record to the frozen data of a decision letter. Everything printed comes from here."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from app.domain.times import local_date, start_of_local_day, to_local
from app.models import Authority, Decision, Disqualification, User
from app.pdf import letter_data as paper
from app.queries.selection import find_selection
from app.services.call.authorities import get_authority, get_review_instruction
from app.services.paper import earlier, words
from app.services.paper.reasons import (
    list_failed_checks,
    list_scores,
    list_thresholds,
    place_in_ranking,
    sum_scores,
)
from app.services.paper.source import LetterSource, model_name
from app.services.paper.tables import make_budget_table, make_financing_table
from app.services.paper.words import say
from scoring.financing import aid_rate

ANSWER = "rectification_decision"
"""The letter that answers a claim: it is appealed to a court, all others are claimed against first."""

GRANTS = frozenset({"grant", "grant_reduced"})
CHANGING = frozenset({"amendment", ANSWER})
"""Letters that may set the support of an earlier decision anew."""

CONDITIONS_DAYS = 90
"""Time to fulfil a condition of the decision, in days, unless the draft says otherwise."""


def build_letter(source: LetterSource, on: datetime, *, is_draft: bool) -> paper.LetterData:
    """Return the data of the letter as of a moment.

    Raises:
        NoReviewInstruction: if the body has no usable instruction for review on that day.
    """
    decision, application = source.decision, source.application
    call = application.call
    day = local_date(source.approval.at if source.approval else on)
    authority = get_authority(source.session, call.granting_authority, day)
    kind = decision.kind
    is_grant = sets_support(decision)
    has_scores = kind in {"grant", "grant_reduced", "reject_threshold", "reject_budget"}
    return paper.LetterData(
        template=kind,  # type: ignore[arg-type]  # kinds are the templates
        language=source.language,  # type: ignore[arg-type]  # checked by the database
        authority=paper.Authority(
            name=say(authority.name, source.language),
            registry_address=authority.registry_address,
            registry_email=authority.registry_email,
            registry_phone=authority.registry_phone,
            office_closes=authority.office_closes,
        ),
        decision=_ruling(source, day, is_grant=is_grant),
        call=paper.Call(
            id=call.code,
            title=source.text(source.definition.title),
            closes=to_local(call.closes_at).isoformat(),
            budget=f"{call.budget:.2f}",
        ),
        application=paper.Application(
            title=_title(source),
            submitted_on=local_date(application.submitted_at or on).isoformat(),
            submitted_at=to_local(application.submitted_at or on).isoformat(timespec="seconds"),
            support_total=_amount(application.support_applied),
        ),
        partners=_partners(source, is_grant=is_grant),
        contact=_contact(source, authority),
        signer=_official(
            source, source.approval.approver_id if source.approval else None, words.DECIDER_TITLE
        ),
        presenter=_official(source, decision.presenter_id, words.OFFICER_TITLE),
        service=paper.Service(sent_on=day.isoformat(), method=decision.service_method.value),
        distribution=paper.Distribution(parties=tuple(_partner_names(source))),
        budget=make_budget_table(source) if is_grant else None,
        financing=make_financing_table(source) if is_grant else (),
        scores=list_scores(source) if has_scores else (),
        score=sum_scores(source) if has_scores else None,
        thresholds=list_thresholds(source) if kind == "reject_threshold" else (),
        ranking=place_in_ranking(source, day) if kind == "reject_budget" else None,
        checks=list_failed_checks(source) if kind == "reject_ineligible" else (),
        coi=_conflicts(source),
        selecting_body=_selecting_body(source, day),
        original=earlier.find_original(source),
        correction=earlier.find_correction(source),
        reissue=earlier.find_reissue(source),
        review=None if kind == ANSWER else _review(source, authority, day),
        court=_court(source, authority, day) if kind == ANSWER else None,
        draft=is_draft,
    )


def sets_support(decision: Decision) -> bool:
    """Tell whether a letter says what is granted: a grant does, a change where the officer has set it anew."""
    is_set = decision.kind in CHANGING and bool(decision.draft.get("partner_supports"))
    return decision.kind in GRANTS or (is_set and decision.support > 0)


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _title(source: LetterSource) -> str:
    title = source.application.title
    return (
        title.get(source.language)
        or title.get("fi")
        or next(iter(title.values()), "")
        or (source.application.acronym)
    )


def _ruling(source: LetterSource, day: date, *, is_grant: bool) -> paper.Decision:
    decision, draft = source.decision, source.decision.draft
    period = source.content.answer("period") or {}
    conditions = _restate_all(source, draft.get("conditions") or ())
    due = draft.get("conditions_due") or (day + timedelta(days=CONDITIONS_DAYS)).isoformat()
    total = source.budget.total_cost
    return paper.Decision(
        date=day.isoformat(),
        case_number=source.application.record_number or "",
        project_code=f"{source.application.call.code}-{source.application.acronym}"
        if is_grant
        else "",
        support_total=_amount(decision.support) if is_grant else None,
        eligible_total=_amount(total) if is_grant else None,
        aid_rate=str(aid_rate(decision.support, total)) if is_grant and total else None,
        start=period.get("start") if is_grant else None,
        end=period.get("end") if is_grant else None,
        cost_model=model_name(source, "cost_model") if is_grant else "",
        staff_model=model_name(source, "staff_model") if is_grant else "",
        conditions_due=due if conditions else None,
        precedent_conditions=conditions,
        reductions=_reductions(source) if is_grant else (),
        reasons=tuple(draft.get("reasons") or ()),
        retention_rule=say(words.RETENTION, source.language),
        changes=tuple(draft.get("changes") or ()),
        approved_at=(
            to_local(start_of_local_day(day)).isoformat(timespec="seconds")
            if source.approval
            else None
        ),
    )


def _reductions(source: LetterSource) -> tuple[str, ...]:
    """Return why less is granted: the reasons of the draft, else those given before the ranking."""
    reasons = source.decision.draft.get("reductions") or source.application.reduction_reasons
    return _restate_all(source, reasons)


def _restate_all(source: LetterSource, texts: Iterable[str]) -> tuple[str, ...]:
    """Return texts of the record; in a translation of the letter the standard ones are translated."""
    if source.language == source.decision.language:
        return tuple(texts)
    return tuple(words.restate(text, source.language) for text in texts)


def _code_name(source: LetterSource, list_name: str, code: str) -> str:
    for row in source.registers.list_codes(list_name):
        if row.code == code:
            return source.text(row.name)
    return code


def _partner_names(source: LetterSource) -> list[str]:
    return [str(row["name"]) for row in source.content.partners]


def _partners(source: LetterSource, *, is_grant: bool) -> tuple[paper.Partner, ...]:
    supports = supports_by_partner(source)
    bases = {
        str(row.get("partner")): str(row.get("basis_none_deminimis_gber25_gber27") or "none")
        for row in source.content.rows("aid_assessment")
    }
    return tuple(
        _partner(source, row, supports, bases.get(str(row["key"]), "none"), is_grant=is_grant)
        for row in source.content.partners
    )


def _partner(
    source: LetterSource,
    row: Mapping[str, Any],
    supports: Mapping[str, Decimal],
    basis: str,
    *,
    is_grant: bool,
) -> paper.Partner:
    key = str(row["key"])
    identity = {
        "name": str(row["name"]),
        "y_tunnus": str(row["y_tunnus"]),
        "role_label": _code_name(source, "roles", str(row["role"])),
    }
    costs = source.budget.costs_of(key)
    if not is_grant or costs is None:
        return paper.Partner(**identity)
    support = supports.get(key, Decimal(0))
    return paper.Partner(
        **identity,
        accepted_costs=_amount(costs.total),
        support=_amount(support),
        aid_rate=str(aid_rate(support, costs.total)) if costs.total else None,
        aid_basis_label=_code_name(source, "aid_bases", basis),
        de_minimis_amount=_amount(support) if basis == "de_minimis" else None,
    )


def supports_by_partner(source: LetterSource) -> dict[str, Decimal]:
    """Return the support of each partner: as the draft sets it, else a reduction falls on one."""
    supports = {each.partner: each.support for each in source.budget.financing}
    given = source.decision.draft.get("partner_supports")
    if given:
        return {key: Decimal(given[key]) for key in supports}
    if not source.decision.support:
        return dict.fromkeys(supports, Decimal(0))
    reduction = source.budget.support - source.decision.support
    partner = source.decision.draft.get("reduced_partner") or source.application.reduced_partner
    if reduction > 0 and partner in supports:
        supports[partner] -= reduction
    elif reduction > 0 and supports:
        largest = max(supports, key=lambda key: (supports[key], key))
        supports[largest] -= reduction
    return supports


def _conflicts(source: LetterSource) -> paper.Disqualification | None:
    grounds = source.session.scalars(
        sa.select(Disqualification.ground)
        .where(Disqualification.application_id == source.application.id)
        .order_by(Disqualification.recorded_at)
    ).all()
    if not grounds:
        return None
    return paper.Disqualification(count=len(grounds), grounds=tuple(sorted(set(grounds))))


def _selecting_body(source: LetterSource, day: date) -> paper.SelectingBody | None:
    call = source.application.call
    if call.selecting_authority == call.granting_authority:
        return None
    selection = find_selection(source.session, call.id)
    if selection is None:
        return None
    body = get_authority(source.session, call.selecting_authority, day)
    return paper.SelectingBody(
        name=say(body.name, source.language), date=local_date(selection.selected_at).isoformat()
    )


def _review(source: LetterSource, authority: Authority, day: date) -> paper.Review:
    row = get_review_instruction(
        source.session, authority.key, "rectification", day, source.language
    )
    return paper.Review(
        period_days=row.period_days,
        body=row.body_name[source.language],
        address=row.address,
        email=row.email,
        office_closes=row.office_closes,
        phone=authority.registry_phone if row.email == authority.registry_email else "",
    )


def _court(source: LetterSource, authority: Authority, day: date) -> paper.Court:
    row = get_review_instruction(source.session, authority.key, "appeal", day, source.language)
    return paper.Court(
        name=row.body_name[source.language],
        address=row.address,
        email=row.email,
        period_days=row.period_days,
        office_closes=row.office_closes,
    )


def _contact(source: LetterSource, authority: Authority) -> paper.Contact:
    person_id = source.decision.presenter_id or source.application.officer_id
    person = source.session.get(User, person_id) if person_id else None
    return paper.Contact(
        name=person.display_name if person else say(words.OFFICER_TITLE, source.language),
        title=(person.title if person else "") or say(words.OFFICER_TITLE, source.language),
        phone=(person.phone if person else "") or authority.registry_phone,
        email=person.email if person else authority.registry_email,
    )


def _official(
    source: LetterSource, user_id: uuid.UUID | None, fallback: words.Words
) -> paper.Official:
    person = source.session.get(User, user_id) if user_id else None
    if person is None:
        return paper.Official(title=say(fallback, source.language))
    return paper.Official(
        title=person.title or say(fallback, source.language), name=person.display_name
    )

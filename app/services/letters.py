"""From the record to the frozen data of a decision letter. Everything printed comes from here."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.budgets import Budget, compute_budget
from app.domain.content import Content
from app.domain.times import electronic_service_day, local_date, to_local
from app.models import (
    Application,
    Consensus,
    Decision,
    Disqualification,
    EligibilityResult,
    User,
)
from app.pdf import letter_data as paper
from app.queries.content import load_submitted_content
from app.services import letter_words as words
from app.services.authorities import get_authority
from app.services.calls import get_definition
from app.services.eligibility import is_passed
from app.services.letter_words import say
from app.services.selection import find_selection, get_newest_ranking
from calls.definition import CallDefinition
from calls.registers import Registers
from calls.text import in_language
from scoring.aggregate import rounded
from scoring.financing import aid_rate

RESERVE_MONTHS_DAYS = 180
"""How long a place on the reserve list holds, in days, unless the draft says otherwise."""

CONDITIONS_DAYS = 90
"""Time to fulfil a condition of the decision, in days, unless the draft says otherwise."""


@dataclass(frozen=True, slots=True)
class LetterSource:
    """All that a letter is made from."""

    session: Session
    registers: Registers
    decision: Decision
    application: Application
    definition: CallDefinition
    content: Content
    budget: Budget
    language: str

    def text(self, value: Mapping[Any, str]) -> str:
        """Return a text of the call in the letter's language."""
        return in_language(value, self.language, self.definition.authoritative_language)[0]  # type: ignore[arg-type]  # languages of letters are those of texts


def open_source(
    session: Session, registers: Registers, decision: Decision, language: str | None = None
) -> LetterSource:
    """Gather what a letter is made from."""
    application = session.get_one(Application, decision.application_id)
    definition = get_definition(session, application.call_version_id)
    content = load_submitted_content(session, application.id)
    return LetterSource(
        session=session,
        registers=registers,
        decision=decision,
        application=application,
        definition=definition,
        content=content,
        budget=compute_budget(definition, content),
        language=language or decision.language,
    )


def build_letter(source: LetterSource, on: datetime, *, is_draft: bool) -> paper.LetterData:
    """Return the data of the letter as of a moment."""
    decision, application = source.decision, source.application
    call = application.call
    day = local_date(decision.approved_at or on)
    authority = get_authority(source.session, call.granting_authority, day)
    kind = decision.kind
    is_grant = kind in {"grant", "grant_reduced"}
    has_scores = kind in {"grant", "grant_reduced", "reject_threshold", "reject_budget"}
    return paper.LetterData(
        template=kind,  # type: ignore[arg-type]  # kinds are the templates
        language=source.language,  # type: ignore[arg-type]  # checked by the database
        authority=paper.Authority(
            name=say(authority.name, source.language),
            registry_address=authority.registry_address,
            registry_email=authority.registry_email,
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
        contact=_contact(source),
        signer=_official(source, decision.approver_id, words.DECIDER_TITLE),
        presenter=_official(source, decision.presenter_id, words.OFFICER_TITLE),
        service=paper.Service(sent_on=day.isoformat()),
        distribution=paper.Distribution(parties=tuple(_partner_names(source))),
        budget=_budget_table(source) if is_grant else None,
        financing=_financing_table(source) if is_grant else (),
        scores=_scores(source) if has_scores else (),
        score=_score_summary(source) if has_scores else None,
        thresholds=_thresholds(source) if kind == "reject_threshold" else (),
        ranking=_ranking(source, day) if kind == "reject_budget" else None,
        checks=_failed_checks(source) if kind == "reject_ineligible" else (),
        coi=_conflicts(source),
        selecting_body=_selecting_body(source, day),
        draft=is_draft,
    )


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
    conditions = tuple(draft.get("conditions") or ())
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
        cost_model=_model_name(source, "cost_model") if is_grant else "",
        staff_model=_model_name(source, "staff_model") if is_grant else "",
        conditions_due=due if conditions else None,
        precedent_conditions=conditions,
        reductions=tuple(source.application.reduction_reasons) if is_grant else (),
        reasons=tuple(draft.get("reasons") or ()),
        retention_rule=say(words.RETENTION, source.language),
        approved_at=(
            to_local(decision.approved_at).isoformat(timespec="seconds")
            if decision.approved_at
            else None
        ),
        sha256=decision.content_sha256,
    )


def _model_name(source: LetterSource, question_id: str) -> str:
    """Return the name of the cost model: the one chosen, else the only or first one of the call."""
    models, registers = source.definition.cost_models, source.registers
    is_staff = question_id == "staff_model"
    offered = models.staff_models if is_staff else models.flat_rates
    code = str(source.content.answer(question_id) or offered[0])
    row = registers.find_staff_model(code) if is_staff else registers.find_flat_rate(code)
    return source.text(row.names) if row else code


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
    """Return the support of each partner; a reduction falls on the partner that it concerns."""
    supports = {each.partner: each.support for each in source.budget.financing}
    reduction = source.budget.support - source.decision.support
    partner = source.decision.draft.get("reduced_partner") or source.application.reduced_partner
    if reduction > 0 and partner in supports:
        supports[partner] -= reduction
    elif reduction > 0 and supports:
        largest = max(supports, key=lambda key: (supports[key], key))
        supports[largest] -= reduction
    return supports


def _budget_table(source: LetterSource) -> paper.Budget:
    names = {str(row["key"]): str(row["name"]) for row in source.content.partners}
    costs = source.budget.costs
    rows = tuple(
        paper.BudgetRow(
            partner=names[each.partner],
            amounts=(f"{each.staff:.2f}", f"{each.flat_rate:.2f}", f"{each.total:.2f}"),
        )
        for each in costs
    )
    sums = (
        sum((each.staff for each in costs), Decimal(0)),
        sum((each.flat_rate for each in costs), Decimal(0)),
        source.budget.total_cost,
    )
    return paper.Budget(
        categories=(
            say(words.STAFF_COSTS, source.language),
            _model_name(source, "cost_model") or say(words.FLAT_RATE, source.language),
            say(words.TOTAL, source.language),
        ),
        rows=rows,
        totals=tuple(f"{value:.2f}" for value in sums),
    )


def _financing_table(source: LetterSource) -> tuple[paper.FinancingLine, ...]:
    total = source.budget.total_cost
    support = source.decision.support
    sums = {
        name: sum((getattr(each, name) for each in source.budget.financing), Decimal(0))
        for name in ("own", "municipal", "other_public", "private")
    }
    sums["own"] += source.budget.support - support
    lines = [("support", support), *((name, value) for name, value in sums.items() if value)]
    return (
        *(
            paper.FinancingLine(
                source=say(words.SOURCES[name], source.language),
                amount=f"{value:.2f}",
                share=str(aid_rate(value, total)),
            )
            for name, value in lines
        ),
        paper.FinancingLine(
            source=say(words.TOTAL, source.language), amount=f"{total:.2f}", is_total=True
        ),
    )


def _consensus(source: LetterSource) -> Consensus:
    return source.session.get_one(Consensus, source.application.id)


def _scores(source: LetterSource) -> tuple[paper.CriterionScore, ...]:
    consensus = _consensus(source)
    fallback = words.AGREED_SCORE if consensus.method == "agreed" else words.FINAL_SCORE
    rows = []
    for criterion in source.definition.rubric.criteria:
        score = Fraction(consensus.scores[criterion.id])
        weighted = Fraction(criterion.weight_points) * score / Fraction(criterion.maximum)
        rows.append(
            paper.CriterionScore(
                label=f"{criterion.id} {source.text(criterion.name)}",
                score=_plain(rounded(score)),
                scale_max=_plain(criterion.maximum),
                weight=_plain(criterion.weight_points),
                reason=consensus.comments.get(criterion.id) or say(fallback, source.language),
                weighted=str(rounded(weighted)),
            )
        )
    return tuple(rows)


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _score_summary(source: LetterSource) -> paper.ScoreSummary:
    consensus, draft = _consensus(source), source.decision.draft
    return paper.ScoreSummary(
        total=f"{Decimal(consensus.total_hundredths or 0).scaleb(-2):.2f}",
        strengths=draft.get("strengths")
        or consensus.strengths
        or say(words.NO_STRENGTHS, source.language),
        weaknesses=(
            draft.get("weaknesses")
            or consensus.weaknesses
            or say(words.NO_WEAKNESSES, source.language)
        ),
        maximum=_plain(source.definition.rubric.sum_of_weights),
    )


def _thresholds(source: LetterSource) -> tuple[paper.Threshold, ...]:
    names = {each.id: source.text(each.name) for each in source.definition.rubric.criteria}
    rows = []
    for failure in _consensus(source).failures:
        if failure["kind"] == "total":
            label = say(words.TOTAL_THRESHOLD, source.language)
        else:
            label = (
                " + ".join(f"{key} {names[key]}" for key in failure["criteria"]) or failure["id"]
            )
        obtained = rounded(Fraction(failure["obtained"]))
        rows.append(
            paper.Threshold(
                label=label, required=_plain(Decimal(failure["required"])), got=_plain(obtained)
            )
        )
    return tuple(rows)


def _ranking(source: LetterSource, day: date) -> paper.Ranking:
    content = json.loads(get_newest_ranking(source.session, source.application.call_id).content)
    funded = [row for row in content["rows"] if row["outcome"] == "funded"]
    own = next(row for row in content["rows"] if row["application"] == str(source.application.id))
    reserve = own["reserve_place"]
    until = source.decision.draft.get("reserve_until")
    return paper.Ranking(
        position=own["position"],
        eligible_count=len(content["rows"]),
        funded_count=len(funded),
        lowest_funded=funded[-1]["total"] if funded else "0",
        reserve=reserve,
        reserve_until=(until or (day + timedelta(days=RESERVE_MONTHS_DAYS)).isoformat())
        if reserve
        else None,
    )


def _failed_checks(source: LetterSource) -> tuple[paper.FailedCheck, ...]:
    results = source.session.scalars(
        sa.select(EligibilityResult).where(
            EligibilityResult.application_id == source.application.id
        )
    )
    failed = {row.check_id: row for row in results if is_passed(row) is False}
    return tuple(
        paper.FailedCheck(
            label=source.text(check.label),
            facts=words.describe_facts(
                failed[check.id].facts, failed[check.id].reason, source.language
            ),
            call_ref=f"{check.id}, {say(words.CALL_NOTICE, source.language)}",
            provision="757/2021",
        )
        for check in source.definition.eligibility
        if check.id in failed
    )


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


def _contact(source: LetterSource) -> paper.Contact:
    person_id = source.decision.presenter_id or source.application.officer_id
    person = source.session.get(User, person_id) if person_id else None
    return paper.Contact(
        name=person.display_name if person else say(words.OFFICER_TITLE, source.language),
        title=(person.title if person else "") or say(words.OFFICER_TITLE, source.language),
        phone=(person.phone if person else "") or "+358 00 000 0000",
        email=person.email if person else "",
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


def service_day(decision: Decision) -> date | None:
    """Return the day on which an electronically sent decision counts as received."""
    return electronic_service_day(local_date(decision.served_at)) if decision.served_at else None

"""Second part of a round: the pool, conflicts, score sheets and the consensus."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.domain.actors import Role
from app.domain.lifecycle import ApplicationState
from app.models import EvaluatorProfile
from app.queries.content import get_application
from app.queries.screening import Scope
from app.services.evaluation import assignments, conflicts, consensus, evaluations, evaluators
from app.services.round.state import (
    STAND_IN_COMMENT,
    RoundState,
    make_person,
)
from calls.problems import Problem
from calls.round_input import InvalidRound, SheetsInput
from scoring.routing.screening.grounds import parse_ground


def evaluate_all(state: RoundState) -> None:
    """Fill the pool, record conflicts, and have every eligible application scored and settled."""
    now = state.closes + timedelta(days=20)
    with state.tools.database.unit_of_work() as session:
        _fill_pool(state, session, now)
    _declare_conflicts(state, now + timedelta(hours=1))
    _plan_problems(state)
    for sheets in state.given.evaluations.scores:
        if _is_evaluated(state, sheets.application):
            _evaluate(state, sheets, now + timedelta(days=1))


def _fill_pool(state: RoundState, session: Session, now: datetime) -> None:
    for each in state.given.evaluations.evaluators:
        name = f"arvioija-{each.id.lower()}"
        display = each.display or each.id
        actor = make_person(state, session, name, display, [(Role.EVALUATOR, "")], now)
        if actor.user_id is None:
            continue
        state.evaluators[each.id] = actor
        profile = session.get(EvaluatorProfile, actor.user_id)
        if profile is None:
            profile = EvaluatorProfile(user_id=actor.user_id, code=each.id)
            session.add(profile)
        profile.employer, profile.employer_y_tunnus = each.employer, each.employer_y_tunnus
        profile.region = each.region
        profile.languages, profile.keywords = list(each.languages), list(each.keywords)
        profile.ford = list(each.ford)
        profile.profile_text, profile.publications = each.profile_text, list(each.publications)
        profile.is_senior = each.is_senior
        session.flush()
        evaluators.add_to_pool(session, state.call_id, actor.user_id, each.capacity, now)
    conflicts.detect_conflicts(session, Scope(state.call_id), now)


def _declare_conflicts(state: RoundState, now: datetime) -> None:
    """Let those with a conflict that no register shows decline on its ground, as they would."""
    for conflict in state.given.evaluations.disqualifications:
        application_id = state.ids[conflict.application]
        actor = state.evaluators[conflict.evaluator]
        if actor.user_id is None or not _is_evaluated(state, conflict.application):
            continue
        with state.tools.database.unit_of_work() as session:
            if conflicts.find_disqualification(session, application_id, actor.user_id):
                continue
            officer = state.officials.officer
            evaluation = assignments.assign_evaluator(
                session, application_id, actor.user_id, officer, now
            )
            due = now + timedelta(days=30)
            assignments.release_assignments(session, state.call_id, due, officer, now)
            ground = parse_ground(conflict.ground).citation
            evaluations.decline_evaluation(
                session, evaluation.id, ground, conflict.ground, actor, now
            )


def _plan_problems(state: RoundState) -> None:
    """Refuse sheets of applications that cannot be evaluated, and applications without sheets."""
    scored = {sheets.application for sheets in state.given.evaluations.scores}
    problems = [
        Problem("scores", f"the eligible application {name!r} has no score sheets")
        for name in state.ids
        if _is_evaluated(state, name) and name not in scored
    ]
    if problems:
        raise InvalidRound(problems)


def _is_evaluated(state: RoundState, name: str) -> bool:
    with state.tools.database.reading() as session:
        reached = get_application(session, state.ids[name]).state
    return reached in {ApplicationState.ELIGIBLE, ApplicationState.IN_EVALUATION}


def _evaluate(state: RoundState, sheets: SheetsInput, now: datetime) -> None:
    panel = state.definition.rubric.evaluation.evaluators_per_application
    names = list(sheets.scores)
    if len(names) < panel:
        message = f"{len(names)} score sheets, the call asks for {panel}"
        raise InvalidRound([Problem(f"scores.{sheets.application}", message)])
    with state.tools.database.unit_of_work() as session:
        for name in names[:panel]:
            _score(state, session, sheets, name, now, is_third=False)
        reasons = consensus.find_third_reasons(session, state.ids[sheets.application])
        if bool(reasons) != (len(names) > panel):
            message = (
                "a third evaluator is needed" if reasons else "a third evaluator is not needed"
            )
            raise InvalidRound([Problem(f"scores.{sheets.application}", message)])
        for name in names[panel:]:
            _score(state, session, sheets, name, now + timedelta(days=5), is_third=True)
        _settle(state, session, sheets.application, now + timedelta(days=10))


def _score(
    state: RoundState,
    session: Session,
    sheets: SheetsInput,
    name: str,
    now: datetime,
    *,
    is_third: bool,
) -> None:
    actor, officer = state.evaluators[name], state.officials.officer
    if actor.user_id is None:
        return
    application_id = state.ids[sheets.application]
    evaluation = assignments.assign_evaluator(
        session, application_id, actor.user_id, officer, now, is_third=is_third
    )
    due = now + timedelta(days=30)
    assignments.release_assignments(session, state.call_id, due, officer, now)
    evaluations.declare_independence(session, evaluation.id, actor, now)
    language = get_application(session, application_id).language
    comments = sheets.comments.get(name, {})
    for criterion, score in sheets.scores[name].items():
        comment = comments.get(criterion) or STAND_IN_COMMENT[language]
        evaluations.save_score(session, evaluation.id, criterion, score, comment, actor, now)
    evaluations.submit_evaluation(session, evaluation.id, actor, now)


def _settle(state: RoundState, session: Session, name: str, now: datetime) -> None:
    texts = state.plan.consensus_texts.get(name, {})
    written = consensus.ConsensusInput(
        statement=texts.get("statement", ""),
        strengths=texts.get("strengths", ""),
        weaknesses=texts.get("weaknesses", ""),
    )
    officer = state.officials.officer
    consensus.write_consensus(session, state.ids[name], written, officer, now)
    consensus.settle_consensus(session, state.ids[name], officer, now)

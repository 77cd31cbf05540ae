"""A whole round through the same use cases that the browser uses, at the times that the input gives.

Nothing here computes a result: outcomes come from the rules, and the input's own expectations are not read.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from app.domain.actors import SYSTEM, Actor, Role
from app.domain.lifecycle import ApplicationState
from app.domain.times import local_date
from app.models import Application, EvaluatorProfile
from app.queries.content import get_application, load_submitted_content
from app.services import (
    applications,
    assignments,
    attachments,
    authorities,
    calls,
    consensus,
    decisions,
    eligibility,
    evaluations,
    evaluators,
    letter_words,
    ranking,
    selection,
    submission,
    work,
)
from app.services.people import NO_PASSWORD, PersonInput, get_or_create_actor
from app.services.round_content import (
    Supplement,
    build_answers,
    build_attachments,
    build_partners,
    partner_key,
)
from app.services.tools import Tools
from calls.problems import Problem
from calls.round_input import ApplicationInput, InvalidRound, RoundInput, SheetsInput
from scoring.state_aid import PriorAid, headroom, reduce_support

STAND_IN_COMMENT: Mapping[str, str] = {
    "fi": "Pisteiden sanallinen perustelu ei sisälly kierroksen syötetiedostoon, joten tämä teksti"
    " korvaa sen.",
    "sv": "Den skriftliga motiveringen till poängen ingår inte i omgångens indatafil, varför denna"
    " text ersätter den.",
}

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a round is run: extra texts by application, demand for completeness, and who hears of progress."""

    supplements: Mapping[str, Supplement] = field(default_factory=dict)
    consensus_texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    strict: bool = False
    report: Report = lambda _text: None
    password_hash: str = NO_PASSWORD
    stop_before: str = ""
    """``decisions`` leaves the round where an officer drafts the decisions."""


@dataclass(frozen=True, slots=True)
class RoundPeople:
    """The officials of a round."""

    admin: Actor
    officer: Actor
    selector: Actor
    decider: Actor


@dataclass(slots=True)
class RoundResult:
    """Where to find what a round made."""

    call_id: uuid.UUID
    applications: dict[str, uuid.UUID]
    evaluators: dict[str, uuid.UUID]


class Round:
    """One run. Steps are taken in order by ``run``; each is one or more units of work."""

    def __init__(self, tools: Tools, given: RoundInput, plan: Plan) -> None:
        """Prepare a run in the database of the tools."""
        self._tools, self._given, self._plan = tools, given, plan
        self._definition = given.definition
        table = given.definition.timetable
        self._published, self._opens, self._closes = table.published, table.opens, table.closes
        self._people: RoundPeople | None = None
        self._applicants: dict[str, Actor] = {}
        self._evaluators: dict[str, Actor] = {}
        self._ids: dict[str, uuid.UUID] = {}
        self._call_id = uuid.UUID(int=0)

    def run(self) -> RoundResult:
        """Run the round from the publication of the call to the service of the letters."""
        steps: Sequence[tuple[str, Callable[[], None]]] = (
            ("publish", self._publish),
            ("submit", self._submit_all),
            ("eligibility", self._check_eligibility),
            ("evaluate", self._evaluate_all),
            ("reduce", self._reduce_support),
            ("rank", self._rank_and_select),
            ("decisions", self._decide_all),
        )
        for name, step in steps:
            if name == self._plan.stop_before:
                break
            self._plan.report(name)
            step()
        return RoundResult(
            self._call_id,
            dict(self._ids),
            {key: actor.user_id for key, actor in self._evaluators.items() if actor.user_id},
        )

    @property
    def _officials(self) -> RoundPeople:
        if self._people is None:
            raise RuntimeError("the round has not been published")
        return self._people

    # Publication

    def _publish(self) -> None:
        now = self._published
        selecting = self._definition.selecting_authority_key
        granting = self._definition.granting_authority_key
        with self._tools.database.unit_of_work() as session:
            authorities.import_authorities(session, self._tools.registers)
            self._people = RoundPeople(
                admin=self._person(session, "admin", "Pääkäyttäjä", [(Role.ADMIN, "")], now),
                officer=self._person(
                    session, "esittelija", "Esittelijä", [(Role.OFFICER, granting)], now
                ),
                selector=self._person(
                    session,
                    "valitsija",
                    "Valintapäätöksen tekijä",
                    [(Role.DECISION_MAKER, selecting)],
                    now,
                ),
                decider=self._person(
                    session, "ratkaisija", "Ratkaisija", [(Role.DECISION_MAKER, granting)], now
                ),
            )
            call = calls.import_definition(session, self._definition, self._officials.admin, now)
            calls.publish_call(session, call.id, self._officials.admin, now)
            self._call_id = call.id

    def _person(
        self,
        session: Session,
        name: str,
        display: str,
        roles: list[tuple[Role, str]],
        now: datetime,
        language: str = "fi",
    ) -> Actor:
        person = PersonInput(
            email=f"{name}@innoverkko.example",
            display_name=display,
            roles=roles,
            language=language,
            phone="+358 00 000 0000",
            password_hash=self._plan.password_hash,
        )
        return get_or_create_actor(session, person, now)

    # Applications

    def _submit_all(self) -> None:
        for place, each in enumerate(self._given.applications):
            self._fill_in(each, self._opens + timedelta(minutes=place))
        for each in sorted(self._given.applications, key=lambda one: one.submitted_at):
            with self._tools.database.unit_of_work() as session:
                calls.advance_clock(session, each.submitted_at)
                submission.submit_application(
                    session,
                    self._ids[each.id],
                    self._applicants[each.id],
                    each.submitted_at,
                    demand_complete=self._plan.strict,
                )

    def _fill_in(self, each: ApplicationInput, now: datetime) -> None:
        supplement = self._plan.supplements.get(each.id, Supplement())
        with self._tools.database.unit_of_work() as session:
            calls.advance_clock(session, now)
            name = f"hakija-{each.id.lower()}"
            actor = self._person(session, name, f"Hakija {each.acronym}", [], now, each.language)
            self._applicants[each.id] = actor
            started = applications.start_application(
                session, self._call_id, each.language, actor, now
            )
            self._ids[each.id] = started.id
            rows = build_partners(each, supplement)
            applications.save_partners(session, started.id, rows, actor, now)
            changes = build_answers(self._definition, each, supplement)
            applications.save_answers(session, started.id, changes, actor, now)
            for file in build_attachments(self._definition, each, supplement):
                attachments.attach_file(session, self._tools, started.id, file, actor, now)
            for row in rows:
                applications.confirm_partner(session, started.id, row["key"], actor, now)

    # Eligibility

    def _check_eligibility(self) -> None:
        now = self._closes + timedelta(days=1)
        waiting: list[uuid.UUID] = []
        with self._tools.database.unit_of_work() as session:
            calls.start_evaluation(session, self._call_id, self._officials.officer, now)
            for application_id in self._ids.values():
                self._check(session, application_id, waiting, now)
        if waiting:
            self._wait_for_completion(waiting, now + timedelta(days=15))

    def _check(
        self, session: Session, application_id: uuid.UUID, waiting: list[uuid.UUID], now: datetime
    ) -> None:
        officer = self._officials.officer
        application = get_application(session, application_id)
        assessment = eligibility.assess(session, application)
        if assessment.failures_with("not_examined"):
            eligibility.leave_unexamined(session, application_id, officer, now)
        elif assessment.failures_with("ineligible", "blocks_submission"):
            eligibility.refuse(session, application_id, officer, now)
        else:
            for check in assessment.open:
                eligibility.record_check(session, application_id, check.id, True, "", officer, now)
            if assessment.failures_with("completion_request"):
                self._ask_for_files(session, application, now)
                waiting.append(application_id)
            else:
                eligibility.admit(session, application_id, officer, now)

    def _ask_for_files(self, session: Session, application: Application, now: datetime) -> None:
        content = load_submitted_content(session, application.id)
        given = {str(each["question"]) for each in content.attachments}
        missing = tuple(
            question.id
            for question in self._definition.questions()
            if question.type in {"file", "files"} and question.required and question.id not in given
        )
        language = application.language
        asked = eligibility.CompletionInput(
            question_ids=missing,
            message=letter_words.say(letter_words.AGREEMENT_CONDITION, language),
            due_at=now + timedelta(days=14),
        )
        eligibility.request_completion(session, application.id, asked, self._officials.officer, now)

    def _wait_for_completion(self, waiting: Sequence[uuid.UUID], now: datetime) -> None:
        """Take the answers that come; what is still missing becomes a condition of the decision."""
        officer = self._officials.officer
        names = {value: key for key, value in self._ids.items()}
        with self._tools.database.unit_of_work() as session:
            for application_id in waiting:
                self._answer(session, names[application_id], now - timedelta(days=2))
            submission.lapse_completions(session, now)
            for application_id in waiting:
                application = get_application(session, application_id)
                condition = letter_words.say(letter_words.AGREEMENT_CONDITION, application.language)
                eligibility.admit(session, application_id, officer, now, (condition,))

    def _answer(self, session: Session, name: str, now: datetime) -> None:
        late = self._plan.supplements.get(name, Supplement()).late_attachments
        actor = self._applicants[name]
        for question_id, files in late.items():
            for filename, path in files:
                file = attachments.AttachmentInput(question_id, filename, path.read_bytes())
                attachments.attach_file(session, self._tools, self._ids[name], file, actor, now)
        if late:
            submission.answer_completion(session, self._ids[name], actor, now)

    # Evaluation

    def _evaluate_all(self) -> None:
        now = self._closes + timedelta(days=20)
        with self._tools.database.unit_of_work() as session:
            self._fill_pool(session, now)
        self._declare_conflicts(now + timedelta(hours=1))
        self._plan_problems()
        for sheets in self._given.evaluations.scores:
            if self._is_evaluated(sheets.application):
                self._evaluate(sheets, now + timedelta(days=1))

    def _fill_pool(self, session: Session, now: datetime) -> None:
        for each in self._given.evaluations.evaluators:
            name = f"arvioija-{each.id.lower()}"
            display = each.display or each.id
            actor = self._person(session, name, display, [(Role.EVALUATOR, "")], now)
            if actor.user_id is None:
                continue
            self._evaluators[each.id] = actor
            profile = session.get(EvaluatorProfile, actor.user_id)
            if profile is None:
                profile = EvaluatorProfile(user_id=actor.user_id, code=each.id)
                session.add(profile)
            profile.employer, profile.employer_y_tunnus = each.employer, each.employer_y_tunnus
            profile.region = each.region
            profile.languages, profile.keywords = list(each.languages), list(each.keywords)
            profile.ford = list(each.ford)
            session.flush()
            evaluators.add_to_pool(session, self._call_id, actor.user_id, each.capacity, now)
        for application_id in self._ids.values():
            application = get_application(session, application_id)
            content = load_submitted_content(session, application_id)
            evaluators.detect_conflicts(session, application, content, now)

    def _declare_conflicts(self, now: datetime) -> None:
        """Let those with a conflict that no register shows decline on its ground, as they would."""
        for conflict in self._given.evaluations.disqualifications:
            application_id = self._ids[conflict.application]
            actor = self._evaluators[conflict.evaluator]
            if actor.user_id is None or not self._is_evaluated(conflict.application):
                continue
            with self._tools.database.unit_of_work() as session:
                if evaluators.find_disqualification(session, application_id, actor.user_id):
                    continue
                officer = self._officials.officer
                evaluation = assignments.assign_evaluator(
                    session, application_id, actor.user_id, officer, now
                )
                due = now + timedelta(days=30)
                assignments.release_assignments(session, self._call_id, due, officer, now)
                ground = evaluators.parse_ground(conflict.ground).citation
                evaluations.decline_evaluation(
                    session, evaluation.id, ground, conflict.ground, actor, now
                )

    def _plan_problems(self) -> None:
        """Refuse sheets of applications that cannot be evaluated, and applications without sheets."""
        scored = {sheets.application for sheets in self._given.evaluations.scores}
        problems = [
            Problem("scores", f"the eligible application {name!r} has no score sheets")
            for name in self._ids
            if self._is_evaluated(name) and name not in scored
        ]
        if problems:
            raise InvalidRound(problems)

    def _is_evaluated(self, name: str) -> bool:
        with self._tools.database.reading() as session:
            state = get_application(session, self._ids[name]).state
        return state in {ApplicationState.ELIGIBLE, ApplicationState.IN_EVALUATION}

    def _evaluate(self, sheets: SheetsInput, now: datetime) -> None:
        panel = self._definition.rubric.evaluation.evaluators_per_application
        names = list(sheets.scores)
        if len(names) < panel:
            message = f"{len(names)} score sheets, the call asks for {panel}"
            raise InvalidRound([Problem(f"scores.{sheets.application}", message)])
        with self._tools.database.unit_of_work() as session:
            for name in names[:panel]:
                self._score(session, sheets, name, now, is_third=False)
            reasons = consensus.find_third_reasons(session, self._ids[sheets.application])
            if bool(reasons) != (len(names) > panel):
                message = (
                    "a third evaluator is needed" if reasons else "a third evaluator is not needed"
                )
                raise InvalidRound([Problem(f"scores.{sheets.application}", message)])
            for name in names[panel:]:
                self._score(session, sheets, name, now + timedelta(days=5), is_third=True)
            self._settle(session, sheets.application, now + timedelta(days=10))

    def _score(
        self, session: Session, sheets: SheetsInput, name: str, now: datetime, *, is_third: bool
    ) -> None:
        actor, officer = self._evaluators[name], self._officials.officer
        if actor.user_id is None:
            return
        application_id = self._ids[sheets.application]
        evaluation = assignments.assign_evaluator(
            session, application_id, actor.user_id, officer, now, is_third=is_third
        )
        due = now + timedelta(days=30)
        assignments.release_assignments(session, self._call_id, due, officer, now)
        evaluations.declare_independence(session, evaluation.id, actor, now)
        language = get_application(session, application_id).language
        comments = sheets.comments.get(name, {})
        for criterion, score in sheets.scores[name].items():
            comment = comments.get(criterion) or STAND_IN_COMMENT[language]
            evaluations.save_score(session, evaluation.id, criterion, score, comment, actor, now)
        evaluations.submit_evaluation(session, evaluation.id, actor, now)

    def _settle(self, session: Session, name: str, now: datetime) -> None:
        texts = self._plan.consensus_texts.get(name, {})
        written = consensus.ConsensusInput(
            statement=texts.get("statement", ""),
            strengths=texts.get("strengths", ""),
            weaknesses=texts.get("weaknesses", ""),
        )
        officer = self._officials.officer
        consensus.write_consensus(session, self._ids[name], written, officer, now)
        consensus.settle_consensus(session, self._ids[name], officer, now)

    # Ranking and decisions

    @property
    def _decided_at(self) -> datetime:
        target = self._definition.timetable.decisions_target
        earliest = self._closes + timedelta(days=60)
        if target is None:
            return earliest
        shift = (target - local_date(self._closes)).days
        return max(earliest, self._closes + timedelta(days=shift))

    def _reduce_support(self) -> None:
        now = self._decided_at - timedelta(days=10)
        award = local_date(self._decided_at)
        for each in self._given.applications:
            with self._tools.database.unit_of_work() as session:
                application = get_application(session, self._ids[each.id])
                if application.state is ApplicationState.EVALUATED:
                    self._reduce(session, application, each, award, now)

    def _reduce(
        self,
        session: Session,
        application: Application,
        each: ApplicationInput,
        award: date,
        now: datetime,
    ) -> None:
        total, reasons = application.support_applied or Decimal(0), []
        for index, partner in enumerate(each.partners):
            if partner.aid_basis != "de_minimis":
                continue
            prior = [
                PriorAid(row.date, row.amount_eur, row.grantor)
                for row in each.de_minimis
                if row.partner == partner.name
            ]
            left = headroom(prior, award)
            cut = reduce_support(partner.financing.support_applied, left)
            if cut.reduction:
                total -= cut.reduction
                reasons.append(
                    letter_words.describe_reduction(
                        application.language, partner.name, prior, left, cut.reduction
                    )
                )
                application.reduced_partner = partner_key(index)
        if reasons:
            ranking.set_support(
                session, application.id, total, reasons, self._officials.officer, now
            )

    def _rank_and_select(self) -> None:
        now = self._decided_at - timedelta(days=5)
        with self._tools.database.unit_of_work() as session:
            ranking.draw_ranking(session, self._call_id, self._officials.officer, now)
            selection.select_along_ranking(
                session, self._call_id, "", self._officials.selector, now + timedelta(hours=1)
            )

    def _decide_all(self) -> None:
        now = self._decided_at
        officer, decider = self._officials.officer, self._officials.decider
        registers = self._tools.registers
        with self._tools.database.unit_of_work() as session:
            decisions.draft_decisions(session, self._call_id, officer, now)
            for decision_id in self._decision_ids(session):
                decisions.present_decision(session, registers, decision_id, officer, now)
                decisions.approve_decision(
                    session, registers, decision_id, decider, now + timedelta(hours=2)
                )
        work.run_due_jobs(self._tools, now + timedelta(hours=3))
        with self._tools.database.unit_of_work() as session:
            for decision_id in self._decision_ids(session):
                decisions.serve_decision(session, decision_id, SYSTEM, now + timedelta(hours=4))

    def _decision_ids(self, session: Session) -> Iterator[uuid.UUID]:
        yield from decisions.list_decision_ids(session, self._call_id)


def run_round(tools: Tools, given: RoundInput, plan: Plan | None = None) -> RoundResult:
    """Run a round in the database of the tools.

    Raises:
        InvalidRound: if the evaluations do not fit what the rules ask for.
        DomainError: if the rules refuse something in the input.
    """
    return Round(tools, given, plan or Plan()).run()

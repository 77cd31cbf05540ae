"""Conflicts of interest through the use cases: found in facts, asked, ruled on, turned, found late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import ConflictOfInterest, InvalidInput, NotPermitted, StepNotAllowed
from app.domain.lifecycle import ApplicationState, EvaluationState
from app.models import (
    Application,
    ApplicationMember,
    Consensus,
    Disqualification,
    Evaluation,
    Event,
    Job,
    OutboxMail,
    Partner,
    User,
)
from app.queries.screening import Scope
from app.services.background.work import run_due_jobs
from app.services.evaluation import assignments, conflicts, consensus, evaluations, rulings, ties
from app.services.evaluation.ties import JointWorkInput, OrganisationInput, TieInput
from scoring.routing.screening.facts import TieKind
from scoring.routing.screening.findings import Kind, Severity
from tests.builders.pools import actor_of
from tests.services.conflict_ground import DUE, NOW, Ground, evaluator, ground, made
from tests.support.statements import statements

__all__ = ["ground", "made"]

pytestmark = pytest.mark.usefixtures("panels_fit")

EMPLOYED = ("DEMO-02", "EV2", "HL 28.1 § 4", "automatic")


def recorded(session: Session, ground: Ground) -> set[tuple[str, str, str, str]]:
    """Return what is on record, with the names of the round."""
    names = {key: name for name, key in ground.applications.items()}
    codes = {key: code for code, key in ground.people.items()}
    rows = session.scalars(sa.select(Disqualification))
    return {
        (names[row.application_id], codes[row.person_id], row.ground, row.source) for row in rows
    }


def lead_of(session: Session, ground: Ground, name: str) -> Partner:
    """Return the lead partner of an application."""
    return session.get_one(Partner, (ground.applications[name], "P1"))


def detect(session: Session, ground: Ground) -> int:
    return conflicts.detect_conflicts(session, Scope(ground.call_id), NOW)


def rule(
    session: Session, ground: Ground, name: str, code: str, *, is_disqualified: bool
) -> rulings.RulingInput:
    """Have the officer rule on a pair."""
    ground_of = "HL 28.1 § 7" if is_disqualified else ""
    given = rulings.RulingInput(is_disqualified, ground_of, "Selvitetty henkilön kanssa.")
    pair = ground.applications[name], ground.people[code]
    rulings.rule_conflict(session, *pair, given, actor_of(session, "esittelija"), NOW)
    return given


def test_a_call_is_screened_in_as_many_statements_as_one_application(ground: Ground) -> None:
    engine = ground.tools.database.engine
    with ground.tools.database.unit_of_work() as session:
        scopes = (
            Scope(ground.call_id),
            Scope(ground.call_id, ground.applications["DEMO-02"]),
        )
        counts = []
        for scope in scopes:
            session.expire_all()
            with statements(engine) as seen:
                conflicts.screen_call(session, scope, frozenset(Severity), NOW)
            counts.append(len(seen))
        assert recorded(session, ground) == set()
        with statements(engine) as seen:
            assert detect(session, ground) == 1
        assert recorded(session, ground) == {EMPLOYED}
        assert detect(session, ground) == 0
    assert counts[0] == counts[1] <= 13
    assert len(seen) <= 20


@pytest.mark.parametrize(
    ("kind", "until", "is_close", "expected"),
    [
        (TieKind.BOARD, None, False, "HL 28.1 § 5"),
        (TieKind.OWNERSHIP, None, True, "HL 28.1 § 3"),
        (TieKind.EMPLOYMENT, NOW.date() - timedelta(days=400), False, "HL 28.1 § 7"),
        (TieKind.EMPLOYMENT, NOW.date() - timedelta(days=800), False, None),
    ],
)
def test_a_tie_that_is_told_closes_the_matter(
    ground: Ground, kind: TieKind, until: date | None, is_close: bool, expected: str | None
) -> None:
    with ground.tools.database.unit_of_work() as session:
        number = lead_of(session, ground, "DEMO-01").y_tunnus
        given = TieInput(kind, OrganisationInput("", number), until, is_close)
        person = evaluator(session, "EV6")
        ties.add_tie(session, ground.people["EV6"], given, person, NOW)
        detect(session, ground)
        found = {grounds for _n, code, grounds, _s in recorded(session, ground) if code == "EV6"}
    assert found == ({expected} if expected else set())


def test_a_parent_of_a_partner_closes_the_matter_and_the_way_there_is_told(ground: Ground) -> None:
    with ground.tools.database.unit_of_work() as session:
        officer, lead = actor_of(session, "esittelija"), lead_of(session, ground, "DEMO-01")
        parent = OrganisationInput("Esimerkkikonserni")
        child = OrganisationInput(lead.name, lead.y_tunnus)
        ties.add_holding(session, parent, child, officer, NOW)
        tie = TieInput(TieKind.MANAGEMENT, parent)
        ties.add_tie(session, ground.people["EV6"], tie, officer, NOW)
        detect(session, ground)
        row = conflicts.find_disqualification(
            session, ground.applications["DEMO-01"], ground.people["EV6"]
        )
        assert row is not None
        assert [each["kind"] for each in row.findings] == ["group"]
        evidence = row.findings[0]["evidence"]
        assert (evidence["organisation"], evidence["party"]) == (
            "Esimerkkikonserni",
            f"{lead.name} {lead.y_tunnus}",
        )


def test_a_wrong_business_id_and_a_nameless_tie_are_refused(ground: Ground) -> None:
    with ground.tools.database.unit_of_work() as session:
        person = evaluator(session, "EV6")
        for name, number in (("", ""), ("Nimi", "1234567-0")):
            given = TieInput(TieKind.BOARD, OrganisationInput(name, number))
            with pytest.raises(InvalidInput):
                ties.add_tie(session, ground.people["EV6"], given, person, NOW)


def test_whoever_applies_is_barred_from_the_whole_call(ground: Ground) -> None:
    with ground.tools.database.unit_of_work() as session:
        session.add(
            ApplicationMember(
                application_id=ground.applications["DEMO-01"],
                user_id=ground.people["EV6"],
                partner_key="P2",
                added_at=NOW,
            )
        )
        detect(session, ground)
        found = {name: law for name, code, law, _s in recorded(session, ground) if code == "EV6"}
    assert found.pop("DEMO-01") == "HL 28.1 § 1"
    assert set(found.values()) == {"HL 28.1 § 3"}
    assert len(found) == len(ground.applications) - 1


def test_a_likeness_is_asked_and_never_blocks(ground: Ground) -> None:
    with ground.tools.database.unit_of_work() as session:
        owner = session.get_one(Application, ground.applications["DEMO-01"]).created_by
        session.get_one(User, owner).email = "vastaava@satama-esimerkki.fi"
        session.get_one(User, ground.people["EV6"]).email = "asiantuntija@satama-esimerkki.fi"
        session.flush()
        detect(session, ground)
        assert recorded(session, ground) == {EMPLOYED}
        (question,) = conflicts.screen_call(session, Scope(ground.call_id), {Severity.ASK}, NOW)
        assert question.pair == (str(ground.applications["DEMO-01"]), str(ground.people["EV6"]))
        assert (question.kind, question.evidence.detail) == (
            Kind.SAME_DOMAIN,
            "satama-esimerkki.fi",
        )
        ground.assign(session, "DEMO-01", "EV6")


def test_an_answered_question_is_not_asked_again_but_a_new_one_is(ground: Ground) -> None:
    with ground.tools.database.unit_of_work() as session:
        person = evaluator(session, "EV6")
        owner = session.get_one(Application, ground.applications["DEMO-01"]).created_by
        name = session.get_one(User, owner).display_name
        work = JointWorkInput(name, "", "Yhteinen hanke", date(2026, 5, 1))
        ties.add_joint_work(session, ground.people["EV6"], work, person, NOW)
        scope, wanted = Scope(ground.call_id), {Severity.ASK}
        asked = conflicts.screen_call(session, scope, wanted, NOW)
        assert Kind.JOINT_WORK_BY_NAME in {each.kind for each in asked}
        for each in asked:
            name = next(n for n, key in ground.applications.items() if str(key) == each.application)
            rule(session, ground, name, "EV6", is_disqualified=False)
        assert conflicts.screen_call(session, scope, wanted, NOW) == []
        more = JointWorkInput(work.name, "", "Toinen hanke", date(2026, 6, 1))
        ties.add_joint_work(session, ground.people["EV6"], more, person, NOW)
        again = conflicts.screen_call(session, scope, wanted, NOW)
        assert {each.evidence.detail for each in again} == {"Toinen hanke"}


def test_a_ruling_turns_an_automatic_conflict_and_a_later_one_turns_it_back(
    ground: Ground,
) -> None:
    with ground.tools.database.unit_of_work() as session:
        detect(session, ground)
        rule(session, ground, "DEMO-02", "EV2", is_disqualified=False)
        assert recorded(session, ground) == set()
        assert detect(session, ground) == 0
        ground.assign(session, "DEMO-02", "EV2")
        rule(session, ground, "DEMO-02", "EV2", is_disqualified=True)
        assert recorded(session, ground) == {("DEMO-02", "EV2", "HL 28.1 § 7", "officer")}
        with pytest.raises(ConflictOfInterest):
            ground.assign(session, "DEMO-02", "EV2")
        history = rulings.list_history(
            session, ground.applications["DEMO-02"], ground.people["EV2"]
        )
        assert [(row.number, row.is_disqualified) for row in history] == [(2, True), (1, False)]
        acts = session.scalars(
            sa.select(Event.action).where(Event.action == "application.rule_conflict")
        ).all()
    assert len(acts) == 2
    with pytest.raises(sa.exc.DBAPIError), ground.tools.database.unit_of_work() as session:
        session.execute(sa.text("UPDATE conflict_ruling SET reason = 'x'"))


def test_a_ruling_needs_a_reason_a_ground_and_somebody_else(ground: Ground) -> None:
    with ground.tools.database.unit_of_work() as session:
        officer = actor_of(session, "esittelija")
        key = ground.applications["DEMO-02"]
        for given in (
            rulings.RulingInput(False, "", " "),
            rulings.RulingInput(True, "", "Syy."),
            rulings.RulingInput(True, "HL 28.1 § 9", "Syy."),
        ):
            with pytest.raises(InvalidInput):
                rulings.rule_conflict(session, key, ground.people["EV2"], given, officer, NOW)
        free = rulings.RulingInput(False, "", "En ole esteellinen.")
        assert officer.user_id is not None
        with pytest.raises(NotPermitted):
            rulings.rule_conflict(session, key, officer.user_id, free, officer, NOW)


def test_a_doubt_keeps_the_application_closed_until_an_officer_has_ruled(ground: Ground) -> None:
    with ground.tools.database.unit_of_work() as session:
        evaluation, person = ground.assign(session, "DEMO-01", "EV6"), evaluator(session, "EV6")
        rulings.declare_doubt(
            session, evaluation.id, "HL 28.1 § 7", "Vanha työtoveri.", person, NOW
        )
        with pytest.raises(StepNotAllowed):
            evaluations.declare_independence(session, evaluation.id, person, NOW)
        (asked,) = conflicts.screen_call(session, Scope(ground.call_id), {Severity.ASK}, NOW)
        assert (asked.kind, asked.evidence.detail) == (Kind.DECLARED_DOUBT, "Vanha työtoveri.")
        told = session.scalars(
            sa.select(OutboxMail.recipient).where(OutboxMail.kind == "conflict_doubt")
        ).all()
        assert told == ["esittelija@innoverkko.example"]
        rule(session, ground, "DEMO-01", "EV6", is_disqualified=False)
        evaluations.declare_independence(session, evaluation.id, person, NOW)
        assert evaluation.state is EvaluationState.ACCEPTED


def test_a_conflict_found_after_the_scores_sets_them_aside_and_finds_another(
    ground: Ground,
) -> None:
    database = ground.tools.database
    with database.unit_of_work() as session:
        late = ground.score(session, "DEMO-01", "EV6")
        ground.score(session, "DEMO-01", "EV1")
        officer = actor_of(session, "esittelija")
        key = ground.applications["DEMO-01"]
        consensus.write_consensus(session, key, consensus.ConsensusInput(), officer, NOW)
        consensus.settle_consensus(session, key, officer, NOW)
        lead = OrganisationInput("", lead_of(session, ground, "DEMO-01").y_tunnus)
        ties.add_tie(session, ground.people["EV6"], TieInput(TieKind.BOARD, lead), officer, NOW)
        session.flush()
        application = session.get_one(Application, key)
        assert late.state is EvaluationState.SET_ASIDE
        assert len(late.scores) == 10
        assert application.state is ApplicationState.IN_EVALUATION
        assert application.final_hundredths is None
        assert session.get_one(Consensus, key).settled_at is None
        kinds = session.execute(sa.select(OutboxMail.kind, OutboxMail.recipient)).all()
        assert ("evaluation_set_aside", "esittelija@innoverkko.example") in kinds
        assert session.scalars(sa.select(Job.task)).all().count("fill_places") == 1
    run_due_jobs(ground.tools, NOW)
    with database.reading() as session:
        rows = session.scalars(sa.select(Evaluation).where(Evaluation.application_id == key)).all()
    states = sorted((row.state.value, row.evaluator_id == late.evaluator_id) for row in rows)
    assert states == [("locked", False), ("proposed", False), ("set_aside", True)]


def test_work_that_was_set_aside_comes_back_with_its_scores(ground: Ground) -> None:
    with ground.tools.database.unit_of_work() as session:
        sheet = ground.score(session, "DEMO-01", "EV6")
        rule(session, ground, "DEMO-01", "EV6", is_disqualified=True)
        assert sheet.state is EvaluationState.SET_ASIDE
        rule(session, ground, "DEMO-01", "EV6", is_disqualified=False)
        officer, person = actor_of(session, "esittelija"), evaluator(session, "EV6")
        assignments.release_assignments(session, ground.call_id, DUE, officer, NOW)
        assert (sheet.state, sheet.declared_at) == (EvaluationState.ASSIGNED, None)
        evaluations.declare_independence(session, sheet.id, person, NOW)
        evaluations.submit_evaluation(session, sheet.id, person, NOW)
        assert (sheet.state, len(sheet.scores)) == (EvaluationState.SUBMITTED, 10)

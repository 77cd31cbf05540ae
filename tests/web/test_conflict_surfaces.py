"""A conflict of interest removes an application for the person: one test for each surface and role."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.domain.actors import Actor, Role
from app.domain.errors import ConflictOfInterest
from app.models import (
    Application,
    Attachment,
    Decision,
    Evaluation,
    EvaluatorProfile,
    OutboxMail,
)
from app.services.account.people import PersonInput, create_person
from app.services.background.reminders import send_reminders
from app.services.decision import decisions
from app.services.decision.ranking import draw_ranking
from app.services.evaluation import assignments, conflicts, evaluations, evaluators
from app.services.record import notices
from tests.builders.pools import actor_of
from tests.support.pages import PageClient
from tests.support.statements import statements
from tests.web.funder_round import NOW, FunderRound, open_round

CLOSED = "HYVERKKO"
CONFLICT = conflicts.ConflictInput("HL 28.1 § 7", "officer", "Läheinen johtaa osatoteuttajaa.")


@dataclass(frozen=True, slots=True)
class Surfaces:
    """A selected round in which one application is closed to one officer and one decision maker."""

    round: FunderRound
    key: uuid.UUID
    number: str
    barred: PageClient
    free: PageClient

    def both(self, path: str) -> tuple[bool, bool]:
        """Tell whether a page of the call names the application to the barred and to the free officer."""
        address = f"/funder/calls/{self.round.call_id}/{path}"
        texts = []
        for client in (self.barred, self.free):
            answer = client.http.get(address)
            assert answer.status_code == 200, (path, answer.status_code)
            texts.append(answer.get_data(as_text=True))
        shown = [self.number in text or str(self.key) in text for text in texts]
        return shown[0], shown[1]


@pytest.fixture(scope="module")
def surfaces(ranked_source: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Surfaces]:
    """Make the conflicts once for the module; its tests only read, or roll back what they write."""
    opened = open_round(ranked_source, tmp_path_factory.mktemp("surfaces") / "round")
    key = opened.application_id(CLOSED)
    with opened.tools.database.unit_of_work() as session:
        officer = actor_of(session, "esittelija")
        for name, role in (("jaavi", Role.OFFICER), ("jaaviratkaisija", Role.DECISION_MAKER)):
            body = next(iter(officer.authority_keys))
            person = PersonInput(f"{name}@innoverkko.example", name, [(role, body)])
            user = create_person(session, person, NOW)
            session.flush()
            conflicts.record_conflict(session, key, user.id, CONFLICT, officer, NOW)
        decisions.draft_decisions(session, opened.call_id, officer, NOW)
        number = str(session.get_one(Application, key).record_number)
    yield Surfaces(opened, key, number, opened.log_in("jaavi"), opened.log_in("esittelija"))
    opened.tools.database.dispose()


def plain(answer: TestResponse, key: uuid.UUID) -> str:
    """Return the text of an answer without what differs between any two answers: keys that tell the time."""
    text = answer.get_data(as_text=True).replace(str(key), "")
    return re.sub(r'nonce="[^"]*"|name="csrf_token" value="[^"]*"', "", text)


@pytest.mark.parametrize(
    "path",
    [
        "applications",
        f"applications?search={CLOSED}",
        "applications?sort=score",
        "applications.csv",
        "assignments",
        "progress",
        "ranking",
        "ranking.csv",
        "decisions",
        "conflicts",
    ],
)
def test_a_page_of_the_call_leaves_the_application_out_for_that_officer_alone(
    surfaces: Surfaces, path: str
) -> None:
    assert surfaces.both(path) == (False, True)


def test_what_is_closed_is_answered_like_what_does_not_exist(surfaces: Surfaces) -> None:
    engine = surfaces.round.tools.database.engine
    with surfaces.round.tools.database.reading() as session:
        decision = session.scalars(
            sa.select(Decision.id).where(Decision.application_id == surfaces.key)
        ).one()
        evaluation = session.scalars(
            sa.select(Evaluation.id).where(Evaluation.application_id == surfaces.key)
        ).first()
        attachment = session.scalars(
            sa.select(Attachment.id).where(Attachment.application_id == surfaces.key)
        ).first()
    places = {
        "applications/{}": surfaces.key,
        "applications/{}/routing": surfaces.key,
        "applications/{}/consensus": surfaces.key,
        "attachments/{}": attachment,
        "decisions/{}": decision,
        "evaluations/{}/reopen": evaluation,
    }
    for pattern, key in places.items():
        answers = []
        for each in (key, uuid.uuid4()):
            with statements(engine) as seen:
                answer = surfaces.barred.http.get(f"/funder/{pattern.format(each)}")
            answers.append((answer.status_code, plain(answer, each), len(seen)))
            assert surfaces.free.http.get(f"/funder/{pattern.format(key)}").status_code == 200
        assert answers[0] == answers[1], pattern
        assert answers[0][0] == 403


def test_an_officer_and_a_decision_maker_with_a_conflict_neither_present_nor_decide(
    surfaces: Surfaces,
) -> None:
    tools = surfaces.round.tools
    with tools.database.reading() as session:
        wanted = Decision.application_id == surfaces.key
        key = session.scalars(sa.select(Decision.id).where(wanted)).one()
    with tools.database.unit_of_work() as session:
        free, barred = actor_of(session, "esittelija"), actor_of(session, "jaavi")
        decider = actor_of(session, "jaaviratkaisija")
        with pytest.raises(ConflictOfInterest):
            decisions.present_decision(session, tools.registers, key, barred, NOW)
        decisions.present_decision(session, tools.registers, key, free, NOW)
        with pytest.raises(ConflictOfInterest):
            decisions.approve_decision(session, tools.registers, key, decider, NOW)


def test_nobody_ranks_applications_of_which_one_is_closed_to_them(scored: FunderRound) -> None:
    key, database = scored.application_id(CLOSED), scored.tools.database
    with database.unit_of_work() as session:
        officer = actor_of(session, "esittelija")
        assert officer.user_id is not None
        conflicts.record_conflict(session, key, officer.user_id, CONFLICT, officer, NOW)
        with pytest.raises(ConflictOfInterest):
            draw_ranking(session, scored.call_id, officer, NOW)
    client = scored.log_in("esittelija").http
    matrix = client.get(f"/funder/calls/{scored.call_id}/routing/matrix").get_data(as_text=True)
    assert str(key) not in matrix
    assert str(scored.application_id("AKKUKIERTO")) in matrix


def test_mail_about_the_matter_does_not_go_to_an_official_with_a_conflict(
    surfaces: Surfaces,
) -> None:
    with surfaces.round.tools.database.reading() as session:
        application = session.get_one(Application, surfaces.key)
        told = {
            user.email.partition("@")[0] for user in notices.list_officers(session, application)
        }
    assert "jaavi" not in told
    assert "esittelija" in told


@pytest.mark.parametrize("state", ["assigned", "accepted", "drafting", "submitted"])
def test_an_evaluator_loses_the_application_on_every_page_in_every_state(
    checked: FunderRound, state: str
) -> None:
    work = close_to_an_evaluator(checked, state)
    client = checked.log_in("arvioija-x").http
    for page in ("", "evaluations.ics"):
        text = client.get(f"/evaluator/{page}").get_data(as_text=True)
        assert CLOSED not in text
        assert str(work) not in text
    for page in ("declaration", "decline", "doubt", "scores", "application"):
        answers = []
        for each in (work, uuid.uuid4()):
            with statements(checked.tools.database.engine) as seen:
                answer = client.get(f"/evaluator/evaluations/{each}/{page}")
            answers.append((answer.status_code, plain(answer, each), len(seen)))
        assert answers[0] == answers[1], page
        assert answers[0][0] in {403, 404}


def close_to_an_evaluator(opened: FunderRound, state: str) -> uuid.UUID:
    """Give an evaluator work in a state, close it by a conflict, and let the clock go on."""
    key, due = opened.application_id(CLOSED), NOW + timedelta(days=2)
    with opened.tools.database.unit_of_work() as session:
        officer = actor_of(session, "esittelija")
        person = PersonInput("arvioija-x@innoverkko.example", "x", [(Role.EVALUATOR, "")])
        user = create_person(session, person, NOW)
        session.add(EvaluatorProfile(user_id=user.id, code="EVX", languages=["fi", "sv", "en"]))
        session.flush()
        evaluators.add_to_pool(session, opened.call_id, user.id, 3, NOW)
        evaluation = assignments.assign_evaluator(session, key, user.id, officer, NOW)
        assignments.release_assignments(session, opened.call_id, due, officer, NOW)
        bring_to(session, evaluation, actor_of(session, "arvioija-x"), state)
        conflicts.record_conflict(session, key, user.id, CONFLICT, officer, NOW)
        send_reminders(session, NOW)
        send_reminders(session, due + timedelta(hours=1))
        mail_to = OutboxMail.recipient == user.email
        mails = session.scalars(sa.select(OutboxMail.kind).where(mail_to)).all()
        assert mails == ["evaluation_assigned"]
        return evaluation.id


def bring_to(session: Session, evaluation: Evaluation, actor: Actor, state: str) -> None:
    """Bring an assigned evaluation to a state."""
    if state != "assigned":
        evaluations.declare_independence(session, evaluation.id, actor, NOW)
    if state in {"drafting", "submitted"}:
        rubric = evaluations.rubric_of(session, evaluation)
        text = (
            "Arvio perustuu hakemuksen kuvaukseen, sen lähteisiin ja osapuolten rooliin hankkeessa."
        )
        changes = [
            evaluations.ScoreChange(each, rubric.criterion(each).scale.score(3), text)
            for each in rubric.criterion_ids
        ]
        evaluations.save_scores(session, evaluation.id, changes, actor, NOW)
    if state == "submitted":
        evaluations.submit_evaluation(session, evaluation.id, actor, NOW)

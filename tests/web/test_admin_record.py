"""Administrators read the record in words, page through accounts, and set failed work going again."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.domain.actors import Actor, Role
from app.models import Call, Event, OutboxMail, User
from app.services.account.people import PersonInput, create_person
from app.services.background.work import LONG_TASKS
from app.services.background.work import TASKS as WORK_TASKS
from app.services.call.calls import extend_deadline, import_definition, publish_call
from app.services.record.events import Act, Subject, append_event
from app.services.record.outbox import (
    MAXIMUM_ATTEMPTS,
    Message,
    claim_mail,
    mark_failed,
    queue_mail,
)
from app.web.admin.words import TASKS
from calls import load
from tests.support.pages import PageClient
from tests.web.funder_round import NOW, FunderRound

ADMIN = Actor(user_id=None, roles=frozenset({Role.ADMIN, Role.SYSTEM}))


@pytest.fixture
def admin(submitted: FunderRound) -> PageClient:
    """Give a browser in which an administrator is logged in."""
    with submitted.tools.database.unit_of_work() as session:
        person = PersonInput(
            "hallinta@innoverkko.example", "Pääkäyttäjä", [(Role.ADMIN, "")], language="en"
        )
        create_person(session, person, NOW)
    return submitted.log_in("hallinta", "en")


def newest(admin: PageClient, action: str) -> list[str]:
    """Return the cells of the newest event whose act begins so."""
    page = admin.get("/admin/events", query_string={"action": action})
    row = page.soup.select("main tbody tr")[0]
    return [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")]


def test_a_change_of_state_is_told_in_words(admin: PageClient) -> None:
    cells = newest(admin, "application.submit")
    assert cells[3] == "Submitted application.submit"
    assert cells[4] == "state: Draft → Submitted; version: 1"


def test_a_moved_deadline_shows_both_times_and_the_reason(
    submitted: FunderRound, admin: PageClient
) -> None:
    lead = load.load_call(load.PACKAGED / "lead_2027_1.yaml", submitted.tools.registers)
    with submitted.tools.database.unit_of_work() as session:
        call = import_definition(session, lead, ADMIN, NOW)
        publish_call(session, call.id, ADMIN, lead.timetable.published)
        later = call.closes_at + timedelta(days=7)
        extend_deadline(session, call.id, later, "häiriö palvelussa", ADMIN, NOW)
    change = newest(admin, "call.extend")[4]
    assert change.startswith("change: ")
    assert "Finnish time) → " in change
    assert change.endswith("; reason: häiriö palvelussa")


def test_seals_scores_and_people_are_not_shown_as_changes(
    submitted: FunderRound, admin: PageClient
) -> None:
    with submitted.tools.database.unit_of_work() as session:
        data = {"total": "86.70", "sha256": "ab" * 32, "evaluator": "EV1", "reason": "syy"}
        append_event(
            session, Act("evaluation.submit", Subject("evaluation", "x"), data), ADMIN, NOW
        )
    assert newest(admin, "evaluation.submit")[4] == "reason: syy"


def test_every_act_on_record_has_words(submitted: FunderRound, admin: PageClient) -> None:
    with submitted.tools.database.reading() as session:
        actions = session.scalars(sa.select(Event.action).distinct()).all()
    shown = {action: newest(admin, action)[3] for action in actions}
    assert [action for action, words in shown.items() if words.startswith(action)] == []


def test_the_record_of_one_thing_is_a_link_away(submitted: FunderRound, admin: PageClient) -> None:
    page = admin.get("/admin/events", query_string={"action": "call.publish"})
    page = admin.get(str(page.soup.select("main tbody a")[0]["href"]))
    with submitted.tools.database.reading() as session:
        query = sa.select(sa.func.count()).where(
            Event.subject_id == str(session.scalars(sa.select(Call.id)).one())
        )
        assert len(page.rows()) == session.scalar(query)


def test_accounts_are_listed_page_by_page_without_a_gap(
    submitted: FunderRound, admin: PageClient
) -> None:
    with submitted.tools.database.unit_of_work() as session:
        for number in range(120):
            create_person(session, PersonInput(f"h{number:03}@example.org", "x"), NOW)
        known = sorted(session.scalars(sa.select(User.email)))
    seen: list[str] = []
    page = admin.get("/admin/users")
    for _turn in range(5):
        seen += [row[0] for row in page.rows()]
        following = page.soup.select("main a[rel=next]")
        if not following:
            break
        page = admin.get(str(following[0]["href"]))
    assert seen == known


def test_a_mail_that_was_given_up_can_be_sent_again(
    submitted: FunderRound, admin: PageClient
) -> None:
    message = Message("a@example.org", "sv", "test", "Ämne", "text")
    with submitted.tools.database.unit_of_work() as session:
        session.execute(sa.delete(OutboxMail))
        queue_mail(session, message, NOW)
        claimed = claim_mail(session, NOW)
        assert claimed is not None
        mark_failed(session, claimed, "no connection", NOW)
        session.execute(sa.update(OutboxMail).values(attempts=MAXIMUM_ATTEMPTS))
    page = admin.get("/admin/work")
    assert page.soup.select('#mail span[lang="sv"]')[0].get_text() == "Ämne"
    assert page.rows("#mail")[0][2:5] == ["Given up", "10", "no connection"]
    admin.submit(page, 'form[action*="/mail/"]')
    with submitted.tools.database.reading() as session:
        mail = session.scalars(sa.select(OutboxMail)).one()
        assert (mail.attempts, mail.next_try_at) == (0, NOW)


def test_every_task_has_a_name_for_people() -> None:
    assert TASKS.keys() == WORK_TASKS.keys() | LONG_TASKS.keys()


def test_problems_of_a_definition_are_marked_as_english(admin: PageClient) -> None:
    page = admin.get("/admin/calls/import")
    token = page.form("main form").values["csrf_token"]
    sent = {"csrf_token": token, "definition": (io.BytesIO(b"id: ["), "call.yaml")}
    refused = admin.post(page.path, status=422, data=sent, content_type="multipart/form-data")
    cells = refused.soup.select("#problems tbody td:last-child")
    assert cells
    assert {cell["lang"] for cell in cells} == {"en"}

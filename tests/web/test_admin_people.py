"""The administrators' portal: people, roles, calls and work, as far as they change something."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.domain.actors import Role
from app.models import Call, CallQuestion, Event, Job, OutboxMail, RoleGrant, User
from app.services.account.people import PersonInput, create_person
from tests.support.pages import Page, PageClient
from tests.support.statements import statements
from tests.web.funder_round import NOW, FunderRound

EMAIL = "uusi.esittelija@example.org"


@pytest.fixture
def admin(submitted: FunderRound) -> PageClient:
    with submitted.tools.database.unit_of_work() as session:
        person = PersonInput("hallinta@innoverkko.example", "hallinta", [(Role.ADMIN, "")])
        create_person(session, person, NOW)
    return submitted.log_in("hallinta", "en")


def user_id(opened: FunderRound, email: str) -> uuid.UUID:
    with opened.tools.database.reading() as session:
        return session.scalars(sa.select(User.id).where(User.email == email)).one()


def body_of(opened: FunderRound) -> str:
    with opened.tools.database.reading() as session:
        return session.scalars(sa.select(Call.granting_authority)).one()


def make_officer(admin: PageClient, opened: FunderRound, **changes: object) -> Page:
    given = {
        "email": EMAIL,
        "display_name": "rahoitusasiantuntija",
        "language": "fi",
        "role": "officer",
        "authority_key": body_of(opened),
        **changes,
    }
    return admin.submit(admin.get("/admin/users/new"), status=303, **given)


def publish_lead(admin: PageClient, opened: FunderRound) -> str:
    """Import a second call, let it be open now, publish it; return its address."""
    page = admin.get("/admin/calls/import")
    page = admin.follow(admin.submit(page, packaged="lead_2027_1.yaml"))
    with opened.tools.database.unit_of_work() as session:
        call = session.scalars(sa.select(Call).where(Call.code == "LEAD-2027-1")).one()
        call.opens_at, call.closes_at = NOW - timedelta(days=1), NOW + timedelta(days=30)
    admin.submit(admin.get(page.path), 'form[action$="/publish"]')
    return page.path


def banner(page: Page) -> str:
    return page.text(".govuk-notification-banner__heading")


def test_a_new_officer_gets_a_link_and_chooses_a_password(submitted, admin):
    make_officer(admin, submitted)
    with submitted.tools.database.reading() as session:
        mail = session.scalars(
            sa.select(OutboxMail).where(OutboxMail.kind == "account_invitation")
        ).one()
        link = mail.body.partition("http://127.0.0.1:8000")[2].split()[0]
        assert mail.recipient == EMAIL
    person = PageClient(submitted.app)
    page = person.get(link)
    person.submit(page, password="neljä satunnaista sanaa", repeated="neljä satunnaista sanaa")
    page = person.get("/account/login")
    page = person.submit(page, email=EMAIL, password="neljä satunnaista sanaa")
    assert person.follow(page).path == "/funder/"


def test_an_officer_needs_a_body(submitted, admin):
    page = admin.submit(
        admin.get("/admin/users/new"),
        status=422,
        email=EMAIL,
        display_name="x",
        role="officer",
        authority_key="",
    )
    assert page.errors == ["Choose the body at which the person acts."]
    assert page.form().values["email"] == [EMAIL]


def test_an_address_has_one_account(submitted, admin):
    make_officer(admin, submitted)
    page = admin.submit(
        admin.get("/admin/users/new"), status=422, email=EMAIL.upper(), display_name="x", role=""
    )
    assert page.errors == ["The address has an account already."]


def test_roles_are_given_once_and_taken_away(submitted, admin):
    path = f"/admin/users/{user_id(submitted, 'ohjausryhma@innoverkko.example')}"
    give = 'form[action$="/roles"]'
    page = admin.follow(admin.submit(admin.get(path), give, role="evaluator"))
    page = admin.submit(page, give, status=422, role="evaluator")
    assert page.errors == ["The person holds this role already."]
    forms = page.soup.select('form[action$="/revoke"]')
    assert len(forms) == 2
    admin.submit(admin.get(path), f'form[action="{forms[1]["action"]}"]')
    with submitted.tools.database.reading() as session:
        kept = sa.select(RoleGrant.role).join(User, User.id == RoleGrant.user_id)
        found = session.scalars(kept.where(User.email == "ohjausryhma@innoverkko.example")).all()
        actions = session.scalars(sa.select(Event.action).order_by(Event.seq.desc()).limit(2)).all()
    assert found == [Role.STEERING]
    assert actions == ["user.revoke_role", "user.grant_role"]


def test_a_role_that_is_taken_away_ends_at_the_next_page(submitted, admin):
    other = submitted.log_in("ohjausryhma", "en")
    other.get("/steering/")
    path = f"/admin/users/{user_id(submitted, 'ohjausryhma@innoverkko.example')}"
    admin.submit(admin.get(path), 'form[action$="/revoke"]')
    other.get("/steering/", status=403)


def test_a_closed_account_is_out_at_once_and_can_be_opened(submitted, admin):
    other = submitted.log_in("ohjausryhma", "en")
    path = f"/admin/users/{user_id(submitted, 'ohjausryhma@innoverkko.example')}"
    page = admin.follow(admin.submit(admin.get(path), 'form[action$="/deactivate"]'))
    other.get("/account/", status=401)
    admin.submit(page, 'form[action$="/reactivate"]')
    other.get("/account/", status=401)


def test_administrators_cannot_shut_themselves_out(submitted, admin):
    own = user_id(submitted, "hallinta@innoverkko.example")
    for act in ("/deactivate", "/revoke"):
        page = admin.get(f"/admin/users/{own}")
        page = admin.follow(admin.submit(page, f'form[action$="{act}"]'))
        assert banner(page) == "You cannot do this to your own account."


def test_people_are_found_by_words_and_a_percent_sign_is_a_letter(admin):
    field = admin.get("/admin/users").soup.select("main form input")[0]["name"]
    found = admin.get("/admin/users", query_string={field: "ohjaus innoverkko"})
    assert len(found.rows()) == 1
    assert admin.get("/admin/users", query_string={field: "%"}).soup.select("main table") == []


def test_the_preview_shows_the_call_as_the_public_will_see_it(submitted, admin):
    page = admin.get("/admin/calls/import")
    page = admin.follow(admin.submit(page, packaged="lead_2027_1.yaml"))
    preview = admin.get(page.links("main a")["Preview"])
    assert preview.soup.select("main details")
    PageClient(submitted.app).get("/en/calls/LEAD-2027-1", status=404)


def test_extending_and_cancelling_need_a_reason_and_go_on_record(submitted, admin):
    path = publish_lead(admin, submitted)
    with submitted.tools.database.reading() as session:
        call = session.scalars(sa.select(Call).where(Call.code == "LEAD-2027-1")).one()
    day = (call.closes_at + timedelta(days=7)).date().isoformat()
    extend = admin.get(f"{path}/extend")
    refused = admin.submit(extend, status=422, day=day, clock="16:15", reason=" ")
    assert refused.errors == ["Write the reason"]
    admin.submit(refused, reason="häiriö palvelussa")
    admin.submit(admin.get(f"{path}/cancel"), reason="budjetti peruttiin")
    with submitted.tools.database.reading() as session:
        rows = session.execute(
            sa.select(Event.action, Event.data).where(Event.call_id == call.id).order_by(Event.seq)
        ).all()
    reasons = {row.action: row.data["reason"] for row in rows if "reason" in row.data}
    assert reasons == {"call.extend": "häiriö palvelussa", "call.cancel": "budjetti peruttiin"}


def test_a_deadline_is_never_moved_earlier(submitted, admin):
    extend = admin.get(f"{publish_lead(admin, submitted)}/extend")
    admin.submit(extend, status=409, day="2027-07-02", clock="16:15", reason="kiire")


def test_a_dead_job_is_tried_again(submitted, admin):
    with submitted.tools.database.unit_of_work() as session:
        job = Job(
            task="make_receipt",
            arguments={},
            state="dead",
            run_at=NOW,
            attempts=5,
            error="OSError('disk full')",
            created_at=NOW,
        )
        session.add(job)
    page = admin.get("/admin/work")
    admin.submit(page, 'form[action$="/retry"][action*="/jobs/"]')
    with submitted.tools.database.reading() as session:
        again = session.get_one(Job, job.id)
        assert (again.state, again.attempts) == ("ready", 0)


def test_a_question_is_answered_for_everybody(submitted, admin):
    with submitted.tools.database.unit_of_work() as session:
        question = CallQuestion(
            call_id=submitted.call_id,
            language="en",
            question="May a city lead two applications?",
            asked_at=NOW,
            asked_by=user_id(submitted, "ohjausryhma@innoverkko.example"),
        )
        session.add(question)
    page = admin.get(f"/admin/calls/{submitted.call_id}/questions")
    assert "ohjausryhma" not in page.response.get_data(as_text=True)
    if not page.soup.select("main textarea"):
        page = admin.get(page.links("main a")["Answer"])
    refused = admin.submit(page, status=422, answer=" ")
    assert refused.errors == ["Write the answer"]
    admin.submit(refused, answer="It may.")
    public = PageClient(submitted.app).get("/en/calls/INNO-2027-1/questions")
    assert "It may." in public.texts("main p")


@pytest.mark.parametrize(
    ("path", "most"),
    [("", 8), ("users", 5), ("events", 3), ("work", 4), ("authorities", 3), ("calls", 3)],
)
def test_pages_take_few_statements_however_much_there_is(submitted, admin, path, most):
    with submitted.tools.database.unit_of_work() as session:
        for number in range(40):
            create_person(session, PersonInput(f"h{number}@example.org", "x"), NOW)
    with statements(submitted.tools.database.engine) as seen:
        admin.get(f"/admin/{path}")
    assert len(seen) <= most

"""A partner's own person: from the owner's invitation to a confirmed part."""

from __future__ import annotations

import io
from datetime import timedelta
from urllib.parse import unquote

import pytest
import sqlalchemy as sa

from app.models import OutboxMail
from app.queries.content import load_content
from app.services.application.invitations import LIFETIME
from tests.support import applicants
from tests.support.pages import PageClient
from tests.web.applicant.addressing import address

EMAIL = "partner@example.org"


def invite(client, application_id, key="P2", email=EMAIL):
    page = client.get(address(application_id, "/partners"))
    form = f'form[action$="/partners/{key}/invitation"]'
    return client.submit(page, form, **{f"{key}-email": email})


def newest_link(database):
    with database.reading() as session:
        bodies = session.scalars(
            sa.select(OutboxMail.body)
            .where(OutboxMail.kind == "partner_invitation")
            .order_by(OutboxMail.created_at)
        ).all()
    return "/applicant/invitation/" + bodies[-1].split("/invitation/")[1].split()[0]


@pytest.fixture
def invited(database, clock):
    return applicants.add_person(database, EMAIL, clock())


@pytest.fixture
def person(app, invited, clock):
    return applicants.client_of(app, invited, clock())


def accept(client, person, database, application_id):
    invite(client, application_id)
    page = person.get(newest_link(database))
    person.submit(page, 'form[action$="/accept"]')


def test_the_invited_person_reads_all_and_edits_the_own_part(client, person, database, complete):
    accept(client, person, database, complete)
    shown = person.get(address(complete))
    assert shown.texts(".govuk-task-list__item a") == [
        "Network and partners",
        "Budget and financing plan",
        "Attachments",
    ]
    assert len(person.get(address(complete, "/check")).texts(".govuk-summary-list__row")) > 60
    person.get(address(complete, "/sections/S4"), status=404)
    person.get(address(complete, "/partners"), status=403)
    person.get(address(complete, "/withdraw"), status=403)
    budget = person.get(address(complete, "/sections/S13"))
    assert "financing-1-own" not in budget.form("main form").names
    person.submit(budget, **{"financing-0-own": "42001.00"})
    with database.reading() as session:
        rows = load_content(session, complete).rows("financing")
    assert {row["partner"]: row["own"] for row in rows}["P2"] == "42001.00"


def test_the_person_is_told_to_confirm_once_the_part_is_complete(
    client, person, database, complete
):
    accept(client, person, database, complete)
    page = person.get(address(complete))
    person.submit(page, ".app-next form")
    assert person.get(address(complete)).soup.select(".app-next form") == []


def test_the_person_confirms_the_own_part_and_no_other(client, person, database, complete):
    accept(client, person, database, complete)
    page = person.get(address(complete))
    actions = {form["action"] for form in page.soup.select('form[action$="/confirm"]')}
    assert actions == {address(complete, "/partners/P2/confirm")}
    token = page.form(".app-next form").values["csrf_token"][0]
    person.post(address(complete, "/partners/P3/confirm"), data={"csrf_token": token})
    with database.reading() as session:
        rows = load_content(session, complete).partners
    assert {row["key"]: row["confirmed"] for row in rows} == {"P1": True, "P2": True, "P3": True}


def test_the_owner_is_told_that_the_partner_confirms_itself(client, person, database, complete):
    accept(client, person, database, complete)
    page = client.get(address(complete))
    assert page.soup.select('form[action$="/P2/confirm"]') == []
    token = client.get(address(complete, "/sections/S4")).form("main form").values["csrf_token"]
    client.post(address(complete, "/partners/P2/confirm"), status=409, data={"csrf_token": token})


def test_an_address_without_an_account_is_answered_alike(client, invited, complete):
    known = client.follow(invite(client, complete))
    client.submit(known, 'form[action$="/revoke"]')
    unknown = client.follow(invite(client, complete, email="nobody@example.org"))
    same = known.text("main").replace(EMAIL, "nobody@example.org")
    assert unknown.text("main") == same


def test_a_person_without_a_login_is_led_there_and_back(app, client, database, complete):
    invite(client, complete)
    link = newest_link(database)
    stranger = PageClient(app)
    page = stranger.get(link)
    (login,) = [
        each["href"] for each in page.soup.select("main a.govuk-button") if "login" in each["href"]
    ]
    assert unquote(login).endswith(f"back={link}")
    assert "Sana ja toin" not in page.text("main")


def test_somebody_else_cannot_use_the_link(app, client, database, complete, clock):
    invite(client, complete)
    other = applicants.add_person(database, "other@example.org", clock())
    wrong = applicants.client_of(app, other, clock())
    page = wrong.get(newest_link(database))
    assert page.soup.select('main form[action$="/accept"]') == []
    assert len(page.texts(".govuk-warning-text__text")) == 1
    token = wrong.get("/applicant/start/INNO-2027-1").form("main form").values["csrf_token"]
    with database.reading() as session:
        key = session.scalars(sa.text("select id from partner_invitation")).one()
    wrong.post(
        f"/applicant/invitations/{applicants.as_uuid(key)}/accept",
        status=403,
        data={"csrf_token": token},
    )
    wrong.get(address(complete), status=403)


def test_the_person_of_one_partner_does_not_reach_the_rows_of_another(
    app, client, person, database, complete, clock
):
    accept(client, person, database, complete)
    third = applicants.add_person(database, "third@example.org", clock())
    applicants.add_editor(database, complete, third, "P3", clock())
    other = applicants.client_of(app, third, clock())
    page = other.get(address(complete, "/sections/S13"))
    forged = {"financing-0-partner": "P2", "financing-0-own": "1.00"}
    other.submit(page, **forged)
    with database.reading() as session:
        rows = load_content(session, complete).rows("financing")
    assert {row["partner"]: row["own"] for row in rows}["P2"] == "42000.00"


def test_an_expired_used_or_unknown_link_is_not_found(
    app, client, person, invited, database, complete, clock
):
    accept(client, person, database, complete)
    person.get(newest_link(database), status=404)
    person.get("/applicant/invitation/nonsense", status=404)
    invite(client, complete, key="P3", email="late@example.org")
    clock.moment += LIFETIME + timedelta(seconds=1)
    late = applicants.client_of(app, invited, clock())
    late.get(newest_link(database), status=404)


def test_an_invitation_is_sent_again_and_revoked(client, person, database, complete):
    invite(client, complete)
    old = newest_link(database)
    page = client.get(address(complete, "/partners"))
    client.submit(page, 'form[action$="/resend"]')
    person.get(old, status=404)
    person.get(newest_link(database))
    client.submit(client.get(address(complete, "/partners")), 'form[action$="/revoke"]')
    person.get(newest_link(database), status=404)


def test_an_invitation_of_another_application_is_not_found(
    app, client, database, call_id, complete, clock
):
    invite(client, complete)
    with database.reading() as session:
        key = applicants.as_uuid(
            session.scalars(sa.text("select id from partner_invitation")).one()
        )
    second = applicants.add_person(database, "second@example.org", clock())
    other_draft = applicants.start_draft(database, call_id, second, clock())
    other = applicants.client_of(app, second, clock())
    token = other.get(address(other_draft, "/sections/S4")).form("main form").values["csrf_token"]
    for verb in ("resend", "revoke"):
        other.post(
            address(other_draft, f"/invitations/{key}/{verb}"),
            status=404,
            data={"csrf_token": token},
        )


def test_a_new_person_finds_the_invitation_after_registering(client, person, database, complete):
    invite(client, complete)
    page = person.get("/applicant/")
    person.submit(page, 'form[action$="/accept"]')
    person.get(address(complete))


@pytest.mark.parametrize("email", ["", "no address"])
def test_an_address_that_cannot_be_is_refused(client, complete, email):
    page = client.get(address(complete, "/partners"))
    refused = client.submit(
        page, 'form[action$="/partners/P2/invitation"]', status=422, **{"P2-email": email}
    )
    assert len(refused.errors) == 1


def test_a_partners_person_adds_and_removes_only_its_own_files(client, person, database, complete):
    accept(client, person, database, complete)
    page = person.get(address(complete, "/attachments"))
    assert page.soup.select('form[action$="/attachments/att_agreement"]') == []
    with database.reading() as session:
        files = load_content(session, complete).attachments
    shared = files[0]["id"]
    token = person.get(address(complete, "/sections/S13")).form("main form").values["csrf_token"]
    person.post(
        address(complete, f"/attachments/{shared}/remove"), status=403, data={"csrf_token": token}
    )
    person.get(address(complete, f"/attachments/{shared}/secrecy"), status=403)
    person.get(address(complete, f"/attachments/{shared}"), status=403)


def test_a_partner_sees_the_single_file_and_confirms_again_when_its_own_file_is_gone(
    client, person, database, complete
):
    accept(client, person, database, complete)
    shown = person.get(address(complete, "/attachments"))
    assert len(shown.soup.select('section[aria-labelledby="attachment-att_agreement"] li')) == 1
    file = (io.BytesIO(applicants.small_pdf()), "oma.pdf")
    form = 'form[action$="/attachments/att_other"]'
    person.submit(shown, form, **{"att_other-file": file})
    person.submit(person.get(address(complete)), ".app-next form")
    assert confirmed(database, complete) == {"P1": True, "P2": True, "P3": True}
    own = 'section[aria-labelledby="attachment-att_other"] form[action$="/remove"]'
    client.submit(client.get(address(complete, "/attachments")), own)
    assert confirmed(database, complete) == {"P1": True, "P2": False, "P3": True}


def confirmed(database, application_id):
    with database.reading() as session:
        rows = load_content(session, application_id).partners
    return {row["key"]: row["confirmed"] for row in rows}


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_pages_of_an_invitation_are_good_pages(client, person, database, complete, language):
    invite(client, complete)
    # The message of the act shows once, in the language the act was done in.
    client.get(address(complete, "/partners"))
    for each in (client, person):
        with each.http.session_transaction() as cookie:
            cookie["language"] = language
    client.get(address(complete, "/partners"))
    person.get(newest_link(database))
    person.get("/applicant/")

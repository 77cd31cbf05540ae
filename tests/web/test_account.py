"""The account portal: registering, logging in, passwords, devices, language."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.actors import Role
from app.models import OutboxMail, User
from app.services.account.people import PersonInput, create_person, hash_password
from tests.support.applicants import Clock, tools_of
from tests.support.pages import PageClient
from tests.support.statements import statements

NOW = datetime(2027, 2, 1, 9, tzinfo=UTC)
PASSWORD = "neljä satunnaista sanaa"
EMAIL = "hakija@example.org"
LANGUAGES = ("fi", "sv", "en")
PUBLIC_PAGES = ("login", "register", "registered", "forgotten", "forgotten/sent")


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def app(new_app, sqlite_url, clock) -> Flask:
    return new_app(sqlite_url, clock=clock)


@pytest.fixture
def pages(app) -> PageClient:
    client = PageClient(app)
    client.get("/account/language/en", status=303)
    return client


def add_user(app: Flask, email: str = EMAIL, *roles: Role) -> User:
    with tools_of(app).database.unit_of_work() as session:
        person = PersonInput(
            email,
            "projektipäällikkö",
            [(role, "") for role in roles],
            language="en",
            password_hash=hash_password(PASSWORD),
        )
        return create_person(session, person, NOW)


def log_in(client: PageClient, email: str = EMAIL, password: str = PASSWORD, **options: int):
    page = client.get("/account/login")
    return client.submit(page, email=email, password=password, **options)


def last_link(app: Flask) -> str:
    """Return the path of the link in the newest mail."""
    with tools_of(app).database.reading() as session:
        body = session.scalars(
            sa.select(OutboxMail.body).order_by(OutboxMail.created_at.desc()).limit(1)
        ).one()
    found = re.search(r"http://127\.0\.0\.1:8000(/account/\S+)", body)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_every_page_is_good_in_every_language(app, language, path):
    client = PageClient(app)
    client.get(f"/account/language/{language}", status=303)
    page = client.get(f"/account/{path}")
    assert page.soup.html is not None
    assert page.soup.html["lang"] == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_somebody_logged_in_are_good_in_every_language(app, language):
    add_user(app)
    client = PageClient(app)
    log_in(client)
    client.get(f"/account/language/{language}", status=303)
    for path in ("/account/", "/account/password"):
        page = client.get(path)
        assert page.soup.html is not None
        assert page.soup.html["lang"] == language


@pytest.mark.parametrize("path", ["/account/", "/account/password"])
def test_nobody_sees_an_account_without_logging_in(pages, path):
    assert pages.get(path, status=401).links("main a")["Log in"].startswith("/account/login?back=")


@pytest.mark.parametrize("path", ["details", "sessions/revoke", "password"])
def test_nobody_changes_an_account_without_logging_in(app, pages, path):
    app.config["WTF_CSRF_ENABLED"] = False
    pages.post(f"/account/{path}", status=401)


def test_from_registering_to_the_first_own_page(app, pages):
    page = pages.get("/account/register")
    answer = pages.submit(
        page,
        email=" Uusi@Example.org ",
        display_name="projektipäällikkö",
        language="en",
        password=PASSWORD,
        repeated=PASSWORD,
    )
    assert pages.follow(answer).heading == "Check your e-mail"
    confirm = pages.get(last_link(app))
    done = pages.submit(confirm, password=PASSWORD)
    assert pages.follow(done).path == "/applicant/"
    assert pages.get("/account/").texts("dd")[0] == "uusi@example.org"


def test_a_confirmation_needs_the_password_chosen_at_registration(app, pages):
    page = pages.get("/account/register")
    pages.submit(
        page, email=EMAIL, display_name="x", language="en", password=PASSWORD, repeated=PASSWORD
    )
    link = last_link(app)
    refused = pages.submit(pages.get(link), status=422, password="somebody else's password")
    assert refused.errors == ["This is not the password that was chosen at registration."]
    pages.submit(refused, password=PASSWORD)
    pages.get(link, status=404)


def test_registering_answers_alike_for_known_and_unknown_addresses(app, pages):
    add_user(app)
    answers = []
    for email in (EMAIL, "tuntematon@example.org"):
        answer = pages.submit(
            pages.get("/account/register"),
            email=email,
            display_name="x",
            language="en",
            password=PASSWORD,
            repeated=PASSWORD,
        )
        answers.append((answer.status, answer.location, answer.response.get_data()))
    assert answers[0] == answers[1]


def test_a_forgotten_password_answers_alike_for_known_and_unknown_addresses(app, pages):
    add_user(app)
    answers = []
    for email in (EMAIL, "tuntematon@example.org"):
        answer = pages.submit(pages.get("/account/forgotten"), email=email)
        answers.append((answer.status, answer.location, answer.response.get_data()))
    assert answers[0] == answers[1]


def test_a_bad_registration_keeps_what_was_typed_and_names_each_fault(pages):
    page = pages.submit(
        pages.get("/account/register"),
        status=422,
        email="not an address",
        display_name="",
        language="sv",
        password="short",
        repeated="other",
    )
    assert page.errors == [
        "Enter an address such as name@example.org",
        "Enter the name that others see",
        "Use at least 12 characters",
        "The two passwords are not the same",
    ]
    assert page.form().values["email"] == ["not an address"]
    assert page.title.startswith("Error:")


def test_the_address_cannot_be_the_password(pages):
    page = pages.submit(
        pages.get("/account/register"),
        status=422,
        email="pitkaosoite@example.org",
        display_name="x",
        password="pitkaosoite@example.org",
        repeated="pitkaosoite@example.org",
    )
    assert page.errors == ["The e-mail address cannot be the password"]


def test_a_wrong_password_and_an_unknown_address_read_the_same(app, pages):
    add_user(app)
    wrong = log_in(pages, password="väärä salasana tässä", status=422)
    unknown = log_in(pages, email="tuntematon@example.org", status=422)
    assert wrong.errors == unknown.errors == ["The e-mail address or the password is wrong."]


def test_the_eleventh_try_on_one_account_is_refused_but_not_that_of_others(app, pages):
    add_user(app)
    add_user(app, "toinen@example.org")
    for _ in range(10):
        log_in(pages, password="väärä salasana tässä", status=422)
    refused = log_in(pages, status=429)
    assert refused.response.headers["Retry-After"]
    log_in(pages, email="toinen@example.org")


def test_an_unknown_address_is_throttled_like_a_known_one(pages):
    for _ in range(10):
        log_in(pages, email="tuntematon@example.org", status=422)
    log_in(pages, email="tuntematon@example.org", status=429)


def test_many_people_behind_one_address_of_the_network_all_get_in(app):
    emails = [f"hakija{number}@example.org" for number in range(30)]
    hashed = hash_password(PASSWORD)
    with tools_of(app).database.unit_of_work() as session:
        for email in emails:
            create_person(session, PersonInput(email, "x", password_hash=hashed), NOW)
    app.config["WTF_CSRF_ENABLED"] = False
    statuses = {
        app.test_client()
        .post("/account/login", data={"email": email, "password": PASSWORD})
        .status_code
        for email in emails
    }
    assert statuses == {303}


@pytest.mark.parametrize(
    ("role", "home"),
    [
        (Role.ADMIN, "/admin/"),
        (Role.OFFICER, "/funder/"),
        (Role.DECISION_MAKER, "/funder/"),
        (Role.STEERING, "/steering/"),
        (Role.EVALUATOR, "/evaluator/"),
    ],
)
def test_each_role_begins_on_its_own_page(app, pages, role, home):
    add_user(app, EMAIL, role)
    assert log_in(pages).location == home


@pytest.mark.parametrize(
    ("back", "location"),
    [
        ("/applicant/start/X", "/applicant/start/X"),
        ("https://evil.example/", "/applicant/"),
        ("//evil.example/", "/applicant/"),
        ("/\\evil.example/", "/applicant/"),
        ("/\t/evil.example/", "/applicant/"),
        ("javascript:alert(1)", "/applicant/"),
    ],
)
def test_a_login_goes_back_only_to_pages_of_this_site(app, pages, back, location):
    add_user(app)
    page = pages.get("/account/login", query_string={"back": back})
    assert pages.submit(page, email=EMAIL, password=PASSWORD).location == location


def test_an_expired_session_leads_back_to_the_page(app, pages, clock):
    add_user(app)
    log_in(pages)
    clock.moment = NOW + timedelta(hours=3)
    refused = pages.get("/account/password", status=401)
    login = pages.get(refused.links("main a")["Log in"])
    done = pages.submit(login, email=EMAIL, password=PASSWORD)
    assert pages.follow(done).heading == "Change your password"


def test_logging_out_ends_the_session_on_the_server(app, pages):
    add_user(app)
    log_in(pages)
    with pages.http.session_transaction() as cookie:
        token = cookie["login"]
    pages.submit(pages.get("/account/"), "form[data-logout]")
    with pages.http.session_transaction() as cookie:
        cookie["login"] = token
    pages.get("/account/", status=401)


def test_a_login_starts_a_new_cookie(app, pages):
    add_user(app)
    with pages.http.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
    log_in(pages)
    with pages.http.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["language"] == "en"


def test_a_password_link_changes_the_password_once(app, pages):
    add_user(app)
    pages.submit(pages.get("/account/forgotten"), email=EMAIL)
    link = last_link(app)
    short = pages.submit(pages.get(link), status=422, password="short", repeated="short")
    assert short.errors == ["Use at least 12 characters"]
    done = pages.submit(short, password="aivan uusi salasana", repeated="aivan uusi salasana")
    assert done.location == "/account/login"
    pages.get(link, status=404)
    log_in(pages, status=422)
    log_in(pages, password="aivan uusi salasana")


def test_a_password_link_ends_after_an_hour(app, pages, clock):
    add_user(app)
    pages.submit(pages.get("/account/forgotten"), email=EMAIL)
    clock.moment = NOW + timedelta(hours=1)
    pages.get(last_link(app), status=404)


def test_the_link_does_not_follow_the_host_header(app, pages):
    add_user(app)
    app.config["WTF_CSRF_ENABLED"] = False
    pages.post("/account/forgotten", data={"email": EMAIL}, headers={"Host": "evil.example"})
    assert last_link(app).startswith("/account/password/")


def test_changing_the_password_ends_other_devices(app, pages):
    add_user(app)
    other = PageClient(app)
    log_in(other)
    log_in(pages)
    page = pages.get("/account/password")
    wrong = pages.submit(
        page,
        status=422,
        present="not the present one",
        password="aivan uusi salasana",
        repeated="aivan uusi salasana",
    )
    assert wrong.errors == ["This is not your present password"]
    done = pages.submit(
        wrong,
        present=PASSWORD,
        password="aivan uusi salasana",
        repeated="aivan uusi salasana",
    )
    assert "other logins were ended" in " ".join(pages.follow(done).texts("main"))
    other.get("/account/", status=401)


def test_a_login_on_another_device_can_be_ended(app, pages):
    add_user(app)
    other = PageClient(app)
    log_in(other)
    log_in(pages)
    page = pages.get("/account/")
    assert len(page.rows()) == 2
    pages.submit(page, "td form")
    other.get("/account/", status=401)
    assert len(pages.get("/account/").rows()) == 1


def test_details_are_saved_and_the_language_with_them(app, pages):
    add_user(app)
    log_in(pages)
    page = pages.get("/account/")
    bad = pages.submit(page, 'form[action="/account/details"]', status=422, display_name=" ")
    assert bad.errors == ["Enter the name that others see"]
    pages.submit(page, 'form[action="/account/details"]', display_name="tutkija", language="sv")
    with tools_of(app).database.reading() as session:
        user = session.scalars(sa.select(User)).one()
        assert (user.display_name, user.language) == ("tutkija", "sv")
    changed = pages.get("/account/")
    assert changed.soup.html is not None
    assert changed.soup.html["lang"] == "sv"


def test_choosing_a_language_keeps_the_page_and_the_choice(app, pages):
    add_user(app)
    log_in(pages)
    assert pages.get("/account/language/fi?back=/account/", status=303).location == "/account/"
    with tools_of(app).database.reading() as session:
        assert session.scalars(sa.select(User.language)).one() == "fi"
    assert pages.get("/account/language/sv?back=//evil.example", status=303).location == "/sv/"
    pages.get("/account/language/de", status=404)


def test_a_form_without_its_token_is_refused(pages):
    pages.post("/account/login", status=401, data={"email": EMAIL, "password": PASSWORD})


def test_one_account_page_takes_few_statements(app, pages):
    add_user(app)
    log_in(pages)
    engine = tools_of(app).database.engine
    with statements(engine) as seen:
        pages.get("/account/")
    assert len(seen) <= 4

"""The evaluator's pages: declare, score blind, submit, and what a conflict of interest closes."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app.domain.actors import Actor, Role
from app.domain.lifecycle import ApplicationState
from app.models import Application, ApplicationVersion, CallVersion, EvaluatorProfile, User
from app.queries.content import load_submitted_content
from app.services.account.people import PersonInput, get_or_create_actor
from app.services.account.sessions import SessionLimits, make_actor, start_session
from app.services.evaluation import assignments, conflicts, evaluations, evaluators
from app.services.evaluation.conflicts import ConflictInput
from app.services.record.tools import Tools, make_tools
from app.web.binding import Runtime
from tests.builders.rounds import run_demo
from tests.support.apps import settings_for
from tests.support.databases import fold_journal, sqlite_url_of
from tests.support.pages import Page, PageClient
from tests.support.statements import statements

NOW = datetime(2027, 5, 3, 9, 0, tzinfo=UTC)
LIMITS = SessionLimits(absolute=timedelta(hours=8), idle=timedelta(hours=1))
LONG = "Hakemus kuvaa tarpeen, sen lähteet ja uutuusarvon riittävän tarkasti tämän pisteen perusteeksi."
CRITERIA = ("C1", "C2", "C3", "C4", "C5", "C6", "C7", "H1", "H2", "H3")


@dataclass(frozen=True, slots=True)
class Case:
    """A round with one application that two evaluators have been given."""

    application: uuid.UUID
    attachment: str
    first: uuid.UUID
    second: uuid.UUID


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Case]:
    """Give a folder with a database and files where an assignment has just been released."""
    folder = tmp_path_factory.mktemp("evaluator")
    path = folder / "round.sqlite"
    shutil.copyfile(sqlite_template, path)
    tools = make_tools(settings_for(sqlite_url_of(path), folder / "data"))
    result = run_demo(tools, stop_before="evaluate")
    case = _assign(tools, result.call_id)
    tools.database.dispose()
    fold_journal(path)
    return folder, case


def _assign(tools: Tools, call_id: uuid.UUID) -> Case:
    with tools.database.unit_of_work() as session:
        officer = _officer(session.scalars(sa.select(User)).unique().all())
        application = session.scalars(
            sa.select(Application)
            .where(Application.state == ApplicationState.ELIGIBLE)
            .order_by(Application.record_number)
        ).first()
        assert application is not None
        given = []
        for number in (1, 2):
            person = PersonInput(
                f"arvioija-{number}@example.org", f"Arvioija {number}", [(Role.EVALUATOR, "")]
            )
            actor = get_or_create_actor(session, person, NOW)
            assert actor.user_id is not None
            profile = EvaluatorProfile(user_id=actor.user_id, code=f"EV{number}", languages=["fi"])
            session.add(profile)
            session.flush()
            evaluators.add_to_pool(session, call_id, actor.user_id, 3, NOW)
            assigned = assignments.assign_evaluator(
                session, application.id, actor.user_id, officer, NOW
            )
            given.append(assigned.id)
        assignments.release_assignments(session, call_id, NOW + timedelta(days=14), officer, NOW)
        content = load_submitted_content(session, application.id)
        return Case(application.id, str(content.attachments[0]["id"]), *given)


def _officer(users: object) -> Actor:
    actors = [make_actor(user) for user in users]  # type: ignore[attr-defined] - rows of a query
    return next(each for each in actors if each.has_role(Role.OFFICER))


@dataclass(frozen=True, slots=True)
class Site:
    """The application on a copy of the round, and logins to it."""

    app: Flask
    case: Case

    @property
    def tools(self) -> Tools:
        """Return the application's tools."""
        runtime: Runtime = self.app.extensions["innoverkko"]
        return runtime.tools

    def person(self, number: int) -> Actor:
        """Return an evaluator."""
        with self.tools.database.reading() as session:
            user = session.scalars(
                sa.select(User).where(User.email == f"arvioija-{number}@example.org")
            ).one()
            return make_actor(user)

    def client(self, number: int, language: str = "fi") -> PageClient:
        """Return a browser in which an evaluator is logged in."""
        user_id = self.person(number).user_id
        assert user_id is not None
        with self.tools.database.unit_of_work() as session:
            token = start_session(session, user_id, "test", LIMITS, NOW)
        client = PageClient(self.app)
        with client.http.session_transaction() as cookie:
            cookie["login"] = token
            cookie["language"] = language
        return client

    def declare(self, number: int) -> None:
        """Let an evaluator declare independence."""
        evaluation = self.case.first if number == 1 else self.case.second
        with self.tools.database.unit_of_work() as session:
            evaluations.declare_independence(session, evaluation, self.person(number), NOW)

    def submit(self, number: int, comment: str) -> None:
        """Let an evaluator give three points everywhere and submit."""
        evaluation = self.case.first if number == 1 else self.case.second
        with self.tools.database.unit_of_work() as session:
            for criterion in CRITERIA:
                evaluations.save_score(
                    session, evaluation, criterion, Decimal(2), comment, self.person(number), NOW
                )
            evaluations.submit_evaluation(session, evaluation, self.person(number), NOW)


@pytest.fixture
def site(filled: tuple[Path, Case], new_app: Callable[..., Flask], tmp_path: Path) -> Site:
    """Give the application on its own copy of the round."""
    folder, case = filled
    shutil.copyfile(folder / "round.sqlite", tmp_path / "round.sqlite")
    shutil.copytree(folder / "data", tmp_path / "data", dirs_exist_ok=True)
    return Site(new_app(sqlite_url_of(tmp_path / "round.sqlite"), clock=lambda: NOW), case)


def path(evaluation: uuid.UUID, end: str) -> str:
    """Return the address of a page of an evaluation."""
    return f"/evaluator/evaluations/{evaluation}{end}"


def sheet(score: str = "3", comment: str = "") -> dict[str, str]:
    """Return the same score and comment for every criterion."""
    scores = {f"score_{each}": score for each in CRITERIA}
    return {**scores, **{f"comment_{each}": comment for each in CRITERIA}}


def token_of(page: Page) -> str:
    """Return the token of the forms of a page."""
    return str(page.soup.select('input[name="csrf_token"]')[0]["value"])


def send(client: PageClient, page: Page, address: str, status: int, data: dict[str, str]) -> Page:
    """Send a form to another address than its own, as a button with formaction does."""
    return client.post(address, status=status, data={**data, "csrf_token": token_of(page)})


def test_before_the_declaration_only_names_are_shown(site: Site) -> None:
    client = site.client(1)
    page = client.get("/evaluator/")
    assert len(page.soup.select("main article")) == 1
    assert len(page.soup.select(".app-answer")) == 0
    client.get(path(site.case.first, "/scores"), status=403)
    client.get(path(site.case.first, f"/attachments/{site.case.attachment}"), status=403)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_stands_in_every_language(site: Site, language: str) -> None:
    client = site.client(1, language)
    first = site.case.first
    client.get("/evaluator/")
    client.get(path(first, "/declaration"))
    client.get(path(first, "/decline"))
    site.declare(1)
    client.get(path(first, "/scores"))
    client.get(path(first, "/application"))
    site.submit(1, LONG)
    client.get(path(first, ""))
    assert client.get("/evaluator/").soup.html["lang"] == language


def test_an_evaluator_declares_scores_and_submits(site: Site) -> None:
    client, first = site.client(1), site.case.first
    declaration = client.get(path(first, "/declaration"))
    assert len(client.submit(declaration, status=422).errors) == 1
    opened = client.follow(client.submit(declaration, independent="y"))
    assert opened.soup.select('input[type="radio"][checked]') == []
    saved = client.follow(client.submit(opened, "main form", **sheet()))
    assert len(saved.soup.select('input[type="radio"][checked]')) == len(CRITERIA)
    sent = send(client, saved, path(first, "/submit"), 303, sheet())
    shown = client.follow(sent)
    assert len(shown.rows("table.app-matrix")) == len(CRITERIA)
    client.get(path(first, "/scores"), status=403)


def test_every_score_has_its_anchor_in_view(site: Site) -> None:
    site.declare(1)
    page = site.client(1).get(path(site.case.first, "/scores"))
    anchors = page.texts(".app-score .govuk-radios__label span")
    assert len(anchors) == len(page.soup.select(".app-score input[type=radio]"))


def test_what_a_sheet_lacks_is_listed_with_links_and_nothing_typed_is_lost(site: Site) -> None:
    site.declare(1)
    client, first = site.client(1), site.case.first
    page = client.get(path(first, "/scores"))
    data = {**sheet(comment=LONG), "score_C1": "5", "comment_C1": "", "comment_C2": "Lyhyt"}
    del data["score_C3"]
    refused = send(client, page, path(first, "/submit"), 422, data)
    targets = [str(link["href"]) for link in refused.soup.select(".govuk-error-summary__list a")]
    assert targets == ["#comment_C1", "#comment_C2", "#score_C3-0"]
    kept = client.get(path(first, "/scores"))
    assert kept.form().values["comment_C2"] == ["Lyhyt"]


def test_others_sheets_stay_hidden_until_the_own_one_is_submitted(site: Site) -> None:
    site.declare(1)
    site.declare(2)
    secret = f"{LONG} Toisen arvioijan oma huomio."
    site.submit(2, secret)
    client, first = site.client(1), site.case.first
    page = client.get(path(first, "/scores"))
    assert "Toisen arvioijan" not in page.soup.get_text()
    client.get(path(first, ""), status=403)
    client.get(path(site.case.second, ""), status=403)
    site.submit(1, LONG)
    shown = client.get(path(first, ""))
    assert "Toisen arvioijan" in shown.soup.get_text()
    assert "EV2" not in shown.soup.get_text()
    assert "Arvioija 1" not in shown.text("table.app-matrix thead")


ENDPOINTS = (
    ("GET", "/declaration"),
    ("POST", "/declaration"),
    ("GET", "/decline"),
    ("POST", "/decline"),
    ("GET", "/scores"),
    ("POST", "/scores"),
    ("POST", "/draft"),
    ("POST", "/submit"),
    ("GET", ""),
    ("GET", "/application"),
    ("GET", "/attachments/{attachment}"),
)


@pytest.mark.parametrize(("method", "end"), ENDPOINTS)
def test_somebody_elses_evaluation_is_refused(site: Site, method: str, end: str) -> None:
    site.declare(1)
    client = site.client(2)
    token = token_of(client.get(path(site.case.second, "/decline")))
    data = {"csrf_token": token} if method == "POST" else None
    address = path(site.case.first, end.format(attachment=site.case.attachment))
    client.open(address, status=403, method=method, data=data)


@pytest.mark.parametrize(("method", "end"), ENDPOINTS)
def test_a_conflict_closes_page_file_and_saving(site: Site, method: str, end: str) -> None:
    site.declare(1)
    client = site.client(1)
    token = token_of(client.get(path(site.case.first, "/scores")))
    person = site.person(1)
    assert person.user_id is not None
    with site.tools.database.unit_of_work() as session:
        found = ConflictInput("HL 28.1 § 4", "officer", "työsuhde")
        conflicts.record_conflict(
            session, site.case.application, person.user_id, found, person, NOW
        )
    data = {"csrf_token": token} if method == "POST" else None
    address = path(site.case.first, end.format(attachment=site.case.attachment))
    client.open(address, status=403, method=method, data=data)
    listed = client.get("/evaluator/")
    assert listed.soup.select("main article") == []


def test_declining_on_a_legal_ground_closes_the_matter(site: Site) -> None:
    client, first = site.client(1), site.case.first
    page = client.get(path(first, "/decline"))
    assert len(client.submit(page, status=422).errors) == 2
    client.submit(page, ground="HL 28.1 § 4", reason="Osatoteuttaja on työnantajani.")
    assert client.get("/evaluator/").soup.select("main article") == []
    client.get(path(first, "/declaration"), status=403)


def test_an_attachment_is_sent_as_a_file_to_save(site: Site) -> None:
    site.declare(1)
    page = site.client(1).get(path(site.case.first, f"/attachments/{site.case.attachment}"))
    assert page.response.headers["Content-Disposition"].startswith("attachment")
    site.client(1).get(path(site.case.first, f"/attachments/{uuid.uuid4()}"), status=404)


def test_saving_while_typing_keeps_the_half_that_was_not_sent(site: Site) -> None:
    site.declare(1)
    client, first = site.client(1), site.case.first
    token = token_of(client.get(path(first, "/scores")))
    headers = {"Accept": "application/json", "X-CSRFToken": token}
    for data in (
        {"_changed": "score_C1", "score_C1": "4"},
        {"_changed": "comment_C1", "comment_C1": "Ensimmäinen havainto"},
    ):
        answer = client.post(path(first, "/draft"), status=200, data=data, headers=headers)
    assert answer.response.get_json()["computed"]["scored"] == "1/10"
    form = client.get(path(first, "/scores")).form()
    assert form.values["score_C1"] == ["4"]
    assert form.values["comment_C1"] == ["Ensimmäinen havainto"]
    wrong = {"_changed": "score_C1", "score_C1": "9"}
    refused = client.post(path(first, "/draft"), status=422, data=wrong, headers=headers)
    assert list(refused.response.get_json()["errors"]) == ["score_C1"]


def test_reading_and_saving_take_few_statements(site: Site) -> None:
    site.declare(1)
    client, first = site.client(1), site.case.first
    token = token_of(client.get(path(first, "/scores")))
    headers = {"Accept": "application/json", "X-CSRFToken": token}
    data = {"_changed": "score_C1", "score_C1": "4"}
    client.post(path(first, "/draft"), status=200, data=data, headers=headers)
    with statements(site.tools.database.engine) as reading:
        client.get(path(first, "/scores"))
    with statements(site.tools.database.engine) as saving:
        data = {"_changed": "score_C1", "score_C1": "3"}
        client.post(path(first, "/draft"), status=200, data=data, headers=headers)
    assert len(reading) <= 10
    assert len(saving) <= 5


def test_what_is_for_officers_only_is_not_on_the_page(site: Site) -> None:
    site.declare(1)
    page = site.client(1, "en").get(path(site.case.first, "/application"))
    assert page.soup.select("#section-S12") == []
    assert len(page.soup.select("#section-S4")) == 1


def test_the_first_save_of_a_sheet_takes_few_statements_too(site: Site) -> None:
    """It also begins the work: a step of the state table and an event."""
    site.declare(1)
    client, first = site.client(1), site.case.first
    token = token_of(client.get(path(first, "/scores")))
    headers = {"Accept": "application/json", "X-CSRFToken": token}
    with statements(site.tools.database.engine) as saving:
        data = {"_changed": "score_C1", "score_C1": "4"}
        client.post(path(first, "/draft"), status=200, data=data, headers=headers)
    assert len(saving) <= 7


def score_in_the_open(site: Site) -> None:
    """Give the application a version of its call that does not score blind."""
    with site.tools.database.unit_of_work() as session:
        application = session.get_one(Application, site.case.application)
        old = session.get_one(CallVersion, application.call_version_id)
        blind, open_ = ('"blind_until_submitted":true', '"blind_until_submitted":false')
        assert blind in old.definition
        changed = CallVersion(
            call_id=old.call_id,
            number=old.number + 1,
            definition=old.definition.replace(blind, open_),
            sha256=old.sha256,
            rubric_sha256=old.rubric_sha256,
            created_at=NOW,
        )
        session.add(changed)
        session.flush()
        application.call_version_id = changed.id


def test_where_a_call_does_not_score_blind_submitted_sheets_are_open(site: Site) -> None:
    site.declare(1)
    site.declare(2)
    site.submit(2, f"{LONG} Toisen arvioijan oma huomio.")
    client, first = site.client(1), site.case.first
    client.get(path(first, ""), status=403)
    score_in_the_open(site)
    assert client.get(path(first, "/scores")).soup.select(f'a[href="{path(first, "")}"]')
    shown = client.get(path(first, ""))
    assert "Toisen arvioijan" in shown.soup.get_text()
    site.client(2).get(path(first, ""), status=403)


def test_a_secrecy_mark_shows_its_ground(site: Site) -> None:
    mark = {"question": "need", "ground": "JulkL 24.1 § 20", "reason": "liikesalaisuus"}
    with site.tools.database.unit_of_work() as session:
        query = sa.select(ApplicationVersion).where(
            ApplicationVersion.application_id == site.case.application
        )
        old = session.scalars(query).one()
        content = json.loads(old.content)
        content["answers"]["secrecy"] = [mark]
        session.add(
            ApplicationVersion(
                application_id=old.application_id,
                number=old.number + 1,
                content=json.dumps(content),
                sha256=old.sha256,
                submitted_at=NOW,
            )
        )
    site.declare(1)
    page = site.client(1).get(path(site.case.first, "/application"))
    assert "JulkL 24.1 § 20: liikesalaisuus" in page.soup.get_text()

"""Every page of the funder's portal in every language, and what it costs."""

from __future__ import annotations

import csv
import io
import uuid

import pytest
import sqlalchemy as sa

from app.domain.actors import Actor, Role
from app.models import Application, Attachment, Decision, Evaluation
from app.services.decision import decisions
from tests.support.statements import statements
from tests.web.funder_round import NOW, FunderRound

LANGUAGES = ("fi", "sv", "en")
CALL_PAGES = (
    "applications",
    "pool",
    "conflicts",
    "conflicts/questions",
    "conflicts/groups",
    "assignments",
    "progress",
    "ranking",
    "decisions",
)
APPLICATION_PAGES = ("", "/eligibility", "/completion", "/support", "/third", "/consensus")
SORTS = ("record", "score", "spread", "disagreement", "support")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_a_call_is_a_good_page(ranked: FunderRound, language: str) -> None:
    """Show each page to the officer."""
    client = ranked.log_in("esittelija", language)
    client.get("/funder/")
    for page in CALL_PAGES:
        client.get(f"/funder/calls/{ranked.call_id}/{page}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_an_application_is_a_good_page(scored: FunderRound, language: str) -> None:
    """Show each page of a scored application to the officer."""
    client = scored.log_in("esittelija", language)
    key = scored.application_id("HYVERKKO")
    for page in APPLICATION_PAGES:
        client.get(f"/funder/applications/{key}{page}")
    client.get(f"/funder/applications/{key}/checks/E02")


@pytest.mark.parametrize("sort", SORTS)
def test_the_list_takes_six_statements_in_every_order(scored: FunderRound, sort: str) -> None:
    """Count the login among them."""
    client = scored.log_in("esittelija")
    path = f"/funder/calls/{scored.call_id}/applications"
    client.get(path)
    with statements(scored.tools.database.engine) as seen:
        page = client.get(path, query_string={"sort": sort})
    assert len(seen) <= 6
    assert len(page.rows()) == 12


def test_one_application_takes_ten_statements(scored: FunderRound) -> None:
    """Everything on the page of one application, the login included."""
    client = scored.log_in("esittelija")
    path = f"/funder/applications/{scored.application_id('HYVERKKO')}"
    client.get(path)
    with statements(scored.tools.database.engine) as seen:
        client.get(path)
    assert len(seen) <= 10


def test_a_call_with_many_applications_is_shown_a_page_at_a_time(scored: FunderRound) -> None:
    """Fifty rows stay under 45 KB, and the pages hold each application once."""
    add_copies(scored, 110)
    client = scored.log_in("esittelija")
    path = f"/funder/calls/{scored.call_id}/applications"
    client.get(path)
    for sort in SORTS:
        with statements(scored.tools.database.engine) as seen:
            page = client.get(path, query_string={"sort": sort})
        assert len(seen) <= 6
        assert len(page.response.data) <= 45 * 1024
        numbers = [row[0] for row in page.rows()]
        while (link := page.soup.select_one('a[rel="next"]')) is not None:
            page = client.get(str(link["href"]))
            numbers += [row[0] for row in page.rows()]
        assert (sort, len(numbers), len(set(numbers))) == (sort, 122, 122)
        back = client.get(str(page.soup.select_one('a[rel="prev"]')["href"]))
        assert [row[0] for row in back.rows()] == numbers[50:100]


def test_the_list_is_filtered_and_searched(scored: FunderRound) -> None:
    """Find an application by its acronym, and none in a state that no application has."""
    client = scored.log_in("esittelija")
    path = f"/funder/calls/{scored.call_id}/applications"
    found = client.get(path, query_string={"search": "hyver"})
    assert [row[1] for row in found.rows()] == ["HYVERKKO"]
    empty = client.get(path, query_string={"state": "withdrawn"})
    assert [len(row) for row in empty.rows()] == [1]


def test_the_export_holds_every_application_and_no_formulas(scored: FunderRound) -> None:
    """A name that a spreadsheet would run as a formula gets an apostrophe."""
    with scored.tools.database.unit_of_work() as session:
        application = session.get_one(Application, scored.application_id("HYVERKKO"))
        application.lead_name = '=HYPERLINK("http://example.org")'
    client = scored.log_in("esittelija")
    answer = client.get(f"/funder/calls/{scored.call_id}/applications.csv").response
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 12
    by_acronym = {row["acronym"]: row for row in rows}
    assert by_acronym["HYVERKKO"]["lead_partner"] == '\'=HYPERLINK("http://example.org")'


def test_attachments_are_sent_as_files_to_save(scored: FunderRound) -> None:
    """Follow the link of an attachment on the page of an application."""
    client = scored.log_in("esittelija")
    page = client.get(f"/funder/applications/{scored.application_id('HYVERKKO')}")
    link = page.soup.select_one('a[href*="/attachments/"]')
    assert link is not None
    answer = client.get(str(link["href"])).response
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")


OUTSIDERS = ("hakija-demo-01", "arvioija-ev1", "ohjausryhma", "muu-esittelija", "muu-ratkaisija")


@pytest.mark.parametrize("name", OUTSIDERS)
def test_others_are_refused_at_every_endpoint(ranked: FunderRound, name: str) -> None:
    """Walk all endpoints of the portal with identifiers that exist."""
    draft_all(ranked)
    ranked.app.config["WTF_CSRF_ENABLED"] = False
    client = ranked.log_in(name)
    for path, method in list_paths(ranked):
        if path == "/funder/" and name.startswith("muu-"):
            continue
        client.open(path, method=method, status=403)


def test_the_decider_reads_but_handles_nothing(ranked: FunderRound) -> None:
    """What only an officer does is refused to a decision maker."""
    draft_all(ranked)
    ranked.app.config["WTF_CSRF_ENABLED"] = False
    client = ranked.log_in("ratkaisija")
    officers = ("/pool", "/assignments", "/draw", "/eligibility", "/present", "/void", "/consensus")
    for path, method in list_paths(ranked):
        if path.endswith(officers):
            client.open(path, method=method, status=403)


def test_the_officer_neither_selects_nor_approves(ranked: FunderRound) -> None:
    """What only a decision maker does is refused to an officer."""
    draft_all(ranked)
    ranked.app.config["WTF_CSRF_ENABLED"] = False
    client = ranked.log_in("esittelija")
    for path, method in list_paths(ranked):
        if path.endswith(("/select", "/approve", "/return")):
            client.open(path, method=method, status=403)


def draft_all(opened: FunderRound) -> None:
    """Draft every decision of the round."""
    officer = Actor(user_id=None, roles=frozenset({Role.OFFICER}))
    with opened.tools.database.unit_of_work() as session:
        decisions.draft_decisions(session, opened.call_id, officer, NOW)


def list_paths(opened: FunderRound) -> list[tuple[str, str]]:
    """List every address of the portal with each of its methods."""
    with opened.tools.database.reading() as session:
        known = {
            "call_id": opened.call_id,
            "application_id": opened.application_id("HYVERKKO"),
            "check_id": "E02",
            "number": 1,
            "evaluator_id": session.scalars(sa.select(Evaluation.evaluator_id)).first(),
            "evaluation_id": session.scalars(sa.select(Evaluation.id)).first(),
            "decision_id": session.scalars(sa.select(Decision.id)).first(),
            "attachment_id": session.scalars(sa.select(Attachment.id)).first(),
            "person_id": session.scalars(sa.select(Evaluation.evaluator_id)).first(),
            "tie_id": uuid.uuid4(),
            "holding_id": uuid.uuid4(),
            "claim_id": uuid.uuid4(),
            "partner_key": "P1",
        }
    adapter = opened.app.url_map.bind("localhost")
    return [
        (adapter.build(rule.endpoint, {name: known[name] for name in rule.arguments}), method)
        for rule in opened.app.url_map.iter_rules()
        if rule.endpoint.startswith("funder.")
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]


def add_copies(opened: FunderRound, count: int) -> None:
    """Add applications with two evaluations each beside those of the round."""
    with opened.tools.database.unit_of_work() as session:
        model = session.get_one(Application, opened.application_id("HYVERKKO"))
        columns = [c.key for c in sa.inspect(Application).column_attrs]
        base = {key: getattr(model, key) for key in columns}
        evaluations = session.scalars(
            sa.select(Evaluation).where(Evaluation.application_id == model.id)
        ).all()
        names = [c.key for c in sa.inspect(Evaluation).column_attrs]
        for number in range(count):
            key = uuid.uuid4()
            record = f"{model.record_number}-{number:03}"
            session.execute(
                sa.insert(Application).values({**base, "id": key, "record_number": record})
            )
            for each in evaluations:
                values = {name: getattr(each, name) for name in names}
                values |= {"id": uuid.uuid4(), "application_id": key}
                values["total_hundredths"] = (each.total_hundredths or 0) - number
                session.execute(sa.insert(Evaluation).values(values))

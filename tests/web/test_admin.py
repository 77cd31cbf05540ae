"""The administrators' portal: who may see it, its pages, and what an import says."""

from __future__ import annotations

import io
import uuid

import pytest

from app.domain.actors import Role
from app.services.account.people import PersonInput, create_person
from tests.support.pages import PageClient
from tests.web.funder_round import NOW, FunderRound

ANY = uuid.UUID(int=1)


def log_in_admin(opened: FunderRound, language: str = "en") -> PageClient:
    """Add an administrator to the round and log in."""
    with opened.tools.database.unit_of_work() as session:
        person = PersonInput("hallinta@innoverkko.example", "hallinta", [(Role.ADMIN, "")])
        create_person(session, person, NOW)
    return opened.log_in("hallinta", language)


def test_every_endpoint_refuses_other_roles(submitted: FunderRound) -> None:
    """Ask for each address as the steering group."""
    client = submitted.log_in("ohjausryhma", "en")
    rules = [r for r in submitted.app.url_map.iter_rules() if r.endpoint.startswith("admin.")]
    assert len(rules) > 15
    page = client.get("/steering/")
    token = str(page.soup.select("input[name=csrf_token]")[0]["value"])
    known = {"call_id": submitted.call_id, "grant_id": 1}
    for rule in rules:
        built = rule.build({name: known.get(name, ANY) for name in rule.arguments})
        assert built is not None
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            client.open(built[1], status=403, method=method, headers={"X-CSRFToken": token})


@pytest.mark.parametrize("language", ["en", "fi"])
def test_every_page_is_a_good_page(submitted: FunderRound, language: str) -> None:
    """Show each page to an administrator."""
    client = log_in_admin(submitted, language)
    for path in (
        "",
        "users",
        "users/new",
        "calls",
        "calls/import",
        "events",
        "work",
        "authorities",
    ):
        client.get(f"/admin/{path}")
    for path in ("", "/extend", "/cancel", "/questions"):
        client.get(f"/admin/calls/{submitted.call_id}{path}")
    found = client.get("/admin/users", query_string={"search": "hallinta"})
    client.get(found.links("main table a")["hallinta@innoverkko.example"])


def test_the_import_of_a_bad_definition_shows_its_paths(submitted: FunderRound) -> None:
    """Upload a definition without anything in it."""
    client = log_in_admin(submitted)
    page = client.get("/admin/calls/import")
    bad = (io.BytesIO(b"id: X\nrubric: 3\n"), "bad.yaml")
    page = client.submit(page, status=422, definition=bad)
    assert "rubric" in [row[0] for row in page.rows("#problems")]


def test_a_packaged_definition_becomes_a_draft_and_is_published(submitted: FunderRound) -> None:
    """Import, look at the draft, publish."""
    client = log_in_admin(submitted)
    page = client.get("/admin/calls/import")
    page = client.follow(client.submit(page, packaged="lead_2027_1.yaml"))
    page = client.follow(client.submit(page))
    assert "published" in page.text(".govuk-notification-banner__heading")


def test_the_record_is_whole(submitted: FunderRound) -> None:
    """Check the chain of events."""
    client = log_in_admin(submitted)
    page = client.get("/admin/events")
    page = client.follow(client.submit(page, 'form[action$="/check"]'))
    assert "whole" in page.text(".govuk-notification-banner__heading")

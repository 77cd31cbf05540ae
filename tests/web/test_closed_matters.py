"""A conflict found late takes the application from its person on every page of the portal, also new ones.

The persons have scored or prepared the application, or are about to decide on it. Single surfaces and
states are in ``test_conflict_surfaces.py``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from app.models import Application
from app.services.evaluation import conflicts
from tests.web.addresses import build_address, find_addresses
from tests.web.funder_round import NOW
from tests.web.guarded_round import GuardedRound
from tests.web.markers import found_markers
from tests.web.round_makers import OWN, Maker

PORTALS = {"declared": "evaluator.", "officer": "funder.", "decider": "funder."}
GUARDED = frozenset({"zqanswer", "zqsecret", "zqreason", "zqfilename", "zqfilebytes"})
"""Markers of the application that is closed."""
OF_THE_MATTER = frozenset({"application_id", "evaluation_id", "attachment_id"})
OF_ANOTHER = frozenset({"funder.reopen_evaluation"})
"""Pages that the addresses of the round give for another application."""
SHOWN_BEFORE = {
    "declared": {
        "evaluator.download_calendar",
        "evaluator.list_evaluations",
    },
    "officer": {
        "funder.export_applications",
        "funder.list_applications",
        "funder.show_assignments",
    },
    "decider": {
        "funder.export_applications",
        "funder.list_applications",
    },
}
"""Pages of a whole call on which the application stands until the conflict is found, at the least."""


def close_to(world: GuardedRound, role: str) -> None:
    """Record a conflict between a role and the application that the role has worked on."""
    with world.tools.database.unit_of_work() as session:
        maker = Maker(world.tools, session)
        person_id = maker.actor(role).user_id
        assert person_id is not None
        given = conflicts.ConflictInput("HL 28.1 § 7", "officer", "Selvisi arvioinnin aikana.")
        officer = maker.actor("other_officer")
        key = maker.application(OWN).id
        conflicts.record_conflict(session, key, person_id, given, officer, NOW)


def names_of(world: GuardedRound) -> tuple[str, str]:
    """Return how lists call the application: its acronym and its number."""
    with world.tools.database.reading() as session:
        number = session.scalars(
            sa.select(Application.record_number).where(Application.acronym == OWN)
        ).one()
    assert number is not None
    return OWN, number


def ask(world: GuardedRound, role: str, *, of_matter: bool) -> Iterator[tuple[str, int, str]]:
    """Get the pages of the matter, or all others of the role's portal: endpoint, status and text."""
    addresses, browser = find_addresses(world), world.browser(role)
    for rule in world.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or not rule.endpoint.startswith(PORTALS[role]):
            continue
        if rule.endpoint in OF_ANOTHER or of_matter != bool(rule.arguments & OF_THE_MATTER):
            continue
        address = build_address(world, rule, addresses.values(rule.endpoint, role))
        answer = browser.get(address, buffered=True)
        yield rule.endpoint, answer.status_code, answer.get_data().decode("utf-8", "replace")


@pytest.mark.parametrize("role", PORTALS)
def test_every_page_of_the_application_is_refused(guarded: GuardedRound, role: str) -> None:
    close_to(guarded, role)
    pages = list(ask(guarded, role, of_matter=True))
    assert [(page, status) for page, status, _text in pages if status not in {403, 404}] == []
    assert [page for page, _status, text in pages if found_markers(text)] == []


@pytest.mark.parametrize("role", PORTALS)
def test_no_other_page_names_the_application(guarded: GuardedRound, role: str) -> None:
    names = names_of(guarded)

    def list_naming() -> set[str]:
        return {
            page
            for page, _status, text in ask(guarded, role, of_matter=False)
            if any(name in text for name in names) or GUARDED & set(found_markers(text))
        }

    assert list_naming() >= SHOWN_BEFORE[role]
    close_to(guarded, role)
    assert list_naming() == set()

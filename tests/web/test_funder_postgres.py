"""From the ranking to a served decision through the officer's pages on PostgreSQL.

The other tests of the portal run on copies of an SQLite file, which PostgreSQL has nothing like.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.domain.lifecycle import DecisionState
from app.models import Application, Decision
from app.services.background.work import run_due_jobs
from app.services.decision.serving import make_final
from tests.support.pages import PageClient
from tests.web.funder_round import NOW, FunderRound, open_at, run_until

SORTS = ("record", "score", "spread", "disagreement", "support", "region")
PAGES = (
    "pool",
    "conflicts",
    "assignments",
    "progress",
    "ranking",
    "decisions",
    "questions",
    "decisions/approval",
    "letters",
)


@pytest.fixture
def opened(postgres_url: str, tmp_path: Path) -> Iterator[FunderRound]:
    """Give a scored round on PostgreSQL."""
    run_until(postgres_url, tmp_path / "data", "rank")
    opened = open_at(postgres_url, tmp_path / "data")
    yield opened
    opened.tools.database.dispose()


@pytest.mark.postgres
@pytest.mark.slow
def test_the_pages_from_the_ranking_to_a_served_decision(opened: FunderRound) -> None:
    officer = opened.log_in("esittelija")
    selector, decider = opened.log_in("valitsija"), opened.log_in("ratkaisija")
    base = f"/funder/calls/{opened.call_id}"
    look_at_lists(officer, base)
    key = opened.application_id("HYVERKKO")
    for name in ("", "/eligibility", "/third", "/consensus", "/checks/E04"):
        officer.get(f"/funder/applications/{key}{name}")
    officer.submit(officer.get(f"{base}/ranking"), "#draw")
    selector.submit(selector.get(f"{base}/ranking"), "#select", statement="Valitaan.")
    officer.submit(officer.get(f"{base}/decisions"), 'form[action$="/draft"]')
    with opened.tools.database.reading() as session:
        chosen = session.scalars(
            sa.select(Decision.id)
            .join(Application, Application.id == Decision.application_id)
            .where(Application.acronym == "HYVERKKO")
        ).one()
    own = f"/funder/decisions/{chosen}"
    officer.submit(officer.get(own), "#supports", support_P1="1000", reductions="Osa rahoitetaan.")
    officer.submit(officer.get(own), 'form[action$="/present"]')
    look_at_waiting(officer, decider, base)
    decider.submit(decider.get(own), 'form[action$="/approve"]')
    run_due_jobs(opened.tools, NOW)
    officer.submit(officer.get(own), 'form[action$="/serve"]')
    with opened.tools.database.reading() as session:
        row = session.get_one(Decision, chosen)
        assert (row.state, row.kind) == (DecisionState.SERVED, "grant_reduced")
    claim_and_answer(officer, own, base)
    with opened.tools.database.unit_of_work() as session:
        assert make_final(session, row.review_until + timedelta(days=1), NOW) == 0


def look_at_lists(officer: PageClient, base: str) -> None:
    """Look at the pages of the call, and at the list in every order."""
    for name in PAGES:
        officer.get(f"{base}/{name}")
    for sort in SORTS:
        page = officer.get(f"{base}/applications", query_string={"sort": sort, "search": "iov"})
        assert len(page.rows()) == 12
    numbers = [row[0] for row in officer.get(f"{base}/applications").rows()]
    assert [number.split("/")[1] for number in numbers] == [str(n) for n in range(1, 13)]


def look_at_waiting(officer: PageClient, decider: PageClient, base: str) -> None:
    """Look at what waits: the inboxes, and the list with the totals."""
    for client in (officer, decider):
        client.get("/funder/")
    assert len(decider.get(f"{base}/decisions/approval").soup.select("tbody tr")) == 1


def claim_and_answer(officer: PageClient, own: str, base: str) -> None:
    """Register a claim against a served decision and draft its answer."""
    claim = {"claimant": "Hakija", "demand": "Lisää tukea.", "grounds": "Laskuvirhe."}
    follow_up = officer.get(f"{own}/follow-up")
    officer.submit(follow_up, "#claim", **claim, received_on=NOW.date().isoformat())
    officer.submit(officer.get(f"{own}/follow-up"), 'form[action$="/answer"]')
    assert len(officer.get(f"{own}/follow-up").soup.select("#chain li")) == 2
    assert officer.get(f"{base}/letters").soup.select_one("progress")["value"] == "1"

"""From the ranking to a served decision through the officer's pages on PostgreSQL.

The other tests of the portal run on copies of an SQLite file, which PostgreSQL has nothing like.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.domain.lifecycle import DecisionState
from app.models import Application, Decision
from app.services.background.work import run_due_jobs
from tests.web.funder_round import NOW, FunderRound, open_at, run_until

SORTS = ("record", "score", "spread", "disagreement", "support", "region")
PAGES = ("pool", "conflicts", "assignments", "progress", "ranking", "decisions", "questions")


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
    for name in PAGES:
        officer.get(f"{base}/{name}")
    for sort in SORTS:
        page = officer.get(f"{base}/applications", query_string={"sort": sort, "search": "iov"})
        assert len(page.rows()) == 12
    numbers = [row[0] for row in officer.get(f"{base}/applications").rows()]
    assert [number.split("/")[1] for number in numbers] == [str(n) for n in range(1, 13)]
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
    for client in (officer, decider):
        client.get("/funder/")
    decider.submit(decider.get(own), 'form[action$="/approve"]')
    run_due_jobs(opened.tools, NOW)
    officer.submit(officer.get(own), 'form[action$="/serve"]')
    with opened.tools.database.reading() as session:
        row = session.get_one(Decision, chosen)
        assert (row.state, row.kind) == (DecisionState.SERVED, "grant_reduced")

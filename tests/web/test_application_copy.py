"""A submitted application as a PDF: offered to its owner and to the funder, and whole."""

from __future__ import annotations

import sqlalchemy as sa

from app.domain.lifecycle import DecisionState
from app.models import ApplicationVersion, Decision
from tests.pdf.papers import read_text
from tests.web.funder_round import FunderRound


def test_officer_and_owner_find_and_download_the_whole_application(submitted: FunderRound) -> None:
    key = submitted.application_id("HYVERKKO")
    with submitted.tools.database.reading() as session:
        own = ApplicationVersion.application_id == key
        sha256 = session.scalars(sa.select(ApplicationVersion.sha256).where(own)).one()
    for name, page in (
        ("esittelija", f"/funder/applications/{key}"),
        ("hakija-demo-01", f"/applicant/applications/{key}/check"),
    ):
        client = submitted.log_in(name)
        links = client.get(page).soup.select('a[href$="/application.pdf"]')
        assert len(links) == 1
        answer = client.http.get(str(links[0]["href"]))
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        text = " ".join(read_text(answer.data).split())
        assert "Saimaanrannan teknillinen yliopisto" in text
        assert "aiesopimus-hyverkko.pdf" in text
        assert sha256 in text.replace(" ", "")


def test_the_list_says_how_far_the_decision_is(ranked: FunderRound) -> None:
    client = ranked.log_in("esittelija", "en")
    path = f"/funder/calls/{ranked.call_id}/applications"
    before = client.get(path).rows()[0][-1]
    officer = ranked.log_in("esittelija")
    officer.submit(
        officer.get(f"/funder/calls/{ranked.call_id}/decisions"),
        'form[action$="/decisions/draft"]',
    )
    with ranked.tools.database.reading() as session:
        states = set(session.scalars(sa.select(Decision.state)))
    assert states == {DecisionState.DRAFT}
    after = client.get(path).rows()[0][-1]
    assert (before, after) == ("Draft the decision", "Present the decision")

"""The steering group's portal: figures, never applicants or scorers."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.models import Application
from tests.web.funder_round import FunderRound


def list_paths(opened: FunderRound) -> list[str]:
    """Return the addresses of the portal."""
    page = f"/steering/rounds/{opened.call_id}"
    return ["/steering/", page, f"{page}.csv"]


def test_every_endpoint_refuses_other_roles(submitted: FunderRound) -> None:
    """Ask for each address as an officer."""
    client = submitted.log_in("esittelija")
    for path in list_paths(submitted):
        client.get(path, status=403)


@pytest.mark.parametrize("language", ["en", "fi"])
def test_pages_are_good_and_name_no_applicant_before_decisions(
    submitted: FunderRound, language: str
) -> None:
    """Look for every lead partner and project on each page and in the export."""
    client = submitted.log_in("ohjausryhma", language)
    with submitted.tools.database.reading() as session:
        rows = session.execute(sa.select(Application.lead_name, Application.acronym)).all()
    names = {name for row in rows for name in row if name}
    assert len(names) > 12
    for path in list_paths(submitted):
        text = client.get(path).response.get_data(as_text=True)
        assert [name for name in names if name in text] == []

"""Trying a rubric before the call: an invented application, its total and why, and nothing stored."""

from __future__ import annotations

import sqlalchemy as sa

from app.models import Call, Event
from app.services.call.calls import get_definition
from tests.web.funder_round import FunderRound
from tests.web.test_admin import log_in_admin


def address(opened: FunderRound) -> str:
    return f"/admin/calls/{opened.call_id}/trial"


def sheet(opened: FunderRound, evaluator: int, score: int, **changes: str) -> dict[str, str]:
    """Return the fields of one evaluator who gives the same score everywhere, as far as it goes."""
    with opened.tools.database.reading() as session:
        version = session.scalars(sa.select(Call.version_id)).one()
        assert version is not None
        criteria = get_definition(session, version).rubric.criteria
    given = {each.id: str(min(score, int(each.maximum))) for each in criteria} | changes
    return {f"s{evaluator}_{key}": value for key, value in given.items()}


def test_an_invented_application_is_scored_and_nothing_is_stored(submitted: FunderRound) -> None:
    """Both evaluators agree on the highest scores; then one finds no need at all."""
    client = log_in_admin(submitted)
    page = client.get(f"/admin/calls/{submitted.call_id}")
    assert address(submitted) in page.links().values()
    assert not client.get(address(submitted)).texts("#result")
    with submitted.tools.database.reading() as session:
        before = session.scalar(sa.select(sa.func.count()).select_from(Event))
    best = sheet(submitted, 1, 5) | sheet(submitted, 2, 5)
    page = client.get(address(submitted), query_string=best)
    assert "100" in page.text("#result")
    assert page.rows("#trace")[0][2:] == ["5 / 5", "12"]
    assert not page.texts("#third")
    page = client.get(address(submitted), query_string=best | {"s2_C1": "0"})
    assert page.rows("#trace")[0][2:] == ["2.5 / 5", "6"]
    assert page.texts("#third")
    with submitted.tools.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Event)) == before


def test_missed_thresholds_are_named_and_missing_scores_make_no_total(
    submitted: FunderRound,
) -> None:
    """Low scores miss thresholds; without one criterion there is no total at all."""
    client = submitted.log_in("esittelija", "en")
    low = sheet(submitted, 1, 1) | sheet(submitted, 2, 1)
    page = client.get(address(submitted), query_string=low)
    assert len(page.texts("#failures li")) > 1
    without = {key: value for key, value in low.items() if not key.endswith("_C2")}
    page = client.get(address(submitted), query_string=without)
    assert "C2" in page.text("#missing")
    assert not page.texts("#outcome")


def test_scores_that_are_not_on_the_scale_are_no_scores(submitted: FunderRound) -> None:
    """An address can hold anything."""
    client = log_in_admin(submitted)
    page = client.get(address(submitted), query_string={"s1_C1": "9", "s1_C2": "drop"})
    assert "C1" in page.text("#missing")
    assert not page.texts("#trace .app-error")

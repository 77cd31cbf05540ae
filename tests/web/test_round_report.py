"""The report of a round: the figures of the overview as a paper, for the steering group and for the officers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from app.models import Application, EvaluatorProfile, User
from app.pdf.client import PaperRefused
from app.queries.steering import load_figures
from app.services.call.calls import get_call
from app.services.paper.round_reports import build_round_report
from tests.pdf.papers import read_text
from tests.web.funder_round import FunderRound

NOW = datetime(2027, 9, 1, 9, 0, tzinfo=UTC)


def build(opened: FunderRound, language: str = "en"):
    """Return the report and the figures that it is made from."""
    with opened.tools.database.reading() as session:
        call = get_call(session, opened.call_id)
        report = build_round_report(session, opened.tools.registers, call, language, NOW)
        return report, load_figures(session, opened.call_id)


def test_before_decisions_the_report_hides_what_the_overview_hides(submitted: FunderRound) -> None:
    report, figures = build(submitted)
    by_region = next(each for each in report.groupings if each.kind == "region")
    shown = [(each.count, each.applied) for each in by_region.groups]
    wanted = [
        (each.count, None if each.applied is None else f"{each.applied:.2f}")
        for each in figures.by_region
    ]
    assert shown == wanted
    assert {euros for count, euros in shown if count < report.fewest_in_group} == {None}
    assert (report.is_decided, report.points) == (False, ())


def test_the_record_of_a_report_names_nobody(ranked: FunderRound) -> None:
    with ranked.tools.database.reading() as session:
        rows = session.execute(
            sa.select(Application.lead_name, Application.acronym, Application.record_number)
        ).all()
        codes = session.scalars(sa.select(EvaluatorProfile.code)).all()
        people = session.scalars(sa.select(User.email)).all()
    names = {name for row in rows for name in row if name} | {*codes, *people}
    for language in ("fi", "sv", "en"):
        text = build(ranked, language)[0].model_dump_json()
        assert [name for name in names if f'"{name}"' in text or name.lower() in text.lower()] == []


def test_steering_group_and_officer_find_the_same_report(ranked: FunderRound) -> None:
    links = {}
    for name, page in (
        ("ohjausryhma", f"/steering/rounds/{ranked.call_id}"),
        ("esittelija", f"/funder/calls/{ranked.call_id}/applications"),
    ):
        client = ranked.log_in(name, "en")
        (link,) = client.get(page).soup.select('main a[href$=".pdf"]')
        links[name] = (client, str(link["href"]))
    client, address = links["esittelija"]
    answer = client.http.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    budget = build(ranked)[0].budget
    assert f"Budget of the call {budget[:1]},{budget[1:4]}," in read_text(answer.data)


class Refusing:
    """Makes no paper: the gate has found a fault."""

    def render(self, kind, data):
        raise PaperRefused(["PDF/UA-1 7.1: untagged content"])


def test_a_report_that_breaks_its_standards_is_not_given_out(
    ranked: FunderRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = ranked.log_in("ohjausryhma", "en")
    held = ranked.app.extensions["innoverkko"]
    broken = replace(held, tools=replace(held.tools, renderer=Refusing()))
    monkeypatch.setitem(ranked.app.extensions, "innoverkko", broken)
    page = client.get(f"/steering/rounds/{ranked.call_id}.pdf", status=503)
    assert "untagged content" in page.response.get_data(as_text=True)

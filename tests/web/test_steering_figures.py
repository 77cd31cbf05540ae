"""The steering group's figures: right sums, nothing about a single application or scorer."""

from __future__ import annotations

import csv
import io
import uuid
from decimal import Decimal

import pytest
import sqlalchemy as sa

from app.domain.lifecycle import ApplicationState
from app.models import Application, EvaluatorProfile
from app.queries.steering import Portion, RoundFigures, load_figures
from app.services.call.calls import import_definition
from calls import load
from tests.support.applicants import ADMIN
from tests.support.pages import PageClient
from tests.support.statements import statements
from tests.web.funder_round import NOW, FunderRound


def portion(total: int | None, state: ApplicationState = ApplicationState.EVALUATED) -> Portion:
    support = Decimal("100000.00")
    return Portion(uuid.uuid4(), state, "06", "T1", support, support, Decimal(0), False, total)


def figures(*portions: Portion) -> RoundFigures:
    return RoundFigures(portions, {}, {}, {})


def open_round_page(opened: FunderRound, language: str = "en"):
    client = opened.log_in("ohjausryhma", language)
    return client.get(f"/steering/rounds/{opened.call_id}")


def read_csv(opened: FunderRound) -> list[dict[str, str]]:
    client = opened.log_in("ohjausryhma", "en")
    link = client.get(f"/steering/rounds/{opened.call_id}").links("main a")["Figures as a CSV file"]
    text = client.get(link).response.get_data(as_text=True).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_the_sums_are_those_of_the_submitted_applications(ranked):
    with ranked.tools.database.reading() as session:
        rows = session.execute(
            sa.select(Application.support_applied).where(
                Application.record_number.is_not(None),
                Application.state != ApplicationState.WITHDRAWN,
            )
        ).all()
        found = load_figures(session, ranked.call_id)
    assert found.sums.count == len(rows)
    assert found.sums.applied == sum(row.support_applied for row in rows)
    assert sum(group.count for group in found.by_region) == len(rows)
    assert sum(group.count for group in found.by_theme) == len(rows)


def test_scores_show_only_after_consensus_and_from_five_on():
    totals = [portion(hundredths) for hundredths in (5000, 6100, 6900, 10000)]
    highest = Decimal(100)
    assert figures(*totals).score_bins(highest) is None
    unsettled = portion(None, ApplicationState.IN_EVALUATION)
    assert figures(*totals, portion(0), unsettled).score_bins(highest) is None
    assert figures(*totals, portion(0)).score_bins(highest) == [1, 0, 0, 0, 0, 1, 2, 0, 0, 1]


def test_euros_of_a_small_group_are_hidden_before_decisions(ranked):
    rows = [row for row in read_csv(ranked) if row["group"] == "region"]
    small = [row for row in rows if int(row["applications"]) < 3]
    assert small
    assert {row["support_applied"] for row in small} == {""}


def test_the_distribution_waits_for_the_consensus(submitted, ranked):
    assert "chart-points-c" not in open_round_page(submitted).response.get_data(as_text=True)
    assert "chart-points-c" in open_round_page(ranked).response.get_data(as_text=True)


def test_every_chart_has_its_numbers_in_a_table(ranked):
    page = open_round_page(ranked)
    charts = page.soup.select("figure.app-chart")
    assert len(charts) == 5
    assert all(chart.select("table tbody tr") for chart in charts)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_no_page_names_an_applicant_or_a_scorer_before_decisions(ranked, language):
    with ranked.tools.database.reading() as session:
        applications = session.execute(
            sa.select(Application.lead_name, Application.acronym, Application.record_number)
        ).all()
        codes = session.scalars(sa.select(EvaluatorProfile.code)).all()
    page = open_round_page(ranked, language)
    words = " ".join(page.texts("main"))
    names = {name for row in applications for name in row if name}
    assert [name for name in names if name in words] == []
    assert [code for code in codes if code in words.split()] == []
    text = str(read_csv(ranked))
    assert [name for name in names if name in text] == []


@pytest.mark.parametrize("name", ["esittelija", "muu-esittelija", "molemmat"])
def test_the_portal_is_for_the_steering_group_alone(ranked, name):
    client = ranked.log_in(name, "en")
    for path in ("/steering/", f"/steering/rounds/{ranked.call_id}"):
        client.get(path, status=403)
    PageClient(ranked.app).get("/steering/", status=401)


def test_the_steering_group_reaches_nothing_else(ranked):
    client = ranked.log_in("ohjausryhma", "en")
    with ranked.tools.database.reading() as session:
        application_id = session.scalars(sa.select(Application.id)).first()
    for path in ("/admin/", "/funder/", "/evaluator/", f"/funder/applications/{application_id}"):
        client.get(path, status=403)


def test_a_draft_of_a_call_is_no_round(ranked):
    lead = load.load_call(load.PACKAGED / "lead_2027_1.yaml", ranked.tools.registers)
    with ranked.tools.database.unit_of_work() as session:
        call_id = import_definition(session, lead, ADMIN, NOW).id
    client = ranked.log_in("ohjausryhma", "en")
    client.get(f"/steering/rounds/{call_id}", status=404)
    assert len(client.get("/steering/").rows()) == 1


def test_the_number_of_statements_does_not_grow(ranked):
    client = ranked.log_in("ohjausryhma", "en")
    for path, most in (("/steering/", 3), (f"/steering/rounds/{ranked.call_id}", 7)):
        client.get(path)
        with statements(ranked.tools.database.engine) as seen:
            client.get(path)
        assert len(seen) <= most

"""Figures of agreement, doubt and scenarios beside the official ranking, in the funder's portal."""

from __future__ import annotations

import json
import uuid
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from app.models import (
    Analysis,
    Application,
    Disqualification,
    EvaluatorProfile,
    Job,
    Ranking,
    Scenario,
    ScenarioChoice,
    User,
)
from app.services.background.work import run_due_jobs
from app.services.decision.ranking import RankingWishes, draw_ranking
from app.services.record.events import find_break
from tests.builders.pools import actor_of
from tests.support.pages import PageClient
from tests.web.funder_round import NOW, FunderRound


def base_of(opened: FunderRound) -> str:
    return f"/funder/calls/{opened.call_id}"


def close_to(opened: FunderRound, name: str, acronym: str) -> None:
    """Record a conflict of interest of a person in an application."""
    key = opened.application_id(acronym)
    with opened.tools.database.unit_of_work() as session:
        email = f"{name}@innoverkko.example"
        person = session.scalars(sa.select(User.id).where(User.email == email)).one()
        session.add(
            Disqualification(
                application_id=key,
                person_id=person,
                ground="HL 28.1 § 7",
                source="officer",
                recorded_at=NOW,
            )
        )


def draw(opened: FunderRound, client: PageClient) -> None:
    client.submit(client.get(f"{base_of(opened)}/ranking"), "#draw")


@pytest.mark.slow
def test_the_figures_come_from_the_background_once_and_change_nothing_official(
    scored: FunderRound,
) -> None:
    client = scored.log_in("esittelija", "en")
    draw(scored, client)
    before = client.get(f"{base_of(scored)}/ranking").rows()
    run_due_jobs(scored.tools, NOW)
    page = client.get(f"{base_of(scored)}/ranking")
    assert page.rows() == before
    assert len(page.soup.select("#doubt tbody tr")) == len(before)
    assert page.soup.select_one("figure svg > desc") is not None
    with scored.tools.database.reading() as session:
        row = session.scalars(sa.select(Analysis)).one()
        number = session.scalars(sa.select(Ranking.number)).one()
        kept = json.loads(row.content)
        jobs = session.scalars(sa.select(Job.state).where(Job.task == "analyse_votes")).all()
        assert find_break(session) is None
    assert (jobs, number) == (["done"], 1)
    assert len(kept["severities"]) == len(kept["without_one"])
    checked = client.get(f"{base_of(scored)}/analyses/1.json").response.get_json()
    assert checked["inputs_sha256"] == row.inputs_sha256
    assert checked["result"] == kept
    agreement = client.get(f"{base_of(scored)}/agreement")
    assert len(agreement.soup.select("#severities tbody tr")) == len(kept["severities"])
    assert_kept_for_good(scored, row.id)


def assert_kept_for_good(opened: FunderRound, key: uuid.UUID) -> None:
    with (
        pytest.raises(DBAPIError, match="append-only"),
        opened.tools.database.unit_of_work() as session,
    ):
        session.execute(sa.update(Analysis).where(Analysis.id == key).values(content="{}"))


def test_a_scenario_under_the_rule_of_the_call_becomes_the_next_ranking(
    scored: FunderRound,
) -> None:
    client = scored.log_in("esittelija", "en")
    draw(scored, client)
    scenarios = f"{base_of(scored)}/scenarios"
    page = client.submit(client.get(scenarios), "#terms", budget="2000000")
    losers = len(page.soup.select("#moved li"))
    client.submit(page, "#keep", name="Less money")
    again = client.submit(page, "#keep", status=422, name="Less money")
    assert again.soup.select_one(".govuk-error-summary") is not None
    client.submit(client.get(f"{scenarios}/1"), "#choose", status=422, reason="")
    client.submit(client.get(f"{scenarios}/1"), "#choose", reason="The state budget was cut.")
    with scored.tools.database.reading() as session:
        first, second = (
            json.loads(text)
            for text in session.scalars(sa.select(Ranking.content).order_by(Ranking.number))
        )
        waiting = session.scalars(sa.select(Job.state).where(Job.task == "analyse_votes")).all()
        choice = session.scalars(sa.select(ScenarioChoice)).one()
    funded = [sum(row["outcome"] == "funded" for row in each["rows"]) for each in (first, second)]
    assert funded[0] - funded[1] == losers
    assert (second["budget"], second["scenario"]["name"]) == ("2000000.00", "Less money")
    assert [row["total_exact"] for row in second["rows"]] == [
        row["total_exact"] for row in first["rows"]
    ]
    assert choice.ranking_id is not None
    assert waiting == ["ready", "ready"]
    assert client.get(f"{scenarios}/1").soup.select_one("#choose") is None


def test_a_scenario_under_another_rule_is_kept_as_a_rationale_only(scored: FunderRound) -> None:
    client = scored.log_in("esittelija", "en")
    draw(scored, client)
    scenarios = f"{base_of(scored)}/scenarios"
    region = _region_of(scored, "TWINPUU")
    page = client.submit(
        client.get(scenarios),
        "#terms",
        rule="lexicographic_constrained",
        climate="10",
        limit=f"region:{region}",
        limit_amount="100000",
    )
    (why,) = [text for text in page.texts("#moved li") if "TWINPUU" in text]
    assert why
    client.submit(page, "#keep", name="With a ceiling")
    client.submit(client.get(f"{scenarios}/1"), "#choose", reason="Regions should be even.")
    with scored.tools.database.reading() as session:
        choice = session.scalars(sa.select(ScenarioChoice)).one()
        kept = json.loads(session.scalars(sa.select(Scenario.content)).one())
        assert session.scalar(sa.select(sa.func.count()).select_from(Ranking)) == 1
    assert choice.ranking_id is None
    (certificate,) = [each for each in kept["certificates"] if each["reason"] == "region_cap"]
    assert certificate["id"] == str(scored.application_id("TWINPUU"))
    assert certificate["relaxations"][0]["limits"] == {f"region:{region}": "564309.46"}
    both = client.get(f"{scenarios}/compare?one=0&other=1")
    assert len(both.soup.select("#sides tbody tr")) == len(kept["rows"])


def _region_of(opened: FunderRound, acronym: str) -> str:
    with opened.tools.database.reading() as session:
        return session.scalars(
            sa.select(Application.lead_region).where(Application.acronym == acronym)
        ).one()


def test_a_scenario_of_an_earlier_ranking_is_not_chosen(scored: FunderRound) -> None:
    client = scored.log_in("esittelija", "en")
    draw(scored, client)
    scenarios = f"{base_of(scored)}/scenarios"
    client.submit(client.submit(client.get(scenarios), "#terms"), "#keep", name="As it is")
    page = client.get(f"{scenarios}/1")
    with scored.tools.database.unit_of_work() as session:
        key = scored.application_id("HYVERKKO")
        session.get_one(Application, key).support_proposed = Decimal(1000)
        officer = actor_of(session, "esittelija")
        draw_ranking(session, scored.call_id, officer, NOW, RankingWishes(reason="less"))
    client.submit(page, "#choose", status=409, reason="Too late.")


def test_a_conflict_closes_the_application_in_every_list(scored: FunderRound) -> None:
    close_to(scored, "esittelija", "FOTONIRUOKA")
    client = scored.log_in("esittelija", "en")
    for page in ("agreement", "panel"):
        assert "FOTONIRUOKA" not in client.get(f"{base_of(scored)}/{page}").texts("main")[0]
    key = scored.application_id("FOTONIRUOKA")
    client.get(f"/funder/applications/{key}/opinions", status=403)


def test_an_evaluator_leaves_the_room_and_sees_no_codes_of_others(scored: FunderRound) -> None:
    with scored.tools.database.reading() as session:
        codes = set(session.scalars(sa.select(EvaluatorProfile.code)))
    address = f"/evaluator/calls/{scored.call_id}/panel"
    client = scored.log_in("arvioija-ev3", "en")
    (before,) = client.get(address).texts("main")
    assert "FOTONIRUOKA" in before
    assert codes.isdisjoint(before.replace(":", " ").split())
    close_to(scored, "arvioija-ev3", "FOTONIRUOKA")
    assert "FOTONIRUOKA" not in client.get(address).texts("main")[0]


def test_disagreements_name_the_criterion_the_anchors_and_the_comments(
    scored: FunderRound,
) -> None:
    client = scored.log_in("esittelija", "en")
    page = client.get(f"{base_of(scored)}/agreement")
    (link,) = page.soup.select('[aria-labelledby="d-1"] h3 a')
    rows = page.soup.select('[aria-labelledby="d-1"] tbody tr')
    assert all(cell.get_text(strip=True) for row in rows for cell in row.select("td"))
    shown = client.get(str(link["href"]).partition("#")[0])
    assert shown.soup.select_one(f"#{str(link['href']).partition('#')[2]}") is not None

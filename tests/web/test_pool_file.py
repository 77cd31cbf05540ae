"""The pool goes out as a table and comes back the same; faults are named by line and column."""

from __future__ import annotations

import csv
import io

import pytest
import sqlalchemy as sa

from app.models import EvaluatorProfile, PoolMember
from app.services.evaluation import assignments
from tests.builders.pools import actor_of, fill_pool
from tests.support.pages import PageClient
from tests.web.funder_round import NOW, FunderRound


@pytest.fixture
def pooled(checked: FunderRound) -> FunderRound:
    with checked.tools.database.unit_of_work() as session:
        fill_pool(checked.tools, session, checked.call_id, NOW)
    return checked


def address(opened: FunderRound, end: str) -> str:
    return f"/funder/calls/{opened.call_id}/pool{end}"


def table(client: PageClient, opened: FunderRound) -> list[dict[str, str]]:
    text = client.get(address(opened, ".csv")).response.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def upload(client: PageClient, opened: FunderRound, text: str, status: int = 303) -> object:
    page = client.get(address(opened, "/import"))
    token = page.soup.select_one('#import [name="csrf_token"]')["value"]
    data = {"csrf_token": token, "file": (io.BytesIO(text.encode()), "pool.csv")}
    answer = client.http.post(address(opened, "/import"), data=data)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def write(rows: list[dict[str, str]]) -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(rows[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def test_what_goes_out_comes_back_with_changes(pooled: FunderRound) -> None:
    client = pooled.log_in("esittelija", "en")
    rows = table(client, pooled)
    assert [row["code"] for row in rows] == [f"EV{number}" for number in range(1, 8)]
    rows[0] |= {
        "capacity": "2",
        "available_from": "2027-08-01",
        "available_to": "2027-09-30",
        "profile_text": "=Vetytalous; uusiutuva energia",
        "publications": "Vety satamissa|Green hydrogen",
        "languages": "fi,sv",
    }
    upload(client, pooled, write(rows))
    assert table(client, pooled)[0]["publications"] == rows[0]["publications"]
    with pooled.tools.database.reading() as session:
        profile = session.scalars(
            sa.select(EvaluatorProfile).where(EvaluatorProfile.code == "EV1")
        ).one()
        member = session.get_one(PoolMember, (pooled.call_id, profile.user_id))
        assert (member.capacity, str(member.available_to)) == (2, "2027-09-30")
        assert profile.languages == ["fi", "sv"]
        assert profile.profile_text == "=Vetytalous; uusiutuva energia"
    upload(client, pooled, write(table(client, pooled)))
    with pooled.tools.database.reading() as session:
        again = session.scalars(
            sa.select(EvaluatorProfile).where(EvaluatorProfile.code == "EV1")
        ).one()
        assert again.profile_text == "=Vetytalous; uusiutuva energia"


def test_a_fault_names_its_line_and_nothing_is_taken(pooled: FunderRound) -> None:
    client = pooled.log_in("esittelija", "en")
    rows = table(client, pooled)
    rows[0]["capacity"], rows[1]["keywords"], rows[2]["email"] = (
        "many",
        "no.such",
        "nobody@x.example",
    )
    text = upload(client, pooled, write(rows), 422)
    assert "Line 2" in text
    assert "Line 3" in text
    rows[0]["capacity"], rows[1]["keywords"] = "1", ""
    assert "Line 4" in upload(client, pooled, write(rows), 422)
    assert "capacity" in upload(client, pooled, "code;email\nEV1;a@x.example\n", 422)
    assert table(client, pooled)[0]["capacity"] != "1"


def test_the_calendar_of_an_evaluator_holds_what_is_due(pooled: FunderRound) -> None:
    with pooled.tools.database.unit_of_work() as session:
        officer = actor_of(session, "esittelija")
        person = actor_of(session, "arvioija-ev3")
        key = pooled.application_id("HYVERKKO")
        assert person.user_id is not None
        assignments.assign_evaluator(session, key, person.user_id, officer, NOW)
        assignments.release_assignments(session, pooled.call_id, NOW, officer, NOW)
    client = pooled.log_in("arvioija-ev3", "en")
    answer = client.get("/evaluator/evaluations.ics").response
    lines = answer.get_data(as_text=True).split("\r\n")
    assert answer.mimetype == "text/calendar"
    assert lines.count("BEGIN:VEVENT") == 1
    assert "DTSTART:20270701T090000Z" in lines
    other = pooled.log_in("arvioija-ev5", "en").get("/evaluator/evaluations.ics").response
    assert "BEGIN:VEVENT" not in other.get_data(as_text=True)
    pooled.log_in("esittelija", "en").get("/evaluator/evaluations.ics", status=403)


def test_a_profile_is_changed_and_faults_are_told(pooled: FunderRound) -> None:
    client = pooled.log_in("esittelija", "en")
    link = client.get(address(pooled, "")).soup.select_one("tbody th a")
    path = str(link["href"])
    values = {"capacity": "3", "available_from": "2027-09-01", "available_to": "2027-08-01"}
    wrong = client.submit(client.get(path), "#profile", status=422, **values)
    assert len(wrong.errors) == 1
    values |= {"available_to": "2027-09-30", "publications": "Vety satamissa\r\n\r\nTuulivoima"}
    client.submit(client.get(path), "#profile", **values, profile_text="Vetytalous")
    row = table(client, pooled)[0]
    assert (row["publications"], row["profile_text"]) == (
        "Vety satamissa|Tuulivoima",
        "Vetytalous",
    )
    assert (row["capacity"], row["available_to"]) == ("3", "2027-09-30")

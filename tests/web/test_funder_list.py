"""The officer's list with 0, 1, 3 and 51 rows; its order, its filters and its pages."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from app.models import Application
from tests.support.pages import Page
from tests.support.statements import statements
from tests.web.funder_round import FunderRound

SORTS = ("record", "score", "spread", "disagreement", "support", "region")


def path_of(opened: FunderRound) -> str:
    return f"/funder/calls/{opened.call_id}/applications"


def keep(opened: FunderRound, count: int) -> None:
    """Leave so many applications in the list; add copies when the round has too few."""
    with opened.tools.database.unit_of_work() as session:
        rows = session.scalars(sa.select(Application).order_by(Application.record_order)).all()
        for row in rows[count:]:
            row.state, row.submitted_at, row.record_number = "draft", None, None  # type: ignore[assignment]
            row.record_order = None
        names = [c.key for c in sa.inspect(Application).column_attrs]
        base = {name: getattr(rows[0], name) for name in names}
        order = base["record_order"] or 0
        for number in range(len(rows), count):
            changed = {"id": uuid.uuid4(), "record_number": f"IOV/{number + 1}/2027"}
            changed["record_order"] = order + number
            session.execute(sa.insert(Application).values(base | changed))


def numbers(page: Page) -> list[str]:
    return [row[0] for row in page.rows() if len(row) > 1]


@pytest.mark.parametrize(
    ("count", "sort"),
    [*((51, each) for each in SORTS), *((count, "disagreement") for count in (0, 1, 3))],
)
def test_every_number_of_rows_is_listed_once_over_the_pages(
    scored: FunderRound, count: int, sort: str
) -> None:
    keep(scored, count)
    client = scored.log_in("esittelija")
    page = client.get(path_of(scored), query_string={"sort": sort})
    shown = numbers(page)
    while (link := page.soup.select_one('a[rel="next"]')) is not None:
        page = client.get(str(link["href"]))
        shown += numbers(page)
    assert (len(shown), len(set(shown))) == (count, count)


def test_record_numbers_are_listed_as_people_count(scored: FunderRound) -> None:
    client = scored.log_in("esittelija")
    page = client.get(path_of(scored))
    assert [number.split("/")[1] for number in numbers(page)] == [str(n) for n in range(1, 13)]


def test_the_page_of_51_rows_has_one_more_and_a_way_back(scored: FunderRound) -> None:
    keep(scored, 51)
    client = scored.log_in("esittelija")
    first = client.get(path_of(scored))
    second = client.get(str(first.soup.select_one('a[rel="next"]')["href"]))
    assert (len(numbers(first)), numbers(second)) == (50, ["IOV/51/2027"])
    back = client.get(str(second.soup.select_one('a[rel="prev"]')["href"]))
    assert numbers(back) == numbers(first)


def test_the_statements_do_not_grow_with_the_rows(scored: FunderRound) -> None:
    client = scored.log_in("esittelija")
    client.get(path_of(scored))
    with statements(scored.tools.database.engine) as twelve:
        client.get(path_of(scored))
    keep(scored, 51)
    with statements(scored.tools.database.engine) as many:
        client.get(path_of(scored))
    assert len(many) == len(twelve) <= 6


def test_the_list_is_filtered_by_region_and_theme_and_keeps_them_while_sorting(
    scored: FunderRound,
) -> None:
    with scored.tools.database.reading() as session:
        own = session.get_one(Application, scored.application_id("HYVERKKO"))
        region, theme = own.lead_region, own.theme
        expected = session.scalar(
            sa.select(sa.func.count(Application.id)).where(
                Application.lead_region == region, Application.theme == theme
            )
        )
    client = scored.log_in("esittelija")
    wanted = {"region": region, "theme": theme, "sort": "score"}
    page = client.get(path_of(scored), query_string=wanted)
    assert len(numbers(page)) == expected
    assert page.form("form[role=search]").values["region"] == [region]
    link = str(page.soup.select_one("thead a")["href"])
    assert f"region={region}" in link
    assert f"theme={theme}" in link


@pytest.mark.parametrize("words", ["äänekosken", "ÄÄNEKOSKEN", "Äänekosken", "äänekosken ver"])
def test_a_name_is_found_in_any_case(scored: FunderRound, words: str) -> None:
    with scored.tools.database.unit_of_work() as session:
        row = session.get_one(Application, scored.application_id("HYVERKKO"))
        row.lead_name = "Äänekosken verkosto"
    client = scored.log_in("esittelija")
    page = client.get(path_of(scored), query_string={"search": words})
    assert len(numbers(page)) == 1


def test_a_record_number_is_found(scored: FunderRound) -> None:
    client = scored.log_in("esittelija")
    page = client.get(path_of(scored), query_string={"search": "iov/12/"})
    assert numbers(page) == ["IOV/12/2027"]

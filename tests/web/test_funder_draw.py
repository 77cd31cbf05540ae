"""The pages of a routing that is drawn by lot: cap, seed, chances, and the record to draw again."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from scoring.routing.instance import read_instance
from scoring.routing.lots import draw, make_lots
from tests.builders.drawn import make_drawn_round
from tests.support.databases import sqlite_url_of
from tests.web.funder_round import NOW, add_outsiders, open_at


def test_a_draw_is_told_with_its_seed_and_anybody_can_repeat_it(
    tmp_path: Path, sqlite_template: Path
) -> None:
    call_id = make_drawn_round(tmp_path, sqlite_template, NOW)
    opened = open_at(sqlite_url_of(tmp_path / "round.sqlite"), tmp_path / "data")
    add_outsiders(opened.tools)
    client = opened.log_in("esittelija", "en")
    address = f"/funder/calls/{call_id}/routing"
    page = client.get(address)
    assert "50\N{NO-BREAK SPACE}%" in page.soup.select_one("main").get_text()
    client.submit(page, 'form[action$="/propose"]')
    page = client.get(address)
    link = page.soup.select_one("#certificate")
    assert link is not None
    given = json.loads(client.get(str(link["href"])).response.data)
    told = given["draw"]
    assert told["seed"] in page.soup.select_one("#draw").get_text()
    lots = make_lots(read_instance(given["problem"]), Fraction(told["cap"]))
    assert draw(lots, bytes.fromhex(told["seed"])).tolist() == given["chosen"]
    assert lots.shares.tolist() == told["shares"]
    application = client.get(f"/funder/applications/{min(lots.problem.proposals)}/routing")
    assert application.soup.select("#active tbody tr")
    assert "probability" in application.soup.select_one("#active").get_text()
    ahead = client.get(f"{address}/what-if?panel=1&evaluator=")
    assert ahead.soup.select_one("#today") is not None
    opened.tools.database.dispose()


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_page_opens_in_other_languages(
    tmp_path: Path, sqlite_template: Path, language: str
) -> None:
    call_id = make_drawn_round(tmp_path, sqlite_template, NOW)
    opened = open_at(sqlite_url_of(tmp_path / "round.sqlite"), tmp_path / "data")
    client = opened.log_in("esittelija", language)
    client.submit(client.get(f"/funder/calls/{call_id}/routing"), 'form[action$="/propose"]')
    assert client.get(f"/funder/calls/{call_id}/routing").soup.select_one("#draw") is not None
    opened.tools.database.dispose()

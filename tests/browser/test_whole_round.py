"""One round in a real browser: from the registration of an applicant to the letter and the public page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.lifecycle import CallState, DecisionState
from app.models import Call
from tests.browser import applying, handling, scoring, typed
from tests.browser.stage import Stage, open_stage, submit_another
from tests.pdf.papers import read_text
from tests.support.guests import Guest

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LetIn = Callable[..., Guest]


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path) -> Iterator[Stage]:
    with open_stage(sqlite_url, tmp_path) as opened:
        yield opened


def test_a_round_goes_from_registration_to_the_decision(stage: Stage, guest: LetIn) -> None:
    applicant, officer = guest(stage.address), guest(stage.address)
    home, receipt = applying.apply(stage, applicant)
    number = applicant.text("main .govuk-panel__body")
    assert number in read_text(receipt)
    bad = submit_another(stage)
    good = stage.application_id("SATAMAT")

    stage.turn_clock(stage.definition.timetable.closes + timedelta(days=1))
    handling.log_in(officer, "esittelija")
    handling.check(stage, officer, good, bad)
    one, other = handling.route(stage, officer)

    first, second = guest(stage.address), guest(stage.address)
    handling.log_in(first, f"arvioija-{one[-1]}")
    scoring.score_by_mouse(stage, first)
    handling.log_in(second, f"arvioija-{other[-1]}")
    scoring.score_by_keyboard(stage, second, one)

    handling.settle(stage, officer, good)
    handling.rank_and_select(stage, officer, guest(stage.address))
    handling.present(stage, officer)
    assert stage.decision_states() == {DecisionState.PRESENTED}
    handling.approve(stage, guest(stage.address))
    assert stage.decision_states() == {DecisionState.SIGNED}
    handling.serve(stage, officer)
    assert stage.decision_states() == {DecisionState.SERVED}
    verify_the_letter(guest(stage.address), read_the_letter(applicant, home, number), number)
    look_around(stage, guest)


def read_the_letter(applicant: Guest, home: str, number: str) -> bytes:
    handling.log_in(applicant, "hakija")
    applicant.goto(home)
    applicant.goto(f"{home}/decision")
    letter = applicant.download('main a[href$=".pdf"]')
    text = read_text(letter)
    assert number in text
    assert "Myönteinen tukipäätös" in text
    assert f"tukea enintään {typed.SUPPORT} euroa" in text
    assert f"{typed.SUPPORT} €" in applicant.text()
    return letter


def verify_the_letter(reader: Guest, letter: bytes, number: str) -> None:
    """Ask with the code that the letter prints, then with the file: as it is, and with one bit changed."""
    code = re.search(r"/v/((?:[0-9A-Z]{4}-?){4})", "".join(read_text(letter).split()))
    reader.goto("/en/calls")
    reader.follow('footer a[href$="/v"]')
    reader.submit('main form[method="get"]', code=code[1])
    assert number in reader.text("#letter")
    altered = letter[:-9000] + bytes([letter[-9000] ^ 1]) + letter[-8999:]
    for content, verdict in ((letter, "genuine"), (altered, "altered")):
        file = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": content}
        reader.find('[name="file"]').set_input_files(file)
        reader.follow('main form[method="post"] button')
        assert reader.find("#verdict").get_attribute("data-verdict") == verdict


def look_around(stage: Stage, guest: LetIn) -> None:
    with stage.tools.database.reading() as session:
        assert session.get_one(Call, stage.call_id).state is CallState.DECIDED
    public = guest(stage.address)
    public.goto(f"/fi/calls/{stage.definition.id}")
    public.goto("/fi/projects")
    assert "SATAMAT" in public.text()
    steering = guest(stage.address)
    handling.log_in(steering, "ohjausryhma")
    steering.goto(f"/steering/rounds/{stage.call_id}")

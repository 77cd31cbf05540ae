"""Nothing that somebody guards reaches anybody else: pages, lists, searches, files, exports, errors and mail."""

from __future__ import annotations

from urllib.parse import quote

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from app.models import Application, ApplicationMember, OutboxMail, User
from tests.support.pages import read_form
from tests.web.addresses import find_addresses
from tests.web.crawling import crawl, guessed_addresses
from tests.web.guarded_round import GuardedRound
from tests.web.markers import READERS, found_markers
from tests.web.round_makers import LOGINS


def met_by(world: GuardedRound, role: str) -> dict[str, str]:
    """Return the markers that a role meets, each with the first address where it stands."""
    addresses = find_addresses(world)
    met: dict[str, str] = {}
    starts = guessed_addresses(world, addresses, role)
    for address, answer in crawl(world.browser(role), starts, is_public=role == "anonymous"):
        assert answer.status_code < 500, address
        for marker in found_markers(answer.get_data().decode("utf-8", "replace")):
            met.setdefault(marker, address)
        for marker in found_markers(str(answer.headers)):
            met.setdefault(marker, f"{address} (headers)")
    return met


@pytest.mark.parametrize("role", ["anonymous", *LOGINS])
def test_a_role_meets_what_it_may_and_nothing_else(guarded: GuardedRound, role: str) -> None:
    met = met_by(guarded, role)
    may_meet = {marker for marker, readers in READERS.items() if role in readers}
    assert {key: met[key] for key in sorted(met.keys() - may_meet)} == {}, "leaks"
    assert sorted(may_meet - met.keys()) == [], "not shown to those who may see it"


def test_mail_says_nothing_of_anybody_but_its_reader(guarded: GuardedRound) -> None:
    with guarded.tools.database.reading() as session:
        mails = session.scalars(sa.select(OutboxMail).where(OutboxMail.subject != "linkki")).all()
        members = set(
            session.execute(
                sa.select(ApplicationMember.application_id, User.email).join(
                    User, User.id == ApplicationMember.user_id
                )
            ).all()
        )
        others = {
            each.id: (each.record_number, each.acronym, each.lead_name)
            for each in session.scalars(sa.select(Application)).all()
        }
    assert [each for each in mails if each.kind == "decision_served"] != []
    for mail in mails:
        text = f"{mail.subject}\n{mail.body}"
        assert found_markers(text) == []
        if mail.application_id is not None and mail.kind.startswith("decision"):
            assert (mail.application_id, mail.recipient) in members
        named = [
            name
            for key, names in others.items()
            for name in names
            if key != mail.application_id and name and name in text.split()
        ]
        assert named == [], mail.kind


HOSTILE = '"><script>alert(1)</script>'
HOSTILE_ADDRESSES = (
    "/{hostile}",
    "/en/calls/{hostile}",
    "/en/calls?sort={hostile}",
    "/account/login?back=/{hostile}",
    "/account/language/{hostile}",
    "/account/confirm/{hostile}",
    "/applicant/start/{hostile}",
    "/applicant/applications/{hostile}",
    "/funder/calls/{call}/applications?search={hostile}&sort={hostile}&state={hostile}&after={hostile}",
    "/admin/users?search={hostile}&after={hostile}",
    "/admin/events?action={hostile}&subject={hostile}&before={hostile}",
    "/static/{hostile}",
)


@pytest.mark.parametrize("role", ["anonymous", "officer", "admin"])
@pytest.mark.parametrize("language", ["fi", "en"])
def test_what_was_sent_is_never_shown_as_markup(
    guarded: GuardedRound, role: str, language: str
) -> None:
    call = find_addresses(guarded).calls["INNO-2027-1"]
    browser = guarded.browser(role)
    with browser.session_transaction() as cookie:
        cookie["language"] = language
    for address in HOSTILE_ADDRESSES:
        sent = address.format(hostile=quote(HOSTILE), call=call)
        answer = browser.get(sent, headers={"Referer": f"http://localhost/{HOSTILE}"})
        assert answer.status_code < 500, sent
        scripts = BeautifulSoup(answer.get_data(as_text=True), "html5lib").select("script")
        assert [each for each in scripts if "alert(1)" in each.get_text()] == [], sent
    typed = browser.post(
        f"/account/login?back={quote('/' + HOSTILE)}",
        data={"email": HOSTILE, "password": HOSTILE},
        headers=guarded.csrf_header(),
    )
    assert "<script>alert" not in typed.get_data(as_text=True)


def test_saving_a_partners_part_tells_nothing_of_the_other_partners_pay(
    guarded: GuardedRound,
) -> None:
    draft = find_addresses(guarded).applications["LUONNOS"]
    browser = guarded.browser("editor")
    page = browser.get(f"/applicant/applications/{draft}/sections/S6")
    soup = BeautifulSoup(page.get_data(as_text=True), "html5lib")
    form = read_form(soup.select("main form[data-autosave-url]")[0])
    task = next(name for name in form.values if name.endswith("-task"))
    assert form.values[task] == ["zqpaytwo"]
    changed = {**form.values, task: ["zqpaytwo uusi"], "_changed": ["staff_costs"]}
    for path, accept in (("/draft", "application/json"), ("", "text/html")):
        answer = browser.post(
            f"/applicant/applications/{draft}/sections/S6{path}",
            data=changed,
            headers={**guarded.csrf_header(), "Accept": accept},
        )
        assert answer.status_code in {200, 303, 409}
        assert "zqpayone" not in answer.get_data(as_text=True)

"""What an applicant marks as secret, with its ground: marked for those who may read it, and for nobody else there.

That nobody else meets it at all is the crawl's matter (test_leaks.py).
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup, Tag

from app.services.application import attachments, submission
from app.services.evaluation import assignments, eligibility, evaluations
from tests.support.applicants import small_pdf
from tests.web.addresses import Addresses, find_addresses
from tests.web.funder_round import NOW
from tests.web.guarded_round import GuardedRound
from tests.web.markers import READERS
from tests.web.round_makers import OWN, Maker

GROUND, FILE, REASON = "JulkL 24.1 § 20", "hinnat.pdf", "Sitoumuksessa on yksikköhintoja."


@pytest.fixture
def addresses(guarded: GuardedRound) -> Addresses:
    return find_addresses(guarded)


def read(guarded: GuardedRound, role: str, address: str) -> BeautifulSoup:
    """Return a page that a role may see."""
    answer = guarded.browser(role).get(address)
    assert answer.status_code == 200, (role, address)
    return BeautifulSoup(answer.get_data(as_text=True), "html5lib")


def words_of(tag: Tag) -> str:
    """Return the words of an element."""
    return " ".join(tag.get_text(" ").split())


def words_under(page: BeautifulSoup, heading: str) -> str:
    """Return the words between a heading of the third order and the next one."""
    found = next(each for each in page.select("h3") if words_of(each).startswith(heading))
    texts = []
    for each in found.find_all_next():
        if each.name in {"h2", "h3"}:
            break
        texts.append(words_of(each))
    return " ".join(texts)


QUESTION = "Role of companies in planning"


def test_an_officer_reads_the_mark_with_its_ground_and_reason(
    guarded: GuardedRound, addresses: Addresses
) -> None:
    for role in ("officer", "decider"):
        page = read(guarded, role, f"/funder/applications/{addresses.applications[OWN]}")
        marked = words_under(page, QUESTION)
        assert "zqsecret" in marked
        assert GROUND in marked
        assert "zqreason" in marked
        marks = [
            each for each in page.select("main strong") if "Marked as secret" in words_of(each)
        ]
        assert len(marks) == 1


def test_an_evaluator_reads_the_mark_at_the_answer(
    guarded: GuardedRound, addresses: Addresses
) -> None:
    base = f"/evaluator/evaluations/{addresses.evaluations[OWN, 'declared']}"
    for path in ("/application", "/scores"):
        marked = words_under(read(guarded, "declared", base + path), QUESTION)
        assert "zqsecret" in marked
        assert GROUND in marked


def test_the_applicant_sees_the_marks_that_were_sent(
    guarded: GuardedRound, addresses: Addresses
) -> None:
    page = read(guarded, "owner", f"/applicant/applications/{addresses.applications[OWN]}/check")
    words = words_of(page.select("main")[0])
    assert GROUND in words
    assert "zqreason" in words


def test_the_public_and_the_steering_group_read_no_secret() -> None:
    outside = {"anonymous", "steering", "admin", "stranger", "unassigned", "disqualified"}
    assert READERS["zqsecret"] & outside == set()
    assert READERS["zqreason"] & outside == set()


def add_secret_file(guarded: GuardedRound, acronym: str) -> None:
    """Complete an application by a secret file, and give it to an evaluator who has declared."""
    with guarded.tools.database.unit_of_work() as session:
        maker = Maker(guarded.tools, session)
        application, officer = maker.application(acronym), maker.actor("officer")
        maker.add_member("owner", application.id)
        due = NOW + timedelta(days=3)
        asked = eligibility.CompletionInput(("att_other",), "Lähettäkää sitoumus.", due)
        eligibility.request_completion(session, application.id, asked, officer, NOW)
        file = attachments.AttachmentInput(
            "att_other", FILE, small_pdf(), secrecy_ground=GROUND, secrecy_reason=REASON
        )
        owner = maker.actor("owner")
        attachments.attach_file(session, guarded.tools, application.id, file, owner, NOW)
        session.flush()
        submission.answer_completion(session, application.id, owner, NOW)
        eligibility.admit(session, application.id, officer, NOW)
        evaluator = maker.actor("unassigned")
        assert evaluator.user_id is not None
        work = assignments.assign_evaluator(
            session, application.id, evaluator.user_id, officer, NOW
        )
        assignments.release_assignments(session, application.call_id, due, officer, NOW)
        evaluations.declare_independence(session, work.id, evaluator, NOW)


def test_a_secret_file_is_marked_for_those_who_may_open_it(guarded: GuardedRound) -> None:
    add_secret_file(guarded, "TWINPUU")
    found = find_addresses(guarded)
    application_id = found.applications["TWINPUU"]
    pages = {
        "officer": f"/funder/applications/{application_id}",
        "unassigned": f"/evaluator/evaluations/{found.evaluations['TWINPUU', 'unassigned']}/application",
    }
    for role, address in pages.items():
        page = read(guarded, role, address)
        link = next(each for each in page.select("main a[href]") if words_of(each) == FILE)
        line = link.find_parent("li")
        assert line is not None
        assert "secret" in words_of(line).removeprefix(FILE).lower()
        assert guarded.browser(role).get(str(link["href"])).status_code == 200
        for stranger in ("anonymous", "stranger", "steering", "undeclared"):
            refused = guarded.browser(stranger).get(str(link["href"]))
            assert refused.status_code in {401, 403}, stranger
            assert FILE not in refused.get_data(as_text=True)
    officer = words_of(read(guarded, "officer", pages["officer"]).select("main")[0])
    assert REASON in officer
    assert GROUND in officer

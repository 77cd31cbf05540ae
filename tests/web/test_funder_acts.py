"""Completion, questions, support by partner, the third evaluator and lots, in the browser end to end."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa

from app.domain.lifecycle import ApplicationState, DecisionState
from app.domain.records import canonical_json, sha256_text
from app.models import (
    Application,
    Call,
    CallQuestion,
    CompletionRequest,
    Decision,
    Disqualification,
    Evaluation,
    OutboxMail,
    Ranking,
    User,
)
from app.services.application.submission import lapse_completions
from app.services.paper.letters import build_letter
from app.services.paper.source import open_source
from tests.support.pages import PageClient
from tests.web.funder_round import NOW, FunderRound

NEED = "Täydennetty kuvaus tarpeesta ja siitä, keneltä tieto on saatu. " * 12


def ask_completion(opened: FunderRound, key: uuid.UUID) -> PageClient:
    client = opened.log_in("esittelija", "en")
    page = client.get(f"/funder/applications/{key}/completion")
    client.submit(
        page, question_ids=["need", "aims"], message="Täsmentäkää tarvetta.", due_day="2027-07-10"
    )
    return client


def test_a_completion_is_asked_answered_compared_and_accepted(submitted: FunderRound) -> None:
    key = submitted.application_id("HYVERKKO")
    officer = ask_completion(submitted, key)
    own = f"/funder/applications/{key}"
    officer.get(f"{own}/changes", status=404)
    applicant = submitted.log_in("hakija-demo-01", "en")
    mine = f"/applicant/applications/{key}"
    assert "Täsmentäkää tarvetta." in applicant.get(mine).text("main")
    section = applicant.get(f"{mine}/sections/S4")
    applicant.submit(section, need=NEED)
    applicant.submit(applicant.get(f"{mine}/check"), "#submit-form", declaration="y")
    changes = officer.get(f"{own}/changes")
    assert [row["id"] for row in changes.soup.select("main tbody tr[id]")] == ["c-need", "c-aims"]
    cells = changes.texts("#c-need > td")
    assert cells[0] != cells[1] == NEED.strip()
    assert len(set(changes.texts("#c-aims > td"))) == 1
    shown = officer.get(own)
    assert shown.links("#eligibility ~ p a")["What changed in version 2"] == f"{own}/changes"
    for link in officer.get(f"{own}/eligibility").soup.select('a[href*="/checks/"]'):
        officer.submit(officer.get(str(link["href"])), passed="yes", reason="Tarkastettu.")
    officer.submit(officer.get(f"{own}/eligibility"), "#admit")
    assert "Submitted → Eligible" in officer.get(own).texts(".app-timeline li")[0]
    with submitted.tools.database.reading() as session:
        assert session.get_one(Application, key).state is ApplicationState.ELIGIBLE


def test_a_completion_that_is_not_answered_lapses_and_the_handling_goes_on(
    submitted: FunderRound,
) -> None:
    key = submitted.application_id("HYVERKKO")
    officer = ask_completion(submitted, key)
    with submitted.tools.database.unit_of_work() as session:
        assert lapse_completions(session, datetime(2027, 8, 1, tzinfo=NOW.tzinfo)) == 1
    page = officer.get(f"/funder/applications/{key}")
    assert "Not answered in time" in page.text("main")
    officer.submit(
        officer.get(f"/funder/applications/{key}/checks/E10"), passed="no", reason="Ei täydennetty."
    )
    officer.submit(officer.get(f"/funder/applications/{key}/eligibility"), 'form[action$="refuse"]')
    with submitted.tools.database.reading() as session:
        assert session.get_one(Application, key).state is ApplicationState.INELIGIBLE
        asked = session.scalars(sa.select(CompletionRequest)).all()
        assert "lapsed" in {each.outcome for each in asked}


def add_question(opened: FunderRound, call_id: uuid.UUID) -> uuid.UUID:
    with opened.tools.database.unit_of_work() as session:
        email = "hakija-demo-01@innoverkko.example"
        asker = session.scalars(sa.select(User).where(User.email == email)).one()
        question = CallQuestion(
            call_id=call_id,
            language="fi",
            question="Voiko kaupunki olla kahdessa hakemuksessa?",
            asked_at=NOW,
            asked_by=asker.id,
        )
        session.add(question)
        session.flush()
        return question.id


def test_an_officer_answers_a_question_and_its_asker_is_told(submitted: FunderRound) -> None:
    question_id = add_question(submitted, submitted.call_id)
    officer = submitted.log_in("esittelija", "en")
    path = f"/funder/calls/{submitted.call_id}/questions"
    wrong = officer.submit(officer.get(path), "#answer-form", status=422, answer=" ")
    assert len(wrong.errors) == 1
    officer.submit(officer.get(path), "#answer-form", answer="Voi.")
    with submitted.tools.database.reading() as session:
        assert session.get_one(CallQuestion, question_id).answer == "Voi."
        code = session.get_one(Call, submitted.call_id).code
        mails = session.scalars(
            sa.select(OutboxMail.recipient).where(OutboxMail.kind == "question_answered")
        ).all()
    assert mails == ["hakija-demo-01@innoverkko.example"]
    assert "Voi." in officer.get(f"/en/calls/{code}/questions").text("main")


def test_the_question_of_another_call_is_not_answered(submitted: FunderRound) -> None:
    with submitted.tools.database.unit_of_work() as session:
        model = session.get_one(Call, submitted.call_id)
        names = [c.key for c in sa.inspect(Call).column_attrs if c.key != "id"]
        other = Call(**({key: getattr(model, key) for key in names} | {"code": "MUU-2027"}))
        session.add(other)
        session.flush()
        other_id = other.id
    add_question(submitted, submitted.call_id)
    theirs = add_question(submitted, other_id)
    officer = submitted.log_in("esittelija")
    page = officer.get(f"/funder/calls/{submitted.call_id}/questions")
    officer.submit(page, "#answer-form", status=404, question=str(theirs), answer="Voi.")
    with submitted.tools.database.reading() as session:
        assert session.get_one(CallQuestion, theirs).answered_at is None


def draft_of(opened: FunderRound, client: PageClient, acronym: str) -> Decision:
    path = f"/funder/calls/{opened.call_id}/decisions"
    client.submit(client.get(path), 'form[action$="/draft"]')
    key = opened.application_id(acronym)
    with opened.tools.database.reading() as session:
        return session.scalars(sa.select(Decision).where(Decision.application_id == key)).one()


def test_support_is_reduced_partner_by_partner_with_reasons(ranked: FunderRound) -> None:
    officer = ranked.log_in("esittelija", "en")
    decision = draft_of(ranked, officer, "HYVERKKO")
    own = f"/funder/decisions/{decision.id}"
    page = officer.get(own)
    before = page.form("#supports").values
    first = Decimal(before["support_P1"][0].replace(",", ""))
    cut = f"{first - 1000:.2f}"
    assert officer.submit(page, "#supports", status=422, support_P1=cut, reductions="").errors
    too_much = f"{first + 1:.2f}"
    wrong = officer.submit(page, "#supports", status=422, support_P1=too_much, reductions="Virhe.")
    assert wrong.form("#supports").values["support_P1"] == [too_much]
    officer.submit(page, "#supports", support_P1=cut, reductions="Matkakulut eivät kuulu.")
    with ranked.tools.database.reading() as session:
        row = session.get_one(Decision, decision.id)
        assert (row.kind, row.support) == ("grant_reduced", decision.support - 1000)
        letter = build_letter(open_source(session, ranked.tools.registers, row), NOW, is_draft=True)
    assert letter.decision.reductions == ("Matkakulut eivät kuulu.",)
    assert letter.partners[0].support == cut
    shown = officer.get(own)
    assert "Matkakulut eivät kuulu." in shown.text(".app-letter")
    officer.submit(shown, "#supports", support_P1=f"{first:.2f}", reductions="")
    with ranked.tools.database.reading() as session:
        row = session.get_one(Decision, decision.id)
        assert (row.kind, row.support) == ("grant", decision.support)


def test_the_preview_of_a_draft_is_a_pdf(ranked: FunderRound) -> None:
    officer = ranked.log_in("esittelija")
    decision = draft_of(ranked, officer, "KUSTNÄT")
    preview = officer.get(f"/funder/decisions/{decision.id}/letter.pdf").response
    assert preview.data.startswith(b"%PDF")


def test_setting_the_support_takes_a_presentation_back(ranked: FunderRound) -> None:
    officer = ranked.log_in("esittelija")
    decision = draft_of(ranked, officer, "HYVERKKO")
    own = f"/funder/decisions/{decision.id}"
    officer.submit(officer.get(own), 'form[action$="/present"]')
    page = officer.get(own)
    amounts = {name for name in page.form("#supports").names if name.startswith("support_")}
    officer.submit(page, "#supports", **{min(amounts): "1000"}, reductions="Rahoitetaan osa.")
    with ranked.tools.database.reading() as session:
        assert session.get_one(Decision, decision.id).state is DecisionState.DRAFT


def test_the_letter_stands_beside_the_draft_and_a_rejection_has_no_support(
    ranked: FunderRound,
) -> None:
    officer = ranked.log_in("esittelija")
    decision = draft_of(ranked, officer, "MATKA-XR")
    page = officer.get(f"/funder/decisions/{decision.id}")
    assert page.soup.select("#supports") == []
    assert len(page.soup.select(".app-split__side .app-letter h2")) > 3


def test_who_presented_reads_why_there_is_no_button(ranked: FunderRound) -> None:
    both = ranked.log_in("molemmat", "en")
    decision = draft_of(ranked, both, "HYVERKKO")
    own = f"/funder/decisions/{decision.id}"
    both.submit(both.get(own), 'form[action$="/present"]')
    page = both.get(own)
    assert page.texts("#who-decides") == [
        "You presented this decision, so another person must decide."
    ]
    assert page.soup.select('form[action$="/approve"]') == []
    officer = ranked.log_in("esittelija", "en").get(own)
    assert len(officer.texts("#who-decides")) == 1
    decider = ranked.log_in("ratkaisija").get(own)
    assert decider.texts("#who-decides") == []
    assert len(decider.soup.select('form[action$="/approve"]')) == 1


def test_a_reduction_names_the_partner_on_whom_it_falls(submitted: FunderRound) -> None:
    client = submitted.log_in("esittelija")
    key = submitted.application_id("HYVERKKO")
    page = client.get(f"/funder/applications/{key}/support")
    wrong = client.submit(page, status=422, amount="1000", partner="P3", reasons="Liian paljon.")
    assert len(wrong.errors) == 1
    client.submit(page, amount="622000", partner="P2", reasons="Osa ei ole tukikelpoista.")
    with submitted.tools.database.reading() as session:
        row = session.get_one(Application, key)
        assert (row.reduced_partner, row.support_proposed) == ("P2", Decimal("622000.00"))


def test_candidates_for_the_third_have_no_part_and_no_conflict(scored: FunderRound) -> None:
    key = scored.application_id("FOTONIRUOKA")
    with scored.tools.database.reading() as session:
        busy = set(
            session.scalars(
                sa.select(Evaluation.evaluator_id).where(Evaluation.application_id == key)
            )
        ) | set(
            session.scalars(
                sa.select(Disqualification.person_id).where(Disqualification.application_id == key)
            )
        )
    page = scored.log_in("esittelija").get(f"/funder/applications/{key}/third")
    offered = {str(each["value"]) for each in page.soup.select("#evaluator option")}
    assert offered
    assert offered.isdisjoint(str(each) for each in busy)
    assert len(page.rows()) == len(offered)


def test_the_ranking_shows_the_reserve_list_and_the_lots_that_were_drawn(
    ranked: FunderRound,
) -> None:
    with ranked.tools.database.unit_of_work() as session:
        old = session.scalars(sa.select(Ranking)).one()
        content = json.loads(old.content)
        tied = [row["application"] for row in content["rows"][:2]]
        content["lot"] = {"seed": "00" * 16, "places": {tied[0]: 2, tied[1]: 1}}
        text = canonical_json(content)
        session.add(
            Ranking(
                call_id=ranked.call_id,
                number=old.number + 1,
                content=text,
                sha256=sha256_text(text),
                reason="Arvonta",
                created_at=NOW,
            )
        )
        names = {row["application"]: row["record_number"] for row in content["rows"]}
        reserve = [row["record_number"] for row in content["rows"] if row["reserve_place"]]
    page = ranked.log_in("esittelija").get(f"/funder/calls/{ranked.call_id}/ranking")
    lots = page.texts("#lots ~ ol li")
    assert [text.split()[0] for text in lots] == [names[tied[1]], names[tied[0]]]
    assert [text.split()[0] for text in page.texts("#reserve + ol li")] == reserve
    assert len(page.soup.select("tr.app-cut")) == 1


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_new_pages_are_good_pages_in_every_language(ranked: FunderRound, language: str) -> None:
    client = ranked.log_in("esittelija", language)
    add_question(ranked, ranked.call_id)
    client.get(f"/funder/calls/{ranked.call_id}/questions")
    decision = draft_of(ranked, client, "HYVERKKO")
    client.get(f"/funder/decisions/{decision.id}")
    key = ranked.application_id("AKKUKIERTO")
    page = client.get(f"/funder/applications/{key}")
    assert len(page.soup.select(".app-timeline li")) == 20
    earlier = client.get(str(page.soup.select_one('a[rel="next"]')["href"]))
    assert earlier.soup.select(".app-timeline li")
    for check in ("E01", "E02", "E03", "E07", "E09"):
        shown = client.get(f"/funder/applications/{key}/checks/{check}")
        facts = " ".join(shown.texts(".govuk-summary-list"))
        assert not any(mark in facts for mark in ("{", "_", "+00:00"))

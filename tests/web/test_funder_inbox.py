"""The inbox: what each reader does first, and where each role stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.domain.lifecycle import EvaluationState
from app.models import Application, Call, Decision, Evaluation
from app.queries.funder.inbox import CallLine, list_calls
from app.queries.funder.tasks import (
    Phase,
    Task,
    find_phase,
    list_decider_tasks,
    list_officer_tasks,
)
from app.services.background.work import run_due_jobs
from tests.support.pages import Page
from tests.support.statements import statements
from tests.web.funder_round import NOW, FunderRound

LONG_AGO = timedelta(days=1)


def line_of(opened: FunderRound) -> CallLine:
    with opened.tools.database.reading() as session:
        call = session.get_one(Call, opened.call_id)
        (line,) = list_calls(session, frozenset({call.granting_authority}), NOW)
        return line


def codes(tasks: list[Task]) -> list[tuple[str, int]]:
    return [(task.code, task.count) for task in tasks]


def first_link(page: Page) -> str:
    return str(page.soup.select_one(".app-next a.govuk-button")["href"])


def test_unchecked_applications_come_first(submitted: FunderRound) -> None:
    line = line_of(submitted)
    assert find_phase(line) is Phase.ELIGIBILITY
    assert codes(list_officer_tasks(line)) == [("check", 12)]
    page = submitted.log_in("esittelija", "en").get("/funder/")
    assert first_link(page).endswith("applications?state=submitted")
    assert len(page.texts("#phase-eligibility")) == 1


def test_an_overdue_completion_is_a_task_and_one_that_is_not_yet_due_is_waited_for(
    submitted: FunderRound,
) -> None:
    client = submitted.log_in("esittelija", "en")
    key = submitted.application_id("HYVERKKO")
    page = client.get(f"/funder/applications/{key}/completion")
    client.submit(page, question_ids=["need"], message="Täsmentäkää.", due_day="2027-07-10")
    due = line_of(submitted).completions.next_due
    assert due is not None
    later = NOW + timedelta(days=30)
    with submitted.tools.database.reading() as session:
        call = session.get_one(Call, submitted.call_id)
        (line,) = list_calls(session, frozenset({call.granting_authority}), later)
    assert (line.completions.open, line.completions.overdue, line.completions.next_due) == (
        1,
        1,
        None,
    )
    tasks = list_officer_tasks(line)
    assert codes(tasks) == [("completion_overdue", 1), ("check", 11)]
    assert tasks[0].due == line.completions.first_overdue == due


def test_applications_without_evaluators_wait_for_a_pool(checked: FunderRound) -> None:
    line = line_of(checked)
    assert find_phase(line) is Phase.EVALUATION
    code, count = codes(list_officer_tasks(line))[0]
    assert (code, count) == ("fill_pool" if not line.pool_size else "assign", 10)


def test_late_score_sheets_and_undeclared_ones_are_counted(scored: FunderRound) -> None:
    with scored.tools.database.unit_of_work() as session:
        keys = session.scalars(
            sa.select(Evaluation.id).where(Evaluation.state == EvaluationState.LOCKED).limit(2)
        ).all()
        session.execute(
            sa.update(Evaluation)
            .where(Evaluation.id.in_(keys))
            .values(state=EvaluationState.ASSIGNED, due_at=NOW - LONG_AGO)
        )
    line = line_of(scored)
    assert line.sheets.late == 2
    assert line.sheets.count(EvaluationState.ASSIGNED) == 2
    first = list_officer_tasks(line)[0]
    assert (first.code, first.count, first.due) == ("late", 2, NOW - LONG_AGO)
    page = scored.log_in("esittelija", "en").get("/funder/")
    assert "30" in page.texts(".app-next p")[0]


def test_a_scored_round_is_ranked_then_selected(scored: FunderRound) -> None:
    assert codes(list_officer_tasks(line_of(scored))) == [("rank", 10)]
    client = scored.log_in("esittelija", "en")
    path = f"/funder/calls/{scored.call_id}/ranking"
    client.submit(client.get(path), "#draw")
    line = line_of(scored)
    body = frozenset({line.selecting_authority})
    assert codes(list_officer_tasks(line)) == [("wait_for_selection", 0)]
    assert codes(list_decider_tasks(line, body)) == [("select", 10)]
    page = scored.log_in("valitsija", "en").get("/funder/")
    assert first_link(page).endswith("/ranking")


def test_decisions_go_from_draft_to_approval_with_their_sums(ranked: FunderRound) -> None:
    officer, decider = ranked.log_in("esittelija", "en"), ranked.log_in("ratkaisija", "en")
    path = f"/funder/calls/{ranked.call_id}/decisions"
    assert codes(list_officer_tasks(line_of(ranked))) == [("draft", 12)]
    officer.submit(officer.get(path), 'form[action$="/draft"]')
    assert codes(list_officer_tasks(line_of(ranked))) == [("present", 12)]
    with ranked.tools.database.reading() as session:
        grant = session.scalars(
            sa.select(Decision).where(Decision.kind == "grant").order_by(Decision.support)
        ).first()
    assert grant is not None
    officer.submit(officer.get(path), "#many", status=200, decision=[str(grant.id)])
    line = line_of(ranked)
    (task,) = list_decider_tasks(line, frozenset({line.granting_authority}))
    assert (task.code, task.count, task.amount) == ("approve", 1, grant.support)
    page = decider.get("/funder/")
    assert first_link(page).endswith("/decisions")
    own = decider.get(f"/funder/decisions/{grant.id}")
    decider.submit(own, "#return", reason="Täydentäkää.")
    tasks = codes(list_officer_tasks(line_of(ranked)))
    assert tasks == [("returned", 1), ("present", 11)]
    officer.submit(officer.get(path), "#many", status=200, decision=[str(grant.id)])
    decider.submit(decider.get(f"/funder/decisions/{grant.id}"), 'form[action$="/approve"]')
    run_due_jobs(ranked.tools, NOW)
    assert ("serve", 1) in codes(list_officer_tasks(line_of(ranked)))


def test_the_inbox_takes_as_many_statements_for_three_calls_as_for_one(
    submitted: FunderRound,
) -> None:
    client = submitted.log_in("esittelija")
    client.get("/funder/")
    with statements(submitted.tools.database.engine) as seen:
        client.get("/funder/")
    one = len(seen)
    with submitted.tools.database.unit_of_work() as session:
        model = session.get_one(Call, submitted.call_id)
        columns = [c.key for c in sa.inspect(Call).column_attrs if c.key != "id"]
        for number in range(2):
            copied = {key: getattr(model, key) for key in columns} | {"code": f"TOINEN-{number}"}
            session.add(Call(**copied))
    with statements(submitted.tools.database.engine) as seen:
        page = client.get("/funder/")
    assert len(page.soup.select("section.app-card")) == 3
    assert len(seen) == one <= 8


@pytest.mark.parametrize("name", ["esittelija", "ratkaisija", "molemmat"])
def test_each_reader_has_one_card_and_four_status_lines_for_a_call(
    ranked: FunderRound, name: str
) -> None:
    page = ranked.log_in(name, "en").get("/funder/")
    assert len(page.soup.select(".app-next")) == 1
    assert len(page.soup.select("section.app-card .govuk-summary-list__row")) == 4


def test_nothing_is_left_to_do_when_all_is_withdrawn(submitted: FunderRound) -> None:
    with submitted.tools.database.unit_of_work() as session:
        session.execute(sa.update(Application).values(state="withdrawn", withdrawn_at=NOW))
    line = line_of(submitted)
    assert find_phase(line) is Phase.DONE
    assert codes(list_officer_tasks(line)) == [("done", 0)]

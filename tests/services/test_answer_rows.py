"""Rows of answers and partners that two people edit at once, on both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.domain.errors import StaleVersion
from app.domain.row_merge import RowEdit, row_digest
from app.models import Answer, Partner
from app.queries.content import load_content
from app.services.application.answers import AnswerChange, save_answers
from app.services.application.partners import confirm_partner, save_partners
from tests.support import applicants


def company(name):
    return {"name": name, "y_tunnus": "0245895-5", "size": "small", "region": "19"}


def save(draft, rows, base=None, question="companies", key=""):
    """Save rows by identifier; ``base`` is what the writer read, by identifier."""
    asked = draft.definition.get_question(question)
    read = {row_id: row_digest(asked, row) for row_id, row in (base or {}).items()}
    change = AnswerChange(question, list(rows.values()), key, rows=RowEdit(tuple(rows), read))
    with draft.database.unit_of_work() as session:
        save_answers(session, draft.id, [change], draft.owner, draft.now)


def stored(draft, question="companies"):
    with draft.database.reading() as session:
        return load_content(session, draft.id).rows(question)


READ = {"a": company("A"), "b": company("B"), "c": company("C")}


def test_different_rows_of_two_people_are_both_kept(stage):
    save(stage, READ)
    save(stage, {**READ, "a": company("A by one")}, READ)
    save(stage, {**READ, "c": company("C by other"), "d": company("D")}, READ)
    names = [row["name"] for row in stored(stage)]
    assert names == ["A by one", "B", "C by other", "D"]


def test_identifiers_stay_beside_the_content(stage):
    save(stage, READ)
    assert stored(stage) == list(READ.values())
    with stage.database.reading() as session:
        answer = session.get_one(Answer, (stage.id, "companies", ""))
        assert answer.row_ids == ["a", "b", "c"]


def test_the_same_row_of_two_people_is_a_conflict_and_nothing_is_lost(stage):
    save(stage, READ)
    save(stage, {**READ, "b": company("B by one")}, READ)
    with pytest.raises(StaleVersion) as refusal:
        save(stage, {**READ, "b": company("B by other")}, READ)
    (clash,) = refusal.value.data["answers"]
    assert clash["stored"]["name"] == "B by one"
    assert clash["yours"]["name"] == "B by other"
    assert stored(stage)[1]["name"] == "B by one"


def test_imported_rows_are_edited_one_by_one_too(stage):
    with stage.database.unit_of_work() as session:
        change = AnswerChange("companies", list(READ.values()))
        save_answers(session, stage.id, [change], stage.owner, stage.now)
    read = dict(zip(("p1", "p2", "p3"), READ.values(), strict=True))
    save(stage, {**read, "p1": company("A by one")}, read)
    save(stage, {"p1": company("A"), "p3": company("C")}, read)
    assert [row["name"] for row in stored(stage)] == ["A by one", "C"]


def partner_base(draft, rows):
    question = next(each for each in draft.definition.questions() if each.type == "partners")
    return {row["key"]: row_digest(question, row) for row in rows}


def save_rows(draft, rows, base):
    with draft.database.unit_of_work() as session:
        save_partners(session, draft.id, rows, draft.owner, draft.now, base)


def summaries(draft):
    with draft.database.reading() as session:
        rows = session.execute(
            sa.select(Partner.key, Partner.task_summary)
            .where(Partner.application_id == draft.id)
            .order_by(Partner.position)
        )
        return dict(rows.all())


def changed(rows, key, text):
    return [{**row, "task_summary": text} if row["key"] == key else row for row in rows]


def test_two_people_who_edit_different_partners_keep_both_texts(stage):
    rows = applicants.partner_rows()
    base = partner_base(stage, rows)
    save_rows(stage, changed(rows, "P2", "one"), base)
    save_rows(stage, changed(rows, "P3", "other"), base)
    assert summaries(stage) == {"P1": "Testaus", "P2": "one", "P3": "other"}


def test_the_same_partner_changed_by_two_people_is_a_conflict(stage):
    rows = applicants.partner_rows()
    base = partner_base(stage, rows)
    save_rows(stage, changed(rows, "P2", "one"), base)
    with pytest.raises(StaleVersion) as refusal:
        save_rows(stage, changed(rows, "P2", "other"), base)
    (clash,) = refusal.value.data["answers"]
    assert (clash["row"], clash["stored"]["task_summary"]) == ("P2", "one")
    assert summaries(stage)["P2"] == "one"


def test_a_partner_added_by_another_is_not_removed_by_an_older_page(stage):
    rows = applicants.partner_rows()
    base = partner_base(stage, rows)
    fourth = {**rows[2], "key": "P4", "name": "Neljäs"}
    save_rows(stage, [*rows, fourth], base)
    save_rows(stage, changed(rows, "P1", "lead"), base)
    assert list(summaries(stage)) == ["P1", "P2", "P3", "P4"]


def test_a_partner_whose_budget_changes_confirms_again(stage):
    row = applicants.financing_row("P2")
    save(stage, {"s:P2": row}, question="financing", key="P2")
    with stage.database.unit_of_work() as session:
        for key in ("P1", "P2"):
            confirm_partner(session, stage.id, key, stage.owner, stage.now)
    save(stage, {"s:P2": row}, {"s:P2": row}, question="financing", key="P2")
    assert confirmed(stage) == {"P1", "P2"}
    save(stage, {"s:P2": {**row, "own": "1.00"}}, {"s:P2": row}, question="financing", key="P2")
    assert confirmed(stage) == {"P1"}


def confirmed(draft):
    with draft.database.reading() as session:
        rows = load_content(session, draft.id).partners
    return {row["key"] for row in rows if row["confirmed"]}

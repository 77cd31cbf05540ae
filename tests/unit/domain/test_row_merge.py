"""Merging the rows of one answer that two people edit at once."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.row_merge import (
    identify_rows,
    merge_rows,
    read_base,
    row_digest,
    write_base,
)


@dataclass(frozen=True)
class AColumn:
    id: str
    type: str = "text"


@dataclass(frozen=True)
class AQuestion:
    id: str = "companies"
    type: str = "table"
    columns: tuple[AColumn, ...] = field(
        default=(AColumn("name"), AColumn("share", "percent"), AColumn("done", "yes_no"))
    )


TABLE = AQuestion()


def base_of(rows):
    return {row_id: row_digest(TABLE, row) for row_id, row in rows.items()}


def row(name, **more):
    return {"name": name, **more}


READ = {"a": row("A"), "b": row("B"), "c": row("C")}


def test_two_people_who_edit_different_rows_do_not_clash():
    stored = {**READ, "a": row("A by another")}
    merge = merge_rows(TABLE, base_of(READ), {**READ, "b": row("B by me")}, stored)
    assert merge.rows == {"a": row("A by another"), "b": row("B by me"), "c": row("C")}
    assert merge.conflicts == []


def test_the_same_row_changed_by_both_is_a_conflict_with_both_texts():
    stored = {**READ, "b": row("B by another")}
    merge = merge_rows(TABLE, base_of(READ), {**READ, "b": row("B by me")}, stored)
    (conflict,) = merge.conflicts
    assert (conflict.id, conflict.stored, conflict.yours) == (
        "b",
        row("B by another"),
        row("B by me"),
    )


def test_rows_that_both_changed_alike_are_no_conflict():
    stored = {**READ, "b": row("B anew")}
    assert merge_rows(TABLE, base_of(READ), {**READ, "b": row("B anew")}, stored).conflicts == []


def test_a_removed_row_stays_removed_and_added_rows_of_both_stay():
    mine = {"a": row("A"), "c": row("C"), "n1": row("mine")}
    stored = {**READ, "n2": row("theirs")}
    merge = merge_rows(TABLE, base_of(READ), mine, stored)
    assert [each["name"] for each in merge.rows.values()] == ["A", "C", "mine", "theirs"]


def test_removing_a_row_that_another_changed_is_a_conflict():
    mine = {"a": row("A"), "c": row("C")}
    merge = merge_rows(TABLE, base_of(READ), mine, {**READ, "b": row("B by another")})
    assert [(each.id, each.yours) for each in merge.conflicts] == [("b", None)]


def test_changing_a_row_that_another_removed_is_a_conflict():
    stored = {"a": row("A"), "c": row("C")}
    merge = merge_rows(TABLE, base_of(READ), {**READ, "b": row("B by me")}, stored)
    assert [(each.id, each.stored) for each in merge.conflicts] == [("b", None)]


def test_a_row_that_nobody_touched_but_another_removed_goes():
    stored = {"a": row("A"), "c": row("C")}
    assert list(merge_rows(TABLE, base_of(READ), READ, stored).rows) == ["a", "c"]


def test_a_new_row_whose_first_answer_was_lost_is_not_stored_twice():
    merge = merge_rows(TABLE, base_of(READ), {**READ, "new2": row("N")}, {**READ, "new1": row("N")})
    assert [each["name"] for each in merge.rows.values()] == ["A", "B", "C", "N"]


def test_a_starting_row_that_nobody_stored_is_taken():
    base = {"s:RCO01": row_digest(TABLE, row("RCO01"))}
    assert list(merge_rows(TABLE, base, {"s:RCO01": row("RCO01")}, {}).rows) == ["s:RCO01"]


def test_how_a_number_is_written_does_not_count():
    assert row_digest(TABLE, row("A", share="12.50")) == row_digest(TABLE, row("A", share="12.5"))
    assert row_digest(TABLE, row("12.50")) != row_digest(TABLE, row("12.5"))


def test_no_is_an_answer_and_nothing_is_none():
    assert row_digest(TABLE, row("A", done=False)) != row_digest(TABLE, row("A"))
    assert row_digest(TABLE, row("A", done=None)) == row_digest(TABLE, row("A"))


def test_imported_rows_are_known_by_their_place():
    assert identify_rows("table", [row("A"), row("B")], []) == ["p1", "p2"]
    assert identify_rows("dnsh", [{"objective": "a"}], ["x"]) == ["s:a"]


@pytest.mark.parametrize("text", ["", "nonsense", "/.", "P1/", "P1/x"])
def test_a_base_that_cannot_be_read_is_left_out(text):
    assert read_base(text) == {}


def test_a_base_is_read_as_it_was_written():
    entries = [("", "s:a", "12ab"), ("P2", "r.1", "ff")]
    assert read_base(write_base(entries)) == {"": {"s:a": "12ab"}, "P2": {"r.1": "ff"}}


rows_of = st.dictionaries(
    st.sampled_from("abcdef"), st.builds(row, st.sampled_from("xyz")), max_size=6
)


@given(read=rows_of, mine=rows_of, stored=rows_of)
def test_nothing_that_one_person_wrote_alone_is_lost(read, mine, stored):
    base = base_of(read)
    merge = merge_rows(TABLE, base, mine, stored)
    open_ids = {each.id for each in merge.conflicts}
    kept = [each["name"] for each in merge.rows.values()]
    for row_id, each in {**stored, **mine}.items():
        is_new = base.get(row_id) != row_digest(TABLE, each)
        assert not is_new or row_id in open_ids or each["name"] in kept


@given(read=rows_of, mine=rows_of)
def test_alone_one_gets_exactly_what_one_typed(read, mine):
    merge = merge_rows(TABLE, base_of(read), mine, read)
    assert merge.conflicts == [] or set(mine) - set(read)
    assert not (set(mine) <= set(read)) or merge.rows == mine

from __future__ import annotations

import pytest
from pydantic import TypeAdapter
from werkzeug.datastructures import MultiDict

from app.domain.errors import Problem
from calls.questions import Column, Option, Question, Section
from forms.from_definition import build_section_form, walk_fields
from forms.rows import RowList, apply_row_action
from forms.starting_rows import FormContext

LABEL = {"fi": "Nimi", "en": "Name"}
OPTIONS = [{"id": "a", "label": LABEL}, {"id": "b", "label": LABEL}]
CONTEXT = FormContext(
    language="fi",
    partners=[("P1", "Osapuoli 1"), ("P2", "Osapuoli 2")],
    secrecy_questions=[("need", "Tarve")],
    secrecy_grounds=[("JulkL 24.1 § 20", "Liikesalaisuus")],
)
TEXT = Column(id="name", label=LABEL, type="text")
EVERY_COLUMN = [
    TEXT,
    Column(id="about", label=LABEL, type="longtext"),
    Column(id="count", label=LABEL, type="integer"),
    Column(id="months", label=LABEL, type="decimal"),
    Column(id="share", label=LABEL, type="percent"),
    Column(id="amount", label=LABEL, type="money"),
    Column(id="sure", label=LABEL, type="yes_no"),
    Column(id="size", label=LABEL, type="choice", options=[Option(**each) for each in OPTIONS]),
    Column(id="day", label=LABEL, type="date"),
    Column(id="partner", label=LABEL, type="partner"),
    Column(id="y_tunnus", label=LABEL, type="business_id"),
]
EVERY_CELL = {
    "name": "Yritys",
    "about": "Kaksi\nriviä",
    "count": 3,
    "months": "12.0",
    "share": "33.5",
    "amount": "1250.50",
    "sure": False,
    "size": "b",
    "day": "2027-10-01",
    "partner": "P2",
    "y_tunnus": "0245895-5",
}
STAFF_COLUMNS = [
    {"id": "partner", "label": LABEL, "type": "partner"},
    {"id": "task", "label": LABEL, "type": "text"},
    {"id": "hours", "label": LABEL, "type": "decimal"},
    {"id": "cost", "label": LABEL, "type": "money"},
]
OBJECTIVES = [
    {"id": "objective", "label": LABEL, "type": "choice", "options": OPTIONS},
    {"id": "answer_no_harm_yes_no", "label": LABEL, "type": "yes_no"},
    {"id": "justification", "label": LABEL, "type": "longtext"},
]
CASES = {
    "text": ({}, "Verkosto"),
    "longtext": ({}, "Ensimmäinen rivi\n\nToinen"),
    "choice": ({"options": OPTIONS}, "a"),
    "multichoice": ({"options": OPTIONS}, ["a", "b"]),
    "checkbox": ({}, True),
    "yes_no": ({}, False),
    "number": ({"decimals": 1}, "3.5"),
    "money": ({}, "1250.50"),
    "date_range": ({}, {"start": "2027-10-01", "end": "2030-03-31"}),
    "range": ({}, {"start": 4, "end": 6}),
    "table": ({"columns": EVERY_COLUMN}, [EVERY_CELL, {**EVERY_CELL, "name": "Toinen"}]),
    "partners": ({"columns": [TEXT]}, [{"key": "P1", "name": "Yliopisto"}]),
    "work_packages": ({"columns": [TEXT]}, [{"name": "Johtaminen"}]),
    "dnsh": (
        {"columns": OBJECTIVES},
        [
            {"objective": each, "answer_no_harm_yes_no": True, "justification": "Ei haittaa"}
            for each in "ab"
        ],
    ),
    "indicators": ({"columns": [{"id": "code", "label": LABEL, "type": "text"}]}, [{"code": "X"}]),
    "budget_staff": (
        {"columns": STAFF_COLUMNS},
        [{"partner": "P1", "task": "Tutkija", "hours": "2580"}],
    ),
    "budget_financing": (
        {"columns": [STAFF_COLUMNS[0], {"id": "own", "label": LABEL, "type": "money"}]},
        [{"partner": "P1", "own": "12.00"}, {"partner": "P2", "own": "0.00"}],
    ),
    "secrecy_marks": (
        {},
        [{"question": "need", "ground": "JulkL 24.1 § 20", "reason": "Hinnoittelu"}],
    ),
}


def section_of(kind, *, required=True, **settings):
    question = TypeAdapter(Question).validate_python(
        {
            "id": "q",
            "type": kind,
            "label": LABEL,
            "required": required,
            "visibility": "party",
            **settings,
        }
    )
    return Section(id="S", title=LABEL, questions=(question,))


def sent(form):
    """Return what a browser would send for a form."""
    typed = MultiDict()
    for field in walk_fields(form):
        kind = type(field).__name__
        if kind == "OptionsField":
            typed.setlist(field.name, field.canonical())
        elif kind == "DeclarationField":
            typed.update({field.name: "y"} if field.data else {})
        elif hasattr(field, "_value"):
            typed[field.name] = field._value()
        else:
            typed[field.name] = field.data or ""
    return typed


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("kind", sorted(CASES))
def test_an_answer_of_every_kind_goes_to_the_page_and_back(kind, language):
    settings, answer = CASES[kind]
    section = section_of(kind, **settings)
    context = FormContext(
        language, CONTEXT.partners, CONTEXT.secrecy_questions, CONTEXT.secrecy_grounds
    )
    shown = build_section_form(section, {"q": answer}, context)
    assert shown.canonical_answers() == {"q": answer}
    again = build_section_form(section, {}, context, formdata=sent(shown))
    assert again.validate()
    assert again.canonical_answers() == {"q": answer}


@pytest.mark.parametrize("kind", sorted(CASES))
def test_a_draft_may_be_empty(kind):
    section = section_of(kind, **CASES[kind][0])
    form = build_section_form(
        section, {}, CONTEXT, formdata=sent(build_section_form(section, {}, CONTEXT))
    )
    assert form.validate()


def test_one_wrong_cell_does_not_lose_the_others():
    section = section_of("table", columns=EVERY_COLUMN)
    typed = MultiDict({"q-0-name": "Yritys", "q-0-amount": "paljon"})
    form = build_section_form(section, {}, CONTEXT, formdata=typed)
    assert not form.validate()
    [row] = form.canonical_answers()["q"]
    assert (row["name"], row["amount"]) == ("Yritys", None)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("choice", {"q": "c"}),
        ("multichoice", {"q": "c"}),
        ("number", {"q": "paljon"}),
        ("money", {"q": "1,234 5"}),
        ("date_range", {"q-start": "31.2.2027"}),
        ("range", {"q-start": "12"}),
        ("secrecy_marks", {"q-0-question": "muu"}),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(kind, typed):
    section = section_of(kind, **CASES[kind][0])
    assert not build_section_form(section, {}, CONTEXT, formdata=MultiDict(typed)).validate()


def test_rows_are_added_and_removed_and_keep_what_was_typed():
    section = section_of("table", columns=[TEXT])
    typed = MultiDict({"q-0-name": "A", "q-2-name": "B"})
    form = build_section_form(section, {}, CONTEXT, formdata=typed)
    assert form["q"].filled_rows() == [(0, {"name": "A"}), (2, {"name": "B"})]
    assert apply_row_action(form, "remove:q-0")
    assert apply_row_action(form, "add:q")
    assert [entry.form["name"].data for entry in form["q"].entries] == ["B", None]
    assert not apply_row_action(form, "remove:other-0")


def test_no_more_rows_are_added_than_the_call_takes():
    section = section_of("table", columns=[TEXT], max_rows=1)
    form = build_section_form(section, {}, CONTEXT)
    apply_row_action(form, "add:q")
    field = form["q"]
    assert isinstance(field, RowList)
    assert len(field.entries) == 1


def test_rows_beyond_the_limit_are_kept_for_their_writer():
    section = section_of("table", columns=[TEXT], max_rows=1)
    typed = MultiDict({"q-0-name": "A", "q-1-name": "B"})
    form = build_section_form(section, {}, CONTEXT, formdata=typed)
    assert form.canonical_answers() == {"q": [{"name": "A"}, {"name": "B"}]}


def test_what_the_rules_find_is_shown_at_the_cell():
    section = section_of("table", columns=[TEXT])
    form = build_section_form(section, {"q": [{"name": ""}]}, CONTEXT)
    form.mark_problems([Problem("cell_required", "q", "S", "1.name", {"row": 1, "column": LABEL})])
    [message] = form["q"].entries[0].form["name"].errors
    assert message.msgid == "Row %(row)s: fill in “%(column)s”"


def test_a_wrong_business_id_is_kept_and_pointed_out():
    section = section_of("table", columns=[EVERY_COLUMN[-1]])
    form = build_section_form(section, {"q": [{"y_tunnus": "1234567-8"}]}, CONTEXT)
    assert form.canonical_answers() == {"q": [{"y_tunnus": "1234567-8"}]}
    form.mark_warnings()
    assert len(form["q"].entries[0].form["y_tunnus"].errors) == 1


def test_an_editor_of_a_part_sees_its_rows_only():
    section = section_of("budget_staff", columns=STAFF_COLUMNS)
    rows = [{"partner": "P1", "task": "A"}, {"partner": "P2", "task": "B"}]
    context = FormContext("fi", CONTEXT.partners, own_partner="P2")
    form = build_section_form(section, {"q": rows}, context)
    assert [row["task"] for row in form.canonical_answers()["q"]] == ["B"]

"""What is compared: texts of a person and of an application, without what is secret."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from app.domain.content import Content
from app.domain.expertise import describe_application, describe_person
from calls.load import PACKAGED, load_call
from calls.registers import load_registers
from scoring.routing.affinity.expertise import expertise

NETWORKS = load_call(PACKAGED / "inno_2027_1.yaml", load_registers())


@dataclass
class Person:
    user_id: str = "E"
    keywords: list[str] = field(default_factory=lambda: ["green.hydrogen"])
    ford: list[str] = field(default_factory=list)
    profile_text: str = " Tutkin vetyä. "
    publications: list[str] = field(default_factory=lambda: ["Hydrogen leaks", ""])


def described(**answers: object) -> dict[tuple[str, str | None], int]:
    content = Content(answers, (), ())
    found = describe_application(uuid.uuid4(), "fi", content, NETWORKS)
    return {(each.text, each.language): place for place, each in enumerate(found.documents)}


def test_each_text_of_a_person_stands_for_itself() -> None:
    found = describe_person(Person())
    assert [each.text for each in found.documents] == ["Tutkin vetyä.", "Hydrogen leaks"]
    assert found.expertise == expertise(["green.hydrogen"])


def test_a_person_without_texts_has_no_documents() -> None:
    assert describe_person(Person(profile_text=" ", publications=[])).documents == ()


def test_answers_have_their_own_language_or_that_of_the_application() -> None:
    packages = [{"no": 1, "title": "Mittaus", "description": "Vuodot"}]
    assert set(described(title_sv="Vätgas", need="Vetyä", work_packages=packages)) == {
        ("Vätgas", "sv"),
        ("Vetyä", "fi"),
        ("Mittaus", "fi"),
        ("Vuodot", "fi"),
    }


def test_what_is_marked_as_secret_is_not_compared() -> None:
    secrecy = [{"question": "need", "ground": "JulkL 24.1 § 20", "reason": "hinnat"}]
    assert set(described(need="salainen", aims="avoin", secrecy=secrecy)) == {("avoin", "fi")}

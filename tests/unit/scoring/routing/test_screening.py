from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.routing.screening.facts import (
    ApplicationFacts,
    CallFacts,
    EvaluatorFacts,
    Holding,
    JointWork,
    Person,
    Relation,
    Tie,
    TieKind,
)
from scoring.routing.screening.findings import (
    SEVERITIES,
    Kind,
    Policy,
    Severity,
    forbidden_pairs,
    is_within,
)
from scoring.routing.screening.grounds import Ground
from scoring.routing.screening.names import house_of, names_are_alike
from scoring.routing.screening.organisations import Organisation, Party, PartyRole
from scoring.routing.screening.screen import screen

TODAY = date(2027, 3, 1)
CITY = Organisation("Esimerkkikaupunki", "9000751-2")
COMPANY = Organisation("Esimerkki Satama Oy", "9000765-1")
OTHER = Organisation("Esimerkki Vesi Oy", None)


def application(name="A1", *organisations, people=(), region=""):
    parties = frozenset(Party(each, PartyRole.PARTNER) for each in organisations)
    return ApplicationFacts(name, parties, frozenset(people), region)


def found(evaluator, *applications, holdings=(), policy=None):
    facts = CallFacts(frozenset({evaluator}), frozenset(applications), frozenset(holdings))
    return screen(facts, TODAY, policy)


def tied(kind=TieKind.EMPLOYMENT, organisation=CITY, until=None, *, close=False):
    return EvaluatorFacts("E1", ties=frozenset({Tie(organisation, kind, until, close)}))


@pytest.mark.parametrize(
    ("kind", "ground", "of_close_person"),
    [
        (TieKind.EMPLOYMENT, Ground.EMPLOYMENT, Ground.OTHER_REASON),
        (TieKind.COMMISSION, Ground.EMPLOYMENT, Ground.OTHER_REASON),
        (TieKind.BOARD, Ground.GOVERNANCE, Ground.GOVERNANCE),
        (TieKind.MANAGEMENT, Ground.GOVERNANCE, Ground.GOVERNANCE),
        (TieKind.OWNERSHIP, Ground.INTEREST, Ground.INTEREST),
        (TieKind.SUPERVISION, Ground.SUPERVISION, Ground.OTHER_REASON),
    ],
)
def test_a_tie_to_a_party_is_forbidden_on_its_ground(kind, ground, of_close_person):
    (own,) = found(tied(kind), application("A1", CITY))
    assert (own.kind, own.ground, own.severity) == (Kind.TIE, ground, Severity.FORBID)
    assert (own.evidence.party, own.evidence.matched_by) == (
        "Esimerkkikaupunki 9000751-2",
        "business_id",
    )
    (close,) = found(tied(kind, close=True), application("A1", CITY))
    assert (close.ground, close.evidence.is_of_close_person) == (of_close_person, True)


@pytest.mark.parametrize(
    ("until", "kinds"),
    [
        (date(2027, 3, 2), [Kind.TIE]),
        (date(2027, 3, 1), [Kind.TIE]),
        (date(2027, 2, 28), [Kind.EARLIER_TIE]),
        (date(2025, 3, 1), [Kind.EARLIER_TIE]),
        (date(2025, 2, 28), []),
    ],
)
def test_an_earlier_employer_counts_for_two_years(until, kinds):
    assert [each.kind for each in found(tied(until=until), application("A1", CITY))] == kinds


def test_a_parent_company_is_found_through_the_group_with_the_way_to_it():
    middle = Organisation("Esimerkki Holding Oy")
    holdings = [Holding(CITY, middle), Holding(middle, COMPANY)]
    (up,) = found(tied(organisation=COMPANY), application("A1", CITY), holdings=holdings)
    assert (up.kind, up.severity, up.ground) == (
        Kind.GROUP,
        Severity.FORBID,
        Ground.OTHER_REASON,
    )
    assert up.evidence.through == ("Esimerkki Holding Oy",)
    (down,) = found(tied(organisation=CITY), application("A1", COMPANY), holdings=holdings)
    assert (down.kind, down.evidence.through) == (Kind.GROUP, ("Esimerkki Holding Oy",))


def test_a_sister_company_is_a_question():
    holdings = [Holding(CITY, COMPANY), Holding(CITY, OTHER)]
    (sister,) = found(tied(organisation=COMPANY), application("A1", OTHER), holdings=holdings)
    assert (sister.kind, sister.severity) == (Kind.SISTER, Severity.ASK)
    assert sister.evidence.through == ("Esimerkkikaupunki 9000751-2",)


def test_a_circle_of_owners_ends():
    holdings = [Holding(CITY, COMPANY), Holding(COMPANY, CITY)]
    kinds = {each.kind for each in found(tied(), application("A1", COMPANY), holdings=holdings)}
    assert kinds == {Kind.GROUP}


def test_who_applies_in_the_call_judges_neither_the_own_application_nor_its_rivals():
    own = application("A1", people=[Person("user-7")])
    evaluator = EvaluatorFacts("E1", Person("user-7"))
    first, second = found(evaluator, own, application("A2", CITY))
    assert (first.application, first.kind, first.ground) == (
        "A1",
        Kind.OWN_APPLICATION,
        Ground.PARTY,
    )
    assert (second.application, second.kind, second.ground) == (
        "A2",
        Kind.RIVAL_APPLICATION,
        Ground.INTEREST,
    )
    assert second.evidence.application == "A1"
    assert forbidden_pairs((first, second)) == {
        ("A1", "E1"): "HL 28.1 § 1",
        ("A2", "E1"): "HL 28.1 § 3",
    }


def test_the_region_of_the_lead_is_a_warning_and_forbids_nothing():
    (seen,) = found(EvaluatorFacts("E1", region="06"), application(region="06"))
    assert (seen.kind, seen.severity) == (Kind.SAME_REGION, Severity.WARN)
    assert forbidden_pairs([seen]) == {}


def test_a_declaration_in_doubt_is_a_question_with_the_ground_that_was_named():
    relations = {
        Relation("A1", Ground.INTEREST, "owns a competitor", is_certain=False),
        Relation("A2", Ground.PARTY, "spouse"),
        Relation("elsewhere", Ground.PARTY),
    }
    evaluator = EvaluatorFacts("E1", relations=frozenset(relations))
    first, second = found(evaluator, application("A1"), application("A2"))
    assert (first.kind, first.severity, first.ground) == (
        Kind.DECLARED_DOUBT,
        Severity.ASK,
        Ground.INTEREST,
    )
    assert (second.kind, second.severity) == (Kind.DECLARED, Severity.FORBID)


def test_joint_work_counts_for_three_years_and_by_name_alone_it_is_a_question():
    work = {
        JointWork(Person("user-1"), date(2024, 3, 1), "article"),
        JointWork(Person("user-2"), date(2024, 2, 29), "old article"),
        JointWork(Person(name="Projektipäällikkö Satama"), date(2026, 1, 1), "report"),
    }
    people = [Person("user-1"), Person("user-2"), Person("user-3", "Satama Projektipaallikko")]
    evaluator = EvaluatorFacts("E1", joint_work=frozenset(work))
    seen = found(evaluator, application("A1", people=people))
    assert {(each.kind, each.severity, each.evidence.detail) for each in seen} == {
        (Kind.JOINT_WORK, Severity.FORBID, "article"),
        (Kind.JOINT_WORK_BY_NAME, Severity.ASK, "report"),
    }


def test_a_like_name_and_a_common_house_are_questions():
    people = [Person("user-3", "Satama Vastaava", "satama.vastaava@city.example.fi")]
    evaluator = EvaluatorFacts("E1", Person("user-1", "S. Vastaava", "s@mail.example.fi"))
    seen = found(evaluator, application("A1", people=people))
    assert {(each.kind, each.severity) for each in seen} == {
        (Kind.SIMILAR_NAME, Severity.ASK),
        (Kind.SAME_DOMAIN, Severity.ASK),
    }


def test_a_call_may_declare_other_severities_and_years():
    policy = Policy(earlier_tie_years=0, severities={Kind.SAME_REGION: Severity.FORBID})
    evaluator = replace(tied(until=date(2027, 2, 1)), region="06")
    seen = found(evaluator, application("A1", CITY, region="06"), policy=policy)
    assert [(each.kind, each.severity) for each in seen] == [(Kind.SAME_REGION, Severity.FORBID)]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Arvioija Yksi", "yksi, arvioija", True),
        ("A. Pääkäyttäjä", "Arvioija Paakayttaja", True),
        ("Esittelijä Toinen", "Esittelija Toinen", True),
        ("Vastuuhenkilö Satamala", "Vastuuhenkilö Satamala", True),
        ("Arvioija Yksi", "Arvioija Kaksi", False),
        ("Arvioija", "Arvioija", False),
        ("", "", False),
    ],
)
def test_names_are_compared_without_order_case_and_accents(one, other, alike):
    assert names_are_alike(one, other) is alike
    assert names_are_alike(other, one) is alike


@pytest.mark.parametrize(
    ("email", "house"),
    [
        ("a@sub.city.fi", "city.fi"),
        ("a@dept.univ.ac.uk", "univ.ac.uk"),
        ("a@gmail.com", ""),
        ("nothing", ""),
        ("a@localhost", ""),
        ("a@round.example", ""),
        ("", ""),
    ],
)
def test_the_house_of_an_address(email, house):
    assert house_of(email) == house


def test_every_kind_has_a_severity():
    assert set(SEVERITIES) == set(Kind)
    assert is_within(None, TODAY, 0)


ORGANISATIONS = st.sampled_from([CITY, COMPANY, OTHER, Organisation("Esimerkki Vesi")])
PEOPLE = st.sampled_from(
    [Person("user-1"), Person("user-2", "Vastaava Satama"), Person("", "Satama V.", "x@city.fi")]
)
DAYS = st.sampled_from([None, date(2020, 1, 1), date(2026, 6, 1), date(2028, 1, 1)])
TIES = st.builds(Tie, ORGANISATIONS, st.sampled_from(TieKind), DAYS, st.booleans())
WORK = st.builds(JointWork, PEOPLE, DAYS.filter(bool))
RELATIONS = st.builds(Relation, st.sampled_from(["A1", "A2"]), st.sampled_from(Ground))


def some(strategy):
    return st.frozensets(strategy, max_size=3)


def evaluators(name):
    region = st.sampled_from(["", "01"])
    return st.builds(
        EvaluatorFacts, st.just(name), PEOPLE, region, some(TIES), some(WORK), some(RELATIONS)
    )


def applications(name):
    parties = some(st.builds(Party, ORGANISATIONS, st.sampled_from(PartyRole)))
    return st.builds(
        ApplicationFacts, st.just(name), parties, some(PEOPLE), st.sampled_from(["", "01"])
    )


HOLDINGS = some(st.builds(Holding, ORGANISATIONS, ORGANISATIONS))
BOTH = st.tuples(applications("A1"), applications("A2")).map(frozenset)
RANK = {Severity.WARN: 1, Severity.ASK: 1, Severity.FORBID: 2}


def worst(findings):
    """Return the worst severity on each pair and ground of the act in any form."""
    held = {}
    for each in findings:
        pair = (each.application, each.evaluator)
        held[pair] = max(held.get(pair, 0), RANK[each.severity])
    return held


@settings(deadline=None)
@given(evaluators("E1"), evaluators("E1"), BOTH, HOLDINGS, HOLDINGS)
def test_adding_facts_never_removes_a_conflict(less, more, asked, few, many):
    union = replace(
        less,
        ties=less.ties | more.ties,
        joint_work=less.joint_work | more.joint_work,
        relations=less.relations | more.relations,
    )
    before = worst(screen(CallFacts(frozenset({less}), asked, few), TODAY))
    after = worst(screen(CallFacts(frozenset({union}), asked, few | many), TODAY))
    assert all(after.get(pair, 0) >= severity for pair, severity in before.items())


@settings(deadline=None)
@given(evaluators("E1"), applications("A1"), applications("A1"))
def test_a_larger_consortium_has_no_fewer_conflicts(evaluator, less, more):
    union = replace(less, parties=less.parties | more.parties, people=less.people | more.people)
    before, after = (worst(found(evaluator, each)) for each in (less, union))
    assert all(after.get(pair, 0) >= severity for pair, severity in before.items())


@settings(deadline=None)
@given(evaluators("E1"), evaluators("E2"), BOTH, HOLDINGS)
def test_evaluators_are_screened_independently_and_in_any_order(one, other, asked, holdings):
    together = screen(CallFacts(frozenset({one, other}), asked, holdings), TODAY)
    apart = [
        each
        for evaluator in (other, one)
        for each in screen(CallFacts(frozenset({evaluator}), asked, holdings), TODAY)
    ]
    assert together == tuple(sorted(apart, key=lambda each: each.order))
    assert len(set(together)) == len(together)


def test_facts_are_values():
    assert {each.name for each in fields(CallFacts)} == {"evaluators", "applications", "holdings"}

from __future__ import annotations

from datetime import date

import pytest

from scoring.routing.screening.facts import (
    ApplicationFacts,
    CallFacts,
    EvaluatorFacts,
    Tie,
    TieKind,
)
from scoring.routing.screening.findings import Severity, forbidden_pairs
from scoring.routing.screening.grounds import Ground, UnknownGround, parse_ground
from scoring.routing.screening.organisations import (
    MatchedBy,
    Organisation,
    Party,
    PartyRole,
    match_organisations,
    normalise_name,
)
from scoring.routing.screening.screen import screen
from tests.unit.scoring import demo_round


def parties(row):
    partners = [
        Party(Organisation(each["name"], each["y_tunnus"]), PartyRole(each["role"]))
        for each in row["partners"]
    ]
    companies = [
        Party(Organisation(each["name"], each["y_tunnus"]), PartyRole.COMPANY)
        for each in row["companies"]
    ]
    return [*partners, *companies]


def test_the_only_automatic_conflict_of_the_demo_round_is_found():
    evaluators = frozenset(
        EvaluatorFacts(
            each["id"],
            ties=frozenset({Tie(Organisation(each["employer"]), TieKind.EMPLOYMENT)}),
        )
        for each in demo_round.evaluations()["evaluators"]
    )
    applications = frozenset(
        ApplicationFacts(name, frozenset(parties(row)))
        for name, row in demo_round.applications().items()
    )
    found = screen(CallFacts(evaluators, applications), date(2027, 4, 20))
    assert forbidden_pairs(found) == {("DEMO-02", "EV2"): "HL 28.1 § 4"}


def test_only_what_is_asked_for_is_looked_for():
    evaluator = EvaluatorFacts(
        "EV1",
        region="06",
        ties=frozenset({Tie(Organisation("Satama Oy"), TieKind.BOARD)}),
    )
    party = Party(Organisation("Satama Oyj"), PartyRole.COMPANY)
    facts = CallFacts(
        frozenset({evaluator}),
        frozenset({ApplicationFacts("A1", frozenset({party}), lead_region="06")}),
    )
    by_severity = {
        severity: [each.ground for each in screen(facts, date(2027, 4, 20), None, {severity})]
        for severity in Severity
    }
    assert by_severity == {
        Severity.FORBID: [Ground.GOVERNANCE],
        Severity.WARN: [Ground.OTHER_REASON],
        Severity.ASK: [],
    }


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("Esimerkki Oy", None), ("ESIMERKKI OYJ", None), MatchedBy.NAME),
        (("Instituutti (kuvitteellinen)", None), ("Instituutti", "9000751-2"), MatchedBy.NAME),
        (("Same", "9000751-2"), ("Same", "9000765-1"), None),
        (("Same", "wrong"), ("Same", "9000765-1"), MatchedBy.NAME),
        (("Oy", None), ("Ab", None), None),
        (("Vesi-Äly", None), ("vesi äly ry", None), MatchedBy.NAME),
        (("Satama", None), ("Satamaholding", None), None),
    ],
)
def test_organisations_are_the_same_by_number_or_by_name(one, other, expected):
    assert match_organisations(Organisation(*one), Organisation(*other)) == expected
    assert match_organisations(Organisation(*other), Organisation(*one)) == expected


def test_a_name_is_compared_without_case_brackets_and_company_form():
    assert normalise_name("  Bottenvikens  Forskningsinstitut Ab (fiktivt)") == (
        "bottenvikens forskningsinstitut"
    )


@pytest.mark.parametrize("ground", list(Ground))
def test_every_ground_has_a_citation_that_reads_back_and_a_label(ground):
    assert parse_ground(f"{ground.citation} (remark)") is ground
    assert sorted(ground.label) == ["en", "fi", "sv"]


def test_the_demo_disqualifications_are_read():
    grounds = [parse_ground(row["ground"]) for row in demo_round.evaluations()["disqualifications"]]
    assert grounds == [Ground.EMPLOYMENT, Ground.OTHER_REASON, Ground.INTEREST]


@pytest.mark.parametrize("text", ["", "HL 28.1 § 8", "HL 28.1 § 12", "HL 27 §"])
def test_an_unknown_ground_is_refused(text):
    with pytest.raises(UnknownGround):
        parse_ground(text)

from __future__ import annotations

import pytest

from scoring.routing.conflicts import (
    Conflict,
    EvaluatorTies,
    Ground,
    MatchedBy,
    Organisation,
    Party,
    PartyRole,
    UnknownGround,
    find_conflicts,
    match_organisations,
    normalise_name,
    parse_ground,
)
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
    found = {
        (evaluator["id"], name): conflict
        for evaluator in demo_round.evaluations()["evaluators"]
        for name, row in demo_round.applications().items()
        for conflict in find_conflicts(
            EvaluatorTies(evaluator["id"], (Organisation(evaluator["employer"]),)), parties(row)
        )
    }
    lead = parties(demo_round.applications()["DEMO-02"])[0]
    assert found == {("EV2", "DEMO-02"): Conflict("EV2", Ground.EMPLOYMENT, lead, MatchedBy.NAME)}


def test_a_board_seat_in_a_committed_company_is_ground_five():
    company = Party(Organisation("Esimerkki Satama Oy", "9000751-2"), PartyRole.COMPANY)
    ties = EvaluatorTies("EV1", boards=(Organisation("Other name", "90007512"),))
    assert find_conflicts(ties, [company]) == (
        Conflict("EV1", Ground.GOVERNANCE, company, MatchedBy.BUSINESS_ID),
    )


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

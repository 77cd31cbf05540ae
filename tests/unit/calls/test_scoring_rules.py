from __future__ import annotations

from decimal import Decimal

from calls.definition import CallDefinition
from calls.scoring_rules import to_eligibility_rules, to_limits, to_rubric
from scoring import consortium, eligibility
from scoring.rubric import CriterionSum, LotDrawn, LowerSupportPerCompany


def test_the_rubric_of_the_networks_call_scores(networks: CallDefinition):
    rubric = to_rubric(networks)
    assert rubric.total_minimum == 50
    assert rubric.criterion("C2").minimum == 3
    assert rubric.combined[0].criteria == ("C4", "C5")
    assert rubric.panel.third_total_difference == 15
    assert rubric.panel.third_criterion_difference == 2
    assert rubric.panel.third_if_threshold_differs
    assert rubric.comments.minimum_characters == 80
    assert rubric.comments.required_scores == {Decimal(0), Decimal(1), Decimal(5)}
    assert rubric.tie_break == (
        CriterionSum(("C2",)),
        CriterionSum(("C4", "C5")),
        CriterionSum(("C3",)),
        CriterionSum(("H1", "H2", "H3")),
        LowerSupportPerCompany(),
        LotDrawn(),
    )


def test_the_rubric_is_built_once_for_a_definition(networks: CallDefinition):
    assert to_rubric(networks) is to_rubric(networks)


def test_every_check_has_its_rule(networks: CallDefinition):
    rules = to_eligibility_rules(networks)
    assert list(rules) == [check.id for check in networks.eligibility]
    assert rules["E01"] == eligibility.SubmittedByDeadline(networks.timetable.closes)
    assert rules["E03"] == consortium.PartnersAtLeast(
        3, frozenset({"university", "uas", "research_institute"}), 1
    )
    assert rules["E04"] == consortium.RegionsAtLeast(2)
    assert rules["E05"] == consortium.CompaniesAtLeast(5)
    assert rules["E06"] == consortium.ValidBusinessIds()
    assert rules["E07"] == eligibility.WithinLimits(to_limits(networks))
    assert rules["E08"] == eligibility.BudgetBalances()
    assert rules["E09"] == eligibility.AttachmentsPresent(("att_agreement", "att_commitments"))
    assert rules["E10"] == eligibility.OfficerAssessed("E10")


def test_changed_numbers_reach_the_rules(changed):
    def change(data):
        data["eligibility"][2]["rule"] = "len(partners)>=4"
        data["eligibility"][3]["rule"] = "len(set(partner.region))>=7"
        data["rubric"]["thresholds"]["combined"][0]["rule"] = "C4 + C5 >= 6"
        data["grant"]["max_support_eur"] = 999999.99

    definition = changed(change)
    rules = to_eligibility_rules(definition)
    assert rules["E03"] == consortium.PartnersAtLeast(4)
    assert rules["E04"] == consortium.RegionsAtLeast(7)
    assert to_rubric(definition).combined[0].minimum == 6
    assert to_limits(definition).financing.max_support == Decimal("999999.99")

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from calls.definition import CallDefinition
from calls.rules import (
    BudgetBalances,
    DeMinimisCeiling,
    ExactlyOneLead,
    ExactRows,
    FinancingEqualsCosts,
    LeadTypeIn,
    MinimumChars,
    OfficerAssessed,
    PartnersAtLeast,
    PartnersConfirm,
    SumEquals,
)


def test_the_shared_call_is_accepted_unchanged(networks: CallDefinition):
    assert networks.id == "INNO-2027-1"
    assert networks.decision_flow == "theme"
    assert networks.authority_key == "networks_theme_body_from_2026"
    assert networks.budget_total == Decimal(4800000)
    assert (networks.grant.min_months, networks.grant.max_months) == (18, 36)
    assert len(networks.sections) == 15
    assert len(list(networks.questions())) == 64
    assert len(networks.eligibility) == 17


def test_local_times_become_utc_across_the_change_of_clocks(networks: CallDefinition):
    assert networks.timetable.opens == datetime(2027, 2, 1, 7, 0, tzinfo=UTC)
    assert networks.timetable.closes == datetime(2027, 3, 31, 13, 15, tzinfo=UTC)


def test_only_open_objectives_can_be_chosen(networks: CallDefinition):
    assert [each.code for each in networks.specific_objectives] == ["1.1", "1.2", "1.3", "1.4"]
    assert "1.3" not in [each.code for each in networks.open_objectives]


def test_bare_options_get_the_labels_of_what_they_name(networks: CallDefinition):
    def label(question: str) -> list[tuple[str, str]]:
        options = networks.get_question(question).options
        return [(option.id, option.label["en"]) for option in options]

    assert label("language") == [("fi", "Finnish"), ("sv", "Swedish")]
    assert label("theme")[0] == ("T1", "Renewing manufacturing industry")
    assert label("cost_model") == [("FR40", "Flat rate 40 %")]
    assert label("staff_model")[0] == ("unit_cost", "Unit cost model for staff costs (hourly)")
    assert label("specific_objective")[0][0] == "1.1"


def test_a_source_offers_what_the_register_offers(networks: CallDefinition):
    regions = networks.get_question("regions").options
    assert len(regions) == 18
    assert "21" not in {option.id for option in regions}
    links = networks.get_question("ecosystem_links").columns[0].options
    assert [option.id for option in (links[0], links[15], links[16], links[-1])] == [
        "EA01",
        "EA16",
        "TL1",
        "TL6",
    ]


def test_the_same_column_id_means_what_its_question_needs(networks: CallDefinition):
    fields = networks.get_question("intervention_fields").columns[0]
    indicators = networks.get_question("indicators").columns[0]
    assert fields.options[0].id == "004"
    assert indicators.options[0].id == "RCO01"


def test_every_bare_column_has_a_label_in_every_language(networks: CallDefinition):
    columns = [
        column for question in networks.questions() for column in getattr(question, "columns", ())
    ]
    assert columns
    assert {tuple(sorted(column.label)) for column in columns} == {("en", "fi", "sv")}


def test_indicators_of_cross_border_programmes_are_not_offered(networks: CallDefinition):
    offered = {option.id for option in networks.get_question("indicators").columns[0].options}
    assert {"RCO90", "RCR104"} & offered == set()


def test_written_row_rules_become_structured(networks: CallDefinition):
    def rules(question: str) -> tuple[object, ...]:
        return networks.get_question(question).row_rules

    assert rules("intervention_fields") == (SumEquals(column="share_pct", total=Decimal(100)),)
    assert rules("partners") == (ExactlyOneLead(), PartnersConfirm())
    assert rules("dnsh") == (ExactRows(rows=6), MinimumChars(column="justification", minimum=50))
    assert rules("de_minimis") == (DeMinimisCeiling(ceiling_eur=Decimal(300000), years=3),)
    assert rules("financing") == (FinancingEqualsCosts(),)


def test_written_eligibility_rules_become_structured(networks: CallDefinition):
    rules = {each.id: each.rule for each in networks.eligibility}
    assert isinstance(rules["E02"], LeadTypeIn)
    assert "company" not in rules["E02"].allowed
    assert rules["E03"] == PartnersAtLeast(
        minimum=3, with_research=True, research_types=("university", "uas", "research_institute")
    )
    assert rules["E08"] == BudgetBalances(flat_rate_pct=Decimal(40))
    assert rules["E15"] == OfficerAssessed(question="dnsh")
    assert networks.eligibility[15].on_fail == "completion_then_ineligible"
    assert [each.automatic for each in networks.eligibility] == [True] * 9 + [False] * 8


def test_the_rubric_is_read(networks: CallDefinition):
    rubric = networks.rubric
    assert [(each.id, each.weight_points) for each in rubric.criteria] == [
        ("C1", 12),
        ("C2", 18),
        ("C3", 14),
        ("C4", 14),
        ("C5", 14),
        ("C6", 9),
        ("C7", 9),
        ("H1", 3),
        ("H2", 3),
        ("H3", 4),
    ]
    twin = rubric.thresholds.combined[0]
    assert (twin.id, twin.criteria, twin.minimum) == ("TWIN", ("C4", "C5"), Decimal(5))
    assert [(step.kind, step.criteria) for step in rubric.tie_break] == [
        ("criteria", ("C2",)),
        ("criteria", ("C4", "C5")),
        ("criteria", ("C3",)),
        ("criteria", ("H1", "H2", "H3")),
        ("support_per_company", ()),
        ("lot", ()),
    ]
    assert rubric.evaluation.panel_rule == "consensus_else_median"
    anchor = rubric.get_criterion("C4").find_anchor(Decimal(3))
    assert anchor is not None
    assert anchor["en"] == "Mechanism described; metric and baseline; DNSH justified"

"""The rubric of a definition: what may be written, what is refused, and what is only unwise."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest

from calls import load
from calls.check_rubric import check_feeds, check_rubric
from calls.definition import CallDefinition
from calls.lint_rubric import lint_rubric
from calls.problems import format_path
from calls.rubric import Rubric
from calls.scoring_rules import to_rubric
from calls.written_form import complete
from scoring.aggregate import TOTAL_ID, threshold_failures
from scoring.rubric import ConsensusRule, Scorer

Data = dict[str, Any]
REASON = {"fi": "Syy", "sv": "Orsak", "en": "Reason"}


def changed(definition: CallDefinition, change: Callable[[Data], object]) -> CallDefinition:
    data = json.loads(load.canonical_json(definition))["rubric"]
    change(data)
    return definition.model_copy(update={"rubric": Rubric.model_validate(data)})


def put(path: str, value: object) -> Callable[[Data], object]:
    def change(data: Data) -> None:
        *steps, last = path.split(".")
        node: Any = data
        for step in steps:
            node = node[int(step)] if step.isdigit() else node[step]
        node[int(last) if last.isdigit() else last] = value

    return change


def veto(criterion: str, at_most: str) -> list[Data]:
    return [{"id": "V", "criterion": criterion, "at_most": at_most, "reason": REASON}]


ERRORS = [
    ("sum_of_weights", "99", "sum_of_weights"),
    ("criteria.0.weight_points", "0", "criteria[0].weight_points"),
    ("criteria.0.scorer", "computed", "criteria[0].formula"),
    ("criteria.0.formula", {"input": "months", "steps": [["0", "0"]]}, "criteria[0].formula"),
    ("thresholds.above_criterion_min", ["C1"], "thresholds.above_criterion_min[0]"),
    ("thresholds.total_min", "101", "thresholds.total_min"),
    ("thresholds.combined.0.minimum", "11", "thresholds.combined[0]"),
    ("thresholds.combined.0.takes", "count", "thresholds.combined[0].each"),
    ("thresholds.vetoes", veto("C1", "5"), "thresholds.vetoes[0].at_most"),
    ("thresholds.vetoes", veto("X", "0"), "thresholds.vetoes[0]"),
    ("evaluation.minimum_evaluations", 3, "evaluation.minimum_evaluations"),
    ("evaluation.comments_required_if_score_in", ["9"], "evaluation.comments_required_if_score_in[0]"),
    ("tags", [{"id": "FIELD", "name": REASON, "question": "nothing"}], "tags[0].question"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "place"), ERRORS)
def test_what_cannot_work_is_refused_at_its_place(
    networks: CallDefinition, path: str, value: object, place: str
):
    definition = changed(networks, without_minimum_of_c1)
    definition = changed(definition, put(path, value))
    found = [*check_rubric(definition), *check_feeds(definition)]
    assert [format_path(each.steps) for each in found][-1:] == [f"rubric.{place}"]


def without_minimum_of_c1(data: Data) -> None:
    data["thresholds"]["per_criterion_min"].pop("C1", None)


def test_a_threshold_that_must_be_exceeded_needs_something_above_it(networks: CallDefinition):
    def change(data: Data) -> None:
        data["thresholds"]["per_criterion_min"]["C1"] = "5"
        data["thresholds"]["above_criterion_min"] = ["C1"]

    (found,) = check_rubric(changed(networks, change))
    assert format_path(found.steps) == "rubric.thresholds.per_criterion_min.C1"


def test_the_packaged_rubrics_have_nothing_unwise(networks: CallDefinition):
    assert list(lint_rubric(networks)) == []


def same_anchor(data: Data) -> None:
    anchors = data["criteria"][0]["anchors"]
    anchors[3]["text"] = {**anchors[3]["text"], "fi": f" {anchors[2]['text']['fi'].upper()}"}


WARNINGS: list[tuple[Callable[[Data], object], str]] = [
    (put("criteria.0.weight_points", "51"), "criteria[0].weight_points"),
    (put("criteria.0.weight_ranking", "20"), "criteria"),
    (same_anchor, "criteria[0].anchors[3]"),
    (put("thresholds.per_criterion_min.C1", "0"), "thresholds.per_criterion_min.C1"),
    (put("thresholds.total_min", "0"), "thresholds.total_min"),
    (put("thresholds.combined.0.minimum", "0"), "thresholds.combined[0]"),
    (put("thresholds.combined.0.criteria", ["C4"]), "thresholds.combined[0]"),
    (put("evaluation.evaluators_per_application", 1), "evaluation.evaluators_per_application"),
    (put("evaluation.panel_rule", "consensus_else_trimmed_mean"), "evaluation.panel_rule"),
    (put("evaluation.third_if.total_difference_gte", "101"), "evaluation.third_if.total_difference_gte"),
    (put("evaluation.third_if.criterion_difference_gte", "0"), "evaluation.third_if.criterion_difference_gte"),
    (put("evaluation.comment_min_chars_per_criterion", 0), "evaluation.comment_min_chars_per_criterion"),
    (put("tie_break", []), "tie_break"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "place"), WARNINGS)
def test_what_is_unwise_is_said_with_its_place(
    networks: CallDefinition, change: Callable[[Data], object], place: str
):
    found = list(lint_rubric(changed(networks, change)))
    assert {each.severity for each in found} == {"warning"}
    assert f"rubric.{place}" in [format_path(each.steps) for each in found]


def test_a_veto_that_a_threshold_makes_needless_is_pointed_out(networks: CallDefinition):
    def change(data: Data) -> None:
        data["thresholds"]["per_criterion_min"]["C1"] = "2"
        data["thresholds"]["vetoes"] = [
            {"id": "V", "criterion": "C1", "at_most": "1", "reason": REASON}
        ]

    places = [format_path(each.steps) for each in lint_rubric(changed(networks, change))]
    assert places == ["rubric.thresholds.vetoes[0]"]


def test_what_a_rubric_does_not_use_is_not_in_its_canonical_form(networks: CallDefinition):
    keys = set(_keys(json.loads(load.canonical_json(networks))["rubric"]))
    assert not keys & {"scorer", "weight_ranking", "formula", "vetoes", "tags", "takes"}
    used = changed(networks, put("criteria.0.weight_ranking", "12"))
    assert load.definition_from_json(load.canonical_json(used)) == used
    assert load.sha256(used) != load.sha256(networks)


def _keys(node: object) -> list[str]:
    if isinstance(node, Mapping):
        return [*node, *(key for value in node.values() for key in _keys(value))]
    return [key for value in node for key in _keys(value)] if isinstance(node, list) else []


def test_every_rule_of_a_rubric_reaches_the_engine(networks: CallDefinition):
    def change(data: Data) -> None:
        data["criteria"][0] |= {"weight_ranking": "24", "scorer": "officer"}
        data["criteria"][1] |= {
            "scorer": "computed",
            "formula": {"input": "companies", "steps": [["0", "0"], ["3", "4"]]},
        }
        data["thresholds"] |= {
            "total_comparison": ">",
            "vetoes": [{"id": "V", "criterion": "C3", "at_most": "0", "reason": REASON}],
        }
        data["evaluation"] |= {"panel_rule": "consensus_else_mean", "minimum_evaluations": 2}

    engine = to_rubric(changed(networks, change))
    first, second = engine.criteria[:2]
    assert (first.weight_in_ranking, first.scorer) == (Decimal(24), Scorer.OFFICER)
    assert (second.scorer, second.formula.score({second.formula.reads: 3})) == ("computed", 4)
    assert (engine.panel.consensus, engine.panel.minimum_reviews) == (ConsensusRule.MEAN, 2)
    lowest = {each.id: each.scale.minimum for each in engine.criteria}
    assert {"V", TOTAL_ID} <= {each.id for each in threshold_failures(engine, lowest)}


def test_gates_and_tags_are_written_among_the_criteria(shared_data: Data, registers):
    shared_data["rubric"]["criteria"][:0] = [
        {"id": "GATE", "kind": "gate", "name": REASON, "question": "dnsh", "on_fail": "ineligible"},
        {"id": "FIELDS", "kind": "tag", "name": REASON, "question": "theme"},
    ]
    whole, work = complete(shared_data, registers)
    definition = CallDefinition.model_validate(whole)
    assert work.problems == []
    check = definition.eligibility[-1]
    assert (check.id, check.needs_officer, check.on_fail) == ("GATE", True, "ineligible")
    assert [each.id for each in definition.rubric.tags] == ["FIELDS"]
    assert "GATE" not in to_rubric(definition).criterion_ids


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("consensus score; if none, the trimmed mean of the evaluators", "consensus_else_trimmed_mean"),
        ("consensus score; if none, the mean", "consensus_else_mean"),
        ("consensus score; if none, no score", "consensus_only"),
        ("consensus_only", "consensus_only"),
    ],
)  # fmt: skip
def test_the_panel_rule_is_read_from_words(shared_data: Data, registers, text: str, rule: str):
    shared_data["rubric"]["evaluation"]["final_score"] = text
    whole, work = complete(shared_data, registers)
    assert work.problems == []
    assert whole["rubric"]["evaluation"]["panel_rule"] == rule

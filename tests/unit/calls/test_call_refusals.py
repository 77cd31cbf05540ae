"""Every refusal names the place; the changes are made to an otherwise right definition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from calls.load import parse_call
from calls.problems import InvalidDefinition
from calls.registers import Registers

Data = dict[str, Any]


def put(path: str, value: object) -> Callable[[Data], None]:
    """Set the value at a path such as `sections.0.questions.3.type`."""

    def change(data: Data) -> None:
        node: Any = data
        *steps, last = path.split(".")
        for step in steps:
            node = node[int(step)] if step.isdigit() else node[step]
        node[int(last) if last.isdigit() else last] = value

    return change


FIELDS = [
    ("schema", "innoverkko-call/2", "schema"),
    ("id", "inno 2027", "id"),
    ("title", {"en": "Call"}, "title"),
    ("title", {"fi": " "}, "title"),
    ("title", {"fi": "Haku", "de": "Aufruf"}, "title.de"),
    ("languages", ["fi", "de"], "languages[1]"),
    ("fund", "CF", "fund"),
    ("surprise", 1, "surprise"),
    ("authority.decision_flow", "lottery", "authority.decision_flow"),
    ("authority.key", "council_06", "authority.key"),
    ("authority.key", "nobody", "authority.key"),
    ("authority.key", "networks_theme_body_until_2025", "authority.key"),
    ("timetable.timezone", "Europe/Atlantis", "timetable.timezone"),
    ("timetable.closes", "2027-03-31", "timetable.closes"),
    ("timetable.closes", "2027-01-01T16:15", "timetable.closes"),
    ("timetable.questions_until", "2027-04-02T16:15", "timetable.closes"),
    ("budget.total_public_eur", True, "budget.total_public_eur"),
    ("budget.total_public_eur", "1.001", "budget.total_public_eur"),
    ("budget.total_public_eur", 0, "budget.total_public_eur"),
    ("grant.aid_rate_max_pct", 101, "grant.aid_rate_max_pct"),
    ("grant.aid_rate_max_pct", 95, "grant.aid_rate_max_pct"),
    ("grant.min_support_eur", 1300000, "grant.min_support_eur"),
    ("grant.duration_months", [36, 18], "grant.duration_months"),
    ("grant.duration_months", [0, 18], "grant.duration_months[0]"),
    ("cost_models.flat_rates", ["FR99"], "cost_models.flat_rates[0]"),
    ("cost_models.staff_models", ["guess"], "cost_models.staff_models[0]"),
    ("eligibility.0.check", "maybe", "eligibility[0].check"),
    ("eligibility.0.rule", "submitted_at < closes", "eligibility[0].rule"),
    ("eligibility.0.rule", {"kind": "unheard_of"}, "eligibility[0].rule.kind"),
    ("eligibility.0.on_fail", "shrug", "eligibility[0].on_fail"),
    ("eligibility.1.id", "E01", "eligibility[1].id"),
    ("eligibility.9.check", "auto", "eligibility[9].check"),
    (
        "eligibility.1.rule",
        {"kind": "lead_type_in", "allowed": ["pirate"]},
        "eligibility[1].rule",
    ),
    (
        "eligibility.7.rule",
        "sum(costs)==sum(financing); other==0.25*staff",
        "eligibility[7].rule",
    ),
    ("sections.0.id", "1", "sections[0].id"),
    ("sections.0.questions", [], "sections[0].questions"),
    ("sections.0.questions.0.type", "essay", "sections[0].questions[0].type"),
    ("sections.0.questions.0.max_chars", "120", "sections[0].questions[0].max_chars"),
    ("sections.0.questions.0.max_chars", 0, "sections[0].questions[0].max_chars"),
    ("sections.0.questions.0.min_chars", 500, "sections[0].questions[0].min_chars"),
    ("sections.0.questions.0.required", "yes", "sections[0].questions[0].required"),
    ("sections.0.questions.0.visibility", "all", "sections[0].questions[0].visibility"),
    ("sections.0.questions.0.columns", [], "sections[0].questions[0].columns"),
    ("sections.0.questions.1.id", "title_fi", "sections[0].questions[1].id"),
    ("sections.0.questions.4.options.0", 7, "sections[0].questions[4].options[0]"),
    ("sections.0.questions.5.options.0", "T9", "sections[0].questions[5].options[0]"),
    ("sections.0.questions.8.columns.0", "mystery", "sections[0].questions[8].columns[0]"),
    ("sections.0.questions.8.rule", "sum(share)==100", "sections[0].questions[8].rule"),
    ("sections.0.questions.8.rule", "sum(share_pct) ~ 100", "sections[0].questions[8].rule"),
    (
        "sections.0.questions.8.feeds_criteria",
        ["C9"],
        "sections[0].questions[8].feeds_criteria",
    ),
    ("sections.0.questions.10.source", "planets.csv", "sections[0].questions[10].source"),
    (
        "sections.9.questions.0.mandatory_codes",
        ["RCO90"],
        "sections[9].questions[0].mandatory_codes",
    ),
    ("rubric.criteria.0.weight_points", 13, "rubric.sum_of_weights"),
    ("rubric.criteria.0.weight_points", 0, "rubric.criteria[0].weight_points"),
    ("rubric.criteria.0.scale", [5, 0], "rubric.criteria[0].scale"),
    ("rubric.criteria.0.step", 2, "rubric.criteria[0].step"),
    ("rubric.criteria.0.step", 0.5, "rubric.criteria[0].step"),
    ("rubric.criteria.0.anchors.5.score", 6, "rubric.criteria[0].anchors[5].score"),
    ("rubric.criteria.0.anchors.5.score", 4, "rubric.criteria[0].anchors[5].score"),
    ("rubric.criteria.0.anchors.0", {"score": 0}, "rubric.criteria[0].anchors[0].text"),
    ("rubric.criteria.1.id", "C1", "rubric.criteria[1].id"),
    ("rubric.total", "the mean", "rubric.total"),
    ("rubric.evaluation.final_score", "whatever", "rubric.evaluation.final_score"),
    (
        "rubric.evaluation.comments_required_if_score_in",
        [9],
        "rubric.evaluation.comments_required_if_score_in[0]",
    ),
    ("rubric.thresholds.total_min", 101, "rubric.thresholds.total_min"),
    (
        "rubric.thresholds.per_criterion_min.C1",
        6,
        "rubric.thresholds.per_criterion_min.C1",
    ),
    (
        "rubric.thresholds.per_criterion_min.C9",
        1,
        "rubric.thresholds.per_criterion_min.C9",
    ),
    (
        "rubric.thresholds.combined.0.rule",
        "C4 * C5 >= 5",
        "rubric.thresholds.combined[0].rule",
    ),
    ("rubric.thresholds.combined.0.rule", "C4 + C5 >= 11", "rubric.thresholds.combined[0]"),
    ("rubric.tie_break.0", "the prettiest", "rubric.tie_break[0]"),
    ("rubric.tie_break.0", "C9", "rubric.tie_break[0]"),
]


@pytest.mark.parametrize(("path", "value", "place"), FIELDS)
def test_a_wrong_field_is_refused_at_its_own_place(refused, path: str, value: object, place: str):
    assert place in refused(put(path, value))


def test_a_missing_field_is_refused(refused):
    problems = refused(lambda data: data.pop("budget"))
    assert problems == {"budget": "the field is missing"}


def test_an_unknown_rule_is_refused_with_the_known_forms(refused):
    message = refused(put("eligibility.3.rule", "regions > 2"))["eligibility[3].rule"]
    assert "len(set(partner.region))>=2" in message


def test_all_faults_are_named_at_once_and_each_only_once(refused):
    def change(data: Data) -> None:
        put("fund", "CF")(data)
        put("eligibility.0.rule", "soon")(data)
        put("sections.0.questions.0.max_chars", -1)(data)

    assert set(refused(change)) == {
        "fund",
        "eligibility[0].rule",
        "sections[0].questions[0].max_chars",
    }


def test_a_criterion_that_no_question_feeds_is_refused(refused):
    def change(data: Data) -> None:
        for section in data["sections"]:
            for question in section["questions"]:
                question["feeds_criteria"] = [
                    name for name in question.get("feeds_criteria", ()) if name != "H1"
                ]

    assert refused(change) == {"rubric.criteria[7]": "no question feeds the criterion H1"}


def test_a_refusal_names_the_file_and_the_line(registers: Registers, shared_text: str):
    text = shared_text.replace("fund: ERDF", "fund: CF")
    line = text.splitlines().index("fund: CF") + 1
    with pytest.raises(InvalidDefinition) as refusal:
        parse_call(text, registers, "call.yaml")
    (problem,) = refusal.value.problems
    assert (problem.file, problem.line, problem.path) == ("call.yaml", line, "fund")


def test_a_contradiction_names_its_line(registers: Registers, shared_text: str):
    text = shared_text.replace("total_min: 50", "total_min: 500")
    line = text.splitlines().index("    total_min: 500") + 1
    with pytest.raises(InvalidDefinition) as refusal:
        parse_call(text, registers, "call.yaml")
    assert [problem.line for problem in refusal.value.problems] == [line]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fund: ERDF\nfund: JTF\n", "the key is written twice"),
        ("a: &x [1]\nb: *x\n", "aliases are not allowed"),
        ("", "the file is empty"),
        ("- just\n- a list\n", "a definition is a mapping of fields"),
    ],
)
def test_a_file_that_is_no_definition_is_refused(registers: Registers, text: str, message: str):
    with pytest.raises(InvalidDefinition) as refusal:
        parse_call(text, registers, "call.yaml")
    assert message in [problem.message for problem in refusal.value.problems]


@pytest.mark.parametrize("text", ["a: [", "a: !!python/object:os.system x", "\x00"])
def test_text_that_is_not_plain_yaml_is_refused(registers: Registers, text: str):
    with pytest.raises(InvalidDefinition):
        parse_call(text, registers, "call.yaml")

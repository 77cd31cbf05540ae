"""A letter that lacks what the law asks for cannot be made."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from app.domain.letter_law import FAULTS, GAP, Lack, Place
from app.pdf.client import InProcessRenderer
from app.pdf.coverage import (
    IncompleteLetter,
    check_coverage,
    list_law_items,
    list_printed_blocks,
    required_blocks,
)
from app.pdf.documents import letter_pdf
from app.pdf.rendering import render_html
from app.pdf.texts import load_letter_texts
from tests.pdf.papers import LETTERS, sample_letter


def paths(letter):
    """Return the data paths that are missing."""
    return {problem.path for problem in check_coverage(letter)}


@pytest.mark.parametrize(("template", "language"), LETTERS)
def test_the_samples_are_complete(template, language):
    assert check_coverage(sample_letter(template, language)) == ()


def test_every_template_covers_the_four_items_reasons_and_one_instruction():
    texts = load_letter_texts()
    laws = {
        template: {
            law for name in required_blocks(template) for law in texts.blocks[name].satisfies
        }
        for template in texts.templates
    }
    # A rectification decision rules by one of two optional blocks: that is tested with its data.
    always = set(texts.coverage.always) - {"HL 44.1 § 3"}
    assert [t for t in laws if always - laws[t]] == []
    assert [t for t in laws if not laws[t] & set(texts.coverage.one_of)] == []
    assert [t for t in texts.grant_templates if set(texts.coverage.grants) - laws[t]] == []


@pytest.mark.parametrize(
    ("template", "missing"),
    [
        ("reject_ineligible", {"checks": []}),
        ("reject_threshold", {"thresholds": []}),
        ("reject_budget", {"ranking": None}),
        ("grant_reduced", {"decision": {"reductions": []}}),
        ("amendment", {"decision": {"reasons": []}}),
        ("rectification_decision", {"decision": {"reasons": " "}}),
        ("grant", {"scores": []}),
    ],
)
def test_a_decision_without_its_reasons_is_refused(template, missing):
    letter = sample_letter(template, **missing)
    with pytest.raises(IncompleteLetter) as caught:
        render_html(letter)
    assert any("HL 45 § reasons" in problem.law for problem in caught.value.problems)


def test_every_mark_of_a_block_has_its_check_and_no_check_is_idle():
    marks = {law for block in load_letter_texts().blocks.values() for law in block.satisfies}
    assert marks == set(FAULTS)


@pytest.mark.parametrize(("template", "language"), LETTERS)
def test_the_checklist_of_each_letter_names_every_provision_and_all_are_met(template, language):
    texts = load_letter_texts()
    items = list_law_items(sample_letter(template, language))
    laws = [item.law for item in items]
    wanted = set(texts.coverage.always)
    if template in texts.grant_templates:
        wanted |= set(texts.coverage.grants)
    assert len(laws) == len(set(laws))
    assert sorted(wanted - set(laws)) == []
    assert len(set(texts.coverage.one_of) & set(laws)) == 1
    assert [item for item in items if not item.is_met] == []


@pytest.mark.parametrize(("template", "language"), LETTERS)
def test_each_of_the_four_items_is_missed_by_name(template, language):
    changes = {
        "HL 44.1 § 1": {"authority": {"name": ""}},
        "HL 44.1 § 2": {"partners": []},
        "HL 44.1 § 4": {"contact": {"name": " "}},
    }
    for law, change in changes.items():
        items = list_law_items(sample_letter(template, language, **change))
        assert law in {item.law for item in items if not item.is_met}


@pytest.mark.parametrize(("template", "language"), LETTERS)
def test_a_wrong_or_missing_instruction_for_review_is_refused(template, language):
    part = "court" if template == "rectification_decision" else "review"
    law = "HL 47 §" if part == "court" else "HL 46 §"
    items = list_law_items(sample_letter(template, language, **{part: None}))
    lacks = next(item.lacks for item in items if item.law == law)
    assert {lack.place for lack in lacks} == {Place.AUTHORITY}


WITHOUT_REASONS = {
    "reject_ineligible": {"checks": []},
    "reject_threshold": {"thresholds": [], "scores": [], "score": None},
    "reject_budget": {"ranking": None, "scores": [], "score": None},
    "not_examined": {"application": {"submitted_at": None}},
    "grant": {"scores": [], "score": None},
    "grant_reduced": {"decision": {"reductions": []}},
    "amendment": {"decision": {"reasons": []}},
    "rectification_decision": {"decision": {"reasons": []}},
}


@pytest.mark.parametrize(("template", "language"), LETTERS)
def test_no_letter_without_its_reasons_in_any_language(template, language):
    items = list_law_items(sample_letter(template, language, **WITHOUT_REASONS[template]))
    assert "HL 45 § reasons" in {item.law for item in items if not item.is_met}


@pytest.mark.parametrize(
    ("template", "change", "path"),
    [
        (
            "reject_threshold",
            {"thresholds": [{"label": "C4", "required": "2", "got": "2"}]},
            "thresholds[].got ≥ thresholds[].required",
        ),
        (
            "not_examined",
            {"application": {"submitted_at": "2027-03-31T16:15:00+03:00"}},
            "application.submitted_at ≤ call.closes",
        ),
        (
            "amendment",
            {"decision": {"reasons": [f"Muutos johtuu {GAP}."]}},
            f"decision.reasons {GAP}",
        ),
        (
            "grant_reduced",
            {"application": {"support_total": "1.00"}},
            "decision.support_total ≥ application.support_total",
        ),
        ("grant", {"decision": {"end": "2027-10-01"}}, "decision.start ≥ decision.end"),
    ],
)
def test_reasons_and_rulings_that_contradict_themselves_are_refused(template, change, path):
    assert path in paths(sample_letter(template, **change))


@pytest.mark.parametrize("law", ["cost method", "financing plan", "time limit"])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_grant_names_which_condition_of_the_regulation_it_lacks(law, language):
    change = {
        "cost method": {"decision": {"cost_model": ""}},
        "financing plan": {"financing": []},
        "time limit": {"decision": {"end": None}},
    }[law]
    items = list_law_items(sample_letter("grant", language, **change))
    assert f"CPR 73(3) {law}" in {item.law for item in items if not item.is_met}


@pytest.mark.parametrize("blank", ["", "   "])
def test_a_blank_contact_is_refused_and_the_provision_is_named(blank):
    letter = sample_letter(contact={"email": blank})
    assert check_coverage(letter) == (Lack("HL 44.1 § 4", "contact", "contact.email"),)


def test_a_grant_without_financing_plan_cost_method_or_period_is_refused():
    letter = sample_letter(financing=[], decision={"cost_model": "", "end": None})
    assert paths(letter) == {
        "financing",
        "financing[].source",
        "decision.cost_model",
        "decision.end",
    }


def test_partner_shares_that_do_not_add_up_are_refused():
    letter = sample_letter(decision={"support_total": "622560.47"})
    assert paths(letter) == {"partners[].support ≠ decision.support_total"}


def test_an_unapproved_letter_is_refused_but_its_draft_can_be_read():
    unapproved = {"approved_at": None, "sha256": None}
    assert paths(sample_letter(decision=unapproved)) == {"decision.approved_at", "decision.sha256"}
    assert "LUONNOS" in render_html(sample_letter(decision=unapproved, draft=True))


def test_conditions_are_printed_when_there_are_some_and_then_need_a_date():
    without = sample_letter(decision={"precedent_conditions": []})
    assert "ruling_conditional" not in list_printed_blocks(without)
    assert paths(sample_letter(decision={"conditions_due": None})) == {"decision.conditions_due"}


def test_a_rectification_decision_either_changes_or_rejects():
    rejected = sample_letter("rectification_decision")
    changed = sample_letter("rectification_decision", decision={"changes": ["Pisteet korjataan."]})
    assert list_printed_blocks(rejected)[1] == "ruling_claim_rejected"
    assert list_printed_blocks(changed)[1] == "ruling_amend"


def test_nothing_is_rendered_of_an_incomplete_letter():
    with pytest.raises(IncompleteLetter):
        letter_pdf(sample_letter(scores=[]), InProcessRenderer())


@pytest.mark.parametrize(
    "change",
    [
        {"surplus": 1},
        {"decision": {"support_total": "622 560,48"}},
        {"decision": {"date": "31.8.2027"}},
        {"call": {"closes": "2027-03-31T16:15:00"}},
    ],
)
def test_unknown_fields_and_figures_that_are_not_primitive_are_refused(change):
    with pytest.raises(ValidationError):
        sample_letter(**change)

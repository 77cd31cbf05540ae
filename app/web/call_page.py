"""What the page of a call shows: the public page, and the administrators' preview of a draft."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.queries.calls import phase_of
from app.services.call.calls import get_definition
from app.web import call_words
from app.web.binding import now, reading, tools
from app.web.filters import localized_text
from app.web.rubric_words import PANEL_RULES, describe_combined, describe_veto
from calls.definition import CallDefinition
from calls.register_bodies import Authority

if TYPE_CHECKING:
    from app.models import Call


def definition_of(call: Call) -> CallDefinition:
    """Return the definition of a call's newest version."""
    if call.version_id is None:
        raise LookupError(f"the call {call.code} has no version")
    return get_definition(reading(), call.version_id)


def describe_call(call: Call) -> dict[str, Any]:
    """Return everything that the templates of a call show."""
    definition = definition_of(call)
    registers = tools().registers
    moment: datetime = now()
    criteria = {each.id: localized_text(each.name) for each in definition.rubric.criteria}
    return {
        "call": call,
        "definition": definition,
        "now": moment,
        "phase": phase_of(call.state, call.opens_at, call.closes_at, moment),
        "selecting_body": find_body(definition.selecting_authority_key),
        "granting_body": find_body(definition.granting_authority_key),
        "flat_rates": [
            registers.find_flat_rate(each) for each in definition.cost_models.flat_rates
        ],
        "staff_models": [
            registers.find_staff_model(each) for each in definition.cost_models.staff_models
        ],
        "criterion_names": criteria,
        "third_rules": call_words.list_third_evaluator_rules(definition),
        "tie_breaks": [
            call_words.describe_tie_break(step, criteria) for step in definition.rubric.tie_break
        ],
        "panel_rule": PANEL_RULES[definition.rubric.evaluation.panel_rule],
        "combined_rules": [
            (describe_combined(rule, criteria), rule.reason)
            for rule in definition.rubric.thresholds.combined
        ]
        + [
            (describe_veto(veto, criteria), veto.reason)
            for veto in definition.rubric.thresholds.vetoes
        ],
        "words": call_words,
    }


def find_body(key: str) -> Authority | None:
    """Return an authority of the register, or None."""
    return tools().registers.find_authority(key)

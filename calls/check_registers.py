"""Cross checks of a definition against the registers: every key that it names exists there."""

from __future__ import annotations

from collections.abc import Iterator

from calls.check_routing import find_unknown_groups
from calls.definition import CallDefinition
from calls.findings import Finding, error
from calls.register_set import Registers
from calls.rules import LeadTypeIn


def find_unknown(definition: CallDefinition, registers: Registers) -> Iterator[Finding]:
    """Yield every reference of the definition that the registers do not know."""
    yield from _check_authorities(definition, registers)
    yield from find_unknown_groups(definition, registers)
    models = definition.cost_models
    known = (
        ("flat_rates", models.flat_rates, {each.id for each in registers.cost_models.flat_rates}),
        (
            "staff_models",
            models.staff_models,
            {each.id for each in registers.cost_models.staff_models},
        ),
    )
    for name, used, there in known:
        for index, model in enumerate(used):
            if model not in there:
                steps = ("cost_models", name, index)
                yield error(steps, f"{model!r} is not in the register of cost models")
    org_types = {each.code for each in registers.list_codes("org_types")}
    for index, each in enumerate(definition.eligibility):
        rule = each.rule
        codes = rule.allowed if isinstance(rule, LeadTypeIn) else ()
        for code in codes:
            if code not in org_types:
                message = f"{code!r} is not an organisation type"
                yield error(("eligibility", index, "rule"), message)


def _check_authorities(definition: CallDefinition, registers: Registers) -> Iterator[Finding]:
    flow = registers.find_decision_flow(definition.decision_flow)
    if flow is None:
        message = f"{definition.decision_flow!r} is not in the register of decision flows"
        yield error(("authority", "decision_flow"), message)
        return
    authority = definition.authority
    bodies = (
        ("selecting_key", definition.selecting_authority_key, flow.selecting_kind),
        ("granting_key", definition.granting_authority_key, flow.granting_kind),
    )
    for name, key, kind in bodies:
        steps = ("authority", name if getattr(authority, name) else "key")
        body = registers.find_authority(key)
        if body is None:
            yield error(steps, f"{key!r} is not in the register of authorities")
        elif body.kind != kind:
            yield error(steps, f"in the flow {flow.id!r} this body is a {kind}, not a {body.kind}")
        elif not body.is_valid_on(definition.timetable.closes.date()):
            yield error(steps, f"{key!r} does not exist on the closing day")

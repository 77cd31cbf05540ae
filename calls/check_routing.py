"""Cross checks of the routing block: numbers that contradict each other, rules without meaning."""

from __future__ import annotations

from collections.abc import Iterator

from calls.definition import CallDefinition
from calls.findings import Finding, Steps, error, warning
from calls.register_set import Registers
from calls.routing import RoutingRule, RoutingSettings
from calls.routing_texts import COMPARED_TYPES


def check_routing(definition: CallDefinition) -> Iterator[Finding]:
    """Yield everything in the routing block that cannot be followed."""
    routing = definition.routing
    panel = definition.rubric.evaluation.evaluators_per_application
    stated = routing.evaluators_per_application
    if stated is not None and stated != panel:
        message = f"the rubric joins the scores of {panel} evaluators"
        yield error(("routing", "evaluators_per_application"), message)
    load = routing.load
    if load.maximum is not None and load.minimum > load.maximum:
        yield error(("routing", "load", "minimum"), "it is more than maximum")
    if routing.crossing and routing.objective != "total":
        message = f"rules on whole panels need the objective total, not {routing.objective}"
        yield error(("routing", "objective"), message)
    yield from _check_draw(routing)
    yield from _check_texts(definition)
    names = [rule.name for rule in routing.rules]
    for index, rule in enumerate(routing.rules):
        steps: Steps = ("routing", "rules", index)
        if rule.name in names[:index]:
            yield error(steps, f"the rule {rule.name!r} is stated twice")
        yield from _check_rule(rule, steps, panel)


def _check_draw(routing: RoutingSettings) -> Iterator[Finding]:
    if routing.draw is None:
        return
    if routing.objective != "total":
        message = f"a draw needs the objective total, not {routing.objective}"
        yield error(("routing", "objective"), message)
    if routing.crossing:
        message = "a draw keeps no rules on whole panels: leave the rules out, or the draw"
        yield error(("routing", "draw"), message)


def _check_texts(definition: CallDefinition) -> Iterator[Finding]:
    known = {each.id for each in definition.questions() if each.type in COMPARED_TYPES}
    for index, name in enumerate(definition.routing.texts):
        if name not in known:
            steps: Steps = ("routing", "texts", index)
            yield error(steps, f"no question {name!r} is answered with a text")


def _check_rule(rule: RoutingRule, steps: Steps, panel: int) -> Iterator[Finding]:
    if (rule.kind == "strength") != (rule.group is not None):
        yield error((*steps, "group"), "a strength, and only a strength, names a group")
    is_least = rule.kind in {"strength", "language", "seniority"}
    if is_least and rule.count is not None and rule.count > panel:
        yield error((*steps, "count"), f"an application has {panel} evaluators only")
    if not is_least and rule.count is not None and rule.count >= panel:
        yield warning((*steps, "count"), "the rule never binds")


def find_unknown_groups(definition: CallDefinition, registers: Registers) -> Iterator[Finding]:
    """Yield groups of keywords that the taxonomy does not have."""
    known = {each.id.split(".")[0] for each in registers.expertise_keywords}
    for index, rule in enumerate(definition.routing.rules):
        if rule.group is not None and rule.group not in known:
            steps: Steps = ("routing", "rules", index, "group")
            yield error(steps, f"no keyword of the taxonomy begins with {rule.group!r}")

"""A whole round for tests: the demo input through the use cases, as far as a test needs it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.services.record.tools import Tools
from app.services.round.rounds import run_round
from app.services.round.state import Plan, RoundResult
from calls import load
from calls.funding import FundingSettings
from calls.round_input import read_round
from calls.routing import RoutingSettings

DATA = Path(__file__).parents[1] / "data"


def run_demo(
    tools: Tools,
    *,
    routing: RoutingSettings | None = None,
    funding: FundingSettings | None = None,
    **plan: Any,
) -> RoundResult:
    """Run the round of the shared input, with other rules of routing or of the funding line if given."""
    definition = load.load_call(DATA / "call_inno_2027_1.yaml", tools.registers)
    if routing is not None:
        definition = definition.model_copy(update={"routing": routing})
    if funding is not None:
        definition = definition.model_copy(update={"funding": funding})
    given = read_round(definition, DATA / "demo_applications.json", DATA / "demo_evaluations.json")
    return run_round(tools, given, Plan(**plan))

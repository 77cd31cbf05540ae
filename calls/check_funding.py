"""Cross checks of the funding block: ceilings that do not say what they are about, or how much."""

from __future__ import annotations

from collections.abc import Iterator

from calls.definition import CallDefinition
from calls.findings import Finding, Steps, error


def check_funding(definition: CallDefinition) -> Iterator[Finding]:
    """Yield every ceiling that does not say what it is about, or how much."""
    objectives = {each.code for each in definition.specific_objectives}
    seen: set[tuple[str | None, str | None]] = set()
    for index, cap in enumerate(definition.funding.caps):
        steps: Steps = ("funding", "caps", index)
        if (cap.region is None) == (cap.objective is None):
            yield error(steps, "a ceiling is about one region or one objective")
        if (cap.amount_eur is None) == (cap.share_pct is None):
            yield error(steps, "a ceiling has amount_eur or share_pct")
        if cap.objective is not None and cap.objective not in objectives:
            yield error((*steps, "objective"), f"the call has no objective {cap.objective!r}")
        if (cap.region, cap.objective) in seen:
            yield error(steps, "it is stated twice")
        seen.add((cap.region, cap.objective))

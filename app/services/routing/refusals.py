"""Why a run found no assignment, as plain data: it is kept with the job and put into words on the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from app.domain.errors import DomainError
from scoring.routing.lots import CapTooLow
from scoring.routing.problem import LockNotAllowed
from scoring.routing.ruled import RulesNotKept
from scoring.routing.rules import Breach
from scoring.routing.shortage import NoFeasibleAssignment, Shortage, ShortageKind

NO_ASSIGNMENT = (NoFeasibleAssignment, RulesNotKept, LockNotAllowed, CapTooLow)
"""What a run may end in when there is no assignment."""


class ProposalRefused(DomainError):
    """There is no assignment, so another try gives none; ``reason`` is data, ``text`` its words."""

    code = "proposal_refused"


def write_refusal(error: Exception) -> dict[str, Any]:
    """Return why there is no assignment as plain data."""
    if isinstance(error, NoFeasibleAssignment):
        return {"kind": "shortage", "missing": error.missing, "group": asdict(error.shortage)}
    if isinstance(error, RulesNotKept):
        return {"kind": "rules", "breaches": [asdict(each) for each in error.breaches]}
    if isinstance(error, LockNotAllowed):
        return {"kind": "lock", "pair": list(error.pair)}
    if isinstance(error, CapTooLow):
        return {"kind": "cap"}
    raise error


def read_refusal(data: Mapping[str, Any]) -> Exception:
    """Return the error that was written."""
    if data["kind"] == "rules":
        return RulesNotKept([Breach(**each) for each in data["breaches"]])
    if data["kind"] == "lock":
        return LockNotAllowed((data["pair"][0], data["pair"][1]))
    if data["kind"] == "cap":
        return CapTooLow("under the cap some places stay empty")
    group = {**data["group"], "kind": ShortageKind(data["group"]["kind"])}
    return NoFeasibleAssignment(data["missing"], Shortage(**group))

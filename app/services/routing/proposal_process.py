"""The process that looks for an assignment: ``python -m app.services.routing.proposal_process``.

It reads one request as JSON, answers with one JSON object and ends: ``{"found": …}`` or ``{"refused": …,
"text": …}``. It records conflicts that the facts show, which may be done again without harm; the
proposal itself is written by whoever asked, at once or not at all.
"""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.db import Database
from app.queries.screening import Scope
from app.services.evaluation.conflicts import detect_conflicts
from app.services.routing.proposing import find_proposal
from app.services.routing.refusals import NO_ASSIGNMENT, write_refusal
from app.services.routing.routing_inputs import load_inputs


def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was found for a call, or why there is nothing."""
    call_id, now = uuid.UUID(request["call_id"]), datetime.fromisoformat(request["now"])
    database = Database(request["database_url"], request["encoder"])
    try:
        with database.unit_of_work() as session:
            detect_conflicts(session, Scope(call_id), now)
        with database.reading() as session:
            inputs = load_inputs(session, call_id, now)
            return {"found": find_proposal(session, call_id, inputs, now).to_json()}
    except NO_ASSIGNMENT as error:
        return {"refused": write_refusal(error), "text": str(error)}
    finally:
        database.dispose()


if __name__ == "__main__":
    json.dump(answer(json.load(sys.stdin)), sys.stdout)

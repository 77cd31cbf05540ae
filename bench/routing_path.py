"""From rows in a database to assignments with explanations: ``python -m bench.routing_path FOLDER N M``.

It seeds a call of N applications and M evaluators, once for a folder, and then does what the background
does when an officer asks for a proposal. It prints processor seconds of each part as one JSON object.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import uuid
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from app.config import Settings
from app.db import Database, upgrade
from app.queries.screening import Scope
from app.services.evaluation.conflicts import detect_conflicts
from app.services.record.tools import make_tools
from app.services.routing.proposing import find_proposal
from app.services.routing.routing_inputs import load_inputs
from bench.routed_call import seed_routed_call
from bench.routing_instances import Size


def prepare(folder: Path, size: Size) -> tuple[str, uuid.UUID]:
    """Return the database's address and the call; both are made when they are not there."""
    folder.mkdir(parents=True, exist_ok=True)
    url, known = f"sqlite:///{folder / 'call.sqlite'}", folder / "call.txt"
    if not known.exists():
        upgrade(url)
        tools = make_tools(Settings(database_url=url, data_dir=folder, demo=True))
        known.write_text(str(seed_routed_call(tools, size, datetime.now(UTC))))
        tools.database.dispose()
    return url, uuid.UUID(known.read_text())


def run(url: str, call_id: uuid.UUID) -> dict[str, float]:
    """Screen, load, measure, solve and explain; return the seconds of each part."""
    now, database, marks = datetime.now(UTC), Database(url), [time.process_time()]
    with database.unit_of_work() as session:
        detect_conflicts(session, Scope(call_id), now)
    marks.append(time.process_time())
    with database.reading() as session:
        inputs = load_inputs(session, call_id, now)
        marks.append(time.process_time())
        inputs.affinities.list_scores()
        marks.append(time.process_time())
        found = find_proposal(session, call_id, inputs, now)
    told = json.dumps(found.to_json())
    marks.append(time.process_time())
    database.dispose()
    parts = [after - before for before, after in pairwise(marks)]
    names = ("screening", "loading", "affinity", "assignment")
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        **dict(zip(names, parts, strict=True)),
        "together": marks[-1] - marks[0],
        "megabytes": megabytes,
        "pairs": len(found.new),
        "letters": len(told),
    }


def main() -> None:
    """Read the arguments, seed if needed, run and print."""
    folder, applications, people = sys.argv[1:]
    url, call_id = prepare(Path(folder), Size(int(applications), int(people)))
    json.dump(run(url, call_id), sys.stdout)


if __name__ == "__main__":
    main()

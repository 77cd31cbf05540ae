"""The demo: a whole round with its texts, files, scores and letters, loaded from packaged data."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml

from app.domain.actors import SYSTEM, Role
from app.domain.errors import NotFound
from app.domain.times import local_date
from app.models import Call
from app.services.account.people import PersonInput, find_person, get_or_create_actor, hash_password
from app.services.account.sessions import make_actor
from app.services.call import calls
from app.services.decision.analyses import request_analysis
from app.services.record.tools import Tools
from app.services.round.content import Supplement
from app.services.round.rounds import run_round
from app.services.round.state import Plan, Report, RoundResult
from calls import load
from calls.round_input import RoundInput, read_round, shift_definition, shift_round

DEMO_DATA = Path(load.__file__).parent / "data" / "demo"
DEMO_CALL = load.PACKAGED / "inno_2027_1.yaml"
OPEN_CALL = load.PACKAGED / "lead_2027_1.yaml"
SERVED_BEFORE = timedelta(days=14)
OPENED_BEFORE = timedelta(days=7)
DEMO_PASSWORD = "demo-salasana-2027"


def is_empty(tools: Tools) -> bool:
    """Tell whether the database holds no call yet."""
    with tools.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Call)) == 0


def read_demo(tools: Tools) -> RoundInput:
    """Return the packaged input of the demo round with its comments.

    Raises:
        InvalidRound, InvalidDefinition: if the packaged data are damaged.
    """
    definition = load.load_call(DEMO_CALL, tools.registers)
    given = read_round(
        definition, DEMO_DATA / "demo_applications.json", DEMO_DATA / "demo_evaluations.json"
    )
    texts = _read_yaml(DEMO_DATA / "evaluations.yaml")
    sheets = tuple(
        each.model_copy(update={"comments": texts[each.application]["comments"]})
        for each in given.evaluations.scores
    )
    evaluations = given.evaluations.model_copy(update={"scores": sheets})
    return RoundInput(definition, given.applications, evaluations)


def _read_yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def read_consensus_texts() -> dict[str, dict[str, str]]:
    """Return the statements, strengths and weaknesses of the demo's consensus."""
    texts = _read_yaml(DEMO_DATA / "evaluations.yaml")
    return {name: dict(each["consensus"]) for name, each in texts.items()}


def read_supplements() -> dict[str, Supplement]:
    """Return the texts, partner details and files that the demo applications add to their input."""
    return {
        path.stem: _read_supplement(path)
        for path in sorted((DEMO_DATA / "applications").glob("*.yaml"))
    }


def _read_supplement(path: Path) -> Supplement:
    data = _read_yaml(path)
    folder = DEMO_DATA / "attachments" / path.stem
    return Supplement(
        answers=data.get("answers") or {},
        partners=data.get("partners") or {},
        attachments=_files(folder, data.get("attachments")),
        late_attachments=_files(folder, data.get("late_attachments")),
    )


def _files(folder: Path, given: Any) -> dict[str, tuple[tuple[str, Path], ...]]:
    return {
        question: tuple(
            (str(each["filename"]), folder / str(each["filename"]))
            for each in (described if isinstance(described, list) else [described])
        )
        for question, described in (given or {}).items()
    }


def load_demo(tools: Tools, report: Report, now: datetime) -> RoundResult:
    """Load the demo into an empty database: a decided round, and a call that is open for applications.

    The round is moved by whole weeks, so that its last letter was served two to three weeks before ``now``.
    """
    hashed = hash_password(DEMO_PASSWORD)
    given = read_demo(tools)
    target = given.definition.timetable.decisions_target or local_date(now)
    by = _whole_weeks(local_date(now) - SERVED_BEFORE - target)
    given = shift_round(given, by)
    plan = Plan(
        supplements=read_supplements(),
        consensus_texts=read_consensus_texts(),
        report=report,
        password_hash=hashed,
    )
    with tools.database.unit_of_work() as session:
        person = PersonInput(
            email="ohjausryhma@innoverkko.example",
            display_name="Ohjausryhmän jäsen",
            roles=[(Role.STEERING, "")],
            password_hash=hashed,
        )
        get_or_create_actor(session, person, given.definition.timetable.published)
    result = run_round(tools, given, plan)
    with tools.database.unit_of_work() as session:
        request_analysis(session, result.call_id, SYSTEM, now)
    _open_call(tools, now)
    return result


def _whole_weeks(length: timedelta) -> timedelta:
    """Return the whole weeks of a length, so that a moved moment keeps its weekday."""
    return timedelta(weeks=length // timedelta(weeks=1))


def _open_call(tools: Tools, now: datetime) -> None:
    """Publish the packaged thematic lead call so that it opened one to two weeks ago."""
    definition = load.load_call(OPEN_CALL, tools.registers)
    by = _whole_weeks(now - OPENED_BEFORE - definition.timetable.opens)
    shifted = shift_definition(definition, by)
    with tools.database.unit_of_work() as session:
        admin = find_person(session, "admin@innoverkko.example")
        if admin is None:
            raise NotFound(person="admin")
        actor = make_actor(admin)
        call = calls.import_definition(session, shifted, actor, shifted.timetable.published)
        calls.publish_call(session, call.id, actor, now)

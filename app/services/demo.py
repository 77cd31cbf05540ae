"""The demo: a whole round with its texts, files, scores and letters, loaded from packaged data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml

from app.domain.actors import Role
from app.models import Call
from app.services.people import PersonInput, get_or_create_actor, hash_password
from app.services.round_content import Supplement
from app.services.rounds import Plan, Report, RoundResult, run_round
from app.services.tools import Tools
from calls import load
from calls.round_input import RoundInput, read_round

DEMO_DATA = Path(load.__file__).parent / "data" / "demo"
DEMO_CALL = load.PACKAGED / "inno_2027_1.yaml"
DEMO_PASSWORD = "demo-salasana-2027"


def is_empty(tools: Tools) -> bool:
    """Tell whether the database holds no call yet."""
    with tools.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Call)) == 0


def read_demo(tools: Tools) -> RoundInput:
    """Return the packaged input of the demo round. Raises InvalidRound or InvalidDefinition."""
    definition = load.load_call(DEMO_CALL, tools.registers)
    return read_round(
        definition, DEMO_DATA / "demo_applications.json", DEMO_DATA / "demo_evaluations.json"
    )


def read_supplements() -> dict[str, Supplement]:
    """Return the texts, partner details and files that the demo applications add to their input."""
    return {
        path.stem: _read_supplement(path) for path in sorted((DEMO_DATA / "applications").glob("*.yaml"))
    }


def _read_supplement(path: Path) -> Supplement:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    files = DEMO_DATA / "attachments" / path.stem
    return Supplement(
        answers=data.get("answers") or {},
        partners=data.get("partners") or {},
        attachments={
            question: tuple(_existing(files, given))
            for question, given in (data.get("attachments") or {}).items()
        },
    )


def _existing(folder: Path, given: Any) -> list[tuple[str, Path]]:
    described = given if isinstance(given, list) else [given]
    names = [str(each["filename"]) for each in described]
    return [(name, folder / name) for name in names if (folder / name).is_file()]


def load_demo(tools: Tools, report: Report) -> RoundResult:
    """Load the demo round into an empty database."""
    hashed = hash_password(DEMO_PASSWORD)
    given = read_demo(tools)
    plan = Plan(supplements=read_supplements(), report=report, password_hash=hashed)
    with tools.database.unit_of_work() as session:
        person = PersonInput(
            email="ohjausryhma@innoverkko.example",
            display_name="Ohjausryhmän jäsen",
            roles=[(Role.STEERING, "")],
            password_hash=hashed,
        )
        get_or_create_actor(session, person, given.definition.timetable.published)
    return run_round(tools, given, plan)



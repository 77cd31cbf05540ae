"""A result made under one version of a rubric is computed again, bit for bit, after the next one is there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import SYSTEM
from app.domain.errors import StepNotAllowed
from app.models import Application, Call, CallVersion, Consensus, Evaluation
from app.services.call.calls import get_definition, import_definition
from app.services.decision.ranking import RankingWishes, draw_ranking
from app.services.evaluation.consensus import load_sheets
from app.services.record.tools import Tools, make_tools
from calls import load
from calls.scoring_rules import to_rubric
from scoring.aggregate import consensus_scores, rounded, threshold_failures, total
from tests.builders.rounds import run_demo
from tests.support.apps import settings_for
from tests.support.databases import sqlite_url_of
from tests.web.funder_round import NOW


@pytest.fixture
def tools(sqlite_template: Path, tmp_path: Path) -> Iterator[Tools]:
    path = tmp_path / "round.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    made = make_tools(settings_for(sqlite_url_of(path), tmp_path / "data"))
    yield made
    made.database.dispose()


def publish_next_version(session: Session) -> CallVersion:
    """Store a version with other weights and a harder threshold, and make it the call's newest."""
    call = session.scalars(sa.select(Call)).one()
    assert call.version_id is not None
    old = session.get_one(CallVersion, call.version_id)
    data = json.loads(old.definition)
    first, second = data["rubric"]["criteria"][:2]
    first["weight_points"], second["weight_points"] = "28", "2"
    data["rubric"]["thresholds"]["total_min"] = "90"
    definition = load.definition_from_json(json.dumps(data))
    text = load.canonical_json(definition).decode("utf-8")
    new = CallVersion(
        call_id=call.id, number=old.number + 1, definition=text, sha256=load.sha256(definition),
        rubric_sha256="0" * 64, created_at=NOW,
    )  # fmt: skip
    session.add(new)
    session.flush()
    call.version_id = new.id
    return new


def test_a_result_made_under_one_version_stands_after_the_next(tools: Tools) -> None:
    run_demo(tools, stop_before="rank")
    with tools.database.unit_of_work() as session:
        call = session.scalars(sa.select(Call)).one()
        rows = json.loads(draw_ranking(session, call.id, SYSTEM, NOW).content)["rows"]
        version = session.get_one(CallVersion, call.version_id)
        definition = get_definition(session, version.id)
        assert load.canonical_json(definition).decode("utf-8") == version.definition
        assert load.sha256(definition) == version.sha256
        with pytest.raises(StepNotAllowed):
            import_definition(session, definition, SYSTEM, NOW)
        newer = publish_next_version(session)
        for consensus in session.scalars(sa.select(Consensus)):
            check_again(session, consensus)
        again = draw_ranking(session, call.id, SYSTEM, NOW, RankingWishes(reason="Tarkistus"))
        assert rows
        assert json.loads(again.content)["rows"] == rows
        own = to_rubric(get_definition(session, newer.id))
        sheets = [each.total_hundredths for each in session.scalars(sa.select(Evaluation))]
        assert own.total_minimum == Decimal(90)
        assert any(each is not None and each < own.total_minimum * 100 for each in sheets)


def check_again(session: Session, consensus: Consensus) -> None:
    """Derive the stored result from the sheets, by the version that the application names."""
    application = session.get_one(Application, consensus.application_id)
    rubric = to_rubric(get_definition(session, application.call_version_id))
    scores = {key: Fraction(value) for key, value in consensus.scores.items()}
    if consensus.method != "agreed":
        assert consensus_scores(rubric, load_sheets(session, application, rubric)) == scores
    assert {key: str(value) for key, value in scores.items()} == consensus.scores
    assert int(rounded(total(rubric, scores)) * 100) == consensus.total_hundredths
    assert [
        (each.kind.value, each.id, str(each.obtained))
        for each in threshold_failures(rubric, scores)
    ] == [(each["kind"], each["id"], each["obtained"]) for each in consensus.failures]

"""Summaries of evaluations and the annex with the ranking: what they hold, and who reads which names."""

from __future__ import annotations

import json
import uuid

import pytest
import sqlalchemy as sa

from app.domain.errors import NotFound
from app.domain.records import canonical_json, sha256_text
from app.models import Application, Call, EvaluatorProfile, Ranking
from app.services.paper.ranking_annexes import build_ranking_annex
from app.services.paper.summaries import build_summary, open_summary
from scoring.lottery import draw_order
from tests.services.decided_round import NOW, DecidedRound


def find_key(decided: DecidedRound, acronym: str) -> uuid.UUID:
    """Return an application."""
    with decided.tools.database.reading() as session:
        return session.scalars(
            sa.select(Application.id).where(Application.acronym == acronym)
        ).one()


def summarise(decided: DecidedRound, acronym: str, audience: str):
    """Return the summary that one kind of reader gets, in English."""
    with decided.tools.database.reading() as session:
        key = find_key(decided, acronym)
        return build_summary(
            open_summary(session, decided.tools.registers, key, "en", NOW, audience)
        )


def annex_of(decided: DecidedRound):
    """Return the annex of the round's newest ranking, in English."""
    with decided.tools.database.reading() as session:
        call = session.scalars(sa.select(Call)).first()
        return build_ranking_annex(session, decided.tools.registers, call, "en")


def test_only_the_funder_reads_codes_and_the_scores_are_the_same_for_all(decided):
    papers = {
        audience: summarise(decided, "HYVERKKO", audience)
        for audience in ("funder", "panel", "applicant")
    }
    with decided.tools.database.reading() as session:
        codes = set(session.scalars(sa.select(EvaluatorProfile.code)))
    assert {each.evaluator for each in papers["funder"].totals} <= codes
    for audience in ("panel", "applicant"):
        names = [each.evaluator for each in papers[audience].totals]
        assert names == [f"Evaluator {number}" for number in range(1, len(names) + 1)]
        assert [code for code in codes if f'"{code}"' in papers[audience].model_dump_json()] == []
    finals = {
        tuple((each.final, each.mean, each.spread) for each in paper.criteria)
        for paper in papers.values()
    }
    assert len(finals) == 1
    assert {(paper.total, paper.is_settled) for paper in papers.values()} == {("86.7", True)}
    assert papers["applicant"].statement == ""


def test_an_applicant_gets_no_summary_before_the_decision_is_served(decided):
    with pytest.raises(NotFound):
        summarise(decided, "TWINPUU", "applicant")
    assert summarise(decided, "TWINPUU", "funder").totals


def test_a_summary_names_the_threshold_that_was_missed(decided):
    (missed, *_rest) = summarise(decided, "HYVÄDATA", "applicant").shortfalls
    assert float(missed.got) < float(missed.required)


def test_the_annex_is_the_ranking_as_it_was_drawn(decided):
    annex = annex_of(decided)
    with decided.tools.database.reading() as session:
        ranking = session.scalars(sa.select(Ranking).order_by(Ranking.number.desc())).first()
    content = json.loads(ranking.content)
    assert (annex.sha256, annex.number) == (ranking.sha256, ranking.number)
    shown = [(each.position, each.record_number, each.left) for each in annex.places]
    assert shown == [
        (row["position"], row["record_number"], row["left"]) for row in content["rows"]
    ]
    assert len(annex.below_threshold) == len(content["below_threshold"]) == 1
    assert (annex.is_public, annex.lot, annex.selection is None) == (False, None, False)


def test_the_record_of_a_lot_can_be_drawn_again_from_the_annex(decided):
    with decided.tools.database.unit_of_work() as session:
        ranking = session.scalars(sa.select(Ranking).order_by(Ranking.number.desc())).first()
        content = json.loads(ranking.content)
        ids = [row["application"] for row in content["rows"][2:4]]
        draw = draw_order("CALL", ids, b"a seed of more than sixteen bytes")
        step = {"rule": "LotDrawn", "value": "1", "rivals": [ids[1]], "decided": True}
        content["rows"][2]["tie_break"] = [step]
        content["lot"] = {"call": "CALL", "ids": sorted(ids), "seed": draw.seed}
        text = canonical_json(content)
        session.add(
            Ranking(
                call_id=ranking.call_id,
                number=ranking.number + 1,
                content=text,
                sha256=sha256_text(text),
                reason="Tasapisteet.",
                created_at=NOW,
                created_by=ranking.created_by,
            )
        )
    annex = annex_of(decided)
    assert annex.lot is not None
    again = draw_order(
        annex.lot.call,
        [each.identifier for each in annex.lot.places],
        bytes.fromhex(annex.lot.seed),
    )
    assert [(each.identifier, each.digest) for each in annex.lot.places] == [
        (each.id, each.digest) for each in again.lots
    ]
    rival = annex.places[3].record_number
    assert annex.places[2].reasons == (f"Place by lot: 1, against {rival}, parted them.",)
    assert annex.selection is None

"""The reasons of a decision letter: scores, thresholds, the ranking, failed checks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from app.domain.errors import NotFound
from app.models import Consensus, EligibilityResult
from app.pdf import letter_data as paper
from app.queries.selection import find_newest_ranking
from app.services.evaluation.eligibility import is_passed
from app.services.paper import words
from app.services.paper.source import LetterSource
from app.services.paper.words import say
from calls.definition import EligibilityCheck
from calls.rubric import Criterion
from calls.rules import RegionsAtLeast
from scoring.aggregate import rounded
from scoring.thresholds import Comparison

RESERVE_MONTHS_DAYS = 180
"""How long a place on the reserve list holds, in days, unless the draft says otherwise."""


def _consensus(source: LetterSource) -> Consensus:
    return source.session.get_one(Consensus, source.application.id)


def list_scores(source: LetterSource) -> tuple[paper.CriterionScore, ...]:
    """Return the final score of each criterion with its reason."""
    consensus = _consensus(source)
    fallback = words.AGREED_SCORE if consensus.method == "agreed" else words.FINAL_SCORE
    rows = []
    for criterion in source.definition.rubric.criteria:
        score = Fraction(consensus.scores[criterion.id])
        weighted = Fraction(criterion.weight_points) * score / Fraction(criterion.maximum)
        rows.append(
            paper.CriterionScore(
                label=f"{criterion.id} {source.text(criterion.name)}",
                score=_plain(rounded(score)),
                scale_max=_plain(criterion.maximum),
                weight=_plain(criterion.weight_points),
                reason=consensus.comments.get(criterion.id)
                or _quote_anchor(source, criterion, score)
                or say(fallback, source.language),
                weighted=str(rounded(weighted)),
            )
        )
    return tuple(rows)


def _quote_anchor(source: LetterSource, criterion: Criterion, score: Fraction) -> str:
    """Return what the call notice says of a score; between two anchors, what it says of the lower one."""
    reached = [each for each in criterion.anchors if each.score <= score]
    if not reached:
        return ""
    text = source.text(max(reached, key=lambda each: each.score).text)
    return say(words.ANCHOR, source.language).format(text=text)


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def sum_scores(source: LetterSource) -> paper.ScoreSummary:
    """Return the weighted total with strengths and weaknesses."""
    consensus, draft = _consensus(source), source.decision.draft
    return paper.ScoreSummary(
        total=f"{Decimal(consensus.total_hundredths or 0).scaleb(-2):.2f}",
        strengths=draft.get("strengths")
        or consensus.strengths
        or say(words.NO_STRENGTHS, source.language),
        weaknesses=(
            draft.get("weaknesses")
            or consensus.weaknesses
            or say(words.NO_WEAKNESSES, source.language)
        ),
        maximum=_plain(source.definition.rubric.sum_of_weights),
    )


def list_thresholds(source: LetterSource) -> tuple[paper.Threshold, ...]:
    """Return the thresholds that were not reached."""
    names = {each.id: source.text(each.name) for each in source.definition.rubric.criteria}
    return name_shortfalls(_consensus(source).failures, names, source.language)


def name_shortfalls(
    failures: Iterable[Mapping[str, Any]], names: Mapping[str, str], language: str
) -> tuple[paper.Threshold, ...]:
    """Return missed thresholds with the names of their criteria."""
    rows = []
    for failure in failures:
        if failure["kind"] == "total":
            label = say(words.TOTAL_THRESHOLD, language)
        else:
            label = (
                " + ".join(f"{key} {names[key]}" for key in failure["criteria"]) or failure["id"]
            )
        if failure.get("comparison") == Comparison.ABOVE:
            label += " (>)"
        obtained = rounded(Fraction(failure["obtained"]))
        rows.append(
            paper.Threshold(
                label=label, required=_plain(Decimal(failure["required"])), got=_plain(obtained)
            )
        )
    return tuple(rows)


def place_in_ranking(source: LetterSource, day: date) -> paper.Ranking:
    """Return the place in the ranking and on the reserve list.

    Raises:
        NotFound: if no ranking has been drawn.
    """
    ranking = find_newest_ranking(source.session, source.application.call_id)
    if ranking is None:
        raise NotFound(ranking=str(source.application.call_id))
    content = json.loads(ranking.content)
    funded = [row for row in content["rows"] if row["outcome"] == "funded"]
    own = next(row for row in content["rows"] if row["application"] == str(source.application.id))
    reserve = own["reserve_place"]
    until = source.decision.draft.get("reserve_until")
    return paper.Ranking(
        position=own["position"],
        eligible_count=len(content["rows"]),
        funded_count=len(funded),
        lowest_funded=funded[-1]["total"] if funded else "0",
        reserve=reserve,
        reserve_until=(until or (day + timedelta(days=RESERVE_MONTHS_DAYS)).isoformat())
        if reserve
        else None,
    )


def list_failed_checks(source: LetterSource) -> tuple[paper.FailedCheck, ...]:
    """Return the eligibility conditions that are not met, with the facts."""
    results = source.session.scalars(
        sa.select(EligibilityResult).where(
            EligibilityResult.application_id == source.application.id
        )
    )
    failed = {row.check_id: row for row in results if is_passed(row) is False}
    return tuple(
        paper.FailedCheck(
            label=source.text(check.label),
            facts=words.describe_facts(
                _name_values(source, check, failed[check.id].facts),
                failed[check.id].reason,
                source.language,
            ),
            call_ref=f"{check.id}, {say(words.CALL_NOTICE, source.language)}",
            provision="757/2021",
        )
        for check in source.definition.eligibility
        if check.id in failed
    )


def _name_values(
    source: LetterSource, check: EligibilityCheck, facts: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the facts of a check with the names of regions in place of their codes."""
    if not isinstance(check.rule, RegionsAtLeast) or "values" not in facts:
        return facts
    names = {each.code: source.text(each.name) for each in source.registers.regions}
    return {**facts, "values": [names.get(str(value), value) for value in facts["values"] or ()]}

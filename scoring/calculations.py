"""Whole calculations on plain data, and the process that does them: ``python -m scoring.calculations``.

The process reads one request as JSON, answers with one JSON object and ends, so that whoever asks
never loads the numerical libraries. ``{"task": "analyse", "given": …}`` or ``{"task": "select", …}``;
an input that cannot be used gives ``{"refused": reason}``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any

from scoring import result_data
from scoring.agreement.summary import measure_agreement
from scoring.calibration import calibrate, report_connectivity
from scoring.portfolio.candidate_file import read_candidates
from scoring.portfolio.certificates import certify_places, price_floors
from scoring.portfolio.model import SolverGaveUp
from scoring.portfolio.program import build_program
from scoring.portfolio.selection import ALGORITHM, VERSION, decide, select
from scoring.portfolio.terms import InvalidTerms, Proposal, Rule, Terms
from scoring.uncertainty.ranking import (
    Options,
    probability_under_rule,
    rank_with_doubt,
)
from scoring.uncertainty.sensitivity import WithoutOne, leave_one_out
from scoring.votes import InvalidVotes, Vote, tabulate

Data = dict[str, Any]
WALKED = frozenset({Rule.STOP_AT_FIRST_MISFIT, Rule.SKIP_AND_CONTINUE})
"""Rules that are quick enough to be applied to every draw of the ranking."""
RULE_DRAWS = 2_000
MOST_LEFT_OUT = 40
"""With more evaluators than this nobody is left out in turn: it would take minutes."""
MOST_CERTIFICATES = 12
"""So many departures are explained at once; in a large call each takes about a second."""
DECIMALS = 6


class Refused(ValueError):
    """The input cannot be used; the text says why."""


def analyse(given: Mapping[str, Any]) -> Data:
    """Return everything that the votes of a round say, as JSON data.

    ``votes`` and each of ``criteria`` are lists of [application, evaluator, grade as a fraction];
    ``ranked`` the applications that can be funded, ``unit`` a fifth of the scale of ``votes``,
    ``candidates`` the content of a candidate file. Raises ``Refused``.
    """
    try:
        votes = _votes(given["votes"])
        parts = {key: _votes(rows) for key, rows in given["criteria"].items()}
        unit = Fraction(given["unit"])
        data: Data = {
            "agreement": _agreement(votes),
            "criteria": {key: _agreement(part) for key, part in parts.items()},
            "severities": _severities(votes, unit),
            "ranking": None,
            "without_one": [],
        }
        ranked = [vote for vote in votes if vote.proposal in set(given["ranked"])]
        if len({vote.proposal for vote in ranked}) > 1:
            data |= _ranking(ranked, unit, given["candidates"])
    except (InvalidVotes, InvalidTerms) as error:
        raise Refused(str(error)) from error
    return _rounded(data)


def choose(given: Mapping[str, Any]) -> Data:
    """Return the selection of a candidate file's content, with certificates and prices of floors.

    Raises ``Refused``, also when no selection could be proved to be the right one.
    """
    try:
        proposals, terms = read_candidates(json.dumps(given["candidates"]))
        certificates, more = certify_places(proposals, terms, MOST_CERTIFICATES)
        data = result_data.selection_data(
            select(proposals, terms), certificates, price_floors(proposals, terms)
        )
    except (InvalidTerms, SolverGaveUp) as error:
        raise Refused(str(error)) from error
    return _rounded(data | {"algorithm": ALGORITHM, "version": VERSION, "unexplained": more})


def _votes(rows: Sequence[Sequence[str]]) -> list[Vote]:
    return [Vote(proposal, assessor, Fraction(grade)) for proposal, assessor, grade in rows]


def _agreement(votes: Sequence[Vote]) -> Data | None:
    """Return the figures of agreement; none where nobody voted."""
    if not votes:
        return None
    measured = (measure_agreement(votes), report_connectivity(tabulate(votes)))
    panel: Data = result_data.agreement_data({"": measured})["panels"][0]
    return panel


def _severities(votes: Sequence[Vote], unit: Fraction) -> list[Data]:
    found = calibrate(votes, options=Options(unit=unit)).severities
    return [
        {
            "assessor": each.assessor.id,
            "leniency": each.leniency,
            "lower": each.interval.lower,
            "upper": each.interval.upper,
            "tendency": each.tendency.value,
            "votes": each.votes,
            "enough_votes": each.enough_votes,
            "component": each.component,
        }
        for each in found
    ]


def _ranking(votes: Sequence[Vote], unit: Fraction, candidates: Mapping[str, Any]) -> Data:
    proposals, terms = read_candidates(json.dumps(candidates))
    known = {each.id: each for each in proposals}
    fundable = len(_funded(known, terms, [each.id for each in proposals]))
    options = Options(unit=unit, fundable=fundable)
    ranking = rank_with_doubt(votes, options)
    shares: Mapping[str, float] = {}
    if terms.rule in WALKED:
        shares = probability_under_rule(
            votes, lambda order: _funded(known, terms, order), options, RULE_DRAWS
        )
    views: tuple[WithoutOne, ...] = ()
    if len(ranking.evaluators) <= MOST_LEFT_OUT:
        views = leave_one_out(votes, options)
    data = result_data.ranking_data({"": ranking})
    for row in data["proposals"]:
        row["p_rule"] = shares.get(row["proposal"])
    return {
        "ranking": data | {"fundable": fundable, "rule": terms.rule.value},
        "without_one": [_view(each) for each in views],
    }


def _funded(known: Mapping[str, Proposal], terms: Terms, order: Sequence[str]) -> Collection[str]:
    """Return who gets an award when the applications stand in this order."""
    standing = [known[name] for name in order if name in known]
    awards = decide(build_program(standing, terms), terms.rule)
    return [standing[place].id for place, cents in awards.items() if cents]


def _view(view: WithoutOne) -> Data:
    return {
        "assessor": view.assessor.id,
        "largest": view.largest,
        "dropped": list(view.dropped),
        "shifts": [
            {
                "proposal": each.proposal,
                "er": each.expected_rank,
                "moved": each.moved,
                "group": each.group.value if each.group else None,
            }
            for each in view.shifts
        ],
    }


def _rounded(data: Mapping[str, Any]) -> Data:
    """Return JSON data with every float at six decimals: finer than any of the methods is."""
    return {key: _round(value) for key, value in data.items()}


def _round(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DECIMALS)
    if isinstance(value, Mapping):
        return _rounded(value)
    if isinstance(value, list | tuple):
        return [_round(each) for each in value]
    return value


TASKS = {"analyse": analyse, "select": choose}


def answer(request: Mapping[str, Any]) -> Data:
    """Return the answer to a request: the result, or why it was refused."""
    try:
        return TASKS[request["task"]](request["given"])
    except Refused as refused:
        return {"refused": str(refused)}


if __name__ == "__main__":
    json.dump(answer(json.load(sys.stdin)), sys.stdout)

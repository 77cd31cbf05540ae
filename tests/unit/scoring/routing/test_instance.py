"""Problems and certificates as plain data: what is read back is the same, and wishes are laid over it."""

from __future__ import annotations

import json

from hypothesis import given

from scoring.routing.certificate import stage_kinds
from scoring.routing.checker import find_fault
from scoring.routing.instance import (
    find_key,
    read_certificate,
    read_instance,
    with_wishes,
    write_certificate,
    write_instance,
)
from scoring.routing.problem import Evaluator, Problem, Proposal, build_problem
from scoring.routing.routing import route
from tests.unit.scoring.routing.small import problems

PAIR, OTHER = ("A1", "E1"), ("A1", "E2")


def two_by_three() -> Problem:
    people = [Evaluator(f"E{number}", 2) for number in (1, 2, 3)]
    return build_problem([Proposal("A1", 2), Proposal("A2", 1)], people, {PAIR: 0.9, OTHER: 0.5})


@given(problems())
def test_what_is_read_back_has_the_same_fingerprint(problem: Problem) -> None:
    text = json.dumps(write_instance(problem))
    assert read_instance(json.loads(text)).fingerprint() == problem.fingerprint()


def test_a_certificate_still_proves_after_it_was_stored() -> None:
    found = route(two_by_three())
    assert found.certificate is not None
    problem = read_instance(json.loads(json.dumps(write_instance(found.problem))))
    proof = read_certificate(json.loads(json.dumps(write_certificate(found.certificate))))
    chosen = found.keys.tolist()
    assert find_fault(problem, chosen, proof, stage_kinds("balanced")) is None


def test_wishes_lock_and_bar_and_what_is_barred_is_not_locked() -> None:
    problem = with_wishes(two_by_three(), [OTHER, PAIR, ("A9", "E9")], {PAIR: "forbidden"})
    assert [problem.pair(key) for key in problem.kept.tolist()] == [OTHER]
    assert [problem.pair(key) for key in problem.forbidden.tolist()] == [PAIR]
    assert problem.reasons == ("forbidden",)
    assert find_key(problem, ("A1", "E9")) is None
    assert OTHER in {problem.pair(key) for key in route(problem).keys.tolist()}

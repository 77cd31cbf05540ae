"""A problem and its certificate as plain data: stored with a run, and given to whoever checks it.

Numbers stay whole, so that what is read back has the same fingerprint.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from scoring.routing.arrays import Ints, is_in, np, whole
from scoring.routing.certificate import Certificate, Stage
from scoring.routing.problem import Pair, Problem

ARRAYS = ("demand", "min_load", "max_load", "keys", "affinity", "forbidden", "kept", "submitted")


def write_instance(problem: Problem) -> dict[str, Any]:
    """Return a problem as plain data."""
    data: dict[str, Any] = {name: getattr(problem, name).tolist() for name in ARRAYS}
    names = {"proposals": list(problem.proposals), "evaluators": list(problem.evaluators)}
    more = {"reasons": list(problem.reasons), "is_open": problem.is_open, "unit": problem.unit}
    return {**names, **data, **more}


def read_instance(data: Mapping[str, Any]) -> Problem:
    """Return the problem that plain data hold."""
    return Problem(
        proposals=tuple(data["proposals"]),
        evaluators=tuple(data["evaluators"]),
        reasons=tuple(data["reasons"]),
        is_open=data["is_open"],
        unit=data["unit"],
        **{name: whole(data[name]) for name in ARRAYS},
    )


def write_certificate(certificate: Certificate) -> dict[str, Any]:
    """Return a certificate as plain data."""
    stages = [
        {"kind": each.kind, "places": each.places.tolist(), "times": each.times.tolist()}
        for each in certificate.stages
    ]
    return {"fingerprint": certificate.fingerprint, "stages": stages}


def read_certificate(data: Mapping[str, Any]) -> Certificate:
    """Return the certificate that plain data hold."""
    stages = tuple(
        Stage(each["kind"], whole(each["places"]), whole(each["times"])) for each in data["stages"]
    )
    return Certificate(data["fingerprint"], stages)


def find_key(problem: Problem, pair: Pair) -> int | None:
    """Return the key of a pair, or None if the problem does not know both."""
    try:
        row, column = problem.proposals.index(pair[0]), problem.evaluators.index(pair[1])
    except ValueError:
        return None
    return row * problem.width + column


def with_wishes(problem: Problem, locked: Iterable[Pair], barred: Mapping[Pair, str]) -> Problem:
    """Return the problem with more pairs that stay and more that are not possible.

    Pairs that the problem does not know are passed over; what is barred is never locked.
    """
    reasons = dict(zip(problem.forbidden.tolist(), problem.reasons, strict=True))
    for pair, reason in barred.items():
        key = find_key(problem, pair)
        if key is not None:
            reasons[key] = reason
    forbidden = whole(sorted(reasons))
    stay = {key for key in (find_key(problem, pair) for pair in locked) if key is not None}
    kept = np.union1d(problem.kept, whole(sorted(stay)))
    rest = ~is_in(problem.keys, forbidden)
    return replace(
        problem,
        keys=problem.keys[rest],
        affinity=problem.affinity[rest],
        forbidden=forbidden,
        reasons=tuple(reasons[key] for key in forbidden.tolist()),
        kept=_without(kept, forbidden),
        submitted=_without(problem.submitted, forbidden),
    )


def _without(keys: Ints, gone: Ints) -> Ints:
    return keys[~is_in(keys, gone)]

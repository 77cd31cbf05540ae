"""Exact answers about what can be awarded: a good one, proven bounds, and the integer model for the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scoring.portfolio.bounds import (
    SCALE,
    Bound,
    Relaxation,
    find_bound,
    guess_awards,
    narrow,
    relax,
    settle,
)
from scoring.portfolio.model import EFFORTS, SETTLED_EFFORTS, Answer, Model, SolverGaveUp
from scoring.portfolio.program import Awards, Program

CHUNK = 30
"""Places decided by one solve: their lexicographic order is written in powers of two."""


STEPS = (1, 100, 10_000, 100_000)
"""Steps in cents in which the smallest raise of limits is looked for, finest first."""


CORES = (30, None)
"""Places that a start is searched among, all others as the prices have them; then all places."""


MANY = 60
"""Undecided places beyond which the two finest steps are hardly ever proved and not tried."""


@dataclass(frozen=True, slots=True)
class Overshoot:
    """Raises of limits in cents by limit; one ``step`` (cents) less in sum would not do."""

    raises: dict[str, int]
    step: int


def maximise(
    program: Program,
    fixed: Awards,
    per_cent: Mapping[int, int],
    *,
    whole: Sequence[int] = (),
    some: bool = False,
) -> Answer | None:
    """Return the best completion of fixed awards, or ``None`` if there is none.

    What is maximised is Σ ``per_cent`` × cents, or, with ``whole``, whether these places are
    funded in full, the first before all others (at most ``CHUNK``). With ``some`` nothing at all
    is not an answer.
    """
    if program.overshoots(fixed):
        return None
    if per_cent and not whole and not some:
        return _maximise_bounded(program, fixed, per_cent)
    model = Model(program, fixed)
    if some:
        model.forbid_nothing()
    return model.solve(per_cent, whole)


def _maximise_bounded(
    program: Program, fixed: Awards, per_cent: Mapping[int, int]
) -> Answer | None:
    """Return the best completion: a good one first, then the proof that none is better, or a better one."""
    relaxation = relax(program, fixed, per_cent)
    bound = find_bound(relaxation)
    start = None if bound is None else _start(program, fixed, per_cent, relaxation, bound)
    if bound is None or start is None:
        return Model(program, fixed).solve(per_cent, ())
    known = sum(per_cent.get(place, 0) * start.awards[place] for place in relaxation.places)
    if bound.worth < (known + 1) * SCALE:
        return start
    model = Model(program, fixed, states=settle(relaxation, bound, known))
    model.demand(per_cent, known + 1)
    return model.solve(per_cent, (), SETTLED_EFFORTS) or start


def _start(
    program: Program,
    fixed: Awards,
    per_cent: Mapping[int, int],
    relaxation: Relaxation,
    bound: Bound,
) -> Answer | None:
    """Return a good completion: from the core, or from everything where the core has none."""
    for size in CORES:
        core, outside = narrow(relaxation, bound, size or len(relaxation.places))
        funded = guess_awards(core)
        if funded is not None:
            states = {place: place in funded | outside for place in relaxation.places}
            start = Model(program, fixed, states=states).solve(per_cent, ())
            if start is not None:
                return start
    return None


def smallest_overshoot(program: Program, fixed: Awards) -> Overshoot | None:
    """Return the raises of limits of least sum that make fixed awards completable.

    ``None`` if no raise of limits does, because a floor cannot be met. The least sum to the cent
    can be a subset-sum puzzle; then it is found in coarser steps, which the answer names.
    """
    direct = program.overshoots(fixed)
    if not program.unmet(fixed):
        return Overshoot(direct, STEPS[0])
    undecided = sum(program.open) - len(fixed)
    for step in STEPS if undecided <= MANY else STEPS[2:]:
        model = Model(program, fixed, elastic=step)
        try:
            raises = model.solve_elastic(EFFORTS if step == STEPS[-1] else EFFORTS[:1])
        except SolverGaveUp:
            continue
        return None if raises is None else Overshoot(raises, step)
    raise SolverGaveUp("no proof of the smallest raise of limits")


def complete_in_order(program: Program, fixed: Awards) -> dict[int, int] | None:
    """Decide all undecided places, each in full if what follows can still meet every constraint.

    Otherwise it gets the largest part that leaves a completion, if parts are allowed, else
    nothing. ``None`` if even the fixed awards cannot be completed.
    """
    awards = dict(fixed)
    undecided = [place for place in program.places if place not in awards]
    if not undecided:
        return None if program.overshoots(awards) or program.unmet(awards) else awards
    if maximise(program, awards, {}) is None:
        return None
    while undecided:
        place = undecided[0]
        if not program.open[place] or program.room(awards, place) < program.least[place]:
            awards[undecided.pop(0)] = 0
            continue
        chunk = [each for each in undecided if program.open[each]][:CHUNK]
        answer = maximise(program, awards, {}, whole=chunk)
        if answer is None:
            raise RuntimeError("awards that could be completed cannot be completed")
        undecided = _take(program, awards, undecided, chunk, answer)
    return awards


def _take(
    program: Program,
    awards: dict[int, int],
    undecided: list[int],
    chunk: Sequence[int],
    answer: Answer,
) -> list[int]:
    """Write decisions into ``awards`` up to the first part; return what is still undecided."""
    last = chunk[-1]
    for step, place in enumerate(undecided):
        if place > last:
            return undecided[step:]
        full = program.full[place]
        if answer.awards[place] < full and _may_get_part(program, awards, place):
            part = maximise(program, awards, {place: 1})
            awards[place] = part.awards[place] if part else 0
            return undecided[step + 1 :]
        awards[place] = answer.awards[place] if answer.awards[place] == full else 0
    return []


def _may_get_part(program: Program, awards: Awards, place: int) -> bool:
    least = program.least[place]
    return (
        program.open[place]
        and least < program.full[place]
        and (program.room(awards, place) >= least)
    )

"""Why an assignment is impossible: who competes for too few places, read from a minimum cut.

Philip Hall's condition (1935) for many places, with minimum loads as in Hoffman's circulation
theorem (Ahuja, Magnanti, Orlin 1993, § 6.7). Both sides of the broken inequality are named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scoring.routing.arrays import Bools, Ints, np
from scoring.routing.network import Network
from scoring.routing.problem import Problem


class ShortageKind(StrEnum):
    """What there is too little of."""

    EVALUATORS = "evaluators"
    """The places of ``proposals`` exceed what all their possible evaluators can take."""
    PROPOSALS = "proposals"
    """The minimum loads of ``evaluators`` exceed what the proposals can give them."""


@dataclass(frozen=True, slots=True)
class Shortage:
    """A group that cannot be served: ``needed`` places or loads against ``available``.

    Of kind evaluators: ``evaluators`` are all full, and each evaluator outside the group serves
    each of the ``proposals`` already if they may. Of kind proposals: ``evaluators`` lack work and
    ``proposals`` give them all that they can.
    """

    kind: ShortageKind
    proposals: tuple[str, ...]
    evaluators: tuple[str, ...]
    needed: int
    available: int

    @property
    def lacking(self) -> int:
        """How many places or loads are too few in this group."""
        return self.needed - self.available


class NoFeasibleAssignment(ValueError):
    """No assignment keeps all rules.

    ``missing`` gives the empty places by proposal in one best attempt, ``places`` their number;
    ``shortage`` names the whole group behind them.
    """

    def __init__(self, missing: Mapping[str, int], shortage: Shortage) -> None:
        self.missing = dict(missing)
        self.places = sum(missing.values())
        self.shortage = shortage
        super().__init__(
            f"{shortage.needed} places or loads against {shortage.available}: "
            f"proposals {', '.join(shortage.proposals)}; evaluators {', '.join(shortage.evaluators)}"
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    """A maximum flow of pairs, and what its source still reaches."""

    filled: Ints
    proposals: Bools
    evaluators: Bools


def explain_infeasible(problem: Problem, network: Network) -> NoFeasibleAssignment:
    """Return the error that names the shortage of a network that has no feasible flow."""
    if network.low.sum() > network.places:
        return _too_little_work(problem, network)
    cut = _cut(network, network.low, np.maximum(network.high, network.low))
    short = network.need - cut.filled
    rows = np.flatnonzero(short)
    missing = {problem.proposals[row]: int(short[row]) for row in rows}
    full = network.high[cut.evaluators].sum()
    inside = cut.proposals[network.proposal]
    crossing = np.count_nonzero(inside & ~cut.evaluators[network.evaluator])
    needed, available = int(network.need[cut.proposals].sum()), int(full + crossing)
    if needed <= available:
        return _unfilled_minimum(problem, network, cut, missing)
    shortage = Shortage(
        ShortageKind.EVALUATORS,
        _names(problem.proposals, cut.proposals),
        _names(problem.evaluators, cut.evaluators),
        needed,
        available,
    )
    return NoFeasibleAssignment(missing, shortage)


def _too_little_work(problem: Problem, network: Network) -> NoFeasibleAssignment:
    shortage = Shortage(
        ShortageKind.PROPOSALS,
        _names(problem.proposals, network.need > 0),
        _names(problem.evaluators, network.low > 0),
        int(network.low.sum()),
        network.places,
    )
    return NoFeasibleAssignment({}, shortage)


def _unfilled_minimum(
    problem: Problem, network: Network, cut: _Cut, missing: Mapping[str, int]
) -> NoFeasibleAssignment:
    """The cut goes through the minimum loads of the evaluators that the source does not reach."""
    wanting = ~cut.evaluators & (network.low > 0)
    givers = network.proposal[wanting[network.evaluator]]
    can_give = np.minimum(np.bincount(givers, minlength=len(network.need)), network.need)
    shortage = Shortage(
        ShortageKind.PROPOSALS,
        _names(problem.proposals, can_give > 0),
        _names(problem.evaluators, wanting),
        int(network.low[wanting].sum()),
        int(can_give.sum()),
    )
    return NoFeasibleAssignment(missing, shortage)


def _cut(network: Network, low: Ints, high: Ints) -> _Cut:
    """Solve source → proposals → evaluators → (minimum loads | common rest) → sink."""
    from ortools.graph.python import max_flow  # noqa: PLC0415  # only when a run has failed

    proposals, evaluators = len(network.need), len(high)
    rows, columns = np.arange(proposals), proposals + np.arange(evaluators)
    rest, sink, source, hub = (proposals + evaluators + extra for extra in range(4))
    parts = [
        (network.proposal, network.evaluator + proposals, np.ones_like(network.proposal)),
        (np.full(proposals, source), rows, network.need),
        (columns, np.full(evaluators, sink), low),
        (columns, np.full(evaluators, rest), high - low),
        (np.array([rest]), np.array([sink]), np.array([network.places - low.sum()])),
    ]
    if network.has_hub:
        parts.append((rows, np.full(proposals, hub), np.full(proposals, network.places)))
        parts.append((np.full(evaluators, hub), columns, np.full(evaluators, network.places)))
    solver = max_flow.SimpleMaxFlow()
    tails, heads, room = (np.concatenate(part) for part in zip(*parts, strict=True))
    numbers = solver.add_arcs_with_capacity(tails.astype(np.int32), heads.astype(np.int32), room)
    solver.solve(source, sink)
    pairs = len(network.proposal)
    reached = np.zeros(proposals + evaluators + 4, dtype=bool)
    reached[solver.get_source_side_min_cut()] = True
    filled = solver.flows(numbers)[pairs : pairs + proposals]
    return _Cut(filled, reached[:proposals], reached[proposals : proposals + evaluators])


def _names(names: tuple[str, ...], mask: Bools) -> tuple[str, ...]:
    return tuple(names[row] for row in np.flatnonzero(mask))

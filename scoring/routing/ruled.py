"""The greatest total under rules that cross each other: an exact MIP, or one behind a bound.

Up to ``MANY_PAIRS`` the MIP sees every pair and proves the optimum. Beyond, a Lagrangian bound
comes first: its reduced gains say what each pair would cost against it, the MIP sees the cheapest
pairs only (the core), and the gap between its value and the bound is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scoring.routing.arrays import Bools, Ints, np, whole
from scoring.routing.lagrange import STEPS, Relaxed, bound_by_flow
from scoring.routing.mip import HALF_A_UNIT, Mip, MipStatus, Rows, join_rows, solve_mip, sum_rows
from scoring.routing.network import Network, make_network
from scoring.routing.problem import Problem
from scoring.routing.result import Bounds, Objective, Routing, Status
from scoring.routing.rules import Breach, Quota, Rule, RuleRows, group_names, make_rows
from scoring.routing.shortage import explain_infeasible

MANY_PAIRS = 20_000
PAIRS_OF_A_PROPOSAL = 7
"""The core holds so many pairs for each proposal, and ``MANY_PAIRS`` at least."""

CLOSE = 1e-5
"""Beyond ``MANY_PAIRS`` the MIP of the core stops at this relative gap."""


class RulesNotKept(ValueError):
    """No assignment keeps every hard rule; ``breaches`` are the fewest that were found."""

    def __init__(self, breaches: Sequence[Breach]) -> None:
        self.breaches = tuple(breaches)
        named = "; ".join(f"{each.proposal}: {each.rule} ({each.places})" for each in self.breaches)
        super().__init__(f"rules that cannot be kept: {named}")


@dataclass(frozen=True, slots=True, eq=False)
class RuledRouting:
    """The assignment and the soft rules it misses; ``value`` is the total less their prices.

    ``value`` and ``bound`` are in units. The objective of ``routing`` is the total.
    """

    routing: Routing
    breaches: tuple[Breach, ...]
    value: int
    bound: int


@dataclass(frozen=True, slots=True, eq=False)
class _Answer:
    used: Bools
    bound: int
    is_proven: bool


def route_with_rules(
    problem: Problem, rules: Sequence[Rule], *, seconds: float = 60.0
) -> RuledRouting:
    """Return the assignment of greatest total, less what missed soft rules cost.

    ``seconds`` limits each MIP. Raises ``NoFeasibleAssignment`` if not even the loads can be kept,
    and ``RulesNotKept`` if hard rules cannot.
    """
    network = make_network(problem)
    if network.has_hub:
        network = make_network(problem, written=True)
    rows = make_rows(problem, network, rules)
    is_small = len(network.weight) <= MANY_PAIRS
    relaxed = bound_by_flow(network, rows, 1 if is_small else STEPS)
    if relaxed is None:
        raise explain_infeasible(problem, network)
    answer = _search(network, rows, relaxed, seconds)
    value = _value(network, rows, answer.used)
    breaches = _breaches(problem, rules, rows, answer.used)
    hard = [each for each, rule in breaches if rule.price is None]
    if hard:
        raise RulesNotKept(hard)
    kept = int(problem.affinities(problem.kept).sum())
    keys = np.sort(np.concatenate((network.keys()[answer.used], problem.kept)))
    status = Status.OPTIMAL if answer.is_proven else Status.GAP
    bounds = Bounds(answer.bound + kept)
    routing = Routing(problem, Objective.TOTAL, keys, status, bounds)
    return RuledRouting(
        routing, tuple(each for each, _rule in breaches), value + kept, answer.bound + kept
    )


def _value(network: Network, rows: RuleRows, used: Bools) -> int:
    return int(network.weight[used].sum()) - int(rows.slack(used) @ rows.price)


def _search(network: Network, rows: RuleRows, relaxed: Relaxed, seconds: float) -> _Answer:
    """Solve the core, which is everything in a small problem; compare with the bound."""
    start = _Answer(relaxed.used, relaxed.bound, is_proven=False)
    known = _value(network, rows, relaxed.used)
    if known == relaxed.bound or not len(relaxed.used):
        return replace(start, bound=known, is_proven=True)
    cost = np.abs(relaxed.gains)
    count = min(len(cost), max(MANY_PAIRS, PAIRS_OF_A_PROPOSAL * len(network.need)))
    slack = int(np.partition(cost, count - 1)[count - 1])
    core = cost <= slack if count < len(cost) else np.ones(len(cost), dtype=bool)
    found = _solve_core(network, rows, relaxed.used, core, seconds)
    if found is None:
        return start
    # A pair outside the core costs more than ``slack`` against the bound.
    beyond = found.bound if core.all() else max(found.bound, relaxed.bound - slack)
    bound = min(relaxed.bound, beyond)
    value = _value(network, rows, found.used)
    if value < known:
        return replace(start, bound=bound)
    return _Answer(found.used, bound, is_proven=value >= bound)


def _solve_core(
    network: Network, rows: RuleRows, used: Bools, core: Bools, seconds: float
) -> _Answer | None:
    """Solve the MIP in which only the core may differ from ``used``; None without an answer."""
    fixed, columns = used & ~core, np.flatnonzero(core)
    number = np.full(len(core), -1)
    number[columns] = np.arange(len(columns))
    need = network.need - np.bincount(network.proposal[fixed], minlength=len(network.need))
    loads = np.bincount(network.evaluator[fixed], minlength=len(network.high))
    sums = np.bincount(rows.row[fixed[rows.arc]], minlength=len(rows.bound))
    bound = rows.bound - rows.sense * sums
    blocks = [
        sum_rows(network.proposal[columns], number[columns], need, need),
        sum_rows(
            network.evaluator[columns], number[columns], network.low - loads, network.high - loads
        ),
        _rule_rows(rows, number, bound, len(columns)),
    ]
    slacks = len(bound)
    most = np.maximum(0, bound) + np.bincount(rows.row, minlength=slacks)
    gain = np.concatenate((network.weight[columns], -rows.price))
    upper = np.concatenate((np.ones(len(columns), np.int64), most))
    is_whole = np.concatenate((np.ones(len(columns), bool), np.zeros(slacks, bool)))
    known = whole(np.concatenate((used[columns], rows.slack(used))))
    mip = Mip(gain, upper, is_whole, join_rows(blocks))
    is_all = bool(core.all())
    gap = 0.0 if is_all else CLOSE
    answer = solve_mip(mip, seconds=seconds, gap=gap, start=known, is_plain=is_all)
    if answer.columns is None:
        return None
    found = fixed.copy()
    found[columns[answer.columns[: len(columns)] > 0]] = True
    value = _value(network, rows, found)
    if answer.status is MipStatus.OPTIMAL and is_all:
        return _Answer(found, value, is_proven=True)
    apart = int(network.weight[fixed].sum())
    return _Answer(found, max(value, apart + int(answer.bound + HALF_A_UNIT)), is_proven=False)


def _rule_rows(rows: RuleRows, number: Ints, bound: Ints, columns: int) -> Rows:
    """Return the rules over the core, each with a slack column behind the pairs."""
    inside = number[rows.arc] >= 0
    slack = np.arange(len(bound))
    row = np.concatenate((rows.row[inside], slack))
    column = np.concatenate((number[rows.arc[inside]], columns + slack))
    value = np.concatenate((rows.sense[rows.row[inside]], np.ones(len(bound), np.int64)))
    return sum_rows(row, column, bound, np.full(len(bound), np.inf), value)


def _breaches(
    problem: Problem, rules: Sequence[Rule], rows: RuleRows, used: Bools
) -> list[tuple[Breach, Rule]]:
    """Name every row that is missed."""
    found = []
    slack = rows.slack(used)
    for row in np.flatnonzero(slack).tolist():
        number, proposal, group = rows.labels[row]
        rule = rules[number]
        name = group_names(rule)[group] if isinstance(rule, Quota) else None
        breach = Breach(rule.name, problem.proposals[proposal], name, int(slack[row]))
        found.append((breach, rule))
    return found

"""Mixed-integer programmes over yes-or-no pairs, solved by HiGHS: one thread, fixed seed.

Huangfu, Hall, "Parallelizing the dual revised simplex method", Math. Prog. Comp. 10 (2018).
Coefficients are whole numbers; every answer is rounded and must be checked again in whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from scoring.routing.arrays import Bools, Floats, Ints, np, whole

NO_LIMIT = 1e30
HALF_A_UNIT = 0.5


PLAIN: dict[str, Any] = {
    "presolve": "off",
    "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_run_root_reduced_cost": False,
}
"""Panels under rules: presolve takes nothing away there, and the first relaxation with its cuts
finds the answer. Four times faster up to ``ruled.MANY_PAIRS``; no good for a core far from it."""


class MipStatus(StrEnum):
    """How a run has ended."""

    OPTIMAL = "optimal"
    STOPPED = "stopped"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Constraints ``lower ≤ Σ value · column ≤ upper``; entries sorted by row."""

    row: Ints
    column: Ints
    value: Ints
    lower: Floats
    upper: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Mip:
    """Maximise ``gain`` over columns from 0 to ``upper``, whole where ``is_whole``."""

    gain: Ints
    upper: Ints
    is_whole: Bools
    rows: Rows


@dataclass(frozen=True, slots=True, eq=False)
class MipAnswer:
    """The best columns found (None without any) and the proven bound of the gain."""

    status: MipStatus
    columns: Ints | None
    bound: float


def join_rows(parts: Iterable[Rows]) -> Rows:
    """Put blocks of constraints over the same columns below each other."""
    blocks = list(parts)
    offsets = np.cumsum([0, *(len(block.lower) for block in blocks[:-1])])
    return Rows(
        np.concatenate([b.row + off for b, off in zip(blocks, offsets, strict=True)]),
        np.concatenate([block.column for block in blocks]),
        np.concatenate([block.value for block in blocks]),
        np.concatenate([block.lower for block in blocks]),
        np.concatenate([block.upper for block in blocks]),
    )


def sum_rows(group: Ints, column: Ints, lower: Any, upper: Any, value: Ints | None = None) -> Rows:
    """Return one constraint for each group 0, 1, …: the sum of its columns lies in its bounds."""
    order = np.argsort(group, kind="stable")
    values = np.ones(len(column), dtype=np.int64) if value is None else value
    return Rows(
        whole(group)[order],
        whole(column)[order],
        values[order],
        np.asarray(lower, dtype=np.float64),
        np.asarray(upper, dtype=np.float64),
    )


def solve_mip(
    mip: Mip,
    *,
    seconds: float = NO_LIMIT,
    gap: float = 0.0,
    start: Ints | None = None,
    is_plain: bool = False,
) -> MipAnswer:
    """Solve to the optimum, or until the relative ``gap`` or the time in seconds is reached.

    ``start`` may give the values of all columns of a solution that is known. ``is_plain`` goes
    straight to the relaxation, which suits programmes that it nearly solves.
    """
    # Heavy, and only rules or max_min need it: a web worker never loads it at start.
    import highspy  # noqa: PLC0415

    # The class that is documented prints a banner to standard output before it can be told not to.
    from highspy._core import _Highs  # noqa: PLC0415

    solver: Any = _Highs()
    options = _options(seconds, gap) | (PLAIN if is_plain else {})
    for name, value in options.items():
        solver.setOptionValue(name, value)
    solver.passModel(_model(highspy, mip))
    if start is not None:
        known = highspy.HighsSolution()
        known.col_value = start.astype(np.float64)
        solver.setSolution(known)
    solver.run()
    status, info = solver.getModelStatus(), solver.getInfo()
    kinds = highspy.HighsModelStatus
    if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
        return MipAnswer(MipStatus.INFEASIBLE, None, -np.inf)
    bound = float(info.mip_dual_bound) if mip.is_whole.any() else float("nan")
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return MipAnswer(MipStatus.UNKNOWN, None, bound)
    values = np.rint(np.asarray(solver.getSolution().col_value)).astype(np.int64)
    ended = MipStatus.OPTIMAL if status == kinds.kOptimal else MipStatus.STOPPED
    return MipAnswer(ended, values, bound)


def _options(seconds: float, gap: float) -> dict[str, Any]:
    return {
        "output_flag": False,
        "threads": 1,
        "random_seed": 1,
        "time_limit": seconds,
        "mip_rel_gap": gap,
        "mip_abs_gap": HALF_A_UNIT,
        "mip_feasibility_tolerance": 1e-9,
        "primal_feasibility_tolerance": 1e-9,
    }


def _model(highspy: Any, mip: Mip) -> Any:
    model = highspy.HighsLp()
    rows, columns = mip.rows, len(mip.gain)
    model.num_col_, model.num_row_ = columns, len(rows.lower)
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = mip.gain.astype(np.float64)
    model.col_lower_ = np.zeros(columns)
    model.col_upper_ = mip.upper.astype(np.float64)
    model.row_lower_, model.row_upper_ = rows.lower, rows.upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.searchsorted(rows.row, np.arange(len(rows.lower) + 1))
    model.a_matrix_.index_ = rows.column
    model.a_matrix_.value_ = rows.value.astype(np.float64)
    yes, no = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    model.integrality_ = [yes if each else no for each in mip.is_whole.tolist()]
    return model

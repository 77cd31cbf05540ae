"""What the scoring commands print for people: short tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scoring.agreement.summary import Figure
from scoring.calibration import tendency_of
from scoring.portfolio.certificates import Certificate
from scoring.portfolio.selection import Selection
from scoring.result_data import Measured
from scoring.second_views import SecondViews
from scoring.uncertainty.ranking import Leniency, RankedWithDoubt, UncertainRanking


def ranking_lines(results: Mapping[str, UncertainRanking]) -> list[str]:
    """Return rankings as a table."""
    lines = []
    for name, each in results.items():
        lines.append(f"panel {name}" if name else "all panels")
        lines.append("  proposal        ER   50 % rank   posterior   P(fund)  group")
        lines.extend(_ranking_line(row) for row in each.rows)
        lines.extend(_evaluator_line(evaluator) for evaluator in each.evaluators)
    return lines


def _ranking_line(row: RankedWithDoubt) -> str:
    fund = "" if row.funding_probability is None else f"{row.funding_probability:7.3f}"
    low, high = row.rank_half
    return (
        f"  {row.proposal:<10} {row.expected_rank:8.3f}   {low:>4}–{high:<4}"
        f" {row.quality:11.4f}   {fund:>7}  {row.group or ''}"
    )


def _evaluator_line(evaluator: Leniency) -> str:
    interval = evaluator.interval
    return (
        f"  evaluator {evaluator.assessor.id:<8} {evaluator.mean:+8.4f}"
        f"  ({interval.lower:+.3f} to {interval.upper:+.3f})  {tendency_of(interval)}"
    )


def views_lines(results: Mapping[str, SecondViews]) -> list[str]:
    """Return chances by the model and by redrawn evaluators, and what hangs on each evaluator."""
    lines = []
    for name, each in results.items():
        lines.append(f"panel {name}" if name else "all panels")
        lines.append("  proposal        ER   P(fund)  P(redrawn)  likeliest rank")
        lines.extend(_view_line(row, each.redrawn) for row in each.ranking.rows)
        for view in each.without_one:
            furthest = max(view.shifts, key=lambda shift: abs(shift.moved), default=None)
            moved = f"{furthest.proposal} by {furthest.moved:+.3f}" if furthest else "–"
            lines.append(f"  without {view.assessor.id:<8} furthest {moved}")
    return lines


def _view_line(row: RankedWithDoubt, redrawn: Mapping[str, float]) -> str:
    fund = "" if row.funding_probability is None else f"{row.funding_probability:7.3f}"
    again = f"{redrawn[row.proposal]:7.3f}" if redrawn else ""
    likeliest = max(range(len(row.rankogram)), key=row.rankogram.__getitem__)
    return (
        f"  {row.proposal:<10} {row.expected_rank:8.3f}   {fund:>7}     {again:>7}"
        f"  {likeliest + 1:>4} ({row.rankogram[likeliest]:.3f})"
    )


def agreement_lines(results: Mapping[str, Measured]) -> list[str]:
    """Return the two figures that belong together, for each panel."""
    lines = []
    for name, (agreement, connectivity) in results.items():
        summary = agreement.summary
        lines.append(f"panel {name}" if name else "all panels")
        for kind, figure in (("absolute", summary.absolute), ("consistency", summary.consistency)):
            lines.append(f"  {kind:<12} {_shown(figure)}")
        lines.append(f"  pattern      {summary.pattern}")
        lines.append(f"  parts        {len(connectivity.components)}")
    return lines


def selection_lines(selection: Selection, certificates: Sequence[Certificate]) -> list[str]:
    """Return a funding line as a table, and who was passed over and why."""
    lines = [
        f"{row.position:>4}  {row.id:<12} {row.award:>14}  {row.outcome}" for row in selection.rows
    ]
    lines.append(f"awarded {selection.awarded} of {selection.budget}, left {selection.left}")
    for floor in selection.floors:
        state = "infeasible" if floor.is_infeasible else "met" if floor.is_met else "not met"
        lines.append(f"floor {floor.key} {float(floor.required):.2%}: {state}")
    for each in certificates:
        lines.append(f"{each.id} passed over: {each.reason}")
        for option in each.options:
            raised = [f"{key} + {amount} €" for key, amount in option.limits]
            raised += [f"{key} − {float(share):.2%}" for key, share in option.floors]
            lines.append(f"  {', '.join(raised)}; displaces {', '.join(option.displaced) or '–'}")
    return lines


def _shown(figure: Figure | None) -> str:
    if figure is None:
        return "–"
    return f"{figure.statistic} {figure.estimate.value:.4f} ({figure.level})"

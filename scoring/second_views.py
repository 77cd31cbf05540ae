"""Second views of a ranking, together: the probability of each rank, evaluators left out, evaluators redrawn.

``view_again(votes, options) -> SecondViews`` and ``views_data({panel: SecondViews}) -> dict`` (plain JSON).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scoring.uncertainty.ranking import Options, UncertainRanking, rank_with_doubt
from scoring.uncertainty.sensitivity import Shift, WithoutOne, bootstrap_top, leave_one_out
from scoring.votes import Vote


@dataclass(frozen=True, slots=True)
class SecondViews:
    """A ranking with its rankograms, the rankings without each evaluator, and the bootstrap.

    ``redrawn`` is how often each application is among the fundable when evaluators are drawn again; empty
    where it is not said how many can be funded.
    """

    ranking: UncertainRanking
    without_one: tuple[WithoutOne, ...]
    redrawn: Mapping[str, float]


def view_again(votes: Sequence[Vote], options: Options) -> SecondViews:
    """Return the second views; each evaluator left out costs one more ranking.

    Raises ``InvalidVotes``.
    """
    redrawn: Mapping[str, float] = {}
    if options.fundable is not None:
        redrawn = bootstrap_top(
            votes, options.fundable, identity=options.identity, seed=options.seed
        )
    return SecondViews(rank_with_doubt(votes, options), leave_one_out(votes, options), redrawn)


def views_data(results: Mapping[str, SecondViews]) -> dict[str, Any]:
    """Return the views as JSON, panel by panel; ``rankogram`` begins with the probability of rank 1."""
    return {
        "proposals": [
            {
                "panel": row.panel,
                "proposal": row.proposal,
                "er": row.expected_rank,
                "p_fund": row.funding_probability,
                "p_bootstrap": each.redrawn.get(row.proposal),
                "rankogram": list(row.rankogram),
            }
            for each in results.values()
            for row in each.ranking.rows
        ],
        "without_one": [
            {
                "panel": view.assessor.panel or name,
                "assessor": view.assessor.id,
                "largest": view.largest,
                "dropped": list(view.dropped),
                "shifts": [_shift(shift) for shift in view.shifts],
            }
            for name, each in results.items()
            for view in each.without_one
        ],
    }


def _shift(shift: Shift) -> dict[str, Any]:
    return {
        "proposal": shift.proposal,
        "er": shift.expected_rank,
        "moved": shift.moved,
        "group": shift.group.value if shift.group else None,
    }
